/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, and the way into those whose root user has no access key. */
#include "access/account.h"
#include "authz/authz.h"
#include "iam_api.h"
#include "model/ids.h"
#include "queries.h"
#include "server/api/admin_endpoint.h"
#include "server/api/own_call.h"

static const char *random_account(struct admin *r)
{
    unsigned char chance[12];
    rand_bytes(&r->sandbox->rand, chance, sizeof chance);
    char *id = arena_zalloc(r->arena, ACCOUNT_SIZE);
    id[0] = (char)('1' + chance[0] % 9);
    for (size_t i = 1; i < sizeof chance; i++)
        id[i] = (char)('0' + chance[i] % 10);
    return id;
}

/* What is wrong with the members of BODY, or NULL. */
static const char *read_spec(struct admin *r, json_t *body, struct account_spec *ret)
{
    json_t *id = json_object_get(body, "account"), *email = json_object_get(body, "email");
    *ret = (struct account_spec){.id = admin_text(r, body, "account"),
                                 .email = admin_text(r, body, "email")};
    if (id && !json_is_null(id) && !(ret->id && account_id_ok(str_of(ret->id))))
        return "An account id has twelve digits, as a text.";
    if (email && !json_is_null(email) && !(ret->email && account_email_ok(str_of(ret->email))))
        return "An e-mail address has at most 64 characters, none of them blank.";
    return NULL;
}

void admin_post_accounts(struct admin *r)
{
    json_t *body = r->rq->body.n ? admin_body(r) : json_object();
    if (!body)
        return;
    struct account_spec spec;
    const char *wrong = read_spec(r, body, &spec);
    json_decref(body);
    if (wrong) {
        admin_error(r, 400, wrong);
        return;
    }
    if (!spec.id)
        spec.id = random_account(r);
    if (!spec.email)
        spec.email = account_email(r->arena, spec.id);
    account_new_key(r->sandbox, r->arena, &spec);
    int code = account_create(r->sandbox, r->arena, &spec);
    if (code < 0) {
        admin_error(r, code == ERR_ENTITY_ALREADY_EXISTS ? 409 : 500,
                    code == ERR_ENTITY_ALREADY_EXISTS ? "There is such an account already."
                                                      : "The account could not be stored.");
        return;
    }
    admin_reply(r, 201,
                json_pack("{s:s, s:s, s:s, s:s, s:s}", "account", spec.id, "arn",
                          arena_printf(r->arena, "arn:aws:iam::%s:root", spec.id), "email",
                          spec.email, "access_key_id", spec.access_key_id, "secret_access_key",
                          spec.secret));
}

static int read_accounts(struct admin *r, struct account_row_list *ret)
{
    struct tx tx;
    TRY(store_begin(r->sandbox->store, false, r->arena, &tx));
    int code = q_account_page(&tx, &(struct q_account_page){.after = "", .limit = INT64_MAX}, ret);
    int end = store_end(&tx, true);
    return code < 0 ? code : end;
}

void admin_get_accounts(struct admin *r)
{
    struct account_row_list rows;
    if (read_accounts(r, &rows) < 0) {
        admin_error(r, 500, "The accounts could not be read.");
        return;
    }
    json_t *accounts = json_array();
    for (size_t i = 0; i < rows.n; i++)
        json_array_append_new(
            accounts, json_pack("{s:s, s:s}", "account", rows.v[i].id, "email", rows.v[i].email));
    admin_reply(r, 200, json_pack("{s:o}", "accounts", accounts));
}

/* As the root user of the account would make it. */
static int make_root_key(struct call *c, const char *id, struct iam_access_key **ret)
{
    struct account_row account;
    struct iam_create_access_key_out out;
    const struct iam_create_access_key_in of_caller = {.user_name = NULL};
    const struct authz_principal root = {.kind = PRINCIPAL_ROOT, .account = id, .id = id};
    TRY(q_account_get(c->tx, &(struct q_account_get){.id = id}, &account));
    c->account = id;
    c->principal = &root;
    int code = iam_create_access_key(c, &of_caller, &out);
    c->principal = NULL;
    *ret = code == OK ? out.access_key : NULL;
    return code;
}

static void refuse_root_key(struct admin *r, int code, const char *message)
{
    if (code == ERR_NOT_FOUND)
        admin_error(r, 404, "There is no such account.");
    else if (code == ERR_LIMIT_EXCEEDED)
        admin_error(r, 409, message);
    else
        admin_error(r, 500, "The access key could not be stored.");
}

void admin_post_root_key(struct admin *r)
{
    struct own_call own;
    struct iam_access_key *key = NULL;
    struct str rest = r->rest;
    const char *id = str_dup(r->arena, str_cut(&rest, '/'));
    if (!rest.p || !str_is(rest, "access-keys")) {
        admin_error(r, 404, "Expected /_iam-local/accounts/ID/access-keys.");
        return;
    }
    int code = own_call_begin(r->server, r->sandbox, r->arena, r->rq, true, &own);
    if (code == OK)
        code = own_call_end(&own, make_root_key(&own.call, id, &key));
    if (code < 0) {
        refuse_root_key(r, code, own.call.message);
        return;
    }
    admin_reply(r, 201,
                json_pack("{s:s, s:s, s:s}", "account", id, "access_key_id", key->access_key_id,
                          "secret_access_key", key->secret_access_key));
}
