/* SPDX-License-Identifier: Apache-2.0 */
#include "call/page.h"
#include "entities.h"
#include "svc/attachments.h"
#include "svc/roles.h"

static int find_user_id(struct call *c, const char *name, const char **ret)
{
    struct iam_user *user;
    TRY(entity_find_user(c, name, &user));
    *ret = user->user_id;
    return OK;
}

int iam_attach_user_policy(struct call *c, const struct iam_attach_user_policy_in *in)
{
    struct attachment_owner owner = {NULL, "User", QUOTA_ATTACHED_POLICIES_PER_USER};
    TRY(find_user_id(c, in->user_name, &owner.id));
    return attachment_add(c, &owner, in->policy_arn);
}

int iam_detach_user_policy(struct call *c, const struct iam_detach_user_policy_in *in)
{
    const char *id;
    TRY(find_user_id(c, in->user_name, &id));
    return attachment_drop(c, id, in->policy_arn);
}

int iam_list_attached_user_policies(struct call *c,
                                    const struct iam_list_attached_user_policies_in *in,
                                    struct iam_list_attached_user_policies_out *out)
{
    const char *id;
    TRY(find_user_id(c, in->user_name, &id));
    TRY(attachment_page(c, id, in->path_prefix, in->marker, in->max_items,
                        &out->attached_policies));
    PAGE_CUT(c, in, out, attached_policies,
             out->attached_policies.v[out->attached_policies.n - 1].policy_arn);
    return OK;
}

static int find_group_id(struct call *c, const char *name, const char **ret)
{
    struct iam_group *group;
    TRY(entity_find_group(c, name, &group));
    *ret = group->group_id;
    return OK;
}

int iam_attach_group_policy(struct call *c, const struct iam_attach_group_policy_in *in)
{
    struct attachment_owner owner = {NULL, "Group", QUOTA_ATTACHED_POLICIES_PER_GROUP};
    TRY(find_group_id(c, in->group_name, &owner.id));
    return attachment_add(c, &owner, in->policy_arn);
}

int iam_detach_group_policy(struct call *c, const struct iam_detach_group_policy_in *in)
{
    const char *id;
    TRY(find_group_id(c, in->group_name, &id));
    return attachment_drop(c, id, in->policy_arn);
}

int iam_list_attached_group_policies(struct call *c,
                                     const struct iam_list_attached_group_policies_in *in,
                                     struct iam_list_attached_group_policies_out *out)
{
    const char *id;
    TRY(find_group_id(c, in->group_name, &id));
    TRY(attachment_page(c, id, in->path_prefix, in->marker, in->max_items,
                        &out->attached_policies));
    PAGE_CUT(c, in, out, attached_policies,
             out->attached_policies.v[out->attached_policies.n - 1].policy_arn);
    return OK;
}

int iam_attach_role_policy(struct call *c, const struct iam_attach_role_policy_in *in)
{
    struct iam_role *role;
    TRY(role_find_own(c, in->role_name, &role));
    struct attachment_owner owner = {role->role_id, "Role", QUOTA_ATTACHED_POLICIES_PER_ROLE};
    return attachment_add(c, &owner, in->policy_arn);
}

int iam_detach_role_policy(struct call *c, const struct iam_detach_role_policy_in *in)
{
    struct iam_role *role;
    TRY(role_find_own(c, in->role_name, &role));
    return attachment_drop(c, role->role_id, in->policy_arn);
}

int iam_list_attached_role_policies(struct call *c,
                                    const struct iam_list_attached_role_policies_in *in,
                                    struct iam_list_attached_role_policies_out *out)
{
    struct iam_role *role;
    TRY(entity_find_role(c, in->role_name, &role));
    TRY(attachment_page(c, role->role_id, in->path_prefix, in->marker, in->max_items,
                        &out->attached_policies));
    PAGE_CUT(c, in, out, attached_policies,
             out->attached_policies.v[out->attached_policies.n - 1].policy_arn);
    return OK;
}

/* The ids of one kind of entity lie between these. */
static const struct {
    const char *filter, *first, *behind;
} kinds[] = {
    {"User", "AIDA", "AIDB"},
    {"Group", "AGPA", "AGPB"},
    {"Role", "AROA", "AROB"},
};

static int entity_page(struct call *c, const struct iam_list_entities_for_policy_in *in,
                       struct entity_row_list *ret)
{
    const char *filter = in->entity_filter, *usage = in->policy_usage_filter;
    struct q_entity_page query = {.account = c->account,
                                  .policy = in->policy_arn,
                                  .permissions = !usage || strcmp(usage, "PermissionsPolicy") == 0,
                                  .bounds = !usage || strcmp(usage, "PermissionsBoundary") == 0,
                                  .first = filter ? "" : "A",
                                  .behind = filter ? "" : "B",
                                  .prefix = in->path_prefix,
                                  .prefix_end = str_prefix_end(c->arena, in->path_prefix),
                                  .limit = in->max_items + 1};
    for (size_t i = 0; filter && i < ARRAY_LEN(kinds); i++) {
        if (strcmp(filter, kinds[i].filter) == 0) {
            query.first = kinds[i].first;
            query.behind = kinds[i].behind;
        }
    }
    TRY(page_after(c, in->marker, &query.after));
    return q_entity_page(c->tx, &query, ret);
}

/* AGPA..., AROA... or AIDA... */
static void add_entity(struct iam_list_entities_for_policy_out *out, const struct entity_row *row)
{
    if (row->id[1] == 'G')
        out->policy_groups.v[out->policy_groups.n++] =
            (struct iam_policy_group){row->name, row->id};
    else if (row->id[1] == 'R')
        out->policy_roles.v[out->policy_roles.n++] = (struct iam_policy_role){row->name, row->id};
    else
        out->policy_users.v[out->policy_users.n++] = (struct iam_policy_user){row->name, row->id};
}

/* A page of entities of any kind, put into the list of its kind. */
int iam_list_entities_for_policy(struct call *c, const struct iam_list_entities_for_policy_in *in,
                                 struct iam_list_entities_for_policy_out *out)
{
    struct iam_policy *policy;
    struct entity_row_list rows;
    TRY(policy_find(c, in->policy_arn, &policy));
    TRY(entity_page(c, in, &rows));
    size_t n = rows.n > (size_t)in->max_items ? (size_t)in->max_items : rows.n;
    out->policy_groups.v = NEW_ARRAY(c->arena, struct iam_policy_group, n);
    out->policy_users.v = NEW_ARRAY(c->arena, struct iam_policy_user, n);
    out->policy_roles.v = NEW_ARRAY(c->arena, struct iam_policy_role, n);
    for (size_t i = 0; i < n; i++)
        add_entity(out, &rows.v[i]);
    out->is_truncated = n < rows.n;
    if (out->is_truncated)
        out->marker = page_marker(c, rows.v[n - 1].id);
    return OK;
}
