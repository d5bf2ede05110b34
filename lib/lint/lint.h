/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong, dangerous or pointless in a policy document, in the spirit of IAM Access
 * Analyzer's ValidatePolicy: its categories, its codes where it has one (IAM User Guide, "Access
 * Analyzer policy check reference"), and our own words. A finding is certain, or it is not made.
 */
#pragma once

#include "model/reference.h"
#include "policy/policy.h"

enum lint_type { LINT_ERROR, LINT_SECURITY_WARNING, LINT_WARNING, LINT_SUGGESTION };

struct lint_finding {
    enum lint_type type;
    const char *code;
    const char *message;
    const char *fix;
    size_t line, column; /* from 1; columns in characters */
};

struct lint_report {
    const struct lint_finding *findings; /* in the order of the text; owned by the arena */
    size_t n;
};

/* A document AWS would refuse has one finding, GRAMMAR_ERROR. */
void lint_document(struct arena *a, struct str text, enum policy_kind kind,
                   struct lint_report *ret);

/* Whether a statement about the action has to name "*", since it is about no single resource. */
bool lint_takes_no_resource(const struct reference_service *service,
                            const struct reference_action *action);

/* By its elements: with a Principal it is a resource or a trust policy, else an identity policy. */
enum policy_kind lint_guess_kind(struct arena *a, struct str text);
