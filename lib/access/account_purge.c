/* SPDX-License-Identifier: Apache-2.0 */
#include "access/account_purge.h"

#include "access/account_state.h"
#include "access/view.h"
#include "err.h"
#include "queries.h"

enum {
    TOGETHER = 16, /* things in one transaction: less than a millisecond */
    SLICES = 64,   /* transactions in a row */
};

typedef int purge_fn(struct tx *tx, const char *id);

/* A query of account_purge.sql. */
#define PURGE(NAME)                                                                                \
    static int purge_##NAME(struct tx *tx, const char *id)                                         \
    {                                                                                              \
        return q_purge_##NAME(tx, &(struct q_purge_##NAME){.id = id});                             \
    }
PURGE(access_key)
PURGE(access_use)
PURGE(attachment)
PURGE(console_session)
PURGE(group_member)
PURGE(group_member_of_user)
PURGE(inline_policy)
PURGE(oauth_grant)
PURGE(oidc_client)
PURGE(password)
PURGE(password_history)
PURGE(policy_version)
PURGE(resource_fact)
PURGE(resource_grant)
PURGE(saml_key)
PURGE(service_credential)
PURGE(signing_certificate)
PURGE(ssh_public_key)
PURGE(tag)
PURGE(trust_principal)
PURGE(instance_profile)
PURGE(iam_user)
PURGE(iam_group)
PURGE(iam_role)
PURGE(managed_policy)
PURGE(oidc_provider)
PURGE(saml_provider)
PURGE(server_certificate)
PURGE(resource)
PURGE(account_alternate_contact)
PURGE(account_contact)
PURGE(account_count)
PURGE(account_region)
PURGE(account_task)
PURGE(credential_report)
PURGE(credential_report_part)
PURGE(delegation_notice)
PURGE(delegation_request)
PURGE(delegation_template)
PURGE(organization_account_request)
PURGE(organization_attachment)
PURGE(organization_delegate)
PURGE(organization_handshake)
PURGE(organization_member)
PURGE(organization_policy)
PURGE(organization_policy_kind)
PURGE(organization_resource_policy)
PURGE(organization_service)
PURGE(organization_transfer)
PURGE(organization_unit)
PURGE(organization)
PURGE(password_policy)
PURGE(policy_use)
PURGE(primary_email_update)
PURGE(role_deletion)
PURGE(root_recovery)
PURGE(leave)
PURGE(account)

/* Each by its id, by which it is cached. */
static int purge_access_keys(struct tx *tx, const char *id)
{
    struct key_row_list keys;
    TRY(q_key_page(
        tx, &(struct q_key_page){.owner = id, .after_created = -1, .after = "", .limit = INT64_MAX},
        &keys));
    for (size_t i = 0; i < keys.n; i++)
        TRY(purge_access_key(tx, keys.v[i].id));
    return OK;
}

/* What belongs to one thing, and then things themselves, by their ids. */
static purge_fn *const of_one[] = {
    purge_access_keys,
    purge_access_use,
    purge_attachment,
    purge_console_session,
    purge_group_member,
    purge_group_member_of_user,
    purge_inline_policy,
    purge_oauth_grant,
    purge_oidc_client,
    purge_password,
    purge_password_history,
    purge_policy_version,
    purge_resource_fact,
    purge_resource_grant,
    purge_saml_key,
    purge_service_credential,
    purge_signing_certificate,
    purge_ssh_public_key,
    purge_tag,
    purge_trust_principal,
    purge_instance_profile,
    purge_iam_user,
    purge_iam_group,
    purge_iam_role,
    purge_managed_policy,
    purge_oidc_provider,
    purge_saml_provider,
    purge_server_certificate,
    purge_resource,
};

/* What the account has besides. */
static purge_fn *const of_account[] = {
    purge_account_alternate_contact,
    purge_account_contact,
    purge_account_count,
    purge_account_region,
    purge_account_task,
    purge_credential_report,
    purge_credential_report_part,
    purge_delegation_notice,
    purge_delegation_request,
    purge_delegation_template,
    purge_organization_account_request,
    purge_organization_attachment,
    purge_organization_delegate,
    purge_organization_handshake,
    purge_organization_member,
    purge_organization_policy,
    purge_organization_policy_kind,
    purge_organization_resource_policy,
    purge_organization_service,
    purge_organization_transfer,
    purge_organization_unit,
    purge_organization,
    purge_password_policy,
    purge_policy_use,
    purge_primary_email_update,
    purge_role_deletion,
    purge_root_recovery,
};

static int purge_one(struct tx *tx, const char *account, const char *id)
{
    for (size_t i = 0; i < ARRAY_LEN(of_one); i++)
        TRY(of_one[i](tx, id));
    TRY(q_purge_mfa_certification(tx, &(struct q_purge_mfa_certification){account, id}));
    return q_purge_mfa_device(tx, &(struct q_purge_mfa_device){account, id});
}

/* Makes what is known of the memberships of its organization stale. */
static int touch_organization(struct tx *tx, const char *account)
{
    struct membership_row row;
    struct count_row count;
    int code = q_membership_get(tx, &(struct q_membership_get){account}, &row);
    if (code < 0)
        return code == ERR_NOT_FOUND ? OK : code;
    return q_organization_touch(tx, &(struct q_organization_touch){row.organization}, &count);
}

/* What is left when nothing is in it any more. */
static int purge_rest(struct tx *tx, const char *account)
{
    TRY(touch_organization(tx, account));
    TRY(purge_one(tx, account, account)); /* of the root user */
    for (size_t i = 0; i < ARRAY_LEN(of_account); i++)
        TRY(of_account[i](tx, account));
    TRY(purge_leave(tx, account));
    return purge_account(tx, account);
}

static int purge_some(struct tx *tx, const char *account)
{
    struct content_row_list rows;
    TRY(q_account_contents(tx, &(struct q_account_contents){account, TOGETHER}, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(purge_one(tx, account, rows.v[i].id));
    return rows.n ? OK : purge_rest(tx, account);
}

/* Whether an account is due; *ANY: whether any is closed. */
static int find_overdue(struct sandbox *sandbox, struct arena *a, struct overdue_row *ret,
                        bool *any, bool *due)
{
    struct tx tx;
    TRY(store_begin(sandbox->store, false, a, &tx));
    int code = q_account_closed_first(&tx, ret);
    int end = store_end(&tx, true);
    *any = code == OK;
    *due = code == OK && clock_now(&sandbox->clock) - ret->closed >= ACCOUNT_CLOSED_FOR;
    return code < 0 && code != ERR_NOT_FOUND ? code : end;
}

static int purge_slice(struct sandbox *sandbox, struct arena *a, const char *account)
{
    struct tx tx;
    TRY(store_begin(sandbox->store, true, a, &tx));
    int code = purge_some(&tx, account);
    int end = store_end(&tx, code == OK);
    if (code == OK && end == OK)
        view_publish(sandbox, tx.touched);
    return code < 0 ? code : end;
}

static int purge_next(struct sandbox *sandbox, struct arena *a, bool *any, bool *due)
{
    struct overdue_row row;
    TRY(find_overdue(sandbox, a, &row, any, due));
    return *due ? purge_slice(sandbox, a, row.id) : OK;
}

int account_purge(struct sandbox *sandbox, struct arena *a)
{
    bool any = atomic_exchange(&sandbox->has_closed, false), due = any;
    int code = OK;
    for (int n = 0; n < SLICES && due && code == OK; n++)
        code = purge_next(sandbox, a, &any, &due);
    if (any || code < 0)
        atomic_store(&sandbox->has_closed, true);
    return code;
}

int account_purge_all(struct sandbox *sandbox)
{
    struct arena a;
    bool any, due = true;
    int code = OK;
    arena_init(&a);
    while (due && code == OK) {
        code = purge_next(sandbox, &a, &any, &due);
        arena_reset(&a);
    }
    arena_done(&a);
    return code;
}
