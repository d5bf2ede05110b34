/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/simulation.h"

#include <inttypes.h>

#include "call/page.h"
#include "model/ids.h"
#include "svc/simulation_priv.h"

/*
 * What one page may cost, so that a request of some kilobytes has no answer of gigabytes and keeps
 * nobody waiting: a unit for each thing that the answer lists, and for so many bytes of policies
 * that are looked at. A page ends behind the action that goes beyond the first limit, and is
 * refused when that goes beyond the second. It ends, too, when half of the work is done that
 * decisions of one request may cost.
 */
enum { PAGE_COST = 20000, MOST_COST = 200000, BYTES_PER_UNIT = 512 };

/* The layers that an answer names. */
enum source { IDENTITY, RESOURCE, BOUNDARY, SOURCES };

static const char *const source_types[SOURCES] = {"IAM Policy", "Resource Policy",
                                                  "Permissions Boundary Policy"};

/* Beside AWS's: what authorization decides where AWS's simulator does not look. */
static const char enforced_decision[] = "Enforced Decision";

/* About one action and one resource, or, once they are joined, several. */
struct answer {
    const char *resource;        /* the first of those that the decision is about */
    enum authz_outcome decision; /* as AWS's simulator says */
    enum authz_outcome enforced;
    enum authz_outcome by[SOURCES];
    bool by_organization; /* SCPs allow it */
    bool cross_account;
    bool unfinished; /* it takes too much work */
    struct iam_statement_list statements;
};

static const char *outcome_text(enum authz_outcome outcome)
{
    static const char *const names[] = {"allowed", "explicitDeny", "implicitDeny"};
    return names[outcome];
}

static enum source source_of(enum authz_layer layer)
{
    return layer == AUTHZ_LAYER_IDENTITY   ? IDENTITY
           : layer == AUTHZ_LAYER_BOUNDARY ? BOUNDARY
                                           : RESOURCE;
}

static struct iam_position *position(struct arena *a, size_t line, size_t column)
{
    struct iam_position *position = NEW(a, struct iam_position);
    *position = (struct iam_position){.line = (int64_t)line, .column = (int64_t)column};
    return position;
}

static void add_statement(struct simulation *s, const struct authz_policy *policy,
                          const struct policy_statement *statement, struct answer *ret)
{
    struct arena *a = s->call->arena;
    struct iam_statement_list *list = &ret->statements;
    list->v[list->n++] = (struct iam_statement){
        .source_policy_id = policy->name,
        .source_policy_type = source_types[source_of(policy->layer)],
        .start_position = position(a, statement->from_line, statement->from_column),
        .end_position = position(a, statement->end_line, statement->end_column),
    };
}

/*
 * Denies are told alone; otherwise whatever grants is, which boundaries do not (IAM API Reference,
 * EvaluationResult and the examples of SimulatePrincipalPolicy).
 */
static bool is_told(const struct answer *answer, const struct authz_policy *policy,
                    const struct policy_statement *statement)
{
    if (answer->decision == AUTHZ_EXPLICIT_DENY)
        return statement->effect == POLICY_DENY;
    return statement->effect == POLICY_ALLOW && policy->layer != AUTHZ_LAYER_BOUNDARY;
}

static void read_trace(struct simulation *s, struct answer *ret)
{
    const struct policy_trace *steps = &s->trace.steps;
    ret->statements.v = NEW_ARRAY(s->call->arena, struct iam_statement, steps->n);
    for (size_t i = 0, at = 0; i < s->trace.n_asked; at = s->trace.asked[i++].end) {
        const struct authz_asked *asked = &s->trace.asked[i];
        enum authz_outcome *by = &ret->by[source_of(asked->policy->layer)];
        for (; at < asked->end && asked->policy->layer != AUTHZ_LAYER_SCP; at++) {
            const struct policy_statement *statement = steps->steps[at].statement;
            if (steps->steps[at].fit != POLICY_FITS)
                continue;
            if (statement->effect == POLICY_DENY)
                *by = AUTHZ_EXPLICIT_DENY;
            else if (*by == AUTHZ_IMPLICIT_DENY)
                *by = AUTHZ_ALLOW;
            if (is_told(ret, asked->policy, statement))
                add_statement(s, asked->policy, statement, ret);
        }
    }
}

/* Denies of SCPs, or as many levels of them as allow. */
struct organization_says {
    bool denies;
    size_t passed;
};

static struct organization_says read_scps(const struct simulation *s)
{
    const struct policy_trace *steps = &s->trace.steps;
    struct organization_says says = {.passed = 0};
    for (size_t i = 0, at = 0; i < s->trace.n_asked; i++) {
        const struct authz_asked *asked = &s->trace.asked[i];
        for (; at < asked->end; at++) {
            if (asked->policy->layer != AUTHZ_LAYER_SCP || steps->steps[at].fit != POLICY_FITS)
                continue;
            says.denies |= steps->steps[at].statement->effect == POLICY_DENY;
            if (asked->policy->level == says.passed)
                says.passed++;
        }
    }
    return says;
}

/* The simulation ends when SCPs deny (IAM API Reference, EvaluationResult). */
static void end_by_scps(const struct simulation *s, struct answer *ret)
{
    struct organization_says says = read_scps(s);
    bool bound = s->membership && !s->caller.service_linked;
    ret->by_organization = !bound || (!says.denies && says.passed == s->membership->scps.n);
    if (ret->by_organization)
        return;
    ret->statements.n = 0;
}

/* Whose the resource is: its ARN says it, or the request does, or it is the caller's. */
static struct str owner_of(const struct simulation *s, struct str resource)
{
    struct arn arn;
    if (!arn_parse(resource, &arn))
        return (struct str){NULL, 0};
    if (account_id_ok(arn.account))
        return arn.account;
    return s->owner.p ? s->owner : str_of(s->caller.account);
}

/* RCPs of the account that owns a resource. */
static int find_rcps(const struct simulation *s, struct str owner, const struct authz_levels **ret)
{
    struct membership *membership;
    if (!owner.p || !account_id_ok(owner))
        return OK;
    struct arena *a = s->call->arena;
    TRY(membership_acquire(s->call->sandbox, a, str_dup(a, owner), &membership));
    cached_keep(&membership->base, a);
    *ret = &membership->rcps;
    return OK;
}

/*
 * AWS's simulator does not look at the trust policy of a role, at RCPs, nor for the policy of a
 * resource that it is not told; authorization, asked the same, does. AWS undocumented: that neither
 * does it look at whether IAM access to Billing is activated, of which it has no parameter.
 */
static int decide(struct simulation *s, const char *action, const char *resource,
                  struct answer *ret)
{
    struct answer answer = {.resource = resource,
                            .by = {AUTHZ_IMPLICIT_DENY, AUTHZ_IMPLICIT_DENY, AUTHZ_IMPLICIT_DENY}};
    enum authz_layer layer = authz_resource_layer(str_of(action), str_of(resource));
    bool trust = layer == AUTHZ_LAYER_TRUST;
    const struct authz_policy own = {.policy = trust ? s->trust_policy : s->resource_policy,
                                     .layer = layer,
                                     .name = "ResourcePolicy"};
    struct authz_request request = {
        .principal = &s->caller,
        .action = str_of(action),
        .resource = str_of(resource),
        .context = &s->context.base,
        .resource_account = owner_of(s, str_of(resource)),
        .scps = s->membership ? &s->membership->scps : NULL,
        .policies = &own,
        .n_policies = own.policy != NULL,
        .work = &s->work,
    };
    TRY(find_rcps(s, request.resource_account, &request.rcps));
    struct authz_decision enforced = authz_decide(&request, NULL);
    bool seen = own.policy && !trust;
    struct authz_principal caller = s->caller;
    caller.no_billing = false;
    request.principal = &caller;
    answer.cross_account = seen && !str_is(request.resource_account, s->caller.account);
    request.n_policies = seen;
    request.rcps = NULL;
    request.identity_suffices = !seen;
    struct authz_decision simulated = authz_decide(&request, &s->trace);
    answer.enforced = enforced.outcome;
    answer.decision = simulated.outcome;
    answer.unfinished = enforced.unfinished || simulated.unfinished;
    read_trace(s, &answer);
    end_by_scps(s, &answer);
    *ret = answer;
    return OK;
}

static enum authz_outcome worse(enum authz_outcome a, enum authz_outcome b)
{
    if (a == AUTHZ_EXPLICIT_DENY || b == AUTHZ_EXPLICIT_DENY)
        return AUTHZ_EXPLICIT_DENY;
    return a == AUTHZ_IMPLICIT_DENY ? a : b;
}

/*
 * AWS undocumented: what several resources come to together. Here the worst of each, with the
 * statements told of each resource only.
 */
static void join(struct answer *all, const struct answer *one)
{
    if (worse(all->decision, one->decision) != all->decision)
        all->resource = one->resource;
    all->decision = worse(all->decision, one->decision);
    all->enforced = worse(all->enforced, one->enforced);
    for (int i = 0; i < SOURCES; i++)
        all->by[i] = worse(all->by[i], one->by[i]);
    all->by_organization &= one->by_organization;
    all->cross_account |= one->cross_account;
    all->statements.n = 0;
}

static struct iam_permissions_boundary_decision_detail *boundary_detail(const struct simulation *s,
                                                                        const struct answer *answer)
{
    if (!s->caller.bounded)
        return NULL;
    struct iam_permissions_boundary_decision_detail *detail =
        NEW(s->call->arena, struct iam_permissions_boundary_decision_detail);
    detail->allowed_by_permissions_boundary = answer->by[BOUNDARY] == AUTHZ_ALLOW;
    return detail;
}

static struct iam_organizations_decision_detail *organizations_detail(const struct simulation *s,
                                                                      const struct answer *answer)
{
    if (!s->membership || !s->membership->organization)
        return NULL;
    struct iam_organizations_decision_detail *detail =
        NEW(s->call->arena, struct iam_organizations_decision_detail);
    detail->allowed_by_organizations = answer->by_organization;
    return detail;
}

static struct iam_decision_detail_list details(const struct simulation *s,
                                               const struct answer *answer)
{
    struct iam_decision_detail_list list = {
        .v = NEW_ARRAY(s->call->arena, struct iam_decision_detail, SOURCES + 1)};
    bool told = answer->cross_account && answer->by_organization;
    for (int i = 0; i < SOURCES && told; i++) {
        if (i != BOUNDARY || s->caller.bounded)
            list.v[list.n++] =
                (struct iam_decision_detail){source_types[i], outcome_text(answer->by[i])};
    }
    if (answer->enforced != answer->decision)
        list.v[list.n++] =
            (struct iam_decision_detail){enforced_decision, outcome_text(answer->enforced)};
    return list;
}

static struct iam_resource_specific_result
of_resource(const struct simulation *s, const char *resource, const struct answer *answer)
{
    return (struct iam_resource_specific_result){
        .eval_resource_name = resource,
        .eval_resource_decision = outcome_text(answer->decision),
        .matched_statements = answer->statements,
        .missing_context_values = s->missing,
        .eval_decision_details = details(s, answer),
        .permissions_boundary_decision_detail = boundary_detail(s, answer),
    };
}

/* AWS undocumented: the name of several resources together. AWS has templates of ARNs; here it is
   the resource that was asked about and that the decision is due to. */
static struct iam_evaluation_result of_action(const struct simulation *s, const char *action,
                                              const struct answer *answer)
{
    bool told = answer->decision != AUTHZ_IMPLICIT_DENY;
    bool detailed =
        (s->specific && answer->by_organization) || answer->enforced != answer->decision;
    return (struct iam_evaluation_result){
        .eval_action_name = action,
        .eval_resource_name = answer->resource,
        .eval_decision = outcome_text(answer->decision),
        .matched_statements = told ? answer->statements : (struct iam_statement_list){0, NULL},
        .missing_context_values = s->specific ? (struct str_list){0, NULL} : s->missing,
        .organizations_decision_detail = organizations_detail(s, answer),
        .permissions_boundary_decision_detail = boundary_detail(s, answer),
        .eval_decision_details =
            detailed ? details(s, answer) : (struct iam_decision_detail_list){0, NULL},
    };
}

/* AWS undocumented: when work is too much, and the sentence. */
static int tell_unfinished(struct call *c)
{
    return atomic_load(&c->sandbox->stopping)
               ? call_stopped(c)
               : call_fail(c, ERR_POLICY_EVALUATION, "%s", authz_unfinished);
}

static int evaluate(struct simulation *s, const char *action, size_t *cost,
                    struct iam_evaluation_result *ret)
{
    size_t n = s->resources.n;
    struct answer all = {.decision = AUTHZ_ALLOW};
    struct iam_resource_specific_result_list list = {.n = s->specific ? n : 0};
    list.v = NEW_ARRAY(s->call->arena, struct iam_resource_specific_result, list.n);
    for (size_t i = 0; i < n; i++) {
        struct answer one;
        TRY(decide(s, action, s->resources.v[i], &one));
        if (one.unfinished)
            return tell_unfinished(s->call);
        if (s->specific)
            list.v[i] = of_resource(s, s->resources.v[i], &one);
        if (i == 0)
            all = one;
        else
            join(&all, &one);
        *cost += 1 + s->n_bytes / BYTES_PER_UNIT + one.statements.n + s->missing.n;
        if (*cost > MOST_COST) /* AWS undocumented: how much is too much, and the sentence */
            return call_fail(s->call, ERR_INVALID_INPUT,
                             "The simulation is too large. Name fewer resources.");
    }
    *ret = of_action(s, action, &all);
    ret->resource_specific_results = list;
    return OK;
}

/* The marker of a page counts the actions up to its end. */
static int start(struct simulation *s, size_t *ret)
{
    const char *after;
    int64_t first = 0;
    TRY(page_after(s->call, s->in->marker, &after));
    if (*after && !str_to_int64(str_of(after), &first))
        return call_fail(s->call, ERR_VALIDATION_ERROR, "Invalid Marker.");
    *ret = (uint64_t)first < s->in->actions->n ? (size_t)first : s->in->actions->n;
    return OK;
}

/* A page of N results. */
static bool is_full(const struct simulation *s, size_t n, size_t cost)
{
    return n == (size_t)s->in->max_items || cost >= PAGE_COST ||
           work_left(&s->work) <= WORK_REQUEST / 2;
}

static int run(struct simulation *s, struct simulation_page *ret)
{
    const struct str_list *actions = s->in->actions;
    size_t at = 0, cost = 0;
    TRY(simulation_read(s));
    TRY(start(s, &at));
    struct iam_evaluation_result_list *results = &ret->results;
    results->v = NEW_ARRAY(s->call->arena, struct iam_evaluation_result, actions->n - at);
    for (; at < actions->n && !is_full(s, results->n, cost); at++)
        TRY(evaluate(s, actions->v[at], &cost, &results->v[results->n++]));
    ret->is_truncated = at < actions->n;
    if (ret->is_truncated)
        ret->marker = page_marker(s->call, arena_printf(s->call->arena, "%zu", at));
    return OK;
}

int simulate(struct call *c, const struct simulation_request *request,
             const struct authz_principal *source, struct simulation_page *ret)
{
    struct simulation s = {.call = c, .in = request, .source = source};
    s.work = work_new(WORK_REQUEST, &c->sandbox->stopping);
    *ret = (struct simulation_page){.is_truncated = false};
    int code = run(&s, ret);
    map_done(&s.context.keys);
    return code;
}
