/* SPDX-License-Identifier: Apache-2.0 */
#include "call/page.h"
#include "entities.h"
#include "entity/tags.h"
#include "queries.h"
#include "svc/instance_profiles.h"
#include "svc/roles.h"

static struct iam_instance_profile *new_profile(struct call *c,
                                                const struct iam_create_instance_profile_in *in)
{
    struct iam_instance_profile *profile = NEW(c->arena, struct iam_instance_profile);
    profile->path = in->path;
    profile->instance_profile_name = in->instance_profile_name;
    profile->instance_profile_id = entity_new_id(c, RESOURCE_INSTANCE_PROFILE);
    profile->arn =
        iam_instance_profile_arn(c->arena, c->account, in->path, in->instance_profile_name);
    profile->create_date = c->now;
    profile->tags = in->tags;
    return profile;
}

int iam_create_instance_profile(struct call *c, const struct iam_create_instance_profile_in *in,
                                struct iam_create_instance_profile_out *out)
{
    struct iam_instance_profile *profile = new_profile(c, in);
    TRY(q_profile_insert(
        c->tx, &(struct q_profile_insert){.account = c->account,
                                          .name = profile->instance_profile_name,
                                          .name_key = call_fold(c, profile->instance_profile_name),
                                          .path = profile->path,
                                          .id = profile->instance_profile_id,
                                          .arn = profile->arn,
                                          .created = c->now}));
    TRY(entity_added(c, RESOURCE_INSTANCE_PROFILE, in->instance_profile_name));
    TRY(tags_put(c, profile->instance_profile_id, &in->tags));
    out->instance_profile = profile;
    return OK;
}

int iam_get_instance_profile(struct call *c, const struct iam_get_instance_profile_in *in,
                             struct iam_get_instance_profile_out *out)
{
    TRY(entity_find_instance_profile(c, in->instance_profile_name, &out->instance_profile));
    TRY(instance_profile_add_roles(c, out->instance_profile));
    return entity_tags(c, RESOURCE_INSTANCE_PROFILE, out->instance_profile->instance_profile_id,
                       &out->instance_profile->tags);
}

int iam_delete_instance_profile(struct call *c, const struct iam_delete_instance_profile_in *in)
{
    struct iam_instance_profile *profile;
    TRY(entity_find_instance_profile(c, in->instance_profile_name, &profile));
    TRY(entity_check_deletable(c, RESOURCE_INSTANCE_PROFILE, profile->instance_profile_id));
    const char *key = call_fold(c, profile->instance_profile_name);
    TRY(entity_drop(c, RESOURCE_INSTANCE_PROFILE, profile->instance_profile_id));
    return q_profile_delete(c->tx, &(struct q_profile_delete){c->account, key});
}

static int list_page(struct call *c, const char *prefix, const char *after, int64_t limit,
                     struct iam_instance_profile_list *ret)
{
    const char *end = str_prefix_end(c->arena, prefix);
    bool few;
    TRY(entity_few_below(c, RESOURCE_INSTANCE_PROFILE, prefix, &few));
    if (few)
        return q_profile_page_of_few(
            c->tx, &(struct q_profile_page_of_few){c->account, prefix, end, after, limit}, ret);
    return q_profile_page(c->tx, &(struct q_profile_page){c->account, prefix, end, after, limit},
                          ret);
}

int iam_list_instance_profiles(struct call *c, const struct iam_list_instance_profiles_in *in,
                               struct iam_list_instance_profiles_out *out)
{
    struct iam_instance_profile_list *profiles = &out->instance_profiles;
    const char *after;
    TRY(page_after(c, in->marker, &after));
    TRY(list_page(c, in->path_prefix, after, in->max_items + 1, profiles));
    PAGE_CUT(c, in, out, instance_profiles,
             call_fold(c, profiles->v[profiles->n - 1].instance_profile_name));
    return instance_profiles_add_roles(c, profiles);
}

int iam_list_instance_profiles_for_role(struct call *c,
                                        const struct iam_list_instance_profiles_for_role_in *in,
                                        struct iam_list_instance_profiles_for_role_out *out)
{
    struct iam_instance_profile_list *profiles = &out->instance_profiles;
    struct iam_role *role;
    const char *after;
    TRY(entity_find_role(c, in->role_name, &role));
    TRY(page_after(c, in->marker, &after));
    TRY(q_profile_page_of_role(c->tx,
                               &(struct q_profile_page_of_role){.role = role->role_id,
                                                                .after = after,
                                                                .limit = in->max_items + 1},
                               profiles));
    PAGE_CUT(c, in, out, instance_profiles,
             call_fold(c, profiles->v[profiles->n - 1].instance_profile_name));
    return instance_profiles_add_roles(c, profiles);
}

/* AWS undocumented: that the quota, which cannot be raised, holds for the same role, too. */
int iam_add_role_to_instance_profile(struct call *c,
                                     const struct iam_add_role_to_instance_profile_in *in)
{
    struct iam_instance_profile *profile;
    struct iam_role *role;
    TRY(entity_find_instance_profile(c, in->instance_profile_name, &profile));
    TRY(role_find_own(c, in->role_name, &role));
    TRY(q_profile_add_role(c->tx, &(struct q_profile_add_role){
                                      .account = c->account,
                                      .name_key = call_fold(c, profile->instance_profile_name),
                                      .role = role->role_id}));
    if (c->tx->changes == 0)
        return call_fail(c, ERR_LIMIT_EXCEEDED,
                         "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
    return OK;
}

int iam_remove_role_from_instance_profile(struct call *c,
                                          const struct iam_remove_role_from_instance_profile_in *in)
{
    struct iam_instance_profile *profile;
    struct iam_role *role;
    TRY(entity_find_instance_profile(c, in->instance_profile_name, &profile));
    TRY(role_find_own(c, in->role_name, &role));
    TRY(q_profile_remove_role(c->tx, &(struct q_profile_remove_role){
                                         .account = c->account,
                                         .name_key = call_fold(c, profile->instance_profile_name),
                                         .role = role->role_id}));
    if (c->tx->changes == 0)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "Role %s in Instance Profile %s cannot be found.",
                         role->role_name, profile->instance_profile_name);
    return OK;
}

int iam_tag_instance_profile(struct call *c, const struct iam_tag_instance_profile_in *in)
{
    struct iam_instance_profile *profile;
    TRY(entity_find_instance_profile(c, in->instance_profile_name, &profile));
    return tags_put(c, profile->instance_profile_id, &in->tags);
}

int iam_untag_instance_profile(struct call *c, const struct iam_untag_instance_profile_in *in)
{
    struct iam_instance_profile *profile;
    TRY(entity_find_instance_profile(c, in->instance_profile_name, &profile));
    return tags_drop(c, profile->instance_profile_id, &in->tag_keys);
}

int iam_list_instance_profile_tags(struct call *c,
                                   const struct iam_list_instance_profile_tags_in *in,
                                   struct iam_list_instance_profile_tags_out *out)
{
    struct iam_instance_profile *profile;
    TRY(entity_find_instance_profile(c, in->instance_profile_name, &profile));
    TRY(tags_page(c, profile->instance_profile_id, in->marker, in->max_items, &out->tags));
    PAGE_CUT(c, in, out, tags, call_fold(c, out->tags.v[out->tags.n - 1].key));
    return OK;
}
