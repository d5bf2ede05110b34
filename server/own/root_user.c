/* SPDX-License-Identifier: Apache-2.0 */
#include "server/own/root_user.h"

#include "access/account.h"
#include "access/account_state.h"
#include "authn/last_used.h"
#include "authn/password.h"
#include "authn/password_policy.h"
#include "own_api.h"
#include "queries.h"
#include "svc/account/primary_email.h"

int root_user_check_email(struct call *c, const char *email, const char *id)
{
    bool is_free;
    if (!account_email_ok(str_of(email)))
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "An e-mail address has at most 64 characters, none of them blank, and a "
                         "domain with a dot.");
    TRY(account_email_free(c->tx, email, id, &is_free));
    return is_free ? OK
                   : call_fail(c, ERR_ENTITY_ALREADY_EXISTS,
                               "Another account has that e-mail address.");
}

/* Whoever leaves the organization may, since nobody else could let the root user in again. */
int root_user_check_recovery(struct call *c, const char *id)
{
    struct root_recovery_row row;
    int code = q_root_recovery_get(c->tx, &(struct q_root_recovery_get){id}, &row);
    if (code == OK && !row.allowed) {
        return call_fail(c, ERR_ACCESS_DENIED,
                         "The organization keeps the root user from having credentials: "
                         "CreateLoginProfile, in a session of AssumeRoot with the task policy "
                         "IAMCreateRootUserPassword, lets it have a password again.");
    }
    return code == ERR_NOT_FOUND ? OK : code;
}

/* AWS asks the same of root users, whatever an account asks of its users (IAM User Guide, "Change
   the password for the root user"). */
int root_user_hash(struct call *c, const char *password, const char *email, const char *name)
{
    const struct password_rules rules = {.email = email ? email : "", .name = name ? name : ""};
    const char *hash;
    if (!password_conforms(&rules, password)) {
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "A root user's password has 8 to 128 characters of three kinds at least: "
                         "capital letters, small letters, digits, symbols. It is neither the "
                         "e-mail address nor the account's name.");
    }
    TRY(password_hash(c->sandbox, c->arena, password, &hash));
    c->proof = hash;
    return OK;
}

int root_user_put_password(struct call *c, const char *id)
{
    TRY(root_user_check_recovery(c, id));
    TRY(q_root_recovery_delete(c->tx, &(struct q_root_recovery_delete){id}));
    return password_put(
        c->tx, &(struct password_new){.account = id, .owner = id, .hash = c->proof, .now = c->now});
}

static int find_account(struct call *c, const char *id, struct account_row *ret)
{
    int code = q_account_get(c->tx, &(struct q_account_get){.id = id}, ret);
    return code == ERR_NOT_FOUND ? call_fail(c, ERR_NO_SUCH_ENTITY, "There is no such account.")
                                 : code;
}

static int show_keys(struct call *c, const char *id, struct own_root_key_list *ret)
{
    struct key_row_list rows;
    TRY(q_key_page(
        c->tx,
        &(struct q_key_page){.owner = id, .after_created = -1, .after = "", .limit = INT64_MAX},
        &rows));
    struct own_root_key *keys = NEW_ARRAY(c->arena, struct own_root_key, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        const struct key_row *row = &rows.v[i];
        struct key_usage usage = {.at = row->last_used};
        bool noted = last_used_get(c->sandbox->last_used, c->arena, str_of(row->id), &usage);
        keys[i] = (struct own_root_key){.access_key_id = row->id,
                                        .status = row->status,
                                        .created = row->created,
                                        .last_used = usage.at,
                                        .has_last_used = noted || row->has_last_used};
    }
    *ret = (struct own_root_key_list){rows.n, keys};
    return OK;
}

static int show_devices(struct call *c, const char *id, struct own_root_device_list *ret)
{
    struct iam_mfa_device_list rows;
    TRY(q_mfa_page_of_owner(
        c->tx, &(struct q_mfa_page_of_owner){.owner = id, .after = "", .limit = INT64_MAX}, &rows));
    struct own_root_device *devices = NEW_ARRAY(c->arena, struct own_root_device, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        devices[i] = (struct own_root_device){rows.v[i].serial_number, rows.v[i].enable_date};
    *ret = (struct own_root_device_list){rows.n, devices};
    return OK;
}

static int show_certificates(struct call *c, const char *id, struct own_root_certificate_list *ret)
{
    struct signing_certificate_row_list rows;
    TRY(q_signing_certificate_page(
        c->tx,
        &(struct q_signing_certificate_page){
            .owner = id, .after_created = -1, .after = "", .limit = INT64_MAX},
        &rows));
    struct own_root_certificate *all = NEW_ARRAY(c->arena, struct own_root_certificate, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        all[i] = (struct own_root_certificate){rows.v[i].id, rows.v[i].status, rows.v[i].created};
    *ret = (struct own_root_certificate_list){rows.n, all};
    return OK;
}

static int show_root(struct call *c, const struct account_row *account, struct own_root_user *ret)
{
    struct password_row password;
    struct key_usage use = {.at = account->password_last_used};
    bool noted = last_used_get(c->sandbox->last_used, c->arena, str_of(account->id), &use);
    int code = q_password_get(c->tx, &(struct q_password_get){account->id}, &password);
    if (code != OK && code != ERR_NOT_FOUND)
        return code;
    *ret =
        (struct own_root_user){.arn = arena_printf(c->arena, "arn:aws:iam::%s:root", account->id),
                               .email = account->email,
                               .password = code == OK,
                               .password_last_changed = code == OK ? password.changed : 0,
                               .has_password_last_changed = code == OK,
                               .password_last_used = use.at,
                               .has_password_last_used = noted || account->has_password_last_used};
    TRY(show_keys(c, account->id, &ret->access_keys));
    TRY(show_certificates(c, account->id, &ret->signing_certificates));
    return show_devices(c, account->id, &ret->mfa_devices);
}

/* Of what AWS's guide says a root user should not have, or should (IAM User Guide, "Root user best
   practices"). */
static void warn(struct call *c, const struct own_root_user *root, struct str_list *ret)
{
    const char **texts = NEW_ARRAY(c->arena, const char *, 2);
    *ret = (struct str_list){0, texts};
    if (root->access_keys.n)
        texts[ret->n++] = "The root user has access keys, which no policy of the account limits: "
                          "make an administrator, then delete them by DeleteAccessKey without a "
                          "UserName.";
    if (root->password && !root->mfa_devices.n)
        texts[ret->n++] = "The root user has a password and no MFA device: CreateVirtualMFADevice "
                          "makes one.";
}

int own_get_account(struct call *c, const struct own_get_account_in *in,
                    struct own_get_account_out *out)
{
    struct account_row account;
    struct account_state state;
    TRY(find_account(c, in->id, &account));
    TRY(account_state_get(c->tx, in->id, &state));
    *out = (struct own_get_account_out){.account = account.id,
                                        .name = account.name,
                                        .alias = account.alias,
                                        .created = account.created,
                                        .closed = state.closed_at,
                                        .has_closed = state.closed,
                                        .reopen_until = state.closed_at + ACCOUNT_CLOSED_FOR,
                                        .has_reopen_until = state.closed,
                                        .root = NEW(c->arena, struct own_root_user)};
    TRY(show_root(c, &account, out->root));
    warn(c, out->root, &out->warnings);
    return OK;
}

/* Hashing takes milliseconds. An account that is not there is told by the operation. */
int own_put_root_prove(struct call *c, const struct own_put_root_in *in)
{
    struct tx tx;
    struct account_row account;
    if (!in->password)
        return OK;
    TRY(call_begin_look(c, &tx));
    int code =
        call_end_look(c, q_account_get(c->tx, &(struct q_account_get){.id = in->id}, &account));
    if (code == ERR_NOT_FOUND)
        return OK;
    TRY(code);
    return root_user_hash(c, in->password, in->email ? in->email : account.email, account.name);
}

int own_put_root(struct call *c, const struct own_put_root_in *in, struct own_get_account_out *out)
{
    struct account_row account;
    TRY(find_account(c, in->id, &account));
    if (in->email) {
        TRY(root_user_check_email(c, in->email, in->id));
        TRY(q_account_set_email(
            c->tx, &(struct q_account_set_email){
                       .id = in->id, .email = in->email, .email_key = call_fold(c, in->email)}));
    }
    if (c->proof)
        TRY(root_user_put_password(c, in->id));
    return own_get_account(c, &(struct own_get_account_in){.id = in->id}, out);
}

int own_get_primary_email_update(struct call *c, const struct own_get_primary_email_update_in *in,
                                 struct own_get_primary_email_update_out *out)
{
    struct account_row account;
    struct primary_email_update_row row;
    TRY(find_account(c, in->id, &account));
    int code =
        q_primary_email_update_get(c->tx, &(struct q_primary_email_update_get){in->id}, &row);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The e-mail address is not about to change.");
    TRY(code);
    *out = (struct own_get_primary_email_update_out){.account = account.id,
                                                     .email = row.email,
                                                     .otp = row.code,
                                                     .expires =
                                                         row.started + PRIMARY_EMAIL_CODE_SECONDS};
    return OK;
}
