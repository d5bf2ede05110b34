/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/find.h"
#include "svc/policies.h"

/* ARN NULL: no boundary any more. */
static int change(struct call *c, const struct iam_user *user, const char *arn)
{
    const struct iam_attached_permissions_boundary *old = user->permissions_boundary;
    TRY(q_user_set_boundary(c->tx,
                            &(struct q_user_set_boundary){.account = c->account,
                                                          .name_key = call_fold(c, user->user_name),
                                                          .boundary = arn,
                                                          .id = user->user_id}));
    if (arn)
        TRY(policy_count_use(c, arn, 0, 1));
    return old ? policy_count_use(c, old->permissions_boundary_arn, 0, -1) : OK;
}

int iam_put_user_permissions_boundary(struct call *c,
                                      const struct iam_put_user_permissions_boundary_in *in)
{
    struct iam_user *user;
    TRY(find_user(c, in->user_name, &user));
    TRY(policy_find_boundary(c, in->permissions_boundary));
    return change(c, user, in->permissions_boundary);
}

int iam_delete_user_permissions_boundary(struct call *c,
                                         const struct iam_delete_user_permissions_boundary_in *in)
{
    struct iam_user *user;
    TRY(find_user(c, in->user_name, &user));
    if (!user->permissions_boundary) /* AWS undocumented: wording */
        return call_fail(c, ERR_NO_SUCH_ENTITY, "No permissions boundary is set for user %s.",
                         user->user_name);
    return change(c, user, NULL);
}
