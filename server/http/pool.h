/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads for what connections cannot wait for. Flows take turns: whoever has many of them here
 * does not keep others waiting. Threads start when they are needed.
 */
#pragma once

#include "server/api/flow.h"

struct pool;

struct pool_options {
    unsigned threads;
    bool computes;         /* they give way to threads that answer */
    bool one_each;         /* flows of one turn are in one thread at a time */
    unsigned waiting_most; /* flows at a time */
    unsigned same_most;    /* of one turn */
};

/* RUN(OWNER, F) is called in a thread of the pool, and F belongs to it then. */
struct pool *pool_new(const struct pool_options *options, void (*run)(void *owner, struct flow *f),
                      void *owner);

/* False: too many wait, or it is stopping. F->turn says whose turn it takes. */
bool pool_add(struct pool *pool, struct flow *f) MUST_USE;

/* The same for one that was just run there, and whose turn comes again: never too many wait. */
bool pool_again(struct pool *pool, struct flow *f) MUST_USE;

/* Takes flows out that wait, in the order of their coming: those that WANTED says. */
struct flow *pool_take(struct pool *pool, bool (*wanted)(const struct flow *f, const void *arg),
                       const void *arg);

/* Takes no more; returns when all that were there have been run. */
void pool_stop(struct pool *pool);
void pool_free(struct pool *pool); /* stopped; accepts NULL */
