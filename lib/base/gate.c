/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gate.h"

#include <semaphore.h>

static void push(struct gate_queue *queue, struct gate_waiter *waiter)
{
    waiter->next = NULL;
    *queue->end = waiter;
    queue->end = &waiter->next;
}

static struct gate_waiter *take_all(struct gate_queue *queue)
{
    struct gate_waiter *first = queue->first;
    *queue = (struct gate_queue){NULL, &queue->first};
    return first;
}

static struct gate_waiter *take_one(struct gate_queue *queue)
{
    struct gate_waiter *first = queue->first;
    queue->first = first->next;
    if (!queue->first)
        queue->end = &queue->first;
    first->next = NULL;
    return first;
}

void gate_init(struct gate *gate)
{
    *gate = (struct gate){.inside = 0};
    pthread_mutex_init(&gate->lock, NULL);
    take_all(&gate->alone);
    take_all(&gate->others);
}

void gate_done(struct gate *gate)
{
    pthread_mutex_destroy(&gate->lock);
}

/* Calls those in a list: without the lock, and the gate may be gone. */
static void call(struct gate_waiter *waiter, bool in)
{
    while (waiter) {
        struct gate_waiter *next = waiter->next;
        waiter->go(waiter, in);
        waiter = next;
    }
}

/* Takes those who may go now out of their queues; called with the lock, when one has left: who was
   ALONE, after whom those come who waited for him, or one of the others. */
static struct gate_waiter *let_in(struct gate *gate, bool alone)
{
    if (gate->inside || gate->closed)
        return NULL;
    if (gate->ended) {
        struct gate_waiter *ender = gate->ender;
        gate->ender = NULL;
        return ender;
    }
    if (gate->alone.first && !(alone && gate->others.first)) {
        gate->closed = true;
        return take_one(&gate->alone);
    }
    for (const struct gate_waiter *waiter = gate->others.first; waiter; waiter = waiter->next)
        gate->inside++;
    return take_all(&gate->others);
}

enum gate_answer gate_ask(struct gate *gate, struct gate_waiter *waiter)
{
    enum gate_answer answer = GATE_IN;
    pthread_mutex_lock(&gate->lock);
    bool taken = gate->closed || (waiter->alone && gate->inside);
    if (gate->ended) {
        answer = GATE_ENDED;
    } else if (taken || gate->alone.first) {
        answer = GATE_WAIT;
        push(waiter->alone ? &gate->alone : &gate->others, waiter);
    } else {
        gate->closed = waiter->alone;
        gate->inside += !waiter->alone;
    }
    pthread_mutex_unlock(&gate->lock);
    return answer;
}

enum gate_answer gate_end(struct gate *gate, struct gate_waiter *waiter)
{
    enum gate_answer answer = GATE_ENDED;
    pthread_mutex_lock(&gate->lock);
    if (!gate->ended) {
        gate->ended = true;
        waiter->next = NULL;
        gate->ender = gate->inside || gate->closed ? waiter : NULL;
        answer = gate->ender ? GATE_WAIT : GATE_IN;
    }
    struct gate_waiter *alone = take_all(&gate->alone), *others = take_all(&gate->others);
    pthread_mutex_unlock(&gate->lock);
    call(alone, false);
    call(others, false);
    return answer;
}

bool gate_end_now(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    bool now = !gate->ended && !gate->closed && !gate->inside;
    gate->ended |= now; /* who is not inside does not wait, either */
    pthread_mutex_unlock(&gate->lock);
    return now;
}

void gate_share(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->inside++;
    pthread_mutex_unlock(&gate->lock);
}

bool gate_is_awaited(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    bool awaited = gate->alone.first || gate->ended;
    pthread_mutex_unlock(&gate->lock);
    return awaited;
}

void gate_leave(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->inside--;
    struct gate_waiter *waiters = let_in(gate, false);
    pthread_mutex_unlock(&gate->lock);
    call(waiters, true);
}

void gate_open(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->closed = false;
    struct gate_waiter *waiters = let_in(gate, true);
    pthread_mutex_unlock(&gate->lock);
    call(waiters, true);
}

/* A thread that waits. */
struct sleeper {
    struct gate_waiter base;
    sem_t woken;
    bool in;
};

static void wake(struct gate_waiter *waiter, bool in)
{
    struct sleeper *sleeper = (struct sleeper *)waiter;
    sleeper->in = in;
    sem_post(&sleeper->woken);
}

static bool wait_at(struct gate *gate, bool alone)
{
    struct sleeper sleeper = {.base = {.alone = alone, .go = wake}};
    sem_init(&sleeper.woken, 0, 0);
    enum gate_answer answer = gate_ask(gate, &sleeper.base);
    while (answer == GATE_WAIT && sem_wait(&sleeper.woken) != 0) /* a signal came */
        ;
    sem_destroy(&sleeper.woken);
    return answer == GATE_WAIT ? sleeper.in : answer == GATE_IN;
}

bool gate_enter(struct gate *gate)
{
    return wait_at(gate, false);
}

bool gate_close(struct gate *gate)
{
    return wait_at(gate, true);
}
