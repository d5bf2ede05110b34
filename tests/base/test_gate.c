/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gate.h"

#include <stdatomic.h>

#include "support/suite.h"

enum { THREADS = 4, ROUNDS = 20000 };

static struct gate gate;
static long counter;           /* changed by who has the gate to himself */
static _Atomic int inside;     /* of those who share it */
static _Atomic int violations; /* somebody was inside who should not have been */

static void setup(void)
{
    gate_init(&gate);
}

static void teardown(void)
{
    gate_done(&gate);
}

static void *leave(void *arg)
{
    gate_leave(arg);
    return NULL;
}

START_TEST(test_another_thread_may_leave)
{
    pthread_t thread;
    ck_assert(gate_enter(&gate));
    ck_assert(gate_enter(&gate));
    gate_leave(&gate);
    ck_assert_int_eq(pthread_create(&thread, NULL, leave, &gate), 0);
    ck_assert(gate_close(&gate)); /* waits for it */
    gate_open(&gate);
    pthread_join(thread, NULL);
}
END_TEST

static void *share(void *arg UNUSED)
{
    for (int i = 0; i < ROUNDS && gate_enter(&gate); i++) {
        long before = counter;
        atomic_fetch_add(&inside, 1);
        atomic_fetch_add(&violations, counter != before);
        atomic_fetch_sub(&inside, 1);
        gate_leave(&gate);
    }
    return NULL;
}

static void *take(void *arg UNUSED)
{
    for (int i = 0; i < ROUNDS / 100 && gate_close(&gate); i++) {
        atomic_fetch_add(&violations, atomic_load(&inside) != 0);
        counter++;
        gate_open(&gate);
    }
    return NULL;
}

START_TEST(test_one_alone_or_many)
{
    pthread_t threads[2 * THREADS];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, i % 2 ? share : take, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(atomic_load(&violations), 0);
    ck_assert_int_eq(counter, THREADS * (ROUNDS / 100));
}
END_TEST

static void *end(void *arg)
{
    *(bool *)arg = gate_end(&gate);
    return NULL;
}

static void *enter(void *arg)
{
    *(bool *)arg = gate_enter(&gate);
    return NULL;
}

START_TEST(test_nobody_enters_after_the_end)
{
    pthread_t ender, waiter;
    bool ended = false, entered = true;
    ck_assert(gate_close(&gate));
    ck_assert_int_eq(pthread_create(&waiter, NULL, enter, &entered), 0);
    ck_assert_int_eq(pthread_create(&ender, NULL, end, &ended), 0);
    pthread_join(waiter, NULL); /* refused while the gate is closed */
    gate_open(&gate);
    pthread_join(ender, NULL);
    ck_assert(ended && !entered);
    ck_assert(!gate_enter(&gate));
    ck_assert(!gate_close(&gate));
    ck_assert(!gate_end(&gate));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("gate");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, test_another_thread_may_leave);
    tcase_add_test(t, test_one_alone_or_many);
    tcase_add_test(t, test_nobody_enters_after_the_end);
    return suite_run("gate", t);
}
