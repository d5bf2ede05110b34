/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition blocks: "IAM JSON policy elements: Condition operators" and "Set operators for
 * multivalued context keys".
 */
#include <string.h>
#include <strings.h>

#include "evaluator.h"

enum family {
    STRING,
    STRING_FOLDED,
    STRING_LIKE,
    ARN,
    NUMBER,
    DATE,
    TRUTH,
    BYTES,
    ADDRESS,
    NOTHING,
};

struct operator
{
    const char *name;
    enum family family;
    bool negated;
    /* For numbers and dates: which results of the comparison do. */
    const char *relation;
};

static const struct operator operators[] = {
    {"StringEquals", STRING, false, NULL},
    {"StringNotEquals", STRING, true, NULL},
    {"StringEqualsIgnoreCase", STRING_FOLDED, false, NULL},
    {"StringNotEqualsIgnoreCase", STRING_FOLDED, true, NULL},
    {"StringLike", STRING_LIKE, false, NULL},
    {"StringNotLike", STRING_LIKE, true, NULL},
    {"ArnEquals", ARN, false, NULL},
    {"ArnLike", ARN, false, NULL},
    {"ArnNotEquals", ARN, true, NULL},
    {"ArnNotLike", ARN, true, NULL},
    {"NumericEquals", NUMBER, false, "="},
    {"NumericNotEquals", NUMBER, true, "="},
    {"NumericLessThan", NUMBER, false, "<"},
    {"NumericLessThanEquals", NUMBER, false, "<="},
    {"NumericGreaterThan", NUMBER, false, ">"},
    {"NumericGreaterThanEquals", NUMBER, false, ">="},
    {"DateEquals", DATE, false, "="},
    {"DateNotEquals", DATE, true, "="},
    {"DateLessThan", DATE, false, "<"},
    {"DateLessThanEquals", DATE, false, "<="},
    {"DateGreaterThan", DATE, false, ">"},
    {"DateGreaterThanEquals", DATE, false, ">="},
    {"Bool", TRUTH, false, NULL},
    {"BinaryEquals", BYTES, false, NULL},
    {"IpAddress", ADDRESS, false, NULL},
    {"NotIpAddress", ADDRESS, true, NULL},
    {"Null", NOTHING, false, NULL},
};

enum set {
    NO_SET,
    ALL_VALUES,
    ANY_VALUE,
};

/* An operator as it is written: ForAnyValue:StringLikeIfExists. */
struct test {
    const struct operator* op;
    enum set set;
    bool if_exists;
};

static bool read_operator(const char *name, struct test *ret)
{
    static const char all[] = "ForAllValues:", any[] = "ForAnyValue:", exists[] = "IfExists";
    *ret = (struct test){.op = NULL};
    if (!strncasecmp(name, all, strlen(all)))
        ret->set = ALL_VALUES;
    else if (!strncasecmp(name, any, strlen(any)))
        ret->set = ANY_VALUE;
    if (ret->set != NO_SET)
        name = strchr(name, ':') + 1;
    for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
        size_t n = strlen(operators[i].name);
        if (strncasecmp(name, operators[i].name, n) != 0)
            continue;
        ret->if_exists = !strcasecmp(name + n, exists);
        if (!name[n] || ret->if_exists) {
            ret->op = &operators[i];
            return true;
        }
    }
    return false;
}

/* The text of a value of the policy; false when a variable in it has no value. */
static bool expand(const struct ref_scope *scope, const char *written, struct text *ret)
{
    if (scope->variables)
        return ref_expand(scope->request, written, ret);
    text_pattern(ret, written);
    return true;
}

static bool string_matches(const struct ref_scope *scope, enum family family, const char *written,
                           const char *value)
{
    struct text pattern, text;
    if (!expand(scope, written, &pattern))
        return false;
    struct span have = text_plain(&text, value);
    if (family == STRING_LIKE)
        return span_matches(text_all(&pattern), have, false);
    return span_equal(text_all(&pattern), have, family == STRING_FOLDED);
}

static bool is_arn(const char *value, struct text *t, struct span fields[ARN_FIELDS])
{
    struct text arn;
    struct span want = text_plain(&arn, "arn");
    return span_arn(text_plain(t, value), fields) == ARN_FIELDS &&
           span_equal(fields[0], want, false);
}

static bool arn_matches(const struct ref_scope *scope, const char *written, const char *value)
{
    struct text pattern, text;
    struct span want[ARN_FIELDS], have[ARN_FIELDS];
    if (!expand(scope, written, &pattern) || !is_arn(value, &text, have) ||
        span_arn(text_all(&pattern), want) != ARN_FIELDS)
        return false;
    for (size_t i = 0; i < ARN_FIELDS; i++)
        if (!span_matches(want[i], have[i], false))
            return false;
    return true;
}

/* Everything but "true" is false, on both sides. */
static bool truth_matches(const struct ref_scope *scope, const char *written, const char *value)
{
    struct text pattern, text;
    if (!expand(scope, written, &pattern))
        return false;
    bool want = span_equal(text_all(&pattern), text_plain(&text, "true"), true);
    return want == !strcasecmp(value, "true");
}

/* "<=" allows for results below and equal to zero. */
static bool relation_holds(const char *relation, int result)
{
    return strchr(relation, result < 0 ? '<' : result > 0 ? '>' : '=') != NULL;
}

static bool value_matches(const struct ref_scope *scope, const struct operator* op,
                          const char *written, const char *value)
{
    int result;
    switch (op->family) {
    case STRING:
    case STRING_FOLDED:
    case STRING_LIKE:
        return string_matches(scope, op->family, written, value);
    case ARN:
        return arn_matches(scope, written, value);
    case NUMBER:
        return ref_compare_numbers(value, written, &result) && relation_holds(op->relation, result);
    case DATE:
        return ref_compare_dates(value, written, &result) && relation_holds(op->relation, result);
    case TRUTH:
        return truth_matches(scope, written, value);
    case BYTES:
        return ref_same_bytes(written, value);
    case ADDRESS:
        return ref_in_network(written, value);
    case NOTHING:
        break;
    }
    return false;
}

/* What cannot be read satisfies no operator of its family, negated or not; see NotIpAddress. */
static bool is_readable(const struct operator* op, const char *value)
{
    struct text t;
    struct span fields[ARN_FIELDS];
    int result;
    if (op->family == NUMBER)
        return ref_compare_numbers(value, "0", &result);
    if (op->family == DATE)
        return ref_compare_dates(value, "0", &result);
    return op->family != ARN || is_arn(value, &t, fields);
}

/* One value of the request: some value of the policy has to match, or none of them. */
static bool value_passes(const struct ref_scope *scope, const struct operator* op, json_t *wanted,
                         json_t *value)
{
    char buf[REF_SPELLING], wanted_buf[REF_SPELLING];
    const char *text = ref_spelling(value, buf);
    if (!is_readable(op, text))
        return false;
    size_t i;
    json_t *one;
    bool matched = false;
    json_array_foreach(wanted, i, one)
    {
        if (value_matches(scope, op, ref_spelling(one, wanted_buf), text))
            matched = true;
    }
    return matched != op->negated;
}

static size_t count_passing(const struct ref_scope *scope, const struct operator* op,
                            json_t *wanted, json_t *values)
{
    size_t i, n = 0;
    json_t *value;
    json_array_foreach(values, i, value) n += value_passes(scope, op, wanted, value);
    return n;
}

/* Values that are empty texts are as good as none for ForAllValues and Null. */
static bool has_content(json_t *values)
{
    size_t i;
    json_t *value;
    json_array_foreach(values, i, value)
    {
        if (!json_is_string(value) || json_string_length(value) > 0)
            return true;
    }
    return false;
}

static bool null_wants(json_t *wanted, bool absent)
{
    char buf[REF_SPELLING];
    size_t i;
    json_t *one;
    json_array_foreach(wanted, i, one)
    {
        if (!strcasecmp(ref_spelling(one, buf), absent ? "true" : "false"))
            return true;
    }
    return false;
}

/* With a set operator the values that are there are asked, and each says that it is there. */
static bool null_holds(enum set set, json_t *wanted, json_t *values)
{
    bool present = has_content(values);
    if (set == ALL_VALUES)
        return !present || null_wants(wanted, false);
    if (set == ANY_VALUE)
        return present && null_wants(wanted, false);
    return null_wants(wanted, !present);
}

static bool values_hold(const struct ref_scope *scope, const struct test *test, const char *key,
                        json_t *wanted, json_t *values)
{
    if (test->op->family == NOTHING)
        return null_holds(test->set, wanted, values);
    if (!values && test->if_exists)
        return true;
    if (test->set == ALL_VALUES && !has_content(values))
        return true;
    if (test->set == ANY_VALUE)
        return count_passing(scope, test->op, wanted, values) > 0;
    if (!values)
        return test->op->negated;
    if (test->set == NO_SET && ref_is_list(scope->request, key))
        return false; /* a list needs a set operator, whatever is in it */
    return count_passing(scope, test->op, wanted, values) == json_array_size(values);
}

static bool block_holds(const struct ref_scope *scope, const struct test *test, json_t *block)
{
    const char *key;
    json_t *value;
    bool holds = true;
    json_object_foreach(block, key, value)
    {
        json_t *wanted = ref_list(value), *values = ref_values(scope->request, key);
        holds = holds && values_hold(scope, test, key, wanted, values);
        json_decref(values);
        json_decref(wanted);
    }
    return holds;
}

bool ref_condition_holds(const struct ref_scope *scope, json_t *condition)
{
    const char *name;
    json_t *block;
    json_object_foreach(condition, name, block)
    {
        struct test test;
        if (json_object_size(block) == 0)
            continue;
        if (!read_operator(name, &test) || !block_holds(scope, &test, block))
            return false;
    }
    return true;
}
