/* SPDX-License-Identifier: Apache-2.0 */
/* Observed decisions, made again with the policy. */
#include "authz/context.h"
#include "model/arn.h"
#include "observe/smallest_priv.h"

enum { SLICE = 8 }; /* decisions that are made together: each looks at all policies */

static size_t variants_of(const struct observation *o)
{
    size_t n = 1;
    for (size_t i = 0; i < o->n_keys; i++) {
        const struct observed_key *key = &o->keys[i];
        n = !key->list && key->n > n ? key->n : n;
    }
    return n;
}

/* Each key has one of its values, number VARIANT where there are as many; lists have all of theirs,
   and what has too many is not there. */
static void add_keys(struct arena *a, const struct observation *o, size_t variant,
                     struct authz_context *c)
{
    struct authz_key_value *keys = NEW_ARRAY(a, struct authz_key_value, o->n_keys + 1);
    for (size_t i = 0; i < o->n_keys; i++) {
        const struct observed_key *key = &o->keys[i];
        if (key->n == 0)
            continue;
        keys[c->n_given++] = (struct authz_key_value){.name = str_dup(a, key->name),
                                                      .value = key->values[variant % key->n],
                                                      .list = key->list ? key->values : NULL,
                                                      .n = key->n};
    }
    c->given = keys;
}

static size_t no_tags(UNUSED void *owner, const struct authz_tag **ret)
{
    *ret = NULL;
    return 0;
}

static void prepare(struct smallest *s, struct arena *a, const struct observation *o,
                    size_t variant, struct authz_context *c)
{
    struct str name = o->action;
    authz_context_init(c);
    c->principal_place = s->options.place;
    c->resource_account = o->owner;
    c->source_ip = o->source_ip;
    c->region = o->region;
    c->resource_service = str_dup(a, str_cut(&name, ':'));
    c->now = o->last;
    c->secure_transport = true;
    c->resource_tags = no_tags;
    c->base.keys = o->n_keys;
    add_keys(a, o, variant, c);
}

/* What is asked of whom. */
struct asked {
    const struct observation *observation;
    size_t variant; /* of its values */
    const struct authz_principal *principal;
    const struct authz_levels *scps, *rcps;
};

/* Policies of resources were observed, and are not known: what is asked is whether all others let
   it pass. */
static struct authz_decision decide(struct smallest *s, struct arena *a, const struct asked *asked)
{
    const struct observation *o = asked->observation;
    struct policy_work work = work_new(WORK_DECISION, s->options.stop);
    struct authz_context context;
    prepare(s, a, o, asked->variant, &context);
    context.principal = asked->principal;
    const struct authz_request request = {.principal = asked->principal,
                                          .action = o->action,
                                          .resource = o->resource,
                                          .context = &context.base,
                                          .scps = asked->scps,
                                          .rcps = asked->rcps,
                                          .identity_suffices = true,
                                          .work = &work};
    return authz_decide(&request, NULL);
}

/* Somebody with nothing but POLICIES. */
static struct authz_principal somebody(struct smallest *s, const struct authz_policy *policies,
                                       size_t n)
{
    return (struct authz_principal){.kind = PRINCIPAL_USER,
                                    .account = arn_account(s->arena, s->options.principal),
                                    .arn = s->options.principal,
                                    .policies = policies,
                                    .n_policies = n};
}

/* A compiled policy with its place among others. What does not compile allows nothing. */
static struct authz_policy compile(struct arena *a, const char *text)
{
    struct authz_policy policy = {.layer = AUTHZ_LAYER_IDENTITY, .name = "smallest policy"};
    struct policy_error error;
    if (policy_compile(a, str_of(text), POLICY_MANAGED, &policy.policy, &error) < 0)
        policy.policy = NULL;
    return policy;
}

bool proof_compile(struct smallest *s)
{
    size_t n = s->result.n, k = s->at;
    if (k == 0) {
        s->result.policies = s->texts = NEW_ARRAY(s->arena, const char *, n + 1);
        s->result.lint = s->lint = NEW_ARRAY(s->arena, struct lint_report, n + 1);
        s->compiled = NEW_ARRAY(s->arena, struct authz_policy, n + 1);
    }
    if (k < n) {
        const char *text = write_policy(s, s->arena, k, SIZE_MAX);
        struct authz_policy policy = compile(s->arena, text);
        s->texts[k] = text;
        lint_document(s->arena, str_of(text), POLICY_MANAGED, &s->lint[k]);
        if (policy.policy)
            s->compiled[s->n_compiled++] = policy;
        s->at++;
    }
    return s->at >= n;
}

bool proof_replay(struct smallest *s)
{
    struct authz_principal holder = somebody(s, s->compiled, s->n_compiled);
    struct arena scratch;
    arena_init(&scratch);
    for (size_t n = 0; n < SLICE && s->at < s->n_needed; n++) {
        struct asked asked = {.observation = s->needed[s->at].observation, .principal = &holder};
        s->result.replayed++;
        s->result.allowed += decide(s, &scratch, &asked).outcome == AUTHZ_ALLOW;
        for (; ++asked.variant < variants_of(asked.observation); s->result.replayed++)
            s->result.allowed += decide(s, &scratch, &asked).outcome == AUTHZ_ALLOW;
        s->at++;
        arena_reset(&scratch);
    }
    arena_done(&scratch);
    return s->at >= s->n_needed;
}

/* All policies, but in one of them a statement is missing. */
static struct authz_principal without(struct smallest *s, struct arena *a, size_t number)
{
    struct authz_policy *policies = NEW_ARRAY(a, struct authz_policy, s->result.n + 1);
    size_t n = 0;
    for (size_t k = 0; k < s->result.n; k++) {
        bool whole = k != s->drafts[number].policy;
        const char *text = whole ? NULL : write_policy(s, a, k, number);
        struct authz_policy policy = whole  ? s->compiled[k]
                                     : text ? compile(a, text)
                                            : (struct authz_policy){.policy = NULL};
        if (policy.policy)
            policies[n++] = policy;
    }
    return somebody(s, policies, n);
}

static void take_away(struct smallest *s, struct arena *scratch, size_t number)
{
    const struct draft *d = &s->drafts[number];
    const struct observation *o = s->needed[s->table.first[d->needs]].observation;
    const struct authz_principal holder = without(s, scratch, number);
    const struct asked asked = {.observation = o, .principal = &holder};
    s->statements[number] = (struct smallest_statement){
        .sid = d->sid,
        .policy = d->policy,
        .action = o->action,
        .resource = o->resource,
        .proved = decide(s, scratch, &asked).outcome != AUTHZ_ALLOW,
    };
}

bool proof_take_away(struct smallest *s)
{
    struct arena scratch;
    if (!s->statements)
        s->statements = NEW_ARRAY(s->arena, struct smallest_statement, s->n_drafts + 1);
    s->result.statements = s->statements;
    s->result.n_statements = s->n_drafts;
    arena_init(&scratch);
    if (s->at < s->n_drafts && s->n_compiled == s->result.n)
        take_away(s, &scratch, s->at);
    arena_done(&scratch);
    return ++s->at >= s->n_drafts;
}

/* The principal as it is, with the new policies besides what it has. */
static struct authz_principal bound(struct smallest *s, struct arena *a,
                                    const struct observation *o)
{
    struct authz_principal p = *s->options.bound;
    struct authz_policy *policies = NEW_ARRAY(a, struct authz_policy, p.n_policies + s->n_compiled);
    size_t n = 0, i = 0;
    for (; i < p.n_policies && p.policies[i].layer <= AUTHZ_LAYER_IDENTITY; i++)
        policies[n++] = p.policies[i];
    for (size_t k = 0; k < s->n_compiled; k++)
        policies[n++] = s->compiled[k];
    for (; i < p.n_policies; i++)
        policies[n++] = p.policies[i];
    p.policies = policies;
    p.n_policies = n;
    p.mfa_at = o->mfa ? o->last : 0;
    return p;
}

/* What identity policies have no say in. */
static bool is_beyond(const struct observation *o)
{
    return o->layer != AUTHZ_LAYER_IDENTITY && o->layer != AUTHZ_LAYER_BOUNDARY &&
           o->layer != AUTHZ_LAYER_SCP;
}

static const char *why_of(struct arena *a, const struct authz_decision *d)
{
    static const char *const silent[AUTHZ_LAYER_COUNT] = {
        [AUTHZ_LAYER_ROOT] = "Only root users may do that.",
        [AUTHZ_LAYER_SCP] = "The service control policies of a level do not allow it.",
        [AUTHZ_LAYER_ENDPOINT] = "The policy of the VPC endpoint does not allow it.",
        [AUTHZ_LAYER_RESOURCE] = "The policy of the resource does not allow it.",
        [AUTHZ_LAYER_TRUST] = "The trust policy of the role does not allow it.",
        [AUTHZ_LAYER_IDENTITY] = "The policy does not allow it.",
        [AUTHZ_LAYER_BOUNDARY] = "The permissions boundary does not allow it.",
        [AUTHZ_LAYER_SESSION] = "The session policies do not allow it.",
        [AUTHZ_LAYER_BILLING] = "IAM access to Billing is not activated.",
    };
    if (d->outcome == AUTHZ_IMPLICIT_DENY)
        return silent[d->layer] ? silent[d->layer] : "It takes too much work to decide.";
    if (d->policy && d->policy->name)
        return arena_printf(a, "The policy %s, of layer %s, denies it explicitly.", d->policy->name,
                            authz_layer_name(d->layer));
    return arena_printf(a, "A policy of layer %s denied it explicitly.",
                        authz_layer_name(d->layer));
}

/* Of several about the same, which are beside each other, the first is told. */
static bool is_told(const struct smallest_notes *notes, const struct observation *o)
{
    const struct observation *last = notes->n ? notes->v[notes->n - 1].observation : NULL;
    return last && str_eq(last->action, o->action) && str_eq(last->resource, o->resource);
}

static void look_at_limits(struct smallest *s, struct arena *scratch, const struct observation *o)
{
    struct authz_decision decision = {.outcome = o->outcome, .layer = o->layer};
    bool own = o->owner.n == 0 || str_is(o->owner, arn_account(scratch, s->options.principal));
    if (s->options.bound) {
        const struct authz_principal holder = bound(s, scratch, o);
        const struct asked asked = {.observation = o,
                                    .principal = &holder,
                                    .scps = s->options.scps,
                                    .rcps = own ? s->options.rcps : NULL};
        struct authz_decision now = decide(s, scratch, &asked);
        if (now.outcome != AUTHZ_ALLOW || !is_beyond(o))
            decision = now;
    } else if (!is_beyond(o)) {
        return;
    }
    if (decision.outcome != AUTHZ_ALLOW && !is_told(&s->result.still_refused, o))
        notes_add(s, &s->result.still_refused,
                  (struct smallest_note){o, decision, why_of(s->arena, &decision)});
}

bool proof_limits(struct smallest *s)
{
    struct arena scratch;
    arena_init(&scratch);
    for (size_t n = 0; n < SLICE && s->at < s->n_needed; n++) {
        const struct observation *o = s->needed[s->at++].observation;
        if (o->outcome != AUTHZ_ALLOW)
            look_at_limits(s, &scratch, o);
        arena_reset(&scratch);
    }
    arena_done(&scratch);
    return s->at >= s->n_needed;
}
