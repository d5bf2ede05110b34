/* SPDX-License-Identifier: Apache-2.0 */
/* Access keys as they are cached, with what is derived of them to check signatures. */
#pragma once

#include <pthread.h>

#include "access/session.h"
#include "authn/credential.h"
#include "authn/sigv4a.h"
#include "base/cache.h"

/* Scopes whose signing keys are kept per access key. Clients use one or two of ours, and some of
   others. */
enum { SCOPES = 8, SCOPE_SIZE = 96 };

struct signing_scope {
    char text[SCOPE_SIZE]; /* date/region/service; empty: free */
    unsigned char key[SIGV4_KEY_SIZE];
};

struct credential {
    struct cached base;
    enum cred_kind kind;
    bool active;
    const char *id, *owner, *secret; /* in `texts` */
    pthread_mutex_t lock;            /* protects the four below */
    unsigned next_scope;
    struct signing_scope scopes[SCOPES];
    bool has_public_key;
    struct sigv4a_key public_key;
    _Atomic int64_t noted; /* hash of the last use noted, time included */
    const char *deps[1];
    struct arena arena;     /* of a session */
    struct session session; /* when KIND is CRED_SESSION */
    struct str token;
    char texts[];
};

int credential_acquire(struct sandbox *sandbox, struct arena *a, const struct sigv4_auth *auth,
                       struct credential **ret) MUST_USE;
/* A key of STS, which is known by its token alone. */
int credential_acquire_session(struct sandbox *sandbox, struct str id, struct str token,
                               struct credential **ret) MUST_USE;

/* Both derive the key once. The scope has been checked: none of its parts is too long. */
void credential_signing_key(struct credential *credential, const struct sigv4_auth *auth,
                            unsigned char ret[static SIGV4_KEY_SIZE]);
void credential_public_key(struct credential *credential, struct sigv4a_key *ret);
