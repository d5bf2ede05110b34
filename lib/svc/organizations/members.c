/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/organizations/members.h"

#include "access/account.h"
#include "authn/password.h"
#include "svc/attachments.h"
#include "svc/organizations/answers.h"
#include "svc/organizations/organization.h"
#include "svc/organizations/tags.h"
#include "svc/roles.h"

/* AWS Organizations User Guide, "Considerations before removing an account". */
#define WAIT_MS ((int64_t)4 * 24 * 3600 * 1000)

static int fails(struct call *c, const char *reason, const char *message)
{
    return call_violates(c, ERR_CONSTRAINT_VIOLATION, reason, message);
}

static int give_role(struct call *c, const struct member_new *member)
{
    struct iam_role role = {
        .path = "/",
        .role_name = member->role,
        .assume_role_policy_document =
            arena_printf(c->arena,
                         "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
                         "\"Principal\":{\"AWS\":\"arn:aws:iam::%s:root\"},"
                         "\"Action\":\"sts:AssumeRole\"}]}",
                         c->membership->management),
        .max_session_duration = 3600,
    };
    struct call inside = *c;
    inside.account = member->account;
    memset(inside.found, 0, sizeof inside.found);
    TRY(role_insert(&inside, &role));
    struct attachment_owner owner = {role.role_id, "Role", QUOTA_ATTACHED_POLICIES_PER_ROLE};
    return attachment_add(&inside, &owner, "arn:aws:iam::aws:policy/AdministratorAccess");
}

/* A password that nobody knows; or none, and no way to one, where the organization manages the root
   credentials of its members. */
static int give_password(struct call *c, const char *account)
{
    if (c->membership->root_credentials)
        return q_root_recovery_put(c->tx, &(struct q_root_recovery_put){account, false, c->now});
    return password_put(c->tx,
                        &(struct password_new){.account = account,
                                               .owner = account,
                                               .hash = password_of_nobody(c->sandbox, c->arena),
                                               .now = c->now});
}

int member_create(struct call *c, const struct member_new *member)
{
    const char *id = member->account;
    const struct membership *membership = c->membership;
    const struct account_spec spec = {.id = id, .name = member->name, .email = member->email};
    TRY(account_insert(c->tx, &spec, c->now));
    TRY(give_password(c, id));
    TRY(q_account_set_standalone(c->tx, &(struct q_account_set_standalone){.id = id}));
    TRY(q_account_set_billing(c->tx, &(struct q_account_set_billing){id, member->billing_access}));
    TRY(q_contact_copy(c->tx, &(struct q_contact_copy){id, membership->management}));
    TRY(give_role(c, member));
    TRY(organization_join(c, membership->organization, membership->root, id, "CREATED"));
    return organization_tags_put(c, id, member->tags);
}

static int lacks(struct call *c, const char *reason, const char *message)
{
    c->reason = "PUT /_iam-local/accounts/ID/standalone-data gives the account what it lacks.";
    return fails(c, reason, message);
}

/* AWS undocumented: in which order. */
static int check_standalone(struct call *c, const char *account)
{
    static const char missing[] =
        "The member account is missing one or more of the prerequisites required to operate as a "
        "standalone account. To add what is missing, sign-in to the member account using the AWS "
        "Organizations console, then select to leave the organization. You will then be prompted "
        "to enter any missing information.";
    struct standalone_row has;
    TRY(q_account_standalone(c->tx, &(struct q_account_standalone){account}, &has));
    if (!has.payment_method)
        return lacks(c, "MEMBER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED",
                     "The member account must be configured with a valid payment method, such as a "
                     "credit card.");
    if (!has.agreement)
        return lacks(c, "ACCOUNT_CANNOT_LEAVE_WITHOUT_EULA", missing);
    if (!has.phone_verified)
        return lacks(c, "ACCOUNT_CANNOT_LEAVE_WITHOUT_PHONE_VERIFICATION", missing);
    return OK;
}

static int check_wait(struct call *c, const struct member_row *row)
{
    char end[CLOCK_TEXT_SIZE];
    if (strcmp(row->method, "CREATED") != 0 ||
        clock_now_ms(&c->sandbox->clock) - row->joined >= WAIT_MS)
        return OK;
    clock_iso8601_ms(row->joined + WAIT_MS, end);
    c->reason = arena_printf(c->arena,
                             "The organization made the account, which may leave from %s on; PUT "
                             "/_iam-local/clock advances the clock.",
                             end);
    return fails(c, "WAIT_PERIOD_ACTIVE",
                 "This operation requires a wait period.  Try again later.");
}

int member_check_leaving(struct call *c, const char *account)
{
    struct member_row row;
    struct count_row delegations;
    TRY(q_organization_member_state(c->tx, &(struct q_organization_member_state){account}, &row));
    if (strcmp(account, row.management) == 0)
        return call_fail(c, ERR_MASTER_CANNOT_LEAVE_ORGANIZATION, /* AWS undocumented: wording */
                         "You can't remove a management account from an organization.");
    TRY(check_wait(c, &row));
    TRY(check_standalone(c, account));
    TRY(q_organization_delegations(c->tx, &(struct q_organization_delegations){account},
                                   &delegations));
    if (delegations.n == 0)
        return OK;
    /* AWS undocumented: wording */
    return fails(c, "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
                 "You attempted to remove an account that is registered as a delegated "
                 "administrator for a service integrated with your organization. To complete this "
                 "operation, you must first deregister this account as a delegated "
                 "administrator.");
}

int member_leave(struct call *c, const char *account)
{
    TRY(all_features_without(c, account, c->membership->organization));
    return organization_leave(c, account);
}
