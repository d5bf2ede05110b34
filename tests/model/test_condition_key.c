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
        ck_assert_msg(key && !strcmp(key->name, names[i]), "%s", names[i]);
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

START_TEST(families)
{
    ck_assert_str_eq(find("aws:principaltag/team")->name, "aws:principaltag/");
    ck_assert_str_eq(find("aws:requesttag/a/b")->name, "aws:requesttag/");
    ck_assert_str_eq(find("aws:resourcetag/x")->name, "aws:resourcetag/");
    ck_assert_ptr_null(find("aws:principaltag"));
    ck_assert_ptr_null(find("aws:principaltag/"));
    ck_assert_ptr_null(find("aws:username/x"));
}
END_TEST

START_TEST(unknown)
{
    static const char *const names[] = {"", "/", "aws:", "aws:user", "aws:usernames", "zzz:x"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        ck_assert_ptr_null(find(names[i]));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("condition_key");
    tcase_add_test(tests, known);
    tcase_add_test(tests, properties);
    tcase_add_test(tests, families);
    tcase_add_test(tests, unknown);
    return suite_run("condition_key", tests);
}
