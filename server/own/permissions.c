/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/permissions.h"

#include "model/ids.h"
#include "own_api.h"

static void add_levels(struct arena *a, const struct authz_service_permissions *from,
                       struct own_permission_tally_list *ret)
{
    ret->v = NEW_ARRAY(a, struct own_permission_tally, REFERENCE_ACCESS_COUNT);
    for (size_t i = 0; i < REFERENCE_ACCESS_COUNT; i++) {
        const struct authz_tally *tally = &from->levels[i];
        if (!tally->n)
            continue;
        ret->v[ret->n++] = (struct own_permission_tally){
            .access = reference_access_name((enum reference_access)i),
            .actions = (int64_t)tally->n,
            .all = (int64_t)tally->all,
            .some = (int64_t)tally->some,
        };
    }
}

static struct own_permission_reason show_reason(struct arena *a, const struct permissions *p,
                                                const struct authz_reason *reason)
{
    struct own_permission_reason ret = {
        .part = authz_part_name(reason->part),
        .layer = authz_layer_name(reason->layer),
        .always = reason->always,
        .actions = (int64_t)reason->n,
        .text = authz_reason_text(a, reason, p->scps),
    };
    if (reason->policy) {
        ret.policy = reason->policy->name;
        ret.policy_arn = reason->policy->arn;
        ret.owner = reason->policy->owner;
        ret.statement = (int64_t)reason->statement->index;
        ret.has_statement = true;
        ret.sid = reason->statement->sid;
    }
    return ret;
}

static void add_reasons(struct arena *a, const struct permissions *p,
                        const struct authz_service_permissions *from,
                        struct own_permission_reason_list *ret)
{
    ret->v = NEW_ARRAY(a, struct own_permission_reason, from->n_reasons);
    for (; ret->n < from->n_reasons; ret->n++)
        ret->v[ret->n] = show_reason(a, p, &from->reasons[ret->n]);
}

static void add_actions(struct arena *a, const struct authz_service_permissions *from,
                        struct own_action_permission_list *ret)
{
    ret->v = NEW_ARRAY(a, struct own_action_permission, from->total.n);
    for (; ret->n < from->total.n; ret->n++) {
        const struct authz_permission *p = &from->actions[ret->n];
        ret->v[ret->n] = (struct own_action_permission){
            .action = arena_printf(a, "%s:%.*s", from->service, STR_FMT(p->action.name)),
            .access = reference_access_name(p->action.access),
            .grant = authz_grant_name(p->grant),
        };
    }
}

static void add_service(struct arena *a, const struct permissions *p,
                        const struct authz_service_permissions *from,
                        struct own_service_permissions *ret)
{
    *ret = (struct own_service_permissions){
        .service = from->service,
        .title = from->title,
        .grant = authz_grant_name(from->grant),
        .actions = (int64_t)from->total.n,
        .all = (int64_t)from->total.all,
        .some = (int64_t)from->total.some,
    };
    add_levels(a, from, &ret->levels);
    add_reasons(a, p, from, &ret->reasons);
    if (from->actions)
        add_actions(a, from, &ret->permissions);
}

/* The account is that of the ARN, whoever asks. */
static void enter_account(struct call *c, const char *principal)
{
    struct arn arn;
    if (arn_parse(str_of(principal), &arn) && account_id_ok(arn.account))
        c->account = str_dup(c->arena, arn.account);
}

int own_get_permissions(struct call *c, const struct own_get_permissions_in *in,
                        struct own_get_permissions_out *out)
{
    struct permissions p;
    size_t only = SIZE_MAX;
    if (in->service && !reference_number(str_of(in->service), &only))
        return call_fail(c, ERR_NO_SUCH_ENTITY, "There is no service with that prefix.");
    enter_account(c, in->principal);
    TRY(permissions_read(c, in->principal, only, &p));
    out->principal = in->principal;
    out->unfinished = p.sum.unfinished;
    out->services.v = NEW_ARRAY(c->arena, struct own_service_permissions, p.sum.n);
    for (; out->services.n < p.sum.n; out->services.n++)
        add_service(c->arena, &p, &p.sum.services[out->services.n],
                    &out->services.v[out->services.n]);
    return OK;
}
