/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords as they are kept: hashes by yescrypt, of which one takes 15 ms and 16 MiB at the
 * default cost. So hashes are made and compared in the pool, where no lock is held and no
 * transaction open; what is kept is read before, and written with a hash made before.
 */
#pragma once

#include "call/call.h"

/* How many of an owner's passwords are kept, the current one included: as many as a policy can
   prevent the reuse of (IAM API Reference, UpdateAccountPasswordPolicy). */
enum { PASSWORDS_KEPT = 24 };

enum { PASSWORD_MAX = 128 }; /* characters */

/* Slow. Salt and cost are the sandbox's; the text is in the arena. ERR_SERVICE_UNAVAILABLE: there
   is no memory for it. */
int password_hash(struct sandbox *sandbox, struct arena *a, const char *password,
                  const char **ret) MUST_USE;

/* A hash that no password has that anybody knows, but for which it takes as long to find out. */
const char *password_of_nobody(struct sandbox *sandbox, struct arena *a);

struct password_row;

/* Tells a password from those before and behind it, even of the same second, and not what it is. */
const char *password_mark(struct arena *a, const struct password_row *row);

struct password_question {
    const char *password;
    const char *hash; /* NULL: there is none; empty: that of sandbox->root_password, which nobody
                         has made yet */
    int64_t cost;     /* of password_cost, where the time must not tell anything; else 0 */
};

/* Slow: whether the hash is one of the password. Without a hash, or of a password that is longer
   than any may be, it is not, and takes as long as the costliest hash there is, as all take whose
   COST is given. */
int password_is(struct sandbox *sandbox, struct arena *a, const struct password_question *question,
                bool *ret) MUST_USE;

/* The highest cost that a hash of the sandbox was ever kept with; 0: none was. */
int password_cost(struct tx *tx, int64_t *ret) MUST_USE;

/* Slow: makes the hash of sandbox->root_password when the sandbox is kept, and another start may
   not know the password any more. */
int password_settle(struct sandbox *sandbox, struct arena *a) MUST_USE;

/* A user, or a root user by the id of its account, gets a password, or another one, which the
   history then has the one before of. Sessions of the console end. */
struct password_new {
    const char *account, *owner;
    const char *hash;
    bool reset_required;
    int64_t now;
};

/* *RET is false, and nothing changes, when OWNER has one. */
int password_add(struct tx *tx, const struct password_new *p, bool *ret) MUST_USE;
/* Of an owner who has one. */
int password_replace(struct tx *tx, const struct password_new *p) MUST_USE;
/* The same, whether OWNER has one or not. */
int password_put(struct tx *tx, const struct password_new *p) MUST_USE;
/* With the history. *RET is false when there is none. */
int password_drop(struct tx *tx, const char *owner, bool *ret) MUST_USE;
