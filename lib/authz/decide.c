/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/authz.h"

/* Explicit deny of any policy wins; otherwise one allow is enough. */
static struct authz_decision decide_identity(const struct authz_principal *principal,
                                             const struct policy_request *request,
                                             struct authz_trace *trace)
{
    struct authz_decision best = {.outcome = AUTHZ_IMPLICIT_DENY, .layer = AUTHZ_LAYER_IDENTITY};
    for (size_t i = 0; i < principal->n_identity; i++) {
        const struct authz_policy *candidate = &principal->identity[i];
        struct policy_result said =
            policy_eval(candidate->policy, request, trace ? &trace->steps : NULL);
        if (trace)
            trace->ends[i] = trace->steps.n;
        bool denies = said.verdict == POLICY_DENIES && best.outcome != AUTHZ_EXPLICIT_DENY;
        bool allows = said.verdict == POLICY_ALLOWS && best.outcome == AUTHZ_IMPLICIT_DENY;
        if (denies || allows) {
            best.outcome = denies ? AUTHZ_EXPLICIT_DENY : AUTHZ_ALLOW;
            best.policy = candidate;
            best.statement = said.statement;
        }
        if (denies && !trace)
            break;
    }
    return best;
}

struct authz_decision authz_decide(const struct authz_principal *principal,
                                   const struct policy_request *request, struct authz_trace *trace)
{
    if (principal->kind == PRINCIPAL_ROOT)
        return (struct authz_decision){.outcome = AUTHZ_ALLOW, .layer = AUTHZ_LAYER_ROOT};
    return decide_identity(principal, request, trace);
}

const char *authz_outcome_name(enum authz_outcome outcome)
{
    static const char *const names[] = {"Allow", "ExplicitDeny", "ImplicitDeny"};
    return names[outcome];
}

const char *authz_layer_name(enum authz_layer layer)
{
    static const char *const names[] = {"root", "identity"};
    return names[layer];
}
