/* SPDX-License-Identifier: Apache-2.0 */
/* What is odd about a condition in the light of what is known about its key, so that a mistake is
   told instead of being a condition that never holds. */
#include "policy/policy_priv.h"

static const char *const type_names[] = {
    [CONDITION_KEY_STRING] = "a string",  [CONDITION_KEY_ARN] = "an ARN",
    [CONDITION_KEY_BOOL] = "a boolean",   [CONDITION_KEY_DATE] = "a date",
    [CONDITION_KEY_NUMERIC] = "a number", [CONDITION_KEY_IP] = "an IP address",
};

bool policy_value_is(enum condition_key_type type, struct str value)
{
    struct number number;
    struct instant instant;
    struct cidr cidr;
    struct arn arn;
    bool truth;
    switch (type) {
    case CONDITION_KEY_ARN:
        return arn_parse(value, &arn);
    case CONDITION_KEY_BOOL:
        return bool_parse(value, &truth);
    case CONDITION_KEY_DATE:
        return instant_parse(value, &instant);
    case CONDITION_KEY_NUMERIC:
        return number_parse(value, &number);
    case CONDITION_KEY_IP:
        return cidr_parse(value, &cidr);
    case CONDITION_KEY_STRING:
        break;
    }
    return true;
}

/* Strings compare ARNs well enough, and numbers the dates that are seconds. */
static bool suits(enum value_type op, enum condition_key_type key)
{
    switch (op) {
    case VALUE_STRING:
        return key == CONDITION_KEY_STRING || key == CONDITION_KEY_ARN;
    case VALUE_ARN:
        return key == CONDITION_KEY_ARN;
    case VALUE_NUMBER:
        return key == CONDITION_KEY_NUMERIC || key == CONDITION_KEY_DATE;
    case VALUE_DATE:
        return key == CONDITION_KEY_DATE;
    case VALUE_BOOL:
        return key == CONDITION_KEY_BOOL;
    case VALUE_IP:
        return key == CONDITION_KEY_IP;
    case VALUE_BINARY:
    case VALUE_NULL:
        break;
    }
    return true;
}

static bool is_invented(const struct policy_key *key)
{
    return !key->known && str_starts(key->folded, STR("aws:"));
}

const char *policy_key_note(struct arena *a, const struct policy_key *key,
                            const struct policy_values *values)
{
    const struct condition_key *known = key->known;
    if (is_invented(key))
        return arena_printf(a, "%.*s is no global condition key", STR_FMT(key->name));
    for (size_t i = 0; known && i < values->n; i++) {
        if (values->v[i].p && !policy_value_is(known->type, values->v[i]))
            return arena_printf(a, "the request's \"%.*s\" is not %s", STR_FMT(values->v[i]),
                                type_names[known->type]);
    }
    return NULL;
}

/* What the operator cannot read it fails on, whatever kind of key it is. */
static bool is_readable(const struct operator* op, struct str value)
{
    static const struct {
        bool checked;
        enum condition_key_type as;
    } types[] = {
        [VALUE_ARN] = {true, CONDITION_KEY_ARN},   [VALUE_NUMBER] = {true, CONDITION_KEY_NUMERIC},
        [VALUE_DATE] = {true, CONDITION_KEY_DATE}, [VALUE_IP] = {true, CONDITION_KEY_IP},
        [VALUE_BOOL] = {true, CONDITION_KEY_BOOL}, [VALUE_NULL] = {.checked = false},
    };
    if (op->type == VALUE_BINARY)
        return base64_ok(value);
    return !types[op->type].checked || policy_value_is(types[op->type].as, value);
}

const char *policy_condition_note(struct arena *a, const struct policy_condition *condition,
                                  const struct policy_values *values)
{
    const struct policy_test *test = condition->test;
    const struct policy_key *key = &condition->key;
    const struct condition_key *known = key->known;
    if (known && !suits(test->op->type, known->type))
        return arena_printf(a, "%.*s is %s, which %s does not compare", STR_FMT(key->name),
                            type_names[known->type], condition->op);
    if (test->set == SET_NONE && test->op->type != VALUE_NULL &&
        (values->multivalued || values->n > 1))
        return arena_printf(a, "%.*s is a list, which needs ForAllValues or ForAnyValue",
                            STR_FMT(key->name));
    for (size_t i = 0; i < values->n && !is_invented(key); i++) {
        if (values->v[i].p && !is_readable(test->op, values->v[i]))
            return arena_printf(a, "%s cannot read the request's \"%.*s\"", condition->op,
                                STR_FMT(values->v[i]));
    }
    return policy_key_note(a, key, values);
}
