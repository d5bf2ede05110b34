/* SPDX-License-Identifier: Apache-2.0 */
#include "signin/oauth_box.h"

#include <jansson.h>

#include "access/account_state.h"
#include "access/console_session.h"
#include "access/session.h"
#include "signin_api.h"

#define MALFORMED                                                                                  \
    "The request is missing a required parameter, includes an invalid parameter value, or is "     \
    "otherwise malformed."
#define BAD_GRANT "The provided authorization grant is invalid, expired, revoked, or malformed"

struct oauth_box box;

const char *oauth_iam(const char *parameters, const char *element)
{
    struct response answer =
        client_post(&box.client, NULL, "iam",
                    arena_printf(&box.client.arena, "Version=2010-05-08&Action=%s", parameters));
    ck_assert_msg(answer.status == 200, "%s: %.*s", parameters, STR_FMT(answer.body));
    return element ? client_element(&box.client, &answer, element) : NULL;
}

void oauth_start(void)
{
    client_start(&box.client, NULL);
    dpop_client_init(&box.device, 1);
    dpop_client_init(&box.other_device, 2);
    box.proofs = 0;
    box.alice = oauth_iam("CreateUser&UserName=alice", "UserId");
    oauth_iam("CreateLoginProfile&UserName=alice&Password=Passw0rd-of-alice", NULL);
    oauth_iam("AttachUserPolicy&UserName=alice&PolicyArn=" POLICY, NULL);
}

void oauth_stop(void)
{
    dpop_client_done(&box.device);
    dpop_client_done(&box.other_device);
    client_stop(&box.client);
}

void oauth_later(int64_t seconds)
{
    struct clock *clock = &box.client.server->sandbox->clock;
    clock_freeze(clock, clock_now(clock) + seconds);
}

/* What the page /v1/authorize does for who is signed in. */
const char *oauth_authorize(enum principal_kind kind, const char *owner, const char *name)
{
    struct sandbox *sandbox = box.client.server->sandbox;
    struct account_state account;
    struct tx tx;
    struct session s = {.kind = kind,
                        .key_id = "ASIAEXAMPLEEXAMPLE00",
                        .secret = "secret",
                        .account = ACCOUNT,
                        .owner = owner,
                        .name = name,
                        .issued = clock_now(&sandbox->clock),
                        .expires = clock_now(&sandbox->clock) + 12 * 3600,
                        .console = true,
                        .mfa_at = clock_now(&sandbox->clock),
                        .source_identity = "",
                        .provider = "",
                        .policy = ""};
    const struct console_session signed_in = {.owner = owner};
    struct call c = {.arena = &box.client.arena,
                     .signed_in = &signed_in,
                     .sandbox = sandbox,
                     .now = clock_now(&sandbox->clock),
                     .session = &s,
                     .tx = &tx};
    struct signin_authorize_o_auth2_access_in in = {.scope = "openid",
                                                    .redirect_uri = CALLBACK,
                                                    .code_challenge =
                                                        jwt_digest(&box.client.arena, VERIFIER),
                                                    .client_id = OAUTH_SAME_DEVICE};
    struct signin_authorize_o_auth2_access_out out;
    ck_assert_int_eq(store_begin(sandbox->store, true, &box.client.arena, &tx), OK);
    ck_assert_int_eq(account_state_get(&tx, ACCOUNT, &account), OK);
    s.reopened = account.reopened;
    ck_assert_int_eq(signin_authorize_o_auth2_access(&c, &in, &out), OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    return out.code;
}

const char *oauth_code_of_alice(void)
{
    return oauth_authorize(PRINCIPAL_USER, box.alice, "");
}

const char *oauth_proof(struct dpop_client *who)
{
    return dpop_client_proof(who, &box.client.arena, URL, clock_real(),
                             arena_printf(&box.client.arena, "%d", ++box.proofs));
}

struct response oauth_post(const char *type, const char *body, const char *proof)
{
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")},
                                             {STR("Content-Type"), str_of(type)},
                                             {STR("DPoP"), str_of(proof ? proof : "")}};
    struct response answer =
        client_ask(&box.client, "POST", "/v1/token", headers, proof ? 3 : 2, str_of(body));
    ck_assert_str_eq(client_header(&answer, "cache-control"), "no-store");
    ck_assert_str_eq(client_header(&answer, "content-type"), "application/json");
    ck_assert_ptr_nonnull(client_header(&answer, "x-amzn-requestid"));
    return answer;
}

struct response oauth_ask(const char *body)
{
    return oauth_post("application/json", body, oauth_proof(&box.device));
}

const char *oauth_with_code(const char *code)
{
    return arena_printf(&box.client.arena,
                        "{\"clientId\":\"" OAUTH_SAME_DEVICE
                        "\",\"grantType\":\"authorization_code\",\"code\":\"%s\","
                        "\"codeVerifier\":\"" VERIFIER "\",\"redirectUri\":\"" CALLBACK "\"}",
                        code);
}

const char *oauth_with_token(const char *token)
{
    return arena_printf(&box.client.arena,
                        "{\"clientId\":\"" OAUTH_SAME_DEVICE
                        "\",\"grantType\":\"refresh_token\",\"refreshToken\":\"%s\"}",
                        token);
}

static const char *text(json_t *json, const char *name)
{
    const char *value = json_string_value(json_object_get(json, name));
    return value ? arena_strdup(&box.client.arena, value) : NULL;
}

struct oauth_gift oauth_given(struct response answer)
{
    ck_assert_msg(answer.status == 200, "%.*s", STR_FMT(answer.body));
    json_t *json = json_loadb(answer.body.p, answer.body.n, 0, NULL);
    json_t *keys = json_object_get(json, "accessToken");
    struct oauth_gift gift = {text(keys, "accessKeyId"),
                              text(keys, "secretAccessKey"),
                              text(keys, "sessionToken"),
                              text(json, "tokenType"),
                              text(json, "refreshToken"),
                              text(json, "idToken"),
                              json_integer_value(json_object_get(json, "expiresIn"))};
    ck_assert(gift.key_id && gift.secret && gift.token && gift.refresh);
    ck_assert(str_starts(str_of(gift.refresh), STR("ASOR")));
    ck_assert_str_eq(gift.type, "urn:aws:params:oauth:token-type:access_token_sigv4");
    json_decref(json);
    return gift;
}

struct oauth_gift oauth_exchanged(void)
{
    return oauth_given(oauth_ask(oauth_with_code(oauth_code_of_alice())));
}

void oauth_is_refused(struct response answer, int status, const char *type, const char *error,
                      const char *message)
{
    ck_assert_msg(answer.status == status, "%.*s", STR_FMT(answer.body));
    ck_assert_str_eq(client_member(&box.client, answer.body, "error"), error);
    ck_assert_str_eq(client_member(&box.client, answer.body, "message"), message);
    ck_assert_str_eq(client_header(&answer, "x-amzn-errortype"), type);
}

void oauth_is_malformed(struct response answer)
{
    oauth_is_refused(answer, 400, "ValidationException", "INVALID_REQUEST", MALFORMED);
}

void oauth_is_bad_grant(struct response answer)
{
    oauth_is_refused(answer, 400, "ValidationException", "INVALID_REQUEST", BAD_GRANT);
}

void oauth_is_expired(struct response answer)
{
    oauth_is_refused(answer, 401, "AccessDeniedException", "TOKEN_EXPIRED",
                     "The refresh token has expired.");
}

void oauth_is_changed(struct response answer)
{
    oauth_is_refused(answer, 403, "AccessDeniedException", "USER_CREDENTIALS_CHANGED",
                     "The credentials of the user have changed. Sign in again.");
}

const char *oauth_caller(const struct oauth_gift *gift)
{
    const struct client_key key = {gift->key_id, gift->secret, gift->token};
    struct response answer =
        client_post(&box.client, &key, "sts", "Version=2011-06-15&Action=GetCallerIdentity");
    ck_assert_msg(answer.status == 200, "%.*s", STR_FMT(answer.body));
    return client_element(&box.client, &answer, "Arn");
}
