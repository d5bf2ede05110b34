/* SPDX-License-Identifier: Apache-2.0 */
/* The condition operators (IAM User Guide, "IAM JSON policy elements: Condition operators"). */
#include "policy/policy_priv.h"

static const struct operator operators[] = {
    {.name = "StringEquals", .type = VALUE_STRING},
    {.name = "StringNotEquals", .type = VALUE_STRING, .negated = true},
    {.name = "StringEqualsIgnoreCase", .type = VALUE_STRING, .fold = true},
    {.name = "StringNotEqualsIgnoreCase", .type = VALUE_STRING, .negated = true, .fold = true},
    {.name = "StringLike", .type = VALUE_STRING, .wildcards = true},
    {.name = "StringNotLike", .type = VALUE_STRING, .negated = true, .wildcards = true},
    {.name = "ArnEquals", .type = VALUE_ARN, .wildcards = true},
    {.name = "ArnNotEquals", .type = VALUE_ARN, .negated = true, .wildcards = true},
    {.name = "ArnLike", .type = VALUE_ARN, .wildcards = true},
    {.name = "ArnNotLike", .type = VALUE_ARN, .negated = true, .wildcards = true},
    {.name = "NumericEquals", .type = VALUE_NUMBER, .relation = REL_EQ},
    {.name = "NumericNotEquals", .type = VALUE_NUMBER, .relation = REL_EQ, .negated = true},
    {.name = "NumericLessThan", .type = VALUE_NUMBER, .relation = REL_LT},
    {.name = "NumericLessThanEquals", .type = VALUE_NUMBER, .relation = REL_LE},
    {.name = "NumericGreaterThan", .type = VALUE_NUMBER, .relation = REL_GT},
    {.name = "NumericGreaterThanEquals", .type = VALUE_NUMBER, .relation = REL_GE},
    {.name = "DateEquals", .type = VALUE_DATE, .relation = REL_EQ},
    {.name = "DateNotEquals", .type = VALUE_DATE, .relation = REL_EQ, .negated = true},
    {.name = "DateLessThan", .type = VALUE_DATE, .relation = REL_LT},
    {.name = "DateLessThanEquals", .type = VALUE_DATE, .relation = REL_LE},
    {.name = "DateGreaterThan", .type = VALUE_DATE, .relation = REL_GT},
    {.name = "DateGreaterThanEquals", .type = VALUE_DATE, .relation = REL_GE},
    {.name = "Bool", .type = VALUE_BOOL},
    {.name = "BinaryEquals", .type = VALUE_BINARY},
    {.name = "IpAddress", .type = VALUE_IP},
    {.name = "NotIpAddress", .type = VALUE_IP, .negated = true},
    {.name = "Null", .type = VALUE_NULL},
};

static const char *const set_prefixes[] = {
    [SET_NONE] = "",
    [SET_ALL] = "ForAllValues:",
    [SET_ANY] = "ForAnyValue:",
};

static const char if_exists_suffix[] = "IfExists";

static bool cut_prefix(struct str *s, struct str prefix)
{
    if (s->n < prefix.n || !str_eq_fold((struct str){s->p, prefix.n}, prefix))
        return false;
    *s = (struct str){s->p + prefix.n, s->n - prefix.n};
    return true;
}

static bool cut_suffix(struct str *s, struct str suffix)
{
    if (s->n < suffix.n || !str_eq_fold((struct str){s->p + s->n - suffix.n, suffix.n}, suffix))
        return false;
    s->n -= suffix.n;
    return true;
}

static const struct operator* find_operator(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        if (str_eq_fold(name, str_of(operators[i].name)))
            return &operators[i];
    }
    return NULL;
}

bool operator_parse(struct str name, struct policy_test *ret)
{
    enum set_modifier set = SET_NONE;
    if (cut_prefix(&name, str_of(set_prefixes[SET_ALL])))
        set = SET_ALL;
    else if (cut_prefix(&name, str_of(set_prefixes[SET_ANY])))
        set = SET_ANY;
    bool if_exists = cut_suffix(&name, str_of(if_exists_suffix));
    const struct operator* op = find_operator(name);
    if (!op || (if_exists && op->type == VALUE_NULL))
        return false;
    ret->op = op;
    ret->set = set;
    ret->if_exists = if_exists;
    return true;
}

const char *operator_name(struct arena *a, const struct policy_test *test)
{
    if (test->set == SET_NONE && !test->if_exists)
        return test->op->name;
    return arena_printf(a, "%s%s%s", set_prefixes[test->set], test->op->name,
                        test->if_exists ? if_exists_suffix : "");
}

static bool compile_bool(struct arena *a, struct str text, unsigned special, struct test_value *ret)
{
    struct pattern pattern = pattern_compile(a, text, special);
    ret->is_pattern = pattern_has_variable(&pattern);
    if (!ret->is_pattern)
        return bool_parse(text, &ret->truth);
    ret->pattern = pattern;
    return true;
}

bool test_value_compile(struct arena *a, const struct operator* op, struct str text,
                        unsigned special, struct test_value *ret)
{
    unsigned all = special | (op->wildcards ? PATTERN_WILDCARDS : 0);
    switch (op->type) {
    case VALUE_STRING:
        ret->pattern = pattern_compile(a, text, all);
        return true;
    case VALUE_ARN:
        ret->arn = arn_pattern_of_value(a, text, all);
        return true;
    case VALUE_NUMBER:
        return number_parse(text, &ret->number);
    case VALUE_DATE:
        return instant_parse(text, &ret->instant);
    case VALUE_BOOL:
        return compile_bool(a, text, special, ret);
    case VALUE_BINARY:
        ret->base64 = text;
        return base64_ok(text);
    case VALUE_IP:
        return cidr_parse(text, &ret->cidr);
    case VALUE_NULL:
        return bool_parse(text, &ret->truth);
    }
    return false;
}

static bool is_plain(const struct pattern *pattern)
{
    return pattern->n == 0 || (pattern->n == 1 && pattern->v[0].kind == PIECE_TEXT);
}

/* Not so with escapes: what is meant is another text then. */
static bool is_whole(const struct pattern *pattern, struct str text)
{
    return is_plain(pattern) && (pattern->n ? pattern->v[0].text.n : 0) == text.n;
}

bool test_value_is_text(const struct operator* op, const struct test_value *value, struct str text)
{
    if (op->type == VALUE_STRING)
        return is_whole(&value->pattern, text);
    if (op->type != VALUE_ARN || value->arn.never || !str_starts(text, STR("arn:")))
        return false;
    size_t n = ARN_FIELDS - 1 + strlen("arn:");
    for (size_t i = 0; i < ARN_FIELDS; i++) {
        const struct pattern *field = &value->arn.field[i];
        if (!is_plain(field))
            return false;
        n += field->n ? field->v[0].text.n : 0;
    }
    return n == text.n;
}
