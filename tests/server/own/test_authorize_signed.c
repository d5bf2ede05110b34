/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to other services in the forms that they are signed in, and what is noted of them. */
#include "authn/sigv4.h"
#include "authorize_box.h"
#include "base/clock.h"
#include "support/sign_asymmetric.h"

#define S3 "s3.us-east-1.amazonaws.com"
#define FIELD "--B\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"

static void start(void)
{
    box_start(NULL, "{'Effect':'Allow','Action':['s3:*','iam:*'],'Resource':'*'}");
}

static void stop(void)
{
    box_stop();
}

static void expect(json_t *json, const char *decision, const char *operation, const char *resource)
{
    json_t *first = json_array_get(json_object_get(json, "decisions"), 0);
    ck_assert_msg(strcmp(text_of(json, "decision"), decision) == 0, "%s: %s: %s",
                  text_of(json, "decision"), text_of(json, "message"), text_of(json, "reason"));
    ck_assert_str_eq(text_of(json, "operation"), operation);
    ck_assert_str_eq(text_of(first, "resource"), resource);
    json_decref(json);
}

static const char *reason_of(json_t *json)
{
    const char *reason = arena_strdup(&client.arena, text_of(json, "reason"));
    ck_assert_str_eq(text_of(json, "decision"), "NotAuthenticated");
    json_decref(json);
    return reason;
}

START_TEST(test_asymmetric)
{
    struct signer signer = client_signer(&client, &alice, "s3");
    struct request *rq =
        make("PUT", S3, "/open/a", "X-Amz-Content-Sha256: UNSIGNED-PAYLOAD", "text");
    signer.payload = "UNSIGNED-PAYLOAD";
    sign_asymmetric(&client.arena, &signer, "us-*,eu-west-1", rq);
    expect(show(rq, true), "Allow", "PutObject", "arn:aws:s3:::open/a");
    expect(show(rq, false), "Allow", "PutObject", "arn:aws:s3:::open/a");
    rq->path = STR("/open/b");
    ck_assert_ptr_nonnull(strstr(reason_of(show(rq, true)), "it signed something else"));
}
END_TEST

/* The first value of a condition key; NULL: it has none. */
static const char *key_of(json_t *json, const char *name)
{
    json_t *values = json_object_get(json_object_get(json, "keys"), name);
    return json_string_value(json_array_get(values, 0));
}

/* Real time counts: the clock of the sandbox stands at another one. */
static void expect_fresh(json_t *json)
{
    const char *age = key_of(json, "s3:signatureAge");
    int64_t n;
    ck_assert(age && str_to_int64(str_of(age), &n) && n >= 0 && n < 600000);
}

START_TEST(test_presigned)
{
    struct signer signer = client_signer(&client, &alice, "s3");
    struct request *rq = make("GET", S3, "/open/a?versionId=1", NULL, "");
    signer.payload = "UNSIGNED-PAYLOAD";
    sign_query(&client.arena, &signer, 60, rq);
    json_t *json = show(rq, false);
    expect_fresh(json);
    expect(json, "Allow", "GetObject", "arn:aws:s3:::open/a");
}
END_TEST

/* Who was given the URL adds a header: no hash that is not signed makes the payload a signed one.
 */
START_TEST(test_presigned_payload)
{
    struct signer signer = client_signer(&client, &alice, "s3");
    struct request *rq = make("PUT", S3, "/open/a", NULL, "text");
    signer.payload = "UNSIGNED-PAYLOAD";
    sign_query(&client.arena, &signer, 60, rq);
    struct request_header headers[8] = {{STR("X-Amz-Content-Sha256"), STR(SIGV4_EMPTY_DIGEST)}};
    ck_assert_uint_lt(rq->n_headers, ARRAY_LEN(headers));
    memcpy(headers + 1, rq->headers, rq->n_headers * sizeof *headers);
    rq->headers = headers;
    rq->n_headers++;
    json_t *json = show(rq, true);
    ck_assert_str_eq(key_of(json, "s3:x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
    expect(json, "Allow", "PutObject", "arn:aws:s3:::open/a");
}
END_TEST

/* A clock that is ahead makes no signature that never is too old. */
START_TEST(test_presigned_ahead)
{
    struct signer signer = client_signer(&client, &alice, "s3");
    struct request *rq = make("GET", S3, "/open/a", NULL, "");
    signer.payload = "UNSIGNED-PAYLOAD";
    signer.at += 300;
    sign_query(&client.arena, &signer, 600, rq);
    json_t *json = show(rq, false);
    ck_assert_str_eq(key_of(json, "s3:signatureAge"), "0");
    expect(json, "Allow", "GetObject", "arn:aws:s3:::open/a");
}
END_TEST

static const char *policy_of(const char *credential, const char *date)
{
    char expires[CLOCK_TEXT_SIZE];
    clock_iso8601(clock_real() + 60, expires);
    const char *text = quoted(arena_printf(
        &client.arena,
        "{'expiration':'%s','conditions':[{'bucket':'open'},['starts-with','$key','user/'],"
        "{'x-amz-algorithm':'AWS4-HMAC-SHA256'},{'x-amz-credential':'%s'},{'x-amz-date':'%s'}]}",
        expires, credential, date));
    struct buf b = {.arena = &client.arena};
    buf_base64(&b, (const unsigned char *)text, strlen(text));
    return buf_text(&b);
}

static struct request *upload(const char *key)
{
    char date[CLOCK_TEXT_SIZE], signature[SIGV4_SIGNATURE_SIZE];
    unsigned char derived[SIGV4_KEY_SIZE];
    struct buf b = {.arena = &client.arena};
    clock_basic(clock_real(), date);
    const char *credential =
        arena_printf(&client.arena, "%s/%.8s/us-east-1/s3/aws4_request", alice.id, date);
    const char *policy = policy_of(credential, date);
    sigv4_signing_key(str_of(alice.secret), (struct str){date, 8}, STR("us-east-1"), STR("s3"),
                      derived);
    sigv4_signature(derived, str_of(policy), signature);
    buf_printf(&b, FIELD FIELD FIELD FIELD, "key", key, "policy", policy, "x-amz-algorithm",
               "AWS4-HMAC-SHA256", "x-amz-credential", credential);
    buf_printf(&b, FIELD FIELD FIELD "--B--\r\n", "x-amz-date", date, "x-amz-signature", signature,
               "file", "hello");
    return make("POST", "open." S3, "/", "Content-Type: multipart/form-data; boundary=B",
                buf_text(&b));
}

START_TEST(test_uploads_by_forms)
{
    json_t *json = show(upload("user/a"), true);
    ck_assert_str_eq(key_of(json, "s3:authType"), "POST");
    expect_fresh(json);
    ck_assert_str_eq(text_of(json, "principal"), ALICE);
    expect(json, "Allow", "PostObject", "arn:aws:s3:::open/user/a");
    json = show(upload("other"), true);
    ck_assert_str_eq(text_of(json, "message"),
                     "Invalid according to Policy: Policy Condition failed: "
                     "[\"starts-with\",\"$key\",\"user/\"]");
    (void)reason_of(json);
    (void)reason_of(show(upload("user/a"), false));
}
END_TEST

START_TEST(test_headers_that_were_added)
{
    struct request *rq = sign(make("PUT", S3, "/open/a", NULL, ""), NULL, "s3", "digest");
    struct request_header *headers =
        NEW_ARRAY(&client.arena, struct request_header, rq->n_headers + 1);
    memcpy(headers, rq->headers, rq->n_headers * sizeof *headers);
    headers[rq->n_headers++] = (struct request_header){STR("x-amz-copy-source"), STR("/open/kept")};
    rq->headers = headers;
    ck_assert_str_eq(reason_of(show(rq, true)), "Not signed: x-amz-copy-source.");
}
END_TEST

static const char *ask(const char *form, const char *element)
{
    struct response response = client_post(
        &client, NULL, "iam", arena_printf(&client.arena, "Version=2010-05-08&Action=%s", form));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    return client_element(&client, &response, element);
}

/* Of the key, and in the report of what the user called, which a job makes. */
START_TEST(test_use_is_noted)
{
    const char *key = arena_printf(&client.arena, "GetAccessKeyLastUsed&AccessKeyId=%s", alice.id);
    ck_assert_str_eq(ask(key, "ServiceName"), "N/A");
    json_decref(show(sign(make("GET", S3, "/open/a", NULL, ""), NULL, "s3", "digest"), true));
    ck_assert_str_eq(ask(key, "ServiceName"), "s3");
    ck_assert_str_eq(ask(key, "Region"), "us-east-1");
    const char *job = ask("GenerateServiceLastAccessedDetails&Arn=" ALICE, "JobId");
    const char *get = arena_printf(&client.arena, "GetServiceLastAccessedDetails&JobId=%s", job);
    while (strcmp(ask(get, "JobStatus"), "IN_PROGRESS") == 0)
        ;
    struct response report = client_post(
        &client, NULL, "iam", arena_printf(&client.arena, "Version=2010-05-08&Action=%s", get));
    const char *text = str_dup(&client.arena, report.body);
    ck_assert_msg(strstr(text, "<LastAuthenticatedEntity>" ALICE "</LastAuthenticatedEntity>\n"
                               "        <ServiceNamespace>s3</ServiceNamespace>") != NULL,
                  "%s", text);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_test(tc, test_asymmetric);
    tcase_add_test(tc, test_presigned);
    tcase_add_test(tc, test_presigned_payload);
    tcase_add_test(tc, test_presigned_ahead);
    tcase_add_test(tc, test_uploads_by_forms);
    tcase_add_test(tc, test_headers_that_were_added);
    tcase_add_test(tc, test_use_is_noted);
    return suite_run("authorize_signed", tc);
}
