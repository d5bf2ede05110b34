/* SPDX-License-Identifier: Apache-2.0 */
/* The issuer of the sandbox: its public keys, tokens for tests, and keys of other issuers for
   tests without a network. */
#include <jansson.h>

#include "call/call.h"
#include "jose/issuer.h"
#include "jose/jwt.h"
#include "jose/jwt_signer.h"
#include "model/ids.h"
#include "own_api.h"
#include "queries.h"

enum { SECONDS = 3600 }; /* that a token is good for, unless its claims say otherwise */

static int check_id(struct call *c, const char *id)
{
    return id && strlen(id) > UUID_SIZE
               ? call_fail(c, ERR_NO_SUCH_ENTITY, "There is no such issuer.")
               : OK;
}

static struct str_list list(struct arena *a, const char *first, const char *second)
{
    const char **texts = NEW_ARRAY(a, const char *, 2);
    texts[0] = first;
    texts[1] = second;
    return (struct str_list){second ? 2 : 1, texts};
}

/* OpenID Connect Discovery 1.0, section 3. */
int own_get_issuer(struct call *c, const struct own_get_issuer_in *in,
                   struct own_get_issuer_out *out)
{
    TRY(check_id(c, in->issuer_id));
    const char *issuer = issuer_own_url(c->arena, c->rq, in->issuer_id);
    *out = (struct own_get_issuer_out){
        .issuer = issuer,
        .jwks_uri = arena_printf(c->arena, "%s/.well-known/jwks.json", issuer),
        .response_types_supported = list(c->arena, "id_token", NULL),
        .subject_types_supported = list(c->arena, "public", NULL),
        .id_token_signing_alg_values_supported = list(c->arena, "RS256", "ES384")};
    return OK;
}

int own_get_issuer_keys(struct call *c, const struct own_get_issuer_keys_in *in,
                        struct own_get_issuer_keys_out *out)
{
    const struct jwt_signer *signer;
    TRY(check_id(c, in->issuer_id));
    TRY(jwt_signer_need(c->sandbox, c->arena, &signer));
    out->keys = jwt_signer_keys(c->arena, signer);
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

/* What a token needs and the claims do not say is filled in. */
static char *complete(struct call *c, json_t *claims)
{
    char id[UUID_SIZE];
    uuid_new(&c->sandbox->rand, id);
    add_default(claims, "iss", json_string(issuer_own_url(c->arena, c->rq, NULL)));
    add_default(claims, "sub", json_string("test"));
    add_default(claims, "aud", json_string("sts.amazonaws.com"));
    add_default(claims, "iat", json_integer(c->now));
    add_default(claims, "exp", json_integer(c->now + SECONDS));
    add_default(claims, "jti", json_string(id));
    size_t n = json_dumpb(claims, NULL, 0, JSON_COMPACT);
    char *text = arena_zalloc(c->arena, n + 1);
    json_dumpb(claims, text, n, JSON_COMPACT);
    return text;
}

int own_create_token(struct call *c, const struct own_create_token_in *in,
                     struct own_create_token_out *out)
{
    const struct jwt_signer *signer;
    json_t *claims = in->claims ? json_loads(in->claims, JSON_DECODE_ANY, NULL) : json_object();
    out->claims = json_is_object(claims) ? complete(c, claims) : NULL;
    json_decref(claims);
    if (!out->claims)
        return call_fail(c, ERR_VALIDATION_ERROR, "The body has to be a JSON object.");
    TRY(jwt_signer_need(c->sandbox, c->arena, &signer));
    out->token =
        jwt_signer_sign(c->arena, signer, &c->sandbox->rand, in->algorithm, str_of(out->claims));
    return OK;
}

int own_put_issuer_keys_prove(struct call *c, const struct own_put_issuer_keys_in *in)
{
    if (!issuer_url_ok(in->issuer))
        return call_fail(c, ERR_VALIDATION_ERROR, "\"issuer\" has to be the URL of an issuer.");
    if (strcmp(in->jwks, "null") == 0 || jwt_keys_ok(c->arena, str_of(in->jwks)))
        return OK;
    return call_fail(c, ERR_VALIDATION_ERROR,
                     "\"jwks\" has to be a JSON Web Key Set with a key for RS256, RS384, RS512, "
                     "PS256, ES256 or ES384, or null.");
}

int own_put_issuer_keys(struct call *c, const struct own_put_issuer_keys_in *in,
                        struct own_put_issuer_keys_out *out)
{
    const char *setting = issuer_setting(c->arena, in->issuer);
    out->issuer = in->issuer;
    if (strcmp(in->jwks, "null") == 0)
        return q_setting_delete(c->tx, &(struct q_setting_delete){.name = setting});
    return q_setting_set(c->tx, &(struct q_setting_set){setting, in->jwks});
}
