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

void turns_compute(void)
{
    ask(NICEST, LONGEST_NS);
}
