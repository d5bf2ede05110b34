/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request on its way through the stages of pipeline.c. It belongs to one thread at a time: that
 * of the place where its next stage has to run.
 */
#pragma once

#include "authn/credential.h"
#include "base/gate.h"
#include "call/call.h"
#include "server/api/protocol.h"

struct places;
struct server;

enum place {
    PLACE_SERVE, /* the thread that serves the connection: nothing that takes long */
    PLACE_POOL,  /* a thread for what takes long */
    PLACE_WRITE, /* pipeline_write, in the one thread that writes to the store of the sandbox */
    PLACE_FETCH, /* nowhere before the keys of an issuer have come, or have not: pipeline_fetched */
    PLACE_GATE,  /* nowhere before the sandbox may be entered: pipeline_await */
    PLACE_DONE,  /* the answer is there */
};

/* What a stage returns that has to run once more, at flow->wants. */
enum { STAGE_AGAIN = 1 };

/* A call that a page makes, from within, for who is signed in: nobody signs for it. */
struct inner_call {
    struct str key_id, token;
};

struct flow {
    /* Whoever holds the flow. */
    struct flow *next;
    void *owner;                /* whose request it is */
    uint64_t turn;              /* at a place: those of one turn come one after the other */
    int64_t since;              /* it waits for its turn */
    void (*go)(struct flow *f); /* from PLACE_GATE, after pipeline_await */
    struct places *places;      /* of those who bring it to its places */

    /* The stages. */
    size_t stage; /* the next one */
    int code;     /* how it ends; OK so far */
    bool entered; /* the sandbox; not at PLACE_FETCH */
    bool shut;    /* it is being deleted, or is not there */
    struct gate_waiter waiter;
    _Atomic bool met; /* of two: the flow has come to PLACE_GATE, and it may go on */
    bool unsettled;   /* it wrote, or tried to, and what it saw is not committed yet */
    bool again;       /* the handler wants to run once more, in the pool, and to stay there */
    enum place wants; /* where a stage wants to be before it runs once more */
    struct server *server;
    struct response response;
    struct call call;
    struct flow *rest; /* what the call has left to do: a flow of its own, after the answer; NULL:
                          nothing */
    struct job *job;   /* that this flow is; NULL: it is a request */
    struct exchange exchange;
    struct sigv4_auth auth;
    const struct inner_call *inner; /* NULL: it came as a request */
    int auth_code; /* what sigv4_parse said; told when it is authentication's turn */
    const char *auth_message;
    int invalid; /* what decoding said; told after authorization */
    const char *invalid_message, *invalid_reason;
    struct caller caller;
    struct tx tx;
    void *in, *out;
};
