/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations that hand out temporary credentials have in common. */
#pragma once

#include "access/session.h"
#include "call/call.h"
#include "sts_api.h"

/* ROOT sessions last an hour at most, and longer requests silently become that. */
enum { HOUR = 3600 };

/* Policies and tags that were passed, checked, in the words of STS. */
struct grant_scope {
    const char *policy; /* NULL: none */
    const struct sts_policy_descriptor_type_list *policy_arns;
    const struct sts_tag_list *tags; /* NULL: none */
    const struct str_list *transitive;
};

/* Puts the scope into the session. ACCOUNT is whose managed policies the ARNs may name. */
int grant_scope_read(struct call *c, const struct grant_scope *scope, const char *account,
                     struct session *ret) MUST_USE;

/* Per cent of the room there is for policies and tags; PackedPolicyTooLarge above 100. */
int grant_packed_size(struct call *c, const struct session *session, int64_t *ret) MUST_USE;

/* Whether the account of the session has enabled the region that the call is for;
   RegionDisabledException. */
int grant_check_region(struct call *c, const char *account) MUST_USE;

/* Makes key, secret and token; session->owner and the like are set. */
int grant_issue(struct call *c, struct session *session, int64_t duration,
                struct sts_credentials **ret) MUST_USE;
