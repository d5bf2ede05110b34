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
    {queries, ARRAY_LEN(queries), extra, 0, NULL, 0},
    {queries, ARRAY_LEN(queries), extra, 1, NULL, 0},
    {queries, ARRAY_LEN(queries), extra, 2, NULL, 0},
    {queries, ARRAY_LEN(queries), extra, 3, NULL, 0},
};

static int open_with(struct fix *f, const struct store_schema *schema, const char **message)
{
    store_close(f->store);
    f->store = NULL;
    return store_open(&(struct store_options){.schema = schema, .directory = f->directory},
                      &f->arena, &f->store, message);
}

static int open_at(struct fix *f, size_t n, const char **message)
{
    return open_with(f, &schemas[n], message);
}

/* An empty directory, nothing open. */
static void start(struct fix *f)
{
    fix_open(f, IN_DIRECTORY);
    store_close(f->store);
    f->store = NULL;
    ASSERT_OK(unlink(fix_path(f, "iam-local.db")));
    ASSERT_OK(unlink(fix_path(f, "iam-local.lock"))); /* which tells what the last run left */
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

static int add_row(void *text, int n, char **values, char **names)
{
    (void)names;
    for (int i = 0; i < n; i++)
        buf_printf(text, "%s%c", values[i] ? values[i] : "", i + 1 < n ? ' ' : '\n');
    return 0;
}

/* What the file is, its schema, and the versions it knows. */
static const char *describe(struct fix *f)
{
    sqlite3 *db;
    struct buf text = buf_new(&f->arena, 4096);
    store_close(f->store);
    f->store = NULL;
    ASSERT_OK(sqlite3_open(fix_path(f, "iam-local.db"), &db));
    ASSERT_OK(sqlite3_exec(db,
                           "PRAGMA page_size; PRAGMA journal_mode; PRAGMA integrity_check;"
                           "SELECT name, sql FROM sqlite_schema ORDER BY name;"
                           "SELECT * FROM schema_version ORDER BY version",
                           add_row, &text, NULL));
    ASSERT_OK(sqlite3_close(db));
    return buf_text(&text);
}

START_TEST(a_new_database_is_what_the_migrations_make)
{
    struct fix f;
    start(&f);
    const char *message = "";
    struct store_schema by_steps = fixture_schema;
    by_steps.image = NULL;
    ASSERT_OK(open_with(&f, &by_steps, &message));
    const char *expected = describe(&f);
    ASSERT_OK(unlink(fix_path(&f, "iam-local.db")));
    ck_assert_ptr_nonnull(fixture_schema.image);
    ASSERT_OK(open_with(&f, &fixture_schema, &message));
    ck_assert_str_eq(describe(&f), expected);
    ck_assert_msg(strncmp(expected, "4096\nwal\nok\n", 12) == 0, "%s", expected);
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
    tcase_add_test(tcase, a_new_database_is_what_the_migrations_make);
    tcase_add_test(tcase, names_the_query_that_is_wrong);
    return fix_run("migrate", tcase);
}
