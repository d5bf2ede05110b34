/* SPDX-License-Identifier: Apache-2.0 */
/* The issuer of the sandbox: its public keys, tokens for tests, and keys of other issuers for
   tests without a network. */
#include "err.h"
#include "jose/issuer.h"
#include "jose/jwt.h"
#include "jose/jwt_signer.h"
#include "model/ids.h"
#include "queries.h"
#include "server/api/admin_endpoint.h"
#include "server/api/own_call.h"

enum { SECONDS = 3600 }; /* that a token is good for, unless its claims say otherwise */

typedef int in_store(struct admin *r, struct tx *tx, void *owner);

static int with_tx(struct admin *r, bool write, in_store *work, void *owner)
{
    struct own_call own;
    TRY(own_call_begin(r->server, r->arena, r->rq, write, &own));
    return own_call_end(&own, work(r, &own.tx, owner));
}

/* Runs WORK in a transaction that writes. */
static int with_store(struct admin *r, in_store *work, void *owner)
{
    int code = with_tx(r, true, work, owner);
    if (code < 0)
        admin_error(r, 500, "The keys could not be read or stored.");
    return code;
}

/* In the arena. */
static struct str compact(struct admin *r, const json_t *json)
{
    size_t n = json_dumpb(json, NULL, 0, JSON_COMPACT);
    char *text = arena_zalloc(r->arena, n + 1);
    json_dumpb(json, text, n, JSON_COMPACT);
    return (struct str){text, n};
}

static int find_keys(struct admin *r, struct tx *tx, void *owner)
{
    const struct jwt_signer *signer;
    char **ret = owner;
    TRY(jwt_signer_find(r->sandbox, tx, &signer));
    *ret = jwt_signer_keys(r->arena, signer);
    return OK;
}

static int make_keys(struct admin *r, struct tx *tx, void *owner)
{
    const struct jwt_signer *signer;
    char **ret = owner;
    TRY(jwt_signer_need(r->sandbox, tx, &signer));
    *ret = jwt_signer_keys(r->arena, signer);
    jwt_signer_release(r->sandbox, signer);
    return OK;
}

/* Everybody may ask: only the first who does makes writers wait. */
static void reply_keys(struct admin *r)
{
    char *keys = NULL;
    if (with_tx(r, false, find_keys, &keys) == OK || with_store(r, make_keys, &keys) == OK)
        admin_reply(r, 200, json_loads(keys, 0, NULL));
}

/* OpenID Connect Discovery 1.0, section 3. */
static void reply_discovery(struct admin *r, const char *issuer)
{
    admin_reply(r, 200,
                json_pack("{s:s, s:s, s:[s], s:[s], s:[s,s]}", "issuer", issuer, "jwks_uri",
                          arena_printf(r->arena, "%s/.well-known/jwks.json", issuer),
                          "response_types_supported", "id_token", "subject_types_supported",
                          "public", "id_token_signing_alg_values_supported", "RS256", "ES384"));
}

void admin_get_oidc(struct admin *r)
{
    struct str rest = r->rest, id = {NULL, 0};
    struct str known = STR(".well-known/");
    if (!str_starts(rest, known))
        id = str_cut(&rest, '/');
    const char *issuer = issuer_own_url(r->arena, r->rq, id.p ? str_dup(r->arena, id) : NULL);
    if (id.n <= UUID_SIZE && rest.p && str_is(rest, ".well-known/openid-configuration"))
        reply_discovery(r, issuer);
    else if (id.n <= UUID_SIZE && rest.p && str_is(rest, ".well-known/jwks.json"))
        reply_keys(r);
    else
        admin_error(r, 404,
                    "An issuer has .well-known/openid-configuration and "
                    ".well-known/jwks.json.");
}

/* A token to be signed. */
struct order {
    const char *algorithm;
    struct str claims;
    char *token;
};

static int sign(struct admin *r, struct tx *tx, void *owner)
{
    struct order *order = owner;
    const struct jwt_signer *signer;
    TRY(jwt_signer_need(r->sandbox, tx, &signer));
    order->token =
        jwt_signer_sign(r->arena, signer, &r->sandbox->rand, order->algorithm, order->claims);
    jwt_signer_release(r->sandbox, signer);
    return OK;
}

/* Takes over the reference to VALUE. */
static void add_default(json_t *claims, const char *name, json_t *value)
{
    if (json_object_get(claims, name))
        json_decref(value);
    else
        json_object_set_new(claims, name, value);
}

static void complete(struct admin *r, json_t *claims)
{
    char id[UUID_SIZE];
    json_int_t now = clock_now(&r->sandbox->clock);
    uuid_new(&r->sandbox->rand, id);
    add_default(claims, "iss", json_string(issuer_own_url(r->arena, r->rq, NULL)));
    add_default(claims, "sub", json_string("test"));
    add_default(claims, "aud", json_string("sts.amazonaws.com"));
    add_default(claims, "iat", json_integer(now));
    add_default(claims, "exp", json_integer(now + SECONDS));
    add_default(claims, "jti", json_string(id));
}

/* The body is the claims; what a token needs and they do not say is filled in. */
void admin_post_oidc_token(struct admin *r)
{
    struct order order = {.algorithm = "RS256"};
    struct str query = r->rq->query;
    if (query.n && str_is(query, "algorithm=ES384")) {
        order.algorithm = "ES384";
    } else if (query.n && !str_is(query, "algorithm=RS256")) {
        admin_error(r, 400, "The query may be algorithm=RS256 or algorithm=ES384.");
        return;
    }
    json_t *claims = r->rq->body.n ? admin_body(r) : json_object();
    if (!claims)
        return;
    complete(r, claims);
    order.claims = compact(r, claims);
    if (with_store(r, sign, &order) == OK)
        admin_reply(r, 200, json_pack("{s:s, s:O}", "token", order.token, "claims", claims));
    json_decref(claims);
}

struct key_set {
    const char *setting, *text; /* text NULL: no longer known */
};

static int store_keys(UNUSED struct admin *r, struct tx *tx, void *owner)
{
    const struct key_set *set = owner;
    return set->text ? q_setting_set(tx, &(struct q_setting_set){set->setting, set->text})
                     : q_setting_delete(tx, &(struct q_setting_delete){.name = set->setting});
}

/* What is wrong with the body, or NULL. */
static const char *read_key_set(struct admin *r, json_t *body, struct key_set *ret)
{
    const char *issuer = admin_text(r, body, "issuer");
    json_t *keys = json_object_get(body, "jwks");
    if (!issuer || !issuer_url_ok(issuer))
        return "\"issuer\" has to be the URL of an issuer.";
    *ret = (struct key_set){.setting = issuer_setting(r->arena, issuer)};
    if (json_is_null(keys))
        return NULL;
    ret->text = compact(r, keys).p;
    return jwt_keys_ok(r->arena, str_of(ret->text))
               ? NULL
               : "\"jwks\" has to be a JSON Web Key Set with a key for RS256, RS384, RS512, PS256, "
                 "ES256 or ES384, or null.";
}

void admin_put_oidc_keys(struct admin *r)
{
    struct key_set set;
    json_t *body = admin_body(r);
    if (!body)
        return;
    const char *wrong = read_key_set(r, body, &set);
    if (wrong)
        admin_error(r, 400, wrong);
    else if (with_store(r, store_keys, &set) == OK)
        admin_reply(r, 200, json_pack("{s:O}", "issuer", json_object_get(body, "issuer")));
    json_decref(body);
}
