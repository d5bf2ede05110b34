/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdlib.h>

#include "model/arn.h"

START_TEST(parts)
{
    struct arn arn;
    ck_assert(arn_parse(STR("arn:aws:sns:eu-west-1:111122223333:topic:sub/x"), &arn));
    ck_assert(str_is(arn.partition, "aws"));
    ck_assert(str_is(arn.service, "sns"));
    ck_assert(str_is(arn.region, "eu-west-1"));
    ck_assert(str_is(arn.account, "111122223333"));
    ck_assert(str_is(arn.resource, "topic:sub/x"));
}
END_TEST

START_TEST(empty_parts)
{
    struct arn arn;
    ck_assert(arn_parse(STR("arn:aws:s3:::bucket"), &arn));
    ck_assert_uint_eq(arn.region.n, 0);
    ck_assert_uint_eq(arn.account.n, 0);
    ck_assert(str_is(arn.resource, "bucket"));
}
END_TEST

START_TEST(accounts)
{
    struct arena a;
    arena_init(&a);
    ck_assert_str_eq(arn_account(&a, "arn:aws:iam::123456789012:user/alice"), "123456789012");
    ck_assert_str_eq(arn_account(&a, "arn:aws:s3:::bucket"), "");
    ck_assert_str_eq(arn_account(&a, "alice"), "");
    arena_done(&a);
}
END_TEST

START_TEST(refused)
{
    static const char *const texts[] = {
        "",
        "*",
        "arn",
        "arn:",
        "arn:aws:s3",
        "arn:aws:s3::bucket",
        "arn:aws:s3:::",
        "arn::s3:::bucket",
        "arn:aws::::bucket",
        "ARN:aws:s3:::bucket",
        "urn:aws:s3:::bucket",
        " arn:aws:s3:::bucket",
    };
    struct arn arn = {.account = STR("untouched")};
    ck_assert_msg(!arn_parse(str_of(texts[_i]), &arn), "%s", texts[_i]);
    ck_assert(str_is(arn.account, "untouched"));
}
END_TEST

START_TEST(entities)
{
    static const struct {
        const char *text, *kind, *name; /* NULL: none */
    } cases[] = {
        {"arn:aws:iam::111122223333:user/alice", "user", "alice"},
        {"arn:aws:iam::111122223333:role/a/b/r", "role", "r"},
        {"arn:aws:iam::111122223333:root", NULL, NULL},
        {"arn:aws:iam::111122223333:user/", NULL, NULL},
        {"arn:aws:iam::111122223333:user/a/", NULL, NULL},
        {"arn:aws:iam:us-east-1:111122223333:user/a", NULL, NULL},
        {"arn:aws:sts::111122223333:assumed-role/r/s", NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arn arn;
        struct str kind, name;
        ck_assert(arn_parse(str_of(cases[i].text), &arn));
        bool is_entity = arn_entity(&arn, &kind, &name);
        ck_assert_msg(is_entity == (cases[i].name != NULL), "%s", cases[i].text);
        ck_assert(!is_entity || (str_is(kind, cases[i].kind) && str_is(name, cases[i].name)));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arn");
    TCase *tests = tcase_create("parse");
    tcase_add_test(tests, parts);
    tcase_add_test(tests, empty_parts);
    tcase_add_loop_test(tests, refused, 0, 12);
    tcase_add_test(tests, accounts);
    tcase_add_test(tests, entities);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
