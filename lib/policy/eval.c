/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_priv.h"

/* The request, taken apart once for all statements. */
struct subject {
    const struct policy_request *request;
    struct str service, name; /* of the action */
    const struct arn *arn;    /* NULL: the resource is "*" */
};

static bool action_matches(const struct action_pattern *pattern, const struct subject *s)
{
    if (pattern->service.p && !str_eq_fold(pattern->service, s->service))
        return false;
    return pattern_matches(&pattern->name, s->name, true, NULL);
}

static bool actions_match(const struct policy_match *m, const struct subject *s)
{
    for (size_t i = 0; i < m->n_actions; i++) {
        if (action_matches(&m->actions[i], s))
            return !m->not_action;
    }
    return m->not_action;
}

/* A statement of a trust policy has no resource: it is about the role it belongs to. */
static bool resources_match(const struct policy_match *m, const struct subject *s)
{
    if (!m->resources)
        return true;
    for (size_t i = 0; i < m->n_resources; i++) {
        if (arn_pattern_matches(&m->resources[i], s->arn, true, s->request->context))
            return !m->not_resource;
    }
    return m->not_resource;
}

static bool conditions_hold(const struct policy_statement *statement,
                            const struct policy_context *context)
{
    for (size_t i = 0; i < statement->n_conditions; i++) {
        if (!condition_holds(&statement->conditions[i], context))
            return false;
    }
    return true;
}

/* Like conditions_hold, but tests them all and remembers which were true. */
static bool conditions_traced(const struct policy_statement *statement,
                              const struct policy_context *context, uint64_t *ret_held)
{
    bool all = true;
    uint64_t held = 0;
    for (size_t i = 0; i < statement->n_conditions; i++) {
        bool holds = condition_holds(&statement->conditions[i], context);
        all &= holds;
        if (holds && i < 64)
            held |= UINT64_C(1) << i;
    }
    *ret_held = held;
    return all;
}

static bool statement_fits(const struct policy_statement *statement, const struct subject *s)
{
    return actions_match(statement->match, s) && resources_match(statement->match, s) &&
           conditions_hold(statement, s->request->context);
}

static bool statement_traced(const struct policy_statement *statement, const struct subject *s,
                             struct policy_trace *trace)
{
    if (!actions_match(statement->match, s))
        return false;
    struct policy_step step = {.statement = statement, .fit = POLICY_OTHER_RESOURCE};
    if (resources_match(statement->match, s)) {
        bool hold = conditions_traced(statement, s->request->context, &step.held);
        step.fit = hold ? POLICY_FITS : POLICY_OTHER_CONDITION;
    }
    if (trace->n < trace->cap)
        trace->steps[trace->n++] = step;
    else
        trace->cut = true;
    return step.fit == POLICY_FITS;
}

struct policy_result policy_eval(const struct policy *policy, const struct policy_request *request,
                                 struct policy_trace *trace)
{
    struct str name = request->action;
    struct subject s = {.request = request, .service = str_cut(&name, ':'), .name = name};
    struct arn arn;
    s.arn = arn_parse(request->resource, &arn) ? &arn : NULL;

    struct policy_result result = {.verdict = POLICY_SILENT};
    for (size_t i = 0; i < policy->n; i++) {
        const struct policy_statement *statement = &policy->statements[i];
        bool denies = statement->effect == POLICY_DENY;
        bool decides =
            result.verdict == POLICY_SILENT || (denies && result.verdict == POLICY_ALLOWS);
        if (!trace && !decides)
            continue;
        bool fits = trace ? statement_traced(statement, &s, trace) : statement_fits(statement, &s);
        if (!fits || !decides)
            continue;
        result.verdict = denies ? POLICY_DENIES : POLICY_ALLOWS;
        result.statement = statement;
        if (denies && !trace)
            break;
    }
    return result;
}
