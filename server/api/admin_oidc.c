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

static void reply_trouble(struct admin *r)
{
    admin_error(r, 500, "The keys could not be read or stored.");
}

/* In the arena. */
static struct str compact(struct admin *r, const json_t *json)
{
    size_t n = json_dumpb(json, NULL, 0, JSON_COMPACT);
    char *text = arena_zalloc(r->arena, n + 1);
    json_dumpb(json, text, n, JSON_COMPACT);
    return (struct str){text, n};
}

static void reply_keys(struct admin *r)
{
    const struct jwt_signer *signer;
    if (jwt_signer_need(r->sandbox, r->arena, &signer) == OK)
        admin_reply(r, 200, json_loads(jwt_signer_keys(r->arena, signer), 0, NULL));
    else
        reply_trouble(r);
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
    uuid_new(&r->sandbox->rand, id);
    response_add(r->response, "x-amzn-requestid", arena_strdup(r->arena, id));
}

/* The body is the claims; what a token needs and they do not say is filled in. */
void admin_post_oidc_token(struct admin *r)
{
    const char *algorithm = "RS256";
    const struct jwt_signer *signer;
    struct str query = r->rq->query;
    if (query.n && str_is(query, "algorithm=ES384")) {
        algorithm = "ES384";
    } else if (query.n && !str_is(query, "algorithm=RS256")) {
        admin_error(r, 400, "The query may be algorithm=RS256 or algorithm=ES384.");
        return;
    }
    json_t *claims = r->rq->body.n ? admin_body(r) : json_object();
    if (!claims)
        return;
    complete(r, claims);
    if (jwt_signer_need(r->sandbox, r->arena, &signer) == OK) {
        const char *token =
            jwt_signer_sign(r->arena, signer, &r->sandbox->rand, algorithm, compact(r, claims));
        admin_reply(r, 200, json_pack("{s:s, s:O}", "token", token, "claims", claims));
    } else {
        reply_trouble(r);
    }
    json_decref(claims);
}

struct key_set {
    const char *setting, *text; /* text NULL: no longer known */
};

static int store_keys(struct admin *r, const struct key_set *set)
{
    struct own_call own;
    TRY(own_call_begin(r->server, r->sandbox, r->arena, r->rq, true, &own));
    int code = set->text
                   ? q_setting_set(&own.tx, &(struct q_setting_set){set->setting, set->text})
                   : q_setting_delete(&own.tx, &(struct q_setting_delete){.name = set->setting});
    return own_call_end(&own, code);
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
    else if (store_keys(r, &set) == OK)
        admin_reply(r, 200, json_pack("{s:O}", "issuer", json_object_get(body, "issuer")));
    else
        reply_trouble(r);
    json_decref(body);
}
