/* SPDX-License-Identifier: Apache-2.0 */
#include "shape/decode_priv.h"

#include "err.h"

static int malformed(struct decoder *d, const char *message)
{
    d->message = message;
    return ERR_MALFORMED_INPUT;
}

static int decode_int(struct decoder *d, struct str text, int64_t *ret)
{
    if (text.n == 0)
        return malformed(d, "missing value for decimal type");
    bool negative = text.p[0] == '-';
    if (negative || text.p[0] == '+')
        text = (struct str){text.p + 1, text.n - 1};
    int64_t value = 0;
    if (!str_to_int64(text, &value))
        return ERR_MALFORMED_INPUT;
    value = negative ? -value : value;
    if (value < INT32_MIN || value > INT32_MAX)
        return ERR_MALFORMED_INPUT;
    *ret = value;
    return OK;
}

bool shape_time(const struct shape_field *field, const struct instant *instant, int64_t *ret)
{
    static const int64_t first = -62135596800, last = 253402300799; /* of the years 1 to 9999 */
    if (instant->seconds < first || instant->seconds > last)
        return false;
    *ret = instant->seconds;
    if (field->millis)
        *ret = instant->seconds * 1000 + instant->nanos / 1000000;
    return true;
}

static int decode_time(const struct shape_field *field, struct str text, int64_t *ret)
{
    struct instant instant;
    if (!instant_parse(text, &instant) || !shape_time(field, &instant, ret))
        return ERR_MALFORMED_INPUT; /* AWS undocumented: what it says about them */
    return OK;
}

static int decode_bool(struct str text, bool *ret)
{
    bool yes = str_is(text, "true");
    if (!yes && !str_is(text, "false"))
        return ERR_MALFORMED_INPUT;
    *ret = yes;
    return OK;
}

const char *decode_string(struct decoder *d, const struct shape_field *field, struct str text)
{
    return field->rule && field->rule->folded ? str_fold(d->arena, text) : text.p;
}

/* TEXT is followed by a NUL. */
static int decode_text(struct decoder *d, const struct shape_field *field, struct str text,
                       unsigned char *to)
{
    if (field->kind == SHAPE_INT)
        return decode_int(d, text, (int64_t *)to);
    if (field->kind == SHAPE_BOOL)
        return decode_bool(text, (bool *)to);
    if (field->kind == SHAPE_TIME)
        return decode_time(field, text, (int64_t *)to);
    *(const char **)to = decode_string(d, field, text);
    return OK;
}

/* `Name.1=x` for something that is one text. */
static int check_plain(struct decoder *d, const struct node *node)
{
    return node->n ? malformed(d, "Start of list found where not expected") : OK;
}

static int decode_struct(struct decoder *d, const struct shape *shape, const struct node *node,
                         unsigned char *to);

/* Position of a list member by its name, or 0 when it has none. */
static int64_t list_index(struct str name)
{
    int64_t index = 0;
    if (name.n == 0 || name.p[0] == '0' || !str_to_int64(name, &index))
        return 0;
    return index;
}

static int decode_items(struct decoder *d, const struct shape_field *field, const struct node *node,
                        struct shape_list *list)
{
    bool structs = field->item == SHAPE_STRUCT;
    size_t size = shape_item_size(field);
    unsigned char *at = arena_zalloc(d->arena, size * node->n);
    *list = (struct shape_list){0, at};
    for (size_t i = 0; i < node->n; i++) {
        const struct node *kid = &node->kids[i];
        /* AWS undocumented: whether there is such a limit, and its words */
        if (list_index(kid->name) > LIST_INDEX_MAX)
            return malformed(d, "List index is too large");
        if (list_index(kid->name) == 0)
            continue;
        if (structs) {
            TRY(decode_struct(d, field->shape, kid, at));
        } else {
            TRY(check_plain(d, kid));
            *(const char **)(void *)at = kid->value.p;
        }
        at += size;
        list->n++;
    }
    return OK;
}

/* A list is `Name.member.1`..., a map `Name.entry.1`...; `Name=` is an empty one. */
static int decode_list(struct decoder *d, const struct shape_field *field, const struct node *node,
                       struct shape_list *list)
{
    if (node->value.n)
        return malformed(d, "Unexpected list element termination");
    const struct node *items = node_find(node, field->map ? STR("entry") : STR("member"));
    if (items)
        return decode_items(d, field, items, list);
    return node->value.p ? decode_items(d, field, &(struct node){.n = 0}, list) : OK;
}

int decode_field(struct decoder *d, const struct shape_field *field, const struct node *node,
                 unsigned char *v)
{
    unsigned char *to = v + field->off;
    if (field->kind == SHAPE_LIST)
        return node ? decode_list(d, field, node, (void *)to) : OK;
    if (field->kind == SHAPE_STRUCT) {
        if (!node || (!node->n && !node->value.n))
            return OK;
        void *inner = arena_alloc(d->arena, field->shape->size);
        *(void **)(void *)to = inner;
        return decode_struct(d, field->shape, node, inner);
    }
    if (node)
        TRY(check_plain(d, node));
    if (node && node->value.p) {
        if (field->has_off)
            *(bool *)(v + field->has_off) = true;
        return decode_text(d, field, node->value, to);
    }
    return field->dflt ? decode_text(d, field, str_of(field->dflt), to) : OK;
}

static int decode_struct(struct decoder *d, const struct shape *shape, const struct node *node,
                         unsigned char *to)
{
    if (node->value.n)
        return malformed(d, "Unexpected complex element termination");
    memset(to, 0, shape->size);
    for (size_t i = 0; i < shape->n; i++) {
        const struct shape_field *field = &shape->fields[i];
        TRY(decode_field(d, field, node_find(node, str_of(field->name)), to));
    }
    return OK;
}

/*
 * AWS undocumented: which message a parameter gets that is a text and a list at once, as in
 * `Tags=x&Tags.member.1.Key=k`; here it is that of the shorter name.
 */
int shape_decode(struct arena *a, const struct shape *shape, const struct node *tree, void *ret,
                 const char **message)
{
    struct decoder d = {.arena = a};
    int code = decode_struct(&d, shape, tree, ret);
    if (code < 0) {
        *message = d.message;
        return code;
    }
    return shape_check(a, shape, ret, message);
}
