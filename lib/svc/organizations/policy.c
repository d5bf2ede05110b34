/* SPDX-License-Identifier: Apache-2.0 */
#include "call/page.h"
#include "model/organization_policy.h"
#include "svc/organizations/policies.h"
#include "svc/organizations/policy_type.h"
#include "svc/organizations/tags.h"

int policy_find_to_read(struct call *c, const char *id, struct organization_policy_row *ret)
{
    int code = look_for_policy(c, id, ret);
    return code == ERR_NOT_FOUND ? find_missing(c, ERR_POLICY_NOT_FOUND) : code;
}

int policy_find_to_change(struct call *c, const char *id, struct organization_policy_row *ret)
{
    int code = look_for_policy(c, id, ret);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_POLICY_NOT_FOUND,
                         "We can't find a policy with the PolicyId that you specified.");
    return code;
}

void policy_summarize(struct call *c, const struct organization_policy_row *row,
                      struct organizations_policy_summary *ret)
{
    *ret = (struct organizations_policy_summary){
        .id = row->id,
        .arn = policy_arn(c, row),
        .name = row->name,
        .description = row->description,
        .type = row->type,
        .has_aws_managed = true,
        .aws_managed = organization_managed_policy(row->id) != NULL,
    };
}

static struct organizations_policy *show(struct call *c, const struct organization_policy_row *row)
{
    struct organizations_policy *policy = NEW(c->arena, struct organizations_policy);
    policy->policy_summary = NEW(c->arena, struct organizations_policy_summary);
    policy_summarize(c, row, policy->policy_summary);
    policy->content = row->content;
    return policy;
}

static int taken(struct call *c)
{
    return call_fail(c, ERR_DUPLICATE_POLICY,
                     "A policy with the specified name and type already exists.");
}

/* AWS undocumented: the sentence. */
static int check_number(struct call *c, const struct policy_type *type)
{
    struct count_row count;
    TRY(q_organization_policy_count(
        c->tx, &(struct q_organization_policy_count){c->organization, type->name}, &count));
    if (count.n <= call_quota(c, type->number))
        return OK;
    return call_violates(c, ERR_CONSTRAINT_VIOLATION, "POLICY_NUMBER_LIMIT_EXCEEDED",
                         "You have exceeded the allowed number of policies.");
}

static int insert(struct call *c, const struct organization_policy_row *row)
{
    TRY(q_organization_policy_insert(c->tx, &(struct q_organization_policy_insert){
                                                .id = row->id,
                                                .organization = row->organization,
                                                .type = row->type,
                                                .name = row->name,
                                                .description = row->description,
                                                .content = row->content,
                                                .created = clock_now_ms(&c->sandbox->clock)}));
    return c->tx->changes ? OK : taken(c);
}

/* Of a type that is not enabled, too. AWS undocumented: the order of what is checked. */
int organizations_create_policy(struct call *c, const struct organizations_create_policy_in *in,
                                struct organizations_create_policy_out *out)
{
    const struct policy_type *type = policy_type_of(in->type);
    struct organization_policy_row row = {
        .id = call_new_organization_id(c, "p-", 8),
        .organization = c->organization,
        .management = c->management,
        .type = in->type,
        .name = in->name,
        .description = in->description,
        .content = in->content,
    };
    TRY(policy_type_check_available(c));
    TRY(policy_type_check(c, type, in->content));
    TRY(insert(c, &row));
    TRY(check_number(c, type));
    TRY(organization_tags_put(c, row.id, &in->tags));
    out->policy = show(c, &row);
    return OK;
}

static int check_own(struct call *c, const char *id)
{
    if (!organization_managed_policy(id))
        return OK;
    return call_no_good(c, NULL, "IMMUTABLE_POLICY",
                        "You specified a policy that is managed by Amazon Web Services and can't "
                        "be modified.");
}

static int update(struct call *c, const struct organization_policy_row *row)
{
    TRY(q_organization_policy_update(
        c->tx, &(struct q_organization_policy_update){.id = row->id,
                                                      .organization = row->organization,
                                                      .type = row->type,
                                                      .name = row->name,
                                                      .description = row->description,
                                                      .content = row->content}));
    return c->tx->changes ? policy_type_changed(c, row->type) : taken(c);
}

/* AWS undocumented: that the name and the description are told when they were not sent, as examples
   of its documentation have it; an answer that somebody recorded had neither. */
int organizations_update_policy(struct call *c, const struct organizations_update_policy_in *in,
                                struct organizations_update_policy_out *out)
{
    struct organization_policy_row row;
    TRY(policy_find_to_change(c, in->policy_id, &row));
    TRY(check_own(c, row.id));
    if (in->content)
        TRY(policy_type_check(c, policy_type_of(row.type), in->content));
    bool describes = in->description && *in->description; /* an empty one changes nothing */
    row.name = in->name ? in->name : row.name;
    row.description = describes ? in->description : row.description;
    row.content = in->content ? in->content : row.content;
    TRY(update(c, &row));
    out->policy = show(c, &row);
    return OK;
}

int organizations_delete_policy(struct call *c, const struct organizations_delete_policy_in *in)
{
    const char *organization = c->organization;
    struct organization_policy_row row;
    struct count_row uses;
    TRY(policy_find_to_change(c, in->policy_id, &row));
    TRY(check_own(c, row.id));
    TRY(q_policy_attachment_count(c->tx, &(struct q_policy_attachment_count){organization, row.id},
                                  &uses));
    if (uses.n)
        return call_fail(c, ERR_POLICY_IN_USE,
                         "The specified policy is in use and cannot be deleted.");
    TRY(q_tag_delete_all(c->tx, &(struct q_tag_delete_all){.owner = row.id}));
    return q_organization_policy_delete(
        c->tx, &(struct q_organization_policy_delete){row.id, organization});
}

int organizations_describe_policy(struct call *c, const struct organizations_describe_policy_in *in,
                                  struct organizations_describe_policy_out *out)
{
    struct organization_policy_row row;
    TRY(policy_find_to_read(c, in->policy_id, &row));
    out->policy = show(c, &row);
    return OK;
}

/* AWS's own comes first, if there is one. AWS undocumented: the order of the others. */
static int read_page(struct call *c, const char *type, const char *after, int64_t limit,
                     struct organization_policy_row_list *ret)
{
    const struct organization_managed_policy *full = organization_full_access(type);
    const char *organization = c->organization;
    bool first = full && !*after;
    if (full && strcmp(after, full->id) == 0)
        after = "";
    TRY(q_organization_policy_page(
        c->tx, &(struct q_organization_policy_page){organization, type, after, limit - first},
        ret));
    if (!first)
        return OK;
    struct organization_policy_row *rows =
        NEW_ARRAY(c->arena, struct organization_policy_row, ret->n + 1);
    memcpy(rows + 1, ret->v, ret->n * sizeof *rows);
    *ret = (struct organization_policy_row_list){ret->n + 1, rows};
    return look_for_policy(c, full->id, rows);
}

int organizations_list_policies(struct call *c, const struct organizations_list_policies_in *in,
                                struct organizations_list_policies_out *out)
{
    struct organization_policy_row_list rows;
    const char *after;
    TRY(page_after(c, in->next_token, &after));
    TRY(read_page(c, in->filter, after, in->max_results + 1, &rows));
    struct organizations_policy_summary *v =
        NEW_ARRAY(c->arena, struct organizations_policy_summary, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        policy_summarize(c, &rows.v[i], &v[i]);
    out->policies = (struct organizations_policy_summary_list){rows.n, v};
    PAGE_CUT_NEXT(c, in, out, policies, rows.v[out->policies.n - 1].id);
    return OK;
}
