/* SPDX-License-Identifier: Apache-2.0 */
/* From a request to an answer, without a socket: what server/http calls, and what tests call. */
#pragma once

#include "server/api/flow.h"

/* The whole way in the calling thread. */
void pipeline_run(struct server *server, struct arena *a, const struct request *rq,
                  struct response *ret);

/* In pieces: the flow is in the arena, its answer is flow->response once it is PLACE_DONE. Then
   flow->rest, if there is one, wants to go on at its place until it is done, too. */
struct flow *pipeline_begin(struct server *server, struct arena *a, const struct request *rq);

/*
 * A call that OUTER makes, in the sandbox that it has entered, as the holder of the credentials in
 * INNER; the protocol and the service of EXCHANGE are those of RQ, and for protocols that go by
 * paths its way. Its operation waits for nobody else to leave the sandbox.
 */
struct flow *pipeline_begin_inner(struct call *outer, const struct request *rq,
                                  const struct exchange *exchange, const struct inner_call *inner);

/* The rest of the way, in the calling thread. */
void pipeline_finish(struct flow *f);
/* A part of it, at *HERE, which is PLACE_SERVE at first, and then where it goes on. True: that was
   the last one. */
bool pipeline_finish_part(struct flow *f, enum place *here);

/* Where the flow has to go on. */
enum place pipeline_place(const struct flow *f);

/* Runs stages at PLACE_SERVE or PLACE_POOL, where the flow is, for as long as the next one belongs
   there; returns where that belongs. The same place again: it has been there long enough, and
   others come first. */
enum place pipeline_go_on(struct flow *f, enum place here);

/* What goes on at PLACE_WRITE: all FLOWS (a list), which have one store, in one commit. */
void pipeline_write(struct flow *flows);

/* The issuer that a flow at PLACE_FETCH waits for is asked, unless *STOP is or becomes true. */
void pipeline_fetch(struct flow *f, const _Atomic bool *stop);
/* It goes on with what has been fetched by now, even if that is nothing. */
void pipeline_fetched(struct flow *f);

/* A flow at PLACE_GATE. True: f->go will be called, in some thread; false: it can go on. */
bool pipeline_await(struct flow *f);

/* Those that take turns at PLACE. */
uint64_t pipeline_turn(const struct flow *f, enum place place);

/* It cannot go on to its place: the answer will be that too many wait. */
void pipeline_give_up(struct flow *f);

/* Of a flow that is not done, and whose answer nobody waits for; and of every flow->rest. */
void pipeline_abandon(struct flow *f);

/* The answer to a request of which RQ could be read: CODE (enum err) and a sentence. */
void pipeline_refuse(struct server *server, const struct request *rq, int code, const char *message,
                     struct response *ret);
