/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes of a password, and perhaps a code of an MFA device, with which somebody wants to sign
 * in. Names that do not exist are told the same as others with wrong passwords, after as long.
 */
#pragma once

#include "authn/password_policy.h"
#include "queries.h"

enum sign_in_result {
    SIGN_IN_OK,
    SIGN_IN_WRONG,        /* the password, or there is no such name, or it has none */
    SIGN_IN_LOCKED,       /* it was not looked at */
    SIGN_IN_MFA_REQUIRED, /* from here on, the password is right */
    SIGN_IN_MFA_WRONG,
    SIGN_IN_HARD_EXPIRED, /* an administrator has to set another one */
    SIGN_IN_EXPIRED,      /* the user has to, as with the next */
    SIGN_IN_RESET_REQUIRED,
};

struct sign_in {
    const char *account; /* number or alias; NULL: a root user */
    const char *name;    /* of the user; of a root user the e-mail address */
    const char *password;
    const char *code; /* of a device; NULL: none was given */

    const char *owner; /* who has the password; NULL: nobody */
    struct password_row row;
    struct password_rules rules; /* of users */
    int64_t last_used;           /* 0: never */
    int64_t cost;                /* of the costliest hash there is */
    struct str key;              /* under which wrong ones are counted */

    enum sign_in_result result;
    int64_t seconds; /* SIGN_IN_LOCKED: until the next password is looked at */
};

/* In the pool, in no transaction: looks up, and compares. The first four members are set. */
int sign_in_prove(struct call *c, struct sign_in *s) MUST_USE;
/* In a transaction that writes: codes are good once. */
int sign_in_finish(struct call *c, struct sign_in *s) MUST_USE;
