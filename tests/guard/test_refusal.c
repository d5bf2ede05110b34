/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals in the forms of the services, each byte of them. */
#include "guard/guard.h"
#include "recognize/table_priv.h"
#include "support/suite.h"

#define ID "01234567-89ab-4def-8123-000000000001"
#define HOST_ID "MDEyMzQ1NjctODlhYi00ZGVmLTgxMjMtMDAwMDAwMDAwMDAx"
#define M "User: arn:aws:iam::123456789012:user/a & b is not authorized"
#define XML_M "User: arn:aws:iam::123456789012:user/a &amp; b is not authorized"
#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static struct arena a;
static struct request_header header;
static struct request rq;
static struct call c;

static void setup(void)
{
    arena_init(&a);
    rq = (struct request){.method = STR("POST"), .path = STR("/"), .headers = &header};
    c = (struct call){.arena = &a, .request_id = ID};
}

static void teardown(void)
{
    arena_done(&a);
}

/* An operation of a service, by the row's name. */
static struct recognized op_of(const char *id, enum recognize_protocol protocol)
{
    for (size_t i = 0; i < request_services_n; i++) {
        if (strcmp(request_text(request_services[i].id), id) == 0)
            return (struct recognized){.service = (uint32_t)i + 1, .protocol = protocol};
    }
    ck_abort_msg("there is no service %s", id);
}

static struct guard_refusal refuse(const struct guard_answer *answer)
{
    const struct guard_question question = {.rq = &rq};
    struct guard_refusal ret;
    guard_refuse(&c, &question, answer, &ret);
    return ret;
}

/* "NAME: VALUE" a line, in their order. */
static const char *headers_of(const struct guard_refusal *refusal)
{
    struct buf b = buf_new(&a, 256);
    for (size_t i = 0; i < refusal->n_headers; i++)
        buf_printf(&b, "%.*s: %.*s\n", STR_FMT(refusal->headers[i].name),
                   STR_FMT(refusal->headers[i].value));
    return buf_text(&b);
}

static void same(struct str text, const char *expected)
{
    ck_assert_msg(str_is(text, expected), "%.*s\nis not\n%s", STR_FMT(text), expected);
}

#define XML_HEADERS "content-type: text/xml\nx-amzn-requestid: " ID "\n"
#define QUERY(xmlns, code, detail)                                                                 \
    "<ErrorResponse" xmlns "><Error><Type>Sender</Type><Code>" code "</Code><Message>" XML_M       \
    "</Message>" detail "</Error><RequestId>" ID "</RequestId></ErrorResponse>"
#define JSON_1_0 "content-type: application/x-amz-json-1.0\n"
#define JSON_1_1 "content-type: application/x-amz-json-1.1\n"
#define REQUEST_ID "x-amzn-requestid: " ID "\n"
#define CORAL "com.amazon.coral.service#AccessDeniedException"
#define REST_HEADERS                                                                               \
    "content-type: application/json\nx-amzn-errortype: AccessDeniedException\n" REQUEST_ID
#define S3_HEADERS                                                                                 \
    "content-type: application/xml\nx-amz-id-2: " HOST_ID "\nx-amz-request-id: " ID "\n"

static const struct {
    const char *service;
    enum recognize_protocol protocol;
    int status;
    const char *headers, *body;
} denials[] = {
    {"rds", RECOGNIZE_QUERY, 403, XML_HEADERS,
     QUERY(" xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"", "AccessDenied", "")},
    {"elbv2", RECOGNIZE_QUERY, 403, XML_HEADERS,
     QUERY(" xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\"", "AccessDenied",
           "")},
    {"sns", RECOGNIZE_QUERY, 403, XML_HEADERS,
     QUERY(" xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"", "AuthorizationError", "")},
    {"sqs", RECOGNIZE_QUERY, 403, XML_HEADERS,
     QUERY(" xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"", "AccessDenied", "<Detail/>")},
    {"sqs", RECOGNIZE_JSON, 403, JSON_1_0 "x-amzn-query-error: AccessDenied;Sender\n" REQUEST_ID,
     "{\"__type\":\"" CORAL "\",\"Message\":\"" M "\"}"},
    {"ec2", RECOGNIZE_EC2, 403, "content-type: text/xml;charset=UTF-8\n" REQUEST_ID,
     DECLARATION "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>" XML_M
                 "</Message></Error></Errors><RequestID>" ID "</RequestID></Response>"},
    {"s3", RECOGNIZE_REST_XML, 403, S3_HEADERS,
     DECLARATION "<Error><Code>AccessDenied</Code><Message>" XML_M "</Message><RequestId>" ID
                 "</RequestId><HostId>" HOST_ID "</HostId></Error>"},
    {"s3control", RECOGNIZE_REST_XML, 403, XML_HEADERS, QUERY("", "AccessDenied", "")},
    {"route53", RECOGNIZE_REST_XML, 403, XML_HEADERS, QUERY("", "AccessDenied", "")},
    {"cloudfront", RECOGNIZE_REST_XML, 403, XML_HEADERS, QUERY("", "AccessDenied", "")},
    {"dynamodb", RECOGNIZE_JSON, 400, JSON_1_0 REQUEST_ID,
     "{\"__type\":\"" CORAL "\",\"Message\":\"" M "\"}"},
    {"kms", RECOGNIZE_JSON, 400, JSON_1_1 REQUEST_ID,
     "{\"__type\":\"AccessDeniedException\",\"Message\":\"" M "\"}"},
    {"secretsmanager", RECOGNIZE_JSON, 400, JSON_1_1 REQUEST_ID,
     "{\"__type\":\"AccessDeniedException\",\"Message\":\"" M "\"}"},
    {"lambda", RECOGNIZE_REST_JSON, 403, REST_HEADERS, "{\"Message\":\"" M "\"}"},
    {"eks", RECOGNIZE_REST_JSON, 403, REST_HEADERS, "{\"Message\":\"" M "\"}"},
    {"execute-api", RECOGNIZE_HTTP, 403, REST_HEADERS, "{\"Message\":\"" M "\"}"},
    {"lambda-url", RECOGNIZE_HTTP, 403, REST_HEADERS,
     "{\"Message\":\"Forbidden. For troubleshooting Function URL authorization issues, see: "
     "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html\"}"},
};

START_TEST(test_denials)
{
    struct guard_answer answer = {.op = op_of(denials[_i].service, denials[_i].protocol),
                                  .message = M};
    struct guard_refusal refusal = refuse(&answer);
    ck_assert_msg(refusal.status == denials[_i].status, "%s", denials[_i].service);
    same(str_of(headers_of(&refusal)), denials[_i].headers);
    same(refusal.body, denials[_i].body);
    rq.method = STR("HEAD");
    ck_assert_uint_eq(refuse(&answer).body.n, 0);
}
END_TEST

/* RFC 8949: a map of two pairs of texts, whose lengths are in two bytes. */
START_TEST(test_cbor)
{
    struct guard_answer answer = {.op = op_of("cloudwatch", RECOGNIZE_CBOR), .message = "No."};
    struct guard_refusal refusal = refuse(&answer);
    ck_assert_int_eq(refusal.status, 403);
    same(str_of(headers_of(&refusal)),
         "content-type: application/cbor\nsmithy-protocol: rpc-v2-cbor\n"
         "x-amzn-query-error: AccessDenied;Sender\n" REQUEST_ID);
    struct buf b = {.arena = &a};
    buf_hex(&b, (const unsigned char *)refusal.body.p, refusal.body.n);
    struct buf wanted = {.arena = &a}, hex = {.arena = &a};
    buf_add(&wanted, STR("\xa2\x79\0\6__type\x79\0\x2e" CORAL));
    ck_assert_msg(str_starts(refusal.body, buf_str(&wanted)), "%s", buf_text(&b));
    buf_add(&hex, STR("\x79\0\7message\x79\0\3No."));
    ck_assert_ptr_nonnull(memmem(refusal.body.p, refusal.body.n, hex.p, hex.n));
}
END_TEST

static const struct {
    const char *service;
    enum recognize_protocol protocol;
    int failure, status;
    const char *code;
} failures[] = {
    {"rds", RECOGNIZE_QUERY, ERR_INVALID_CLIENT_TOKEN_ID, 403, "<Code>InvalidClientTokenId<"},
    {"rds", RECOGNIZE_QUERY, ERR_EXPIRED_SESSION, 403, "<Code>ExpiredToken<"},
    {"rds", RECOGNIZE_QUERY, ERR_SIGNATURE_DOES_NOT_MATCH, 403, "<Code>SignatureDoesNotMatch<"},
    {"rds", RECOGNIZE_QUERY, ERR_INCOMPLETE_SIGNATURE, 400, "<Code>IncompleteSignature<"},
    {"rds", RECOGNIZE_QUERY, ERR_MISSING_AUTHENTICATION_TOKEN, 403,
     "<Code>MissingAuthenticationToken<"},
    {"rds", RECOGNIZE_QUERY, ERR_ACCESS_DENIED, 403, "<Code>AccessDenied<"},
    {"ec2", RECOGNIZE_EC2, ERR_INVALID_CLIENT_TOKEN_ID, 401,
     "<Code>AuthFailure</Code><Message>AWS "
     "was not able to validate the provided access credentials<"},
    {"ec2", RECOGNIZE_EC2, ERR_SIGNATURE_DOES_NOT_MATCH, 401, "<Code>AuthFailure<"},
    {"ec2", RECOGNIZE_EC2, ERR_EXPIRED_SESSION, 400, "<Code>RequestExpired<"},
    {"s3", RECOGNIZE_REST_XML, ERR_INVALID_CLIENT_TOKEN_ID, 403,
     "<Code>InvalidAccessKeyId</Code>"
     "<Message>The AWS Access Key Id you provided does not exist in our records.<"},
    {"s3", RECOGNIZE_REST_XML, ERR_SIGNATURE_DOES_NOT_MATCH, 403, "<Code>SignatureDoesNotMatch<"},
    {"s3", RECOGNIZE_REST_XML, ERR_EXPIRED_SESSION, 400, "<Code>ExpiredToken<"},
    {"s3", RECOGNIZE_REST_XML, ERR_INCOMPLETE_SIGNATURE, 400,
     "<Code>AuthorizationHeaderMalformed<"},
    {"s3", RECOGNIZE_REST_XML, ERR_ACCESS_DENIED, 403, "<Code>AccessDenied<"},
    {"kms", RECOGNIZE_JSON, ERR_INVALID_CLIENT_TOKEN_ID, 400, "\"UnrecognizedClientException\""},
    {"kms", RECOGNIZE_JSON, ERR_SIGNATURE_DOES_NOT_MATCH, 400, "\"InvalidSignatureException\""},
    {"kms", RECOGNIZE_JSON, ERR_EXPIRED_SESSION, 400, "\"ExpiredTokenException\""},
    {"kms", RECOGNIZE_JSON, ERR_INCOMPLETE_SIGNATURE, 400, "\"IncompleteSignatureException\""},
    {"kms", RECOGNIZE_JSON, ERR_MISSING_AUTHENTICATION_TOKEN, 400,
     "\"MissingAuthenticationTokenException\""},
    {"sqs", RECOGNIZE_JSON, ERR_INVALID_CLIENT_TOKEN_ID, 403, "\"UnrecognizedClientException\""},
    {"lambda", RECOGNIZE_REST_JSON, ERR_INVALID_CLIENT_TOKEN_ID, 403, "{\"Message\":\"No.\"}"},
    {"execute-api", RECOGNIZE_HTTP, ERR_MISSING_AUTHENTICATION_TOKEN, 403,
     "{\"message\":\"Missing Authentication Token\"}"},
};

START_TEST(test_failures)
{
    struct guard_answer answer = {.op = op_of(failures[_i].service, failures[_i].protocol),
                                  .code = failures[_i].failure,
                                  .message = "No."};
    struct guard_refusal refusal = refuse(&answer);
    const char *text = str_dup(&a, refusal.body);
    ck_assert_msg(refusal.status == failures[_i].status, "%d: %s", refusal.status, text);
    ck_assert_msg(strstr(text, failures[_i].code) != NULL, "%s", text);
}
END_TEST

START_TEST(test_codes_of_the_query_protocol)
{
    struct guard_answer answer = {
        .op = op_of("sqs", RECOGNIZE_JSON), .code = ERR_INVALID_CLIENT_TOKEN_ID, .message = "No."};
    struct guard_refusal refusal = refuse(&answer);
    ck_assert_ptr_nonnull(
        strstr(headers_of(&refusal), "x-amzn-query-error: InvalidClientTokenId;Sender\n"));
}
END_TEST

START_TEST(test_skewed_clock_of_s3)
{
    struct guard_answer answer = {.op = op_of("s3", RECOGNIZE_REST_XML),
                                  .code = ERR_SIGNATURE_DOES_NOT_MATCH,
                                  .message = "Signature expired: 1 is now earlier than 2"};
    const char *text = str_dup(&a, refuse(&answer).body);
    ck_assert_msg(strstr(text, "<Code>RequestTimeTooSkewed</Code>") != NULL, "%s", text);
}
END_TEST

START_TEST(test_keys_of_delete_objects)
{
    const struct guard_decision keys[] = {
        {.resource = STR("arn:aws:s3:::b/a<b"),
         .outcome = AUTHZ_IMPLICIT_DENY,
         .message = "No & no."},
        {.resource = STR("arn:aws:s3:::b/x/y"), .outcome = AUTHZ_ALLOW, .element = 1},
        {.resource = STR("arn:aws:s3:us-east-1:123456789012:accesspoint/p/object/k/object/l"),
         .outcome = AUTHZ_EXPLICIT_DENY,
         .message = "No.",
         .element = 2},
        {.resource = STR("arn:aws:s3:::b"),
         .outcome = AUTHZ_IMPLICIT_DENY,
         .message = "No.",
         .element = SIZE_MAX},
    };
    struct guard_answer answer = {.op = op_of("s3", RECOGNIZE_REST_XML),
                                  .message = "No & no.",
                                  .decisions = keys,
                                  .n_decisions = 3};
    answer.op.operation = "DeleteObjects";
    struct guard_refusal refusal = refuse(&answer);
    ck_assert_int_eq(refusal.status, 200);
    same(refusal.body, DECLARATION
         "<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
         "<Error><Key>a&lt;b</Key><Code>AccessDenied</Code><Message>No &amp; no.</Message></Error>"
         "<Error><Key>x/y</Key><Code>OperationAborted</Code><Message>Nothing was deleted, because "
         "other keys of the request were refused.</Message></Error>"
         "<Error><Key>k/object/l</Key><Code>AccessDenied</Code><Message>No.</Message></Error>"
         "</DeleteResult>");
    answer.n_decisions = 4; /* the whole request is refused, too */
    ck_assert_int_eq(refuse(&answer).status, 403);
    answer.n_decisions = 0; /* or cannot be read */
    ck_assert_int_eq(refuse(&answer).status, 403);
}
END_TEST

/* What a client of no known service may understand. */
START_TEST(test_unknown_services)
{
    struct guard_answer answer = {.message = "No."};
    same(refuse(&answer).body,
         "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>No.</Message>"
         "</Error><RequestId>" ID "</RequestId></ErrorResponse>");
    rq.n_headers = 1;
    header = (struct request_header){STR("X-Amz-Target"), STR("New_1.Do")};
    same(refuse(&answer).body, "{\"__type\":\"AccessDeniedException\",\"Message\":\"No.\"}");
    ck_assert_int_eq(refuse(&answer).status, 400);
    header = (struct request_header){STR("Content-Type"), STR("application/json")};
    same(refuse(&answer).body, "{\"Message\":\"No.\"}");
    header = (struct request_header){STR("Smithy-Protocol"), STR("rpc-v2-cbor")};
    ck_assert(str_starts(refuse(&answer).body, STR("\xa2")));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, test_denials, 0, ARRAY_LEN(denials));
    tcase_add_test(tc, test_cbor);
    tcase_add_loop_test(tc, test_failures, 0, ARRAY_LEN(failures));
    tcase_add_test(tc, test_codes_of_the_query_protocol);
    tcase_add_test(tc, test_skewed_clock_of_s3);
    tcase_add_test(tc, test_keys_of_delete_objects);
    tcase_add_test(tc, test_unknown_services);
    return suite_run("refusal", tc);
}
