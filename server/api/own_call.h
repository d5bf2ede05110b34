/* SPDX-License-Identifier: Apache-2.0 */
/* A call that one of the own endpoints makes, in a transaction. */
#pragma once

#include "call/call.h"
#include "server/server.h"

struct own_call {
    struct call call; /* of nobody yet; the account is the default one */
    struct server *server;
    struct tx tx;
};

/* RET stays where it is up to own_call_end, which is called only after success. */
int own_call_begin(struct server *server, struct sandbox *sandbox, struct arena *a,
                   const struct request *rq, bool write, struct own_call *ret) MUST_USE;
/* Commits when CODE is OK. Returns CODE, or the failure of the end itself. */
int own_call_end(struct own_call *own, int code) MUST_USE;
