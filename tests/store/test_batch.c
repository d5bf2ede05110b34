/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes that are committed together. The linker puts a function of this file before sqlite3_step,
 * to count and to fail.
 */
#include <pthread.h>
#include <sqlite3.h>

#include "err.h"
#include "support.h"

enum { WRITES = 3 };

struct write {
    const char *id; /* the thing it inserts */
    bool spoil;     /* inserts it twice, which fails */
    bool undo;
    int begin, end; /* expected */
};

/* The next statement that begins with these words fails. */
struct fault {
    const char *sql;
    bool lose; /* SQLite ends the whole transaction, as it does when a disk fails */
};

static const struct fault NO_FAULT = {.sql = NULL};
static struct fault fault;
static int commits;

int __real_sqlite3_step(sqlite3_stmt *stmt);
int __wrap_sqlite3_step(sqlite3_stmt *stmt);

int __wrap_sqlite3_step(sqlite3_stmt *stmt)
{
    struct str sql = str_of(sqlite3_sql(stmt));
    commits += str_is(sql, "COMMIT");
    if (!fault.sql || !str_starts(sql, str_of(fault.sql)))
        return __real_sqlite3_step(stmt);
    fault.sql = NULL;
    if (fault.lose)
        sqlite3_exec(sqlite3_db_handle(stmt), "ROLLBACK", NULL, NULL, NULL);
    return SQLITE_FULL;
}

static void run_write(struct fix *f, const struct write *w)
{
    struct tx tx;
    ck_assert_int_eq(store_begin(f->store, true, &f->arena, &tx), w->begin);
    if (w->begin < 0)
        return;
    int inserted UNUSED = q_thing_insert(&tx, &(struct q_thing_insert){.id = w->id});
    if (w->spoil)
        ck_assert_int_lt(q_thing_insert_hard(&tx, &(struct q_thing_insert_hard){w->id}), 0);
    ck_assert_int_eq(store_end(&tx, !w->undo), w->end);
}

static bool is_there(struct fix *f, const char *id)
{
    struct tx tx;
    struct thing_row row;
    ASSERT_OK(store_begin(f->store, false, &f->arena, &tx));
    int code = q_thing_get(&tx, &(struct q_thing_get){id}, &row);
    ASSERT_OK(store_end(&tx, true));
    return code == OK;
}

/* Runs a batch of the writes and sees to it that exactly what was promised is there. */
static void run(enum backend backend, const struct write *writes, struct fault planned,
                int expected)
{
    struct fix f;
    fix_open(&f, backend);
    ASSERT_OK(store_batch_begin(f.store));
    commits = 0;
    fault = planned;
    for (size_t i = 0; i < WRITES; i++)
        run_write(&f, &writes[i]);
    ck_assert_int_eq(commits, 0);
    ck_assert_int_eq(store_batch_end(f.store), expected);
    ck_assert_ptr_null(fault.sql);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < WRITES; i++) {
            const struct write *w = &writes[i];
            bool kept = expected == OK && w->begin == OK && w->end == OK && !w->undo;
            ck_assert_msg(is_there(&f, w->id) == kept, "%s", w->id);
        }
        if (backend == IN_DIRECTORY)
            fix_reopen(&f);
    }
    fix_insert(&f, "next");
    fix_done(&f);
}

START_TEST(one_commit_for_all)
{
    run(_i, (const struct write[WRITES]){{.id = "a"}, {.id = "b"}, {.id = "c"}}, NO_FAULT, OK);
    ck_assert_int_ge(commits, 1);
}
END_TEST

/* The first, one between and the last. */
START_TEST(one_that_is_undone_takes_none_along)
{
    for (int i = 0; i < WRITES; i++) {
        struct write writes[WRITES] = {{.id = "a"}, {.id = "b"}, {.id = "c"}};
        writes[i].undo = true;
        run(_i, writes, NO_FAULT, OK);
    }
}
END_TEST

START_TEST(one_that_fails_takes_none_along)
{
    for (int i = 0; i < WRITES; i++) {
        struct write writes[WRITES] = {{.id = "a"}, {.id = "b"}, {.id = "c"}};
        writes[i].spoil = true;
        writes[i].end = ERR_STORE;
        run(_i, writes, NO_FAULT, OK);
    }
}
END_TEST

START_TEST(one_that_cannot_begin_takes_none_along)
{
    const struct write writes[WRITES] = {{.id = "a"}, {"b", .begin = ERR_STORE_FULL}, {.id = "c"}};
    run(_i, writes, (struct fault){.sql = "SAVEPOINT"}, OK);
}
END_TEST

START_TEST(a_batch_that_writes_nothing_commits_nothing)
{
    const struct write writes[WRITES] = {
        {"a", .undo = true}, {"b", .spoil = true, .end = ERR_STORE}, {"c", .undo = true}};
    run(_i, writes, NO_FAULT, OK);
}
END_TEST

START_TEST(a_failed_commit_undoes_all)
{
    for (int lose = 0; lose < 2; lose++) {
        const struct write writes[WRITES] = {{.id = "a"}, {"b", .undo = true}, {.id = "c"}};
        run(_i, writes, (struct fault){"COMMIT", lose}, ERR_STORE_FULL);
    }
}
END_TEST

/* The failure comes in a query, when a part is kept, and when it is undone. */
START_TEST(a_lost_transaction_ends_the_batch)
{
    static const char *const sql[] = {"INSERT INTO thing (id) VALUES", "RELEASE", "ROLLBACK TO"};
    for (int i = 0; i < WRITES; i++) {
        const struct write writes[WRITES] = {
            {.id = "a"},
            {"b", .spoil = i == 0, .undo = i == 2, .end = i == 2 ? OK : ERR_STORE_FULL},
            {"c", .begin = ERR_STORE_FULL},
        };
        run(_i, writes, (struct fault){sql[i], .lose = true}, ERR_STORE_FULL);
    }
}
END_TEST

START_TEST(a_part_that_cannot_be_undone_takes_all_along)
{
    const struct write writes[WRITES] = {
        {.id = "a"}, {"b", .undo = true}, {"c", .begin = ERR_STORE_FULL}};
    run(_i, writes, (struct fault){.sql = "ROLLBACK TO"}, ERR_STORE_FULL);
}
END_TEST

static void *insert_one(void *store)
{
    struct arena a;
    arena_init(&a);
    struct tx tx;
    ASSERT_OK(store_begin(store, true, &a, &tx));
    ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = "other"}));
    ck_assert_int_eq(tx.changes, 1);
    ASSERT_OK(store_end(&tx, true));
    arena_done(&a);
    return NULL;
}

/* A write of another thread is never part of it, whether the batch is kept or lost. */
START_TEST(others_wait_for_the_end)
{
    struct fix f;
    pthread_t other;
    fix_open(&f, _i);
    ASSERT_OK(store_batch_begin(f.store));
    run_write(&f, &(const struct write){.id = "a"});
    ck_assert_int_eq(pthread_create(&other, NULL, insert_one, f.store), 0);
    run_write(&f, &(const struct write){.id = "b"});
    fault = (struct fault){.sql = "COMMIT"};
    ck_assert_int_eq(store_batch_end(f.store), ERR_STORE_FULL);
    pthread_join(other, NULL);
    ck_assert(!is_there(&f, "a") && !is_there(&f, "b") && is_there(&f, "other"));
    fix_done(&f);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("batch");
    tcase_set_timeout(tcase, 60);
    const TTest *const tests[] = {
        one_commit_for_all,
        one_that_is_undone_takes_none_along,
        one_that_fails_takes_none_along,
        one_that_cannot_begin_takes_none_along,
        a_batch_that_writes_nothing_commits_nothing,
        a_failed_commit_undoes_all,
        a_lost_transaction_ends_the_batch,
        a_part_that_cannot_be_undone_takes_all_along,
        others_wait_for_the_end,
    };
    for (size_t i = 0; i < ARRAY_LEN(tests); i++)
        tcase_add_loop_test(tcase, tests[i], 0, BACKEND_COUNT);
    return fix_run("batch", tcase);
}
