/* SPDX-License-Identifier: Apache-2.0 */
/* What goes against a list of checks: all of it is counted, and the first of each check listed. */
#pragma once

#include "base/str.h"

enum check {
    ROOT_ACCESS_KEYS,
    ROOT_MFA,
    ROOT_HARDWARE_MFA,
    TRUST_OF_EVERYBODY,
    WILDCARD_ADMINISTRATORS,
    USER_MFA,
    KEY_AGE,
    UNUSED_CREDENTIALS,
    SHARED_KEYS,
    PASSWORD_POLICY,
    ROOT_USE,
    PASSWORD_REUSE,
    PASSWORD_EXPIRY,
    TRUST_OF_OTHER_ACCOUNTS,
    TWO_ACTIVE_KEYS,
    INLINE_POLICIES,
    DIRECT_ATTACHMENTS,
    CHECKS
};

struct findings {
    int64_t limit; /* that many of each are listed */
    int64_t n;     /* of all checks */
    struct {
        int64_t count, listed;
        struct buf json;
    } of[CHECKS];
};

struct findings *findings_new(struct arena *a, int64_t limit);

/* Whom a finding is about, what it is, and the command that mends it. */
void findings_add(struct findings *findings, enum check check, const char *about, const char *what,
                  const char *mend);

/* An array of JSON, with an object for each check. */
const char *findings_json(const struct findings *findings, struct arena *a);
