/* SPDX-License-Identifier: Apache-2.0 */
#include "access/account.h"
#include "err.h"
#include "model/ids.h"
#include "support/sandbox.h"
#include "support/suite.h"

#define OTHER "000000000042"
#define KEY "AKIAZL6XWCR2MIB6XHU7"

static struct box box;

static void setup(void)
{
    box_open(&box);
}

static void teardown(void)
{
    box_close(&box);
}

static int create(const struct account_spec *spec)
{
    return account_create(&box.sandbox, &box.arena, spec);
}

static int find_account(const char *id, struct account_row *ret)
{
    struct tx tx;
    box_begin(&box, &tx);
    int code = q_account_get(&tx, &(struct q_account_get){id}, ret);
    box_end(&box, &tx);
    return code;
}

static int find_key(const char *id, struct key_row *ret)
{
    struct tx tx;
    box_begin(&box, &tx);
    int code = q_key_get(&tx, &(struct q_key_get){id}, ret);
    box_end(&box, &tx);
    return code;
}

START_TEST(test_account_with_key)
{
    struct account_row account;
    struct key_row key;
    ASSERT_OK(create(&(struct account_spec){OTHER, "root@example.com", KEY, "s3cret"}));
    ASSERT_OK(find_account(OTHER, &account));
    ck_assert_str_eq(account.email, "root@example.com");
    ck_assert_int_eq(account.created, 1700000000);
    ASSERT_OK(find_key(KEY, &key));
    ck_assert_str_eq(key.account, OTHER);
    ck_assert_str_eq(key.owner, OTHER);
    ck_assert_str_eq(key.secret, "s3cret");
    ck_assert_str_eq(key.status, "Active");
    ck_assert_int_eq(key.created, 1700000000);
}
END_TEST

START_TEST(test_account_without_key)
{
    struct account_row account;
    struct key_row key;
    ASSERT_OK(create(&(struct account_spec){.id = OTHER, .email = "root@example.com"}));
    ASSERT_OK(find_account(OTHER, &account));
    ck_assert_int_eq(find_key(KEY, &key), ERR_NOT_FOUND);
}
END_TEST

START_TEST(test_taken_account)
{
    struct account_row account;
    struct key_row key;
    ck_assert_int_eq(create(&(struct account_spec){BOX_ACCOUNT, "other@example.com", KEY, "s"}),
                     ERR_ENTITY_ALREADY_EXISTS);
    ASSERT_OK(find_account(BOX_ACCOUNT, &account));
    ck_assert_str_eq(account.email, "a@example.com");
    ck_assert_int_eq(find_key(KEY, &key), ERR_NOT_FOUND);
}
END_TEST

START_TEST(test_taken_key)
{
    struct account_row account;
    struct key_row key;
    box_key(&box, KEY, BOX_ACCOUNT);
    ck_assert_int_eq(create(&(struct account_spec){OTHER, "root@example.com", KEY, "s"}),
                     ERR_ENTITY_ALREADY_EXISTS);
    ck_assert_int_eq(find_account(OTHER, &account), ERR_NOT_FOUND);
    ASSERT_OK(find_key(KEY, &key));
    ck_assert_str_eq(key.owner, BOX_ACCOUNT);
}
END_TEST

START_TEST(test_new_keys)
{
    struct account_spec first = {.id = OTHER}, second = {.id = OTHER};
    char account[ACCOUNT_SIZE];
    account_new_key(&box.sandbox, &box.arena, &first);
    account_new_key(&box.sandbox, &box.arena, &second);
    ck_assert_uint_eq(strlen(first.access_key_id), 20);
    ck_assert_uint_eq(strlen(first.secret), 40);
    ck_assert_mem_eq(first.access_key_id, "AKIA", 4);
    ck_assert(id_account(str_of(first.access_key_id), account));
    ck_assert_str_eq(account, OTHER);
    ck_assert_str_ne(first.access_key_id, second.access_key_id);
    ck_assert_str_ne(first.secret, second.secret);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_account_with_key);
    tcase_add_test(tc, test_account_without_key);
    tcase_add_test(tc, test_taken_account);
    tcase_add_test(tc, test_taken_key);
    tcase_add_test(tc, test_new_keys);
    return suite_run("account", tc);
}
