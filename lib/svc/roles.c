/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/roles.h"

#include "access/trust.h"

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

void role_show_use(struct call *c, struct iam_role_last_used **use)
{
    if (!*use)
        *use = NEW(c->arena, struct iam_role_last_used);
}
