/* SPDX-License-Identifier: Apache-2.0 */
/* Roles that somebody would assume: their trust policies are stored here. */
#include "access/trust.h"
#include "err.h"
#include "guard/guard_priv.h"
#include "iam_api.h"
#include "queries.h"

void guard_set_own(struct guard_permit *p, struct document *document, const char *name)
{
    struct record_decision *d = p->decision;
    struct authz_policy *own = NEW(p->of->call->arena, struct authz_policy);
    *own = (struct authz_policy){.policy = document->policy,
                                 .layer = authz_resource_layer(d->action, d->resource),
                                 .name = name};
    d->own = own;
    d->document = &document->base;
}

int guard_trust(struct guard_permit *p, const struct arn *arn)
{
    struct call *c = p->of->call;
    struct str kind, name;
    struct iam_role role;
    struct document *document;
    if (!arn_entity(arn, &kind, &name))
        return OK;
    struct q_role_get wanted = {str_dup(c->arena, arn->account), str_fold(c->arena, name)};
    int code = q_role_get(c->tx, &wanted, &role);
    if (code == ERR_NOT_FOUND || (code == OK && !str_is(p->decision->resource, role.arn))) {
        p->of->reason = "There is no such role.";
        return OK;
    }
    TRY(code);
    TRY(trust_acquire(c->sandbox, c->tx, role.role_id, &document));
    guard_set_own(p, document, "trust policy");
    return OK;
}
