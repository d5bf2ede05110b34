/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/authz.h"

/* What one layer says so far: an explicit deny of any policy wins; otherwise one allow is enough.
 */
static void weigh(struct authz_decision *layer, const struct authz_policy *policy,
                  const struct policy_result *said)
{
    bool denies = said->verdict == POLICY_DENIES && layer->outcome != AUTHZ_EXPLICIT_DENY;
    bool allows = said->verdict == POLICY_ALLOWS && layer->outcome == AUTHZ_IMPLICIT_DENY;
    if (!denies && !allows)
        return;
    layer->outcome = denies ? AUTHZ_EXPLICIT_DENY : AUTHZ_ALLOW;
    layer->policy = policy;
    layer->statement = said->statement;
}

/* Asks every policy; without a trace only until one denies, which the later ones cannot change. */
static void ask(const struct authz_principal *principal, const struct policy_request *request,
                struct authz_trace *trace, struct authz_decision layers[AUTHZ_LAYER_COUNT])
{
    for (size_t i = 0; i < principal->n_policies; i++) {
        const struct authz_policy *policy = &principal->policies[i];
        struct policy_result said =
            policy_eval(policy->policy, request, trace ? &trace->steps : NULL);
        if (trace)
            trace->ends[i] = trace->steps.n;
        weigh(&layers[policy->layer], policy, &said);
        if (said.verdict == POLICY_DENIES && !trace)
            return;
    }
}

struct authz_decision authz_decide(const struct authz_principal *principal,
                                   const struct policy_request *request, struct authz_trace *trace)
{
    if (principal->kind == PRINCIPAL_ROOT)
        return (struct authz_decision){.outcome = AUTHZ_ALLOW, .layer = AUTHZ_LAYER_ROOT};
    struct authz_decision layers[AUTHZ_LAYER_COUNT];
    for (int i = 0; i < AUTHZ_LAYER_COUNT; i++)
        layers[i] = (struct authz_decision){AUTHZ_IMPLICIT_DENY, (enum authz_layer)i, NULL, NULL};
    ask(principal, request, trace, layers);
    const struct authz_decision *identity = &layers[AUTHZ_LAYER_IDENTITY];
    const struct authz_decision *boundary = &layers[AUTHZ_LAYER_BOUNDARY];
    if (identity->outcome == AUTHZ_EXPLICIT_DENY || boundary->outcome == AUTHZ_EXPLICIT_DENY)
        return identity->outcome == AUTHZ_EXPLICIT_DENY ? *identity : *boundary;
    bool bounded = principal->bounded && boundary->outcome != AUTHZ_ALLOW;
    return bounded && identity->outcome == AUTHZ_ALLOW ? *boundary : *identity;
}

const char *authz_outcome_name(enum authz_outcome outcome)
{
    static const char *const names[] = {"Allow", "ExplicitDeny", "ImplicitDeny"};
    return names[outcome];
}

const char *authz_layer_name(enum authz_layer layer)
{
    static const char *const names[AUTHZ_LAYER_COUNT] = {"root", "resource", "identity",
                                                         "boundary"};
    return names[layer];
}
