/* SPDX-License-Identifier: Apache-2.0 */
/* Managed policies by name, which ListPolicies does not have them by: who may list them may see
   them so. */
#include <stdlib.h>

#include "console_api.h"
#include "entity/managed.h"
#include "pages.h"
#include "queries.h"
#include "server/console/editor.h"
#include "server/page/show.h"

enum { PER_PAGE = 50 };

/* Those of customers; one more than fits tells that there is another page. */
static int read_local(struct call *c, const char *prefix, const char *after,
                      struct iam_policy_list *ret)
{
    struct tx tx;
    const char *end = *prefix ? str_prefix_end(c->arena, prefix) : "\x7f";
    const struct q_managed_named named = {c->account, after, prefix, end, PER_PAGE + 1};
    TRY(call_begin_look(c, &tx));
    return call_end_look(c, q_managed_named(c->tx, &named, ret));
}

static int compare_use(const void *arn, const void *row)
{
    return strcmp(arn, ((const struct use_row *)row)->policy);
}

/* The first whose name begins with PREFIX, or is behind AFTER. */
static size_t first_managed(const char *prefix, const char *after)
{
    struct managed_policy managed;
    size_t at = managed_behind(str_of(*after ? after : prefix));
    if (*after || at == 0)
        return at;
    managed_at(at - 1, &managed);
    return str_eq_fold(str_of(managed.name), str_of(prefix)) ? at - 1 : at;
}

static int read_uses(struct call *c, struct use_row_list *ret)
{
    struct tx tx;
    const struct q_use_page all = {c->account, MANAGED_ARN_PREFIX, "arn:aws:iam::aws;"};
    TRY(call_begin_look(c, &tx));
    return call_end_look(c, q_use_page(c->tx, &all, ret));
}

/* Those of AWS. */
static int read_managed(struct call *c, const char *prefix, const char *after,
                        struct iam_policy_list *ret)
{
    struct use_row_list uses;
    struct managed_policy managed;
    size_t n = strlen(prefix);
    TRY(read_uses(c, &uses));
    *ret = (struct iam_policy_list){0, NEW_ARRAY(c->arena, struct iam_policy, PER_PAGE + 1)};
    for (size_t i = first_managed(prefix, after); i < managed_count() && ret->n <= PER_PAGE; i++) {
        managed_at(i, &managed);
        if (strlen(managed.name) < n || !str_same_fold(managed.name, prefix, n))
            break;
        const struct use_row *use = uses.n ? bsearch(managed_arn(c->arena, &managed), uses.v,
                                                     uses.n, sizeof *uses.v, compare_use)
                                           : NULL;
        ret->v[ret->n++] = entity_managed(c->arena, &managed, use);
    }
    return OK;
}

static json_t *policy_row(const struct iam_policy *policy)
{
    json_t *changed = json_integer(policy->update_date);
    json_t *row = json_pack(
        "{s:s, s:s, s:s, s:I, s:I, s:s, s:o}", "PolicyName", policy->policy_name, "Arn",
        policy->arn, "Path", policy->path, "AttachmentCount", (json_int_t)policy->attachment_count,
        "PermissionsBoundaryUsageCount", (json_int_t)policy->permissions_boundary_usage_count,
        "DefaultVersionId", policy->default_version_id, "changed", console_time(changed));
    json_decref(changed);
    return row;
}

static json_t *rows_of(const struct iam_policy_list *policies)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < policies->n && i < PER_PAGE; i++)
        json_array_append_new(rows, policy_row(&policies->v[i]));
    return rows;
}

/* Behind the last that is shown. */
static json_t *next_page(struct call *c, const struct iam_policy_list *policies, const char *owner,
                         const char *prefix)
{
    struct buf b = buf_new(c->arena, 256);
    if (policies->n <= PER_PAGE)
        return json_null();
    buf_printf(&b, "/console/policies?owner=%s&prefix=", owner);
    buf_pct_encode(&b, str_of(prefix), "");
    buf_add(&b, STR("&after="));
    buf_pct_encode(&b, str_of(policies->v[PER_PAGE - 1].policy_name), "");
    return json_string(buf_text(&b));
}

int console_get_policies(struct call *c, const struct console_get_policies_in *in)
{
    struct iam_policy_list policies;
    struct asked may;
    bool local = strcmp(in->owner, "local") == 0;
    const char *prefix = in->prefix ? in->prefix : "", *after = in->after ? in->after : "";
    json_t *data = json_pack("{s:s, s:s, s:s, s:s}", "title", "Policies", "here", "policies",
                             "owner", in->owner, "prefix", prefix);
    ask(c, "iam", "ListPolicies",
        json_pack("{s:s, s:i}", "Scope", local ? "Local" : "AWS", "MaxItems", 1), &may);
    if (may.code) {
        editor_refuse(data, NULL, &may);
        return page_show(c, &page_policies, data);
    }
    int code = local ? read_local(c, call_fold(c, prefix), call_fold(c, after), &policies)
                     : read_managed(c, prefix, after, &policies);
    if (code == OK) {
        json_object_set_new(data, "policies", rows_of(&policies));
        json_object_set_new(data, "next", next_page(c, &policies, in->owner, prefix));
        return page_show(c, &page_policies, data);
    }
    json_decref(data);
    return code;
}
