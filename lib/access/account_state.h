/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts that their root users have closed. */
#pragma once

#include "access/session.h"
#include "call/call.h"

/* Seconds in which the root user can reopen a closed account (AWS Account Management Reference,
   "Close an AWS account"). */
enum { ACCOUNT_CLOSED_FOR = 90 * 24 * 3600 };

/* What AWS does in the background, creating and closing accounts, takes so long here. */
enum { BACKGROUND_MS = 200 };

/* What authentication asks about the caller's account. */
struct account_state {
    bool closed;
    int64_t closed_at; /* counts only when it is closed */
    bool has_closing;
    int64_t closing;  /* milliseconds: when its organization began to close it */
    int64_t reopened; /* how often, or made anew; sessions from before have ended, whatever the
                         clock  says */
    bool billing_access;
    int64_t token_version; /* of tokens of the global endpoint of STS: 1 or 2 */
};

/* ERR_NOT_FOUND: there is no such account. */
int account_state_get(struct tx *tx, const char *id, struct account_state *ret) MUST_USE;

/* What began at that time, in milliseconds, or before, has come to its end: after 200 ms, or, while
   the clock stands still, with the first advance. */
int64_t account_settled(const struct clock *clock);

/* That it is being closed does not count yet. */
bool account_is_closed(const struct account_state *state, const struct clock *clock);

/* Closed for good: it is about to be deleted, and nothing of it is there for anybody. */
bool account_is_gone(const struct account_state *state, int64_t now);

/* Why a caller of the account may not call, or NULL. ROOT: it is the root user, with a key of its
   own or signed in to the console; SESSION: its, or NULL. */
const char *account_refuses(const struct call *c, const struct account_state *state, bool root,
                            const struct session *session);
