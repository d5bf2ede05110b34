/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Temporary credentials. All there is to know about a session is in its token, sealed with a key
 * of the sandbox: a session takes no row of any table, and lasts until it expires or until the
 * role or user behind it is gone.
 */
#pragma once

#include "access/sealed.h"
#include "authz/authz.h"

struct session_tag {
    const char *key, *value;
    bool transitive; /* goes on to the roles that the session assumes */
};

struct session {
    enum principal_kind kind; /* SESSION, FEDERATED, or USER and ROOT from GetSessionToken */
    const char *key_id;       /* ASIA... */
    const char *secret;
    const char *account;
    const char *owner; /* id of the role or user behind it; the account id for a root user */
    const char *name;  /* of the session or federated user; "" for users themselves */
    int64_t issued, expires;
    int64_t reopened; /* how often the account had been, when it was issued */
    bool v1; /* the token is of the first version, and not for regions that have to be enabled */
    bool console;   /* of who signed in with a browser: it may do all that the holder may */
    bool chained;   /* a role's, that was assumed with temporary credentials */
    int64_t mfa_at; /* when a code was checked; 0: none was */
    const char *source_identity;    /* "": none */
    const char *delegate;           /* account that acts for the holder; NULL: none does */
    const char *delivery;           /* version of EC2's metadata service; NULL: it was not that */
    const char *audience, *subject; /* of a token whose issuer is no provider in IAM, or NULL */
    const char *provider;           /* of identities, that vouched for the holder; "": none did */
    const struct session_tag *tags;
    size_t n_tags;
    const char *policy; /* inline session policy; "": none */
    const char *const *policy_arns;
    size_t n_policy_arns;
};

enum { SESSION_TOKEN_MAX = 8192 };

/* What policies and tags take up, packed, in per cent of what there is room for. */
int64_t session_packed_size(struct arena *a, const struct session *session);

/* In base64 with padding, as AWS's tokens are. NULL when it would be longer than
   SESSION_TOKEN_MAX. */
char *session_seal(struct arena *a, const unsigned char key[static SEALED_KEY_SIZE],
                   const struct session *session);
/* False for anything that session_seal did not make with the same key. Texts are in the arena. */
bool session_open(struct arena *a, const unsigned char key[static SEALED_KEY_SIZE],
                  struct str token, struct session *ret) MUST_USE;
