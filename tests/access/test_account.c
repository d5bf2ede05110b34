/* SPDX-License-Identifier: Apache-2.0 */
#include "access/account.h"
#include "access/linked.h"
#include "access/policy_use.h"
#include "entity/entity.h"
#include "err.h"
#include "model/ids.h"
#include "queries.h"
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
    ASSERT_OK(create(&(struct account_spec){
        .id = OTHER, .email = "root@example.com", .access_key_id = KEY, .secret = "s3cret"}));
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

static const char *const everywhere[] = {"AWSServiceRoleForSupport",
                                         "AWSServiceRoleForTrustedAdvisor"};

static int find_role(struct tx *tx, const char *account, const char *name, struct iam_role *ret)
{
    const char *key = str_fold(&box.arena, str_of(name));
    *ret = (struct iam_role){.path = NULL};
    return q_role_get(tx, &(struct q_role_get){.account = account, .name_key = key}, ret);
}

static void check_counts(struct tx *tx, const char *account)
{
    size_t seen = 0;
    struct counter_row_list counters;
    ASSERT_OK(q_account_summary(tx, &(struct q_account_summary){account}, &counters));
    for (size_t i = 0; i < counters.n; i++) {
        const char *name = counters.v[i].counter;
        if (strcmp(name, "Roles") != 0 && strcmp(name, "PolicyVersionsInUse") != 0)
            continue;
        ck_assert_int_eq(counters.v[i].n, ARRAY_LEN(everywhere));
        seen++;
    }
    ck_assert_uint_eq(seen, 2);
}

START_TEST(test_roles_of_every_account)
{
    struct tx tx;
    ASSERT_OK(create(&(struct account_spec){.id = OTHER, .email = "root@example.com"}));
    box_begin(&box, &tx);
    for (size_t i = 0; i < ARRAY_LEN(everywhere); i++) {
        struct iam_role one, other;
        struct iam_attached_policy_list attached;
        ASSERT_OK(find_role(&tx, BOX_ACCOUNT, everywhere[i], &one));
        ASSERT_OK(find_role(&tx, OTHER, everywhere[i], &other));
        ck_assert_str_ne(one.role_id, other.role_id);
        ck_assert_int_eq(other.create_date, 1700000000);
        ck_assert_str_eq(other.arn, arena_printf(&box.arena, "arn:aws:iam::" OTHER ":role%s%s",
                                                 other.path, everywhere[i]));
        ASSERT_OK(q_attachment_page(
            &tx,
            &(struct q_attachment_page){
                .owner = other.role_id, .prefix = "/", .prefix_end = "0", .after = "", .limit = 9},
            &attached));
        ck_assert_uint_eq(attached.n, 1);
    }
    check_counts(&tx, BOX_ACCOUNT);
    check_counts(&tx, OTHER);
    box_end(&box, &tx);
}
END_TEST

static void lose_role(struct tx *tx, const char *account, const char *name)
{
    struct iam_role role;
    struct iam_attached_policy_list attached;
    ASSERT_OK(find_role(tx, account, name, &role));
    ASSERT_OK(q_attachment_page(
        tx,
        &(struct q_attachment_page){
            .owner = role.role_id, .prefix = "/", .prefix_end = "0", .after = "", .limit = 1},
        &attached));
    const char *policy = attached.v[0].policy_arn, *key = str_fold(&box.arena, str_of(name));
    ASSERT_OK(q_attachment_delete(tx, &(struct q_attachment_delete){role.role_id, policy}));
    ASSERT_OK(policy_use_count(tx, account, policy, -1, 0));
    ASSERT_OK(entity_count(tx, account, "Roles", -1, INT64_MAX));
    ASSERT_OK(q_role_delete(tx, &(struct q_role_delete){account, key, role.role_id}));
}

/* As accounts of older data directories are; ids come out the same. */
START_TEST(test_accounts_without_roles)
{
    struct tx tx;
    struct iam_role before, after;
    ASSERT_OK(create(&(struct account_spec){.id = OTHER, .email = "root@example.com"}));
    box_begin(&box, &tx);
    ASSERT_OK(find_role(&tx, OTHER, everywhere[0], &before));
    lose_role(&tx, OTHER, everywhere[0]);
    lose_role(&tx, BOX_ACCOUNT, everywhere[0]);
    lose_role(&tx, BOX_ACCOUNT, everywhere[1]);
    box_end(&box, &tx);
    for (int i = 0; i < 2; i++)
        ASSERT_OK(linked_give_all(box.sandbox.store, &box.arena));
    box_begin(&box, &tx);
    ASSERT_OK(find_role(&tx, OTHER, everywhere[0], &after));
    ck_assert_str_eq(before.role_id, after.role_id);
    check_counts(&tx, BOX_ACCOUNT);
    check_counts(&tx, OTHER);
    box_end(&box, &tx);
}
END_TEST

START_TEST(test_taken_account)
{
    struct account_row account;
    struct key_row key;
    ck_assert_int_eq(
        create(&(struct account_spec){
            .id = BOX_ACCOUNT, .email = "other@example.com", .access_key_id = KEY, .secret = "s"}),
        ERR_ENTITY_ALREADY_EXISTS);
    ASSERT_OK(find_account(BOX_ACCOUNT, &account));
    ck_assert_str_eq(account.email, "a@example.com");
    ck_assert_int_eq(find_key(KEY, &key), ERR_NOT_FOUND);
}
END_TEST

START_TEST(test_what_nobody_chose)
{
    struct account_row account;
    ASSERT_OK(create(&(struct account_spec){.id = OTHER}));
    ASSERT_OK(find_account(OTHER, &account));
    ck_assert_str_eq(account.name, "Account " OTHER);
    ck_assert_str_eq(account.email, "root@" OTHER ".example");
}
END_TEST

static int create_with(const char *email)
{
    return create(&(struct account_spec){.id = OTHER, .email = email});
}

/* The letters' case makes no difference, and what nobody chose yet is kept. */
START_TEST(test_taken_email)
{
    static const char *const taken[] = {"a@example.com", "A@Example.COM",
                                        "root@000000000043.example", "ROOT@000000000043.example"};
    for (size_t i = 0; i < ARRAY_LEN(taken); i++)
        ck_assert_int_eq(create_with(taken[i]), ERR_ENTITY_ALREADY_EXISTS);
    ASSERT_OK(create_with("Root@" OTHER ".Example"));
    ASSERT_OK(create(&(struct account_spec){
        .id = "000000000044", .email = "A@example.com", .email_if_free = true}));
    struct account_row account;
    ASSERT_OK(find_account("000000000044", &account));
    ck_assert_str_eq(account.email, "root@000000000044.example");
}
END_TEST

START_TEST(test_emails)
{
    static const char *const good[] = {"a@b.c", "a.b+c@d-e.example", "\"@example.com"};
    static const char *const bad[] = {
        "",      "a",     "@b.c",    "a@",           "a@b",     "a@.c",     "a@b.",
        "a@b@c", "a b@c", "a@b.c\n", "\xc3\xa4@b.c", "a@b.c d", "a@b.c@d.e"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        ck_assert_msg(account_email_ok(str_of(good[i])), "%s", good[i]);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(!account_email_ok(str_of(bad[i])), "%s", bad[i]);
    const char *half = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const char *most = arena_printf(&box.arena, "%s@%s.bc", half, half);
    ck_assert_uint_eq(strlen(most), 64);
    ck_assert(account_email_ok(str_of(most)));
    ck_assert(!account_email_ok(str_of(arena_printf(&box.arena, "%sd", most))));
}
END_TEST

START_TEST(test_taken_key)
{
    struct account_row account;
    struct key_row key;
    box_key(&box, KEY, BOX_ACCOUNT);
    ck_assert_int_eq(
        create(&(struct account_spec){
            .id = OTHER, .email = "root@example.com", .access_key_id = KEY, .secret = "s"}),
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
    tcase_add_test(tc, test_roles_of_every_account);
    tcase_add_test(tc, test_accounts_without_roles);
    tcase_add_test(tc, test_taken_account);
    tcase_add_test(tc, test_what_nobody_chose);
    tcase_add_test(tc, test_taken_email);
    tcase_add_test(tc, test_emails);
    tcase_add_test(tc, test_taken_key);
    tcase_add_test(tc, test_new_keys);
    return suite_run("account", tc);
}
