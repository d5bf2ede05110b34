/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A user's new password on its way. A look reads what it is compared with, the pool compares and
 * hashes, and the operation's own transaction writes the hash if all is still as it was.
 */
#pragma once

#include "authn/password_policy.h"
#include "queries.h"

struct password_change {
    const char *owner, *user_name;
    const char *password; /* the new one */
    const char *old;      /* what the current one has to be; NULL: whatever it is */
    const char *current;  /* hash; NULL: there is none */
    struct password_rules rules;
    struct hash_row_list last; /* those that it must not be, the current one first */
    size_t compared;           /* of these */
    bool old_is_right;
    const char *hash; /* of the new one, at the end */
};

/* In a look: reads what CHANGE, of which the first four members are set, is compared with. */
int passwords_begin(struct call *c, struct password_change *change) MUST_USE;
/* In the pool: one comparison, or the hash. CALL_AGAIN: there is more to do. AccessDenied: the old
   password is wrong, or the new one; PasswordPolicyViolation. */
int passwords_go_on(struct call *c, struct password_change *change) MUST_USE;
/* In the operation's transaction, before the hash is written. EntityTemporarilyUnmodifiable when
   something else was written since the look. */
int passwords_end(struct call *c, const struct password_change *change) MUST_USE;

/* What wrong passwords of a user are counted under; NAME need not be one. */
struct str passwords_key(struct call *c, const char *account, const char *name);
