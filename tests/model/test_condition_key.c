/* SPDX-License-Identifier: Apache-2.0 */
#include "model/condition_key.h"

#include <check.h>

#include "support/suite.h"

static const struct condition_key *find(const char *name)
{
    return condition_key_find(str_of(name));
}

/* Names from all over the table, so that one out of order is missed. */
START_TEST(known)
{
    static const char *const names[] = {
        "aws:assumedroot",     "aws:calledvia",
        "aws:calledviafirst",  "aws:currenttime",
        "aws:epochtime",       "aws:principalaccount",
        "aws:principalarn",    "aws:principalorgid",
        "aws:principaltype",   "aws:referer",
        "aws:requestedregion", "aws:resourceaccount",
        "aws:sourcearn",       "aws:sourceip",
        "aws:sourcevpc",       "aws:sourcevpcarn",
        "aws:sourcevpce",      "aws:tagkeys",
        "aws:userid",          "aws:username",
        "aws:vpcsourceip",     "ec2:sourceinstancearn",
        "glue:roleassumedby",  "ssm:sourceinstancearn",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct condition_key *key = find(names[i]);
        ck_assert_msg(key && str_eq_fold(str_of(key->name), str_of(names[i])), "%s", names[i]);
    }
}
END_TEST

START_TEST(properties)
{
    ck_assert_int_eq(find("aws:sourceip")->type, CONDITION_KEY_IP);
    ck_assert_int_eq(find("aws:multifactorauthage")->type, CONDITION_KEY_NUMERIC);
    ck_assert_int_eq(find("aws:currenttime")->type, CONDITION_KEY_DATE);
    ck_assert(find("aws:tagkeys")->multivalued);
    ck_assert(!find("aws:calledviafirst")->multivalued);
}
END_TEST

/* The table is sorted, as a search of its halves needs it, and each row is found by its id. */
START_TEST(every_key)
{
    struct arena a;
    arena_init(&a);
    for (int i = 0; i < AWS_KEY_COUNT; i++) {
        const char *name = condition_key_name((enum condition_key_id)i);
        bool family = name[strlen(name) - 1] == '/';
        struct str tried = str_of(arena_printf(&a, "%s%s", name, family ? "x" : ""));
        const struct condition_key *key = find(str_fold(&a, tried));
        ck_assert_msg(key && (int)condition_key_id(key) == i, "%s", name);
    }
    arena_done(&a);
}
END_TEST

START_TEST(families)
{
    ck_assert_str_eq(find("aws:principaltag/team")->name, "aws:PrincipalTag/");
    ck_assert_str_eq(find("aws:requesttag/a/b")->name, "aws:RequestTag/");
    ck_assert_str_eq(find("aws:resourcetag/x")->name, "aws:ResourceTag/");
    ck_assert_ptr_null(find("aws:principaltag"));
    ck_assert_ptr_null(find("aws:principaltag/"));
    ck_assert_ptr_null(find("aws:username/x"));
}
END_TEST

START_TEST(unknown)
{
    ck_assert_ptr_null(condition_key_find(STR("aws:username\0")));
    ck_assert_ptr_null(condition_key_find(STR("aws:username\0\0x")));
    static const char *const names[] = {"", "/", "aws:", "aws:user", "aws:usernames", "zzz:x"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        ck_assert_ptr_null(find(names[i]));
}
END_TEST

START_TEST(nearest)
{
    ck_assert_str_eq(condition_key_nearest(STR("aws:user"))->name, "aws:userid");
    ck_assert_str_eq(condition_key_nearest(STR("aws:usernam"))->name, "aws:username");
    ck_assert_str_eq(condition_key_nearest(STR("aws:principaltags/team"))->name,
                     "aws:PrincipalTag/");
    ck_assert_ptr_null(condition_key_nearest(STR("aws:nonsense")));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("condition_key");
    tcase_add_test(tests, known);
    tcase_add_test(tests, properties);
    tcase_add_test(tests, every_key);
    tcase_add_test(tests, families);
    tcase_add_test(tests, unknown);
    tcase_add_test(tests, nearest);
    return suite_run("condition_key", tests);
}
