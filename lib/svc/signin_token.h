/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Temporary credentials open the console: a program shows them and is given a token, with which a
 * browser comes (IAM User Guide, "Enable custom identity broker access to the AWS console"). All
 * there is to know is in the token, sealed. It lasts a quarter of an hour, and opens the console
 * once (AWS undocumented).
 */
#pragma once

#include "access/session.h"
#include "call/call.h"

struct signin_token {
    const char *id;
    int64_t expires;
    struct session
        session; /* the credentials; once opened, with the end of the console's session */
    const struct authz_principal *who; /* whose they are, as long as the call's arena is there */
};

/* Of a session, as a program shows them; NULL: it does not. */
struct signin_credentials {
    const char *id, *key, *token;
};

/*
 * In no transaction: makes a token. DURATION is the seconds that the console is asked for; NULL: as
 * long as the credentials last. ERR_VALIDATION_ERROR: they open nothing, and the sentence tells
 * why.
 */
int signin_token_new(struct call *c, const struct signin_credentials *from, const char *duration,
                     struct signin_token *ret, const char **text) MUST_USE;

/* In no transaction. ERR_VALIDATION_ERROR: it is none. ERR_EXPIRED_TOKEN: it is over, or what it
   was made from is. */
int signin_token_open(struct call *c, const char *text, struct signin_token *ret) MUST_USE;

/* In a transaction that writes, once opened. ERR_EXPIRED_TOKEN: it has been used. */
int signin_token_use(struct call *c, const struct signin_token *token) MUST_USE;
