/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A gate: any number are inside at a time, or one who has it to himself. Other than a lock of
 * pthreads it may be left by another thread than the one that entered, and nobody's thread has to
 * wait at it. Who wants it to himself waits until all have left, and new ones wait for him; they
 * come before the next who wants it to himself.
 */
#pragma once

#include <pthread.h>

#include "base/base.h"

/* Who wants in. Stays where it is while it waits. */
struct gate_waiter {
    bool alone; /* wants the gate to himself */
    /* Called once after GATE_WAIT, by whichever thread made room. IN: as GATE_IN, else GATE_ENDED.
     */
    void (*go)(struct gate_waiter *waiter, bool in);
    struct gate_waiter *next; /* the gate's */
};

struct gate_queue {
    struct gate_waiter *first, **end;
};

struct gate {
    pthread_mutex_t lock;
    unsigned inside;
    bool closed; /* somebody has it to himself */
    bool ended;
    struct gate_queue alone, others;
    struct gate_waiter *ender; /* who waits for the last to leave; NULL: nobody */
};

enum gate_answer {
    GATE_IN,
    GATE_WAIT,  /* the waiter is called */
    GATE_ENDED, /* nobody enters any more, and there is nothing to leave */
};

void gate_init(struct gate *gate);
void gate_done(struct gate *gate);

enum gate_answer gate_ask(struct gate *gate, struct gate_waiter *waiter) MUST_USE;

/* Nobody enters any more, and those who wait are told so. GATE_IN: all have left; GATE_WAIT: the
   waiter is called when they have; GATE_ENDED: it had ended before. */
enum gate_answer gate_end(struct gate *gate, struct gate_waiter *waiter) MUST_USE;

/* The same, if nobody is inside, so that nobody has to wait; false: somebody is, or it has ended.
 */
bool gate_end_now(struct gate *gate) MUST_USE;

/* Once more, by one of those who share it: nobody has to wait for that. */
void gate_share(struct gate *gate);
/* Whether somebody wants it to himself, or its end. */
bool gate_is_awaited(struct gate *gate);
void gate_leave(struct gate *gate); /* by one of those who share it */
void gate_open(struct gate *gate);  /* by who has it to himself */

/* For threads that have nothing else to do: false stands for GATE_ENDED. */
bool gate_enter(struct gate *gate) MUST_USE;
bool gate_close(struct gate *gate) MUST_USE; /* enters alone */
