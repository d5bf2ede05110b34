/* SPDX-License-Identifier: Apache-2.0 */
/* Managed policies by ARN, with AWS's sentences, and the counts of their use. */
#pragma once

#include "call/call.h"
#include "entities.h"
#include "entity/managed.h"
#include "policy/policy.h"
#include "queries.h"

/* A policy of the caller's account or of AWS. ValidationError or InvalidInput when ARN is not the
   ARN of a policy, NoSuchEntity when there is none. */
int policy_find(struct call *c, const char *arn, struct iam_policy **ret) MUST_USE;
/* The same in the words for attaching it, and for making it a permissions boundary. */
int policy_find_attachable(struct call *c, const char *arn, struct iam_policy **ret) MUST_USE;
int policy_find_boundary(struct call *c, const char *arn) MUST_USE;

/* MalformedPolicyDocument for what the kind of policy may not say. */
int policy_check_grammar(struct call *c, const char *document, enum policy_kind kind) MUST_USE;

/* MalformedPolicyDocument or LimitExceeded for what cannot be a version of a managed policy. */
int policy_check_document(struct call *c, const char *document) MUST_USE;
