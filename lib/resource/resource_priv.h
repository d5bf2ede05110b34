/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/arn.h"
#include "queries.h"
#include "resource/resource.h"

/* Kinds of facts. */
#define RESOURCE_TAG "tag"
#define RESOURCE_ATTRIBUTE "attribute"

/* What is in front of the first MARK behind PREFIX holds the policy. */
struct holder_rule {
    const char *service, *prefix, *mark;
};

/* NULL: there is none for what has this ARN. */
const struct holder_rule *holder_rule_of(const struct arn *arn);

/* The policy of a key with its grants as statements, in the arena. */
const char *grants_policy(struct arena *a, const char *policy,
                          const struct resource_grant_row_list *grants);

struct resource_grant;
struct resource_grant_row grant_row(struct arena *a, const struct resource_grant *grant);

/* Begins a policy that has the statements of POLICY but the one of a Sid, and is open for others;
   returns how many it has so far. NULL is a policy without statements, and no Sid. */
size_t policy_open(struct buf *b, const char *policy, const char *without);

/* POLICY with a statement more, which takes the place of the one of its Sid, or with one less. NULL
   is a policy without statements. In the arena. */
const char *policy_with(struct arena *a, const char *policy, const char *statement,
                        const char *sid);
const char *policy_without(struct arena *a, const char *policy, const char *sid);
