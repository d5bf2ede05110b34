/* SPDX-License-Identifier: Apache-2.0 */
/* Who takes over a flow that has to go on elsewhere than in the thread of its connection. */
#pragma once

#include "server/api/flow.h"

struct places;

/* THREADS: how many may run what takes long; two at least do. READY is called with flows that are
   done, or have to go on where they are served. */
struct places *places_new(unsigned threads, void (*ready)(struct flow *f));

/* NEXT is what the pipeline said; READY may be called before this returns, though not with the rest
   of a flow that was answered. */
void places_take(struct places *places, struct flow *f, enum place next);

/* Returns when READY has been called for all; what is being fetched is given up. */
void places_stop(struct places *places);
void places_free(struct places *places); /* stopped; accepts NULL */
