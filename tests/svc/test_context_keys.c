/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"
#include "svc/context_keys.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static const struct policy *compile(const char *condition)
{
    const struct policy *policy = NULL;
    struct policy_error error;
    const char *text = arena_printf(&a,
                                    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":"
                                    "\"Allow\",\"Action\":\"*\",\"Resource\":\"*\","
                                    "\"Condition\":{\"StringLike\":{%s}}}}",
                                    condition);
    ck_assert_int_eq(policy_compile(&a, str_of(text), POLICY_IDENTITY, &policy, &error), 0);
    return policy;
}

START_TEST(test_each_once)
{
    struct context_keys keys = {.arena = &a};
    context_keys_add(&keys, compile("\"aws:UserName\":\"x\",\"aws:userid\":\"${aws:username}\""));
    context_keys_add(&keys, compile("\"AWS:USERID\":\"x\",\"s3:prefix\":\"x\""));
    struct str_list names = context_keys_end(&keys);
    ck_assert_uint_eq(names.n, 3);
    ck_assert_str_eq(names.v[0], "aws:UserName");
    ck_assert_str_eq(names.v[1], "aws:userid");
    ck_assert_str_eq(names.v[2], "s3:prefix");
}
END_TEST

static bool find(UNUSED const struct policy_context *context, const struct policy_key *key,
                 UNUSED struct policy_values *ret)
{
    return str_is(key->folded, "aws:username");
}

START_TEST(test_given)
{
    const struct policy_context context = {.find = find};
    struct context_keys keys = {.arena = &a, .given = &context};
    context_keys_add(&keys, compile("\"aws:UserName\":\"x\",\"aws:userid\":\"${aws:username}\""));
    struct str_list names = context_keys_end(&keys);
    ck_assert_uint_eq(names.n, 1);
    ck_assert_str_eq(names.v[0], "aws:userid");
}
END_TEST

START_TEST(test_many)
{
    struct buf b = buf_new(&a, 4096);
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "%s\"x:key%d\":\"${aws:PrincipalTag/t%d}\"", i ? "," : "", i, i);
    struct context_keys keys = {.arena = &a};
    context_keys_add(&keys, compile(buf_text(&b)));
    struct str_list names = context_keys_end(&keys);
    ck_assert_uint_eq(names.n, 2000);
    ck_assert_str_eq(names.v[1999], "aws:PrincipalTag/t999");
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_each_once);
    tcase_add_test(tc, test_given);
    tcase_add_test(tc, test_many);
    return suite_run("context_keys", tc);
}
