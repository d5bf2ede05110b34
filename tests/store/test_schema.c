/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program's own queries and migrations: every query can be prepared, and schema.golden shows
 * what the migrations amount to. UPDATE=1 in the environment rewrites it.
 */
#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "queries.h"

START_TEST(every_query_can_be_prepared)
{
    struct arena a;
    arena_init(&a);
    struct store *store;
    const char *message = "";
    const struct store_options options = {.schema = &queries_schema};
    ck_assert_msg(store_open(&options, &a, &store, &message) == OK, "%s", message);
    ck_assert_msg(store_check(store, &a, &message) == OK, "%s", message);
    store_close(store);
    arena_done(&a);
}
END_TEST

/* Applies the migrations from number FROM up to, but not including, number BEHIND. */
static void migrate(sqlite3 *db, size_t from, size_t behind)
{
    for (size_t i = from; i < behind; i++)
        ck_assert_int_eq(sqlite3_exec(db, queries_schema.migrations[i].sql, NULL, NULL, NULL),
                         SQLITE_OK);
}

/* The text of everything in the schema, by name. */
static const char *describe(struct arena *a)
{
    sqlite3 *db;
    ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
    migrate(db, 0, queries_schema.n_migrations);
    sqlite3_stmt *list;
    const char *sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, name";
    ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &list, NULL), SQLITE_OK);
    struct buf text = buf_new(a, 4096);
    while (sqlite3_step(list) == SQLITE_ROW)
        buf_printf(&text, "%s%s;\n", text.n ? "\n" : "",
                   (const char *)sqlite3_column_text(list, 0));
    sqlite3_finalize(list);
    sqlite3_close(db);
    return buf_text(&text);
}

static void rewrite(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

static const char *read_all(struct arena *a, const char *path)
{
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "cannot open %s", path);
    char *text = arena_zalloc(a, 1 << 20);
    ck_assert_uint_lt(fread(text, 1, (1 << 20) - 1, file), (1 << 20) - 1);
    fclose(file);
    return text;
}

/* The first line of TEXT that OTHER has not at the same place. */
static struct str first_difference(const char *text, const char *other)
{
    size_t start = 0, i = 0;
    for (; text[i] && text[i] == other[i]; i++)
        start = text[i] == '\n' ? i + 1 : start;
    return (struct str){text + start, strcspn(text + start, "\n")};
}

START_TEST(migrations_amount_to_the_golden_schema)
{
    struct arena a;
    arena_init(&a);
    const char *path = getenv("SCHEMA_GOLDEN");
    ck_assert_msg(path != NULL, "SCHEMA_GOLDEN must name schema.golden");
    const char *schema = describe(&a);
    if (getenv("UPDATE"))
        rewrite(path, schema);
    const char *golden = read_all(&a, path);
    struct str differs = first_difference(schema, golden);
    ck_assert_msg(strcmp(golden, schema) == 0,
                  "schema.golden is not what the migrations make, first here: %.*s\n"
                  "If that is meant: UPDATE=1 meson test -C build store_schema",
                  STR_FMT(differs));
    arena_done(&a);
}
END_TEST

START_TEST(dates_of_providers_become_milliseconds)
{
    enum { BEFORE = 10 };
    sqlite3 *db;
    sqlite3_stmt *query;
    ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
    migrate(db, 0, BEFORE);
    const char *old = "INSERT INTO oidc_provider (account, name, arn, thumbprints, created) "
                      "VALUES ('1', 'n', 'a', '', 1700000000)";
    ck_assert_int_eq(sqlite3_exec(db, old, NULL, NULL, NULL), SQLITE_OK);
    migrate(db, BEFORE, queries_schema.n_migrations);
    const char *sql = "SELECT created FROM oidc_provider";
    ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &query, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(query), SQLITE_ROW);
    ck_assert_int_eq(sqlite3_column_int64(query, 0), 1700000000000);
    sqlite3_finalize(query);
    sqlite3_close(db);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("schema");
    tcase_add_test(tcase, every_query_can_be_prepared);
    tcase_add_test(tcase, migrations_amount_to_the_golden_schema);
    tcase_add_test(tcase, dates_of_providers_become_milliseconds);
    Suite *suite = suite_create("schema");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
