/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes of several threads that are committed together. Each one ends when the next one waits for
 * its turn, so that the batches are the same every time. The linker puts functions of this file
 * before pthread_mutex_lock, to see who waits, and sqlite3_step, to count and to fail.
 */
#include <pthread.h>
#include <sched.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "err.h"
#include "support.h"

enum { WRITERS = 3 };

struct writer {
    struct store *store;
    int number;
    bool last;
    const char *id; /* the thing it inserts */
    bool spoil;     /* inserts it twice, which fails */
    bool undo;
    int expected, code;
    pthread_t thread;
};

/* The next statement that begins with these words fails. */
struct fault {
    const char *sql;
    bool lose; /* SQLite ends the whole transaction, as it does when a disk fails */
};

static const struct fault NO_FAULT = {.sql = NULL};
static struct fault fault;
static int commits;

static _Thread_local bool announcing;
static _Atomic int arrived, begun;

int __real_pthread_mutex_lock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex);
int __real_sqlite3_step(sqlite3_stmt *stmt);
int __wrap_sqlite3_step(sqlite3_stmt *stmt);

int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex)
{
    if (announcing) {
        announcing = false;
        atomic_fetch_add(&arrived, 1);
    }
    return __real_pthread_mutex_lock(mutex);
}

/* Only the thread whose turn it is gets here. */
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

static void wait_for(const _Atomic int *count, int n)
{
    while (atomic_load(count) < n)
        sched_yield();
}

static void *write_one(void *context)
{
    struct writer *w = context;
    struct arena a;
    arena_init(&a);
    struct tx tx;
    announcing = true;
    w->code = store_begin(w->store, true, &a, &tx);
    atomic_fetch_add(&begun, 1);
    if (w->code == OK) {
        if (!w->last)
            wait_for(&arrived, w->number + 2);
        int inserted UNUSED = q_thing_insert(&tx, &(struct q_thing_insert){.id = w->id});
        if (w->spoil)
            ck_assert_int_lt(q_thing_insert_hard(&tx, &(struct q_thing_insert_hard){w->id}), 0);
        w->code = store_end(&tx, !w->undo);
    }
    arena_done(&a);
    return NULL;
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

/* Runs the writers in turn and sees to it that exactly what was promised is there. */
static void run(struct writer *writers, struct fault planned, int expected_commits)
{
    struct fix f;
    fix_open(&f, IN_DIRECTORY);
    atomic_store(&arrived, 0);
    atomic_store(&begun, 0);
    commits = 0;
    fault = planned;
    for (size_t i = 0; i < WRITERS; i++) {
        struct writer *w = &writers[i];
        w->store = f.store;
        w->number = (int)i;
        w->last = i == WRITERS - 1;
        ck_assert_int_eq(pthread_create(&w->thread, NULL, write_one, w), 0);
        wait_for(&begun, (int)i + 1);
    }
    for (size_t i = 0; i < WRITERS; i++)
        pthread_join(writers[i].thread, NULL);
    ck_assert_int_eq(commits, expected_commits);
    ck_assert_ptr_null(fault.sql);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < WRITERS; i++) {
            const struct writer *w = &writers[i];
            ck_assert_msg(w->code == w->expected, "%s: %d", w->id, w->code);
            ck_assert_int_eq(is_there(&f, w->id), w->code == OK && !w->undo);
        }
        fix_reopen(&f);
    }
    fix_insert(&f, "next");
    fix_done(&f);
}

START_TEST(one_commit_for_all)
{
    struct writer writers[WRITERS] = {{.id = "a"}, {.id = "b"}, {.id = "c"}};
    run(writers, NO_FAULT, 1);
}
END_TEST

/* The first, one between and the last: i is the place. */
START_TEST(one_that_is_rolled_back_takes_none_along)
{
    struct writer writers[WRITERS] = {{.id = "a"}, {.id = "b"}, {.id = "c"}};
    writers[_i].undo = true;
    run(writers, NO_FAULT, 1);
}
END_TEST

START_TEST(one_that_fails_takes_none_along)
{
    struct writer writers[WRITERS] = {{.id = "a"}, {.id = "b"}, {.id = "c"}};
    writers[_i].spoil = true;
    writers[_i].expected = ERR_STORE;
    run(writers, NO_FAULT, 1);
}
END_TEST

START_TEST(a_failed_commit_is_everybodys)
{
    struct writer writers[WRITERS] = {{.id = "a", .expected = ERR_STORE_FULL},
                                      {.id = "b", .expected = ERR_STORE_FULL, .undo = true},
                                      {.id = "c", .expected = ERR_STORE_FULL}};
    run(writers, (struct fault){"COMMIT", _i}, 1);
}
END_TEST

/* What was done before the failure is lost; what comes after it is a transaction of its own. The
   failure comes in a query, when the part is kept, and when it is undone. */
START_TEST(a_lost_transaction_is_everybodys)
{
    static const char *const sql[] = {"INSERT INTO thing (id) VALUES", "RELEASE", "ROLLBACK TO"};
    struct writer writers[WRITERS] = {
        {.id = "a", .expected = ERR_STORE_FULL},
        {.id = "b", .expected = ERR_STORE_FULL, .spoil = _i == 0, .undo = _i == 2},
        {.id = "c"},
    };
    run(writers, (struct fault){sql[_i], .lose = true}, 1);
}
END_TEST

START_TEST(a_part_that_cannot_be_undone_takes_all_along)
{
    struct writer writers[WRITERS] = {
        {.id = "a", .expected = ERR_STORE_FULL},
        {.id = "b", .expected = ERR_STORE_FULL, .undo = true},
        {.id = "c"},
    };
    run(writers, (struct fault){.sql = "ROLLBACK TO"}, 1);
}
END_TEST

START_TEST(a_part_that_cannot_begin_commits_the_others)
{
    struct writer writers[WRITERS] = {
        {.id = "a"}, {.id = "b", .expected = ERR_STORE_FULL}, {.id = "c"}};
    run(writers, (struct fault){.sql = "SAVEPOINT"}, 2);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("batch");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, one_commit_for_all);
    tcase_add_loop_test(tcase, one_that_is_rolled_back_takes_none_along, 0, WRITERS);
    tcase_add_loop_test(tcase, one_that_fails_takes_none_along, 0, WRITERS);
    tcase_add_loop_test(tcase, a_failed_commit_is_everybodys, 0, 2);
    tcase_add_loop_test(tcase, a_lost_transaction_is_everybodys, 0, 3);
    tcase_add_test(tcase, a_part_that_cannot_be_undone_takes_all_along);
    tcase_add_test(tcase, a_part_that_cannot_begin_commits_the_others);
    return fix_run("batch", tcase);
}
