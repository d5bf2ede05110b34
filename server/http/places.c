/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http/places.h"

#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "server/api/pipeline.h"
#include "server/http/pool.h"

enum {
    PATIENCE_MS = 20 * 1000, /* with issuers of others, who are asked first */
    THREADS = 2, /* at least, so that one request that takes long does not hold up all others */
    SLOW_MOST = 1024,
    SLOW_SAME_MOST = 256,
    WRITERS = 4,             /* of so many stores at a time */
    WRITES_MOST = 64 * 1024, /* as many as there are connections */
    ASKED = 2,               /* issuers at a time */
    FETCHES_MOST = 256,      /* many for one issuer leave room for those of others */
    FETCHES_SAME_MOST = 64,
    GATE_POLL_MS = 1,
    WAITING_MEMORY = 512 * 1024, /* of a request that waits for something to be fetched */
};

struct places {
    struct pool *slow, *write, *fetch;
    void (*ready)(struct flow *f);
    _Atomic bool stopping;     /* fetches look at it */
    _Atomic unsigned at_gates; /* flows */
};

static void take_all(struct places *places, struct flow *flows)
{
    while (flows) {
        struct flow *f = flows;
        flows = f->next;
        places_take(places, f, pipeline_place(f));
    }
}

static void run_slow(void *owner, struct flow *f)
{
    struct places *places = owner;
    enum place next = PLACE_POOL;
    while (next == PLACE_POOL) { /* at the stop its turn does not come again, and it goes on */
        next = pipeline_go_on(f, PLACE_POOL);
        if (next == PLACE_POOL && pool_again(places->slow, f))
            return;
    }
    places_take(places, f, next);
}

static bool is_same(const struct flow *f, const void *turn)
{
    return f->turn == *(const uint64_t *)turn;
}

/* All that wait for the same store; those who are about to may come first, which saves a commit. */
static void run_write(void *owner, struct flow *f)
{
    struct places *places = owner;
    sched_yield();
    f->next = pool_take(places->write, is_same, &f->turn);
    pipeline_write(f);
    take_all(places, f);
}

/* Those who wait for the same issuer, and those whom others have kept waiting for too long. */
static bool need_not_wait(const struct flow *f, const void *fetched)
{
    const struct flow *first = fetched;
    return f->turn == first->turn || f->since < clock_monotonic_ms() - PATIENCE_MS;
}

static void run_fetch(void *owner, struct flow *f)
{
    struct places *places = owner;
    if (!atomic_load(&places->stopping))
        pipeline_fetch(f, &places->stopping);
    f->next = pool_take(places->fetch, need_not_wait, f);
    for (struct flow *each = f; each; each = each->next)
        pipeline_fetched(each);
    take_all(places, f);
}

struct places *places_new(unsigned threads, void (*ready)(struct flow *f))
{
    const struct pool_options slow = {.threads = threads > THREADS ? threads : THREADS,
                                      .computes = true,
                                      .waiting_most = SLOW_MOST,
                                      .same_most = SLOW_SAME_MOST};
    static const struct pool_options write = {.threads = WRITERS,
                                              .one_each = true,
                                              .waiting_most = WRITES_MOST,
                                              .same_most = WRITES_MOST};
    static const struct pool_options fetch = {.threads = ASKED,
                                              .one_each = true,
                                              .waiting_most = FETCHES_MOST,
                                              .same_most = FETCHES_SAME_MOST};
    struct places *places = mem_alloc(sizeof *places);
    places->ready = ready;
    places->slow = pool_new(&slow, run_slow, places);
    places->write = pool_new(&write, run_write, places);
    places->fetch = pool_new(&fetch, run_fetch, places);
    return places;
}

static bool add(struct places *places, struct flow *f, enum place next)
{
    f->turn = pipeline_turn(f, next);
    if (next == PLACE_FETCH)
        return f->call.arena->total <= WAITING_MEMORY && pool_add(places->fetch, f);
    return pool_add(next == PLACE_WRITE ? places->write : places->slow, f);
}

static void pass_gate(struct flow *f)
{
    struct places *places = f->places;
    places_take(places, f, pipeline_place(f));
    atomic_fetch_sub(&places->at_gates, 1);
}

static void wait_at_gate(struct places *places, struct flow *f)
{
    atomic_fetch_add(&places->at_gates, 1);
    f->places = places;
    f->go = pass_gate;
    if (!pipeline_await(f))
        pass_gate(f);
}

void places_take(struct places *places, struct flow *f, enum place next)
{
    bool elsewhere = next != PLACE_SERVE && next != PLACE_DONE;
    if (next == PLACE_GATE) {
        wait_at_gate(places, f);
        return;
    }
    if (elsewhere && add(places, f, next))
        return;
    if (next == PLACE_FETCH)
        pipeline_fetched(f);
    else if (elsewhere)
        pipeline_give_up(f);
    if (f->job)
        pipeline_abandon(f); /* nobody waits for it */
    else
        places->ready(f);
}

void places_stop(struct places *places)
{
    atomic_store(&places->stopping, true);
    pool_stop(places->fetch);
    pool_stop(places->slow);
    pool_stop(places->write);
    /* Those inside are served to their end, which opens the gates. */
    while (atomic_load(&places->at_gates) > 0)
        nanosleep(&(struct timespec){.tv_nsec = GATE_POLL_MS * 1000000L}, NULL);
}

void places_free(struct places *places)
{
    if (!places)
        return;
    pool_free(places->fetch);
    pool_free(places->slow);
    pool_free(places->write);
    mem_free(places);
}
