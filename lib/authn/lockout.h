/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wrong passwords in a row, by what they were for: a name, whether there is such a user or not, or
 * an address. After so many, nothing is looked at for a while. AWS has nothing of the kind.
 *
 * Kept in memory, within a bound: of ten thousand names that are tried, those with the oldest
 * failures are forgotten. Thread-safe.
 */
#pragma once

#include "base/str.h"

struct lockout;

struct lockout_rule {
    int64_t failures; /* 0: any number */
    int64_t seconds;  /* since the last one; those before count no more then */
};

struct lockout *lockout_new(void);
void lockout_free(struct lockout *lockout); /* accepts NULL */
void lockout_clear(struct lockout *lockout);

/* Seconds until the next password for KEY is looked at; 0: it is now. Times are of the sandbox's
   clock; what lies ahead of it, since it was set back, does not count. */
int64_t lockout_left(struct lockout *lockout, struct str key, int64_t now,
                     const struct lockout_rule *rule);
void lockout_failed(struct lockout *lockout, struct str key, int64_t now,
                    const struct lockout_rule *rule);
/* Forgets the failures. */
void lockout_succeeded(struct lockout *lockout, struct str key);
