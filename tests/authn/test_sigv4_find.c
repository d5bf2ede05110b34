/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to other services: all forms, and what two readers could read differently. */
#include "authn/sigv4.h"
#include "err.h"
#include "support/sign.h"
#include "support/suite.h"
#include "support/wire.h"

#define NOT_SUPPORTED                                                                              \
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
#define SCOPE "20150830/us-east-1/s3/aws4_request"
#define AUTHORIZATION                                                                              \
    "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" SCOPE                                \
    ", SignedHeaders=host;x-amz-date, Signature=00ff\n"
#define DATE "X-Amz-Date: 20150830T123600Z\n"
#define QUERY                                                                                      \
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE/" SCOPE                         \
    "&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Signature=00ff"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define OF_BODY "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5" /* body */

static struct arena a;
static const char *message;
static struct sigv4_auth auth;

static struct signer signer;

static void setup(void)
{
    arena_init(&a);
    signer = (struct signer){
        .access_key_id = "AKIDEXAMPLE",
        .secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        .region = "us-east-1",
        .service = "s3",
        .at = 1440938160,
    };
}

static void teardown(void)
{
    arena_done(&a);
}

static int find(const char *line, const char *headers, const char *body)
{
    const char *text = arena_printf(&a, "%s HTTP/1.1\n%s\n%s", line, headers, body);
    message = "";
    return sigv4_find(&a, wire_request(&a, str_of(text)), true, &auth, &message);
}

START_TEST(test_anonymous)
{
    ck_assert_int_eq(find("GET /", "Host: h\n", ""), ERR_NOT_FOUND);
    ck_assert_int_eq(find("GET /?X-Amz-Date=1&Signature=x", DATE, ""), ERR_NOT_FOUND);
    ck_assert_int_eq(
        find("POST /", "Content-Type: application/x-www-form-urlencoded\n", "Action=A&Signature=x"),
        ERR_NOT_FOUND);
}
END_TEST

START_TEST(test_older_and_other_mechanisms)
{
    static const char *const cases[][3] = {
        {"GET /b/k", "Authorization: AWS AKIDEXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=\n", ""},
        {"GET /b/k?AWSAccessKeyId=AKIDEXAMPLE&Expires=1&Signature=vjby", "", ""},
        {"GET /?Signature=vjby&SignatureVersion=2&AWSAccessKeyId=AKIDEXAMPLE", "", ""},
        {"POST /", "content-type: Application/x-www-form-urlencoded; charset=utf-8\n",
         "Action=A&AWSAccessKeyId=AKIDEXAMPLE&Signature=x&SignatureVersion=2"},
        {"GET /", "Authorization: Bearer abc\n", ""},
        {"GET /", "Authorization: Basic YTpi\n", ""},
        {"GET /", "Authorization:\n", ""},
        {"GET /?" QUERY, "Authorization: Bearer abc\n", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int code = find(cases[i][0], cases[i][1], cases[i][2]);
        ck_assert_msg(code == ERR_INCOMPLETE_SIGNATURE, "%zu: %d", i, code);
        ck_assert_str_eq(message, NOT_SUPPORTED);
    }
    ck_assert_int_eq(find("GET /",
                          DATE "Authorization: AWS4-HMAC-SHA512 Credential=A/" SCOPE
                               ", SignedHeaders=host, Signature=0\n",
                          ""),
                     ERR_INCOMPLETE_SIGNATURE);
    ck_assert_str_eq(message, "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'");
}
END_TEST

START_TEST(test_nothing_is_said_twice)
{
    static const char *const cases[][3] = {
        {"GET /", AUTHORIZATION DATE DATE, "x-amz-date"},
        {"GET /", AUTHORIZATION DATE "x-amz-DATE: 20150830T123601Z\n", "x-amz-date"},
        {"GET /", AUTHORIZATION AUTHORIZATION DATE, "authorization"},
        {"GET /", AUTHORIZATION DATE "authorization: AWS a:b\n", "authorization"},
        {"GET /", AUTHORIZATION DATE "Host: a\nhost: b\n", "host"},
        {"GET /", AUTHORIZATION DATE "X-Amz-Content-Sha256: a\nX-Amz-Content-Sha256: b\n",
         "x-amz-content-sha256"},
        {"GET /", AUTHORIZATION DATE "X-Amz-Security-Token: a\nX-Amz-Security-Token: b\n",
         "x-amz-security-token"},
        {"GET /", AUTHORIZATION DATE "Content-Length: 0\nContent-Length: 1\n", "content-length"},
        {"GET /?" QUERY "&X-Amz-Signature=11", "", "X-Amz-Signature"},
        {"GET /?" QUERY "&x-amz-signature=11", "", "x-amz-signature"},
        {"GET /?" QUERY "&X%2DAmz%2DSignature=11", "", "X-Amz-Signature"},
        {"GET /?" QUERY "&X-Amz-Credential=A", "", "X-Amz-Credential"},
        {"GET /?" QUERY "&X-Amz-Expires=1&X-Amz-Expires=2", "", "X-Amz-Expires"},
        {"GET /?X-Amz-Content-Sha256=a&x-amz-content-sha256=b", "", "x-amz-content-sha256"},
        {"GET /",
         "Authorization: AWS4-HMAC-SHA256 Credential=A/" SCOPE
         ", SignedHeaders=host, Signature=00, Signature=11\n" DATE,
         "Signature"},
        {"GET /",
         "Authorization: AWS4-HMAC-SHA256 Credential=A/" SCOPE ", Credential=B/" SCOPE
         ", SignedHeaders=host, Signature=00\n" DATE,
         "Credential"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int code = find(cases[i][0], cases[i][1], "");
        ck_assert_msg(code == ERR_INCOMPLETE_SIGNATURE, "%zu: %d %s", i, code, message);
        ck_assert_str_eq(message,
                         arena_printf(&a, "The request has more than one '%s'.", cases[i][2]));
    }
}
END_TEST

START_TEST(test_both_forms)
{
    static const char both[] = "Found both 'X-Amz-Algorithm' as a query-string param and "
                               "'Authorization' as HTTP header.";
    ck_assert_int_eq(find("GET /?" QUERY, AUTHORIZATION DATE, ""), ERR_SIGNATURE_DOES_NOT_MATCH);
    ck_assert_str_eq(message, both);
    ck_assert_int_eq(find("GET /?X-Amz-Signature=0", AUTHORIZATION DATE, ""),
                     ERR_SIGNATURE_DOES_NOT_MATCH);
    ck_assert_str_eq(message, both);
}
END_TEST

/* What a server of another mind may take for a presigned request is none without signature. */
START_TEST(test_half_a_query)
{
    static const char *const cases[] = {
        "GET /?X-Amz-Signature=0",
        "GET /?x-amz-algorithm=AWS4-HMAC-SHA256",
        "GET /?X-Amz-Credential=A",
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        ck_assert_int_eq(find(cases[i], "", ""), ERR_INCOMPLETE_SIGNATURE);
}
END_TEST

START_TEST(test_asymmetric)
{
    static const char form[] =
        DATE "%sAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/s3/"
             "aws4_request, SignedHeaders=host;x-amz-date%s, Signature=3006020101020101\n";
    const char *set = "X-Amz-Region-Set: eu-west-1,us-east-1\n";
    ck_assert_int_eq(find("GET /", arena_printf(&a, form, set, ";x-amz-region-set"), ""), OK);
    ck_assert(auth.asymmetric);
    ck_assert(str_is(auth.region, "eu-west-1"));
    ck_assert(str_is(auth.region_set, "eu-west-1,us-east-1"));
    ck_assert(str_is(auth.service, "s3"));
    ck_assert_int_eq(find("GET /", arena_printf(&a, form, set, ""), ""), ERR_INCOMPLETE_SIGNATURE);
    ck_assert_int_eq(find("GET /", arena_printf(&a, form, "", ";x-amz-region-set"), ""),
                     ERR_INCOMPLETE_SIGNATURE);
    ck_assert_str_eq(message, "The request requires a signed 'X-Amz-Region-Set'.");
    ck_assert_int_eq(
        find("GET /?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKIDEXAMPLE/" SCOPE
             "&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Signature=00ff"
             "&X-Amz-Region-Set=*",
             "", ""),
        ERR_INCOMPLETE_SIGNATURE);
    ck_assert_str_eq(message, "Credential must have exactly 4 slash-delimited elements, e.g. "
                              "keyid/date/service/term, got 'AKIDEXAMPLE/" SCOPE "'");
}
END_TEST

/* Our own services take none of it. */
START_TEST(test_asymmetric_is_for_others)
{
    struct request *rq = wire_request(
        &a, STR("GET / HTTP/1.1\n" DATE "X-Amz-Region-Set: *\nAuthorization: "
                "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/iam/aws4_request, "
                "SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=00\n\n"));
    ck_assert_int_eq(sigv4_parse(&a, rq, &auth, &message), ERR_INCOMPLETE_SIGNATURE);
    ck_assert_str_eq(message, "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'");
}
END_TEST

static int check(const struct request *rq, bool body)
{
    struct sigv4_rules rules;
    unsigned char key[SIGV4_KEY_SIZE];
    TRY(sigv4_find(&a, rq, body, &auth, &message));
    sigv4_rules_of(auth.service, "PutObject", &rules);
    TRY(sigv4_check_scope(&a, rq, &auth, signer.at, &message));
    TRY(sigv4_settle_payload(&a, rq, body, &rules, &auth, &message));
    sigv4_signing_key(str_of(signer.secret), auth.date, auth.region, auth.service, key);
    return sigv4_verify(&a, rq, &auth, &rules, key) ? OK : ERR_SIGNATURE_DOES_NOT_MATCH;
}

static struct request *get_of_nothing(const char *target)
{
    return wire_request(
        &a,
        str_of(arena_printf(&a, "GET %s HTTP/1.1\nx-amz-content-sha256: " EMPTY "\n\n", target)));
}

/* Whether a request to SENT has the signature of one to SIGNED. */
static bool passes(const char *service, const char *signed_target, const char *sent)
{
    struct request *rq = get_of_nothing(signed_target);
    const struct request *other = get_of_nothing(sent);
    signer.service = service;
    sign_header(&a, &signer, rq);
    ck_assert_int_eq(check(rq, true), OK);
    rq->path = other->path;
    rq->query = other->query;
    return check(rq, true) == OK;
}

START_TEST(test_spellings)
{
    static const struct {
        const char *a, *b;
        bool s3, others;
    } cases[] = {
        {"/a~b", "/a%7Eb", true, false},
        {"/a%2fb", "/a%2Fb", true, false},
        {"/\xc3\xbc", "/%C3%BC", true, false},
        {"/a+b", "/a%20b", false, false},
        {"/a+b", "/a%2Bb", true, false},
        {"/a//b", "/a/b", false, true},
        {"/a/../b", "/b", false, true},
        {"/a/./b", "/a/b", false, true},
        {"/a/", "/a", false, false},
        {"/A", "/a", false, false},
        {"/?a=x+y", "/?a=x%20y", true, true},
        {"/?a=x+y", "/?a=x%2By", false, false},
        {"/?a=~", "/?a=%7e", true, true},
        {"/?a", "/?a=", true, true},
        {"/?a=&b", "/?b=&a", true, true},
        {"/?a=1", "/?A=1", false, false},
        {"/?a=\xc3\xbc", "/?a=%c3%bc", true, true},
        {"/?a=1", "/?a=1&b", false, false},
        {"/?a=1&b=2", "/?a=1%26b=2", false, false},
        {"/?a=b=c", "/?a=b%3Dc", true, true},
        {"/?", "/", true, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        for (int back = 0; back < 2; back++) {
            const char *from = back ? cases[i].b : cases[i].a, *to = back ? cases[i].a : cases[i].b;
            ck_assert_msg(passes("s3", from, to) == cases[i].s3, "s3: %s %s", from, to);
            ck_assert_msg(passes("sqs", from, to) == cases[i].others, "sqs: %s %s", from, to);
        }
    }
}
END_TEST

/* The headers of RQ, to be changed, with room for one more. */
static struct request_header *own_headers(struct request *rq)
{
    struct request_header *headers = NEW_ARRAY(&a, struct request_header, rq->n_headers + 1);
    memcpy(headers, rq->headers, rq->n_headers * sizeof *headers);
    rq->headers = headers;
    return headers;
}

static struct request *signed_put(const char *headers, const char *body)
{
    const char *text = arena_printf(&a, "PUT /b/k HTTP/1.1\n%s\n%s", headers, body);
    struct request *rq = wire_request(&a, str_of(text));
    sign_header(&a, &signer, rq);
    return rq;
}

START_TEST(test_host_is_signed)
{
    struct request *rq = signed_put("x-amz-content-sha256: " OF_BODY "\n", "body");
    ck_assert_int_eq(check(rq, true), OK);
    const char *form =
        "GET / HTTP/1.1\nHost: h\n" DATE "Authorization: AWS4-HMAC-SHA256 Credential=A/" SCOPE
        ", SignedHeaders=x-amz-date, Signature=00\n\n";
    ck_assert_int_eq(check(wire_request(&a, str_of(form)), true), ERR_SIGNATURE_DOES_NOT_MATCH);
    ck_assert_ptr_nonnull(strstr(message, "must be a 'SignedHeader'"));
}
END_TEST

START_TEST(test_digits_are_lower_case)
{
    struct request *rq = signed_put("x-amz-content-sha256: " OF_BODY "\n", "body");
    struct request_header *headers = own_headers(rq);
    char *value = str_dup(&a, headers[rq->n_headers - 1].value);
    for (char *c = strstr(value, "Signature=") + 10; *c; c++)
        *c = (char)(*c >= 'a' ? *c - 'a' + 'A' : *c);
    headers[rq->n_headers - 1].value = str_of(value);
    ck_assert_int_eq(check(rq, true), ERR_SIGNATURE_DOES_NOT_MATCH);
}
END_TEST

/* The header, what is signed, and how it goes with the body "body" and without it, by S3's rules
   and by those of the others. */
START_TEST(test_payloads)
{
    enum { GOOD = OK, BAD = ERR_SIGNATURE_DOES_NOT_MATCH, NO = ERR_INCOMPLETE_SIGNATURE };
    static const struct {
        const char *header, *payload;
        int s3, s3_alone, others, others_alone;
    } cases[] = {
        {OF_BODY, OF_BODY, GOOD, GOOD, GOOD, GOOD},
        {EMPTY, EMPTY, BAD, GOOD, BAD, GOOD},
        {EMPTY, OF_BODY, BAD, BAD, BAD, BAD},
        {"UNSIGNED-PAYLOAD", "UNSIGNED-PAYLOAD", GOOD, GOOD, NO, NO},
        {"UNSIGNED-PAYLOAD", OF_BODY, BAD, BAD, NO, NO},
        {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", GOOD, GOOD, NO,
         NO},
        {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
         GOOD, GOOD, NO, NO},
        {"STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", GOOD, GOOD, NO,
         NO},
        {"STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", NO,
         NO, NO, NO},
        {"STREAMING-AWS4-HMAC-SHA256-PAYLOADS", "STREAMING-AWS4-HMAC-SHA256-PAYLOADS", NO, NO, NO,
         NO},
        {"unsigned-payload", "unsigned-payload", NO, NO, NO, NO},
        {"", "", NO, NO, NO, NO},
        {"230D8358DC8E8890B4C58DEEB62912EE2F20357AE92A5CC861B98E68FE31ACB5", OF_BODY, NO, NO, NO,
         NO},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *headers =
            arena_printf(&a, "Content-Length: 4\nx-amz-content-sha256: %s\n", cases[i].header);
        signer.payload = cases[i].payload;
        signer.service = "s3";
        struct request *rq = signed_put(headers, "body");
        ck_assert_msg(check(rq, true) == cases[i].s3, "%zu: %s", i, message);
        ck_assert_msg(check(rq, false) == cases[i].s3_alone, "%zu: %s", i, message);
        signer.service = "sqs";
        rq = signed_put(headers, "body");
        ck_assert_msg(check(rq, true) == cases[i].others, "%zu: %s", i, message);
        ck_assert_msg(check(rq, false) == cases[i].others_alone, "%zu: %s", i, message);
    }
}
END_TEST

START_TEST(test_operations_that_leave_the_body_unsigned)
{
    static const struct {
        const char *service, *operation;
        bool may;
    } cases[] = {
        {"mediastore", "PutObject", true}, {"mediastore", "DeleteObject", false},
        {"lex", "PostContent", true},      {"dynamodb", "PutObject", false},
        {"mediastore", NULL, false},       {"s3", NULL, true},
        {"s3express", NULL, true},         {"s3tables", NULL, false},
    };
    struct sigv4_rules rules;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        sigv4_rules_of(str_of(cases[i].service), cases[i].operation, &rules);
        ck_assert_msg(rules.unsigned_payload == cases[i].may, "%zu", i);
    }
}
END_TEST

START_TEST(test_what_stands_for_the_body)
{
    signer.service = "sqs";
    ck_assert_int_eq(check(signed_put("Content-Length: 0\n", ""), false), OK);
    ck_assert_int_eq(check(signed_put("", ""), false), OK);
    static const char *const lengths[] = {"Content-Length: 4\n", "Content-Length: x\n",
                                          "Transfer-Encoding: chunked\n",
                                          "Content-Length: 0\nTransfer-Encoding: chunked\n"};
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        struct request *rq = signed_put(lengths[i], "body");
        ck_assert_int_eq(check(rq, true), OK);
        ck_assert_int_eq(check(rq, false), ERR_INCOMPLETE_SIGNATURE);
        ck_assert_ptr_nonnull(strstr(message, "the body, which did not come"));
    }
}
END_TEST

/* A digest that nobody signed stands for nothing. */
START_TEST(test_unsigned_digest)
{
    signer.service = "sqs";
    struct request *rq = signed_put("Content-Length: 4\n", "body");
    struct request_header *headers = own_headers(rq);
    headers[rq->n_headers++] = (struct request_header){STR("X-Amz-Content-Sha256"), STR(OF_BODY)};
    ck_assert_int_eq(check(rq, true), OK);
    ck_assert_int_eq(check(rq, false), ERR_INCOMPLETE_SIGNATURE);
    ck_assert_str_eq(sigv4_unsigned_headers(&a, rq, &auth), "x-amz-content-sha256");
}
END_TEST

START_TEST(test_presigned_payloads)
{
    signer.payload = "UNSIGNED-PAYLOAD";
    struct request *rq = wire_request(&a, STR("PUT /b/k HTTP/1.1\nContent-Length: 4\n\nbody"));
    sign_query(&a, &signer, 60, rq);
    ck_assert_int_eq(check(rq, true), OK);
    ck_assert_int_eq(check(rq, false), OK);
    static const char *const announced[] = {
        "PUT /b/k?X-Amz-Content-Sha256=" OF_BODY " HTTP/1.1\n\nbody",
        "PUT /b/k?x-amz-content-sha256=" OF_BODY " HTTP/1.1\n\nbody",
        "PUT /b/k HTTP/1.1\nx-amz-content-sha256: " OF_BODY "\n\nbody"};
    signer.payload = OF_BODY;
    for (size_t i = 0; i < ARRAY_LEN(announced); i++) {
        rq = wire_request(&a, str_of(announced[i]));
        sign_query(&a, &signer, 60, rq);
        ck_assert_int_eq(check(rq, true), OK);
        ck_assert_int_eq(check(rq, false), OK);
        rq->body = STR("other");
        ck_assert_int_eq(check(rq, true), ERR_SIGNATURE_DOES_NOT_MATCH);
    }
    rq = wire_request(&a, STR("PUT /b/k?X-Amz-Content-Sha256=" EMPTY
                              " HTTP/1.1\nx-amz-content-sha256: " OF_BODY "\n\nbody"));
    sign_query(&a, &signer, 60, rq);
    ck_assert_int_eq(check(rq, true), ERR_INCOMPLETE_SIGNATURE);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_anonymous);
    tcase_add_test(tc, test_older_and_other_mechanisms);
    tcase_add_test(tc, test_nothing_is_said_twice);
    tcase_add_test(tc, test_both_forms);
    tcase_add_test(tc, test_half_a_query);
    tcase_add_test(tc, test_asymmetric);
    tcase_add_test(tc, test_asymmetric_is_for_others);
    tcase_add_test(tc, test_spellings);
    tcase_add_test(tc, test_host_is_signed);
    tcase_add_test(tc, test_digits_are_lower_case);
    tcase_add_test(tc, test_payloads);
    tcase_add_test(tc, test_operations_that_leave_the_body_unsigned);
    tcase_add_test(tc, test_what_stands_for_the_body);
    tcase_add_test(tc, test_unsigned_digest);
    tcase_add_test(tc, test_presigned_payloads);
    return suite_run("sigv4_find", tc);
}
