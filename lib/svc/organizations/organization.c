/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/organizations/organization.h"

#include "access/linked.h"
#include "authz/authz.h"
#include "model/organization_policy.h"
#include "svc/organizations/handshakes.h"

static int attach_full_access(struct call *c, const char *organization, const char *target,
                              const char *type)
{
    const struct organization_managed_policy *policy = organization_full_access(type);
    struct position_row last;
    if (!policy)
        return OK;
    TRY(q_attachment_position(c->tx, &(struct q_attachment_position){target, type}, &last));
    return q_target_attach(c->tx, &(struct q_target_attach){.target = target,
                                                            .type = type,
                                                            .position = last.position,
                                                            .policy = policy->id,
                                                            .organization = organization});
}

int organization_attach_default(struct call *c, const char *organization, const char *target)
{
    struct organization_policy_kind_row_list kinds;
    TRY(q_organization_policy_kinds(c->tx, &(struct q_organization_policy_kinds){organization},
                                    &kinds));
    for (size_t i = 0; i < kinds.n; i++)
        TRY(attach_full_access(c, organization, target, kinds.v[i].type));
    return OK;
}

int organization_join(struct call *c, const char *organization, const char *root,
                      const char *account, const char *method)
{
    TRY(q_organization_member_insert(
        c->tx, &(struct q_organization_member_insert){.account = account,
                                                      .organization = organization,
                                                      .parent = root,
                                                      .method = method,
                                                      .joined = clock_now_ms(&c->sandbox->clock)}));
    if (c->tx->changes == 0)
        return ERR_ALREADY_IN_ORGANIZATION;
    TRY(organization_attach_default(c, organization, account));
    return linked_give_service(c->tx, account, LINKED_ORGANIZATIONS, c->now);
}

int organization_leave(struct call *c, const char *account)
{
    const char *organization = c->membership->organization;
    TRY(q_organization_member_delete(
        c->tx, &(struct q_organization_member_delete){account, organization}));
    TRY(q_target_detach_all(c->tx, &(struct q_target_detach_all){account, organization}));
    TRY(q_organization_delegate_delete_all(
        c->tx, &(struct q_organization_delegate_delete_all){account, organization}));
    TRY(q_root_recovery_delete(c->tx, &(struct q_root_recovery_delete){account}));
    TRY(q_primary_email_update_delete(c->tx, &(struct q_primary_email_update_delete){account}));
    return q_tag_delete_all(c->tx, &(struct q_tag_delete_all){.owner = account});
}

static const char *organization_arn(struct arena *a, const struct organization_row *row)
{
    return arena_printf(a, "arn:aws:organizations::%s:organization/%s", row->management, row->id);
}

/* SCPs are available with all features; what is enabled is told by ListRoots. */
static struct organizations_policy_type_summary_list available(struct arena *a, bool all_features)
{
    struct organizations_policy_type_summary *type =
        NEW(a, struct organizations_policy_type_summary);
    *type = (struct organizations_policy_type_summary){"SERVICE_CONTROL_POLICY", "ENABLED"};
    return (struct organizations_policy_type_summary_list){all_features, type};
}

static int show(struct call *c, const struct organization_row *row,
                struct organizations_organization **ret)
{
    struct organizations_organization *organization =
        NEW(c->arena, struct organizations_organization);
    struct account_row account;
    TRY(q_account_get(c->tx, &(struct q_account_get){.id = row->management}, &account));
    *organization = (struct organizations_organization){
        .id = row->id,
        .arn = organization_arn(c->arena, row),
        .feature_set = row->all_features ? "ALL" : "CONSOLIDATED_BILLING",
        .master_account_arn = member_arn(c->arena, row->management, row->id, row->management),
        .master_account_id = row->management,
        .master_account_email = account.email,
        .available_policy_types = available(c->arena, row->all_features),
    };
    *ret = organization;
    return OK;
}

/* Ids of roots are short enough to occur twice. */
static int insert_root(struct call *c, const char *organization, const char **ret)
{
    do {
        *ret = call_new_organization_id(c, "r-", 4);
        TRY(q_unit_insert(
            c->tx,
            &(struct q_unit_insert){.id = *ret,
                                    .organization = organization,
                                    .parent = "",
                                    .name = "Root",
                                    .depth = 0,
                                    .path = arena_printf(c->arena, "%s/%s/", organization, *ret)}));
    } while (c->tx->changes == 0);
    return OK;
}

static int insert(struct call *c, const char *features, struct organization_row *ret)
{
    *ret = (struct organization_row){
        .id = call_new_organization_id(c, "o-", 10),
        .management = c->account,
        .all_features = strcmp(features, "ALL") == 0,
        .created = clock_now_ms(&c->sandbox->clock),
    };
    TRY(insert_root(c, ret->id, &ret->root));
    return q_organization_insert(c->tx, &(struct q_organization_insert){.id = ret->id,
                                                                        .management = c->account,
                                                                        .root = ret->root,
                                                                        .features = features,
                                                                        .created = ret->created});
}

int organizations_create_organization(struct call *c,
                                      const struct organizations_create_organization_in *in,
                                      struct organizations_create_organization_out *out)
{
    struct organization_row row;
    if (c->membership->organization)
        return call_fail(c, ERR_ALREADY_IN_ORGANIZATION,
                         "The AWS account is already a member of an organization.");
    TRY(insert(c, in->feature_set, &row));
    TRY(organization_join(c, row.id, row.root, c->account, "INVITED"));
    return show(c, &row, &out->organization);
}

int organizations_describe_organization(
    struct call *c, UNUSED const struct organizations_describe_organization_in *in,
    struct organizations_describe_organization_out *out)
{
    struct organization_row row;
    TRY(q_organization_get(c->tx, &(struct q_organization_get){c->membership->organization}, &row));
    return show(c, &row, &out->organization);
}

/* Closed accounts are members until they are gone. */
static int check_empty(struct call *c, const char *id)
{
    struct count_row members;
    TRY(q_organization_member_count(c->tx, &(struct q_organization_member_count){id}, &members));
    if (members.n == 1)
        return OK;
    return call_fail(c, ERR_ORGANIZATION_NOT_EMPTY,
                     "To delete an organization you must first remove all member accounts (except "
                     "the master).");
}

/* Tags first: they know their owners only by what is there. */
int organizations_delete_organization(struct call *c,
                                      UNUSED const struct organizations_delete_organization_in *in)
{
    const char *id = c->membership->organization;
    struct tx *tx = c->tx;
    TRY(check_empty(c, id));
    TRY(transfers_check_ended(c));
    TRY(q_organization_delete_tags(tx, &(struct q_organization_delete_tags){id}));
    TRY(q_organization_delete_resource_policy(tx,
                                              &(struct q_organization_delete_resource_policy){id}));
    TRY(q_organization_delete_delegates(tx, &(struct q_organization_delete_delegates){id}));
    TRY(q_organization_delete_services(tx, &(struct q_organization_delete_services){id}));
    TRY(q_organization_delete_attachments(tx, &(struct q_organization_delete_attachments){id}));
    TRY(q_organization_delete_policy_kinds(tx, &(struct q_organization_delete_policy_kinds){id}));
    TRY(q_organization_delete_policies(tx, &(struct q_organization_delete_policies){id}));
    TRY(q_organization_delete_units(tx, &(struct q_organization_delete_units){id}));
    TRY(handshakes_forget(c, id));
    TRY(q_organization_delete_members(tx, &(struct q_organization_delete_members){id}));
    return q_organization_delete(tx, &(struct q_organization_delete){id});
}
