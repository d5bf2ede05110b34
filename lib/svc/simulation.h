/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simulations: what policies would decide about actions and resources. The decisions are made by
 * the evaluator that enforces (IAM API Reference, SimulateCustomPolicy, SimulatePrincipalPolicy
 * and EvaluationResult).
 */
#pragma once

#include "authz/authz.h"
#include "call/call.h"
#include "iam_api.h"

/* The members that the requests have in common. */
struct simulation_request {
    const struct str_list *policies, *boundaries, *actions, *resources;
    const struct iam_context_entry_list *context;
    const char *resource_policy, *resource_owner, *caller, *handling, *marker;
    int64_t max_items;
};

struct simulation_page {
    struct iam_evaluation_result_list results; /* one per action */
    bool is_truncated;
    const char *marker;
};

/*
 * SOURCE: whose policies are simulated beside those of the request; NULL: nobody's. One without an
 * ARN is a group. Only InvalidInput, and ValidationError for a marker.
 */
int simulate(struct call *c, const struct simulation_request *request,
             const struct authz_principal *source, struct simulation_page *ret) MUST_USE;

/* InvalidInput when TEXT, which the request has as NAME, is no policy of its KIND. */
int simulation_policy(struct call *c, const char *text, enum policy_kind kind, const char *name,
                      const struct policy **ret) MUST_USE;
