/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages use the operations that everybody uses, as who is signed in: decoded, authorized, explained
 * and recorded as requests that are signed with the same credentials.
 */
#pragma once

#include <jansson.h>

#include "call/call.h"

struct asked {
    int status;   /* of HTTP */
    json_t *body; /* members of the answer, of the call's arena; NULL: it was refused */
    const char *code, *message; /* of the refusal; NULL: it went well */
    const char *request_id;     /* of the explanation */
    bool denied;                /* for want of a permission */
};

/*
 * Asks SERVICE (iam, sts, organizations, account, signin, or own for endpoints below /_iam-local)
 * for an operation by its name in the model. IN: its members by their names there; taken, NULL:
 * none. The call is in no transaction, and its page `slow`.
 */
void ask(struct call *c, const char *service, const char *op, json_t *in, struct asked *ret);

/* The same in slices, for operations that take long. The second returns CALL_AGAIN until there is
   an answer; what they share is the call's, which may be abandoned in between. */
struct asking;
struct asking *ask_begin(struct call *c, const char *service, const char *op, json_t *in);
int ask_go_on(struct call *c, struct asking *asking, struct asked *ret) MUST_USE;

/* The same as who signed in, whatever role is switched to meanwhile. */
void ask_as_base(struct call *c, const char *service, const char *op, json_t *in,
                 struct asked *ret);

/* For templates: the members of the answer, or {"refused": {code, message, request_id, denied}}.
   A new reference. */
json_t *asked_json(const struct asked *asked);
