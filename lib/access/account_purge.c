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

/* The queries of account_purge.sql: what belongs to one thing, and things themselves, by their ids,
   in an order that references allow; and what the account has besides. */
#define OF_ONE(X)                                                                                  \
    X(access_key)                                                                                  \
    X(access_use)                                                                                  \
    X(attachment)                                                                                  \
    X(group_member)                                                                                \
    X(group_member_of_user) X(inline_policy) X(oidc_client) X(password) X(password_history)        \
        X(policy_version) X(saml_key) X(signing_certificate) X(ssh_public_key) X(tag)              \
            X(trust_principal) X(instance_profile) X(iam_user) X(iam_group) X(iam_role)            \
                X(managed_policy) X(oidc_provider) X(saml_provider) X(server_certificate)
#define OF_ACCOUNT(X)                                                                              \
    X(account_alternate_contact)                                                                   \
    X(account_contact)                                                                             \
    X(account_count)                                                                               \
    X(account_region) X(account_task) X(credential_report) X(credential_report_part)               \
        X(password_policy) X(policy_use) X(role_deletion)

#define DEFINE(NAME)                                                                               \
    static int purge_##NAME(struct tx *tx, const char *id)                                         \
    {                                                                                              \
        return q_purge_##NAME(tx, &(struct q_purge_##NAME){.id = id});                             \
    }
OF_ONE(DEFINE)
OF_ACCOUNT(DEFINE)
DEFINE(account)

#define NAME_OF(NAME) purge_##NAME,
typedef int purge_fn(struct tx *tx, const char *id);
static purge_fn *const of_one[] = {OF_ONE(NAME_OF)};
static purge_fn *const of_account[] = {OF_ACCOUNT(NAME_OF)};

static int purge_one(struct tx *tx, const char *account, const char *id)
{
    for (size_t i = 0; i < ARRAY_LEN(of_one); i++)
        TRY(of_one[i](tx, id));
    TRY(q_purge_mfa_certification(tx, &(struct q_purge_mfa_certification){account, id}));
    return q_purge_mfa_device(tx, &(struct q_purge_mfa_device){account, id});
}

/* What is left when nothing is in it any more. */
static int purge_rest(struct tx *tx, const char *account)
{
    TRY(purge_one(tx, account, account)); /* of the root user */
    for (size_t i = 0; i < ARRAY_LEN(of_account); i++)
        TRY(of_account[i](tx, account));
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

int account_purge(struct sandbox *sandbox, struct arena *a)
{
    bool any = atomic_exchange(&sandbox->has_closed, false), due = any;
    int code = OK;
    for (int n = 0; n < SLICES && due && code == OK; n++) {
        struct overdue_row row;
        code = find_overdue(sandbox, a, &row, &any, &due);
        if (code == OK && due)
            code = purge_slice(sandbox, a, row.id);
    }
    if (any || code < 0)
        atomic_store(&sandbox->has_closed, true);
    return code;
}
