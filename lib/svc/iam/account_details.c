/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "access/trust.h"
#include "call/page.h"
#include "entity/entity.h"
#include "svc/attachments.h"
#include "svc/instance_profiles.h"
#include "svc/roles.h"

enum { ALL = INT32_MAX }; /* of what belongs to one entity, which quotas keep short */

/*
 * A page runs through the kinds in this order. Its position is the letter of a kind and that of
 * the last entity shown: the folded name, or for AWS's policies the ARN.
 */
enum kind { USERS, GROUPS, ROLES, LOCAL, MANAGED, KINDS };

static const char letters[KINDS] = {'u', 'g', 'r', 'l', 'm'};

struct scan {
    struct call *call;
    struct iam_get_account_authorization_details_out *out;
    bool wanted[KINDS];
    enum kind kind;    /* whose entities are being added */
    const char *after; /* position among them */
    size_t left;       /* room on the page */
    const char *last;  /* position of the last entity on the page */
};

static void choose(struct scan *s, const struct str_list *filter)
{
    static const char *const names[KINDS] = {"User", "Group", "Role", "LocalManagedPolicy",
                                             "AWSManagedPolicy"};
    for (int kind = 0; kind < KINDS; kind++) {
        s->wanted[kind] = !filter->v || filter->n == 0;
        for (size_t i = 0; i < filter->n; i++)
            s->wanted[kind] = s->wanted[kind] || strcmp(filter->v[i], names[kind]) == 0;
    }
}

static int start(struct scan *s, const char *marker)
{
    const char *after;
    TRY(page_after(s->call, marker, &after));
    while (*after && s->kind < KINDS && letters[s->kind] != *after)
        s->kind++;
    s->after = *after ? after + 1 : "";
    return OK;
}

static int inline_policies(struct call *c, const char *owner, struct iam_policy_detail_list *ret)
{
    struct policy_row_list rows;
    TRY(q_policy_all(c->tx, &(struct q_policy_all){.owner = owner}, &rows));
    ret->n = rows.n;
    ret->v = NEW_ARRAY(c->arena, struct iam_policy_detail, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        ret->v[i] = (struct iam_policy_detail){rows.v[i].name, rows.v[i].document};
    return OK;
}

static int group_names(struct call *c, const char *user_id, struct str_list *ret)
{
    struct iam_group_list groups;
    struct q_user_group_page all = {.user_id = user_id, .after = "", .limit = ALL};
    TRY(q_user_group_page(c->tx, &all, &groups));
    ret->n = groups.n;
    ret->v = NEW_ARRAY(c->arena, const char *, groups.n);
    for (size_t i = 0; i < groups.n; i++)
        ret->v[i] = groups.v[i].group_name;
    return OK;
}

/* Notes how many of N entities fit on the page, and where it ends. Each scan asks for one more
   than that, so that a page that is not the last knows it. */
static size_t cut(struct scan *s, size_t n)
{
    size_t shown = n < s->left ? n : s->left;
    s->out->is_truncated = n > s->left;
    s->left -= shown;
    return shown;
}

static void end_at(struct scan *s, const char *position)
{
    s->last = arena_printf(s->call->arena, "%c%s", letters[s->kind], position);
}

static int add_users(struct scan *s)
{
    struct call *c = s->call;
    struct iam_user_detail_list *users = &s->out->user_detail_list;
    TRY(q_user_detail_page(c->tx,
                           &(struct q_user_detail_page){.account = c->account,
                                                        .after = s->after,
                                                        .limit = (int64_t)s->left + 1},
                           users));
    users->n = cut(s, users->n);
    for (size_t i = 0; i < users->n; i++) {
        struct iam_user_detail *user = &users->v[i];
        TRY(inline_policies(c, user->user_id, &user->user_policy_list));
        TRY(group_names(c, user->user_id, &user->group_list));
        TRY(attachment_all(c, user->user_id, &user->attached_managed_policies));
        TRY(entity_tags(c, RESOURCE_USER, user->user_id, &user->tags));
        end_at(s, call_fold(c, user->user_name));
    }
    return OK;
}

static int add_groups(struct scan *s)
{
    struct call *c = s->call;
    struct iam_group_list rows;
    struct q_group_page page = {c->account, "/", "0", s->after, (int64_t)s->left + 1};
    TRY(q_group_page(c->tx, &page, &rows));
    struct iam_group_detail_list *groups = &s->out->group_detail_list;
    groups->n = cut(s, rows.n);
    groups->v = NEW_ARRAY(c->arena, struct iam_group_detail, groups->n);
    for (size_t i = 0; i < groups->n; i++) {
        const struct iam_group *row = &rows.v[i];
        struct iam_group_detail *group = &groups->v[i];
        group->path = row->path;
        group->group_name = row->group_name;
        group->group_id = row->group_id;
        group->arn = row->arn;
        group->create_date = row->create_date;
        TRY(inline_policies(c, group->group_id, &group->group_policy_list));
        TRY(attachment_all(c, group->group_id, &group->attached_managed_policies));
        end_at(s, call_fold(c, group->group_name));
    }
    return OK;
}

static int fill_role(struct call *c, struct iam_role_detail *role)
{
    TRY(trust_shown(c->tx, role->role_id, role->assume_role_policy_document,
                    &role->assume_role_policy_document));
    TRY(inline_policies(c, role->role_id, &role->role_policy_list));
    TRY(attachment_all(c, role->role_id, &role->attached_managed_policies));
    TRY(instance_profiles_of_role(c, role->role_id, &role->instance_profile_list));
    role_show_use(c, role->role_id, &role->role_last_used);
    return entity_tags(c, RESOURCE_ROLE, role->role_id, &role->tags);
}

static int add_roles(struct scan *s)
{
    struct call *c = s->call;
    struct iam_role_detail_list *roles = &s->out->role_detail_list;
    struct q_role_detail_page page = {c->account, s->after, (int64_t)s->left + 1};
    TRY(q_role_detail_page(c->tx, &page, roles));
    roles->n = cut(s, roles->n);
    for (size_t i = 0; i < roles->n; i++) {
        TRY(fill_role(c, &roles->v[i]));
        end_at(s, call_fold(c, roles->v[i].role_name));
    }
    return OK;
}

static struct iam_managed_policy_detail *add_policy(struct scan *s, const struct iam_policy *policy)
{
    struct iam_managed_policy_detail_list *list = &s->out->policies;
    struct iam_managed_policy_detail *detail = &list->v[list->n++];
    *detail = (struct iam_managed_policy_detail){
        .policy_name = policy->policy_name,
        .default_version_id = policy->default_version_id,
        .policy_id = policy->policy_id,
        .path = policy->path,
        .arn = policy->arn,
        .attachment_count = policy->attachment_count,
        .permissions_boundary_usage_count = policy->permissions_boundary_usage_count,
        .is_attachable = policy->is_attachable,
        .create_date = policy->create_date,
        .update_date = policy->update_date,
    };
    return detail;
}

static int add_local(struct scan *s)
{
    struct call *c = s->call;
    struct iam_policy_list rows;
    struct q_managed_page page = {.account = c->account,
                                  .prefix = "/",
                                  .prefix_end = "0",
                                  .after = s->after,
                                  .limit = (int64_t)s->left + 1};
    TRY(q_managed_page(c->tx, &page, &rows));
    size_t n = cut(s, rows.n);
    for (size_t i = 0; i < n; i++) {
        struct iam_managed_policy_detail *detail = add_policy(s, &rows.v[i]);
        struct q_version_page all = {detail->arn, INT64_MAX, ALL};
        TRY(q_version_page(c->tx, &all, &detail->policy_version_list));
        end_at(s, detail->policy_id);
    }
    return OK;
}

/* AWS's policies that the account uses, with their one known version. */
static int add_managed(struct scan *s)
{
    struct call *c = s->call;
    struct use_row_list uses;
    const char *after = *s->after ? s->after : MANAGED_ARN_PREFIX;
    struct q_use_page page = {c->account, after, "arn:aws:iam::aws;"};
    TRY(q_use_page(c->tx, &page, &uses));
    size_t n = cut(s, uses.n);
    for (size_t i = 0; i < n; i++) {
        struct managed_policy managed;
        end_at(s, uses.v[i].policy);
        if (!managed_find(str_of(uses.v[i].policy), &managed))
            continue; /* of a program that knew more policies */
        struct iam_policy policy = entity_managed(c->arena, &managed, &uses.v[i]);
        struct iam_managed_policy_detail *detail = add_policy(s, &policy);
        struct iam_policy_version *version = NEW(c->arena, struct iam_policy_version);
        version->document = managed_document(c->arena, &managed);
        version->version_id = policy.default_version_id;
        version->is_default_version = true;
        version->create_date = managed.updated;
        detail->policy_version_list = (struct iam_policy_version_list){1, version};
    }
    return OK;
}

int iam_get_account_authorization_details(struct call *c,
                                          const struct iam_get_account_authorization_details_in *in,
                                          struct iam_get_account_authorization_details_out *out)
{
    static int (*const add[KINDS])(struct scan * s) = {add_users, add_groups, add_roles, add_local,
                                                       add_managed};
    struct scan s = {.call = c, .out = out, .left = (size_t)in->max_items};
    out->policies.v = NEW_ARRAY(c->arena, struct iam_managed_policy_detail, s.left);
    choose(&s, &in->filter);
    TRY(start(&s, in->marker));
    for (; s.kind < KINDS && !out->is_truncated; s.kind++, s.after = "") {
        if (s.wanted[s.kind])
            TRY(add[s.kind](&s));
    }
    if (out->is_truncated)
        out->marker = page_marker(c, s.last);
    return OK;
}
