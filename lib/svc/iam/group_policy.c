/* SPDX-License-Identifier: Apache-2.0 */
#include "entities.h"
#include "iam_api.h"
#include "svc/inline_policy.h"

static int find_owner(struct call *c, const char *name, struct policy_owner *ret)
{
    struct iam_group *group;
    TRY(entity_find_group(c, name, &group));
    *ret = (struct policy_owner){
        .kind = "group",
        .name = group->group_name,
        .id = group->group_id,
        .quota = QUOTA_GROUP_POLICY_SIZE,
    };
    return OK;
}

int iam_put_group_policy(struct call *c, const struct iam_put_group_policy_in *in)
{
    struct policy_owner owner;
    TRY(find_owner(c, in->group_name, &owner));
    return inline_policy_put(c, &owner, in->policy_name, in->policy_document);
}

int iam_get_group_policy(struct call *c, const struct iam_get_group_policy_in *in,
                         struct iam_get_group_policy_out *out)
{
    struct policy_owner owner;
    struct policy_row row;
    TRY(find_owner(c, in->group_name, &owner));
    TRY(inline_policy_get(c, &owner, in->policy_name, &row));
    out->group_name = owner.name;
    out->policy_name = row.name;
    out->policy_document = row.document;
    return OK;
}

int iam_delete_group_policy(struct call *c, const struct iam_delete_group_policy_in *in)
{
    struct policy_owner owner;
    TRY(find_owner(c, in->group_name, &owner));
    return inline_policy_delete(c, &owner, in->policy_name);
}

int iam_list_group_policies(struct call *c, const struct iam_list_group_policies_in *in,
                            struct iam_list_group_policies_out *out)
{
    struct policy_owner owner;
    TRY(find_owner(c, in->group_name, &owner));
    TRY(inline_policy_page(c, &owner, in->marker, in->max_items, &out->policy_names));
    PAGE_CUT(c, in, out, policy_names, call_fold(c, out->policy_names.v[out->policy_names.n - 1]));
    return OK;
}
