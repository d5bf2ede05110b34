/* SPDX-License-Identifier: Apache-2.0 */
#include "shape/decode.h"

#include <ctype.h>

#include "err.h"

/* Where a value is: printed as 'tags.1.member.key'. */
struct place {
    const struct place *up;
    const char *name;
    size_t index; /* from 1; 0: not in a list */
};

struct checker {
    struct buf failures; /* of the first stage, joined */
    size_t n;
    struct shape_fault first; /* what the first of them is about */
    const char *must;         /* the first failure of the second stage */
};

static void add_place(struct buf *b, const struct place *at)
{
    if (at->up) {
        add_place(b, at->up);
        buf_add_char(b, '.');
    }
    buf_add_text(b, at->name);
    if (at->index)
        buf_printf(b, ".%zu.member", at->index);
}

/* As reasons have it: 'tags.1.member.maxSize' is TAGS_1_MEMBER_MAX_SIZE. */
static const char *name_of_place(struct arena *a, const struct place *at)
{
    struct buf place = {.arena = a}, name = {.arena = a};
    add_place(&place, at);
    for (struct str rest = buf_str(&place); rest.n; rest.p++, rest.n--) {
        if (isupper((unsigned char)*rest.p))
            buf_add_char(&name, '_');
        buf_add_char(&name, *rest.p == '.' ? '_' : (char)toupper((unsigned char)*rest.p));
    }
    return buf_text(&name);
}

/* Begins a failure. VALUE is printed as it is; NULL: it is not to be seen. */
static struct buf *add_failure(struct checker *k, enum shape_wrong wrong, const struct place *at,
                               const char *value)
{
    struct buf *b = &k->failures;
    if (k->n == 0)
        k->first = (struct shape_fault){.wrong = wrong, .member = name_of_place(b->arena, at)};
    if (k->n++)
        buf_add(b, STR("; "));
    buf_add(b, STR("Value "));
    if (value)
        buf_printf(b, "%s ", value);
    buf_add(b, STR("at '"));
    add_place(b, at);
    buf_add(b, STR("' failed to satisfy constraint: Member must "));
    return b;
}

static bool is_choice(const struct shape_rule *rule, struct str text)
{
    for (const char *const *choice = rule->choices; *choice; choice++) {
        if (str_is(text, *choice))
            return true;
    }
    return false;
}

/* Only those who may see the value get the list of what it could be. */
static void add_choices(struct buf *b, const struct shape_rule *rule)
{
    buf_add(b, STR("satisfy enum value set"));
    if (!rule->shown)
        return;
    for (const char *const *choice = rule->choices; *choice; choice++) {
        buf_add_text(b, choice == rule->choices ? ": [" : ", ");
        buf_add_text(b, *choice);
    }
    buf_add_char(b, ']');
}

/* The second stage, which only counts while the first finds nothing. */
static void check_must(struct checker *k, const struct shape_rule *rule, const struct place *at,
                       struct str text)
{
    if (k->n || k->must || shape_pattern_fits(rule->pattern, text))
        return;
    struct buf b = {.arena = k->failures.arena};
    buf_add(&b, STR("The specified value for "));
    add_place(&b, at);
    buf_printf(&b, " is invalid. It %s", rule->must);
    k->must = buf_text(&b);
}

static const char *quoted(struct checker *k, const struct shape_rule *rule, const char *value)
{
    return rule->shown ? arena_printf(k->failures.arena, "'%s'", value) : NULL;
}

/* The first failure is about a value that does not fit RULE. */
static void give_reason(struct checker *k, const struct shape_rule *rule)
{
    if (k->n == 1 && rule->reason) {
        k->first.reason = rule->reason;
        k->first.sentence = rule->sentence;
    }
}

static void check_text(struct checker *k, const struct shape_rule *rule, const struct place *at,
                       const char *value)
{
    struct str text = str_of(value);
    size_t before = k->n;
    size_t length = str_utf8_len(text);
    if (rule->choices && !is_choice(rule, text))
        add_choices(add_failure(k, SHAPE_CHOICE, at, quoted(k, rule, value)), rule);
    if (rule->pattern && !rule->must && !shape_pattern_fits(rule->pattern, text))
        buf_printf(add_failure(k, SHAPE_PATTERN, at, quoted(k, rule, value)),
                   "satisfy regular expression pattern: %s", rule->pattern->text);
    if (before == 0)
        give_reason(k, rule);
    if (length < rule->min)
        buf_printf(add_failure(k, SHAPE_SHORT, at, quoted(k, rule, value)),
                   "have length greater than or equal to %zu", rule->min);
    if (rule->max && length > rule->max)
        buf_printf(add_failure(k, SHAPE_LONG, at, quoted(k, rule, value)),
                   "have length less than or equal to %zu", rule->max);
    if (rule->must)
        check_must(k, rule, at, text);
}

static void check_int(struct checker *k, const struct shape_field *field, const struct place *at,
                      int64_t value)
{
    bool low = value < field->min;
    if (!field->max || (!low && value <= field->max))
        return;
    char *shown = arena_printf(k->failures.arena, "'%lld'", (long long)value);
    struct buf *b = add_failure(k, low ? SHAPE_LOW : SHAPE_HIGH, at, shown);
    if (field->between)
        buf_printf(b, "have value between %lld and %lld", (long long)field->min,
                   (long long)field->max);
    else
        buf_printf(b, "have value %s than or equal to %lld", low ? "greater" : "less",
                   (long long)(low ? field->min : field->max));
}

static void check_struct(struct checker *k, const struct shape *shape, const struct place *up,
                         const unsigned char *v);

static void check_list(struct checker *k, const struct shape_field *field, struct place at,
                       const struct shape_list *list)
{
    int64_t n = (int64_t)list->n;
    if (n < field->min)
        buf_printf(add_failure(k, SHAPE_SHORT, &at, NULL),
                   "have length greater than or equal to %lld", (long long)field->min);
    if (field->max && n > field->max)
        buf_printf(add_failure(k, SHAPE_LONG, &at, NULL), "have length less than or equal to %lld",
                   (long long)field->max);
    const unsigned char *item = list->v;
    for (at.index = 1; at.index <= list->n; at.index++) {
        if (field->item == SHAPE_STRUCT) {
            check_struct(k, field->shape, &at, item);
            item += field->shape->size;
        } else {
            if (field->rule)
                check_text(k, field->rule, &at, *(const char *const *)(const void *)item);
            item += sizeof(const char *);
        }
    }
}

static void check_field(struct checker *k, const struct shape_field *field, const struct place *at,
                        const unsigned char *from)
{
    switch (field->kind) {
    case SHAPE_STR:
        if (field->rule)
            check_text(k, field->rule, at, *(const char *const *)(const void *)from);
        break;
    case SHAPE_INT:
        check_int(k, field, at, *(const int64_t *)(const void *)from);
        break;
    case SHAPE_STRUCT:
        check_struct(k, field->shape, at, *(const unsigned char *const *)(const void *)from);
        break;
    case SHAPE_LIST:
        check_list(k, field, *at, (const void *)from);
        break;
    case SHAPE_BOOL:
    case SHAPE_TIME:
    case SHAPE_DOCUMENT:
    case SHAPE_RAW:
        break;
    }
}

static void check_struct(struct checker *k, const struct shape *shape, const struct place *up,
                         const unsigned char *v)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct shape_field *field = &shape->fields[i];
        struct place at = {up, field->wire, 0};
        if (shape_is_set(shape, v, i))
            check_field(k, field, &at, v + field->off);
        else if (field->required)
            buf_add(add_failure(k, SHAPE_MISSING, &at, "null"), STR("not be null"));
    }
}

int shape_check(struct arena *a, const struct shape *shape, const void *v, const char **message)
{
    struct checker k = {.failures = {.arena = a}};
    check_struct(&k, shape, NULL, v);
    if (k.n) {
        *message = arena_printf(a, "%zu validation error%s detected: %.*s", k.n,
                                k.n == 1 ? "" : "s", STR_FMT(buf_str(&k.failures)));
        return ERR_VALIDATION_ERROR;
    }
    if (k.must) {
        *message = k.must;
        return ERR_VALIDATION_ERROR;
    }
    return OK;
}

struct shape_fault shape_first_fault(struct arena *a, const struct shape *shape, const void *v)
{
    struct checker k = {.failures = {.arena = a}, .first = {.wrong = SHAPE_PATTERN}};
    check_struct(&k, shape, NULL, v);
    return k.first;
}
