/* SPDX-License-Identifier: Apache-2.0 */
#include "access/policy_use.h"
#include "access/view.h"
#include "authn/last_used.h"
#include "call/page.h"
#include "entity/tags.h"
#include "iam_api.h"
#include "queries.h"
#include "svc/find.h"
#include "svc/policies.h"

static int add_boundary(struct call *c, const char *arn, struct iam_user *user)
{
    user->permissions_boundary = NEW(c->arena, struct iam_attached_permissions_boundary);
    user->permissions_boundary->permissions_boundary_type = "Policy";
    user->permissions_boundary->permissions_boundary_arn = arn;
    return policy_use_count(c->tx, c->account, arn, 0, 1);
}

int iam_create_user(struct call *c, const struct iam_create_user_in *in,
                    struct iam_create_user_out *out)
{
    if (in->permissions_boundary)
        TRY(policy_find_boundary(c, in->permissions_boundary));
    struct iam_user *user = NEW(c->arena, struct iam_user);
    user->path = in->path;
    user->user_name = in->user_name;
    user->user_id = entity_new_id(c, RESOURCE_USER);
    user->arn = iam_user_arn(c->arena, c->account, user->path, user->user_name);
    user->create_date = c->now;
    user->tags = in->tags;
    TRY(q_user_insert(c->tx, &(struct q_user_insert){.account = c->account,
                                                     .name = user->user_name,
                                                     .path = user->path,
                                                     .id = user->user_id,
                                                     .name_key = call_fold(c, user->user_name),
                                                     .arn = user->arn,
                                                     .boundary = in->permissions_boundary,
                                                     .created = c->now}));
    TRY(entity_added(c, RESOURCE_USER, in->user_name));
    if (in->permissions_boundary)
        TRY(add_boundary(c, in->permissions_boundary, user));
    TRY(tags_put(c, user->user_id, &in->tags));
    out->user = user;
    return OK;
}

/* A root user has neither name nor path. */
static struct iam_user *root_user(struct call *c)
{
    const struct authz_principal *principal = c->principal;
    struct iam_user *user = NEW(c->arena, struct iam_user);
    user->user_id = principal->id;
    user->arn = principal->arn;
    return user;
}

/* What is noted in memory is newer than what is stored. */
static void show_use(struct call *c, struct iam_user *user)
{
    struct key_usage noted;
    if (!last_used_get(c->sandbox->last_used, c->arena, str_of(user->user_id), &noted))
        return;
    user->password_last_used = noted.at;
    user->has_password_last_used = true;
}

int iam_get_user(struct call *c, const struct iam_get_user_in *in, struct iam_get_user_out *out)
{
    TRY(find_user_or_self(c, in->user_name, &out->user));
    if (out->user)
        show_use(c, out->user);
    if (out->user)
        return entity_tags(c, RESOURCE_USER, out->user->user_id, &out->user->tags);
    struct account_row account;
    TRY(q_account_get(c->tx, &(struct q_account_get){.id = c->account}, &account));
    out->user = root_user(c);
    out->user->create_date = account.created;
    out->user->password_last_used = account.password_last_used;
    out->user->has_password_last_used = account.has_password_last_used;
    show_use(c, out->user);
    return OK;
}

/* ERR_ENTITY_ALREADY_EXISTS when NAME, another one than that of USER, is taken. */
static int rename_user(struct call *c, const struct iam_user *user, const char *name,
                       const char *path)
{
    const char *key = call_fold(c, user->user_name), *new_key = call_fold(c, name);
    struct iam_user *other = NEW(c->arena, struct iam_user);
    int code = ERR_NOT_FOUND;
    if (strcmp(key, new_key) != 0)
        code = q_user_get(c->tx, &(struct q_user_get){c->account, new_key}, other);
    if (code == OK)
        return entity_taken(c, RESOURCE_USER, name);
    if (code != ERR_NOT_FOUND)
        return code;
    TRY(q_member_rename(c->tx, &(struct q_member_rename){user->user_id, new_key}));
    return q_user_rename(
        c->tx, &(struct q_user_rename){.account = c->account,
                                       .name_key = key,
                                       .new_key = new_key,
                                       .name = name,
                                       .path = path,
                                       .arn = iam_user_arn(c->arena, c->account, path, name),
                                       .id = user->user_id});
}

int iam_update_user(struct call *c, const struct iam_update_user_in *in)
{
    struct iam_user *user;
    TRY(entity_find_user(c, in->user_name, &user));
    const char *path = in->new_path ? in->new_path : user->path;
    if (in->new_user_name)
        return rename_user(c, user, in->new_user_name, path);
    const char *name = user->user_name;
    return q_user_move(c->tx,
                       &(struct q_user_move){.account = c->account,
                                             .name_key = call_fold(c, name),
                                             .path = path,
                                             .arn = iam_user_arn(c->arena, c->account, path, name),
                                             .id = user->user_id});
}

int iam_delete_user(struct call *c, const struct iam_delete_user_in *in)
{
    struct iam_user *user;
    TRY(entity_find_user(c, in->user_name, &user));
    const char *id = user->user_id;
    TRY(entity_check_deletable(c, RESOURCE_USER, id));
    if (user->permissions_boundary)
        TRY(policy_use_count(c->tx, c->account,
                             user->permissions_boundary->permissions_boundary_arn, 0, -1));
    TRY(entity_drop(c, RESOURCE_USER, id));
    const char *key = call_fold(c, user->user_name);
    TRY(q_purge_access_use(c->tx, &(struct q_purge_access_use){.id = id}));
    return q_user_delete(c->tx, &(struct q_user_delete){c->account, key, id});
}

static int list_page(struct call *c, const char *prefix, const char *after, int64_t limit,
                     struct iam_user_list *ret)
{
    const char *end = str_prefix_end(c->arena, prefix);
    bool few;
    TRY(entity_few_below(c, RESOURCE_USER, prefix, &few));
    if (few)
        return q_user_page_of_few(
            c->tx, &(struct q_user_page_of_few){c->account, prefix, end, after, limit}, ret);
    return q_user_page(c->tx, &(struct q_user_page){c->account, prefix, end, after, limit}, ret);
}

int iam_list_users(struct call *c, const struct iam_list_users_in *in,
                   struct iam_list_users_out *out)
{
    const char *after;
    TRY(page_after(c, in->marker, &after));
    TRY(list_page(c, in->path_prefix, after, in->max_items + 1, &out->users));
    for (size_t i = 0; i < out->users.n; i++)
        show_use(c, &out->users.v[i]);
    PAGE_CUT(c, in, out, users, call_fold(c, out->users.v[out->users.n - 1].user_name));
    return OK;
}

int iam_tag_user(struct call *c, const struct iam_tag_user_in *in)
{
    struct iam_user *user;
    TRY(entity_find_user(c, in->user_name, &user));
    return tags_put(c, user->user_id, &in->tags);
}

int iam_untag_user(struct call *c, const struct iam_untag_user_in *in)
{
    struct iam_user *user;
    TRY(entity_find_user(c, in->user_name, &user));
    return tags_drop(c, user->user_id, &in->tag_keys);
}

int iam_list_user_tags(struct call *c, const struct iam_list_user_tags_in *in,
                       struct iam_list_user_tags_out *out)
{
    struct iam_user *user;
    TRY(entity_find_user(c, in->user_name, &user));
    TRY(tags_page(c, user->user_id, in->marker, in->max_items, &out->tags));
    PAGE_CUT(c, in, out, tags, call_fold(c, out->tags.v[out->tags.n - 1].key));
    return OK;
}
