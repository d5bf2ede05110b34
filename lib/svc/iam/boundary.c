/* SPDX-License-Identifier: Apache-2.0 */
#include "access/policy_use.h"
#include "entities.h"
#include "svc/policies.h"
#include "svc/roles.h"

/* Counts the use of ARN instead of that of OLD; NULL: there is, or was, no boundary. */
static int count(struct call *c, const struct iam_attached_permissions_boundary *old,
                 const char *arn)
{
    if (arn)
        TRY(policy_use_count(c->tx, c->account, arn, 0, 1));
    return old ? policy_use_count(c->tx, c->account, old->permissions_boundary_arn, 0, -1) : OK;
}

static int change_user(struct call *c, const struct iam_user *user, const char *arn)
{
    TRY(q_user_set_boundary(c->tx,
                            &(struct q_user_set_boundary){.account = c->account,
                                                          .name_key = call_fold(c, user->user_name),
                                                          .boundary = arn,
                                                          .id = user->user_id}));
    return count(c, user->permissions_boundary, arn);
}

int iam_put_user_permissions_boundary(struct call *c,
                                      const struct iam_put_user_permissions_boundary_in *in)
{
    struct iam_user *user;
    TRY(entity_find_user(c, in->user_name, &user));
    TRY(policy_find_boundary(c, in->permissions_boundary));
    return change_user(c, user, in->permissions_boundary);
}

int iam_delete_user_permissions_boundary(struct call *c,
                                         const struct iam_delete_user_permissions_boundary_in *in)
{
    struct iam_user *user;
    TRY(entity_find_user(c, in->user_name, &user));
    if (!user->permissions_boundary) /* AWS undocumented: wording */
        return call_fail(c, ERR_NO_SUCH_ENTITY, "No permissions boundary is set for user %s.",
                         user->user_name);
    return change_user(c, user, NULL);
}

static int change_role(struct call *c, const struct iam_role *role, const char *arn)
{
    TRY(q_role_set_boundary(c->tx,
                            &(struct q_role_set_boundary){.account = c->account,
                                                          .name_key = call_fold(c, role->role_name),
                                                          .boundary = arn,
                                                          .id = role->role_id}));
    return count(c, role->permissions_boundary, arn);
}

int iam_put_role_permissions_boundary(struct call *c,
                                      const struct iam_put_role_permissions_boundary_in *in)
{
    struct iam_role *role;
    TRY(role_find_own(c, in->role_name, &role));
    TRY(policy_find_boundary(c, in->permissions_boundary));
    return change_role(c, role, in->permissions_boundary);
}

int iam_delete_role_permissions_boundary(struct call *c,
                                         const struct iam_delete_role_permissions_boundary_in *in)
{
    struct iam_role *role;
    TRY(role_find_own(c, in->role_name, &role));
    if (!role->permissions_boundary) /* AWS undocumented: wording */
        return call_fail(c, ERR_NO_SUCH_ENTITY, "No permissions boundary is set for role %s.",
                         role->role_name);
    return change_role(c, role, NULL);
}
