/* SPDX-License-Identifier: Apache-2.0 */
#include <stdalign.h>
#include <string.h>

#include "base/arena.h"
#include "support/suite.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

/* Room left in the block in use, as long as there is only one block. */
static size_t room(void)
{
    return a.total - a.used;
}

START_TEST(test_allocations_are_aligned_and_apart)
{
    enum { N = 2000 };
    unsigned char *all[N];
    for (size_t i = 0; i < N; i++) {
        size_t size = i * 7 % 301;
        all[i] = arena_alloc(&a, size);
        ck_assert_uint_eq((uintptr_t)all[i] % alignof(max_align_t), 0);
        memset(all[i], (int)(i & 0xff), size);
    }
    for (size_t i = 0; i < N; i++) {
        for (size_t k = 0; k < i * 7 % 301; k++)
            ck_assert_uint_eq(all[i][k], i & 0xff);
    }
}
END_TEST

START_TEST(test_empty_allocations_differ)
{
    void *first = arena_alloc(&a, 0);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_ne(first, arena_alloc(&a, 0));
}
END_TEST

START_TEST(test_large_allocations)
{
    const size_t size = 3 * 1024 * 1024 + 1;
    char *big = arena_alloc(&a, size);
    memset(big, 'x', size);
    char *behind = arena_strdup(&a, "small");
    ck_assert_uint_ge(a.total, size);
    ck_assert_int_eq(big[size - 1], 'x');
    ck_assert_str_eq(behind, "small");
}
END_TEST

START_TEST(test_zalloc_zeroes_used_memory)
{
    memset(arena_alloc(&a, 4000), 0xff, 4000);
    arena_reset(&a);
    const unsigned char *zeroes = arena_zalloc(&a, 4000);
    for (size_t i = 0; i < 4000; i++)
        ck_assert_uint_eq(zeroes[i], 0);
    const int64_t *numbers = NEW_ARRAY(&a, int64_t, 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_int_eq(numbers[i], 0);
}
END_TEST

START_TEST(test_reset_keeps_at_most_one_small_block)
{
    arena_alloc(&a, 1);
    size_t one = a.total;
    for (int i = 0; i < 100; i++)
        arena_alloc(&a, 5000);
    ck_assert_uint_gt(a.total, one);
    arena_reset(&a);
    ck_assert_uint_eq(a.used, 0);
    ck_assert_uint_le(a.total, one);
    arena_done(&a);
    arena_alloc(&a, 100000);
    arena_reset(&a); /* the only block is a large one */
    ck_assert_uint_eq(a.total, 0);
    ck_assert_str_eq(arena_strdup(&a, "again"), "again");
}
END_TEST

START_TEST(test_reset_and_done_of_nothing)
{
    arena_reset(&a);
    arena_done(&a);
    arena_done(&a);
    ck_assert_str_eq(arena_strdup(&a, "usable"), "usable");
}
END_TEST

/* The newest allocation grows in place exactly when its block has room. */
START_TEST(test_grow_newest)
{
    char *text = arena_alloc(&a, 10);
    memcpy(text, "123456789", 10);
    bool fits = room() >= 100;
    char *more = arena_grow(&a, text, 10, 100);
    ck_assert_int_eq(more == text, fits);
    ck_assert_str_eq(more, "123456789");
    memset(more + 10, 'x', 90);
    char *behind = arena_strdup(&a, "behind");
    ck_assert(behind >= more + 100 || behind < more);
    ck_assert_int_eq(more[99], 'x');
}
END_TEST

START_TEST(test_grow_older_moves)
{
    char *text = arena_alloc(&a, 10);
    memcpy(text, "123456789", 10);
    char *newer = arena_strdup(&a, "newer");
    char *more = arena_grow(&a, text, 10, 40);
    ck_assert_ptr_ne(more, text);
    ck_assert_str_eq(more, "123456789");
    memset(more, 'x', 40);
    ck_assert_str_eq(newer, "newer");
}
END_TEST

START_TEST(test_grow_beyond_the_block_moves)
{
    char *text = arena_alloc(&a, 10);
    memcpy(text, "123456789", 10);
    size_t want = room() + 100;
    char *more = arena_grow(&a, text, 10, want);
    ck_assert_ptr_ne(more, text);
    ck_assert_str_eq(more, "123456789");
    memset(more, 'x', want);
}
END_TEST

START_TEST(test_grow_from_nothing)
{
    char *text = arena_grow(&a, NULL, 0, 8);
    memcpy(text, "1234567", 8);
    for (size_t size = 8; size < 100000; size *= 2)
        text = arena_grow(&a, text, size, size * 2);
    ck_assert_str_eq(text, "1234567");
}
END_TEST

/* Also when it is not the newest any more. */
START_TEST(test_grow_large_keeps_nothing_behind)
{
    const size_t most = 16 * 1024 * 1024;
    char *text = arena_grow(&a, NULL, 0, 8);
    memcpy(text, "1234567", 8);
    for (size_t size = 8; size < most; size *= 2) {
        text = arena_grow(&a, text, size, size * 2);
        memset(text + size, 'x', size);
        ck_assert_str_eq(arena_strdup(&a, "newer"), "newer");
    }
    ck_assert_uint_ge(a.total, most);
    ck_assert_uint_lt(a.total, most + 512 * 1024);
    ck_assert_mem_eq(text, "1234567", 8);
    ck_assert_int_eq(text[most - 1], 'x');
}
END_TEST

START_TEST(test_grow_any_of_several_large)
{
    enum { N = 5 };
    const size_t size = 200000;
    char *all[N];
    for (int i = 0; i < N; i++)
        all[i] = memset(arena_alloc(&a, size), 'a' + i, size);
    for (int i = 0; i < N; i++)
        all[i] = arena_grow(&a, all[i], size, 3 * size);
    ck_assert_uint_lt(a.total, N * 3 * size + 1024);
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(all[i][0], 'a' + i);
        ck_assert_int_eq(all[i][size - 1], 'a' + i);
        memset(all[i], 'x', 3 * size);
    }
    arena_reset(&a);
    ck_assert_uint_eq(a.total, 0);
}
END_TEST

START_TEST(test_texts)
{
    ck_assert_str_eq(arena_strdup(&a, ""), "");
    ck_assert_str_eq(arena_strndup(&a, "abcdef", 3), "abc");
    ck_assert_str_eq(arena_strndup(&a, NULL, 0), "");
    const char *bytes = arena_strndup(&a, "a\0b", 3);
    ck_assert_mem_eq(bytes, "a\0b", 4);
    ck_assert_str_eq(arena_printf(&a, "%s-%d", "x", 42), "x-42");
    for (int n = 250; n < 260; n++)
        ck_assert_uint_eq(strlen(arena_printf(&a, "%*d", n, n)), (size_t)n);
    ck_assert_str_eq(arena_concat(&a, (const char *const[]){"", "ab", "", "c"}, 4), "abc");
    ck_assert_str_eq(arena_concat(&a, NULL, 0), "");
    const char *wide = arena_printf(&a, "%20000s|", "right");
    ck_assert_uint_eq(strlen(wide), 20001);
    ck_assert_str_eq(wide + 19995, "right|");
}
END_TEST

static void note(void *what)
{
    char *end = strchr(what, '\0');
    *end = (char)('a' + (end - (char *)what));
}

START_TEST(test_what_is_kept_is_released_once)
{
    char first[8] = "", second[8] = "-";
    arena_keep(&a, note, first);
    arena_keep(&a, note, second);
    ck_assert_str_eq(first, "");
    arena_reset(&a);
    ck_assert_str_eq(first, "a");
    ck_assert_str_eq(second, "-b");
    arena_done(&a);
    ck_assert_str_eq(first, "a");
    arena_keep(&a, note, first);
    arena_done(&a);
    ck_assert_str_eq(first, "ab");
}
END_TEST

START_TEST(test_small_ones_take_little)
{
    struct arena small;
    arena_init_small(&small, 256);
    arena_alloc(&small, 100);
    ck_assert_uint_le(small.total, 256);
    arena_alloc(&small, 200);
    ck_assert_uint_le(small.total, 256 + 512);
    arena_done(&small);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_allocations_are_aligned_and_apart);
    tcase_add_test(tc, test_empty_allocations_differ);
    tcase_add_test(tc, test_large_allocations);
    tcase_add_test(tc, test_zalloc_zeroes_used_memory);
    tcase_add_test(tc, test_reset_keeps_at_most_one_small_block);
    tcase_add_test(tc, test_reset_and_done_of_nothing);
    tcase_add_test(tc, test_grow_newest);
    tcase_add_test(tc, test_grow_older_moves);
    tcase_add_test(tc, test_grow_beyond_the_block_moves);
    tcase_add_test(tc, test_grow_from_nothing);
    tcase_add_test(tc, test_grow_large_keeps_nothing_behind);
    tcase_add_test(tc, test_grow_any_of_several_large);
    tcase_add_test(tc, test_texts);
    tcase_add_test(tc, test_what_is_kept_is_released_once);
    tcase_add_test(tc, test_small_ones_take_little);
    return suite_run("arena", tc);
}
