/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "base/rand.h"
#include "support/suite.h"

enum { KEYS = 400, ROUNDS = 30000 };

static struct arena a;
static struct map map;
static struct str keys[KEYS];
static int values[KEYS]; /* something to point at */

static void setup(void)
{
    arena_init(&a);
    map = (struct map){.n = 0};
    for (int i = 0; i < KEYS; i++)
        keys[i] = str_of(arena_printf(&a, "key-%d", i));
}

static void teardown(void)
{
    map_done(&map);
    arena_done(&a);
}

START_TEST(test_empty)
{
    size_t at = 0;
    ck_assert_ptr_null(map_get(&map, STR("x")));
    ck_assert_ptr_null(map_remove(&map, STR("x")));
    ck_assert_ptr_null(map_next(&map, &at));
    map_done(&map);
    map_done(&map);
}
END_TEST

START_TEST(test_put_replaces_key_and_value)
{
    char old_key[] = "key", new_key[] = "key";
    ck_assert_ptr_null(map_put(&map, str_of(old_key), &values[0]));
    ck_assert_ptr_eq(map_put(&map, str_of(new_key), &values[1]), &values[0]);
    ck_assert_uint_eq(map.n, 1);
    old_key[0] = 'X'; /* nobody looks at it any more */
    ck_assert_ptr_eq(map_get(&map, STR("key")), &values[1]);
    ck_assert_ptr_eq(map_remove(&map, STR("key")), &values[1]);
    ck_assert_ptr_null(map_get(&map, STR("key")));
    ck_assert_uint_eq(map.n, 0);
}
END_TEST

START_TEST(test_keys_are_compared_whole)
{
    map_put(&map, STR(""), &values[0]);
    map_put(&map, STR("a"), &values[1]);
    map_put(&map, STR("a\0b"), &values[2]);
    ck_assert_ptr_eq(map_get(&map, STR("")), &values[0]);
    ck_assert_ptr_eq(map_get(&map, STR("a")), &values[1]);
    ck_assert_ptr_eq(map_get(&map, STR("a\0b")), &values[2]);
    ck_assert_ptr_null(map_get(&map, STR("a\0c")));
    ck_assert_ptr_null(map_get(&map, STR("A")));
}
END_TEST

/* Whoever knows the places of keys could make them all the same one. */
START_TEST(test_places_are_not_known)
{
    struct map other = {.n = 0};
    const struct map_entry *one, *two;
    size_t at = 0, beside = 0, differ = 0;
    for (int i = 0; i < KEYS; i++) {
        map_put(&map, keys[i], &values[i]);
        map_put(&other, keys[i], &values[i]);
    }
    while ((one = map_next(&map, &at)) && (two = map_next(&other, &beside)))
        differ += one->value != two->value;
    map_done(&other);
    ck_assert_uint_gt(differ, KEYS / 2);
}
END_TEST

static void compare(int *const expected[static KEYS], size_t n)
{
    ck_assert_uint_eq(map.n, n);
    for (int i = 0; i < KEYS; i++)
        ck_assert_ptr_eq(map_get(&map, keys[i]), expected[i]);
    size_t seen = 0;
    const struct map_entry *entry;
    for (size_t at = 0; (entry = map_next(&map, &at)) != NULL; seen++)
        ck_assert_ptr_eq(entry->value, expected[(const int *)entry->value - values]);
    ck_assert_uint_eq(seen, n);
}

/* Random puts and removals, compared with an array. The set grows and shrinks in waves. */
START_TEST(test_equals_a_naive_map)
{
    int *expected[KEYS] = {NULL};
    size_t n = 0;
    struct rand r;
    rand_init_seeded(&r, (uint64_t)_i);
    for (int round = 0; round < ROUNDS; round++) {
        uint16_t chance[2];
        rand_bytes(&r, (unsigned char *)chance, sizeof chance);
        int i = chance[0] % KEYS;
        bool put = chance[1] % 100 < (round / 1500 % 2 ? 25 : 75);
        void *before = put ? map_put(&map, keys[i], &values[i]) : map_remove(&map, keys[i]);
        ck_assert_ptr_eq(before, expected[i]);
        n = n - (before != NULL) + put;
        expected[i] = put ? &values[i] : NULL;
        ck_assert_ptr_eq(map_get(&map, keys[i]), expected[i]);
        if (round % 100 == 0)
            compare(expected, n);
    }
    compare(expected, n);
    rand_done(&r);
}
END_TEST

START_TEST(test_stays_sparse)
{
    for (int i = 0; i < KEYS; i++) {
        map_put(&map, keys[i], &values[i]);
        ck_assert_uint_le(map.n * 4, map.size * 3);
    }
    size_t size = map.size;
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < KEYS; i++)
            ck_assert_ptr_eq(map_remove(&map, keys[i]), &values[i]);
        for (int i = KEYS - 1; i >= 0; i--)
            ck_assert_ptr_null(map_put(&map, keys[i], &values[i]));
    }
    ck_assert_uint_eq(map.size, size); /* removals leave nothing behind */
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_empty);
    tcase_add_test(tc, test_put_replaces_key_and_value);
    tcase_add_test(tc, test_keys_are_compared_whole);
    tcase_add_test(tc, test_places_are_not_known);
    tcase_add_loop_test(tc, test_equals_a_naive_map, 0, 5);
    tcase_add_test(tc, test_stays_sparse);
    return suite_run("map", tc);
}
