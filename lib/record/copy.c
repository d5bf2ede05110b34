/* SPDX-License-Identifier: Apache-2.0 */
/* The copy of a record in one piece of memory: made twice, first only to see how large it is. */
#include "base/mem.h"
#include "base/pack.h"
#include "record/record_priv.h"

static const struct str *pack_list(struct pack *p, const struct str *list, size_t n)
{
    struct str *to = pack_bytes(p, list, n * sizeof *list);
    for (size_t i = 0; i < n; i++) {
        struct str text = pack_str(p, list[i]);
        if (to)
            to[i] = text;
    }
    return to;
}

static const struct authz_tag *pack_tags(struct pack *p, const struct authz_tag *tags, size_t n)
{
    struct authz_tag *to = pack_bytes(p, tags, n * sizeof *tags);
    for (size_t i = 0; i < n; i++) {
        struct authz_tag tag = {pack_str(p, tags[i].key), pack_str(p, tags[i].value)};
        if (to)
            to[i] = tag;
    }
    return to;
}

static const struct authz_key_value *pack_keys(struct pack *p, const struct authz_key_value *keys,
                                               size_t n)
{
    struct authz_key_value *to = pack_bytes(p, keys, n * sizeof *keys);
    for (size_t i = 0; i < n; i++) {
        struct authz_key_value key = {.name = pack_text(p, keys[i].name), .n = keys[i].n};
        if (keys[i].list)
            key.list = pack_list(p, keys[i].list, keys[i].n);
        else
            key.value = pack_str(p, keys[i].value);
        if (to)
            to[i] = key;
    }
    return to;
}

/* OWN has moved to MOVED; policies of the principal stay where they are, in its view, and those of
   organizations in memberships. */
static const struct authz_policy *moved(const struct authz_policy *policy,
                                        const struct record_decision *d,
                                        const struct authz_policy *own)
{
    return policy && policy == d->own ? own : policy;
}

static struct authz_trace pack_trace(struct pack *p, const struct record_decision *d,
                                     const struct authz_policy *own)
{
    const struct policy_trace *steps = &d->trace.steps;
    struct authz_trace made = {
        .steps.steps = pack_bytes(p, steps->steps, steps->n * sizeof *steps->steps),
        .steps.n = steps->n,
        .asked = pack_bytes(p, d->trace.asked, d->trace.n_asked * sizeof *d->trace.asked),
        .n_asked = d->trace.n_asked,
    };
    for (size_t i = 0; i < made.n_asked && made.asked; i++)
        made.asked[i].policy = moved(made.asked[i].policy, d, own);
    for (size_t i = 0; i < steps->n; i++) {
        const struct policy_step *step = &steps->steps[i];
        size_t more = policy_step_more(step);
        if (more) {
            const uint64_t *to = pack_bytes(p, step->held_more, more * sizeof *to);
            if (to)
                made.steps.steps[i].held_more = to;
        }
    }
    return made;
}

static struct record_tags pack_request_tags(struct pack *p, const struct record_tags *from)
{
    return (struct record_tags){pack_tags(p, from->v, from->n), from->n,
                                pack_list(p, from->keys, from->n_keys), from->n_keys};
}

/* Names of an own policy are in tables of the program. */
static struct record_decision *pack_decision(struct pack *p, const struct record_decision *d)
{
    struct record_decision made = *d, *to = pack_bytes(p, d, sizeof *d);
    if (d->own)
        made.own = pack_bytes(p, d->own, sizeof *d->own);
    made.next = NULL;
    made.action = pack_str(p, d->action);
    made.resource = pack_str(p, d->resource);
    made.owner = pack_str(p, d->owner);
    made.account = pack_str(p, d->account);
    made.decision.policy = moved(d->decision.policy, d, made.own);
    made.trace = pack_trace(p, d, made.own);
    made.keys = pack_keys(p, d->keys, d->n_keys);
    made.tags = pack_request_tags(p, &d->tags);
    made.resource_tags = pack_tags(p, d->resource_tags, d->n_resource_tags);
    if (to)
        *to = made;
    return to;
}

static const struct record_other *pack_other(struct pack *p, const struct record_other *from)
{
    if (!from)
        return NULL;
    struct record_other made = {
        .service = pack_text(p, from->service),
        .operation = pack_text(p, from->operation),
        .resource_prefix = pack_text(p, from->resource_prefix),
        .unread = pack_text(p, from->unread),
        .asked = from->asked,
        .code = from->code,
    };
    struct record_other *to = pack_bytes(p, from, sizeof *from);
    if (to)
        *to = made;
    return to;
}

/* What belongs to a view stays there. */
static const struct authz_principal *pack_principal(struct pack *p, const struct record *record)
{
    const struct authz_principal *from = record->principal;
    struct authz_principal made = *from, *to = pack_bytes(p, from, sizeof *from);
    if (!record->view || record->stands_in) {
        ENSURE(record->view || from->n_policies == 0);
        made.account = pack_text(p, from->account);
        made.arn = pack_text(p, from->arn);
        made.issuer = pack_text(p, from->issuer);
        made.id = pack_text(p, from->id);
        made.name = pack_text(p, from->name);
        made.tags = pack_tags(p, from->tags, from->n_tags);
        made.source_identity = pack_text(p, from->source_identity);
        made.provider = pack_text(p, from->provider);
        made.delegate = pack_text(p, from->delegate);
    }
    if (to)
        *to = made;
    return to;
}

static struct record pack_record(struct pack *p, const struct record *from)
{
    struct record made = *from;
    made.request_id = pack_text(p, from->request_id);
    if (from->principal)
        made.principal = pack_principal(p, from);
    made.account = pack_text(p, from->account);
    made.access_key_id = pack_str(p, from->access_key_id);
    made.region = pack_str(p, from->region);
    made.source_ip = pack_str(p, from->source_ip);
    made.user_agent = pack_str(p, from->user_agent);
    made.referer = pack_str(p, from->referer);
    made.in = made.out = NULL;
    made.claimed = NULL;
    made.issuer_id = made.delivery = NULL;
    made.bearer = (struct record_bearer){.provider = NULL};
    made.host = (struct str){NULL, 0};
    made.also = NULL;
    made.other = pack_other(p, from->other);
    made.given = pack_keys(p, from->given, from->n_given);
    struct record_decision **link = &made.decisions;
    for (const struct record_decision *d = from->decisions; d; d = d->next) {
        struct record_decision *to = pack_decision(p, d);
        if (!to)
            continue;
        *link = to;
        link = &to->next;
    }
    made.message = pack_text(p, from->message);
    made.reason = pack_text(p, from->reason);
    made.why = pack_text(p, from->why);
    made.would_deny = pack_text(p, from->would_deny);
    made.canonical_request = pack_str(p, from->canonical_request);
    made.string_to_sign = pack_str(p, from->string_to_sign);
    return made;
}

struct kept *record_copy(const struct record *record)
{
    struct pack p = {.to = NULL};
    pack_record(&p, record);
    struct kept *kept = mem_alloc(sizeof *kept + p.n);
    atomic_store(&kept->refs, 1);
    kept->size = sizeof *kept + p.n;
    p = (struct pack){.to = (char *)(kept + 1)};
    kept->record = pack_record(&p, record);
    cached_hold(record->view);
    cached_hold(record->place.membership);
    for (const struct record_decision *d = record->decisions; d; d = d->next) {
        cached_hold(d->owner_place.membership);
        cached_hold(d->document);
    }
    return kept;
}

void record_release_parts(const struct record *record)
{
    cached_release(record->place.membership);
    for (const struct record_decision *d = record->decisions; d; d = d->next) {
        cached_release(d->owner_place.membership);
        cached_release(d->document);
    }
}
