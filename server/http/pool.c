/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http/pool.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/mem.h"
#include "server/http/turns.h"

/* Flows that wait, and how many threads run one, of one turn. */
struct turn {
    struct turn *next; /* the turn after this one */
    uint64_t number;
    struct flow *first, **end;
    unsigned waiting, running;
};

struct pool {
    struct pool_options options;
    void (*run)(void *owner, struct flow *f);
    void *owner;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t wake;
    struct turn *first, **end; /* in the order in which they come */
    unsigned waiting;          /* flows of all turns */
    unsigned idle;             /* threads */
    unsigned started;
    bool stopping;
    pthread_t threads[];
};

struct pool *pool_new(const struct pool_options *options, void (*run)(void *owner, struct flow *f),
                      void *owner)
{
    struct pool *pool = mem_alloc(sizeof *pool + options->threads * sizeof *pool->threads);
    pool->options = *options;
    pool->run = run;
    pool->owner = owner;
    pool->end = &pool->first;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    return pool;
}

static struct turn *find_turn(const struct pool *pool, uint64_t number)
{
    struct turn *turn = pool->first;
    while (turn && turn->number != number)
        turn = turn->next;
    return turn;
}

static struct turn *add_turn(struct pool *pool, uint64_t number)
{
    struct turn *turn = mem_alloc(sizeof *turn);
    turn->number = number;
    turn->end = &turn->first;
    *pool->end = turn;
    pool->end = &turn->next;
    return turn;
}

/* Takes the turn behind *AT out. */
static struct turn *cut(struct pool *pool, struct turn **at)
{
    struct turn *turn = *at;
    *at = turn->next;
    if (pool->end == &turn->next)
        pool->end = at;
    turn->next = NULL;
    return turn;
}

static void put_last(struct pool *pool, struct turn *turn)
{
    *pool->end = turn;
    pool->end = &turn->next;
}

static struct turn **place_of(struct pool *pool, const struct turn *turn)
{
    struct turn **at = &pool->first;
    while (*at != turn)
        at = &(*at)->next;
    return at;
}

static struct flow *cut_first(struct pool *pool, struct turn *turn)
{
    struct flow *f = turn->first;
    turn->first = f->next;
    if (!turn->first)
        turn->end = &turn->first;
    turn->waiting--;
    pool->waiting--;
    f->next = NULL;
    return f;
}

/* The next flow, whose turn comes last then; NULL: there is none that could be run now. */
static struct flow *take_next(struct pool *pool, struct turn **ret)
{
    for (struct turn **at = &pool->first; *at; at = &(*at)->next) {
        bool free = !pool->options.one_each || (*at)->running == 0;
        if (!(*at)->first || !free)
            continue;
        struct turn *turn = cut(pool, at);
        put_last(pool, turn);
        turn->running++;
        *ret = turn;
        return cut_first(pool, turn);
    }
    return NULL;
}

static void drop_if_over(struct pool *pool, struct turn *turn)
{
    if (!turn->first && turn->running == 0)
        mem_free(cut(pool, place_of(pool, turn)));
}

static void *run_thread(void *arg)
{
    struct pool *pool = arg;
    struct turn *turn;
    if (pool->options.computes)
        turns_compute();
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        struct flow *f = take_next(pool, &turn);
        if (f) {
            pthread_mutex_unlock(&pool->lock);
            pool->run(pool->owner, f);
            pthread_mutex_lock(&pool->lock);
            turn->running--;
            drop_if_over(pool, turn);
        } else if (pool->stopping && pool->waiting == 0) {
            break;
        } else {
            pool->idle++;
            pthread_cond_wait(&pool->wake, &pool->lock);
            pool->idle--;
        }
    }
    pthread_cond_broadcast(&pool->wake); /* for others that wait for the last flows */
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* A thread for one more flow; false: there is none, and none can be had. */
static bool call_thread(struct pool *pool)
{
    if (pool->idle <= pool->waiting && pool->started < pool->options.threads &&
        pthread_create(&pool->threads[pool->started], NULL, run_thread, pool) == 0)
        pool->started++;
    pthread_cond_signal(&pool->wake);
    return pool->started > 0;
}

static void push(struct pool *pool, struct turn *turn, struct flow *f)
{
    *turn->end = f;
    turn->end = &f->next;
    turn->waiting++;
    pool->waiting++;
}

/* Who runs a flow of the turn takes the next one, too, where there is one thread for each. */
static bool is_taken_care_of(const struct pool *pool, const struct turn *turn)
{
    return turn && pool->options.one_each && (turn->first || turn->running);
}

bool pool_add(struct pool *pool, struct flow *f)
{
    const struct pool_options *options = &pool->options;
    f->next = NULL;
    f->since = clock_monotonic_ms();
    pthread_mutex_lock(&pool->lock);
    struct turn *turn = find_turn(pool, f->turn);
    bool taken = !pool->stopping && pool->waiting < options->waiting_most &&
                 (!turn || turn->waiting + turn->running < options->same_most) &&
                 (is_taken_care_of(pool, turn) || call_thread(pool));
    if (taken)
        push(pool, turn ? turn : add_turn(pool, f->turn), f);
    pthread_mutex_unlock(&pool->lock);
    return taken;
}

bool pool_again(struct pool *pool, struct flow *f)
{
    f->next = NULL;
    pthread_mutex_lock(&pool->lock);
    bool taken = !pool->stopping;
    if (taken) /* by a thread that goes on with whoever is next */
        push(pool, find_turn(pool, f->turn), f);
    pthread_mutex_unlock(&pool->lock);
    return taken;
}

static void take_of(struct pool *pool, struct turn *turn, struct flow ***end,
                    bool (*wanted)(const struct flow *f, const void *arg), const void *arg)
{
    struct flow **at = &turn->first;
    while (*at) {
        struct flow *f = *at;
        if (!wanted(f, arg)) {
            at = &f->next;
            continue;
        }
        *at = f->next;
        f->next = NULL;
        **end = f;
        *end = &f->next;
        turn->waiting--;
        pool->waiting--;
    }
    turn->end = at;
}

struct flow *pool_take(struct pool *pool, bool (*wanted)(const struct flow *f, const void *arg),
                       const void *arg)
{
    struct flow *ret = NULL, **end = &ret;
    pthread_mutex_lock(&pool->lock);
    struct turn *next;
    for (struct turn *turn = pool->first; turn; turn = next) {
        next = turn->next;
        take_of(pool, turn, &end, wanted, arg);
        drop_if_over(pool, turn);
    }
    pthread_mutex_unlock(&pool->lock);
    return ret;
}

void pool_stop(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    unsigned started = pool->started;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < started; i++)
        pthread_join(pool->threads[i], NULL);
    pool->started = 0;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    mem_free(pool);
}
