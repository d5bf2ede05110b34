/* SPDX-License-Identifier: Apache-2.0 */
/* Who sent a request to a service that is not ours. */
#include "access/session.h"
#include "authn/credential.h"
#include "authn/last_used.h"
#include "err.h"
#include "record/record.h"
#include "support/sandbox.h"
#include "support/sign_asymmetric.h"
#include "support/suite.h"
#include "support/wire.h"

#define ALICE "AIDAZL6XWCR2MLDRO6EIG"
#define ALICE_KEY "AKIAZL6XWCR2MIB6XHU7"
#define MISMATCH                                                                                   \
    "The request signature we calculated does not match the signature you provided. Check your "   \
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define FIELD(name, value)                                                                         \
    "--B\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define UNSIGNED "There were headers present in the request which were not signed"
#define PUT "PUT /bucket/key HTTP/1.1\nHost: s3.eu-west-1.amazonaws.com\n"

static const struct api_service own = {.name = "own"};
static const struct api_op authorize = {.name = "Authorize", .service = &own};

static const struct request asked = {.method = {"POST", 4}, .path = {"/", 1}, .source_ip = "::1"};

static struct box box;
static struct signer signer;
static struct call c;
static struct caller caller;
static struct caller_shown shown;
static int sessions;

static void setup(void)
{
    box_open(&box);
    box_user(&box, ALICE, "alice");
    box_key(&box, ALICE_KEY, ALICE);
    signer = (struct signer){
        .access_key_id = ALICE_KEY,
        .secret = "secret-" ALICE_KEY,
        .region = "eu-west-1",
        .service = "s3",
        .at = clock_real(),
        .payload = "UNSIGNED-PAYLOAD",
    };
    shown = (struct caller_shown){.body = true, .service = "s3", .operation = "PutObject"};
}

static void teardown(void)
{
    caller_release(&caller);
    box_close(&box);
}

static int authenticate(const struct request *rq)
{
    struct sigv4_auth auth;
    caller_release(&caller);
    c = box_call(&box);
    c.op = &authorize;
    c.rq = &asked; /* of which nothing counts */
    TRY(sigv4_find(&box.arena, rq, shown.body, &auth, &c.message));
    shown.rq = rq;
    shown.auth = &auth;
    return caller_authenticate_other(&c, &shown, &caller);
}

static struct request *signed_request(const char *text)
{
    struct request *rq = wire_request(&box.arena, str_of(text));
    sign_header(&box.arena, &signer, rq);
    return rq;
}

static void refuse(const struct request *rq, int code, const char *message)
{
    ck_assert_int_eq(authenticate(rq), code);
    ck_assert_str_eq(c.message, message);
    ck_assert_ptr_null(caller.credential);
    ck_assert_ptr_null(c.principal);
}

START_TEST(test_key_and_its_use)
{
    struct key_usage usage;
    ASSERT_OK(authenticate(signed_request(PUT "x-amz-content-sha256: UNSIGNED-PAYLOAD\n\nbody")));
    ck_assert_int_eq(caller.kind, CRED_USER_KEY);
    ck_assert_str_eq(c.principal->id, ALICE);
    ck_assert(str_is(record_of(&c)->region, "eu-west-1"));
    ck_assert(str_is(record_of(&c)->access_key_id, ALICE_KEY));
    ck_assert(last_used_get(box.sandbox.last_used, &box.arena, STR(ALICE_KEY), &usage));
    ck_assert_str_eq(usage.service, "s3");
    ck_assert_str_eq(usage.region, "eu-west-1");
    ck_assert(last_used_get(box.sandbox.last_used, &box.arena, STR(ALICE " PutObject"), &usage));
    ck_assert_str_eq(usage.service, "s3");
}
END_TEST

START_TEST(test_unknown_operations_are_in_no_report)
{
    struct key_usage usage;
    shown.operation = NULL;
    ASSERT_OK(authenticate(signed_request(PUT "x-amz-content-sha256: UNSIGNED-PAYLOAD\n\nbody")));
    ck_assert(last_used_get(box.sandbox.last_used, &box.arena, STR(ALICE_KEY), &usage));
    ck_assert(!last_used_get(box.sandbox.last_used, &box.arena, STR(ALICE " "), &usage));
}
END_TEST

START_TEST(test_wrong_secret)
{
    signer.secret = "wrong";
    refuse(signed_request(PUT "x-amz-content-sha256: UNSIGNED-PAYLOAD\n\n"),
           ERR_SIGNATURE_DOES_NOT_MATCH, MISMATCH);
}
END_TEST

START_TEST(test_names_may_be_long)
{
    signer.payload = NULL;
    signer.service = "a-service-with-a-name-of-48-characters-00000000/";
    ck_assert_int_eq(authenticate(signed_request(PUT "\n")), ERR_INCOMPLETE_SIGNATURE);
    signer.service = "a-service-with-a-name-of-48-characters-000000000";
    ASSERT_OK(authenticate(signed_request(PUT "\n")));
    signer.service = "a-service-with-a-name-of-49-characters-0000000000";
    refuse(signed_request(PUT "\n"), ERR_SIGNATURE_DOES_NOT_MATCH,
           "Credential should be scoped to correct service.");
    signer.service = "s3";
    shown.operation = "AnOperationWithANameOfSixtyFiveCharacters000000000000000000000000";
    signer.payload = "UNSIGNED-PAYLOAD";
    ASSERT_OK(authenticate(signed_request(PUT "x-amz-content-sha256: UNSIGNED-PAYLOAD\n\n")));
}
END_TEST

START_TEST(test_regions_that_are_not_enabled)
{
    signer.region = "ap-east-1";
    ck_assert_int_eq(authenticate(signed_request(PUT "x-amz-content-sha256: UNSIGNED-PAYLOAD\n\n")),
                     ERR_INVALID_CLIENT_TOKEN_ID);
}
END_TEST

/* Whoever passes a request on may add what nobody signed. */
START_TEST(test_unsigned_headers)
{
    static const char *const added[] = {"x-amz-copy-source", "X-Amz-Acl", "x-amz-target"};
    struct request *rq = signed_request(PUT "x-amz-content-sha256: UNSIGNED-PAYLOAD\n\n");
    struct request_header *headers = NEW_ARRAY(&box.arena, struct request_header, 100);
    memcpy(headers, rq->headers, rq->n_headers * sizeof *headers);
    rq->headers = headers;
    for (size_t i = 0; i < ARRAY_LEN(added); i++) {
        headers[rq->n_headers++] = (struct request_header){str_of(added[i]), STR("other")};
        refuse(rq, ERR_ACCESS_DENIED, UNSIGNED);
    }
    ck_assert_str_eq(c.reason, "Not signed: x-amz-copy-source, x-amz-acl, x-amz-target.");
    rq->n_headers -= ARRAY_LEN(added);
    headers[rq->n_headers++] = (struct request_header){STR("X-Amzn-Trace-Id"), STR("Root=1-2")};
    ASSERT_OK(authenticate(rq));
}
END_TEST

/* A session of alice's from GetSessionToken, or as *OF. */
static void use_session(const struct session *of)
{
    struct session session = *of;
    session.key_id = arena_printf(&box.arena, "ASIAZL6XWCR2MIB6XH%02d", ++sessions);
    session.secret = signer.secret = "secret";
    session.account = BOX_ACCOUNT;
    session.owner = ALICE;
    session.source_identity = session.provider = session.policy = "";
    session.issued = clock_now(&box.sandbox.clock);
    if (!session.expires)
        session.expires = session.issued + 900;
    signer.access_key_id = session.key_id;
    signer.token = session_seal(&box.arena, box.sandbox.session_key, &session);
}

static int ask(const char *service, const char *operation)
{
    shown.service = signer.service = service;
    shown.operation = operation;
    signer.payload = NULL;
    return authenticate(
        signed_request("POST / HTTP/1.1\nHost: h\nx-amz-content-sha256: " EMPTY "\n\n"));
}

START_TEST(test_session_keys)
{
    static const struct session user = {.kind = PRINCIPAL_USER, .name = ""};
    static const struct session federated = {.kind = PRINCIPAL_FEDERATED, .name = "bob"};
    struct key_usage usage;
    use_session(&user);
    ASSERT_OK(ask("s3", "GetObject"));
    ck_assert_int_eq(caller.kind, CRED_SESSION);
    ck_assert_int_eq(c.principal->kind, PRINCIPAL_USER);
    ASSERT_OK(ask("ec2", "RunInstances"));
    ASSERT_OK(ask("sts", "AssumeRole"));
    ck_assert_int_eq(ask("sts", "GetFederationToken"), ERR_ACCESS_DENIED);
    ck_assert_int_eq(ask("sts", NULL), ERR_ACCESS_DENIED);
    ck_assert_int_eq(ask("iam", "ListUsers"), ERR_INVALID_CLIENT_TOKEN_ID);
    use_session(&federated);
    ASSERT_OK(ask("s3", "GetObject"));
    ck_assert_int_eq(c.principal->kind, PRINCIPAL_FEDERATED);
    ck_assert_int_eq(ask("sts", "AssumeRole"), ERR_ACCESS_DENIED);
    ck_assert(last_used_get(box.sandbox.last_used, &box.arena, STR(ALICE " GetObject"), &usage));
    ck_assert(!last_used_get(box.sandbox.last_used, &box.arena, STR(ALICE_KEY), &usage));
}
END_TEST

START_TEST(test_session_ends)
{
    struct session over = {.kind = PRINCIPAL_USER, .name = ""};
    over.expires = clock_now(&box.sandbox.clock);
    use_session(&over);
    ck_assert_int_eq(ask("s3", "GetObject"), ERR_EXPIRED_SESSION);
    over.expires++;
    use_session(&over);
    ASSERT_OK(ask("s3", "GetObject"));
    over.v1 = true;
    use_session(&over);
    ASSERT_OK(ask("s3", "GetObject"));
    signer.region = "ap-east-1";
    ck_assert_int_eq(ask("s3", "GetObject"), ERR_INVALID_CLIENT_TOKEN_ID);
}
END_TEST

START_TEST(test_keys_that_are_not_good)
{
    struct tx tx;
    ASSERT_OK(ask("sqs", "SendMessage"));
    signer.token = "AQoDYXdz";
    ck_assert_int_eq(ask("sqs", "SendMessage"), ERR_INVALID_CLIENT_TOKEN_ID);
    signer.token = NULL;
    box_begin(&box, &tx);
    ASSERT_OK(q_key_set_status(&tx, &(struct q_key_set_status){ALICE_KEY, ALICE, "Inactive", 1}));
    box_end(&box, &tx);
    ck_assert_int_eq(ask("sqs", "SendMessage"), ERR_INVALID_CLIENT_TOKEN_ID);
    ck_assert_str_eq(c.reason, "The access key is inactive.");
    box_begin(&box, &tx);
    ASSERT_OK(q_key_set_status(&tx, &(struct q_key_set_status){ALICE_KEY, ALICE, "Active", 1}));
    ASSERT_OK(q_account_close(&tx, &(struct q_account_close){BOX_ACCOUNT, 1700000000}));
    box_end(&box, &tx);
    ck_assert_int_eq(ask("sqs", "SendMessage"), ERR_INVALID_CLIENT_TOKEN_ID);
    ck_assert_ptr_nonnull(strstr(c.reason, "The account is closed."));
    signer.access_key_id = "AKIAUNKNOWNUNKNOWN22";
    ck_assert_int_eq(ask("sqs", "SendMessage"), ERR_INVALID_CLIENT_TOKEN_ID);
}
END_TEST

/* The key that follows from alice's is derived once, and goes with it. */
START_TEST(test_asymmetric)
{
    static const char put[] = PUT "x-amz-content-sha256: UNSIGNED-PAYLOAD\n\nbody";
    for (int i = 0; i < 3; i++) {
        struct request *rq = wire_request(&box.arena, STR(put));
        signer.secret = i == 1 ? "wrong" : "secret-" ALICE_KEY;
        sign_asymmetric(&box.arena, &signer, "us-east-1,eu-*", rq);
        ck_assert_int_eq(authenticate(rq), i == 1 ? ERR_SIGNATURE_DOES_NOT_MATCH : OK);
        ck_assert(str_is(record_of(&c)->region, "eu-west-1"));
        rq->path = STR("/bucket/other");
        refuse(rq, ERR_SIGNATURE_DOES_NOT_MATCH, MISMATCH);
        ck_assert_int_eq(c.record->kind, RECORD_SIGNATURE_REFUSED);
    }
    struct request *rq = wire_request(&box.arena, STR(put));
    sign_asymmetric(&box.arena, &signer, "us-east-1", rq);
    refuse(rq, ERR_SIGNATURE_DOES_NOT_MATCH, "Credential should be scoped to a valid region.");
    static const struct session user = {.kind = PRINCIPAL_USER, .name = ""};
    use_session(&user);
    rq = wire_request(&box.arena, STR(put));
    sign_asymmetric(&box.arena, &signer, "*", rq);
    ASSERT_OK(authenticate(rq));
    ck_assert_int_eq(caller.kind, CRED_SESSION);
}
END_TEST

START_TEST(test_body_did_not_come)
{
    shown.service = signer.service = "dynamodb";
    signer.payload = NULL;
    struct request *rq = signed_request("POST / HTTP/1.1\nHost: h\nContent-Length: 2\n\n{}");
    ASSERT_OK(authenticate(rq));
    shown.body = false;
    refuse(rq, ERR_INCOMPLETE_SIGNATURE,
           "The signature cannot be checked: it takes the body, which did not come, or its hash in "
           "a signed header X-Amz-Content-Sha256.");
    rq = signed_request("POST / HTTP/1.1\nHost: h\n\n{}");
    rq->body = STR("");
    refuse(rq, ERR_SIGNATURE_DOES_NOT_MATCH, MISMATCH);
    ck_assert_ptr_nonnull(strstr(c.reason, "No body came"));
}
END_TEST

START_TEST(test_presigned_time)
{
    static const struct {
        const char *service;
        int64_t ago, expires;
        int code;
        const char *message; /* NULL: it has times */
    } cases[] = {
        {"s3", 0, 60, OK, NULL},
        {"s3", 50, 60, OK, NULL},
        {"s3", 70, 60, ERR_ACCESS_DENIED, "Request has expired"},
        {"s3", -800, 60, OK, NULL},
        {"s3", -1000, 60, ERR_ACCESS_DENIED, "Request is not yet valid"},
        {"sqs", 70, 60, ERR_SIGNATURE_DOES_NOT_MATCH, NULL},
    };
    int64_t now = signer.at;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct request *rq = wire_request(&box.arena, STR("GET /b/k HTTP/1.1\nHost: h\n\n"));
        signer.at = now - cases[i].ago;
        signer.service = cases[i].service;
        sign_query(&box.arena, &signer, cases[i].expires, rq);
        ck_assert_int_eq(authenticate(rq), cases[i].code);
        if (cases[i].message)
            ck_assert_str_eq(c.message, cases[i].message);
    }
}
END_TEST

/* A form is S3's alone. */
START_TEST(test_forms_of_others)
{
    struct request *rq = wire_request(
        &box.arena,
        STR("POST / HTTP/1.1\nContent-Type: multipart/form-data; boundary=B\n\n" FIELD(
            "policy", "e30=") FIELD("x-amz-algorithm", "AWS4-HMAC-SHA256")
                FIELD("x-amz-credential", ALICE_KEY "/20151229/us-east-1/sqs/aws4_request") FIELD(
                    "x-amz-date", "20151229T000000Z") FIELD("x-amz-signature", "00") "--B--"));
    ck_assert_int_eq(authenticate(rq), ERR_SIGNATURE_DOES_NOT_MATCH);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_key_and_its_use);
    tcase_add_test(tc, test_unknown_operations_are_in_no_report);
    tcase_add_test(tc, test_wrong_secret);
    tcase_add_test(tc, test_names_may_be_long);
    tcase_add_test(tc, test_regions_that_are_not_enabled);
    tcase_add_test(tc, test_unsigned_headers);
    tcase_add_test(tc, test_session_keys);
    tcase_add_test(tc, test_session_ends);
    tcase_add_test(tc, test_keys_that_are_not_good);
    tcase_add_test(tc, test_asymmetric);
    tcase_add_test(tc, test_body_did_not_come);
    tcase_add_test(tc, test_presigned_time);
    tcase_add_test(tc, test_forms_of_others);
    return suite_run("shown", tc);
}
