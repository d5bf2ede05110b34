/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/password.h"
#include "err.h"
#include "support/sandbox.h"
#include "support/suite.h"

#define ALICE "AIDAZL6XWCR2MLDRO6EIG"

static struct box box;

static void setup(void)
{
    box_open(&box);
}

static void teardown(void)
{
    box_close(&box);
}

static const char *hash(const char *password)
{
    const char *made;
    ASSERT_OK(password_hash(&box.sandbox, &box.arena, password, &made));
    return made;
}

static bool is_at(const char *password, const char *made, int64_t cost)
{
    bool same;
    const struct password_question question = {password, made, cost};
    ASSERT_OK(password_is(&box.sandbox, &box.arena, &question, &same));
    return same;
}

static bool is(const char *password, const char *made)
{
    return is_at(password, made, 0);
}

static struct password_new spec(const char *made, bool reset_required, int64_t now)
{
    return (struct password_new){BOX_ACCOUNT, ALICE, made, reset_required, now};
}

START_TEST(test_hash_is_of_one_password)
{
    const char *made = hash("correct horse");
    ck_assert(is("correct horse", made));
    ck_assert(!is("correct horsf", made));
    ck_assert(!is("", made));
    ck_assert(!is("correct horse", NULL));
    ck_assert_ptr_null(strstr(made, "horse"));
}
END_TEST

/* A hash that nobody has made yet. */
START_TEST(test_an_empty_hash_is_the_given_password)
{
    ck_assert(!is("", "") && !is("correct horse", ""));
    box.sandbox.root_password = "correct horse";
    ck_assert(is("correct horse", ""));
    ck_assert(!is("correct horsf", "") && !is("", "") && !is("correct horse", NULL));
}
END_TEST

static const char *kept_hash(void)
{
    struct tx tx;
    struct password_row row;
    box_begin(&box, &tx);
    ASSERT_OK(q_password_get(&tx, &(struct q_password_get){BOX_ACCOUNT}, &row));
    box_end(&box, &tx);
    return row.hash;
}

START_TEST(test_the_given_password_settles)
{
    struct tx tx;
    box.sandbox.default_account = BOX_ACCOUNT;
    box.sandbox.root_password = "correct horse";
    ASSERT_OK(password_settle(&box.sandbox, &box.arena)); /* where there is none */
    box_begin(&box, &tx);
    ASSERT_OK(password_put(&tx, &(struct password_new){BOX_ACCOUNT, BOX_ACCOUNT, "", false, 7}));
    box_end(&box, &tx);
    ASSERT_OK(password_settle(&box.sandbox, &box.arena));
    ck_assert_str_eq(kept_hash(), ""); /* in memory */
    box.sandbox.kept = true;
    ASSERT_OK(password_settle(&box.sandbox, &box.arena));
    const char *settled = kept_hash();
    ck_assert(is("correct horse", settled));
    ASSERT_OK(password_settle(&box.sandbox, &box.arena));
    ck_assert_str_eq(kept_hash(), settled);
}
END_TEST

START_TEST(test_hash_is_yescrypt_with_its_own_salt)
{
    const char *first = hash("correct horse"), *second = hash("correct horse");
    ck_assert(str_starts(str_of(first), STR("$y$j75$"))); /* the least cost */
    ck_assert_str_ne(first, second);
    ck_assert(is("correct horse", second));
}
END_TEST

/* A cost that is set later is that of later hashes. */
START_TEST(test_cost_is_a_setting)
{
    const char *first = hash("correct horse");
    atomic_store(&box.sandbox.settings[SETTING_PASSWORD_COST], 5);
    const char *second = hash("correct horse");
    ck_assert(str_starts(str_of(second), STR("$y$j9T$")));
    ck_assert(is("correct horse", first));
    ck_assert(is("correct horse", second));
}
END_TEST

static int64_t cost_with(const char *made)
{
    struct tx tx;
    int64_t cost;
    const struct password_new next = spec(made, false, 1);
    box_begin(&box, &tx);
    if (made)
        ASSERT_OK(password_put(&tx, &next));
    ASSERT_OK(password_cost(&tx, &cost));
    box_end(&box, &tx);
    return cost;
}

/* Whose hash is cheaper than others takes as long; who has none, as long as the costliest. */
START_TEST(test_costliest_hash)
{
    static const int64_t costs[] = {2, 4, 3}, most[] = {2, 4, 4};
    ck_assert_int_eq(cost_with(NULL), 0);
    ck_assert_int_eq(cost_with(""), 0); /* nobody has made it yet */
    ck_assert_int_eq(cost_with("of something else"), 0);
    for (size_t i = 0; i < ARRAY_LEN(costs); i++) {
        atomic_store(&box.sandbox.settings[SETTING_PASSWORD_COST], costs[i]);
        const char *made = hash("correct horse");
        ck_assert_int_eq(cost_with(made), most[i]);
        for (int64_t cost = 0; cost <= 4; cost++) {
            ck_assert(is_at("correct horse", made, cost));
            ck_assert(!is_at("correct horsf", made, cost));
            ck_assert(!is_at("correct horse", NULL, cost));
        }
    }
}
END_TEST

/* All that the pattern lets pass: no part of it is cut off. */
START_TEST(test_longest_password_counts_to_its_end)
{
    char password[128 * 2 + 1];
    for (size_t i = 0; i < sizeof password - 1; i += 2)
        memcpy(password + i, "\xC3\xBF", 2);
    password[sizeof password - 1] = '\0';
    const char *made = hash(password);
    ck_assert(is(password, made));
    password[sizeof password - 2] = '\xBE';
    ck_assert(!is(password, made));
}
END_TEST

START_TEST(test_one_password_for_an_owner)
{
    struct tx tx;
    bool done;
    struct password_row row;
    struct password_new first = spec("one", true, 100), second = spec("two", false, 200);
    box_begin(&box, &tx);
    ASSERT_OK(password_add(&tx, &first, &done));
    ck_assert(done);
    ASSERT_OK(password_add(&tx, &second, &done));
    ck_assert(!done);
    ASSERT_OK(q_password_get(&tx, &(struct q_password_get){ALICE}, &row));
    ck_assert_str_eq(row.hash, "one");
    ck_assert_str_eq(row.account, BOX_ACCOUNT);
    ck_assert_int_eq(row.created, 100);
    ck_assert_int_eq(row.changed, 100);
    ck_assert(row.reset_required);
    box_end(&box, &tx);
}
END_TEST

START_TEST(test_replaced_password_keeps_its_creation)
{
    struct tx tx;
    struct password_row row;
    struct password_new first = spec("one", true, 100), second = spec("two", false, 200);
    box_begin(&box, &tx);
    ASSERT_OK(password_put(&tx, &first));
    ASSERT_OK(password_put(&tx, &second));
    ASSERT_OK(q_password_get(&tx, &(struct q_password_get){ALICE}, &row));
    ck_assert_str_eq(row.hash, "two");
    ck_assert_int_eq(row.created, 100);
    ck_assert_int_eq(row.changed, 200);
    ck_assert(!row.reset_required);
    box_end(&box, &tx);
}
END_TEST

/* The current one and 23 before it. */
START_TEST(test_history_has_the_last_ones)
{
    struct tx tx;
    struct hash_row_list rows;
    box_begin(&box, &tx);
    for (int i = 1; i <= 30; i++) {
        struct password_new next = spec(arena_printf(&box.arena, "hash %d", i), false, i);
        ASSERT_OK(password_put(&tx, &next));
    }
    ASSERT_OK(q_password_last(&tx, &(struct q_password_last){ALICE, INT64_MAX}, &rows));
    ck_assert_uint_eq(rows.n, PASSWORDS_KEPT);
    for (int i = 0; i < PASSWORDS_KEPT; i++)
        ck_assert_str_eq(rows.v[i].hash, arena_printf(&box.arena, "hash %d", 30 - i));
    ASSERT_OK(q_password_last(&tx, &(struct q_password_last){ALICE, 2}, &rows));
    ck_assert_uint_eq(rows.n, 2);
    ck_assert_str_eq(rows.v[1].hash, "hash 29");
    box_end(&box, &tx);
}
END_TEST

START_TEST(test_dropped_with_the_history)
{
    struct tx tx;
    bool done;
    struct password_row row;
    struct hash_row_list rows;
    struct password_new first = spec("one", true, 100), second = spec("two", false, 200);
    box_begin(&box, &tx);
    ASSERT_OK(password_put(&tx, &first));
    ASSERT_OK(password_put(&tx, &second));
    ASSERT_OK(password_drop(&tx, ALICE, &done));
    ck_assert(done);
    ASSERT_OK(password_drop(&tx, ALICE, &done));
    ck_assert(!done);
    ck_assert_int_eq(q_password_get(&tx, &(struct q_password_get){ALICE}, &row), ERR_NOT_FOUND);
    ASSERT_OK(q_password_last(&tx, &(struct q_password_last){ALICE, INT64_MAX}, &rows));
    ck_assert_uint_eq(rows.n, 0);
    box_end(&box, &tx);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("password");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, test_hash_is_of_one_password);
    tcase_add_test(tests, test_an_empty_hash_is_the_given_password);
    tcase_add_test(tests, test_the_given_password_settles);
    tcase_add_test(tests, test_hash_is_yescrypt_with_its_own_salt);
    tcase_add_test(tests, test_cost_is_a_setting);
    tcase_add_test(tests, test_costliest_hash);
    tcase_add_test(tests, test_longest_password_counts_to_its_end);
    tcase_add_test(tests, test_one_password_for_an_owner);
    tcase_add_test(tests, test_replaced_password_keeps_its_creation);
    tcase_add_test(tests, test_history_has_the_last_ones);
    tcase_add_test(tests, test_dropped_with_the_history);
    return suite_run("password", tests);
}
