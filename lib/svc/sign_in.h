/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes of a password, and perhaps a code of an MFA device, with which somebody wants to sign
 * in. Names that do not exist are told the same as others with wrong passwords, after as long.
 *
 * Who is asked for the code after the password need not send the password again: what was proved
 * goes along with the browser, sealed, and nothing of it is kept.
 */
#pragma once

#include "access/session.h"
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
    const char *kind; /* of that device; NULL: any */

    const char *number;   /* of the account; NULL: there is none, or it is gone */
    bool closed;          /* it is, and can be reopened */
    struct iam_user user; /* without an id: there is none, or a root user signs in */
    const char *owner;    /* who has the password; NULL: nobody */
    struct password_row row;
    struct password_rules rules; /* of users */
    int64_t last_used;           /* 0: never */
    int64_t cost;                /* of the costliest hash there is */
    struct str key;              /* under which wrong ones are counted */

    struct mfa_row_list devices; /* of the owner, once the password is right */
    const char *serial;          /* of the device whose code was checked; NULL: none was */
    int64_t mfa_at;              /* when that was; 0: it was not */

    enum sign_in_result result;
    int64_t seconds; /* SIGN_IN_LOCKED: until the next password is looked at */
};

/* In the pool, in no transaction: looks up, and compares. The first four members are set. */
int sign_in_prove(struct call *c, struct sign_in *s) MUST_USE;
/* In a transaction that writes: codes are good once. */
int sign_in_finish(struct call *c, struct sign_in *s) MUST_USE;

/* Who signed in, as sessions have it. */
void sign_in_session(const struct sign_in *s, struct session *ret);

/* Whether one of the devices shows codes that can be checked here: security keys show none. */
bool sign_in_takes_codes(const struct sign_in *s);

/* What was proved so far, for five minutes, for who has the cookie VISITOR, and only as long as the
   password stays as it is. */
const char *sign_in_seal(struct call *c, const struct sign_in *s, const char *visitor);
/* In a transaction, before sign_in_finish: goes on there. ERR_NOT_FOUND: it is over, or never was;
   what is told of that is one and the same. */
int sign_in_open(struct call *c, struct sign_in *s, struct str state, const char *visitor) MUST_USE;
