/* SPDX-License-Identifier: Apache-2.0 */
/* Managed policies attached to whatever kind of entity can have some. */
#pragma once

#include "svc/policies.h"

/* Who has the policies: AIDA..., "User". */
struct attachment_owner {
    const char *id, *kind;
    enum quota quota;
};

/* Attaching a policy again succeeds and changes nothing; policies of service-linked roles are
   PolicyNotAttachable. Detaching one that is not attached is NoSuchEntity. */
int attachment_add(struct call *c, const struct attachment_owner *owner, const char *arn) MUST_USE;
int attachment_drop(struct call *c, const char *owner, const char *arn) MUST_USE;

/* By ARN, one more than LIMIT when there are more. */
int attachment_page(struct call *c, const char *owner, const char *path_prefix, const char *marker,
                    int64_t limit, struct iam_attached_policy_list *ret) MUST_USE;
/* All of them. */
int attachment_all(struct call *c, const char *owner,
                   struct iam_attached_policy_list *ret) MUST_USE;
