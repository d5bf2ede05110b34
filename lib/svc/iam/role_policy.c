/* SPDX-License-Identifier: Apache-2.0 */
#include "entities.h"
#include "iam_api.h"
#include "svc/inline_policy.h"
#include "svc/roles.h"

static int find_owner(struct call *c, const char *name, bool change, struct policy_owner *ret)
{
    struct iam_role *role;
    TRY(entity_find_role(c, name, &role));
    if (change)
        TRY(role_check_own(c, role));
    *ret = (struct policy_owner){
        .kind = "role",
        .name = role->role_name,
        .id = role->role_id,
        .quota = QUOTA_ROLE_POLICY_SIZE,
    };
    return OK;
}

int iam_put_role_policy(struct call *c, const struct iam_put_role_policy_in *in)
{
    struct policy_owner owner;
    TRY(find_owner(c, in->role_name, true, &owner));
    return inline_policy_put(c, &owner, in->policy_name, in->policy_document);
}

int iam_get_role_policy(struct call *c, const struct iam_get_role_policy_in *in,
                        struct iam_get_role_policy_out *out)
{
    struct policy_owner owner;
    struct policy_row row;
    TRY(find_owner(c, in->role_name, false, &owner));
    TRY(inline_policy_get(c, &owner, in->policy_name, &row));
    out->role_name = owner.name;
    out->policy_name = row.name;
    out->policy_document = row.document;
    return OK;
}

int iam_delete_role_policy(struct call *c, const struct iam_delete_role_policy_in *in)
{
    struct policy_owner owner;
    TRY(find_owner(c, in->role_name, true, &owner));
    return inline_policy_delete(c, &owner, in->policy_name);
}

int iam_list_role_policies(struct call *c, const struct iam_list_role_policies_in *in,
                           struct iam_list_role_policies_out *out)
{
    struct policy_owner owner;
    TRY(find_owner(c, in->role_name, false, &owner));
    TRY(inline_policy_page(c, &owner, in->marker, in->max_items, &out->policy_names));
    PAGE_CUT(c, in, out, policy_names, call_fold(c, out->policy_names.v[out->policy_names.n - 1]));
    return OK;
}
