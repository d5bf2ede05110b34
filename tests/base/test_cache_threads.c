/* SPDX-License-Identifier: Apache-2.0 */
/* Readers that fill the cache beside writers that change what it was filled from; ThreadSanitizer
   watches the same program. */
#include <pthread.h>

#include "base/arena.h"
#include "base/cache.h"
#include "base/mem.h"
#include "base/rand.h"
#include "support/suite.h"

enum { READERS = 3, WRITERS = 2, OBJECTS = 16, READS = 20000, WRITES = 3000, CLEARS = 50 };

static const char *const ids[OBJECTS] = {"a", "b", "c", "d", "e", "f", "g", "h",
                                         "i", "j", "k", "l", "m", "n", "o", "p"};

/* A picture of two objects, one behind the other in the ring of objects. */
struct picture {
    struct cached base;
    int versions[2];
    const char *deps[2];
};

static struct cache *cache;
static _Atomic int stored[OBJECTS];    /* versions of the objects */
static _Atomic int published[OBJECTS]; /* versions whose changes the cache was told of */
static _Atomic int alive, stale;

static void picture_destroy(struct cached *entry)
{
    atomic_fetch_sub(&alive, 1);
    mem_free(entry);
}

static struct picture *build(int object)
{
    struct picture *picture = mem_alloc(sizeof *picture);
    for (int i = 0; i < 2; i++) {
        int number = (object + i) % OBJECTS;
        picture->versions[i] = atomic_load(&stored[number]);
        picture->deps[i] = ids[number];
    }
    picture->base.key = str_of(ids[object]);
    picture->base.deps = picture->deps;
    picture->base.n_deps = 2;
    picture->base.size = 1;
    picture->base.destroy = picture_destroy;
    atomic_fetch_add(&alive, 1);
    return picture;
}

static struct picture *acquire(int object)
{
    struct cached *found = cache_acquire(cache, str_of(ids[object]));
    if (found)
        return (struct picture *)found;
    uint64_t ticket = cache_ticket(cache);
    return (struct picture *)cache_insert(cache, &build(object)->base, ticket);
}

/* Who asks after a change was published never sees the state from before. */
static void *read_pictures(void *context)
{
    struct rand r;
    rand_init_seeded(&r, *(const unsigned *)context);
    for (int i = 0; i < READS; i++) {
        unsigned char chance;
        rand_bytes(&r, &chance, 1);
        int object = chance % OBJECTS, next = (object + 1) % OBJECTS;
        int least[2] = {atomic_load(&published[object]), atomic_load(&published[next])};
        struct picture *picture = acquire(object);
        if (picture->versions[0] < least[0] || picture->versions[1] < least[1])
            atomic_fetch_add(&stale, 1);
        cached_release(&picture->base);
    }
    rand_done(&r);
    return NULL;
}

/* Each object has one writer, so that published versions only grow. */
static void *change_objects(void *context)
{
    unsigned number = *(const unsigned *)context;
    for (unsigned i = 0; i < WRITES; i++) {
        unsigned object = (i * WRITERS + number % WRITERS) % OBJECTS;
        int version = atomic_fetch_add(&stored[object], 1) + 1;
        cache_invalidate(cache, ids[object]);
        atomic_store(&published[object], version);
    }
    return NULL;
}

static void *clear_often(void *context)
{
    (void)context;
    for (int i = 0; i < CLEARS; i++)
        cache_clear(cache);
    return NULL;
}

static void hammer(size_t capacity)
{
    pthread_t threads[READERS + WRITERS + 1];
    unsigned numbers[ARRAY_LEN(threads)];
    cache = cache_new(capacity);
    for (unsigned i = 0; i < ARRAY_LEN(threads); i++) {
        numbers[i] = i;
        void *(*work)(void *) = i < READERS             ? read_pictures
                                : i < READERS + WRITERS ? change_objects
                                                        : clear_often;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &numbers[i]), 0);
    }
    for (unsigned i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
}

START_TEST(test_nobody_sees_the_past)
{
    static const size_t capacities[] = {1000, 0}; /* all fit; constant eviction */
    hammer(capacities[_i]);
    ck_assert_int_eq(atomic_load(&stale), 0);
    ck_assert_int_le(atomic_load(&alive), OBJECTS);
    for (int i = 0; i < OBJECTS; i++) {
        struct picture *picture = acquire(i);
        ck_assert_int_eq(picture->versions[0], atomic_load(&stored[i]));
        cached_release(&picture->base);
    }
    cache_free(cache);
    ck_assert_int_eq(atomic_load(&alive), 0);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, test_nobody_sees_the_past, 0, 2);
    return suite_run("cache_threads", tc);
}
