/* SPDX-License-Identifier: Apache-2.0 */
/* From the request of a simulation to the caller, policies and resources that it is about. */
#include "model/ids.h"
#include "svc/context_keys.h"
#include "svc/simulation_priv.h"

static int check_resources(struct simulation *s)
{
    static const char *all = "*";
    struct arn arn;
    s->resources = *s->in->resources;
    if (s->resources.n == 0)
        s->resources = (struct str_list){1, &all};
    s->specific = s->resources.n > 1 || strcmp(s->resources.v[0], all) != 0;
    for (size_t i = 0; s->specific && i < s->resources.n; i++) {
        if (!arn_parse(str_of(s->resources.v[i]), &arn))
            return call_fail(s->call, ERR_INVALID_INPUT,
                             "ResourceNames are not in a valid ARN format: %s.", s->resources.v[i]);
    }
    return OK;
}

/* AWS undocumented: the sentence. */
static int check_actions(struct simulation *s)
{
    for (size_t i = 0; i < s->in->actions->n; i++) {
        struct str name = str_of(s->in->actions->v[i]);
        struct str service = str_cut(&name, ':');
        if (service.n == 0 || name.n == 0)
            return call_fail(s->call, ERR_INVALID_INPUT,
                             "The action is invalid since it is missing names");
    }
    return OK;
}

/*
 * The scenarios are for starting instances. AWS undocumented: the sentence, and what becomes of a
 * scenario whose resources are not all there; here it is simulated all the same.
 */
static int check_handling(struct simulation *s)
{
    static const char *const scenarios[] = {"EC2-VPC-InstanceStore", "EC2-VPC-InstanceStore-Subnet",
                                            "EC2-VPC-EBS", "EC2-VPC-EBS-Subnet"};
    bool known = false;
    if (!s->in->handling || !s->specific)
        return OK;
    for (size_t i = 0; i < ARRAY_LEN(scenarios); i++)
        known |= strcmp(s->in->handling, scenarios[i]) == 0;
    for (size_t i = 0; i < s->in->actions->n; i++) {
        const char *action = s->in->actions->v[i];
        if (known && str_eq_fold(str_of(action), STR("ec2:RunInstances")))
            continue;
        return call_fail(s->call, ERR_INVALID_INPUT,
                         "Invalid input resource handling options. Action does not support "
                         "resource handling options: %s.",
                         action);
    }
    return OK;
}

static int refuse_caller(struct call *c)
{
    return call_fail(c, ERR_INVALID_INPUT,
                     "Invalid caller - Caller must be an IAM user in this context.");
}

static int named_caller(struct simulation *s, const char *text)
{
    struct arena *a = s->call->arena;
    struct arn arn;
    struct str kind, name;
    bool ok = arn_parse(str_of(text), &arn) && account_id_ok(arn.account) &&
              arn_entity(&arn, &kind, &name) && str_is(kind, "user");
    if (!ok)
        return refuse_caller(s->call);
    s->caller.arn = text;
    s->caller.account = str_dup(a, arn.account);
    s->caller.name = str_dup(a, name);
    return OK;
}

/* Without a name the caller is the user whose policies they are, or one who is not known. */
static int read_caller(struct simulation *s)
{
    const struct authz_principal *source = s->source;
    const char *named = s->in->caller;
    bool same = source && source->arn && (!named || strcmp(named, source->arn) == 0);
    s->caller = same ? *source : (struct authz_principal){.account = s->call->account};
    s->caller.kind = same ? source->kind : PRINCIPAL_USER;
    if (!same && named)
        TRY(named_caller(s, named));
    if (!s->in->resource_policy || (s->caller.arn && s->caller.kind == PRINCIPAL_USER))
        return OK;
    return source ? refuse_caller(s->call)
                  : call_fail(s->call, ERR_INVALID_INPUT,
                              "Invalid caller - Caller cannot be null or empty.");
}

/* AWS undocumented: that SimulateCustomPolicy, which has no user, does not look at SCPs. */
static int read_organization(struct simulation *s)
{
    struct membership *membership;
    struct arena *a = s->call->arena;
    if (!s->source)
        return OK;
    TRY(membership_acquire(s->call->sandbox, a, s->caller.account, &membership));
    cached_keep(&membership->base, a);
    s->membership = membership;
    return OK;
}

static int read_owner(struct simulation *s)
{
    struct arn arn;
    const char *text = s->in->resource_owner;
    if (!text)
        return OK;
    bool ok = arn_parse(str_of(text), &arn) && str_is(arn.service, "iam") &&
              account_id_ok(arn.account) && str_is(arn.resource, "root");
    if (!ok)
        return call_fail(s->call, ERR_INVALID_INPUT, "'%s' is not a valid as a Resource Owner.",
                         text);
    s->owner = arn.account;
    return OK;
}

/* AWS undocumented: the words before the reason, which say which document it is. */
int simulation_policy(struct call *c, const char *text, enum policy_kind kind, const char *name,
                      const struct policy **ret)
{
    struct policy_error error;
    int code = policy_compile(c->arena, str_of(text), kind, ret, &error);
    if (code == ERR_MALFORMED)
        return call_fail(c, ERR_INVALID_INPUT, "%s: %s", name, error.message);
    return code;
}

/* "user alice" and "p" are one name to the simulator: user_alice_p. */
static const char *source_name(struct arena *a, const struct authz_policy *policy)
{
    if (policy->arn)
        return arena_strdup(a, policy->name);
    char *name = arena_printf(a, "%s_%s", policy->owner, policy->name);
    *strchr(name, ' ') = '_';
    return name;
}

static void take_sources(struct simulation *s, enum authz_layer layer, struct authz_policy *list,
                         size_t *n)
{
    for (size_t i = 0; s->source && i < s->source->n_policies; i++) {
        const struct authz_policy *policy = &s->source->policies[i];
        if (policy->layer != layer)
            continue;
        list[*n] = *policy;
        list[(*n)++].name = source_name(s->call->arena, policy);
    }
}

static int take_inputs(struct simulation *s, const struct str_list *texts, const char *member,
                       enum authz_layer layer, struct authz_policy *list, size_t *n)
{
    for (size_t i = 0; i < texts->n; i++) {
        struct authz_policy *policy = &list[*n];
        policy->layer = layer;
        policy->name = arena_printf(s->call->arena, "%s.%zu", member, i + 1);
        TRY(simulation_policy(s->call, texts->v[i], POLICY_IDENTITY, policy->name,
                              &policy->policy));
        ++*n;
    }
    return OK;
}

/* A boundary of the request stands in for the one that there is. */
static int read_policies(struct simulation *s)
{
    const struct simulation_request *in = s->in;
    size_t most = (s->source ? s->source->n_policies : 0) + in->policies->n + in->boundaries->n;
    struct authz_policy *list = NEW_ARRAY(s->call->arena, struct authz_policy, most);
    size_t n = 0;
    take_sources(s, AUTHZ_LAYER_IDENTITY, list, &n);
    TRY(take_inputs(s, in->policies, "PolicyInputList", AUTHZ_LAYER_IDENTITY, list, &n));
    size_t unbounded = n;
    TRY(take_inputs(s, in->boundaries, "PermissionsBoundaryPolicyInputList", AUTHZ_LAYER_BOUNDARY,
                    list, &n));
    if (n == unbounded)
        take_sources(s, AUTHZ_LAYER_BOUNDARY, list, &n);
    s->caller.policies = list;
    s->caller.n_policies = n;
    s->caller.bounded = n > unbounded;
    return OK;
}

/* A role's policy is written by other rules than that of another resource: whether the document is
   one or the other, the pairs tell. */
static int read_resource_policy(struct simulation *s)
{
    const struct str sts = STR("sts:AssumeRole"), role = STR("arn:aws:iam::123456789012:role/r");
    const char *text = s->in->resource_policy;
    size_t of_sts = 0, roles = 0, n_actions = s->in->actions->n, n_resources = s->resources.n;
    if (!text)
        return OK;
    if (!s->specific) /* AWS undocumented: that it takes "*" for an entity here */
        return call_fail(s->call, ERR_INVALID_INPUT,
                         "Invalid Entity Arn: * does not clearly define entity type and name.");
    for (size_t i = 0; i < n_actions; i++)
        of_sts += authz_resource_layer(str_of(s->in->actions->v[i]), role) == AUTHZ_LAYER_TRUST;
    for (size_t i = 0; i < n_resources; i++)
        roles += authz_resource_layer(sts, str_of(s->resources.v[i])) == AUTHZ_LAYER_TRUST;
    if (of_sts && roles)
        TRY(simulation_policy(s->call, text, POLICY_TRUST, "ResourcePolicy", &s->trust_policy));
    if (of_sts < n_actions || roles < n_resources)
        TRY(simulation_policy(s->call, text, POLICY_RESOURCE, "ResourcePolicy",
                              &s->resource_policy));
    return OK;
}

static void look_through(struct simulation *s, struct context_keys *keys,
                         const struct policy *policy)
{
    if (!policy)
        return;
    context_keys_add(keys, policy);
    s->n_bytes += policy_text(policy).n;
}

/* AWS lists what any statement needs, also those about other actions. */
static void look_through_policies(struct simulation *s)
{
    struct arena *a = s->call->arena;
    struct context_keys keys = {.arena = a, .given = &s->context.base};
    for (size_t i = 0; i < s->caller.n_policies; i++)
        look_through(s, &keys, s->caller.policies[i].policy);
    for (size_t i = 0; s->membership && i < s->membership->scps.n_policies; i++)
        s->n_bytes += policy_text(s->membership->scps.policies[i].policy).n;
    look_through(s, &keys, s->resource_policy);
    look_through(s, &keys, s->trust_policy);
    s->missing = context_keys_end(&keys);
    s->trace = authz_trace_new(
        a, &(struct authz_request){.principal = &s->caller,
                                   .n_policies = 1,
                                   .scps = s->membership ? &s->membership->scps : NULL});
}

int simulation_read(struct simulation *s)
{
    if (s->in->boundaries->n > 1) /* AWS undocumented: the sentence */
        return call_fail(s->call, ERR_INVALID_INPUT,
                         "The list of Permissions Boundary policies cannot exceed 1 items.");
    TRY(check_resources(s));
    TRY(check_actions(s));
    TRY(check_handling(s));
    TRY(read_caller(s));
    TRY(read_organization(s));
    TRY(read_owner(s));
    TRY(simulation_read_context(s));
    TRY(read_policies(s));
    TRY(read_resource_policy(s));
    look_through_policies(s);
    return OK;
}
