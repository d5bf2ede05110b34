/* SPDX-License-Identifier: Apache-2.0 */
#include "call/page.h"
#include "entities.h"
#include "entity/tags.h"
#include "model/linked_role.h"
#include "svc/policies.h"
#include "svc/roles.h"
#include "svc/trusts.h"

/* AWS undocumented: which of several mistakes is told first, and that a name that is taken is told
   after them. */
static int check(struct call *c, const struct iam_create_role_in *in, struct trusted_list *trusted)
{
    if (linked_role_is(in->path))
        return call_fail(c, ERR_INVALID_INPUT,
                         "Path prefix '" LINKED_ROLE_PATH "' can only be used for AWS Service "
                         "linked Roles");
    TRY(trusts_check(c, in->assume_role_policy_document, trusted));
    return in->permissions_boundary ? policy_find_boundary(c, in->permissions_boundary) : OK;
}

static struct iam_role *new_role(struct call *c, const struct iam_create_role_in *in)
{
    struct iam_role *role = NEW(c->arena, struct iam_role);
    role->path = in->path;
    role->role_name = in->role_name;
    role->assume_role_policy_document = in->assume_role_policy_document;
    role->description = in->description;
    role->max_session_duration = in->max_session_duration;
    role->tags = in->tags;
    if (in->permissions_boundary) {
        role->permissions_boundary = NEW(c->arena, struct iam_attached_permissions_boundary);
        role->permissions_boundary->permissions_boundary_type = "Policy";
        role->permissions_boundary->permissions_boundary_arn = in->permissions_boundary;
    }
    return role;
}

/* The description and the longest session are kept, but CreateRole does not answer them. */
int iam_create_role(struct call *c, const struct iam_create_role_in *in,
                    struct iam_create_role_out *out)
{
    struct trusted_list trusted;
    TRY(check(c, in, &trusted));
    struct iam_role *role = new_role(c, in);
    TRY(role_insert(c, role));
    TRY(trusts_put(c, role->role_id, &trusted));
    TRY(tags_put(c, role->role_id, &in->tags));
    role->description = NULL;
    out->role = role;
    return OK;
}

int iam_get_role(struct call *c, const struct iam_get_role_in *in, struct iam_get_role_out *out)
{
    TRY(entity_find_role(c, in->role_name, &out->role));
    TRY(role_show(c, out->role));
    role_show_use(c, out->role->role_id, &out->role->role_last_used);
    return entity_tags(c, RESOURCE_ROLE, out->role->role_id, &out->role->tags);
}

static int set(struct call *c, const struct iam_role *role)
{
    return q_role_set(c->tx, &(struct q_role_set){.account = c->account,
                                                  .name_key = call_fold(c, role->role_name),
                                                  .description = role->description,
                                                  .max_session = role->max_session_duration,
                                                  .id = role->role_id});
}

/* What is not given stays as it is. AWS undocumented: that only the description of a service's role
   may be changed, which the guide describes. */
int iam_update_role(struct call *c, const struct iam_update_role_in *in)
{
    struct iam_role *role;
    TRY(entity_find_role(c, in->role_name, &role));
    if (in->has_max_session_duration)
        TRY(role_check_own(c, role));
    if (in->description)
        role->description = in->description;
    if (in->has_max_session_duration)
        role->max_session_duration = in->max_session_duration;
    return set(c, role);
}

/* The answer shows less of the role than GetRole does. */
int iam_update_role_description(struct call *c, const struct iam_update_role_description_in *in,
                                struct iam_update_role_description_out *out)
{
    struct iam_role *role;
    TRY(entity_find_role(c, in->role_name, &role));
    role->description = in->description;
    TRY(set(c, role));
    role->has_max_session_duration = false;
    role->permissions_boundary = NULL;
    role->role_last_used = NULL;
    out->role = role;
    return role_show(c, role);
}

int iam_update_assume_role_policy(struct call *c, const struct iam_update_assume_role_policy_in *in)
{
    struct iam_role *role;
    struct trusted_list trusted;
    TRY(role_find_own(c, in->role_name, &role));
    TRY(trusts_check(c, in->policy_document, &trusted));
    TRY(trusts_put(c, role->role_id, &trusted));
    return q_role_set_trust(c->tx,
                            &(struct q_role_set_trust){.account = c->account,
                                                       .name_key = call_fold(c, role->role_name),
                                                       .trust = in->policy_document,
                                                       .id = role->role_id});
}

int iam_delete_role(struct call *c, const struct iam_delete_role_in *in)
{
    struct iam_role *role;
    TRY(role_find_own(c, in->role_name, &role));
    TRY(entity_check_deletable(c, RESOURCE_ROLE, role->role_id));
    return role_delete(c, role);
}

static int list_page(struct call *c, const char *prefix, const char *after, int64_t limit,
                     struct iam_role_list *ret)
{
    const char *end = str_prefix_end(c->arena, prefix);
    bool few;
    TRY(entity_few_below(c, RESOURCE_ROLE, prefix, &few));
    if (few)
        return q_role_page_of_few(
            c->tx, &(struct q_role_page_of_few){c->account, prefix, end, after, limit}, ret);
    return q_role_page(c->tx, &(struct q_role_page){c->account, prefix, end, after, limit}, ret);
}

int iam_list_roles(struct call *c, const struct iam_list_roles_in *in,
                   struct iam_list_roles_out *out)
{
    const char *after;
    TRY(page_after(c, in->marker, &after));
    TRY(list_page(c, in->path_prefix, after, in->max_items + 1, &out->roles));
    PAGE_CUT(c, in, out, roles, call_fold(c, out->roles.v[out->roles.n - 1].role_name));
    return role_show_all(c, &out->roles);
}

int iam_tag_role(struct call *c, const struct iam_tag_role_in *in)
{
    struct iam_role *role;
    TRY(entity_find_role(c, in->role_name, &role));
    return tags_put(c, role->role_id, &in->tags);
}

int iam_untag_role(struct call *c, const struct iam_untag_role_in *in)
{
    struct iam_role *role;
    TRY(entity_find_role(c, in->role_name, &role));
    return tags_drop(c, role->role_id, &in->tag_keys);
}

int iam_list_role_tags(struct call *c, const struct iam_list_role_tags_in *in,
                       struct iam_list_role_tags_out *out)
{
    struct iam_role *role;
    TRY(entity_find_role(c, in->role_name, &role));
    TRY(tags_page(c, role->role_id, in->marker, in->max_items, &out->tags));
    PAGE_CUT(c, in, out, tags, call_fold(c, out->tags.v[out->tags.n - 1].key));
    return OK;
}
