/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/work.h"

enum { SOON = 100 * 1000 };

struct policy_work work_new(uint64_t steps, const atomic_bool *stop)
{
    return (struct policy_work){.later = steps, .stop = stop};
}

uint64_t work_left(const struct policy_work *work)
{
    return work->soon + work->later;
}

void work_exhaust(struct policy_work *work)
{
    if (!work)
        return;
    work->soon = work->later = 0;
    work->spent = true;
}

bool work_more(struct policy_work *work, uint64_t steps)
{
    bool stopped = work->stop && atomic_load_explicit(work->stop, memory_order_relaxed);
    uint64_t all = work_left(work);
    if (stopped || work->spent || all < steps) {
        work_exhaust(work);
        return false;
    }
    all -= steps;
    work->soon = all < SOON ? all : SOON;
    work->later = all - work->soon;
    return true;
}
