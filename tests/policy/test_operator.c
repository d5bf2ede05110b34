/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdlib.h>

#include "policy/policy_priv.h"

static const char *const names[][2] = {
    {"StringEquals", "StringEquals"},
    {"stringnotequalsignorecase", "StringNotEqualsIgnoreCase"},
    {"FORANYVALUE:ARNLIKEIFEXISTS", "ForAnyValue:ArnLikeIfExists"},
    {"ForAllValues:Null", "ForAllValues:Null"},
    {"NumericGreaterThanEqualsIfExists", "NumericGreaterThanEqualsIfExists"},
    {"notIpAddress", "NotIpAddress"},
};

START_TEST(canonical)
{
    struct arena a;
    struct policy_test test = {.op = NULL};
    arena_init(&a);
    ck_assert(operator_parse(str_of(names[_i][0]), &test));
    ck_assert_str_eq(operator_name(&a, &test), names[_i][1]);
    arena_done(&a);
}
END_TEST

START_TEST(unknown)
{
    static const char *const texts[] = {"",
                                        "IfExists",
                                        "StringEqual",
                                        "StringEqualsIfExistsIfExists",
                                        "NullIfExists",
                                        "ForAllValues:",
                                        "StringEquals ",
                                        "ForAllValues:ForAnyValue:StringEquals",
                                        "BoolEquals"};
    struct policy_test test;
    ck_assert_msg(!operator_parse(str_of(texts[_i]), &test), "%s", texts[_i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("policy operators");
    TCase *tests = tcase_create("names");
    tcase_add_loop_test(tests, canonical, 0, (int)ARRAY_LEN(names));
    tcase_add_loop_test(tests, unknown, 0, 9);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
