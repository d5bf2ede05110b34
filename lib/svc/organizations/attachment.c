/* SPDX-License-Identifier: Apache-2.0 */
/* What policies are attached to. A change of an attachment is one row, whatever is below it. */
#include <inttypes.h>

#include "call/page.h"
#include "model/organization_policy.h"
#include "svc/organizations/policies.h"
#include "svc/organizations/policy_type.h"

static int count_attached(struct call *c, const char *target, const char *type, int64_t *ret)
{
    struct count_row count;
    TRY(q_target_attachment_count(c->tx, &(struct q_target_attachment_count){target, type},
                                  &count));
    *ret = count.n;
    return OK;
}

/* The sentence is that of DuplicatePolicy. */
static int attach(struct call *c, const struct organization_policy_row *policy, const char *target)
{
    struct position_row last;
    TRY(q_attachment_position(c->tx, &(struct q_attachment_position){target, policy->type}, &last));
    TRY(q_target_attach(c->tx, &(struct q_target_attach){target, policy->type, last.position,
                                                         policy->id, policy->organization}));
    if (c->tx->changes)
        return OK;
    return call_fail(c, ERR_DUPLICATE_POLICY_ATTACHMENT,
                     "A policy with the specified name and type already exists.");
}

static int check_room(struct call *c, const char *target, const struct policy_type *type)
{
    int64_t n;
    TRY(count_attached(c, target, type->name, &n));
    if (n <= call_quota(c, type->attached))
        return OK;
    return call_violates(c, ERR_CONSTRAINT_VIOLATION, "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                         "You have attached the maximum number of policies to the specified "
                         "target.");
}

/* AWS undocumented: the order of what is checked, here and where policies are detached. */
int organizations_attach_policy(struct call *c, const struct organizations_attach_policy_in *in)
{
    struct organization_policy_row policy;
    struct target target;
    TRY(policy_find_to_change(c, in->policy_id, &policy));
    TRY(find_target(c, in->target_id, &target));
    TRY(policy_type_check_enabled(c, policy.type));
    policy.organization = c->organization;
    TRY(attach(c, &policy, target.id));
    TRY(check_room(c, target.id, policy_type_of(policy.type)));
    return policy_type_changed(c, policy.type);
}

static int check_detachable(struct call *c, const struct organization_policy_row *policy)
{
    if (!organization_managed_policy(policy->id) ||
        strcmp(policy->type, "RESOURCE_CONTROL_POLICY") != 0)
        return OK;
    return call_no_good(c, NULL, "NON_DETACHABLE_POLICY",
                        "You can't detach this Amazon Web Services Managed Policy.");
}

static int check_least(struct call *c, const char *target, const struct policy_type *type)
{
    int64_t n;
    TRY(count_attached(c, target, type->name, &n));
    if (n >= (int64_t)type->least)
        return OK;
    return call_violates(c, ERR_CONSTRAINT_VIOLATION, "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                         "You cannot remove the last policy attached to the specified target. You "
                         "must have at least one attached at all times.");
}

int organizations_detach_policy(struct call *c, const struct organizations_detach_policy_in *in)
{
    const char *organization = c->organization;
    struct organization_policy_row policy;
    struct target target;
    TRY(policy_find_to_change(c, in->policy_id, &policy));
    TRY(find_target(c, in->target_id, &target));
    TRY(check_detachable(c, &policy));
    TRY(q_policy_detach(c->tx, &(struct q_policy_detach){organization, policy.id, target.id}));
    if (c->tx->changes == 0)
        return call_fail(c, ERR_POLICY_NOT_ATTACHED,
                         "The policy isn't attached to the specified target in the specified "
                         "root.");
    TRY(check_least(c, target.id, policy_type_of(policy.type)));
    return policy_type_changed(c, policy.type);
}

/* The position behind which a page goes on. Whoever makes a token may write anything in it. */
static int position_after(struct call *c, const char *token, int64_t *ret)
{
    const char *after;
    *ret = 0;
    TRY(page_after(c, token, &after));
    if (!*after || str_to_int64(str_of(after), ret))
        return OK;
    return call_invalid(c, (struct shape_fault){.wrong = SHAPE_TOKEN}, NULL);
}

/* In the order of attachment. */
int organizations_list_policies_for_target(
    struct call *c, const struct organizations_list_policies_for_target_in *in,
    struct organizations_list_policies_for_target_out *out)
{
    struct organization_attachment_row_list rows;
    struct target target;
    int64_t position;
    TRY(position_after(c, in->next_token, &position));
    TRY(find_target(c, in->target_id, &target));
    TRY(q_target_policy_page(
        c->tx, &(struct q_target_policy_page){target.id, in->filter, position, in->max_results + 1},
        &rows));
    struct organizations_policy_summary *v =
        NEW_ARRAY(c->arena, struct organizations_policy_summary, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        struct organization_policy_row policy;
        TRY(look_for_policy(c, rows.v[i].policy, &policy));
        policy_summarize(c, &policy, &v[i]);
    }
    out->policies = (struct organizations_policy_summary_list){rows.n, v};
    PAGE_CUT_AT(c, in->max_results, out->policies,
                arena_printf(c->arena, "%" PRId64, rows.v[out->policies.n - 1].position),
                out->next_token);
    return OK;
}

static int show_target(struct call *c, const char *id,
                       struct organizations_policy_target_summary *ret)
{
    struct target target;
    TRY(look_for_target(c, id, &target));
    *ret = (struct organizations_policy_target_summary){
        .target_id = target.id, .arn = target.arn, .name = target.name, .type = target.type};
    return OK;
}

int organizations_list_targets_for_policy(struct call *c,
                                          const struct organizations_list_targets_for_policy_in *in,
                                          struct organizations_list_targets_for_policy_out *out)
{
    const char *organization = c->organization, *after;
    struct organization_attachment_row_list rows;
    struct organization_policy_row policy;
    TRY(page_after(c, in->next_token, &after));
    TRY(policy_find_to_read(c, in->policy_id, &policy));
    TRY(q_policy_target_page(
        c->tx, &(struct q_policy_target_page){organization, policy.id, after, in->max_results + 1},
        &rows));
    struct organizations_policy_target_summary *v =
        NEW_ARRAY(c->arena, struct organizations_policy_target_summary, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        TRY(show_target(c, rows.v[i].target, &v[i]));
    out->targets = (struct organizations_policy_target_summary_list){rows.n, v};
    PAGE_CUT_NEXT(c, in, out, targets, rows.v[out->targets.n - 1].target);
    return OK;
}
