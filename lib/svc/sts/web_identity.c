/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "access/claims.h"
#include "entities.h"
#include "entity/managed.h"
#include "jose/issuer.h"
#include "jose/jwt.h"
#include "jose/jwt_signer.h"
#include "model/arn.h"
#include "model/reference.h"
#include "queries.h"
#include "record/record.h"
#include "shape/decode.h"
#include "svc/sts/role_session.h"

#define GOOGLE "accounts.google.com"

/* AWS undocumented: how far the clocks of issuers may be ahead. */
enum { SKEW = 300 };

/* A token on its way from text to claims. */
struct bearer {
    struct call *call;
    struct jwt jwt;
    const char *name;          /* the issuer without its scheme, as keys and ARNs have it */
    const char *audience;      /* the one that counts; "": none */
    struct oidc_row *provider; /* NULL: one that need not be made in IAM */
    struct claims *claims;
};

static int refuse(struct call *c, int code, const char *reason, const char *message)
{
    c->reason = reason;
    return call_fail(c, code, "%s", message);
}

/* Files that shells have written end in a line end, and SDKs send them as they are. */
static struct str without_line_end(struct str token)
{
    while (token.n && strchr("\r\n", token.p[token.n - 1]))
        token.n--;
    return token;
}

static int read_token(struct bearer *b, const struct sts_assume_role_with_web_identity_in *in)
{
    static const char no_token[] = "The ID Token provided is not a valid JWT. (You may see this "
                                   "error if you sent an Access Token)";
    struct call *c = b->call;
    if (in->provider_id) /* AWS undocumented: what it says when Amazon or Facebook do not know it */
        return refuse(c, ERR_INVALID_IDENTITY_TOKEN,
                      "Access tokens of OAuth 2.0 providers can only be checked by these.",
                      "The access token could not be verified.");
    if (!jwt_read(c->arena, without_line_end(str_of(in->web_identity_token)), &b->jwt) ||
        !b->jwt.issuer || !issuer_url_ok(b->jwt.issuer))
        return refuse(c, ERR_INVALID_IDENTITY_TOKEN, "The token is no signed JSON Web Token.",
                      no_token);
    b->name = entity_url_name(b->jwt.issuer);
    return OK;
}

/* STS API Reference, AssumeRoleWithWebIdentity. AWS undocumented: the sentences but the first. */
static int check_time(const struct bearer *b)
{
    struct call *c = b->call;
    const struct jwt *jwt = &b->jwt;
    if (jwt->expires != JWT_NEVER && c->now >= jwt->expires) {
        return call_fail(c, ERR_EXPIRED_TOKEN,
                         "Token expired: current date/time %" PRId64
                         " must be before the expiration date/time %" PRId64,
                         c->now, jwt->expires);
    }
    if (jwt->issued > c->now + SKEW || jwt->not_before > c->now + SKEW)
        return call_fail(c, ERR_INVALID_IDENTITY_TOKEN, "The token is not valid yet.");
    return OK;
}

/* In the words of AssumeRole for tags among the members. */
static int check_tags(const struct bearer *b)
{
    struct call *c = b->call;
    for (size_t i = 0; i < b->jwt.n_tags; i++) {
        const struct sts_tag tag = {b->jwt.tags[i].key, b->jwt.tags[i].value};
        TRY(shape_check(c->arena, &sts_tag_shape, &tag, &c->message));
    }
    return OK;
}

static int check_claims(const struct bearer *b)
{
    const struct jwt *jwt = &b->jwt;
    const char *missing = !jwt->subject               ? "sub"
                          : jwt->expires == JWT_NEVER ? "exp"
                          : jwt->issued == JWT_NEVER  ? "iat"
                          : !*b->audience             ? "aud"
                                                      : NULL;
    if (missing)
        return call_fail(b->call, ERR_INVALID_IDENTITY_TOKEN, "Missing a required claim: %s",
                         missing);
    if (jwt->source_identity && !role_session_name_ok(jwt->source_identity))
        return call_fail(b->call, ERR_INVALID_IDENTITY_TOKEN, "The source identity is invalid.");
    TRY(check_tags(b));
    return check_time(b);
}

static bool is_client(const struct client_row_list *clients, const char *client)
{
    for (size_t i = 0; i < clients->n; i++) {
        if (strcmp(clients->v[i].client, client) == 0)
            return true;
    }
    return false;
}

/* The party that a token was issued to counts in place of the audience. */
static int check_audience(struct bearer *b, const struct oidc_row *provider)
{
    const struct jwt *jwt = &b->jwt;
    struct client_row_list clients;
    if (!provider) /* whose clients are for the trust policy to name */
        return OK;
    TRY(q_client_all(b->call->tx, &(struct q_client_all){.provider = provider->arn}, &clients));
    if (jwt->party && is_client(&clients, jwt->party))
        return OK;
    for (size_t i = 0; i < jwt->n_audience && !jwt->party; i++) {
        b->audience = jwt->audience[i];
        if (is_client(&clients, b->audience))
            return OK;
    }
    const char *reason = arena_printf(b->call->arena, "The audience %s is no client id of %s.",
                                      b->audience, provider->arn);
    return refuse(b->call, ERR_INVALID_IDENTITY_TOKEN, reason, "Incorrect token audience");
}

/* Providers that need not be made in IAM (IAM User Guide, "OIDC federation"). */
static bool is_known(const char *name)
{
    return strcmp(name, GOOGLE) == 0 || strcmp(name, "cognito-identity.amazonaws.com") == 0;
}

static int find_provider(struct bearer *b, struct oidc_row **ret)
{
    struct call *c = b->call;
    struct oidc_row *row = NEW(c->arena, struct oidc_row);
    int code = q_oidc_find(c->tx, &(struct q_oidc_find){c->account, b->name}, row);
    *ret = code == OK ? row : NULL;
    if (code == ERR_NOT_FOUND && is_known(b->name))
        code = OK;
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_INVALID_IDENTITY_TOKEN,
                         "No OpenIDConnect provider found in your account for %s", b->jwt.issuer);
    return code;
}

/* Tokens of the sandbox's own issuer are good for whichever issuer they name. */
static int verify_own(struct bearer *b, enum jwt_verdict *ret)
{
    struct call *c = b->call;
    const struct jwt_signer *signer;
    int code = jwt_signer_find(c->sandbox, c->arena, &signer);
    if (code == OK)
        *ret = jwt_verify(c->arena, &b->jwt, str_of(jwt_signer_keys(c->arena, signer)));
    return code == ERR_NOT_FOUND ? OK : code;
}

/* A key that is not in the set may have come into use since that was fetched. */
static int verify(struct bearer *b)
{
    struct call *c = b->call;
    enum jwt_verdict verdict = JWT_NO_KEY;
    struct str keys;
    if (b->jwt.key_id)
        TRY(verify_own(b, &verdict));
    for (int stale = 0; stale < 2 && verdict == JWT_NO_KEY; stale++) {
        TRY(issuer_keys(c, b->jwt.issuer, stale == 1, &keys));
        verdict = jwt_verify(c->arena, &b->jwt, keys);
    }
    if (verdict == JWT_VERIFIED)
        return OK;
    if (verdict == JWT_NO_KEY)
        return refuse(c, ERR_INVALID_IDENTITY_TOKEN, "The issuer has no such key.",
                      "Couldn't retrieve verification key from your identity provider,  please "
                      "reference AssumeRoleWithWebIdentity documentation for requirements");
    return refuse(c, ERR_INVALID_IDENTITY_TOKEN, /* AWS undocumented: the words */
                  "The signature is not by the key that the token names.",
                  "The signature of the token is invalid.");
}

static const char *key_name(const struct bearer *b, const char *claim)
{
    return arena_printf(b->call->arena, "%s:%s", b->name, claim);
}

/* Names of claims, unlike those of keys, are told apart by their letter case; the list has small
   letters only. */
static bool is_listed(const struct bearer *b, const struct reference_service *known,
                      const char *claim)
{
    struct arena *a = b->call->arena;
    const char *folded = str_fold(a, str_of(claim));
    bool standard = strcmp(claim, "aud") == 0 || strcmp(claim, "sub") == 0 ||
                    strcmp(claim, "amr") == 0 || strcmp(claim, "oaud") == 0;
    return known && !standard && strcmp(folded, claim) == 0 &&
           reference_key_find(known, str_of(str_fold(a, str_of(key_name(b, claim)))));
}

/* Google's tokens for service accounts name two audiences (IAM User Guide, "AWS condition keys for
   OIDC federation"). AWS undocumented: that the key is there only when the token names a party. */
static bool has_other_audience(const struct bearer *b)
{
    return strcmp(b->name, GOOGLE) == 0 && b->jwt.party && b->jwt.n_audience;
}

/* aud, sub and amr of every provider, and of some those claims that AWS lists. */
static void add_keys(struct bearer *b)
{
    struct arena *a = b->call->arena;
    const struct jwt *jwt = &b->jwt;
    const struct reference_service *known = reference_load(a, str_of(b->name));
    struct authz_key_value *keys = NEW_ARRAY(a, struct authz_key_value, jwt->n_claims + 4);
    struct str *methods = NEW_ARRAY(a, struct str, jwt->n_methods);
    size_t n = 0;
    keys[n++] = (struct authz_key_value){.name = key_name(b, "aud"), .value = str_of(b->audience)};
    keys[n++] = (struct authz_key_value){.name = key_name(b, "sub"), .value = str_of(jwt->subject)};
    for (size_t i = 0; i < jwt->n_methods; i++)
        methods[i] = str_of(jwt->methods[i]);
    if (jwt->n_methods)
        keys[n++] = (struct authz_key_value){
            .name = key_name(b, "amr"), .list = methods, .n = jwt->n_methods};
    if (has_other_audience(b))
        keys[n++] = (struct authz_key_value){.name = key_name(b, "oaud"),
                                             .value = str_of(jwt->audience[0])};
    for (size_t i = 0; i < jwt->n_claims; i++) {
        if (is_listed(b, known, jwt->claims[i].name))
            keys[n++] = (struct authz_key_value){.name = key_name(b, jwt->claims[i].name),
                                                 .value = str_of(jwt->claims[i].value)};
    }
    b->claims->keys = keys;
    b->claims->n_keys = n;
}

static void adopt(struct bearer *b, const struct oidc_row *provider)
{
    struct call *c = b->call;
    struct authz_principal *principal = NEW(c->arena, struct authz_principal);
    const struct jwt *jwt = &b->jwt;
    *b->claims = (struct claims){
        .provider = provider ? provider->arn : b->name,
        .subject = jwt->subject,
        .audience = b->audience,
        .tags = jwt->tags,
        .n_tags = jwt->n_tags,
        .transitive = {jwt->n_transitive, jwt->transitive},
        .source_identity = jwt->source_identity,
    };
    add_keys(b);
    *principal = (struct authz_principal){.kind = PRINCIPAL_PROVIDER, .arn = b->claims->provider};
    c->principal = principal;
    c->claims = b->claims;
    record_of(c)->bearer = (struct record_bearer){.provider = b->claims->provider,
                                                  .subject = b->claims->subject,
                                                  .audience = b->claims->audience};
}

static void take_audience(struct bearer *b)
{
    const struct jwt *jwt = &b->jwt;
    b->audience = jwt->party ? jwt->party : jwt->n_audience ? jwt->audience[0] : "";
}

/* With enforcement off everybody is believed, with any token. */
static int believe(struct bearer *b, const char *token)
{
    static const struct jwt nobody = {.issuer = "https://unknown"};
    struct oidc_row *provider = NEW(b->call->arena, struct oidc_row);
    if (!jwt_read(b->call->arena, str_of(token), &b->jwt) || !b->jwt.issuer)
        b->jwt = nobody;
    b->name = entity_url_name(b->jwt.issuer);
    b->jwt.subject = b->jwt.subject ? b->jwt.subject : "unknown";
    take_audience(b);
    b->audience = *b->audience ? b->audience : "unknown";
    int code = q_oidc_find(b->call->tx, &(struct q_oidc_find){b->call->account, b->name}, provider);
    if (code != OK && code != ERR_NOT_FOUND)
        return code;
    adopt(b, code == OK ? provider : NULL);
    return OK;
}

/* All but the signature. */
static int examine(struct bearer *b, const struct sts_assume_role_with_web_identity_in *in)
{
    struct call *c = b->call;
    struct iam_role *role;
    int code = entity_trusting_role(c, in->role_arn, &role);
    if (code != OK && code != ERR_NOT_FOUND) /* whether there is one is nobody's business yet */
        return code;
    c->account = arn_account(c->arena, in->role_arn);
    if (c->enforcement == ENFORCE_OFF)
        return believe(b, in->web_identity_token);
    TRY(read_token(b, in));
    take_audience(b);
    TRY(find_provider(b, &b->provider));
    TRY(check_claims(b));
    return check_audience(b, b->provider);
}

int sts_assume_role_with_web_identity_prove(struct call *c,
                                            const struct sts_assume_role_with_web_identity_in *in)
{
    struct bearer b = {.call = c, .name = "", .claims = NEW(c->arena, struct claims)};
    struct tx tx;
    TRY(call_begin_look(c, &tx));
    TRY(call_end_look(c, examine(&b, in)));
    if (c->enforcement == ENFORCE_OFF)
        return OK;
    TRY(verify(&b));
    adopt(&b, b.provider);
    return OK;
}

int sts_assume_role_with_web_identity(struct call *c,
                                      const struct sts_assume_role_with_web_identity_in *in,
                                      struct sts_assume_role_with_web_identity_out *out)
{
    struct session session;
    struct grant_scope scope = {.policy = in->policy, .policy_arns = &in->policy_arns};
    TRY(role_session_federated(c, in->role_arn, in->role_session_name, in->duration_seconds,
                               &session));
    role_session_claimed_tags(c, &scope);
    TRY(grant_scope_read(c, &scope, session.account, &session));
    out->has_packed_policy_size = in->policy || in->policy_arns.n || session.n_tags;
    TRY(grant_packed_size(c, &session, &out->packed_policy_size));
    TRY(grant_issue(c, &session, in->duration_seconds, &out->credentials));
    out->assumed_role_user = role_session_user(c, c->found[RESOURCE_TRUSTING_ROLE].row, &session);
    out->subject_from_web_identity_token = c->claims->subject;
    out->provider = c->claims->provider;
    out->audience = c->claims->audience;
    out->source_identity = c->claims->source_identity;
    return OK;
}
