/* SPDX-License-Identifier: Apache-2.0 */
#include "matrix/sample.h"

#include <check.h>
#include <inttypes.h>

#include "shape/decode.h"
#include "shape/form.h"

/* Texts are as long, where they may. */
enum { LENGTH = 8 };

/* More than any pattern has. */
enum { STATES = 1024 };

/* What authorization rows find by its ARN, as the end of one. */
static const char *const named[RESOURCE_COUNT] = {
    [RESOURCE_POLICY] = "policy/matrix",
    [RESOURCE_IDENTITY] = "user/matrix",
    [RESOURCE_ACCESS_SUBJECT] = "user/matrix",
    [RESOURCE_ROOT_USER] = "root",
    [RESOURCE_TRUSTING_ROLE] = ("role/" SAMPLE_ROLE),
    [RESOURCE_MFA] = "mfa/matrix",
    [RESOURCE_OIDC_PROVIDER] = "oidc-provider/matrix.example",
};

static const char *arn_of(struct arena *a, const struct api_op *op, const struct shape_field *field)
{
    for (const struct api_auth *row = op->auth; row && row->action; row++) {
        if (row->target == API_ON_ENTITY && row->member == field->off && named[row->resource])
            return arena_printf(a, "arn:aws:iam::" SAMPLE_ACCOUNT ":%s", named[row->resource]);
    }
    return NULL;
}

static size_t length_of(const struct shape_rule *rule)
{
    if (rule && rule->max && rule->max < LENGTH)
        return rule->max;
    return rule && rule->min > LENGTH ? rule->min : LENGTH;
}

/* A text of N characters, the same as often as it takes, between two that may be others. */
static char *repeated(struct arena *a, const char *letters, size_t n, char end)
{
    char *text = arena_zalloc(a, n + 1);
    for (size_t i = 0; i < n; i++)
        text[i] = letters[i % strlen(letters)];
    if (end)
        text[0] = text[n - 1] = end;
    return text;
}

/* The shortest text that fits, found by going through the states of the pattern. */
static const char *shortest(struct arena *a, const struct shape_pattern *pattern)
{
    const char *found[STATES] = {NULL}; /* by state: a text that leads to it */
    size_t queue[STATES] = {pattern->start}, n = 1;
    found[pattern->start] = "";
    for (size_t i = 0; i < n; i++) {
        if (queue[i] >= pattern->accepting)
            return found[queue[i]];
        for (char c = 'z'; c > ' '; c--) {
            size_t to = pattern->next[queue[i] * pattern->classes + pattern->ascii[(size_t)c]];
            ck_assert_uint_lt(to, STATES);
            if (!to || found[to])
                continue;
            found[to] = arena_printf(a, "%s%c", found[queue[i]], c);
            queue[n++] = to;
        }
    }
    ck_abort_msg("no text fits %s", pattern->text);
}

/* The first of some usual texts that fits. */
static const char *text_of(struct arena *a, const struct shape_rule *rule)
{
    if (rule && rule->choices)
        return rule->choices[0];
    size_t n = length_of(rule);
    const char *const texts[] = {repeated(a, "matrix", n, 0),
                                 repeated(a, "MATRIX", n, 0),
                                 repeated(a, "1", n, 0),
                                 repeated(a, "matrix", n, '/'),
                                 "v1",
                                 "m@matrix.example"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (!rule || !rule->pattern || shape_pattern_fits(rule->pattern, str_of(texts[i])))
            return texts[i];
    }
    return shortest(a, rule->pattern);
}

static const char *number_of(struct arena *a, const struct shape_field *field)
{
    return arena_printf(a, "%" PRId64, field->max ? field->min : 1);
}

static void add_struct(struct buf *form, const struct shape *shape, const char *prefix, bool all);

static void add_list(struct buf *form, const struct shape_field *field, const char *name, bool all)
{
    int64_t n = field->min ? field->min : 1;
    for (int64_t i = 1; i <= n; i++) {
        const char *item = arena_printf(form->arena, "%s.member.%" PRId64, name, i);
        if (field->item == SHAPE_STRUCT)
            add_struct(form, field->shape, arena_printf(form->arena, "%s.", item), all);
        else
            buf_printf(form, "&%s=%s", item, text_of(form->arena, field->rule));
    }
}

/* A structure of which nothing is in a form is not there. */
static bool has_required(const struct shape *shape)
{
    for (size_t i = 0; i < shape->n; i++) {
        if (shape->fields[i].required)
            return true;
    }
    return false;
}

/* VALUE: of a text; NULL: one that its rule permits. */
static void add_field(struct buf *form, const struct shape_field *field, const char *name,
                      const char *value, bool all)
{
    struct arena *a = form->arena;
    switch (field->kind) {
    case SHAPE_STR:
        buf_printf(form, "&%s=", name);
        buf_pct_encode(form, str_of(value ? value : text_of(a, field->rule)), ":/");
        break;
    case SHAPE_INT:
        buf_printf(form, "&%s=%s", name, number_of(a, field));
        break;
    case SHAPE_BOOL:
        buf_printf(form, "&%s=true", name);
        break;
    case SHAPE_STRUCT:
        add_struct(form, field->shape, arena_printf(a, "%s.", name),
                   all || !has_required(field->shape));
        break;
    case SHAPE_LIST:
        add_list(form, field, name, all);
        break;
    case SHAPE_TIME:
        buf_printf(form, "&%s=2024-01-01T00:00:00Z", name);
        break;
    case SHAPE_DOCUMENT:
    case SHAPE_RAW:
        ck_abort_msg("%s: no form has such members", name);
    }
}

static void add_struct(struct buf *form, const struct shape *shape, const char *prefix, bool all)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct shape_field *field = &shape->fields[i];
        if (all || field->required)
            add_field(form, field, arena_printf(form->arena, "%s%s", prefix, field->name), NULL,
                      all);
    }
}

static const void *decode(struct arena *a, const struct api_op *op, struct str form)
{
    struct node params;
    const char *message = NULL;
    void *in = arena_zalloc(a, op->in->size);
    ck_assert_int_eq(form_parse(a, form, &params), OK);
    int code = shape_decode(a, op->in, &params, in, &message);
    ck_assert_msg(code == OK, "%.*s: %s", STR_FMT(form), message ? message : "malformed");
    return in;
}

const char *sample_form(struct arena *a, const struct api_op *op, bool all, const void **in)
{
    struct buf form = buf_new(a, 256);
    buf_printf(&form, "Action=%s&Version=%s", op->name, op->service->version);
    for (size_t i = 0; i < op->in->n; i++) {
        const struct shape_field *field = &op->in->fields[i];
        if (all || field->required)
            add_field(&form, field, field->name, arn_of(a, op, field), all);
    }
    *in = decode(a, op, buf_str(&form));
    return buf_text(&form);
}
