/* SPDX-License-Identifier: Apache-2.0 */
/* Trust policies before they are stored, with AWS's sentences. */
#pragma once

#include "call/call.h"

/* Users and roles that a trust policy names, and who that is. */
struct trusted {
    const char *arn, *id;
};

struct trusted_list {
    size_t n;
    struct trusted *v;
};

/*
 * LimitExceeded for a document that is too large, MalformedPolicyDocument for what is no trust
 * policy and for users and roles that do not exist in an account that does. Those of other
 * accounts cannot be looked up: they are not in the list.
 */
int trusts_check(struct call *c, const char *document, struct trusted_list *ret) MUST_USE;

/* Notes them for the role with this id, and nobody else. */
int trusts_put(struct call *c, const char *role_id, const struct trusted_list *list) MUST_USE;
