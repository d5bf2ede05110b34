/* SPDX-License-Identifier: Apache-2.0 */
#include "guard/guard_priv.h"
#include "model/arn.h"

/* The service by the prefix of the action; which operation would ask is not known. */
static const struct record_other *other_of(struct call *c, struct str action)
{
    struct record_other *other = NEW(c->arena, struct record_other);
    other->service = other->resource_prefix = str_fold(c->arena, str_cut(&action, ':'));
    other->asked = true;
    return other;
}

/* Where it would be asked: in the region of the resource, if it has one. */
static void find_region(struct record *record, struct str resource)
{
    struct arn arn;
    if (arn_parse(resource, &arn) && arn.region.n)
        record->region = arn.region;
}

/* Policies may name what no service has, and decide about it; whoever asks has mistyped it. */
static const char *doubt(struct arena *a, struct str action)
{
    struct reference_label label;
    if (guard_action(a, action, &label))
        return NULL;
    return arena_printf(a, "No service of AWS has an action %.*s.", STR_FMT(action));
}

static const char *reason_of(struct arena *a, const struct guard_case *of, struct str action)
{
    const char *doubtful = doubt(a, action);
    if (doubtful)
        return doubtful;
    return of->reason ? of->reason : of->guess;
}

int guard_ask(struct call *c, const struct guard_ask *ask, struct guard_answer *ret)
{
    struct guard_case of;
    struct guard_permit permit;
    struct record *record = record_of(c);
    TRY(guard_stand_in(c, ask->principal));
    record->given = ask->given;
    record->n_given = ask->n_given;
    record->other = other_of(c, ask->action);
    find_region(record, ask->resource);
    TRY(guard_begin(c, NULL, NULL, &of));
    struct record_decision *d = NEW(c->arena, struct record_decision);
    d->action = ask->action;
    d->resource = ask->resource;
    TRY(guard_permit(&of, d, true, &permit));
    struct guard_decision *decision = NEW(c->arena, struct guard_decision);
    *decision = (struct guard_decision){.action = d->action,
                                        .resource = d->resource,
                                        .outcome = d->decision.outcome,
                                        .message = permit.message,
                                        .element = SIZE_MAX};
    *ret = (struct guard_answer){.decisions = decision,
                                 .n_decisions = 1,
                                 .allowed = d->decision.outcome == AUTHZ_ALLOW,
                                 .message = permit.message,
                                 .reason = reason_of(c->arena, &of, ask->action)};
    record->allowed = ret->allowed;
    record->why = of.reason;
    return OK;
}
