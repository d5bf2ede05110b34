/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A gate: any number are inside at a time, or one who has it to himself. Other than a lock of
 * pthreads it may be left by another thread than the one that entered. Who wants it to himself
 * comes first: he waits until all have left, and new ones wait for him.
 */
#pragma once

#include <pthread.h>

#include "base/base.h"

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t change;
    unsigned inside;
    unsigned closing; /* who has it to himself, and who wants to */
    bool closed;
    bool ended;
};

void gate_init(struct gate *gate);
void gate_done(struct gate *gate);

/* False: the gate has ended, and there is nothing to leave. */
bool gate_enter(struct gate *gate) MUST_USE;
void gate_leave(struct gate *gate);

/* Returns when nobody is inside, and keeps everybody out up to gate_open. False: it has ended. */
bool gate_close(struct gate *gate) MUST_USE;
void gate_open(struct gate *gate);

/* Nobody enters any more. Returns when all have left; false: it had ended before. */
bool gate_end(struct gate *gate) MUST_USE;
