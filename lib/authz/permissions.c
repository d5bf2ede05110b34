/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/permissions.h"

#include "authz/authz_priv.h"
#include "policy/coverage.h"

enum { IDENTITY, BOUNDARY, SESSION, FIRST_SCP };

/* What a layer, or a level of SCPs, allows: a grant for each action. */
struct sheet {
    enum authz_layer layer;
    size_t level;
    bool filters; /* it has to allow what is granted */
    unsigned char *given;
};

struct summer {
    struct arena *arena;
    const struct authz_principal *principal;
    const struct authz_levels *scps, *rcps;
    struct policy_work *work;
    const struct authz_policy **policies; /* those that hold for the principal */
    size_t n_policies;
    struct coverage *coverage;
    struct reference_label *room;
    struct sheet *sheets;
    size_t n_sheets;

    /* Of the service in hand: */
    struct reference_labels labels;
    unsigned char *denied; /* as a grant: how much of each action a deny takes */
    unsigned char *grants; /* what is left */
    struct authz_reason *reasons;
    size_t n_reasons, cap_reasons;
};

static bool is_root(const struct summer *s)
{
    return s->principal->kind == PRINCIPAL_ROOT;
}

/* Each costs the memory that it takes. */
static void add_reason(struct summer *s, struct authz_reason reason)
{
    if (!reason.n || !work_spend(s->work, 64))
        return;
    if (s->n_reasons == s->cap_reasons) {
        size_t size = s->cap_reasons * sizeof reason;
        s->cap_reasons = s->cap_reasons ? 2 * s->cap_reasons : 64;
        s->reasons = arena_grow(s->arena, s->reasons, size, s->cap_reasons * sizeof reason);
    }
    s->reasons[s->n_reasons++] = reason;
}

static struct sheet *sheet_of(struct summer *s, const struct authz_policy *policy)
{
    switch (policy->layer) {
    case AUTHZ_LAYER_IDENTITY:
        return &s->sheets[IDENTITY];
    case AUTHZ_LAYER_BOUNDARY:
        return &s->sheets[BOUNDARY];
    case AUTHZ_LAYER_SESSION:
        return &s->sheets[SESSION];
    case AUTHZ_LAYER_SCP:
        return &s->sheets[FIRST_SCP + policy->level];
    default:
        return NULL; /* RCPs only deny */
    }
}

static bool is_always(const struct coverage_part *part)
{
    return part->all && part->statement->n_conditions == 0;
}

static struct authz_reason reason_of(const struct authz_policy *policy,
                                     const struct coverage_part *part, enum authz_part kind)
{
    return (struct authz_reason){
        .part = kind,
        .layer = policy->layer,
        .level = policy->level,
        .policy = policy,
        .statement = part->statement,
        .always = is_always(part),
        .everywhere = part->all,
        .n = part->n,
    };
}

static void add_allow(struct summer *s, const struct coverage_part *part)
{
    const struct authz_policy *policy = s->policies[part->policy];
    struct sheet *sheet = sheet_of(s, policy);
    unsigned char grant = is_always(part) ? AUTHZ_GRANT_ALL : AUTHZ_GRANT_SOME;
    if (!sheet)
        return;
    for (size_t i = 0; i < s->labels.n_actions; i++) {
        if (part->about[i] && sheet->given[i] < grant)
            sheet->given[i] = grant;
    }
    if (policy->layer == AUTHZ_LAYER_IDENTITY)
        add_reason(s, reason_of(policy, part, AUTHZ_PART_GIVES));
}

/* Organizations User Guide, "Resource control policies": of resources of the account. */
static bool spares(struct summer *s, const struct authz_policy *policy, size_t action)
{
    if (policy->layer != AUTHZ_LAYER_RCP)
        return false;
    return rcp_spares(s->principal, str_of(s->labels.service), s->labels.actions[action].name) ||
           coverage_service(s->coverage)->actions[action].n_formats == 0;
}

/* What RCPs deny, they deny of the account's own resources. */
static void add_deny(struct summer *s, const struct coverage_part *part)
{
    const struct authz_policy *policy = s->policies[part->policy];
    struct authz_reason reason = reason_of(policy, part, AUTHZ_PART_TAKES);
    reason.always &= policy->layer != AUTHZ_LAYER_RCP;
    unsigned char taken = reason.always ? AUTHZ_GRANT_ALL : AUTHZ_GRANT_SOME;
    reason.n = 0;
    for (size_t i = 0; i < s->labels.n_actions; i++) {
        if (!part->about[i] || !s->sheets[IDENTITY].given[i] || spares(s, policy, i))
            continue;
        reason.n++;
        if (s->denied[i] < taken)
            s->denied[i] = taken;
    }
    add_reason(s, reason);
}

static void add_filter(struct summer *s, const struct sheet *sheet)
{
    struct authz_reason reason = {
        .part = AUTHZ_PART_LACKS, .layer = sheet->layer, .level = sheet->level};
    size_t never = 0, sometimes = 0;
    for (size_t i = 0; i < s->labels.n_actions; i++) {
        unsigned char granted = s->sheets[IDENTITY].given[i], given = sheet->given[i];
        never += granted && !given;
        sometimes += given && given < granted;
        if (given < s->grants[i])
            s->grants[i] = given;
    }
    reason.always = true;
    reason.n = never;
    add_reason(s, reason);
    reason.always = false;
    reason.n = sometimes;
    add_reason(s, reason);
}

static void add_policies(struct summer *s)
{
    struct coverage_part part;
    coverage_begin(s->coverage, &s->labels, POLICY_ALLOW);
    while (coverage_next(s->coverage, &part))
        add_allow(s, &part);
    memcpy(s->grants, s->sheets[IDENTITY].given, s->labels.n_actions);
    for (size_t i = BOUNDARY; i < s->n_sheets; i++) {
        if (s->sheets[i].filters)
            add_filter(s, &s->sheets[i]);
    }
    coverage_begin(s->coverage, &s->labels, POLICY_DENY);
    while (coverage_next(s->coverage, &part))
        add_deny(s, &part);
    for (size_t i = 0; i < s->labels.n_actions; i++) {
        unsigned char left = AUTHZ_GRANT_ALL - s->denied[i];
        if (left < s->grants[i])
            s->grants[i] = left;
    }
}

/* What an action can be about, by the ARN formats: are there resources whose own policy must let
   everybody in, whatever else allows it, and are there others? See rule_of in decide.c. */
struct owned {
    bool some, all;
};

static struct owned owned_of(struct summer *s, size_t action, enum authz_layer *ret_layer)
{
    struct owned owned = {false, false};
    bool sts = strcmp(s->labels.service, "sts") == 0, kms = strcmp(s->labels.service, "kms") == 0;
    if (!sts && !kms)
        return owned;
    const struct reference_service *service = coverage_service(s->coverage);
    const struct reference_action *a = &service->actions[action];
    size_t n = 0;
    for (size_t i = 0; i < a->n_formats; i++) {
        const struct reference_format *format = &service->formats[a->formats[i]];
        n += str_is(format->service, sts ? "iam" : "kms") &&
             str_starts(format->resource, sts ? STR("role/") : STR("key/"));
    }
    *ret_layer = sts ? AUTHZ_LAYER_TRUST : AUTHZ_LAYER_RESOURCE;
    return (struct owned){n > 0, n > 0 && n == a->n_formats};
}

/* Actions whose grant depends on something besides the principal's policies. */
struct special {
    size_t free, closed, forbidden, owned;
    enum authz_layer owner;
};

static void judge(struct summer *s, size_t i, struct special *special)
{
    struct str service = str_of(s->labels.service), name = s->labels.actions[i].name;
    unsigned char *grant = &s->grants[i];
    if (needs_no_permission(s->principal, service, name)) {
        special->free++;
        *grant = AUTHZ_GRANT_ALL;
        return;
    }
    if (!*grant)
        return;
    struct owned owned = owned_of(s, i, &special->owner);
    bool becomes = owned.some && special->owner == AUTHZ_LAYER_TRUST;
    bool root = str_is(service, "sts") && str_is(name, "AssumeRoot");
    if (is_closed_to(s->principal, service, name)) {
        special->closed++;
        *grant = AUTHZ_GRANT_NONE;
    } else if (is_root(s) && (root || becomes)) {
        special->forbidden++;
        *grant = becomes && !owned.all ? AUTHZ_GRANT_SOME : AUTHZ_GRANT_NONE;
    } else if (owned.some) {
        special->owned++;
        *grant = AUTHZ_GRANT_SOME;
    }
}

static void add_layer(struct summer *s, enum authz_part part, enum authz_layer layer, bool always,
                      size_t n)
{
    add_reason(s, (struct authz_reason){.part = part, .layer = layer, .always = always, .n = n});
}

static void add_special(struct summer *s)
{
    struct special special = {0, 0, 0, 0, AUTHZ_LAYER_NONE};
    for (size_t i = 0; i < s->labels.n_actions; i++)
        judge(s, i, &special);
    add_layer(s, AUTHZ_PART_GIVES, AUTHZ_LAYER_NONE, true, special.free);
    add_layer(s, AUTHZ_PART_TAKES, AUTHZ_LAYER_BILLING, true, special.closed);
    add_layer(s, AUTHZ_PART_TAKES, AUTHZ_LAYER_ROOT, true, special.forbidden);
    add_layer(s, AUTHZ_PART_LACKS, special.owner, false, special.owned);
}

static void count(struct authz_tally *tally, unsigned char grant)
{
    tally->n++;
    tally->all += grant == AUTHZ_GRANT_ALL;
    tally->some += grant == AUTHZ_GRANT_SOME;
}

static enum authz_grant grant_of(const struct authz_tally *tally)
{
    if (tally->all == tally->n)
        return AUTHZ_GRANT_ALL;
    return tally->all || tally->some ? AUTHZ_GRANT_SOME : AUTHZ_GRANT_NONE;
}

static struct authz_permission *list_actions(const struct summer *s)
{
    struct authz_permission *v = NEW_ARRAY(s->arena, struct authz_permission, s->labels.n_actions);
    for (size_t i = 0; i < s->labels.n_actions; i++)
        v[i] = (struct authz_permission){s->labels.actions[i], (enum authz_grant)s->grants[i]};
    return v;
}

static void sum_up(struct summer *s, struct authz_service_permissions *ret)
{
    size_t size = s->n_reasons * sizeof *s->reasons;
    ret->service = s->labels.service;
    ret->title = s->labels.title;
    for (size_t i = 0; i < s->labels.n_actions; i++) {
        count(&ret->total, s->grants[i]);
        count(&ret->levels[s->labels.actions[i].access], s->grants[i]);
    }
    ret->grant = grant_of(&ret->total);
    ret->n_reasons = s->n_reasons;
    ret->reasons = size ? memcpy(arena_alloc(s->arena, size), s->reasons, size) : NULL;
}

static void look_at(struct summer *s, struct authz_service_permissions *ret)
{
    s->n_reasons = 0;
    memset(s->denied, 0, s->labels.n_actions);
    for (size_t i = 0; i < s->n_sheets; i++)
        memset(s->sheets[i].given, 0, s->labels.n_actions);
    if (is_root(s)) {
        memset(s->sheets[IDENTITY].given, AUTHZ_GRANT_ALL, s->labels.n_actions);
        add_layer(s, AUTHZ_PART_GIVES, AUTHZ_LAYER_ROOT, true, s->labels.n_actions);
    }
    add_policies(s);
    add_special(s);
    sum_up(s, ret);
}

static void add_levels(struct summer *s, const struct authz_levels *levels)
{
    for (size_t i = 0; levels && i < levels->n_policies; i++)
        s->policies[s->n_policies++] = &levels->policies[i];
}

static size_t count_policies(const struct authz_levels *levels)
{
    return levels ? levels->n_policies : 0;
}

static void collect(struct summer *s)
{
    const struct authz_principal *p = s->principal;
    size_t most = p->n_policies + count_policies(s->scps) + count_policies(s->rcps);
    s->policies = NEW_ARRAY(s->arena, const struct authz_policy *, most);
    for (size_t i = 0; i < p->n_policies; i++) {
        if (own_layer_applies(p, p->policies[i].layer))
            s->policies[s->n_policies++] = &p->policies[i];
    }
    add_levels(s, s->scps);
    add_levels(s, s->rcps);
    const struct policy **documents = NEW_ARRAY(s->arena, const struct policy *, s->n_policies);
    for (size_t i = 0; i < s->n_policies; i++)
        documents[i] = s->policies[i]->policy;
    s->coverage = coverage_new(documents, s->n_policies, s->work);
}

static void prepare(struct summer *s)
{
    size_t most = reference_most_actions();
    s->n_sheets = FIRST_SCP + (s->scps ? s->scps->n : 0);
    s->sheets = NEW_ARRAY(s->arena, struct sheet, s->n_sheets);
    for (size_t i = 0; i < s->n_sheets; i++) {
        s->sheets[i] = (struct sheet){.layer = AUTHZ_LAYER_SCP,
                                      .level = i - FIRST_SCP,
                                      .filters = true,
                                      .given = arena_alloc(s->arena, most)};
    }
    s->sheets[IDENTITY].layer = AUTHZ_LAYER_IDENTITY;
    s->sheets[BOUNDARY].layer = AUTHZ_LAYER_BOUNDARY;
    s->sheets[SESSION].layer = AUTHZ_LAYER_SESSION;
    for (size_t i = BOUNDARY; i <= SESSION; i++)
        s->sheets[i].filters = own_layer_filters(s->principal, s->sheets[i].layer);
    s->denied = arena_alloc(s->arena, most);
    s->grants = arena_alloc(s->arena, most);
    s->room = NEW_ARRAY(s->arena, struct reference_label, most);
}

struct authz_permissions authz_permissions(struct arena *a, const struct authz_principal *principal,
                                           const struct authz_levels *scps,
                                           const struct authz_levels *rcps, size_t only,
                                           struct policy_work *work)
{
    struct summer s = {.arena = a, .principal = principal, .rcps = rcps, .work = work};
    struct authz_permissions all = {.n = 0};
    if (!principal->account)
        return all;
    s.scps = principal->service_linked ? NULL : scps;
    prepare(&s);
    collect(&s);
    size_t n = only == SIZE_MAX ? reference_count() : 1;
    struct authz_service_permissions *v = NEW_ARRAY(a, struct authz_service_permissions, n);
    for (size_t i = 0; i < n; i++) {
        s.labels = reference_label(only == SIZE_MAX ? i : only, s.room);
        if (!s.labels.n_actions)
            continue;
        look_at(&s, &v[all.n]);
        v[all.n].actions = only == SIZE_MAX ? NULL : list_actions(&s);
        all.counts[v[all.n++].grant]++;
    }
    coverage_done(s.coverage);
    all.services = v;
    return work->spent ? (struct authz_permissions){.unfinished = true} : all;
}
