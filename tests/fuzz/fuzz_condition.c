/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three lines: an operator, the policy's value, the request's value. A value satisfies at most
 * one of two opposite operators, and exactly one where every text can be compared.
 */
#include "policy/facts.h"
#include "policy/policy_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(struct arena *a, struct policy_test *test, struct str wanted, struct str given)
{
    struct test_value value = {.is_pattern = false};
    struct fact fact = {"aws:username", &given, 1, false};
    struct facts facts = facts_of(&fact, 1);
    if (!test_value_compile(a, test->op, wanted, PATTERN_VARIABLES, &value))
        return;
    test->values = &value;
    test->n_values = 1;
    struct operator opposite = * test->op;
    opposite.negated = !opposite.negated;
    const struct scope scope = {&facts.base, NULL};
    bool holds = value_satisfies(test, given, &scope);
    test->op = &opposite;
    bool other = value_satisfies(test, given, &scope);
    if ((holds && other) || (opposite.type == VALUE_STRING && holds == other))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = {(const char *)data, size};
    struct str name = str_cut(&rest, '\n'), wanted = str_cut(&rest, '\n');
    struct policy_test test = {.op = NULL};
    struct arena a;
    arena_init(&a);
    if (rest.p && operator_parse(name, &test))
        compare(&a, &test, wanted, rest);
    arena_done(&a);
    return 0;
}
