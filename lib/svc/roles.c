/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/roles.h"

#include "access/policy_use.h"
#include "access/trust.h"
#include "authn/last_used.h"
#include "entities.h"
#include "model/linked_role.h"

static const char *boundary_of(const struct iam_role *role)
{
    return role->permissions_boundary ? role->permissions_boundary->permissions_boundary_arn : NULL;
}

int role_insert(struct call *c, struct iam_role *role)
{
    const char *boundary = boundary_of(role);
    role->role_id = entity_new_id(c, RESOURCE_ROLE);
    role->arn = iam_role_arn(c->arena, c->account, role->path, role->role_name);
    role->create_date = c->now;
    TRY(q_role_insert(c->tx, &(struct q_role_insert){.account = c->account,
                                                     .name = role->role_name,
                                                     .path = role->path,
                                                     .id = role->role_id,
                                                     .name_key = call_fold(c, role->role_name),
                                                     .arn = role->arn,
                                                     .trust = role->assume_role_policy_document,
                                                     .description = role->description,
                                                     .max_session = role->max_session_duration,
                                                     .boundary = boundary,
                                                     .created = c->now}));
    TRY(entity_added(c, RESOURCE_ROLE, role->role_name));
    return boundary ? policy_use_count(c->tx, c->account, boundary, 0, 1) : OK;
}

int role_delete(struct call *c, const struct iam_role *role)
{
    const char *id = role->role_id, *key = call_fold(c, role->role_name);
    const char *boundary = boundary_of(role);
    if (boundary)
        TRY(policy_use_count(c->tx, c->account, boundary, 0, -1));
    TRY(entity_drop(c, RESOURCE_ROLE, id));
    TRY(q_trust_principal_delete_all(c->tx, &(struct q_trust_principal_delete_all){id}));
    TRY(q_purge_access_use(c->tx, &(struct q_purge_access_use){.id = id}));
    return q_role_delete(c->tx, &(struct q_role_delete){c->account, key, id});
}

int role_check_own(struct call *c, const struct iam_role *role)
{
    if (!linked_role_is(role->path))
        return OK;
    return call_fail(c, ERR_UNMODIFIABLE_ENTITY,
                     "Cannot perform the operation on the protected role '%s' - this role is only "
                     "modifiable by AWS",
                     role->role_name);
}

int role_find_own(struct call *c, const char *name, struct iam_role **ret)
{
    TRY(entity_find_role(c, name, ret));
    return role_check_own(c, *ret);
}

int role_show(struct call *c, struct iam_role *role)
{
    return trust_shown(c->tx, role->role_id, role->assume_role_policy_document,
                       &role->assume_role_policy_document);
}

int role_show_all(struct call *c, const struct iam_role_list *roles)
{
    for (size_t i = 0; i < roles->n; i++)
        TRY(role_show(c, &roles->v[i]));
    return OK;
}

/* What is noted in memory is newer than what is stored. */
void role_show_use(struct call *c, const char *role_id, struct iam_role_last_used **use)
{
    struct key_usage noted;
    const struct iam_role_last_used *stored = *use;
    *use = NEW(c->arena, struct iam_role_last_used);
    if (stored)
        **use = *stored;
    if (!last_used_get(c->sandbox->last_used, c->arena, str_of(role_id), &noted))
        return;
    (*use)->last_used_date = noted.at;
    (*use)->has_last_used_date = true;
    (*use)->region = noted.region;
}
