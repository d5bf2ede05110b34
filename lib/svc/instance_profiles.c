/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/instance_profiles.h"

#include "queries.h"
#include "svc/roles.h"

int instance_profile_add_roles(struct call *c, struct iam_instance_profile *profile)
{
    TRY(q_profile_roles(c->tx, &(struct q_profile_roles){profile->instance_profile_id},
                        &profile->roles));
    return role_show_all(c, &profile->roles);
}

int instance_profiles_add_roles(struct call *c, const struct iam_instance_profile_list *profiles)
{
    for (size_t i = 0; i < profiles->n; i++)
        TRY(instance_profile_add_roles(c, &profiles->v[i]));
    return OK;
}

int instance_profiles_of_role(struct call *c, const char *role_id,
                              struct iam_instance_profile_list *ret)
{
    TRY(q_profile_page_of_role(
        c->tx, &(struct q_profile_page_of_role){.role = role_id, .after = "", .limit = INT32_MAX},
        ret));
    return instance_profiles_add_roles(c, ret);
}
