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

static int let_in;

static void note_in(struct gate_waiter *waiter UNUSED, bool in)
{
    ck_assert(in);
    let_in++;
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

/* By one who is inside, others may wait or not. */
START_TEST(test_shared_once_more)
{
    struct gate_waiter alone = {.alone = true, .go = note_in};
    ck_assert(gate_enter(&gate));
    ck_assert(!gate_is_awaited(&gate));
    ck_assert_int_eq(gate_ask(&gate, &alone), GATE_WAIT);
    ck_assert(gate_is_awaited(&gate));
    gate_share(&gate);
    gate_leave(&gate);
    ck_assert_int_eq(let_in, 0);
    gate_leave(&gate);
    ck_assert_int_eq(let_in, 1);
    gate_open(&gate);
}
END_TEST

/* Nobody waits for it, and it does not come about while somebody is inside. */
START_TEST(test_ended_now_or_not_at_all)
{
    ck_assert(gate_enter(&gate));
    ck_assert(!gate_end_now(&gate));
    gate_leave(&gate);
    ck_assert(gate_close(&gate));
    ck_assert(!gate_end_now(&gate));
    gate_open(&gate);
    ck_assert(gate_enter(&gate));
    gate_leave(&gate);
    ck_assert(gate_end_now(&gate));
    ck_assert(!gate_end_now(&gate));
    ck_assert(!gate_enter(&gate));
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

/* Notes who was called, and how. */
struct guest {
    struct gate_waiter base;
    int called, in;
};

static void come(struct gate_waiter *waiter, bool in)
{
    struct guest *guest = (struct guest *)waiter;
    guest->called++;
    guest->in += in;
}

/* Before the others, who then come before the next one: neither keeps the other out. */
START_TEST(test_alone_and_others_take_turns)
{
    struct guest alone[2] = {{{true, come, NULL}, 0, 0}, {{true, come, NULL}, 0, 0}};
    struct guest others[2] = {{{false, come, NULL}, 0, 0}, {{false, come, NULL}, 0, 0}};
    struct guest late = {{false, come, NULL}, 0, 0};
    ck_assert(gate_enter(&gate));
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(gate_ask(&gate, &alone[i].base), GATE_WAIT);
        ck_assert_int_eq(gate_ask(&gate, &others[i].base), GATE_WAIT);
    }
    gate_leave(&gate);
    ck_assert(alone[0].in && !alone[1].called && !others[0].called);
    gate_open(&gate);
    ck_assert(others[0].in && others[1].in && !alone[1].called); /* they share it */
    ck_assert_int_eq(gate_ask(&gate, &late.base), GATE_WAIT);
    gate_leave(&gate);
    gate_leave(&gate);
    ck_assert(alone[1].in && !late.called);
    gate_open(&gate);
    ck_assert(late.in);
    gate_leave(&gate);
    ck_assert(gate_close(&gate));
    gate_open(&gate);
}
END_TEST

START_TEST(test_nobody_enters_after_the_end)
{
    struct guest alone = {{true, come, NULL}, 0, 0}, other = {{false, come, NULL}, 0, 0};
    struct guest ender = {{false, come, NULL}, 0, 0}, late = ender;
    ck_assert(gate_enter(&gate));
    ck_assert_int_eq(gate_ask(&gate, &alone.base), GATE_WAIT);
    ck_assert_int_eq(gate_ask(&gate, &other.base), GATE_WAIT);
    ck_assert_int_eq(gate_end(&gate, &ender.base), GATE_WAIT);
    ck_assert(alone.called && !alone.in && other.called && !other.in);
    ck_assert(!gate_enter(&gate) && !gate_close(&gate));
    ck_assert_int_eq(gate_end(&gate, &late.base), GATE_ENDED);
    ck_assert(!ender.called);
    gate_leave(&gate);
    ck_assert(ender.in && !late.called);
}
END_TEST

START_TEST(test_the_end_waits_for_who_has_it_alone)
{
    struct guest ender = {{false, come, NULL}, 0, 0};
    ck_assert(gate_close(&gate));
    ck_assert_int_eq(gate_end(&gate, &ender.base), GATE_WAIT);
    gate_open(&gate);
    ck_assert(ender.in);
}
END_TEST

START_TEST(test_an_empty_gate_ends_at_once)
{
    struct guest ender = {{false, come, NULL}, 0, 0};
    ck_assert_int_eq(gate_end(&gate, &ender.base), GATE_IN);
    ck_assert(!ender.called);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("gate");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, test_another_thread_may_leave);
    tcase_add_test(t, test_shared_once_more);
    tcase_add_test(t, test_ended_now_or_not_at_all);
    tcase_add_test(t, test_one_alone_or_many);
    tcase_add_test(t, test_alone_and_others_take_turns);
    tcase_add_test(t, test_nobody_enters_after_the_end);
    tcase_add_test(t, test_the_end_waits_for_who_has_it_alone);
    tcase_add_test(t, test_an_empty_gate_ends_at_once);
    return suite_run("gate", t);
}
