/* SPDX-License-Identifier: Apache-2.0 */
/* What every store promises, wherever it keeps its data: _i is the backend. */

#include "err.h"
#include "support.h"

START_TEST(commits_and_rolls_back)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
    ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = "a"}));
    ASSERT_OK(store_end(&tx, false));
    ck_assert_int_eq(fix_count(f.store, &f.arena), 0);
    fix_insert(&f, "a");
    fix_insert(&f, "b");
    ck_assert_int_eq(fix_count(f.store, &f.arena), 2);
    fix_done(&f);
}
END_TEST

START_TEST(counts_changes)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    fix_insert(&f, "a");
    ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
    ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = "b"}));
    ck_assert_int_eq(tx.changes, 1);
    ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = "a"}));
    ck_assert_int_eq(tx.changes, 0);
    ASSERT_OK(q_thing_delete_all(&tx));
    ck_assert_int_eq(tx.changes, 2);
    ASSERT_OK(store_end(&tx, true));
    fix_done(&f);
}
END_TEST

START_TEST(keeps_values_and_nulls_apart)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    struct thing_row row;
    ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
    ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = "null"}));
    ASSERT_OK(q_thing_insert(
        &tx, &(struct q_thing_insert){.id = "zero", .note = "", .has_size = true, .hidden = true}));
    ASSERT_OK(q_thing_insert(
        &tx, &(struct q_thing_insert){
                 .id = "big", .note = "n\xc3\xb6te", .size = INT64_MIN, .has_size = true}));
    ASSERT_OK(q_thing_get(&tx, &(struct q_thing_get){"null"}, &row));
    ck_assert_str_eq(row.id, "null");
    ck_assert_ptr_null(row.note);
    ck_assert(!row.has_size && row.size == 0 && !row.hidden);
    ASSERT_OK(q_thing_get(&tx, &(struct q_thing_get){"zero"}, &row));
    ck_assert_str_eq(row.note, "");
    ck_assert(row.has_size && row.size == 0 && row.hidden);
    ASSERT_OK(q_thing_get(&tx, &(struct q_thing_get){"big"}, &row));
    ck_assert_str_eq(row.note, "n\xc3\xb6te");
    ck_assert(row.has_size && row.size == INT64_MIN && !row.hidden);
    ASSERT_OK(store_end(&tx, true));
    fix_done(&f);
}
END_TEST

START_TEST(a_missing_row_leaves_the_result_alone)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    struct thing_row row = {.id = "untouched", .size = 7};
    ASSERT_OK(store_begin(f.store, false, &f.arena, &tx));
    ck_assert_int_eq(q_thing_get(&tx, &(struct q_thing_get){"none"}, &row), ERR_NOT_FOUND);
    ck_assert_str_eq(row.id, "untouched");
    ck_assert_int_eq(row.size, 7);
    /* Not finding a row is no failure. */
    ASSERT_OK(store_end(&tx, true));
    fix_done(&f);
}
END_TEST

START_TEST(fills_generated_rows_by_alias)
{
    struct fix f;
    fix_open(&f, _i);
    fix_insert(&f, "a");
    struct tx tx;
    struct fix_thing thing = {.tags = {.n = 9}};
    ASSERT_OK(store_begin(f.store, false, &f.arena, &tx));
    ASSERT_OK(q_thing_get_wire(&tx, &(struct q_thing_get_wire){"a"}, &thing));
    ASSERT_OK(store_end(&tx, true));
    ck_assert_str_eq(thing.thing_id, "a");
    ck_assert_ptr_null(thing.note);
    ck_assert_int_eq(thing.create_date, 0);
    ck_assert_uint_eq(thing.tags.n, 0);
    fix_done(&f);
}
END_TEST

START_TEST(fills_structs_in_rows)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    struct fix_thing full, empty;
    const struct q_thing_insert insert = {.id = "b", .note = "n", .size = 3, .has_size = true};
    fix_insert(&f, "a");
    ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
    ASSERT_OK(q_thing_insert(&tx, &insert));
    ASSERT_OK(q_thing_get_inner(&tx, &(struct q_thing_get_inner){"b"}, &full));
    ASSERT_OK(q_thing_get_inner(&tx, &(struct q_thing_get_inner){"a"}, &empty));
    ASSERT_OK(store_end(&tx, true));
    ck_assert_str_eq(full.inner->note, "n");
    ck_assert_int_eq(full.inner->size, 3);
    ck_assert_ptr_null(empty.inner);
    fix_done(&f);
}
END_TEST

START_TEST(lists_rows)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
    for (int i = 0; i < 100; i++) {
        const char *id = arena_printf(&f.arena, "t%02d", i);
        ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){id, .size = i, .has_size = i % 2}));
    }
    struct thing_row_list rows;
    const size_t sizes[] = {1, 7, 8, 9, 100, 101};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        ASSERT_OK(q_thing_page(&tx, &(struct q_thing_page){"", (int64_t)sizes[i]}, &rows));
        ck_assert_uint_eq(rows.n, sizes[i] < 100 ? sizes[i] : 100);
        for (size_t at = 0; at < rows.n; at++) {
            ck_assert_str_eq(rows.v[at].id, arena_printf(&f.arena, "t%02zu", at));
            ck_assert_int_eq(rows.v[at].size, at % 2 ? (int64_t)at : 0);
            ck_assert_int_eq(rows.v[at].has_size, at % 2);
        }
    }
    ASSERT_OK(q_thing_page(&tx, &(struct q_thing_page){"t98", 5}, &rows));
    ck_assert_uint_eq(rows.n, 1);
    ck_assert_str_eq(rows.v[0].id, "t99");
    ASSERT_OK(store_end(&tx, true));
    fix_done(&f);
}
END_TEST

START_TEST(an_empty_list_is_there)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    struct thing_row_list rows = {.n = 5};
    ASSERT_OK(store_begin(f.store, false, &f.arena, &tx));
    ASSERT_OK(q_thing_page(&tx, &(struct q_thing_page){"", 10}, &rows));
    ASSERT_OK(store_end(&tx, true));
    ck_assert_uint_eq(rows.n, 0);
    ck_assert_ptr_nonnull(rows.v);
    fix_done(&f);
}
END_TEST

START_TEST(notes_what_was_touched)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    struct part_row row;
    ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
    ck_assert_ptr_null(tx.touched);
    char id[] = "a";
    ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = id}));
    id[0] = 'x'; /* the note is a copy */
    ck_assert_str_eq(tx.touched->id, "a");
    ck_assert_ptr_null(tx.touched->next);

    /* Nothing changed, nothing touched. */
    ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = "a"}));
    ck_assert_ptr_null(tx.touched->next);
    ASSERT_OK(q_thing_note(&tx, &(struct q_thing_note){"a", "not declared"}));
    ck_assert_ptr_null(tx.touched->next);
    ck_assert_int_eq(q_part_move(&tx, &(struct q_part_move){"p", "a"}, &row), ERR_NOT_FOUND);
    ck_assert_ptr_null(tx.touched->next);

    ASSERT_OK(q_part_insert(&tx, &(struct q_part_insert){"p", "a"}));
    ck_assert_str_eq(tx.touched->id, "p");
    ck_assert_str_eq(tx.touched->next->id, "a");
    ck_assert_str_eq(tx.touched->next->next->id, "a");
    struct store_touched *before = tx.touched;
    ASSERT_OK(q_part_move(&tx, &(struct q_part_move){"p", "a"}, &row));
    ck_assert_str_eq(row.id, "p");
    ck_assert_str_eq(tx.touched->id, "a");
    ck_assert_ptr_eq(tx.touched->next, before);
    before = tx.touched;
    ASSERT_OK(q_part_delete(&tx, &(struct q_part_delete){"p", NULL}));
    ck_assert_int_eq(tx.changes, 1);
    ck_assert_ptr_eq(tx.touched, before);
    ASSERT_OK(store_end(&tx, true));
    fix_done(&f);
}
END_TEST

START_TEST(touches_what_is_no_parameter)
{
    struct fix f;
    fix_open(&f, _i);
    fix_insert(&f, "a");
    struct tx tx;
    ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
    ASSERT_OK(q_part_insert(&tx, &(struct q_part_insert){"p", "a"}));
    tx.touched = NULL;
    ASSERT_OK(q_part_delete(&tx, &(struct q_part_delete){"p", "a"}));
    ck_assert_str_eq(tx.touched->id, "a");
    ASSERT_OK(store_end(&tx, true));
    fix_done(&f);
}
END_TEST

START_TEST(a_failed_statement_spoils_the_transaction)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    struct count_row row;
    fix_insert(&f, "a");
    ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
    ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = "b"}));
    ck_assert_int_eq(q_thing_insert_hard(&tx, &(struct q_thing_insert_hard){"a"}), ERR_STORE);
    ck_assert_int_eq(q_thing_count(&tx, &row), ERR_STORE);
    ck_assert_int_eq(store_end(&tx, true), ERR_STORE);
    ck_assert_int_eq(fix_count(f.store, &f.arena), 1);
    /* The next one starts clean. */
    fix_insert(&f, "b");
    ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
    ck_assert_int_eq(q_thing_insert_hard(&tx, &(struct q_thing_insert_hard){"a"}), ERR_STORE);
    ASSERT_OK(store_end(&tx, false));
    fix_done(&f);
}
END_TEST

START_TEST(enforces_foreign_keys)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
    ck_assert_int_eq(q_part_insert(&tx, &(struct q_part_insert){"p", "none"}), ERR_STORE);
    ck_assert_int_eq(store_end(&tx, true), ERR_STORE);
    fix_done(&f);
}
END_TEST

START_TEST(tells_a_full_store)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
    ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = "a"}));
    ck_assert_int_eq(q_fill(&tx), ERR_STORE_FULL);
    ck_assert_int_eq(store_end(&tx, true), ERR_STORE_FULL);
    ck_assert_int_eq(fix_count(f.store, &f.arena), 0);
    fix_insert(&f, "a");
    fix_done(&f);
}
END_TEST

START_TEST(a_read_does_not_write)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    ASSERT_OK(store_begin(f.store, false, &f.arena, &tx));
    ck_assert_int_eq(q_thing_insert(&tx, &(struct q_thing_insert){.id = "a"}), ERR_STORE);
    ck_assert_int_eq(store_end(&tx, true), ERR_STORE);
    ck_assert_int_eq(fix_count(f.store, &f.arena), 0);
    fix_done(&f);
}
END_TEST

START_TEST(begins_with_the_first_query)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    store_begin_later(f.store, true, &f.arena, &tx);
    ASSERT_OK(store_end(&tx, true));
    store_begin_later(f.store, true, &f.arena, &tx);
    fix_insert(&f, "a"); /* nothing is begun, so that others may write */
    ck_assert(!store_has_begun(&tx));
    ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = "b"}));
    ck_assert(store_has_begun(&tx));
    ck_assert_int_eq(tx.changes, 1);
    ASSERT_OK(store_end(&tx, false));
    ck_assert_int_eq(fix_count(f.store, &f.arena), 1);
    fix_done(&f);
}
END_TEST

START_TEST(readers_do_not_wait_for_the_writer)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx writer;
    ASSERT_OK(store_begin(f.store, true, &f.arena, &writer));
    ASSERT_OK(q_thing_insert(&writer, &(struct q_thing_insert){.id = "a"}));
    ck_assert_int_eq(fix_count(f.store, &f.arena), 0);
    ASSERT_OK(store_end(&writer, true));
    ck_assert_int_eq(fix_count(f.store, &f.arena), 1);
    fix_done(&f);
}
END_TEST

START_TEST(readers_see_one_state)
{
    struct fix f;
    fix_open(&f, _i);
    fix_insert(&f, "a");
    struct tx reader;
    struct count_row row;
    ASSERT_OK(store_begin(f.store, false, &f.arena, &reader));
    ASSERT_OK(q_thing_count(&reader, &row));
    ck_assert_int_eq(row.n, 1);
    fix_insert(&f, "b");
    ck_assert_int_eq(fix_count(f.store, &f.arena), 2);
    ASSERT_OK(store_reset(f.store));
    ck_assert_int_eq(fix_count(f.store, &f.arena), 0);
    ASSERT_OK(q_thing_count(&reader, &row));
    ck_assert_int_eq(row.n, 1);
    ASSERT_OK(store_end(&reader, true));
    ck_assert_int_eq(fix_count(f.store, &f.arena), 0);
    fix_done(&f);
}
END_TEST

START_TEST(rows_outlive_the_transaction)
{
    struct fix f;
    fix_open(&f, _i);
    fix_insert(&f, "a");
    struct tx tx;
    struct thing_row row;
    ASSERT_OK(store_begin(f.store, false, &f.arena, &tx));
    ASSERT_OK(q_thing_get(&tx, &(struct q_thing_get){"a"}, &row));
    ASSERT_OK(store_end(&tx, true));
    store_close(f.store);
    f.store = NULL;
    ck_assert_str_eq(row.id, "a");
    fix_done(&f);
}
END_TEST

START_TEST(resets)
{
    struct fix f;
    fix_open(&f, _i);
    struct tx tx;
    for (int round = 0; round < 3; round++) {
        fix_insert(&f, "a");
        ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
        ASSERT_OK(q_part_insert(&tx, &(struct q_part_insert){"p", "a"}));
        ASSERT_OK(store_end(&tx, true));
        ck_assert_int_eq(fix_count(f.store, &f.arena), 1);
        ASSERT_OK(store_reset(f.store));
        ck_assert_int_eq(fix_count(f.store, &f.arena), 0);
    }
    /* The state right after the first open: migrations are applied and recorded. */
    const char *message = "";
    ck_assert_msg(store_check(f.store, &f.arena, &message) == OK, "%s", message);
    fix_insert(&f, "a");
    if (_i == IN_DIRECTORY) {
        fix_reopen(&f);
        ck_assert_int_eq(fix_count(f.store, &f.arena), 1);
    }
    fix_done(&f);
}
END_TEST

/* A copy begins as what it was made from and then goes its own way. */
START_TEST(begins_as_another)
{
    struct fix f, copy;
    fix_open(&f, IN_MEMORY);
    fix_insert(&f, "a");
    fix_open_copy(&copy, _i, f.store);
    ck_assert_int_eq(fix_count(copy.store, &copy.arena), 1);
    fix_insert(&copy, "b");
    fix_insert(&copy, "c");
    fix_insert(&f, "b");
    ck_assert_int_eq(fix_count(f.store, &f.arena), 2);
    ck_assert_int_eq(fix_count(copy.store, &copy.arena), 3);
    fix_done(&f);
    fix_insert(&copy, "d");
    ck_assert_int_eq(fix_count(copy.store, &copy.arena), 4);
    ASSERT_OK(store_reset(copy.store));
    ck_assert_int_eq(fix_count(copy.store, &copy.arena), 1);
    fix_insert(&copy, "b");
    ck_assert_int_eq(fix_count(copy.store, &copy.arena), 2);
    fix_done(&copy);
}
END_TEST

/* Connections serve several stores in turn, in which the same things have been done. */
START_TEST(copies_do_not_mix)
{
    enum { COPIES = 4 };
    struct fix f, copies[COPIES];
    fix_open(&f, IN_MEMORY);
    fix_insert(&f, "a");
    for (int i = 0; i < COPIES; i++)
        fix_open_copy(&copies[i], _i, f.store);
    for (int round = 1; round < 200; round++) {
        for (int i = 0; i < COPIES; i++) {
            fix_insert(&copies[i], arena_printf(&f.arena, "%d-%d", i, round));
            ck_assert_int_eq(fix_count(copies[i].store, &f.arena), round % 50 + 1);
            if (round % 50 == 49)
                ASSERT_OK(store_reset(copies[i].store));
        }
        if (round % 50 == 49)
            round++;
    }
    for (int i = 0; i < COPIES; i++)
        fix_done(&copies[i]);
    fix_done(&f);
}
END_TEST

START_TEST(checks_queries)
{
    struct fix f;
    fix_open(&f, _i);
    const char *message = "";
    ck_assert_msg(store_check(f.store, &f.arena, &message) == OK, "%s", message);
    fix_done(&f);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("store");
    const TTest *const tests[] = {
        commits_and_rolls_back,
        counts_changes,
        keeps_values_and_nulls_apart,
        a_missing_row_leaves_the_result_alone,
        fills_generated_rows_by_alias,
        fills_structs_in_rows,
        lists_rows,
        an_empty_list_is_there,
        notes_what_was_touched,
        touches_what_is_no_parameter,
        a_failed_statement_spoils_the_transaction,
        enforces_foreign_keys,
        tells_a_full_store,
        a_read_does_not_write,
        begins_with_the_first_query,
        readers_do_not_wait_for_the_writer,
        readers_see_one_state,
        rows_outlive_the_transaction,
        resets,
        begins_as_another,
        copies_do_not_mix,
        checks_queries,
    };
    for (size_t i = 0; i < ARRAY_LEN(tests); i++)
        tcase_add_loop_test(tcase, tests[i], 0, BACKEND_COUNT);
    return fix_run("store", tcase);
}
