/* SPDX-License-Identifier: Apache-2.0 */
#include <semaphore.h>

#include "server/api/pipeline.h"

static void post(struct flow *f)
{
    sem_post(f->owner);
}

/* Waits at PLACE_GATE. */
static void wait_at_gate(struct flow *f)
{
    sem_t here;
    sem_init(&here, 0, 0);
    f->owner = &here;
    f->go = post;
    bool waits = pipeline_await(f);
    while (waits && sem_wait(&here) != 0) /* a signal came */
        ;
    sem_destroy(&here);
}

/* Here the answer is not on its way before that. */
static void run_rest(struct flow *f)
{
    if (!f)
        return;
    while (pipeline_place(f) != PLACE_DONE)
        pipeline_go_on(f, PLACE_POOL);
    pipeline_abandon(f);
}

bool pipeline_finish_part(struct flow *f, enum place *here)
{
    static const _Atomic bool never;
    *here = pipeline_go_on(f, *here);
    if (*here == PLACE_DONE) {
        run_rest(f->rest);
        return true;
    }
    if (*here == PLACE_WRITE) {
        pipeline_write(f);
    } else if (*here == PLACE_FETCH) {
        pipeline_fetch(f, &never);
        pipeline_fetched(f);
    } else if (*here == PLACE_GATE) {
        wait_at_gate(f);
    }
    *here = pipeline_place(f);
    return false;
}

void pipeline_finish(struct flow *f)
{
    enum place here = PLACE_SERVE;
    while (!pipeline_finish_part(f, &here))
        ;
}

void pipeline_run(struct server *server, struct arena *a, const struct request *rq,
                  struct response *ret)
{
    struct flow *f = pipeline_begin(server, a, rq);
    pipeline_finish(f);
    *ret = f->response;
}
