/* SPDX-License-Identifier: Apache-2.0 */
#include "call/page.h"
#include "entities.h"
#include "iam_api.h"
#include "queries.h"

int iam_create_group(struct call *c, const struct iam_create_group_in *in,
                     struct iam_create_group_out *out)
{
    struct iam_group *group = NEW(c->arena, struct iam_group);
    group->path = in->path;
    group->group_name = in->group_name;
    group->group_id = entity_new_id(c, RESOURCE_GROUP);
    group->arn = iam_group_arn(c->arena, c->account, group->path, group->group_name);
    group->create_date = c->now;
    out->group = group;
    TRY(q_group_insert(c->tx, &(struct q_group_insert){.account = c->account,
                                                       .name = group->group_name,
                                                       .path = group->path,
                                                       .id = group->group_id,
                                                       .name_key = call_fold(c, group->group_name),
                                                       .arn = group->arn,
                                                       .created = c->now}));
    return entity_added(c, RESOURCE_GROUP, in->group_name);
}

int iam_get_group(struct call *c, const struct iam_get_group_in *in, struct iam_get_group_out *out)
{
    const char *after;
    TRY(entity_find_group(c, in->group_name, &out->group));
    TRY(page_after(c, in->marker, &after));
    TRY(q_member_page(c->tx,
                      &(struct q_member_page){.account = c->account,
                                              .group_id = out->group->group_id,
                                              .after = after,
                                              .limit = in->max_items + 1},
                      &out->users));
    PAGE_CUT(c, in, out, users, out->users.v[out->users.n - 1].user_id);
    return OK;
}

/* ERR_ENTITY_ALREADY_EXISTS when NAME, another one than that of GROUP, is taken. */
static int rename_group(struct call *c, const struct iam_group *group, const char *name,
                        const char *path)
{
    const char *key = call_fold(c, group->group_name), *new_key = call_fold(c, name);
    struct iam_group *other = NEW(c->arena, struct iam_group);
    int code = ERR_NOT_FOUND;
    if (strcmp(key, new_key) != 0)
        code = q_group_get(c->tx, &(struct q_group_get){c->account, new_key}, other);
    if (code == OK)
        return entity_taken(c, RESOURCE_GROUP, name);
    if (code != ERR_NOT_FOUND)
        return code;
    return q_group_rename(
        c->tx, &(struct q_group_rename){.account = c->account,
                                        .name_key = key,
                                        .new_key = new_key,
                                        .name = name,
                                        .path = path,
                                        .arn = iam_group_arn(c->arena, c->account, path, name),
                                        .id = group->group_id});
}

int iam_update_group(struct call *c, const struct iam_update_group_in *in)
{
    struct iam_group *group;
    TRY(entity_find_group(c, in->group_name, &group));
    const char *path = in->new_path ? in->new_path : group->path;
    if (in->new_group_name)
        return rename_group(c, group, in->new_group_name, path);
    const char *name = group->group_name;
    return q_group_move(
        c->tx, &(struct q_group_move){.account = c->account,
                                      .name_key = call_fold(c, name),
                                      .path = path,
                                      .arn = iam_group_arn(c->arena, c->account, path, name),
                                      .id = group->group_id});
}

int iam_delete_group(struct call *c, const struct iam_delete_group_in *in)
{
    struct iam_group *group;
    TRY(entity_find_group(c, in->group_name, &group));
    const char *id = group->group_id;
    TRY(entity_check_deletable(c, RESOURCE_GROUP, id));
    TRY(entity_drop(c, RESOURCE_GROUP, id));
    const char *key = call_fold(c, group->group_name);
    return q_group_delete(c->tx, &(struct q_group_delete){c->account, key, id});
}

static int list_page(struct call *c, const char *prefix, const char *after, int64_t limit,
                     struct iam_group_list *ret)
{
    const char *end = str_prefix_end(c->arena, prefix);
    bool few;
    TRY(entity_few_below(c, RESOURCE_GROUP, prefix, &few));
    if (few)
        return q_group_page_of_few(
            c->tx, &(struct q_group_page_of_few){c->account, prefix, end, after, limit}, ret);
    return q_group_page(c->tx, &(struct q_group_page){c->account, prefix, end, after, limit}, ret);
}

int iam_list_groups(struct call *c, const struct iam_list_groups_in *in,
                    struct iam_list_groups_out *out)
{
    const char *after;
    TRY(page_after(c, in->marker, &after));
    TRY(list_page(c, in->path_prefix, after, in->max_items + 1, &out->groups));
    PAGE_CUT(c, in, out, groups, call_fold(c, out->groups.v[out->groups.n - 1].group_name));
    return OK;
}

/* Adding a member again succeeds and changes nothing. */
int iam_add_user_to_group(struct call *c, const struct iam_add_user_to_group_in *in)
{
    struct iam_user *user;
    struct iam_group *group;
    struct count_row groups;
    TRY(entity_find_group(c, in->group_name, &group));
    TRY(entity_find_user(c, in->user_name, &user));
    TRY(q_member_insert(
        c->tx, &(struct q_member_insert){.group_id = group->group_id, .user_id = user->user_id}));
    TRY(q_user_group_count(c->tx, &(struct q_user_group_count){.user_id = user->user_id}, &groups));
    return call_check_quota(c, QUOTA_GROUPS_PER_USER, groups.n);
}

int iam_remove_user_from_group(struct call *c, const struct iam_remove_user_from_group_in *in)
{
    struct iam_user *user;
    struct iam_group *group;
    TRY(entity_find_group(c, in->group_name, &group));
    TRY(entity_find_user(c, in->user_name, &user));
    TRY(q_member_delete(
        c->tx, &(struct q_member_delete){.group_id = group->group_id, .user_id = user->user_id}));
    if (c->tx->changes == 0) /* AWS undocumented: wording */
        return call_fail(c, ERR_NO_SUCH_ENTITY, "User %s is not in group %s.", in->user_name,
                         in->group_name);
    return OK;
}

int iam_list_groups_for_user(struct call *c, const struct iam_list_groups_for_user_in *in,
                             struct iam_list_groups_for_user_out *out)
{
    struct iam_user *user;
    const char *after;
    TRY(entity_find_user(c, in->user_name, &user));
    TRY(page_after(c, in->marker, &after));
    TRY(q_user_group_page(c->tx,
                          &(struct q_user_group_page){
                              .user_id = user->user_id, .after = after, .limit = in->max_items + 1},
                          &out->groups));
    PAGE_CUT(c, in, out, groups, call_fold(c, out->groups.v[out->groups.n - 1].group_name));
    return OK;
}
