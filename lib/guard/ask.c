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
                                 .reason = of.reason ? of.reason : of.guess};
    record->allowed = ret->allowed;
    record->why = of.reason;
    return OK;
}
