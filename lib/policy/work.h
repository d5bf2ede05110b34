/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What decisions may cost, so that nobody who writes policies, or sends values to compare with
 * them, keeps others waiting. The unit is the step: one entry of a list that is looked at, or 8 to
 * 64 characters that are compared, a nanosecond or a few. Documents and requests of the sizes that
 * AWS accepts take some thousands.
 */
#pragma once

#include <stdatomic.h>

#include "base/base.h"

enum {
    WORK_DECISION = 5 * 1000 * 1000, /* steps of one decision */
    WORK_REQUEST = 10 * 1000 * 1000, /* steps of all decisions that one request asks for */
};

/* A budget, of one thread. */
struct policy_work {
    uint64_t soon;           /* steps up to the next look at STOP */
    uint64_t later;          /* steps behind those */
    const atomic_bool *stop; /* true: the work is spent; NULL: nobody stops it */
    bool spent;              /* something was left out, and no result counts */
};

struct policy_work work_new(uint64_t steps, const atomic_bool *stop);
uint64_t work_left(const struct policy_work *work);
/* For what is left to do when SOON does not suffice. */
bool work_more(struct policy_work *work, uint64_t steps);
/* Nothing is left. */
void work_exhaust(struct policy_work *work);

/* Takes STEPS away; false when there are not as many, now and ever after. WORK == NULL: it is not
   counted. */
static inline bool work_spend(struct policy_work *work, uint64_t steps)
{
    if (!work)
        return true;
    if (work->soon < steps)
        return work_more(work, steps);
    work->soon -= steps;
    return true;
}
