/* SPDX-License-Identifier: Apache-2.0 */
#include "call/page.h"
#include "svc/organizations/find.h"

static int enabled_types(struct call *c, const char *organization,
                         struct organizations_policy_type_summary_list *ret)
{
    struct organization_policy_kind_row_list kinds;
    TRY(q_organization_policy_kinds(c->tx, &(struct q_organization_policy_kinds){organization},
                                    &kinds));
    struct organizations_policy_type_summary *types =
        NEW_ARRAY(c->arena, struct organizations_policy_type_summary, kinds.n);
    for (size_t i = 0; i < kinds.n; i++)
        types[i] = (struct organizations_policy_type_summary){kinds.v[i].type, "ENABLED"};
    *ret = (struct organizations_policy_type_summary_list){kinds.n, types};
    return OK;
}

int root_show(struct call *c, struct organizations_root *ret)
{
    const struct membership *membership = c->membership;
    struct unit_row row;
    TRY(find_unit(c, membership->root, ERR_ROOT_NOT_FOUND, &row));
    *ret = (struct organizations_root){
        .id = row.id, .arn = unit_arn(c->arena, &row), .name = row.name};
    return enabled_types(c, membership->organization, &ret->policy_types);
}

/* There is one. */
int organizations_list_roots(struct call *c, const struct organizations_list_roots_in *in,
                             struct organizations_list_roots_out *out)
{
    const char *after;
    TRY(page_after(c, in->next_token, &after));
    struct organizations_root *root = NEW(c->arena, struct organizations_root);
    TRY(root_show(c, root));
    out->roots = (struct organizations_root_list){1, root};
    return OK;
}
