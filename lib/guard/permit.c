/* SPDX-License-Identifier: Apache-2.0 */
/* The decision about one permission. */
#include "access/place.h"
#include "guard/guard_priv.h"

/* IAM User Guide, "AWS global condition context keys": aws:userid of who does not sign. */
static const struct authz_principal *anonymous(struct arena *a)
{
    struct authz_principal *principal = NEW(a, struct authz_principal);
    principal->kind = PRINCIPAL_ANONYMOUS;
    principal->id = "anonymous";
    return principal;
}

int guard_begin(struct call *c, const struct request *rq, const struct recognized *op,
                struct guard_case *ret)
{
    record_decide_anew(c);
    *ret = (struct guard_case){.call = c, .record = record_of(c), .rq = rq, .op = op};
    ret->record->kind = RECORD_DECIDED;
    ret->record->principal = c->principal ? c->principal : anonymous(c->arena);
    ret->record->view = c->view;
    if (op && op->service)
        recognize_denial(op, &ret->denial);
    ret->names_other = guard_names_other(ret);
    ret->next = &ret->record->decisions;
    ret->work = work_new(WORK_REQUEST, &c->sandbox->stopping);
    return place_caller(c, ret->record->principal->account);
}

/* What the policies are asked. */
static void put(struct guard_permit *p)
{
    struct record_decision *d = p->decision;
    const struct record *record = p->of->record;
    record_context(record, d, &p->context);
    p->context.base.keys = d->n_keys + record->n_given;
    p->request = (struct authz_request){
        .principal = record->principal,
        .action = d->action,
        .resource = d->resource,
        .context = &p->context.base,
        .resource_account = d->owner,
        .scps = record->place.levels,
        .rcps = d->owner_place.levels,
        .same_organization = place_is_shared(record, d),
        .policies = d->own,
        .n_policies = d->own != NULL,
        .work = &p->of->work,
    };
}

static void list(struct guard_case *of, struct record_decision *d)
{
    *of->next = d;
    of->next = &d->next;
}

/* What a decision that is in no record refers to lasts as long as the call. */
static void keep(struct call *c, const struct record_decision *d)
{
    if (d->document)
        cached_keep(d->document, c->arena);
    if (d->owner_place.membership)
        cached_keep(d->owner_place.membership, c->arena);
}

int guard_permit(struct guard_case *of, struct record_decision *d, bool listed,
                 struct guard_permit *ret)
{
    struct call *c = of->call;
    *ret = (struct guard_permit){.of = of, .decision = d};
    of->reason = NULL;
    if (listed)
        list(of, d);
    TRY(guard_target(ret));
    TRY(place_owner(c, d, d->account));
    if (!listed)
        keep(c, d);
    put(ret);
    d->trace = authz_trace_new(c->arena, &ret->request);
    d->decision = authz_decide(&ret->request, &d->trace);
    int code = d->decision.outcome == AUTHZ_ALLOW ? guard_limit(ret) : OK;
    if (code != OK)
        return code;
    if (d->decision.outcome == AUTHZ_ALLOW)
        return OK;
    if (d->decision.unfinished)
        of->reason = authz_unfinished;
    guard_explain(ret);
    if (!ret->message)
        ret->message = guard_message(ret);
    return OK;
}
