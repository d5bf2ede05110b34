/* SPDX-License-Identifier: Apache-2.0 */
/* What the passwords of an account's users have to be like, and how long they last (IAM User Guide,
   "Set an account password policy for IAM users"). */
#pragma once

#include "iam_api.h"
#include "store/store.h"

struct password_rules {
    bool custom;                       /* else AWS's rules hold, and none of POLICY */
    struct iam_password_policy policy; /* of the account */
    const char *email, *name;          /* of its root user, and its own */
};

int password_rules_get(struct tx *tx, const char *account, struct password_rules *ret) MUST_USE;

/* Whether a new password may be so. Reuse is another question. */
bool password_conforms(const struct password_rules *rules, const char *password);

/* How many passwords, the current one included, the next one must not be. */
int64_t password_reuse(const struct password_rules *rules);

/* When one ends that was set at CHANGED; INT64_MAX: never. */
int64_t password_end(const struct password_rules *rules, int64_t changed);
