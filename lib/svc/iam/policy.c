/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "call/page.h"
#include "entity/tags.h"
#include "svc/policies.h"

/* The description is kept, but only GetPolicy answers it. */
static struct iam_policy *new_policy(struct call *c, const struct iam_create_policy_in *in)
{
    struct iam_policy *policy = NEW(c->arena, struct iam_policy);
    policy->policy_name = in->policy_name;
    policy->policy_id = entity_new_id(c, RESOURCE_POLICY);
    policy->arn = iam_policy_arn(c->arena, c->account, in->path, in->policy_name);
    policy->path = in->path;
    policy->default_version_id = "v1";
    policy->is_attachable = true;
    policy->create_date = policy->update_date = c->now;
    policy->tags = in->tags;
    return policy;
}

int iam_create_policy(struct call *c, const struct iam_create_policy_in *in,
                      struct iam_create_policy_out *out)
{
    TRY(policy_check_document(c, in->policy_document));
    struct iam_policy *policy = new_policy(c, in);
    TRY(q_managed_insert(c->tx,
                         &(struct q_managed_insert){.account = c->account,
                                                    .name = policy->policy_name,
                                                    .name_key = call_fold(c, policy->policy_name),
                                                    .path = policy->path,
                                                    .id = policy->policy_id,
                                                    .arn = policy->arn,
                                                    .description = in->description,
                                                    .created = c->now}));
    TRY(entity_added(c, RESOURCE_POLICY, in->policy_name));
    TRY(q_version_insert(c->tx, &(struct q_version_insert){.policy = policy->arn,
                                                           .number = 1,
                                                           .document = in->policy_document,
                                                           .created = c->now}));
    TRY(tags_put(c, policy->policy_id, &in->tags));
    out->policy = policy;
    return OK;
}

int iam_get_policy(struct call *c, const struct iam_get_policy_in *in,
                   struct iam_get_policy_out *out)
{
    TRY(policy_find(c, in->policy_arn, &out->policy));
    return entity_tags(c, RESOURCE_POLICY, out->policy->policy_id, &out->policy->tags);
}

/* AWS undocumented: which of several conflicts is named first. */
static int check_deletable(struct call *c, const struct iam_policy *policy)
{
    struct count_row versions;
    const char *conflict = NULL;
    TRY(q_version_count(c->tx, &(struct q_version_count){.policy = policy->arn}, &versions));
    if (policy->attachment_count + policy->permissions_boundary_usage_count > 0)
        conflict = "Cannot delete a policy attached to entities.";
    else if (versions.n > 1)
        conflict = "This policy has more than one version. Before you delete a policy, you must "
                   "delete the policy's versions. The default version is deleted with the policy.";
    return conflict ? call_fail(c, ERR_DELETE_CONFLICT, "%s", conflict) : OK;
}

int iam_delete_policy(struct call *c, const struct iam_delete_policy_in *in)
{
    struct iam_policy *policy;
    TRY(policy_find(c, in->policy_arn, &policy));
    TRY(check_deletable(c, policy));
    TRY(entity_drop(c, RESOURCE_POLICY, policy->policy_id));
    TRY(q_version_delete_all(c->tx, &(struct q_version_delete_all){.policy = policy->arn}));
    return q_managed_delete(c->tx, &(struct q_managed_delete){.arn = policy->arn});
}

/* Which policies ListPolicies shows. AWS undocumented: that a usage filter shows only policies
   that are used that way. */
struct filter {
    const char *prefix;
    bool attached, bounding;
};

static struct filter filter_of(const struct iam_list_policies_in *in)
{
    const char *usage = in->policy_usage_filter ? in->policy_usage_filter : "";
    return (struct filter){
        .prefix = in->path_prefix,
        .attached = in->only_attached || strcmp(usage, "PermissionsPolicy") == 0,
        .bounding = strcmp(usage, "PermissionsBoundary") == 0,
    };
}

static int compare_use(const void *arn, const void *row)
{
    return strcmp(arn, ((const struct use_row *)row)->policy);
}

/* Appends policies of AWS from number FROM on until there are LIMIT. */
static int add_managed(struct call *c, const struct filter *filter, size_t from, size_t limit,
                       struct iam_policy_list *ret)
{
    struct use_row_list uses;
    struct q_use_page all = {c->account, MANAGED_ARN_PREFIX, "arn:aws:iam::aws;"};
    TRY(q_use_page(c->tx, &all, &uses));
    ret->v = arena_grow(c->arena, ret->v, ret->n * sizeof *ret->v, limit * sizeof *ret->v);
    for (size_t i = from; i < managed_count() && ret->n < limit; i++) {
        struct managed_policy managed;
        managed_at(i, &managed);
        if (!str_starts(str_of(managed.path), str_of(filter->prefix)))
            continue;
        const struct use_row *use =
            bsearch(managed_arn(c->arena, &managed), uses.v, uses.n, sizeof *uses.v, compare_use);
        if ((filter->attached && !(use && use->attachments)) ||
            (filter->bounding && !(use && use->boundaries)))
            continue;
        ret->v[ret->n++] = entity_managed(c->arena, &managed, use);
    }
    return OK;
}

/*
 * Positions of a page: "l" and the id of a customer's policy, "a" and the name of one of AWS, which
 * come behind them. AWS undocumented: the order; it is not that of the names.
 */
static const char *position(struct call *c, const struct iam_policy *policy)
{
    if (str_starts(str_of(policy->arn), STR(MANAGED_ARN_PREFIX)))
        return arena_printf(c->arena, "a%s", policy->policy_name);
    return arena_printf(c->arena, "l%s", policy->policy_id);
}

static int add_local(struct call *c, const struct filter *filter, const char *after, int64_t limit,
                     struct iam_policy_list *ret)
{
    const char *end = str_prefix_end(c->arena, filter->prefix);
    struct q_managed_page page = {c->account,       filter->prefix, end,  filter->attached,
                                  filter->bounding, after,          limit};
    struct q_managed_page_of_few of_few = {c->account,       filter->prefix, end,  filter->attached,
                                           filter->bounding, after,          limit};
    bool few;
    TRY(entity_few_below(c, RESOURCE_POLICY, filter->prefix, &few));
    return few ? q_managed_page_of_few(c->tx, &of_few, ret) : q_managed_page(c->tx, &page, ret);
}

int iam_list_policies(struct call *c, const struct iam_list_policies_in *in,
                      struct iam_list_policies_out *out)
{
    const char *after;
    struct filter filter = filter_of(in);
    size_t limit = (size_t)in->max_items + 1;
    TRY(page_after(c, in->marker, &after));
    out->policies = (struct iam_policy_list){0, NULL};
    if (*after != 'a' && strcmp(in->scope, "AWS") != 0)
        TRY(add_local(c, &filter, *after ? after + 1 : "", (int64_t)limit, &out->policies));
    size_t from = *after == 'a' ? managed_behind(str_of(after + 1)) : 0;
    if (out->policies.n < limit && strcmp(in->scope, "Local") != 0)
        TRY(add_managed(c, &filter, from, limit, &out->policies));
    PAGE_CUT(c, in, out, policies, position(c, &out->policies.v[out->policies.n - 1]));
    return OK;
}

int iam_tag_policy(struct call *c, const struct iam_tag_policy_in *in)
{
    struct iam_policy *policy;
    TRY(policy_find(c, in->policy_arn, &policy));
    return tags_put(c, policy->policy_id, &in->tags);
}

int iam_untag_policy(struct call *c, const struct iam_untag_policy_in *in)
{
    struct iam_policy *policy;
    TRY(policy_find(c, in->policy_arn, &policy));
    return tags_drop(c, policy->policy_id, &in->tag_keys);
}

int iam_list_policy_tags(struct call *c, const struct iam_list_policy_tags_in *in,
                         struct iam_list_policy_tags_out *out)
{
    struct iam_policy *policy;
    TRY(policy_find(c, in->policy_arn, &policy));
    TRY(tags_page(c, policy->policy_id, in->marker, in->max_items, &out->tags));
    PAGE_CUT(c, in, out, tags, call_fold(c, out->tags.v[out->tags.n - 1].key));
    return OK;
}
