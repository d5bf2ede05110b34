/* SPDX-License-Identifier: Apache-2.0 */
#include <sqlite3.h>
#include <unistd.h>

#include "err.h"
#include "support.h"

static const struct store_migration extra[] = {
    {"0001_init", "CREATE TABLE thing (id TEXT)"},
    {"0002_more", "CREATE TABLE more (id TEXT); INSERT INTO more VALUES ('kept')"},
    {"0003_wrong", "CREATE TABLE wrong (id TEXT); INSERT INTO none VALUES (1)"},
};

static const struct store_query fill = {
    .number = 0, .name = "fill", .sql = "INSERT INTO more VALUES ('x')"};
static const struct store_query stray = {.number = 1,
                                         .name = "stray",
                                         .sql = "SELECT id AS \"nobody\" FROM thing",
                                         .row = &fix_thing_shape};
static const struct store_query *const queries[] = {&fill, &stray};

/* By the number of migrations. */
static const struct store_schema schemas[] = {
    {queries, ARRAY_LEN(queries), extra, 0},
    {queries, ARRAY_LEN(queries), extra, 1},
    {queries, ARRAY_LEN(queries), extra, 2},
    {queries, ARRAY_LEN(queries), extra, 3},
};

static int open_at(struct fix *f, size_t n, const char **message)
{
    store_close(f->store);
    f->store = NULL;
    return store_open(&(struct store_options){.schema = &schemas[n], .directory = f->directory},
                      &f->arena, &f->store, message);
}

/* An empty directory, nothing open. */
static void start(struct fix *f)
{
    fix_open(f, IN_DIRECTORY);
    store_close(f->store);
    f->store = NULL;
    ASSERT_OK(unlink(fix_path(f, "iam-local.db")));
}

START_TEST(applies_what_is_missing_once)
{
    struct fix f;
    start(&f);
    const char *message = "";
    struct tx tx;
    ASSERT_OK(open_at(&f, 1, &message));
    ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
    ck_assert_int_eq(store_exec(&tx, &fill, NULL), ERR_STORE);
    ASSERT_OK(store_end(&tx, false));
    for (int i = 0; i < 2; i++) {
        ck_assert_msg(open_at(&f, 2, &message) == OK, "%s", message);
        ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
        ASSERT_OK(store_exec(&tx, &fill, NULL));
        ASSERT_OK(store_end(&tx, true));
    }
    fix_done(&f);
}
END_TEST

START_TEST(refuses_a_newer_database)
{
    struct fix f;
    start(&f);
    const char *message = "";
    ASSERT_OK(open_at(&f, 2, &message));
    ck_assert_int_eq(open_at(&f, 1, &message), ERR_STORE_NEWER);
    ck_assert_str_eq(message, arena_printf(&f.arena,
                                           "data directory %s: the database has version 2, newer "
                                           "than 1, the last one this program knows",
                                           f.directory));
    ASSERT_OK(open_at(&f, 2, &message));
    fix_done(&f);
}
END_TEST

START_TEST(a_failing_migration_leaves_no_trace)
{
    struct fix f;
    start(&f);
    const char *message = "";
    /* Twice: the table that it made before it failed would be in the way. */
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(open_at(&f, 3, &message), ERR_STORE);
        ck_assert_str_eq(message, arena_printf(&f.arena,
                                               "data directory %s: 0003_wrong: no such table: none",
                                               f.directory));
    }
    ASSERT_OK(open_at(&f, 2, &message));
    fix_done(&f);
}
END_TEST

START_TEST(refuses_the_database_of_another_program)
{
    struct fix f;
    start(&f);
    const char *message = "";
    sqlite3 *theirs;
    ASSERT_OK(sqlite3_open(fix_path(&f, "iam-local.db"), &theirs));
    ASSERT_OK(sqlite3_exec(theirs, "CREATE TABLE theirs (x)", NULL, NULL, NULL));
    ASSERT_OK(sqlite3_close(theirs));
    ck_assert_int_eq(open_at(&f, 2, &message), ERR_STORE);
    ck_assert_str_eq(message, arena_printf(&f.arena,
                                           "data directory %s: the database was made by another "
                                           "program",
                                           f.directory));
    fix_done(&f);
}
END_TEST

START_TEST(names_the_query_that_is_wrong)
{
    struct fix f;
    start(&f);
    const char *message = "";
    ASSERT_OK(open_at(&f, 1, &message));
    ck_assert_int_eq(store_check(f.store, &f.arena, &message), ERR_STORE);
    ck_assert_str_eq(message, "query fill: no such table: more");
    ASSERT_OK(open_at(&f, 2, &message));
    ck_assert_int_eq(store_check(f.store, &f.arena, &message), ERR_STORE);
    ck_assert_str_eq(message, "query stray: no member for column nobody");
    struct tx tx;
    struct fix_thing row;
    ASSERT_OK(store_begin(f.store, false, &f.arena, &tx));
    ck_assert_int_eq(store_one(&tx, &stray, NULL, &row), ERR_STORE);
    ck_assert_int_eq(store_end(&tx, true), ERR_STORE);
    fix_done(&f);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("migrate");
    tcase_add_test(tcase, applies_what_is_missing_once);
    tcase_add_test(tcase, refuses_a_newer_database);
    tcase_add_test(tcase, a_failing_migration_leaves_no_trace);
    tcase_add_test(tcase, refuses_the_database_of_another_program);
    tcase_add_test(tcase, names_the_query_that_is_wrong);
    return fix_run("migrate", tcase);
}
