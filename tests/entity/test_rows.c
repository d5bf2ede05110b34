/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept in memory of users, roles and groups, and until when. */
#include "access/view.h"
#include "entities.h"
#include "err.h"
#include "support/sandbox.h"
#include "support/suite.h"

#define ALICE "AIDAZL6XWCR2MLDRO6EIG"
#define OTHER "AIDARKEXDU3E7KD3L3CRF"

static struct box box;

static void setup(void)
{
    box_open(&box);
    box_user(&box, ALICE, "Alice");
    box_tag(&box, ALICE, "team", "red");
}

static void teardown(void)
{
    box_close(&box);
}

/* One call that reads, from its beginning to its end. */
struct look {
    struct tx tx;
    struct call c;
};

static void look_begin(struct look *l)
{
    store_begin_later(box.sandbox.store, false, &box.arena, &l->tx);
    l->c = box_call(&box);
    l->c.tx = &l->tx;
}

static void look_end(struct look *l)
{
    ASSERT_OK(store_end(&l->tx, true));
}

/* Whether a call finds NAME in memory. */
static bool is_kept(const char *name, struct iam_user **ret)
{
    struct look l;
    look_begin(&l);
    ASSERT_OK(entity_user(&l.c, name, ret));
    ASSERT_OK(entity_tags(&l.c, RESOURCE_USER, (*ret)->user_id, &(*ret)->tags));
    bool kept = !store_has_begun(&l.tx);
    look_end(&l);
    return kept;
}

START_TEST(test_the_second_call_reads_nothing)
{
    struct iam_user *first, *second;
    ck_assert(!is_kept("alice", &first));
    ck_assert(is_kept("ALICE", &second));
    ck_assert_str_eq(second->user_name, "Alice");
    ck_assert_str_eq(second->user_id, ALICE);
    ck_assert_uint_eq(second->tags.n, 1);
    ck_assert_str_eq(second->tags.v[0].value, "red");
    first->path = "changed"; /* rows are the call's own */
    ck_assert(is_kept("alice", &second));
    ck_assert_str_eq(second->path, "/");
}
END_TEST

START_TEST(test_by_id)
{
    struct look l;
    struct iam_user *user;
    for (int i = 0; i < 2; i++) {
        look_begin(&l);
        ASSERT_OK(entity_user_by_id(&l.c, ALICE, &user));
        ck_assert_str_eq(user->user_name, "Alice");
        ck_assert_int_eq(store_has_begun(&l.tx), i == 0);
        look_end(&l);
    }
}
END_TEST

static void move(struct tx *tx, const char *path)
{
    ASSERT_OK(q_user_move(
        tx,
        &(struct q_user_move){
            .account = BOX_ACCOUNT, .name_key = "alice", .path = path, .arn = "arn", .id = ALICE}));
}

START_TEST(test_a_change_drops_it)
{
    struct iam_user *user;
    struct tx tx;
    ck_assert(!is_kept("alice", &user));
    box_begin(&box, &tx);
    move(&tx, "/x/");
    box_end(&box, &tx);
    ck_assert(!is_kept("alice", &user));
    ck_assert_str_eq(user->path, "/x/");
    box_tag(&box, ALICE, "team", "blue");
    ck_assert(!is_kept("alice", &user));
    ck_assert_str_eq(user->tags.v[0].value, "blue");
    ck_assert(is_kept("alice", &user));
}
END_TEST

START_TEST(test_the_next_of_that_name_is_another)
{
    struct iam_user *user;
    struct tx tx;
    ck_assert(!is_kept("alice", &user));
    box_begin(&box, &tx);
    ASSERT_OK(q_user_delete(&tx, &(struct q_user_delete){BOX_ACCOUNT, "alice", ALICE}));
    box_end(&box, &tx);
    struct look l;
    look_begin(&l);
    ck_assert_int_eq(entity_user(&l.c, "alice", &user), ERR_NOT_FOUND);
    look_end(&l);
    box_user(&box, OTHER, "alice");
    ck_assert(!is_kept("alice", &user));
    ck_assert_str_eq(user->user_id, OTHER);
    ck_assert_uint_eq(user->tags.n, 0);
}
END_TEST

/* It sees what it has changed itself, and what others know stays as it is. */
START_TEST(test_a_write_neither_reads_nor_fills_it)
{
    struct iam_user *user;
    struct look w;
    ck_assert(!is_kept("alice", &user));
    look_begin(&w);
    w.tx.write = true;
    move(&w.tx, "/never/");
    ASSERT_OK(entity_user(&w.c, "alice", &user));
    ck_assert_str_eq(user->path, "/never/");
    ASSERT_OK(store_end(&w.tx, false));
    ck_assert(is_kept("alice", &user));
    ck_assert_str_eq(user->path, "/");
}
END_TEST

/* Its state may be older than a change that others know of by now. */
START_TEST(test_only_what_a_call_begins_with_is_kept)
{
    struct look l;
    struct iam_user *user;
    struct account_row account;
    look_begin(&l);
    ASSERT_OK(q_account_get(&l.tx, &(struct q_account_get){BOX_ACCOUNT}, &account));
    ASSERT_OK(entity_user(&l.c, "alice", &user));
    look_end(&l);
    ck_assert(!is_kept("alice", &user));
    ck_assert(is_kept("alice", &user));
}
END_TEST

START_TEST(test_what_a_call_has_outlives_the_cache)
{
    struct look l;
    struct iam_user *user;
    ck_assert(!is_kept("alice", &user));
    look_begin(&l);
    ASSERT_OK(entity_user(&l.c, "alice", &user));
    look_end(&l);
    cache_clear(box.sandbox.entities);
    ck_assert_str_eq(user->user_name, "Alice");
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_the_second_call_reads_nothing);
    tcase_add_test(tc, test_by_id);
    tcase_add_test(tc, test_a_change_drops_it);
    tcase_add_test(tc, test_the_next_of_that_name_is_another);
    tcase_add_test(tc, test_a_write_neither_reads_nor_fills_it);
    tcase_add_test(tc, test_only_what_a_call_begins_with_is_kept);
    tcase_add_test(tc, test_what_a_call_has_outlives_the_cache);
    return suite_run("rows", tc);
}
