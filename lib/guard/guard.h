/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to other services, whose back ends ask here: who sent it, what it is, whether all that
 * it needs is allowed, and how the service would refuse it. AWS's order: authentication, then
 * authorization.
 */
#pragma once

#include "authn/credential.h"
#include "call/call.h"
#include "recognize/recognize.h"
#include "record/record.h"

enum { GUARD_ALL = 1 << 20 }; /* there are never so many permissions */

struct guard_question {
    const struct request *rq; /* the request to the other service, as its client has sent it */
    bool body;                /* rq->body came; otherwise a signed hash of it counts */
    bool length;              /* whether there is a body is told by Content-Length and
                                 Transfer-Encoding, which are its client's */
    size_t most;              /* permissions to be decided here, where others wait, and no
                                 signatures that take long; of more: CALL_AGAIN */
    bool learn;               /* from the request, when it is allowed, about resources */
};

/* Somebody who is stored, and what he would do. */
struct guard_ask {
    const char *principal; /* ARN of a user, role, session, federated user or root user, name
                              of a service, or "anonymous" */
    struct str action;     /* "s3:GetObject" */
    struct str resource;   /* an ARN or "*" */
    const struct authz_key_value *given; /* condition keys, which win over what is known */
    size_t n_given;
};

/* One permission and what came of it. */
struct guard_decision {
    struct str action, resource;
    enum authz_outcome outcome;
    const char *message; /* AWS's sentence of a denial; NULL: it is allowed */
    size_t element;      /* as in recognize_permission */
    bool is_hint;        /* likewise: it refuses nothing */
};

struct guard_answer {
    struct recognized op; /* of who asks for an action and a resource: zeroed */
    struct recognize_permissions permissions;
    const struct guard_decision *decisions; /* up to the first denial; of operations that refuse
                                               elements alone, and where it is let pass, all */
    size_t n_decisions;
    bool allowed;
    int code;               /* enum err of a refused authentication; OK: it was authenticated */
    const char *message;    /* AWS's sentence of the refusal; NULL: it is allowed */
    const char *reason;     /* what that does not tell; NULL */
    const char *would_deny; /* the sentence that soft enforcement let pass; NULL */
    struct caller caller;   /* its references are kept to the end of the call */
};

/* How the service answers a refusal. All belongs to the arena. */
struct guard_refusal {
    int status;
    const struct request_header *headers;
    size_t n_headers;
    struct str body;
};

/*
 * Decides. Failures are those of the store, and CALL_AGAIN when there is more to decide than may be
 * decided at once; everything about the request is in RET. The record of C
 * has the principal and the decisions. In C's transaction, which reads.
 */
int guard_decide(struct call *c, const struct guard_question *question,
                 struct guard_answer *ret) MUST_USE;

/* The same for who asks about somebody. Fails when there is no such principal, too, with a
   sentence. */
int guard_ask(struct call *c, const struct guard_ask *ask, struct guard_answer *ret) MUST_USE;

/* The answer to a request that is refused, in the protocol and the words of its service. */
void guard_refuse(struct call *c, const struct guard_question *question,
                  const struct guard_answer *answer, struct guard_refusal *ret);
