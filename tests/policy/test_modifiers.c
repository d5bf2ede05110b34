/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every operator under every set operator, with IfExists and without, for a key that is not there,
 * that has no values, one value, and several (IAM User Guide, "Condition operators" and "Set
 * operators for multivalued context keys").
 */
#include <check.h>
#include <stdlib.h>

#include "policy/facts.h"
#include "policy/policy_priv.h"

/* A value of the policy, one of the request that satisfies the operator, and one that does not. */
static const struct {
    const char *op, *value, *yes, *no;
    bool negated;
} operators[] = {
    {"StringEquals", "a*", "a*", "ab", false},
    {"StringNotEquals", "a*", "ab", "a*", true},
    {"StringEqualsIgnoreCase", "Ab", "aB", "abc", false},
    {"StringNotEqualsIgnoreCase", "Ab", "abc", "aB", true},
    {"StringLike", "a*", "ab", "ba", false},
    {"StringNotLike", "a*", "ba", "ab", true},
    {"ArnEquals", "arn:aws:sns:*:1:t", "arn:aws:sns:r:1:t", "arn:aws:sns:r:2:t", false},
    {"ArnNotEquals", "arn:aws:sns:*:1:t", "arn:aws:sns:r:2:t", "arn:aws:sns:r:1:t", true},
    {"ArnLike", "arn:aws:sns:*:1:t", "arn:aws:sns:r:1:t", "arn:aws:sns:r:1:t:t", false},
    {"ArnNotLike", "arn:aws:sns:*:1:t", "arn:aws:sns:r:2:t", "arn:aws:sns:r:1:t", true},
    {"NumericEquals", "10", "10.0", "11", false},
    {"NumericNotEquals", "10", "11", "10.0", true},
    {"NumericLessThan", "10", "9", "10", false},
    {"NumericLessThanEquals", "10", "10", "11", false},
    {"NumericGreaterThan", "10", "11", "10", false},
    {"NumericGreaterThanEquals", "10", "10", "9", false},
    {"DateEquals", "2026-01-01", "2026-01-01T00:00:00Z", "2026-01-02", false},
    {"DateNotEquals", "2026-01-01", "2026-01-02", "2026-01-01T00:00:00Z", true},
    {"DateLessThan", "2026-01-01", "2025-12-31", "2026-01-01", false},
    {"DateLessThanEquals", "2026-01-01", "2026-01-01", "2026-01-02", false},
    {"DateGreaterThan", "2026-01-01", "2026-01-02", "2026-01-01", false},
    {"DateGreaterThanEquals", "2026-01-01", "2026-01-01", "2025-12-31", false},
    {"Bool", "true", "TRUE", "false", false},
    {"BinaryEquals", "QUI=", "QUI=", "QUJD", false},
    {"IpAddress", "10.0.0.0/8", "10.1.2.3", "11.0.0.1", false},
    {"NotIpAddress", "10.0.0.0/8", "11.0.0.1", "10.1.2.3", true},
};

enum set { ALONE, ALL, ANY };

static const char *const prefixes[] = {"", "ForAllValues:", "ForAnyValue:"};

/* What the request has of the key: a `y` for a value that satisfies, an `n` for one that does not;
   NULL: it has no such key. */
static const char *const lists[] = {NULL, "", "y", "n", "yy", "nn", "yn", "ny"};

static bool expected(enum set set, bool if_exists, bool negated, const char *list)
{
    if (!list || !*list)
        return if_exists || set == ALL || (set == ALONE && negated);
    if (set == ALONE)
        return !strcmp(list, "y");
    return set == ALL ? !strchr(list, 'n') : strchr(list, 'y') != NULL;
}

static bool holds(const struct policy *policy, size_t row, const char *list)
{
    struct str values[2];
    size_t n = list ? strlen(list) : 0;
    for (size_t i = 0; i < n; i++)
        values[i] = str_of(list[i] == 'y' ? operators[row].yes : operators[row].no);
    const struct fact fact = {"x:key", values, n, n > 1};
    struct facts facts = facts_of(&fact, list != NULL);
    const struct policy_request request = {
        .action = STR("s3:GetObject"), .resource = STR("arn:aws:s3:::b/k"), .context = &facts.base};
    struct policy_subject subject = policy_prepare(&request);
    return policy_eval(policy, &subject, NULL).verdict == POLICY_ALLOWS;
}

START_TEST(modifiers)
{
    struct arena a;
    size_t row = (size_t)_i / 6;
    enum set set = (enum set)(_i % 3);
    bool if_exists = _i / 3 % 2;
    arena_init(&a);
    const char *op =
        arena_printf(&a, "%s%s%s", prefixes[set], operators[row].op, if_exists ? "IfExists" : "");
    const char *text = arena_printf(
        &a,
        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\","
        "\"Resource\":\"*\",\"Condition\":{\"%s\":{\"x:key\":\"%s\"}}}}",
        op, operators[row].value);
    const struct policy *policy = NULL;
    struct policy_error error;
    ck_assert_int_eq(policy_compile(&a, str_of(text), POLICY_IDENTITY, &policy, &error), OK);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        ck_assert_msg(holds(policy, row, lists[i]) ==
                          expected(set, if_exists, operators[row].negated, lists[i]),
                      "%s of %s", op, lists[i] ? lists[i] : "no key");
    arena_done(&a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("modifiers of operators");
    TCase *tests = tcase_create("modifiers");
    tcase_add_loop_test(tests, modifiers, 0, (int)ARRAY_LEN(operators) * 6);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
