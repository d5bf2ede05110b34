/* SPDX-License-Identifier: Apache-2.0 */
/* What a client gets for a code, and all that it is refused. */
#include <jansson.h>

#include "jose/jwt_signer.h"
#include "signin/oauth_box.h"
#include "support/suite.h"

START_TEST(test_code)
{
    struct oauth_gift gift = oauth_exchanged();
    const struct client_key key = {gift.key_id, gift.secret, gift.token};
    ck_assert_int_eq(gift.seconds, 900);
    ck_assert_str_eq(oauth_caller(&gift), "arn:aws:iam::" ACCOUNT ":user/alice");
    oauth_iam("PutUserPolicy&UserName=alice&PolicyName=p&PolicyDocument="
              "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A"
              "%22iam%3AListUsers%22%2C%22Resource%22%3A%22*%22%2C%22Condition%22%3A%7B%22Bool%22"
              "%3A%7B%22aws%3AMultiFactorAuthPresent%22%3A%22true%22%7D%7D%7D%7D",
              NULL);
    /* none of the limits of GetSessionToken */
    ck_assert_int_eq(
        client_post(&box.client, &key, "iam", "Version=2010-05-08&Action=ListUsers").status, 200);
    oauth_later(899);
    oauth_caller(&gift);
    oauth_later(1);
    ck_assert_int_eq(
        client_post(&box.client, &key, "sts", "Version=2011-06-15&Action=GetCallerIdentity").status,
        403);
}
END_TEST

START_TEST(test_id_token)
{
    struct oauth_gift gift = oauth_exchanged();
    struct sandbox *sandbox = box.client.server->sandbox;
    const struct jwt_signer *signer;
    struct jwt jwt;
    ck_assert_int_eq(jwt_signer_find(sandbox, &box.client.arena, &signer), OK);
    const char *keys = jwt_signer_keys(&box.client.arena, signer);
    ck_assert(jwt_read(&box.client.arena, str_of(gift.id_token), &jwt));
    ck_assert_int_eq(jwt_verify(&box.client.arena, &jwt, str_of(keys)), JWT_VERIFIED);
    ck_assert_str_eq(jwt.algorithm, "ES384");
    ck_assert_str_eq(jwt.subject, "arn:aws:iam::" ACCOUNT ":user/alice");
    ck_assert_str_eq(jwt.issuer, "https://signin.aws.amazon.com/signin");
    ck_assert_str_eq(jwt.audience[0], OAUTH_SAME_DEVICE);
    ck_assert_int_eq(jwt.issued, CLIENT_TIME);
    ck_assert_int_eq(jwt.expires, CLIENT_TIME + 900);
    ck_assert_ptr_null(oauth_given(oauth_ask(oauth_with_token(gift.refresh))).id_token);
}
END_TEST

START_TEST(test_form)
{
    const char *type = "application/x-www-form-urlencoded; charset=utf-8";
    struct buf b = buf_new(&box.client.arena, 512);
    buf_add_text(&b, "client_id=arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fsame-device");
    buf_add_text(&b, "&grant_type=authorization_code&code_verifier=" VERIFIER);
    buf_add_text(&b, "&redirect_uri=http%3A%2F%2F127.0.0.1%3A4321%2Foauth%2Fcallback&code=");
    buf_add_text(&b, oauth_code_of_alice());
    struct oauth_gift gift = oauth_given(oauth_post(type, buf_text(&b), oauth_proof(&box.device)));
    b.n = 0;
    buf_add_text(&b, "client_id=" OAUTH_SAME_DEVICE "&grant_type=refresh_token&refresh_token=");
    buf_add_text(&b, gift.refresh);
    oauth_given(oauth_post(type, buf_text(&b), oauth_proof(&box.device)));
}
END_TEST

/* AWS tells no more of what it cannot read than of a grant that it does not know. */
static const char *const unreadable[] = {
    "",
    "{",
    "[]",
    "\"a\"",
    "{} x",
    "{\"grantType\":\"password\"}",
    "{\"grantType\":1}",
    "{\"grantType\":null}",
    "{\"grantType\":\"refresh_token\",\"grantType\":\"refresh_token\"}",
    "{\"clientId\":\"\xff\"}",
};

START_TEST(test_unreadable)
{
    struct response answer = oauth_ask(unreadable[_i]);
    ck_assert_int_eq(answer.status, 400);
    ck_assert_ptr_null(client_header(&answer, "x-amzn-errortype"));
    ck_assert_str_eq(str_dup(&box.client.arena, answer.body),
                     "{\"error\":\"unsupported_grant_type\",\"error_description\":\"The "
                     "authorization grant type is not supported by the authorization server.\"}");
}
END_TEST

static const char *const malformed[] = {
    "{}",
    "{\"grantType\":\"refresh_token\"}",
    "{\"clientId\":\"" OAUTH_SAME_DEVICE "\"}",
    "{\"clientId\":\"" OAUTH_SAME_DEVICE "\",\"grantType\":\"refresh_token\"}",
    "{\"clientId\":\"" OAUTH_SAME_DEVICE "\",\"grantType\":\"authorization_code\"}",
    "{\"clientId\":\"" OAUTH_SAME_DEVICE "\",\"grantType\":\"authorization_code\",\"code\":\"x\"}",
    "{\"clientId\":\"arn:aws:signin:::devtools/other\",\"grantType\":\"refresh_token\","
    "\"refreshToken\":\"x\"}",
    "{\"clientId\":1,\"grantType\":\"refresh_token\",\"refreshToken\":\"x\"}",
    "{\"clientId\":\"" OAUTH_SAME_DEVICE "\",\"grantType\":\"authorization_code\",\"code\":\"x\","
    "\"codeVerifier\":\"short\",\"redirectUri\":\"" CALLBACK "\"}",
    "{\"clientId\":\"" OAUTH_SAME_DEVICE "\",\"grantType\":\"authorization_code\",\"code\":\"x\","
    "\"codeVerifier\":\"" VERIFIER "\",\"redirectUri\":\"" CALLBACK "\"}",
};

START_TEST(test_malformed)
{
    oauth_is_malformed(oauth_ask(malformed[_i]));
}
END_TEST

static const char *with(const char *code, const char *name, const char *value)
{
    json_t *json = json_loads(oauth_with_code(code), 0, NULL);
    json_object_set_new(json, name, json_string(value));
    char *made = json_dumps(json, 0);
    const char *body = arena_strdup(&box.client.arena, made);
    free(made);
    json_decref(json);
    return body;
}

/* A code belongs to its client, the address it was sent to and the verifier; who has not all of
   them does not spoil it. */
START_TEST(test_bound_code)
{
    const char *code = oauth_code_of_alice();
    oauth_is_malformed(oauth_ask(with(code, "codeVerifier", VERIFIER "x")));
    oauth_is_malformed(
        oauth_ask(with(code, "codeVerifier", jwt_digest(&box.client.arena, VERIFIER))));
    oauth_is_malformed(
        oauth_ask(with(code, "redirectUri", "http://127.0.0.1:4322/oauth/callback")));
    oauth_is_malformed(oauth_ask(with(code, "clientId", OAUTH_CROSS_DEVICE)));
    oauth_is_malformed(oauth_ask(with(code, "code", arena_printf(&box.client.arena, "%sA", code))));
    oauth_given(oauth_ask(oauth_with_code(code)));
}
END_TEST

START_TEST(test_code_ends)
{
    const char *code = oauth_code_of_alice(), *second = oauth_code_of_alice();
    oauth_later(299);
    oauth_given(oauth_ask(oauth_with_code(code)));
    oauth_later(1);
    oauth_is_refused(oauth_ask(oauth_with_code(second)), 401, "AccessDeniedException",
                     "AUTHCODE_EXPIRED", "The authorization code has expired.");
}
END_TEST

/* What it has given ends. */
START_TEST(test_code_twice)
{
    const char *code = oauth_code_of_alice();
    struct oauth_gift gift = oauth_given(oauth_ask(oauth_with_code(code)));
    oauth_is_malformed(oauth_ask(with(code, "codeVerifier", VERIFIER "x")));
    gift = oauth_given(oauth_ask(oauth_with_token(gift.refresh)));
    oauth_is_malformed(oauth_ask(oauth_with_code(code)));
    oauth_is_bad_grant(oauth_ask(oauth_with_token(gift.refresh)));
    oauth_is_malformed(oauth_ask(oauth_with_code(code)));
}
END_TEST

/* A client that got no answer sends the same again, which gives nothing and ends nothing. */
START_TEST(test_same_proof)
{
    const char *code = oauth_code_of_alice(), *proof = oauth_proof(&box.device);
    struct oauth_gift gift =
        oauth_given(oauth_post("application/json", oauth_with_code(code), proof));
    oauth_is_malformed(oauth_post("application/json", oauth_with_code(code), proof));
    dpop_memory_clear(box.client.server->sandbox->proofs);
    oauth_is_malformed(oauth_post("application/json", oauth_with_code(code), proof));
    oauth_is_malformed(
        oauth_post("application/json", oauth_with_code(oauth_code_of_alice()), proof));
    oauth_given(oauth_ask(oauth_with_token(gift.refresh)));
}
END_TEST

START_TEST(test_proofs)
{
    const char *body = oauth_with_code(oauth_code_of_alice()), *json = "application/json";
    int64_t now = clock_real();
    oauth_is_malformed(oauth_post(json, body, NULL));
    oauth_is_malformed(oauth_post(json, body, "x"));
    oauth_is_malformed(oauth_post(
        json, body, dpop_client_proof(&box.device, &box.client.arena, URL, now - 301, "a")));
    oauth_is_malformed(oauth_post(
        json, body, dpop_client_proof(&box.device, &box.client.arena, URL "/x", now, "b")));
    oauth_given(
        oauth_post(json, body, dpop_client_proof(&box.device, &box.client.arena, URL, now, "c")));
}
END_TEST

/* A code is no refresh token, nor the other way round. */
START_TEST(test_mixed_up)
{
    const char *code = oauth_code_of_alice();
    oauth_is_bad_grant(oauth_ask(oauth_with_token(code)));
    oauth_is_bad_grant(
        oauth_ask(oauth_with_token(arena_printf(&box.client.arena, "ASOR%s", code))));
    oauth_is_malformed(oauth_ask(oauth_with_code(oauth_exchanged().refresh + 4)));
    oauth_given(oauth_ask(oauth_with_code(code)));
}
END_TEST

#define DENIED(WHY)                                                                                \
    "User: arn:aws:iam::" ACCOUNT                                                                  \
    ":user/alice is not authorized to perform: signin:CreateOAuth2Token on resource: "             \
    "arn:aws:signin:us-east-1:" ACCOUNT ":oauth2/public-client/localhost " WHY

/* Refused or not by the policies as they are when it asks. */
/* Of one owner the newest, also of those that came within a second. */
START_TEST(test_kept)
{
    enum { KEPT = 64 };
    const char *codes[KEPT + 1];
    size_t good = 0;
    oauth_later(0);
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        codes[i] = oauth_code_of_alice();
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        good += oauth_ask(oauth_with_code(codes[i])).status == 200;
    ck_assert_uint_eq(good, KEPT);
}
END_TEST

START_TEST(test_permissions)
{
    const char *code = oauth_code_of_alice();
    oauth_iam("DetachUserPolicy&UserName=alice&PolicyArn=" POLICY, NULL);
    oauth_is_refused(oauth_ask(oauth_with_code(code)), 403, "AccessDeniedException",
                     "INSUFFICIENT_PERMISSIONS",
                     DENIED("because no identity-based policy allows the signin:CreateOAuth2Token "
                            "action"));
    oauth_iam("AttachUserPolicy&UserName=alice&PolicyArn=" POLICY, NULL);
    struct oauth_gift gift = oauth_given(oauth_ask(oauth_with_code(code)));
    oauth_iam(
        "PutUserPolicy&UserName=alice&PolicyName=p&PolicyDocument="
        "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Deny%22%2C%22Action%22%3A%22signin%3A*%22%2C"
        "%22Resource%22%3A%22*%22%2C%22Condition%22%3A%7B%22StringEquals%22%3A%7B"
        "%22signin%3AOAuthGrantType%22%3A%22refresh_token%22%2C"
        "%22signin%3AOAuthClientAuthentication%22%3A%22none%22%2C"
        "%22signin%3AOAuthClientId%22%3A%22arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fsame-device%22"
        "%7D%7D%7D%7D",
        NULL);
    oauth_is_refused(oauth_ask(oauth_with_token(gift.refresh)), 403, "AccessDeniedException",
                     "INSUFFICIENT_PERMISSIONS",
                     DENIED("with an explicit deny in an identity-based policy"));
    oauth_exchanged();
}
END_TEST

START_TEST(test_method)
{
    const struct request_header host = {STR("Host"), STR("localhost:4566")};
    struct response answer = client_ask(&box.client, "GET", "/v1/token", &host, 1, STR(""));
    ck_assert_int_eq(answer.status, 404);
    ck_assert_str_eq(client_member(&box.client, answer.body, "error"), "INVALID_REQUEST");
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("token");
    tcase_add_checked_fixture(tcase, oauth_start, oauth_stop);
    tcase_add_test(tcase, test_code);
    tcase_add_test(tcase, test_id_token);
    tcase_add_test(tcase, test_form);
    tcase_add_loop_test(tcase, test_unreadable, 0, ARRAY_LEN(unreadable));
    tcase_add_loop_test(tcase, test_malformed, 0, ARRAY_LEN(malformed));
    tcase_add_test(tcase, test_bound_code);
    tcase_add_test(tcase, test_code_ends);
    tcase_add_test(tcase, test_code_twice);
    tcase_add_test(tcase, test_same_proof);
    tcase_add_test(tcase, test_proofs);
    tcase_add_test(tcase, test_mixed_up);
    tcase_add_test(tcase, test_kept);
    tcase_add_test(tcase, test_permissions);
    tcase_add_test(tcase, test_method);
    return suite_run("token", tcase);
}
