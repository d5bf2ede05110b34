/* SPDX-License-Identifier: Apache-2.0 */
/* What the ways of asking for a decision share. */
#pragma once

#include "guard/guard.h"
#include "own_api.h"

/* Who asks expects the answer in one of these forms. */
enum authorize_form {
    AUTHORIZE_OBJECT,   /* programs: 200, and an object that tells all */
    AUTHORIZE_GATE,     /* auth_request of nginx: 200 or 403, and headers */
    AUTHORIZE_STAND_IN, /* ext_authz of Envoy: 200, or the refusal itself */
};

/* What is asked, which is one or the other. */
struct authorize_input {
    enum authorize_form form;
    struct guard_ask ask; /* principal == NULL: it is about a request */
    struct guard_question question;
    struct request rq;      /* that it is about */
    const char *unreadable; /* of what proxies ask: what is wrong with the request; NULL: nothing */
};

/* Each fails with a sentence. */
int authorize_read(struct call *c, struct authorize_input *ret) MUST_USE; /* a body */
/* What a proxy shows of its client's request. False: it shows none. */
bool authorize_read_proxied(struct call *c, struct authorize_input *ret);

/* What is wrong with a request line or a header, or NULL: nobody's request has that. */
const char *authorize_check_line(struct str method, struct str target);
const char *authorize_check_header(struct str name, struct str value);
bool authorize_is_address(const char *text);
/* The target's path and query. */
void authorize_set_target(struct request *rq, struct str target);

/* The answer for programs, an object and a newline. REFUSAL == NULL: there is none, or it would be
   in no form that is known. */
struct str authorize_answer(struct call *c, const struct guard_answer *answer,
                            const struct guard_refusal *refusal);
/* In one word, what came of it. */
const char *authorize_decision(const struct guard_answer *answer);
