/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions of a request against compiled tests. Nothing here allocates. */
#include "policy/policy_priv.h"

/* A request's value, read once for all values of the policy. */
struct subject {
    struct str text;
    union {
        struct arn arn;
        struct number number;
        struct instant instant;
        struct cidr cidr;
        bool truth;
    };
};

/* Steps: numbers, dates, addresses and binary data are read byte by byte. */
static size_t reading_cost(const struct operator* op, struct str text)
{
    switch (op->type) {
    case VALUE_NUMBER:
    case VALUE_DATE:
    case VALUE_IP:
    case VALUE_BINARY:
        return text.n;
    default:
        return text.n / 64;
    }
}

/* False when TEXT is nothing the operator can compare, or reading it is too much work. */
static bool read_subject(const struct operator* op, struct str text, struct policy_work *work,
                         struct subject *ret)
{
    ret->text = text;
    if (!work_spend(work, reading_cost(op, text)))
        return false;
    switch (op->type) {
    case VALUE_ARN:
        return arn_parse(text, &ret->arn);
    case VALUE_NUMBER:
        return number_parse(text, &ret->number);
    case VALUE_DATE:
        return instant_parse(text, &ret->instant);
    case VALUE_BINARY:
        return base64_ok(text);
    case VALUE_IP:
        return cidr_parse(text, &ret->cidr);
    case VALUE_BOOL:
        /* The policy simulator takes any text but "true" for false. */
        ret->truth = str_eq_fold(text, STR("true"));
        return true;
    case VALUE_STRING:
    case VALUE_NULL:
        return true;
    }
    return false;
}

static bool related(enum relation relation, int order)
{
    switch (relation) {
    case REL_EQ:
        return order == 0;
    case REL_LT:
        return order < 0;
    case REL_LE:
        return order <= 0;
    case REL_GT:
        return order > 0;
    case REL_GE:
        return order >= 0;
    }
    return false;
}

/* A variable in a Bool value is compared as text with the two words it can stand for. */
static bool bool_matches(const struct test_value *value, bool truth, const struct scope *scope)
{
    if (!value->is_pattern)
        return value->truth == truth;
    return pattern_matches(&value->pattern, truth ? STR("true") : STR("false"), FOLD_ALL, scope);
}

static bool matches(const struct operator* op, const struct test_value *value,
                    const struct subject *subject, const struct scope *scope)
{
    switch (op->type) {
    case VALUE_STRING:
        return pattern_matches(&value->pattern, subject->text, op->fold ? FOLD_ALL : FOLD_NOTHING,
                               scope);
    case VALUE_ARN:
        return arn_pattern_matches(&value->arn, &subject->arn, false, scope);
    case VALUE_NUMBER:
        return related(op->relation, number_compare(&subject->number, &value->number));
    case VALUE_DATE:
        return related(op->relation, instant_compare(&subject->instant, &value->instant));
    case VALUE_BOOL:
        return bool_matches(value, subject->truth, scope);
    case VALUE_BINARY:
        return base64_same(subject->text, value->base64);
    case VALUE_IP:
        return cidr_contains(&value->cidr, &subject->cidr);
    case VALUE_NULL:
        break;
    }
    return false;
}

/*
 * Without values in the policy nothing is equal. The documentation of Access Analyzer ("Empty
 * array condition ...") says that of the positive operators. AWS undocumented: a negated operator
 * then excludes nothing, so that every value satisfies it.
 */
bool value_satisfies(const struct policy_test *test, struct str value, const struct scope *scope)
{
    const struct operator* op = test->op;
    struct subject subject;
    if (!read_subject(op, value.p ? value : STR(""), scope->work, &subject)) {
        /* What is no address lies outside every range; any other unreadable value fails. */
        return op->type == VALUE_IP && op->negated;
    }
    bool any = set_has(&test->texts, subject.text, scope->work);
    size_t cost = 1 + subject.text.n / 64;
    for (size_t i = 0; i < test->n_values && !any && work_spend(scope->work, cost); i++)
        any = matches(op, &test->values[i], &subject, scope);
    return any != op->negated;
}

static bool all_empty(const struct policy_values *values)
{
    for (size_t i = 0; i < values->n; i++) {
        if (values->v[i].n)
            return false;
    }
    return true;
}

/*
 * A key whose values are all empty counts as not there. The set operators go through the values
 * that are, and each of them is not null.
 */
static bool null_holds(const struct policy_test *test, bool absent)
{
    bool wants_absent = false, wants_present = false;
    for (size_t i = 0; i < test->n_values; i++) {
        wants_absent |= test->values[i].truth;
        wants_present |= !test->values[i].truth;
    }
    switch (test->set) {
    case SET_ALL:
        return absent || wants_present;
    case SET_ANY:
        return !absent && wants_present;
    case SET_NONE:
        break;
    }
    return absent ? wants_absent : wants_present;
}

static bool holds_without_key(const struct policy_test *test)
{
    if (test->set == SET_ALL || test->if_exists)
        return true;
    return test->set == SET_NONE && test->op->negated;
}

static bool all_satisfy(const struct policy_test *test, const struct policy_values *values,
                        const struct scope *scope)
{
    for (size_t i = 0; i < values->n && work_spend(scope->work, 1); i++) {
        if (!value_satisfies(test, values->v[i], scope))
            return false;
    }
    return true;
}

static bool any_satisfies(const struct policy_test *test, const struct policy_values *values,
                          const struct scope *scope)
{
    for (size_t i = 0; i < values->n && work_spend(scope->work, 1); i++) {
        if (value_satisfies(test, values->v[i], scope))
            return true;
    }
    return false;
}

bool condition_holds(const struct policy_condition *condition, const struct scope *scope)
{
    const struct policy_test *test = condition->test;
    struct policy_values values = {.n = 0};
    bool found = scope_find(scope, &condition->key, &values) && values.n;
    if (test->op->type == VALUE_NULL)
        return work_spend(scope->work, test->n_values + values.n) &&
               null_holds(test, !found || all_empty(&values));
    if (!found)
        return holds_without_key(test);
    switch (test->set) {
    case SET_ALL:
        return work_spend(scope->work, values.n) &&
               (all_empty(&values) || all_satisfy(test, &values, scope));
    case SET_ANY:
        return any_satisfies(test, &values, scope);
    case SET_NONE:
        break;
    }
    /* AWS undocumented: a list compared without a set operator satisfies nothing. */
    return values.n == 1 && !values.multivalued && value_satisfies(test, values.v[0], scope);
}
