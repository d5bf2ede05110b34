/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for services that are not served are told so in the protocol of their clients. */
#include <time.h>

#include "support/client.h"
#include "support/sign.h"
#include "support/suite.h"

#define HINT(service)                                                                              \
    "IAM Local serves only iam, sts, organizations and account, not " service                      \
    ". Set AWS_ENDPOINT_URL_IAM, AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL_ORGANIZATIONS and "        \
    "AWS_ENDPOINT_URL_ACCOUNT instead of AWS_ENDPOINT_URL."
#define JSON(service) "{\"__type\":\"NotImplemented\",\"message\":\"" HINT(service) "\"}"
#define XML_ERROR(service) "<Error><Code>NotImplemented</Code><Message>" HINT(service) "</Message>"
#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define QUERY(service)                                                                             \
    "    <Code>NotImplemented</Code>\n    <Message>" HINT(service) "</Message>\n  </Error>\n"
#define FORM "application/x-www-form-urlencoded; charset=utf-8"
#define TARGET "X-Amz-Target"
#define CBOR "Smithy-Protocol"

static struct client client;

static void start(void)
{
    client_start(&client, NULL);
}

static void stop(void)
{
    client_stop(&client);
}

/* As a client of SERVICE sends it; NULL: unsigned, or without the header. */
struct foreign {
    const char *service, *method, *path, *type, *header, *value, *body;
    const char *content_type, *answer;
};

static struct response send_foreign(const struct foreign *foreign)
{
    struct request_header headers[3] = {{STR("Host"), STR("localhost:4566")}};
    struct request rq = {.method = str_of(foreign->method),
                         .path = str_of(foreign->path),
                         .headers = headers,
                         .n_headers = 1,
                         .body = str_of(foreign->body ? foreign->body : ""),
                         .source_ip = "127.0.0.1",
                         .loopback = true};
    if (foreign->type)
        headers[rq.n_headers++] =
            (struct request_header){STR("Content-Type"), str_of(foreign->type)};
    if (foreign->header)
        headers[rq.n_headers++] =
            (struct request_header){str_of(foreign->header), str_of(foreign->value)};
    const struct signer somebody = {.access_key_id = "test",
                                    .secret = "test",
                                    .region = "us-east-1",
                                    .service = foreign->service,
                                    .at = time(NULL)};
    if (foreign->service)
        sign_header(&client.arena, &somebody, &rq);
    return client_send(&client, &rq);
}

static const struct foreign cases[] = {
    {"ec2", "POST", "/", FORM, NULL, NULL, "Action=DescribeInstances&Version=2016-11-15",
     "application/xml", DECLARATION "<Response><Errors>" XML_ERROR("ec2")},
    {"sns", "POST", "/", FORM, NULL, NULL, "Action=ListTopics&Version=2010-03-31", "text/xml",
     QUERY("sns")},
    {"s3", "GET", "/", NULL, NULL, NULL, NULL, "application/xml", DECLARATION XML_ERROR("s3")},
    {"s3", "PUT", "/bucket/key", "application/json", NULL, NULL, "{}", "application/x-amz-json-1.1",
     JSON("s3")},
    {"s3", "PUT", "/bucket/key", "application/octet-stream", NULL, NULL, "x", "application/xml",
     XML_ERROR("s3")},
    {"s3", "DELETE", "/bucket", NULL, NULL, NULL, NULL, "application/xml", XML_ERROR("s3")},
    {"s3express", "GET", "/b", NULL, NULL, NULL, NULL, "application/xml", XML_ERROR("s3express")},
    {"route53", "GET", "/2013-04-01/hostedzone", NULL, NULL, NULL, NULL, "text/xml",
     QUERY("route53")},
    {"dynamodb", "POST", "/", "application/x-amz-json-1.0", TARGET, "DynamoDB_20120810.ListTables",
     "{}", "application/x-amz-json-1.1", JSON("dynamodb")},
    {"sqs", "POST", "/", "application/x-amz-json-1.0", TARGET, "AmazonSQS.ListQueues", "{}",
     "application/x-amz-json-1.1", JSON("sqs")},
    {"sqs", "POST", "/", FORM, NULL, NULL, "Action=ListQueues&Version=2012-11-05", "text/xml",
     QUERY("sqs")},
    {"kms", "POST", "/", "application/x-amz-json-1.1", TARGET, "TrentService.ListKeys", "{}",
     "application/x-amz-json-1.1", JSON("kms")},
    {"batch", "POST", "/v1/describejobqueues", "application/json", NULL, NULL, "{}",
     "application/x-amz-json-1.1", JSON("batch")},
    {"lambda", "GET", "/2015-03-31/functions/", NULL, NULL, NULL, NULL,
     "application/x-amz-json-1.1", JSON("lambda")},
    {"lambda", "PUT", "/2015-03-31/functions/f/code", NULL, NULL, NULL, NULL,
     "application/x-amz-json-1.1", JSON("lambda")},
    {NULL, "POST", "/", "application/x-amz-json-1.1", TARGET,
     "AWSCognitoIdentityProviderService.SignUp", "{}", "application/x-amz-json-1.1",
     JSON("AWSCognitoIdentityProviderService")},
    {NULL, "POST", "/token", "application/json", NULL, NULL, "{}", "application/x-amz-json-1.1",
     JSON("this service")},
    {"\xff", "GET", "/", NULL, NULL, NULL, NULL, "application/x-amz-json-1.1",
     JSON("this service")},
    {"<a>&\"", "POST", "/", FORM, NULL, NULL, "Action=X", "text/xml", QUERY("this service")},
    {NULL, "POST", "/", "application/x-amz-json-1.1", TARGET, "\xff\x01.X", "{}",
     "application/x-amz-json-1.1", JSON("this service")},
    {"monitoring", "POST", "/service/X/operation/ListMetrics", "application/cbor", CBOR,
     "rpc-v2-cbor", "\xa0", "application/cbor",
     "\x0e"
     "NotImplementedy"},
};

START_TEST(test_services)
{
    struct response response = send_foreign(&cases[_i]);
    ck_assert_int_eq(response.status, 501);
    ck_assert_str_eq(client_header(&response, "content-type"), cases[_i].content_type);
    ck_assert_ptr_nonnull(client_header(&response, "x-amzn-requestid"));
    struct str answer = str_of(cases[_i].answer);
    ck_assert_msg(memmem(response.body.p, response.body.n, answer.p, answer.n) != NULL, "%.*s",
                  STR_FMT(response.body));
}
END_TEST

START_TEST(test_cbor)
{
    struct response response = send_foreign(&cases[ARRAY_LEN(cases) - 1]);
    struct buf expected = buf_new(&client.arena, 512);
    buf_add(&expected, STR("\xa2"
                           "y\0\x06__type"
                           "y\0\x0eNotImplemented"
                           "y\0\x07message"));
    struct str hint = STR(HINT("monitoring"));
    buf_add(&expected, STR("y"));
    buf_add_char(&expected, 0);
    buf_add_char(&expected, (char)hint.n);
    buf_add(&expected, hint);
    ck_assert(str_eq(response.body, buf_str(&expected)));
    ck_assert_str_eq(client_header(&response, "smithy-protocol"), "rpc-v2-cbor");
    ck_assert_str_eq(client_header(&response, "x-amzn-query-error"), "NotImplemented;Sender");
}
END_TEST

/* What names one of our operations gets AWS's answer to a wrong scope. */
START_TEST(test_our_operations_with_another_scope)
{
    const struct foreign users = {
        "ec2", "POST", "/", FORM, NULL, NULL, "Action=ListUsers&Version=2010-05-08", NULL, NULL};
    struct response response = send_foreign(&users);
    ck_assert_int_eq(response.status, 403);
    ck_assert_str_eq(client_element(&client, &response, "Code"), "InvalidClientTokenId");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("foreign");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_loop_test(t, test_services, 0, ARRAY_LEN(cases));
    tcase_add_test(t, test_cbor);
    tcase_add_test(t, test_our_operations_with_another_scope);
    return suite_run("foreign", t);
}
