/* SPDX-License-Identifier: Apache-2.0 */
/* The organization of a document: by the operations of Organizations, as the root user of the
   management account. */
#include "access/account.h"
#include "model/organization_policy.h"
#include "server/own/organization.h"
#include "svc/organizations/members.h"
#include "svc/organizations/organization.h"

static const char access_role[] = "OrganizationAccountAccessRole";

/* What an operation says of what is wrong, more than AWS tells, and what that is about. */
static int about(struct landing *l, int code, const char *kind, const char *name)
{
    struct call *c = l->call;
    if (code == OK || err_face(code)->status == 500)
        return code;
    const char *message = c->message ? c->message : err_face(code)->name;
    return c->reason ? call_fail(c, ERR_VALIDATION_ERROR, "%s %s: %s (%s)", kind, name, message,
                                 c->reason)
                     : call_fail(c, ERR_VALIDATION_ERROR, "%s %s: %s", kind, name, message);
}

int landing_look(struct landing *l)
{
    struct call *c = l->call;
    struct membership *membership;
    TRY(membership_read(c->tx, c->account, &membership));
    cached_keep(&membership->base, c->arena);
    c->membership = membership;
    c->organization = membership->organization;
    c->management = membership->management;
    return OK;
}

static int make_organization(struct landing *l)
{
    struct organizations_create_organization_out out;
    const struct organizations_create_organization_in in = {.feature_set = l->document->features};
    TRY(about(l, organizations_create_organization(l->call, &in, &out), "account",
              l->call->account));
    return landing_look(l);
}

static int enable(struct landing *l, const char *type)
{
    struct call *c = l->call;
    struct organizations_enable_policy_type_out out;
    const struct organizations_enable_policy_type_in in = {.root_id = c->membership->root,
                                                           .policy_type = type};
    int code = organizations_enable_policy_type(c, &in, &out);
    return code == ERR_POLICY_TYPE_ALREADY_ENABLED ? OK : about(l, code, "policy type", type);
}

static int make_policy(struct landing *l, const struct own_organization_policy *policy)
{
    struct organizations_create_policy_out out;
    struct landing_policy *known = map_get(&l->policies, str_of(policy->name));
    const struct organizations_create_policy_in in = {
        .name = policy->name,
        .type = known->type,
        .content = policy->content,
        .description = policy->description ? policy->description : ""};
    TRY(enable(l, in.type));
    TRY(about(l, organizations_create_policy(l->call, &in, &out), "policy", policy->name));
    known->id = out.policy->policy_summary->id;
    return OK;
}

static int make_policies(struct landing *l)
{
    const struct own_post_organization_in *document = l->document;
    for (size_t i = 0; i < document->policy_types.n; i++)
        TRY(enable(l, document->policy_types.v[i]));
    for (size_t i = 0; i < document->policies.n; i++)
        TRY(make_policy(l, &document->policies.v[i]));
    return OK;
}

/* With FULL_ACCESS false, AWS's own SCP goes when there is another one. */
static int attach(struct landing *l, const char *target, const char *name,
                  const struct str_list *policies, bool full_access)
{
    struct call *c = l->call;
    for (size_t i = 0; i < policies->n; i++) {
        const struct landing_policy *policy = map_get(&l->policies, str_of(policies->v[i]));
        const struct organizations_attach_policy_in in = {.policy_id = policy->id,
                                                          .target_id = target};
        TRY(about(l, organizations_attach_policy(c, &in), "policy of", name));
    }
    if (full_access)
        return OK;
    const struct organizations_detach_policy_in in = {.policy_id = "p-FullAWSAccess",
                                                      .target_id = target};
    return about(l, organizations_detach_policy(c, &in), "FullAWSAccess of", name);
}

static int take_in(struct landing *l, const char *account)
{
    struct call *c = l->call;
    int code =
        organization_join(c, c->membership->organization, c->membership->root, account, "INVITED");
    return code == ERR_ALREADY_IN_ORGANIZATION
               ? call_fail(c, code, "It is in another organization already.")
               : code;
}

/* Accounts that are there are taken in, the others are made. */
static int join(struct landing *l, const struct own_organization_account *account)
{
    struct call *c = l->call;
    struct account_row row;
    int code = q_account_get(c->tx, &(struct q_account_get){.id = account->id}, &row);
    if (code == OK)
        return take_in(l, account->id);
    if (code != ERR_NOT_FOUND)
        return code;
    const struct member_new member = {
        .account = account->id,
        .name = account->name ? account->name : account_name(c->arena, account->id),
        .email = account->email ? account->email : account_email(c->arena, account->id),
        .role = access_role,
        .billing_access = true,
        .tags = &(const struct organizations_tag_list){.n = 0}};
    bool free;
    if (!account_email_ok(str_of(member.email)))
        return call_fail(c, ERR_VALIDATION_ERROR, "This is no e-mail address: %s", member.email);
    TRY(account_email_free(c->tx, member.email, account->id, &free));
    return free ? member_create(c, &member)
                : call_fail(c, ERR_VALIDATION_ERROR, "Another account has its e-mail address.");
}

static int place(struct landing *l, const struct own_organization_account *account,
                 const char *parent)
{
    struct call *c = l->call;
    const struct membership *membership = c->membership;
    if (strcmp(account->id, c->account) != 0)
        TRY(about(l, join(l, account), "account", account->id));
    TRY(q_organization_member_move(c->tx, &(struct q_organization_member_move){
                                              account->id, membership->organization, parent}));
    return attach(l, account->id, account->id, &account->policies,
                  landing_has_full_access(account->has_full_access, account->full_access));
}

static int make_unit(struct landing *l, const struct own_organization_unit *unit, const char *id)
{
    struct call *c = l->call;
    const char *name = unit->name ? unit->name : "Root";
    TRY(attach(l, id, name, &unit->policies,
               landing_has_full_access(unit->has_full_access, unit->full_access)));
    for (size_t i = 0; i < unit->accounts.n; i++)
        TRY(place(l, &unit->accounts.v[i], id));
    for (size_t i = 0; i < unit->units.n; i++) {
        const struct own_organization_unit *below = &unit->units.v[i];
        struct organizations_create_organizational_unit_out out;
        const struct organizations_create_organizational_unit_in in = {.parent_id = id,
                                                                       .name = below->name};
        TRY(about(l, organizations_create_organizational_unit(c, &in, &out), "unit", below->name));
        TRY(make_unit(l, below, out.organizational_unit->id));
    }
    return OK;
}

static int make_services(struct landing *l)
{
    const struct own_post_organization_in *document = l->document;
    for (size_t i = 0; i < document->services.n; i++) {
        const char *service = document->services.v[i];
        const struct organizations_enable_aws_service_access_in in = {service};
        TRY(about(l, organizations_enable_aws_service_access(l->call, &in), "service", service));
    }
    for (size_t i = 0; i < document->delegates.n; i++) {
        const struct own_organization_delegate *delegate = &document->delegates.v[i];
        const struct organizations_register_delegated_administrator_in in = {
            .account_id = delegate->account, .service_principal = delegate->service};
        TRY(about(l, organizations_register_delegated_administrator(l->call, &in),
                  "delegated administrator", delegate->account));
    }
    return OK;
}

int landing_make(struct landing *l)
{
    const struct own_organization_unit *root = l->document->root;
    TRY(make_organization(l));
    TRY(make_policies(l));
    if (root)
        TRY(make_unit(l, root, l->call->membership->root));
    return make_services(l);
}
