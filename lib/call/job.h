/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes on after its call was answered, in the pool, in slices. Its sandbox stays entered until
 * it is done, so that resets come before it or after it. It may end early, when one waits: what
 * has to be given back then is arena_keep's.
 */
#pragma once

#include "call/call.h"

struct job {
    struct arena arena;
    struct call call; /* what its slices see: arena, sandbox, account, time, operation, progress */
    int (*run)(struct call *c); /* CALL_AGAIN: others come first */
};

/* The job of a call, which owns it until it is answered. */
struct job *job_new(struct call *c, int (*run)(struct call *c));
void job_free(struct job *job); /* accepts NULL */
