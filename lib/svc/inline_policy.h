/* SPDX-License-Identifier: Apache-2.0 */
/* Inline policies, for whatever kind of entity carries them. */
#pragma once

#include "call/page.h"
#include "queries.h"

/* Who carries the policy: "user", alice, AIDA..., and the quota of all its inline policies. */
struct policy_owner {
    const char *kind, *name, *id;
    enum quota quota;
};

/* MalformedPolicyDocument, or LimitExceeded when all of them together would be too large. */
int inline_policy_put(struct call *c, const struct policy_owner *owner, const char *name,
                      const char *document) MUST_USE;
/* NoSuchEntity when the owner has no such policy. */
int inline_policy_get(struct call *c, const struct policy_owner *owner, const char *name,
                      struct policy_row *ret) MUST_USE;
int inline_policy_delete(struct call *c, const struct policy_owner *owner,
                         const char *name) MUST_USE;
/* Names in order, one more than LIMIT when there are more. */
int inline_policy_page(struct call *c, const struct policy_owner *owner, const char *marker,
                       int64_t limit, struct str_list *ret) MUST_USE;
