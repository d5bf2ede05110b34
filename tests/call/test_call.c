/* SPDX-License-Identifier: Apache-2.0 */
#include "call/call.h"
#include "model/ids.h"
#include "support/suite.h"

static struct arena a;
static struct sandbox sandbox;
static struct call c;

static void setup(void)
{
    arena_init(&a);
    rand_init_seeded(&sandbox.rand, 1);
    c = (struct call){.arena = &a, .sandbox = &sandbox, .account = "123456789012"};
}

static void teardown(void)
{
    rand_done(&sandbox.rand);
    arena_done(&a);
}

START_TEST(test_failures_carry_their_sentence)
{
    ck_assert_ptr_null(c.message);
    int code =
        call_fail(&c, ERR_NO_SUCH_ENTITY, "The %s with name %s cannot be found.", "user", "alice");
    ck_assert_int_eq(code, ERR_NO_SUCH_ENTITY);
    ck_assert_str_eq(c.message, "The user with name alice cannot be found.");
}
END_TEST

START_TEST(test_quotas_are_the_sandbox_s)
{
    atomic_store(&sandbox.quotas[QUOTA_USERS], 5000);
    atomic_store(&sandbox.quotas[QUOTA_GROUPS], 3);
    ck_assert_int_eq(call_quota(&c, QUOTA_USERS), 5000);
    ck_assert_int_eq(call_quota(&c, QUOTA_GROUPS), 3);
}
END_TEST

START_TEST(test_ids_are_of_the_caller_s_account)
{
    char account[ACCOUNT_SIZE];
    const char *first = call_new_id(&c, "AIDA"), *second = call_new_id(&c, "AIDA");
    ck_assert_str_ne(first, second);
    ck_assert(id_account(str_of(first), account));
    ck_assert_str_eq(account, "123456789012");
    rand_restart(&sandbox.rand, 1);
    ck_assert_str_eq(call_new_id(&c, "AIDA"), first);
}
END_TEST

START_TEST(test_fold)
{
    ck_assert_str_eq(call_fold(&c, "Alice+Bob@X"), "alice+bob@x");
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_failures_carry_their_sentence);
    tcase_add_test(tc, test_quotas_are_the_sandbox_s);
    tcase_add_test(tc, test_ids_are_of_the_caller_s_account);
    tcase_add_test(tc, test_fold);
    return suite_run("call", tc);
}
