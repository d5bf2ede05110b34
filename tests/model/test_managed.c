/* SPDX-License-Identifier: Apache-2.0 */
#include "model/managed.h"

#include <check.h>

#include "support/suite.h"

START_TEST(administrator)
{
    struct arena a;
    struct managed_policy policy;
    arena_init(&a);
    ck_assert(managed_find(STR("arn:aws:iam::aws:policy/AdministratorAccess"), &policy));
    ck_assert_str_eq(policy.name, "AdministratorAccess");
    ck_assert_str_eq(policy.path, "/");
    ck_assert_uint_eq(strlen(policy.id), 21);
    ck_assert_int_eq(policy.version, 1);
    ck_assert_int_eq(policy.created, 1423247986); /* 2015-02-06T18:39:46Z */
    ck_assert_str_eq(managed_document(&a, &policy), "{\n"
                                                    "    \"Version\": \"2012-10-17\",\n"
                                                    "    \"Statement\": [\n"
                                                    "        {\n"
                                                    "            \"Effect\": \"Allow\",\n"
                                                    "            \"Action\": \"*\",\n"
                                                    "            \"Resource\": \"*\"\n"
                                                    "        }\n"
                                                    "    ]\n"
                                                    "}");
    arena_done(&a);
}
END_TEST

START_TEST(every_one_is_found_by_its_arn)
{
    struct arena a;
    arena_init(&a);
    ck_assert_uint_gt(managed_count(), 1400);
    for (size_t i = 0; i < managed_count(); i++) {
        struct managed_policy policy, found = {.name = NULL};
        managed_at(i, &policy);
        ck_assert_uint_eq(policy.number, i);
        ck_assert_msg(managed_find(str_of(managed_arn(&a, &policy)), &found), "%s", policy.name);
        ck_assert_ptr_eq(found.name, policy.name);
        ck_assert_uint_eq(managed_behind(str_of(policy.name)), i + 1);
        ck_assert_int_le(policy.created, policy.updated);
        ck_assert_uint_eq(strspn(policy.id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), 21);
    }
    arena_done(&a);
}
END_TEST

START_TEST(nothing_else_is_found)
{
    static const char *const arns[] = {
        "",
        "arn:aws:iam::aws:policy",
        "arn:aws:iam::aws:policy/",
        "arn:aws:iam::aws:policy/administratoraccess",
        "arn:aws:iam::aws:policy/AdministratorAccess/",
        "arn:aws:iam::aws:policy/AdministratorAccess2",
        "arn:aws:iam::aws:policy/A",
        "arn:aws:iam::aws:policy/zzz",
        "arn:aws:iam::aws:policy//AdministratorAccess",
        "arn:aws:iam::aws:policy/job-function/AdministratorAccess",
        "arn:aws:iam::aws:policy/Billing", /* it is below /job-function/ */
        "arn:aws:iam::123456789012:policy/AdministratorAccess",
    };
    struct managed_policy policy = {.name = "untouched"};
    for (size_t i = 0; i < ARRAY_LEN(arns); i++)
        ck_assert_msg(!managed_find(str_of(arns[i]), &policy), "%s", arns[i]);
    ck_assert_str_eq(policy.name, "untouched");
    ck_assert(managed_find(STR("arn:aws:iam::aws:policy/job-function/Billing"), &policy));
    ck_assert_uint_eq(managed_behind(STR("")), 0);
    ck_assert_uint_eq(managed_behind(STR("zzzz")), managed_count());
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("managed");
    tcase_add_test(tests, administrator);
    tcase_add_test(tests, every_one_is_found_by_its_arn);
    tcase_add_test(tests, nothing_else_is_found);
    return suite_run("managed", tests);
}
