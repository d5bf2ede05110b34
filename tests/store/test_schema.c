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

/* The text of everything in the schema, by name. */
static const char *describe(struct arena *a)
{
    sqlite3 *db;
    ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
    for (size_t i = 0; i < queries_schema.n_migrations; i++) {
        const char *sql = queries_schema.migrations[i].sql;
        ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    }
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

START_TEST(migrations_amount_to_the_golden_schema)
{
    struct arena a;
    arena_init(&a);
    const char *path = getenv("SCHEMA_GOLDEN");
    ck_assert_msg(path != NULL, "SCHEMA_GOLDEN must name schema.golden");
    const char *schema = describe(&a);
    if (getenv("UPDATE"))
        rewrite(path, schema);
    ck_assert_msg(strcmp(read_all(&a, path), schema) == 0,
                  "schema.golden differs from what the migrations make; if that is meant, run "
                  "this test with UPDATE=1. They make:\n%s",
                  schema);
    arena_done(&a);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("schema");
    tcase_add_test(tcase, every_query_can_be_prepared);
    tcase_add_test(tcase, migrations_amount_to_the_golden_schema);
    Suite *suite = suite_create("schema");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
