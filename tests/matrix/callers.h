/* SPDX-License-Identifier: Apache-2.0 */
/* Everybody who can call: each kind of principal with each kind of credentials, good and bad. */
#pragma once

#include "model/principal.h"
#include "support/client.h"

/* What somebody's policies come to. */
enum powers {
    POWERS_ALL,
    POWERS_NONE,
    POWERS_EXACT, /* just what the request needs */
    POWERS_SHORT, /* everything but one action that the request needs */
};

enum credentials {
    CREDENTIALS_NONE,
    CREDENTIALS_UNKNOWN,
    CREDENTIALS_KEY,
    CREDENTIALS_SESSION,   /* from STS */
    CREDENTIALS_CONTAINER, /* from the endpoint for containers */
    CREDENTIALS_INSTANCE,  /* from that for instances */
    CREDENTIALS_SAML,      /* from STS, for an assertion */
    CREDENTIALS_VISITOR,   /* from STS, for a user of another account */
    CREDENTIALS_MIXED,     /* of other callers */
};

struct caller_case {
    const char *name;
    const char *refused; /* the code of all answers; NULL: the credentials are good */
    enum principal_kind kind;
    enum credentials credentials;
    const char *user; /* of a key: the user's name; NULL: the root user */
    const char *of;   /* of a session or a mixture: the caller that asks, or whose key it is */
    const char *ask;  /* of a session: the request to STS; codes of devices are added */
    bool mfa;         /* the session was made with a code */
    const char *secret_of, *token_of; /* of a mixture: callers; NULL: OF's secret, no token */
    enum powers powers;
    const char *because; /* of denials: the words for what does not allow the action, or denies */
    struct client_key key;
};

enum { CALLERS = 37 };

extern struct caller_case callers[CALLERS];

/* Of SAML_IDP for the role "federated", issued when the sandbox's time stands still. */
extern const char *callers_assertion;

/* Empties the sandbox and makes everybody anew. */
void callers_make(struct client *client);

/* Grants the user with POWERS_EXACT these actions, a JSON array, from now on, and the user with
   POWERS_SHORT all actions but MISSING. */
void callers_empower(struct client *client, const char *exact, const char *missing);
