/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http/turns.h"

#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SHORTEST_NS = 100 * 1000, LONGEST_NS = 100 * 1000 * 1000, NICEST = 10 };

/* As the kernel has it; the C library has neither the struct nor the call. */
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t slice_ns, deadline_ns, period_ns;
};

/* As well as it goes: whoever may not be asked leaves things as they are. */
static void ask(int nice, uint64_t slice_ns)
{
    const struct attributes attributes = {
        .size = sizeof attributes,
        .policy = SCHED_OTHER,
        .nice = nice,
        .slice_ns = slice_ns,
    };
    syscall(SYS_sched_setattr, 0, &attributes, 0);
}

void turns_answer(void)
{
    ask(getpriority(PRIO_PROCESS, (id_t)gettid()), SHORTEST_NS);
}

/* Leaves the first of several processors to those that answer. */
static void leave_one(void)
{
    cpu_set_t all;
    if (sched_getaffinity(0, sizeof all, &all) != 0 || CPU_COUNT(&all) < 2)
        return;
    for (int i = 0; i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, &all))
            continue;
        CPU_CLR(i, &all);
        break;
    }
    sched_setaffinity(0, sizeof all, &all);
}

void turns_compute(void)
{
    ask(NICEST, LONGEST_NS);
    leave_one();
}
