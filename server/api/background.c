/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/background.h"

#include "call/job.h"
#include "sandbox/sandbox.h"

struct flow *background_begin(const struct flow *of, struct job *job, uint64_t turn)
{
    struct flow *f = NEW(&job->arena, struct flow);
    f->server = of->server;
    f->job = job;
    f->turn = turn;
    f->wants = PLACE_POOL;
    f->call.sandbox = sandbox_keep(of->call.sandbox);
    gate_share(&f->call.sandbox->gate);
    return f;
}

enum place background_place(const struct flow *f)
{
    return f->wants;
}

/* A reset does not wait for what it would delete. */
enum place background_go_on(struct flow *f)
{
    if (gate_is_awaited(&f->call.sandbox->gate) || f->job->run(&f->job->call) != CALL_AGAIN)
        f->wants = PLACE_DONE;
    return f->wants;
}

void background_give_up(struct flow *f)
{
    f->wants = PLACE_DONE;
}

void background_end(struct flow *f)
{
    struct sandbox *sandbox = f->call.sandbox;
    job_free(f->job); /* the flow is its */
    gate_leave(&sandbox->gate);
    sandbox_release(sandbox);
}
