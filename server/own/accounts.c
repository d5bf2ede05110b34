/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, and the way into those whose root user has no access key. */
#include "access/account.h"
#include "authn/password.h"
#include "authz/authz.h"
#include "call/call.h"
#include "iam_api.h"
#include "model/ids.h"
#include "own_api.h"
#include "queries.h"
#include "server/own/root_user.h"

static const char *random_account(struct call *c)
{
    char *id = arena_alloc(c->arena, ACCOUNT_SIZE);
    account_id_new(&c->sandbox->rand, id);
    return id;
}

static int read_spec(struct call *c, const struct own_create_account_in *in,
                     struct account_spec *ret)
{
    if (in->account && !account_id_ok(str_of(in->account)))
        return call_fail(c, ERR_VALIDATION_ERROR, "An account id has twelve digits, as a text.");
    const char *id = in->account ? in->account : random_account(c);
    const char *email = in->email ? in->email : account_email(c->arena, id);
    TRY(root_user_check_email(c, email, id));
    *ret = (struct account_spec){
        .id = id, .email = email, .name = in->name ? in->name : account_name(c->arena, id)};
    if (in->keys)
        account_new_key(c->sandbox, c->arena, ret);
    return OK;
}

int own_create_account_prove(struct call *c, const struct own_create_account_in *in)
{
    return in->password ? root_user_hash(c, in->password, in->email, in->name) : OK;
}

int own_create_account(struct call *c, const struct own_create_account_in *in,
                       struct own_create_account_out *out)
{
    struct account_spec spec = {.id = NULL};
    TRY(read_spec(c, in, &spec));
    int code = account_insert(c->tx, &spec, c->now);
    if (code == ERR_ENTITY_ALREADY_EXISTS)
        return call_fail(c, code, "There is such an account already.");
    TRY(code);
    if (c->proof)
        TRY(password_put(
            c->tx, &(struct password_new){
                       .account = spec.id, .owner = spec.id, .hash = c->proof, .now = c->now}));
    *out = (struct own_create_account_out){
        .account = spec.id,
        .name = spec.name,
        .arn = arena_printf(c->arena, "arn:aws:iam::%s:root", spec.id),
        .email = spec.email,
        .access_key_id = spec.access_key_id,
        .secret_access_key = spec.secret};
    return OK;
}

int own_get_accounts(struct call *c, const struct own_get_accounts_in *in,
                     struct own_get_accounts_out *out)
{
    struct account_page_row_list rows;
    const struct q_account_page page = {.after = in->after ? in->after : "",
                                        .limit = in->has_limit ? in->limit + 1 : INT64_MAX};
    TRY(q_account_page(c->tx, &page, &rows));
    if (in->has_limit && rows.n > (size_t)in->limit) {
        rows.n = (size_t)in->limit;
        out->next = rows.v[rows.n - 1].id;
    }
    struct own_account *accounts = NEW_ARRAY(c->arena, struct own_account, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        accounts[i] = (struct own_account){.account = rows.v[i].id,
                                           .name = rows.v[i].name,
                                           .email = rows.v[i].email,
                                           .closed = rows.v[i].closed,
                                           .has_closed = rows.v[i].has_closed};
    }
    out->accounts = (struct own_account_list){rows.n, accounts};
    return OK;
}

/* As the root user of the account would make it. */
int own_create_root_access_key(struct call *c, const struct own_create_root_access_key_in *in,
                               struct own_create_root_access_key_out *out)
{
    struct account_row account;
    struct iam_create_access_key_out made;
    const struct iam_create_access_key_in of_caller = {.user_name = NULL};
    const struct authz_principal root = {.kind = PRINCIPAL_ROOT, .account = in->id, .id = in->id};
    int code = q_account_get(c->tx, &(struct q_account_get){.id = in->id}, &account);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "There is no such account.");
    TRY(code);
    TRY(root_user_check_recovery(c, in->id));
    struct call by_root = *c;
    by_root.account = in->id;
    by_root.principal = &root;
    code = iam_create_access_key(&by_root, &of_caller, &made);
    c->message = by_root.message;
    TRY(code);
    *out = (struct own_create_root_access_key_out){.account = in->id,
                                                   .access_key_id = made.access_key->access_key_id,
                                                   .secret_access_key =
                                                       made.access_key->secret_access_key};
    return OK;
}

int own_put_standalone_data(struct call *c, const struct own_put_standalone_data_in *in,
                            struct own_put_standalone_data_out *out)
{
    TRY(q_account_set_standalone(
        c->tx, &(struct q_account_set_standalone){.id = in->id,
                                                  .payment_method = in->payment_method,
                                                  .agreement = in->agreement,
                                                  .phone_verified = in->phone_verified}));
    if (c->tx->changes == 0)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "There is no such account.");
    *out = (struct own_put_standalone_data_out){.account = in->id,
                                                .payment_method = in->payment_method,
                                                .agreement = in->agreement,
                                                .phone_verified = in->phone_verified};
    return OK;
}
