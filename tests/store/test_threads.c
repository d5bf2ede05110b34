/* SPDX-License-Identifier: Apache-2.0 */
/* Readers, writers and resets beside each other; ThreadSanitizer watches the same program. */
#include <pthread.h>

#include "support.h"

enum { WRITERS = 4, READERS = 2, WRITES = 100, RESETS = 20 };

struct job {
    struct store *store;
    int number;
    bool resets; /* the store is emptied meanwhile */
    pthread_t thread;
};

/* Each write adds two things, so a reader that counts an odd number has seen half of one. */
static void *write_pairs(void *context)
{
    const struct job *job = context;
    struct arena a;
    arena_init(&a);
    for (int i = 0; i < WRITES; i++) {
        struct tx tx;
        ASSERT_OK(store_begin(job->store, true, &a, &tx));
        for (int half = 0; half < 2; half++) {
            const char *id = arena_printf(&a, "%d-%d-%d", job->number, i, half);
            ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = id}));
            ck_assert_int_eq(tx.changes, 1);
        }
        ASSERT_OK(store_end(&tx, i % 4 != 0));
        arena_reset(&a);
    }
    arena_done(&a);
    return NULL;
}

static void *read_pairs(void *context)
{
    const struct job *job = context;
    struct arena a;
    arena_init(&a);
    int64_t last = 0;
    for (int i = 0; i < 2 * WRITES; i++) {
        struct tx tx;
        struct count_row first;
        struct count_row second;
        ASSERT_OK(store_begin(job->store, false, &a, &tx));
        ASSERT_OK(q_thing_count(&tx, &first));
        ASSERT_OK(q_thing_count(&tx, &second));
        ASSERT_OK(store_end(&tx, true));
        ck_assert_int_eq(first.n % 2, 0);
        ck_assert_int_eq(first.n, second.n);
        ck_assert(job->resets || first.n >= last);
        last = first.n;
        arena_reset(&a);
    }
    arena_done(&a);
    return NULL;
}

static void *reset_often(void *context)
{
    const struct job *job = context;
    for (int i = 0; i < RESETS; i++)
        ASSERT_OK(store_reset(job->store));
    return NULL;
}

static void run(struct fix *f, bool resets)
{
    struct job jobs[WRITERS + READERS + 1];
    int n = WRITERS + READERS + (resets ? 1 : 0);
    for (int i = 0; i < n; i++) {
        jobs[i] = (struct job){.store = f->store, .number = i, .resets = resets};
        void *(*work)(void *) = i < WRITERS             ? write_pairs
                                : i < WRITERS + READERS ? read_pairs
                                                        : reset_often;
        ck_assert_int_eq(pthread_create(&jobs[i].thread, NULL, work, &jobs[i]), 0);
    }
    for (int i = 0; i < n; i++)
        pthread_join(jobs[i].thread, NULL);
}

START_TEST(readers_and_writers)
{
    struct fix f;
    fix_open(&f, _i);
    run(&f, false);
    ck_assert_int_eq(fix_count(f.store, &f.arena), 2 * WRITERS * WRITES * 3 / 4);
    fix_done(&f);
}
END_TEST

START_TEST(resets_between_them)
{
    struct fix f;
    fix_open(&f, _i);
    run(&f, true);
    ASSERT_OK(store_reset(f.store));
    ck_assert_int_eq(fix_count(f.store, &f.arena), 0);
    fix_done(&f);
}
END_TEST

enum { COPIES = 6 };

/* Copies of one store share its pages and connections, and nothing else. */
START_TEST(copies_beside_each_other)
{
    struct fix from, copies[COPIES];
    struct job jobs[2 * COPIES];
    fix_open(&from, IN_MEMORY);
    fix_insert(&from, "first");
    fix_insert(&from, "second");
    for (int i = 0; i < COPIES; i++)
        fix_open_copy(&copies[i], IN_MEMORY, from.store);
    for (int i = 0; i < 2 * COPIES; i++) {
        jobs[i] = (struct job){.store = copies[i / 2].store, .number = 7};
        void *(*work)(void *) = i % 2 ? write_pairs : read_pairs;
        ck_assert_int_eq(pthread_create(&jobs[i].thread, NULL, work, &jobs[i]), 0);
    }
    fix_done(&from);
    for (int i = 0; i < 2 * COPIES; i++)
        pthread_join(jobs[i].thread, NULL);
    for (int i = 0; i < COPIES; i++) {
        ck_assert_int_eq(fix_count(copies[i].store, &copies[i].arena), 2 + 2 * WRITES * 3 / 4);
        fix_done(&copies[i]);
    }
}
END_TEST

/* One thread writes in batches beside others that write on their own. */
static void *write_batches(void *context)
{
    const struct job *job = context;
    struct arena a;
    arena_init(&a);
    for (int i = 0; i < WRITES; i += 5) {
        ASSERT_OK(store_batch_begin(job->store));
        for (int k = i; k < i + 5; k++) {
            struct tx tx;
            ASSERT_OK(store_begin(job->store, true, &a, &tx));
            for (int half = 0; half < 2; half++) {
                const char *id = arena_printf(&a, "%d-%d-%d", job->number, k, half);
                ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = id}));
            }
            ASSERT_OK(store_end(&tx, k % 4 != 0));
        }
        ASSERT_OK(store_batch_end(job->store));
        arena_reset(&a);
    }
    arena_done(&a);
    return NULL;
}

START_TEST(batches_between_them)
{
    struct fix f;
    struct job jobs[4];
    void *(*const work[])(void *) = {write_batches, write_pairs, read_pairs, read_pairs};
    fix_open(&f, _i);
    for (int i = 0; i < 4; i++) {
        jobs[i] = (struct job){.store = f.store, .number = i};
        ck_assert_int_eq(pthread_create(&jobs[i].thread, NULL, work[i], &jobs[i]), 0);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(jobs[i].thread, NULL);
    ck_assert_int_eq(fix_count(f.store, &f.arena), 2 * 2 * WRITES * 3 / 4);
    fix_done(&f);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("threads");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, readers_and_writers, 0, BACKEND_COUNT);
    tcase_add_loop_test(tcase, resets_between_them, 0, BACKEND_COUNT);
    tcase_add_loop_test(tcase, batches_between_them, 0, BACKEND_COUNT);
    tcase_add_test(tcase, copies_beside_each_other);
    return fix_run("threads", tcase);
}
