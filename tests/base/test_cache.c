/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/cache.h"
#include "base/mem.h"
#include "base/rand.h"
#include "support/suite.h"

enum { DEPS = 4, WORD = 16, HISTORY = 64 /* changes the cache remembers at least */ };

/* What is cached here: an entry that owns its key and the names of its objects. */
struct thing {
    struct cached base;
    char key[WORD], ids[DEPS][WORD];
    const char *deps[DEPS];
    struct cached *parts[1];
};

static _Atomic int alive; /* things not yet destroyed */
static struct cache *cache;
static struct arena a;

static void setup(void)
{
    atomic_store(&alive, 0);
    arena_init(&a);
    cache = cache_new(10000);
}

static void teardown(void)
{
    cache_free(cache);
    arena_done(&a);
    ck_assert_int_eq(atomic_load(&alive), 0);
}

static void thing_destroy(struct cached *entry)
{
    for (size_t i = 0; i < entry->n_parts; i++)
        cached_release(entry->parts[i]);
    atomic_fetch_sub(&alive, 1);
    mem_free(entry);
}

/* IDS: the objects, separated by blanks. */
static struct cached *thing_new(const char *key, const char *ids)
{
    struct thing *thing = mem_alloc(sizeof *thing);
    struct str rest = str_of(ids);
    memcpy(thing->key, key, strlen(key));
    while (rest.n) {
        struct str id = str_cut(&rest, ' ');
        memcpy(thing->ids[thing->base.n_deps], id.p, id.n);
        thing->deps[thing->base.n_deps] = thing->ids[thing->base.n_deps];
        thing->base.n_deps++;
    }
    thing->base.key = str_of(thing->key);
    thing->base.deps = thing->deps;
    thing->base.size = 1;
    thing->base.destroy = thing_destroy;
    atomic_fetch_add(&alive, 1);
    return &thing->base;
}

static void put(const char *key, const char *ids)
{
    cached_release(cache_insert(cache, thing_new(key, ids), cache_ticket(cache)));
}

static bool has(const char *key)
{
    struct cached *entry = cache_acquire(cache, str_of(key));
    bool found = entry && str_is(entry->key, key);
    cached_release(entry);
    return found;
}

START_TEST(test_acquire)
{
    ck_assert_ptr_null(cache_acquire(cache, STR("x")));
    struct cached *made = thing_new("x", "");
    ck_assert_ptr_eq(cache_insert(cache, made, cache_ticket(cache)), made);
    struct cached *again = cache_acquire(cache, STR("x"));
    ck_assert_ptr_eq(again, made);
    ck_assert_ptr_null(cache_acquire(cache, STR("y")));
    cached_release(again);
    cached_release(made);
    ck_assert_int_eq(atomic_load(&alive), 1);
    ck_assert(has("x"));
    cached_release(NULL);
    cache_free(NULL);
}
END_TEST

START_TEST(test_first_of_two_wins)
{
    struct cached *first = thing_new("x", "a"), *second = thing_new("x", "a b");
    uint64_t ticket = cache_ticket(cache);
    ck_assert_ptr_eq(cache_insert(cache, first, ticket), first);
    ck_assert_ptr_eq(cache_insert(cache, second, ticket), first);
    ck_assert_int_eq(atomic_load(&alive), 1);
    cached_release(first);
    cached_release(first);
    cache_invalidate(cache, "b"); /* of the one that was not taken */
    ck_assert(has("x"));
    cache_invalidate(cache, "a");
    ck_assert(!has("x"));
    ck_assert_int_eq(atomic_load(&alive), 0);
}
END_TEST

START_TEST(test_dropped_entries_live_while_in_use)
{
    struct cached *used = cache_insert(cache, thing_new("x", "a"), cache_ticket(cache));
    cache_invalidate(cache, "a");
    ck_assert(!has("x"));
    put("x", "a"); /* its successor is another */
    struct cached *next = cache_acquire(cache, STR("x"));
    ck_assert_ptr_ne(next, used);
    ck_assert_int_eq(atomic_load(&alive), 2);
    ck_assert(str_is(used->key, "x"));
    cached_release(used);
    ck_assert_int_eq(atomic_load(&alive), 1);
    cached_release(next);
}
END_TEST

START_TEST(test_invalidation_is_precise)
{
    put("x", "user-1 group-1");
    put("y", "user-2 group-1");
    put("z", "user-3 group-2");
    cache_invalidate(cache, "group-3");
    cache_invalidate(cache, "group-");
    cache_invalidate(cache, "x"); /* a key, not an object */
    ck_assert(has("x") && has("y") && has("z"));
    cache_invalidate(cache, "user-2");
    ck_assert(has("x") && !has("y") && has("z"));
    cache_invalidate(cache, "group-1");
    ck_assert(!has("x") && has("z"));
    put("y", "user-2 group-2");
    cache_invalidate(cache, "group-2");
    ck_assert(!has("y") && !has("z"));
}
END_TEST

START_TEST(test_same_object_twice)
{
    put("x", "a a b a");
    put("y", "a b b");
    cache_invalidate(cache, "c");
    ck_assert(has("x") && has("y"));
    cache_invalidate(cache, "a");
    ck_assert(!has("x") && !has("y"));
    put("x", "b b");
    cache_invalidate(cache, "b");
    ck_assert(!has("x"));
}
END_TEST

/* Entries behind one object leave its list in any order: first, last, middle. */
START_TEST(test_shared_object)
{
    enum { N = 64 };
    struct rand r;
    rand_init_seeded(&r, (uint64_t)_i);
    unsigned char order[N];
    for (int i = 0; i < N; i++) {
        put(arena_printf(&a, "key-%d", i), arena_printf(&a, "own-%d shared", i));
        order[i] = (unsigned char)i;
    }
    for (int i = N - 1; i > 0; i--) {
        unsigned char chance;
        rand_bytes(&r, &chance, 1);
        unsigned char swap = order[i];
        order[i] = order[chance % (i + 1)];
        order[chance % (i + 1)] = swap;
    }
    for (int done = 0; done < N * 3 / 4; done++) {
        cache_invalidate(cache, arena_printf(&a, "own-%d", order[done]));
        for (int i = 0; i < N; i++)
            ck_assert_int_eq(has(arena_printf(&a, "key-%d", order[i])), i > done);
    }
    cache_invalidate(cache, "shared");
    ck_assert_int_eq(atomic_load(&alive), 0);
    put("key-0", "own-0 shared");
    cache_invalidate(cache, "shared");
    ck_assert(!has("key-0"));
    rand_done(&r);
}
END_TEST

/* Random inserts and invalidations, compared with sets of bits. */
START_TEST(test_equals_a_naive_cache)
{
    enum { KEYS = 60, OBJECTS = 12, ROUNDS = 8000 };
    unsigned built[KEYS] = {0}; /* bit i: object i is behind it; 0: absent */
    struct rand r;
    rand_init_seeded(&r, (uint64_t)_i);
    for (int round = 0; round < ROUNDS; round++) {
        unsigned char chance[6];
        rand_bytes(&r, chance, sizeof chance);
        int key = chance[0] % KEYS;
        if (chance[1] < 30) {
            int object = chance[2] % OBJECTS;
            cache_invalidate(cache, arena_printf(&a, "o%d", object));
            for (int i = 0; i < KEYS; i++)
                built[i] = built[i] >> object & 1 ? 0 : built[i];
        } else {
            unsigned objects = 0;
            struct buf ids = {.arena = &a};
            for (int i = 2; i < 3 + chance[1] % 4; i++) {
                objects |= 1U << chance[i] % OBJECTS;
                buf_printf(&ids, "o%d ", chance[i] % OBJECTS);
            }
            put(arena_printf(&a, "k%d", key), buf_text(&ids));
            built[key] = built[key] ? built[key] : objects;
        }
        ck_assert_int_eq(has(arena_printf(&a, "k%d", key)), built[key] != 0);
        if (round % 500 == 0)
            arena_reset(&a);
    }
    int expected = 0;
    for (int i = 0; i < KEYS; i++) {
        ck_assert_int_eq(has(arena_printf(&a, "k%d", i)), built[i] != 0);
        expected += built[i] != 0;
    }
    ck_assert_int_eq(atomic_load(&alive), expected);
    rand_done(&r);
}
END_TEST

/* An entry read before a change and inserted after it. */
START_TEST(test_entries_built_too_early)
{
    uint64_t ticket = cache_ticket(cache);
    cache_invalidate(cache, "a");
    struct cached *early = thing_new("x", "b a");
    ck_assert_ptr_eq(cache_insert(cache, early, ticket), early);
    ck_assert(!has("x"));
    ck_assert(str_is(early->key, "x"));
    put("x", "b a"); /* read after the change */
    ck_assert(has("x"));
    struct cached *second = thing_new("x", "a b");
    ck_assert_ptr_eq(cache_insert(cache, second, ticket), second);
    struct cached *kept = cache_acquire(cache, STR("x"));
    ck_assert(kept != early && kept != second);
    cached_release(kept);
    cached_release(early);
    cached_release(second);
    ck_assert_int_eq(atomic_load(&alive), 1);
}
END_TEST

START_TEST(test_other_changes_do_not_matter)
{
    uint64_t ticket = cache_ticket(cache);
    for (int i = 0; i < HISTORY - 1; i++)
        cache_invalidate(cache, arena_printf(&a, "other-%d", i));
    cached_release(cache_insert(cache, thing_new("x", "a b"), ticket));
    ck_assert(has("x"));
    cached_release(cache_insert(cache, thing_new("y", ""), ticket));
    ck_assert(has("y"));
}
END_TEST

/* What is no longer remembered may have been about the entry. */
START_TEST(test_forgotten_changes)
{
    uint64_t ticket = cache_ticket(cache);
    cache_invalidate(cache, "a");
    for (int i = 0; i < 3 * HISTORY; i++)
        cache_invalidate(cache, "other");
    cached_release(cache_insert(cache, thing_new("x", "a"), ticket));
    ck_assert(!has("x"));
    put("x", "a");
    ck_assert(has("x"));
}
END_TEST

START_TEST(test_clear)
{
    struct cached *used = cache_insert(cache, thing_new("used", "a"), cache_ticket(cache));
    for (int i = 0; i < 100; i++)
        put(arena_printf(&a, "key-%d", i), "a b");
    uint64_t ticket = cache_ticket(cache);
    cache_clear(cache);
    ck_assert_int_eq(atomic_load(&alive), 1);
    ck_assert(!has("used") && !has("key-0"));
    for (int i = 0; i < 100; i++) { /* all of them were read before */
        const char *key = arena_printf(&a, "key-%d", i);
        cached_release(cache_insert(cache, thing_new(key, "c"), ticket));
        ck_assert(!has(key));
        put(key, "c");
        ck_assert(has(key));
    }
    cached_release(used);
    ck_assert_int_eq(atomic_load(&alive), 100);
}
END_TEST

START_TEST(test_size_is_bounded)
{
    cache_free(cache);
    cache = cache_new(100);
    int before = 0;
    for (int i = 0; i < 5000; i++) {
        put(arena_printf(&a, "key-%d", i), arena_printf(&a, "own-%d shared", i));
        int now = atomic_load(&alive);
        ck_assert_int_ge(now, before);
        before = now;
    }
    ck_assert_int_ge(before, 100);
    ck_assert_int_le(before, 120); /* rounded up in each part of the cache */
    ck_assert(has("key-4999") && !has("key-0"));
    cache_invalidate(cache, "shared");
    ck_assert_int_eq(atomic_load(&alive), 0);
}
END_TEST

/* Keys that share a part of the cache with FIRST: in one that holds a single entry per part they
   push it out. */
static void find_rivals(const char *first, const char **ret, int n)
{
    struct cache *small = cache_new(0), *whole = cache;
    cache = small;
    for (int i = 0, found = 0; found < n; i++) {
        const char *key = arena_printf(&a, "rival-%d", i);
        put(first, "");
        put(key, "");
        if (!has(first))
            ret[found++] = key;
        cache_clear(cache);
    }
    cache_free(small);
    cache = whole;
}

START_TEST(test_least_recently_used_goes_first)
{
    const char *rivals[4];
    find_rivals("x", rivals, 4);
    cache_free(cache);
    cache = cache_new(16); /* three entries in each part */
    put("x", "a");
    put(rivals[0], "a");
    put(rivals[1], "a");
    ck_assert(has("x") && has(rivals[1]) && has(rivals[0]) && has("x"));
    put(rivals[2], "a"); /* in order of use: x, 0, 1 */
    ck_assert(!has(rivals[1]));
    ck_assert(has(rivals[0]) && has("x") && has(rivals[2]));
    put(rivals[3], "a"); /* 2, x, 0 */
    ck_assert(!has(rivals[0]));
    ck_assert(has("x") && has(rivals[2]) && has(rivals[3]));
    cache_invalidate(cache, "a");
    ck_assert_int_eq(atomic_load(&alive), 0);
}
END_TEST

enum { PART = 100, PARTS_FIT = 10000 / PART, HOLDERS = 1000 };

/* An entry that holds PART, whose reference it takes over. */
static void put_holder(int i, struct cached *part)
{
    struct thing *thing = (struct thing *)thing_new(arena_printf(&a, "holder-%d", i), "");
    thing->parts[0] = part;
    thing->base.parts = thing->parts;
    thing->base.n_parts = 1;
    cached_release(cache_insert(cache, &thing->base, cache_ticket(cache)));
}

static struct cached *new_part(int i)
{
    struct cached *part = thing_new(arena_printf(&a, "part-%d", i), "");
    part->size = PART;
    atomic_store(&part->refs, 1);
    return part;
}

/* They go with the entries, so that no more of them are in memory than fit. */
START_TEST(test_parts_count)
{
    for (int i = 0; i < HOLDERS; i++) {
        put_holder(i, new_part(i));
        ck_assert_int_le(atomic_load(&alive), 2 * (PARTS_FIT + 1));
    }
    ck_assert_int_gt(atomic_load(&alive), PARTS_FIT);
}
END_TEST

START_TEST(test_a_part_of_many_counts_once)
{
    struct cached *part = new_part(0);
    for (int i = 0; i < HOLDERS; i++) {
        cached_hold(part);
        put_holder(i, part);
    }
    cached_release(part);
    ck_assert_int_eq(atomic_load(&alive), HOLDERS + 1);
    cache_clear(cache);
    ck_assert_int_eq(atomic_load(&alive), 0);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_acquire);
    tcase_add_test(tc, test_first_of_two_wins);
    tcase_add_test(tc, test_dropped_entries_live_while_in_use);
    tcase_add_test(tc, test_invalidation_is_precise);
    tcase_add_test(tc, test_same_object_twice);
    tcase_add_loop_test(tc, test_shared_object, 0, 4);
    tcase_add_loop_test(tc, test_equals_a_naive_cache, 0, 4);
    tcase_add_test(tc, test_entries_built_too_early);
    tcase_add_test(tc, test_other_changes_do_not_matter);
    tcase_add_test(tc, test_forgotten_changes);
    tcase_add_test(tc, test_clear);
    tcase_add_test(tc, test_size_is_bounded);
    tcase_add_test(tc, test_least_recently_used_goes_first);
    tcase_add_test(tc, test_parts_count);
    tcase_add_test(tc, test_a_part_of_many_counts_once);
    return suite_run("cache", tc);
}
