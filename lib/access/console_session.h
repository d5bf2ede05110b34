/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is signed in to the console. A browser has a cookie, the store the digest of it, with
 * credentials that a sign-in has made. It lasts twelve hours (IAM User Guide, "Sign in to the AWS
 * Management Console as an IAM user"), and ends when the password is changed that it began with.
 */
#pragma once

#include "access/session.h"
#include "call/call.h"

enum { CONSOLE_SECONDS = 12 * 3600 };

/* Times in seconds of the sandbox's clock. */
struct console_session {
    const char *id;     /* digest of the cookie: nobody signs in with it */
    const char *owner;  /* id of the user or role, or account of the root user */
    const char *key_id; /* of the credentials that pages act with */
    const char *token;
    const char *base_key_id; /* of who signed in, while a role is switched to; "" otherwise */
    const char *base_token;
    int64_t password_changed; /* when the password was, that it began with; 0: it began with none */
    bool by_operator;         /* the admin token was shown */
    const char *roles;        /* that were switched to, last first: JSON */
    int64_t created, expires;
};

/* The value of a cookie that nobody guesses: 43 letters, digits, `-` and `_`. */
char *console_cookie_new(struct call *c);
bool console_cookie_ok(struct str cookie);

/* What forms have to carry that are sent with that cookie. */
char *console_csrf(const struct call *c, struct str cookie);

/* Credentials for WHO, who says who signed in (kind, account, owner, name, and what else a token
   tells) and when they end, if not with a session (expires, else 0); key, secret and times are
   made. In a transaction. */
int console_issue(struct call *c, struct session *who, char **token) MUST_USE;

/*
 * Begins one in a transaction that writes, with credentials for WHO, from now on if not since
 * another time (issued, else 0). PASSWORD_CHANGED as in struct console_session. ROLES "[]" when
 * none are remembered. The ones that have ended are deleted little by little, and of one owner's 64
 * are kept.
 */
int console_session_begin(struct call *c, struct session *who, int64_t password_changed,
                          const char *roles, const char **cookie) MUST_USE;

/* Ends that of a cookie, if there is one, in a transaction that writes. */
int console_session_end(struct call *c, struct str cookie) MUST_USE;

/* Why what a client was given ends before its time. */
enum oauth_end {
    OAUTH_CREDENTIALS_CHANGED = 1, /* or who signed in has signed out everywhere */
    OAUTH_MISUSED,                 /* its code was used twice */
};

/* Ends all sessions of a user, a role, or a root user, by its account, and what clients were given
   through them. */
int console_end_all(struct tx *tx, const char *owner) MUST_USE;

/* In no transaction. ERR_NOT_FOUND: it has no session, or that has ended. */
int console_session_find(struct call *c, struct str cookie, struct console_session *ret) MUST_USE;
