/* SPDX-License-Identifier: Apache-2.0 */
#include "call/job.h"

#include "base/mem.h"

struct job *job_new(struct call *c, int (*run)(struct call *c))
{
    struct job *job = mem_alloc(sizeof *job);
    arena_init(&job->arena);
    job->run = run;
    job->call = (struct call){.arena = &job->arena,
                              .sandbox = c->sandbox,
                              .op = c->op,
                              .now = c->now,
                              .account = arena_strdup(&job->arena, c->account)};
    c->job = job;
    return job;
}

void job_free(struct job *job)
{
    if (!job)
        return;
    arena_done(&job->arena);
    mem_free(job);
}
