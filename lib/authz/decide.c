/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/authz_priv.h"

#include "model/billing.h"
#include "model/rcp.h"

/* Resources whose own policy must allow, whatever identity policies say. */
enum rule { RULE_ORDINARY, RULE_TRUST, RULE_KEY };

/* What one layer says so far. */
struct said {
    enum policy_verdict verdict;
    enum policy_level level; /* of an allow */
    const struct authz_policy *policy;
    const struct policy_statement *statement;
};

struct judge {
    const struct authz_request *request;
    const struct authz_principal *principal;
    struct policy_subject subject;
    enum rule rule;
    bool same_account;
    bool has_account; /* the principal is one of an account */
    size_t scp_passed;
    struct said layers[AUTHZ_LAYER_COUNT];
};

/*
 * Roles are assumed, and keys used, by leave of their own policy (IAM User Guide, "Evaluating
 * policies within a single account"; KMS Developer Guide, "Key policies").
 */
static enum rule rule_of(const struct policy_subject *s)
{
    if (!s->has_arn)
        return RULE_ORDINARY;
    bool sts = str_eq_fold(s->service, STR("sts"));
    if (sts && str_is(s->arn.service, "iam") && str_starts(s->arn.resource, STR("role/")))
        return RULE_TRUST;
    bool key = str_is(s->arn.service, "kms") && str_starts(s->arn.resource, STR("key/"));
    /* Other services have actions about keys, too, as kinesis:StartStreamEncryption: they are not
       what key policies speak of. */
    return key && str_eq_fold(s->service, STR("kms")) ? RULE_KEY : RULE_ORDINARY;
}

enum authz_layer authz_resource_layer(struct str action, struct str resource)
{
    struct policy_request request = {.action = action, .resource = resource};
    struct policy_subject subject = policy_prepare(&request);
    return rule_of(&subject) == RULE_TRUST ? AUTHZ_LAYER_TRUST : AUTHZ_LAYER_RESOURCE;
}

/*
 * The root user of the owner cannot be locked out of the policies of buckets and queues (S3 User
 * Guide, "Bucket policies"; IAM User Guide, "Tasks that require root user credentials"). AWS
 * undocumented: which actions on a queue; these are those that its task policy is about.
 */
static bool is_rescue(const struct judge *j)
{
    static const struct {
        const char *service, *name;
    } actions[] = {
        {"s3", "GetBucketPolicy"},     {"s3", "PutBucketPolicy"},     {"s3", "DeleteBucketPolicy"},
        {"sqs", "GetQueueAttributes"}, {"sqs", "SetQueueAttributes"}, {"sqs", "GetQueueUrl"},
    };
    if (j->principal->kind != PRINCIPAL_ROOT || !j->same_account)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        if (str_eq_fold(j->subject.service, str_of(actions[i].service)) &&
            str_eq_fold(j->subject.name, str_of(actions[i].name)))
            return true;
    }
    return false;
}

/* Organizations User Guide, "Service control policies" and "Resource control policies". */
bool rcp_spares(const struct authz_principal *p, struct str service, struct str name)
{
    bool retires = str_eq_fold(service, STR("kms")) && str_eq_fold(name, STR("RetireGrant"));
    return p->service_linked || retires || !rcp_covers(service);
}

bool own_layer_applies(const struct authz_principal *p, enum authz_layer layer)
{
    if (layer ==
        AUTHZ_LAYER_SESSION) /* of a root user: the task policy of AssumeRoot, which denies */
        return p->account && (p->kind != PRINCIPAL_ROOT || p->scoped);
    return p->account && p->kind != PRINCIPAL_ROOT;
}

static bool layer_applies(const struct judge *j, enum authz_layer layer)
{
    const struct authz_principal *p = j->principal;
    switch (layer) {
    case AUTHZ_LAYER_SCP:
        return j->has_account && !p->service_linked;
    case AUTHZ_LAYER_RCP:
        return j->subject.has_arn && !rcp_spares(p, j->subject.service, j->subject.name);
    case AUTHZ_LAYER_RESOURCE:
        return !is_rescue(j);
    case AUTHZ_LAYER_IDENTITY:
    case AUTHZ_LAYER_BOUNDARY:
    case AUTHZ_LAYER_SESSION:
        return own_layer_applies(p, layer);
    default:
        return true;
    }
}

/* An explicit deny of any policy wins; of allows the closest one counts. */
static void weigh(struct said *layer, const struct authz_policy *policy,
                  const struct policy_result *result)
{
    bool denies = result->verdict == POLICY_DENIES && layer->verdict != POLICY_DENIES;
    bool allows = result->verdict == POLICY_ALLOWS && layer->verdict != POLICY_DENIES &&
                  result->level > layer->level;
    if (denies || allows)
        *layer = (struct said){result->verdict, result->level, policy, result->statement};
}

static enum policy_verdict ask(struct judge *j, const struct authz_policy *policy,
                               struct authz_trace *trace)
{
    struct policy_result result =
        policy_eval(policy->policy, &j->subject, trace ? &trace->steps : NULL);
    if (trace)
        trace->asked[trace->n_asked++] = (struct authz_asked){policy, trace->steps.n};
    weigh(&j->layers[policy->layer], policy, &result);
    bool passes = policy->layer == AUTHZ_LAYER_SCP && result.verdict == POLICY_ALLOWS;
    if (passes && policy->level == j->scp_passed)
        j->scp_passed++;
    return result.verdict;
}

/* Whether to go on with others. */
static bool ask_each(struct judge *j, const struct authz_policy *policies, size_t n,
                     struct authz_trace *trace)
{
    for (size_t i = 0; i < n; i++) {
        if (!layer_applies(j, policies[i].layer))
            continue;
        if ((ask(j, &policies[i], trace) == POLICY_DENIES && !trace) ||
            j->subject.request->work->spent)
            return false;
    }
    return true;
}

static bool ask_levels(struct judge *j, const struct authz_levels *levels,
                       struct authz_trace *trace)
{
    return !levels || ask_each(j, levels->policies, levels->n_policies, trace);
}

/* Asks every policy, layer after layer; without a trace only until one denies. */
static void ask_all(struct judge *j, struct authz_trace *trace)
{
    const struct authz_request *r = j->request;
    if (ask_levels(j, r->scps, trace) && ask_levels(j, r->rcps, trace) &&
        ask_each(j, r->policies, r->n_policies, trace))
        ask_each(j, r->principal->policies, r->principal->n_policies, trace);
}

static struct authz_decision implicit(enum authz_layer layer)
{
    return (struct authz_decision){.outcome = AUTHZ_IMPLICIT_DENY, .layer = layer};
}

static struct authz_decision allow(const struct judge *j, enum authz_layer layer)
{
    const struct said *said = &j->layers[layer];
    return (struct authz_decision){.outcome = AUTHZ_ALLOW,
                                   .layer = layer,
                                   .policy = said->policy,
                                   .statement = said->statement};
}

static bool allows(const struct judge *j, enum authz_layer layer)
{
    return j->layers[layer].verdict == POLICY_ALLOWS;
}

bool own_layer_filters(const struct authz_principal *p, enum authz_layer layer)
{
    if (layer == AUTHZ_LAYER_SESSION && p->delegate)
        return true;
    if (p->kind == PRINCIPAL_ROOT)
        return false;
    return layer == AUTHZ_LAYER_BOUNDARY ? p->bounded : p->scoped || p->kind == PRINCIPAL_FEDERATED;
}

/*
 * A grant that the filters of the principal have to let through. AWS undocumented: whether they
 * limit what the policy of a resource grants to the user behind a federated user that has no
 * session policy; here they do.
 */
static struct authz_decision filtered(const struct judge *j, enum authz_layer layer)
{
    static const enum authz_layer filters[] = {AUTHZ_LAYER_BOUNDARY, AUTHZ_LAYER_SESSION};
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        if (own_layer_filters(j->principal, filters[i]) && !allows(j, filters[i]))
            return implicit(filters[i]);
    }
    return allow(j, layer);
}

/* What the principal's own policies grant, reported as LAYER. */
static struct authz_decision by_identity(const struct judge *j, enum authz_layer layer)
{
    return allows(j, AUTHZ_LAYER_IDENTITY) ? filtered(j, layer) : implicit(AUTHZ_LAYER_IDENTITY);
}

/* The layers behind the organization's and the endpoint's. */
static struct authz_decision grant(const struct judge *j)
{
    enum authz_layer owner = j->rule == RULE_TRUST ? AUTHZ_LAYER_TRUST : AUTHZ_LAYER_RESOURCE;
    enum policy_level level = allows(j, owner) ? j->layers[owner].level : POLICY_NOBODY;
    bool root = j->principal->kind == PRINCIPAL_ROOT;
    if (j->principal->delegate && !allows(j, AUTHZ_LAYER_SESSION))
        return implicit(AUTHZ_LAYER_SESSION);
    if (!j->has_account)
        return level == POLICY_DIRECTLY ? allow(j, owner) : implicit(owner);
    if (!j->same_account && level != POLICY_NOBODY)
        return root ? allow(j, owner) : by_identity(j, owner);
    if (!j->same_account && j->request->granted)
        return root ? allow(j, AUTHZ_LAYER_ROOT) : by_identity(j, AUTHZ_LAYER_IDENTITY);
    if ((!j->same_account || j->rule != RULE_ORDINARY) && level == POLICY_NOBODY)
        return implicit(owner);
    if (root)
        return allow(j, j->rule == RULE_ORDINARY ? AUTHZ_LAYER_ROOT : owner);
    if (level == POLICY_DIRECTLY)
        return allow(j, owner);
    return level == POLICY_ISSUER ? filtered(j, owner) : by_identity(j, AUTHZ_LAYER_IDENTITY);
}

/* STS API Reference: GetCallerIdentity needs no permission, even under an explicit deny, nor does
   GetSessionToken, which long-term credentials are for. */
bool needs_no_permission(const struct authz_principal *p, struct str service, struct str name)
{
    if (!p->account || !str_eq_fold(service, STR("sts")))
        return false;
    if (str_eq_fold(name, STR("GetCallerIdentity")))
        return true;
    return str_eq_fold(name, STR("GetSessionToken")) &&
           (p->kind == PRINCIPAL_ROOT || p->kind == PRINCIPAL_USER);
}

/* A level of SCPs allows nothing. */
static bool is_stopped(const struct judge *j)
{
    const struct authz_levels *scps = j->request->scps;
    return scps && layer_applies(j, AUTHZ_LAYER_SCP) && j->scp_passed < scps->n;
}

static struct authz_decision deny(enum authz_layer layer, const struct said *said)
{
    return (struct authz_decision){.outcome = AUTHZ_EXPLICIT_DENY,
                                   .layer = layer,
                                   .policy = said->policy,
                                   .statement = said->statement};
}

static struct authz_decision conclude(const struct judge *j)
{
    bool endpoint = false;
    for (size_t i = 0; i < AUTHZ_LAYER_COUNT; i++) {
        if (j->layers[i].verdict == POLICY_DENIES)
            return deny((enum authz_layer)i, &j->layers[i]);
    }
    for (size_t i = 0; i < j->request->n_policies; i++)
        endpoint |= j->request->policies[i].layer == AUTHZ_LAYER_ENDPOINT;
    if (is_stopped(j))
        return (struct authz_decision){
            .outcome = AUTHZ_IMPLICIT_DENY, .layer = AUTHZ_LAYER_SCP, .level = j->scp_passed};
    if (endpoint && !allows(j, AUTHZ_LAYER_ENDPOINT))
        return implicit(AUTHZ_LAYER_ENDPOINT);
    return grant(j);
}

static struct str text(const char *text)
{
    return text ? str_of(text) : (struct str){NULL, 0};
}

const char authz_unfinished[] =
    "The decision takes more work than is allowed: too many values are compared with too many "
    "others, or too long ones with too many wildcards.";

/* A decision's own share of what the request has left. */
static struct policy_work share(const struct policy_work *all)
{
    uint64_t left = all ? work_left(all) : WORK_DECISION;
    return work_new(left < WORK_DECISION ? left : WORK_DECISION, all ? all->stop : NULL);
}

/* Users and roles see nothing of Billing until the root user has activated their access (IAM User
   Guide, "Tasks that require root user credentials"). */
bool is_closed_to(const struct authz_principal *p, struct str service, struct str name)
{
    return p->no_billing && p->account && p->kind != PRINCIPAL_ROOT &&
           billing_action_is(service, name);
}

/* Root users cannot assume roles, nor be others (STS API Reference, AssumeRole and AssumeRoot). */
static bool root_cannot_become(const struct judge *j)
{
    bool root = str_eq_fold(j->subject.service, STR("sts")) &&
                str_eq_fold(j->subject.name, STR("AssumeRoot"));
    return j->principal->kind == PRINCIPAL_ROOT && (root || j->rule == RULE_TRUST);
}

/* AWS undocumented: that whoever acts for a root user cannot do what it signs in for. */
static bool is_root_itself(const struct judge *j)
{
    return j->principal->kind == PRINCIPAL_ROOT && !j->principal->delegate;
}

static struct authz_decision decide(struct judge *j, struct authz_trace *trace)
{
    const struct policy_subject *s = &j->subject;
    if (needs_no_permission(j->principal, s->service, s->name))
        return allow(j, AUTHZ_LAYER_NONE);
    if (root_cannot_become(j))
        return implicit(AUTHZ_LAYER_ROOT);
    if (j->request->root_only && !is_root_itself(j))
        return implicit(AUTHZ_LAYER_ROOT);
    if (is_closed_to(j->principal, s->service, s->name))
        return implicit(AUTHZ_LAYER_BILLING);
    ask_all(j, trace);
    if (j->subject.request->work->spent)
        return (struct authz_decision){.outcome = AUTHZ_IMPLICIT_DENY, .unfinished = true};
    return conclude(j);
}

struct authz_trace authz_trace_new(struct arena *a, const struct authz_request *request)
{
    size_t n = request->principal->n_policies + request->n_policies;
    n += request->scps ? request->scps->n_policies : 0;
    n += request->rcps ? request->rcps->n_policies : 0;
    return (struct authz_trace){.steps.arena = a, .asked = NEW_ARRAY(a, struct authz_asked, n)};
}

struct authz_decision authz_decide(const struct authz_request *request, struct authz_trace *trace)
{
    const struct authz_principal *p = request->principal;
    bool bounded = p->bounded && p->account && p->kind != PRINCIPAL_ROOT;
    struct policy_caller caller = {p->kind,         text(p->account), text(p->arn),
                                   text(p->issuer), text(p->id),      bounded};
    struct policy_work work = share(request->work);
    uint64_t before = work_left(&work);
    struct policy_request asked = {request->action, request->resource, request->context, &caller,
                                   &work};
    struct judge j = {.request = request, .principal = p, .subject = policy_prepare(&asked)};
    bool simple = request->identity_suffices;
    j.rule = simple ? RULE_ORDINARY : rule_of(&j.subject);
    j.has_account = p->account != NULL;
    j.same_account = j.has_account && (simple || !request->resource_account.p ||
                                       str_is(request->resource_account, p->account));
    if (trace)
        trace->steps.n = trace->n_asked = 0;
    struct authz_decision decision = decide(&j, trace);
    work_spend(request->work, before - work_left(&work));
    return decision;
}

const char *authz_outcome_name(enum authz_outcome outcome)
{
    static const char *const names[] = {"Allow", "ExplicitDeny", "ImplicitDeny"};
    return names[outcome];
}

const char *authz_layer_name(enum authz_layer layer)
{
    static const char *const names[AUTHZ_LAYER_COUNT] = {
        "none",  "root",     "scp",      "rcp",     "vpc_endpoint", "resource",
        "trust", "identity", "boundary", "session", "billing",
    };
    return names[layer];
}
