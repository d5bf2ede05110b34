/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a request into its sandbox, and out of it. */
#pragma once

#include "server/api/flow.h"

/* By the prefix of the path, which nothing behind this sees. */
void enter_choose(struct flow *f, const struct request *rq);

/* The first stage. Up to the answer the sandbox is entered, so that nothing is authenticated before
   a reset and carried out after it. */
int enter_stage(struct flow *f);
/* The next one: what the call needs of its sandbox. */
int enter_arrive(struct flow *f);

/* It is left, so that resets need not wait for what the request waits for. What was read in it may
   be gone by then: the stages begin anew, with nothing but the id of the request. */
void enter_again(struct flow *f);

/* Once nothing is needed of it any more. */
void enter_leave(struct flow *f);

const char *enter_request_id(struct sandbox *sandbox, struct arena *a);
