/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "authz/report.h"
#include "base/mem.h"
#include "embed/embed_priv.h"

static_assert((int)IAM_LAYER_NONE == AUTHZ_LAYER_NONE && (int)IAM_LAYER_SCP == AUTHZ_LAYER_SCP &&
                  (int)IAM_LAYER_TRUST == AUTHZ_LAYER_TRUST &&
                  (int)IAM_LAYER_SESSION == AUTHZ_LAYER_SESSION &&
                  (int)IAM_PRINCIPAL_ROOT == PRINCIPAL_ROOT &&
                  (int)IAM_PRINCIPAL_ANONYMOUS == PRINCIPAL_ANONYMOUS &&
                  (int)IAM_IMPLICIT_DENY == AUTHZ_IMPLICIT_DENY,
              "layers, principals and outcomes are the same inside and outside");

struct iam_set *iam_set_new(void)
{
    struct iam_set *set = mem_alloc(sizeof *set);
    arena_init(&set->arena);
    return set;
}

void iam_set_free(struct iam_set *set)
{
    if (!set)
        return;
    mem_free(set->scps.v);
    mem_free(set->rcps.v);
    mem_free(set->of_principal.v);
    mem_free(set->of_resource.v);
    arena_done(&set->arena);
    mem_free(set);
}

static bool belongs_before(const struct authz_policy *a, const struct authz_policy *b)
{
    return a->layer < b->layer || (a->layer == b->layer && a->level < b->level);
}

/* Behind those of the same layer and level. */
static void insert(struct policy_list *list, const struct authz_policy *policy)
{
    if (list->n == list->cap) {
        list->cap = list->cap ? 2 * list->cap : 4;
        list->v = mem_realloc(list->v, list->cap * sizeof *list->v);
    }
    size_t at = list->n++;
    for (; at > 0 && belongs_before(policy, &list->v[at - 1]); at--)
        list->v[at] = list->v[at - 1];
    list->v[at] = *policy;
}

static struct policy_list *list_of(struct iam_set *set, enum iam_layer layer)
{
    if (layer == IAM_LAYER_SCP)
        return &set->scps;
    if (layer == IAM_LAYER_RCP)
        return &set->rcps;
    return layer >= IAM_LAYER_IDENTITY ? &set->of_principal : &set->of_resource;
}

void iam_set_add(struct iam_set *set, const struct iam_policy *policy, enum iam_layer layer,
                 size_t level, const char *name, const char *arn)
{
    const struct authz_policy added = {
        .policy = policy->compiled,
        .layer = (enum authz_layer)layer,
        .level = level,
        .name = arena_strdup(&set->arena, name),
        .arn = arn ? arena_strdup(&set->arena, arn) : NULL,
    };
    set->bounded |= layer == IAM_LAYER_BOUNDARY;
    set->scoped |= layer == IAM_LAYER_SESSION;
    insert(list_of(set, layer), &added);
}

static bool find_nothing(UNUSED const struct policy_context *context,
                         UNUSED const struct policy_key *key, UNUSED struct policy_values *ret)
{
    return false;
}

static const struct policy_context no_keys = {.find = find_nothing};

/* A request in the terms of the evaluator, which points to the rest. */
struct question {
    struct authz_principal principal;
    struct authz_levels scps, rcps;
    struct authz_request request;
};

/* Nothing binds the principals of the management account, nor what it owns. */
static void add_levels(const struct iam_set *set, const struct iam_request *rq, struct question *q)
{
    const char *owner = rq->resource_account;
    bool own = rq->account && (!owner || strcmp(owner, rq->account) == 0);
    q->scps = (struct authz_levels){set->scps.v, set->scps.n, rq->scp_levels};
    q->rcps = (struct authz_levels){set->rcps.v, set->rcps.n, 0};
    q->request.scps = rq->management_account ? NULL : &q->scps;
    q->request.rcps = rq->management_account && own ? NULL : &q->rcps;
}

static void ask(const struct iam_set *set, const struct iam_request *rq, struct question *q)
{
    q->principal = (struct authz_principal){
        .kind = (enum principal_kind)rq->principal_kind,
        .account = rq->account,
        .arn = rq->principal,
        .issuer = rq->issuer,
        .id = rq->user_id,
        .policies = set->of_principal.v,
        .n_policies = set->of_principal.n,
        .bounded = set->bounded,
        .scoped = set->scoped,
        .service_linked = rq->service_linked_role,
    };
    q->request = (struct authz_request){
        .principal = &q->principal,
        .action = str_of(rq->action),
        .resource = str_of(rq->resource),
        .context = rq->context ? &rq->context->base : &no_keys,
        .resource_account =
            rq->resource_account ? str_of(rq->resource_account) : (struct str){NULL, 0},
        .policies = set->of_resource.v,
        .n_policies = set->of_resource.n,
    };
    add_levels(set, rq, q);
}

struct iam_decision iam_decide(const struct iam_set *set, const struct iam_request *rq)
{
    struct question q;
    ask(set, rq, &q);
    struct authz_decision decided = authz_decide(&q.request, NULL);
    struct iam_decision ret = {.outcome = (enum iam_outcome)decided.outcome,
                               .layer = (enum iam_layer)decided.layer};
    if (!decided.policy)
        return ret;
    ret.policy = decided.policy->name;
    ret.statement = decided.statement->index;
    ret.sid = decided.statement->sid;
    ret.line = decided.statement->line;
    ret.column = decided.statement->column;
    return ret;
}

char *iam_explain(const struct iam_set *set, const struct iam_request *rq)
{
    struct arena a;
    arena_init(&a);
    struct question q;
    ask(set, rq, &q);
    struct authz_trace trace = authz_trace_new(&a, &q.request);
    struct authz_decision decision = authz_decide(&q.request, &trace);
    struct buf b = buf_new(&a, 4096);
    buf_add_char(&b, '{');
    authz_report_decision(&b, &decision);
    authz_report_trace(&b, &(struct authz_report){&q.request, &trace, &decision});
    buf_add_char(&b, '}');
    char *text = mem_strdup(buf_text(&b));
    arena_done(&a);
    return text;
}

char *iam_denial(const struct iam_set *set, const struct iam_request *rq)
{
    struct arena a;
    struct question q;
    ask(set, rq, &q);
    struct authz_decision decision = authz_decide(&q.request, NULL);
    if (decision.outcome == AUTHZ_ALLOW)
        return NULL;
    arena_init(&a);
    char *text = mem_strdup(authz_message(&a, &q.request, rq->resource, &decision));
    arena_done(&a);
    return text;
}

void iam_free(char *text)
{
    mem_free(text);
}

const char *iam_outcome_name(enum iam_outcome outcome)
{
    return authz_outcome_name((enum authz_outcome)outcome);
}

const char *iam_layer_name(enum iam_layer layer)
{
    return authz_layer_name((enum authz_layer)layer);
}
