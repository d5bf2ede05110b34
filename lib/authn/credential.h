/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who calls. The only place that knows what kinds of credentials there are and what each stands
 * for; everybody else asks for the principal.
 */
#pragma once

#include "access/view.h"
#include "authn/sigv4.h"
#include "call/call.h"

struct credential;

/* References, to be given back with caller_release. */
struct caller {
    enum cred_kind kind;
    struct credential *credential; /* NULL: unsigned */
    struct view *view;
};

/*
 * Proves who sent the request: known and active key, scope, clock, signature. SERVICE is the one
 * the request was routed to. Fails with an authentication error and AWS's sentence.
 */
int caller_authenticate(struct call *c, const struct sigv4_auth *auth, const char *service,
                        struct caller *ret) MUST_USE;

/* A request to a service that is not ours, as its back end shows it. */
struct caller_shown {
    const struct request *rq;
    bool body;                     /* rq->body is there; else a signed hash stands for it */
    const struct sigv4_auth *auth; /* of sigv4_find */
    const char *service;           /* prefix of its actions, "s3"; NULL: not known */
    const char *operation;         /* "PutObject"; NULL: not known */
    struct str bucket;             /* that S3 is asked for; p == NULL: none */
};

/*
 * As the former, for a request that is not c->rq. Its service was found by the credential scope,
 * which so is right. Any service takes the keys of GetSessionToken and GetFederationToken.
 */
int caller_authenticate_other(struct call *c, const struct caller_shown *shown,
                              struct caller *ret) MUST_USE;

/*
 * Takes on who signed in to the console, whose credentials these are: nobody signs with them.
 * Fails as the former does.
 */
int caller_signed_in(struct call *c, struct str key_id, struct str token,
                     struct caller *ret) MUST_USE;

/*
 * Takes the caller's word, for when enforcement is off: a known key is its owner, a key of twelve
 * digits the root user of that account (made when needed), and anything else, or no key at all
 * (AUTH is NULL), the root user of the default account. ERR_WANTED: the account would have to be
 * made, and not MAY_ADD.
 */
int caller_assume(struct call *c, const struct sigv4_auth *auth, bool may_add,
                  struct caller *ret) MUST_USE;

void caller_release(struct caller *caller); /* accepts a zeroed one */
