/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to other services, as nginx and Envoy show them. */
#include "authorize_box.h"

#define S3 "s3.us-east-1.amazonaws.com"
#define TOKEN "let-me-in"
#define WITH_TOKEN "X-Iam-Local-Admin-Token: " TOKEN
#define STATEMENTS                                                                                 \
    "{'Effect':'Allow','Action':'s3:*','Resource':['arn:aws:s3:::open','arn:aws:s3:::open/*']},"   \
    "{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::near/*',"                  \
    "'Condition':{'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}}},"                                \
    "{'Effect':'Allow','Action':['s3:ListAllMyBuckets','batch:*'],'Resource':'*'}"

static void start(void)
{
    box_start((const char *const[]){"--admin-token", TOKEN, NULL}, STATEMENTS);
}

static struct request *get(const char *target)
{
    return sign(make("GET", S3, target, NULL, ""), NULL, "s3", "digest");
}

static void expect(struct response response, int status, const char *text)
{
    const char *body = str_dup(&client.arena, response.body);
    ck_assert_msg(response.status == status && strstr(body, text), "%d %s", response.status, body);
}

static void header_is(const struct response *response, const char *name, const char *value)
{
    const char *found = client_header(response, name);
    ck_assert_msg(found && strstr(found, value), "%s: %s", name, found ? found : "none");
}

START_TEST(test_gate)
{
    struct response response = show_gate(get("/open/a%2Fb?versionId=1"), WITH_TOKEN);
    expect(response, 200, "\"arn:aws:s3:::open/a/b\"");
    header_is(&response, "x-iam-local-decision", "Allow");
    ck_assert_ptr_null(client_header(&response, "x-iam-local-message"));
    response = show_gate(get("/closed/a"), WITH_TOKEN);
    expect(response, 403, "\"ImplicitDeny\"");
    header_is(&response, "x-iam-local-decision", "ImplicitDeny");
    header_is(&response, "x-iam-local-message",
              "User: " ALICE " is not authorized to perform: s3:GetObject on resource: "
              "\"arn:aws:s3:::closed/a\"");
    ck_assert_ptr_nonnull(client_header(&response, "x-amzn-requestid"));
}
END_TEST

/* The body stays with nginx: its signed hash is enough where nothing is in it that counts. */
START_TEST(test_gate_without_body)
{
    struct request *rq =
        sign(make("PUT", S3, "/open/a", NULL, "text"), NULL, "s3", "UNSIGNED-PAYLOAD");
    expect(show_gate(rq, WITH_TOKEN), 200, "s3:PutObject");
    struct response response = show_gate(
        json_request("dynamodb", "DynamoDB_20120810.GetItem", "{'TableName':'t'}"), WITH_TOKEN);
    expect(response, 403, "NotAuthenticated");
}
END_TEST

/* Who signs a hash of nothing may send a role in the body all the same. */
START_TEST(test_nothing_is_not_taken_for_a_body)
{
    struct request *rq = sign(
        make("POST", "batch.us-east-1.amazonaws.com", "/v1/createcomputeenvironment", NULL, ""),
        NULL, "batch", "digest");
    expect(show_gate(rq, WITH_TOKEN), 403, "The request cannot be authorized: ");
    expect(show_stand_in(rq, true, WITH_TOKEN), 403, "The request cannot be authorized: ");
    expect(show_gate(rq, WITH_TOKEN "\nX-Original-Content-Length: 9"), 403,
           "The request cannot be authorized: ");
    struct response response = show_gate(rq, WITH_TOKEN "\nX-Original-Content-Length: 0");
    ck_assert_ptr_nonnull(
        strstr(str_dup(&client.arena, response.body), "batch:CreateComputeEnvironment"));
}
END_TEST

/* A client that signs the length of the body, which nginx does not pass on by itself. */
START_TEST(test_gate_with_length)
{
    struct request *rq =
        sign(make("PUT", S3, "/open/a", "Content-Length: 4", "text"), NULL, "s3", "digest");
    expect(show_gate(rq, WITH_TOKEN "\nX-Original-Content-Length: 4"), 200, "s3:PutObject");
    expect(show_gate(rq, WITH_TOKEN), 403, "NotAuthenticated");
}
END_TEST

/* Never 401, which nginx would hand on, and never what it takes for an error. */
START_TEST(test_gate_refuses_with_one_status)
{
    const struct client_key nobody = {"AKIAX", "x", NULL};
    struct request *rq = make("GET", "ec2.us-east-1.amazonaws.com",
                              "/?Action=DescribeInstances&Version=2016-11-15", NULL, "");
    expect(show_gate(sign(rq, &nobody, "ec2", NULL), WITH_TOKEN), 403, "\"status\":401");
    rq = get("/open/a");
    rq->method = STR("");
    expect(show_gate(rq, WITH_TOKEN), 403, "have to say what it was");
    rq = get("/open/a");
    rq->path = STR("open");
    expect(show_gate(rq, WITH_TOKEN), 403, "does not begin with a slash");
    rq->path = STR("http://h/open/a");
    expect(show_gate(rq, WITH_TOKEN), 403, "does not begin with a slash");
}
END_TEST

/* A client says so itself, and the proxy says it behind that. */
START_TEST(test_gate_is_not_fooled)
{
    struct request *rq = get("/open/a");
    expect(show_gate(rq, WITH_TOKEN "\nX-Original-URI: /open/b"), 403, "is there twice");
    expect(show_gate(rq, WITH_TOKEN "\nx-original-method: DELETE"), 403, "is there twice");
    expect(show_gate(rq, WITH_TOKEN "\nX-Original-Host: " S3), 403, "is there twice");
}
END_TEST

/* Where the client is, only the proxy knows. */
START_TEST(test_gate_tells_the_address)
{
    struct request *rq = get("/near/a");
    expect(show_gate(rq, WITH_TOKEN), 403, "ImplicitDeny");
    expect(show_gate(rq, WITH_TOKEN "\nX-Original-Remote-Addr: 203.0.113.9"), 200, "near/a");
    expect(show_gate(rq, WITH_TOKEN "\nX-Original-Remote-Addr: 198.51.100.1"), 403, "ImplicitDeny");
    expect(show_gate(rq, WITH_TOKEN "\nX-Original-Remote-Addr: unix:"), 403, "ImplicitDeny");
    expect(show_gate(rq, WITH_TOKEN "\nX-Original-Remote-Addr: near"), 403, "is no address");
}
END_TEST

START_TEST(test_stand_in)
{
    expect(show_stand_in(get("/open/a?versionId=1"), true, WITH_TOKEN), 200, "s3:GetObject");
    expect(show_stand_in(get("/"), true, WITH_TOKEN), 200, "s3:ListAllMyBuckets");
    struct response response = show_stand_in(get("/closed/a"), true, WITH_TOKEN);
    expect(response, 403, "<Code>AccessDenied</Code>");
    header_is(&response, "content-type", "application/xml");
    header_is(&response, "x-amz-request-id", client_header(&response, "x-amzn-requestid"));
    struct request *rq = sign(make("HEAD", S3, "/closed/a", NULL, ""), NULL, "s3", "digest");
    response = show_stand_in(rq, true, WITH_TOKEN);
    ck_assert_int_eq(response.status, 403);
    ck_assert_uint_eq(response.body.n, 0);
}
END_TEST

START_TEST(test_stand_in_for_each_protocol)
{
    struct request *rq = json_request("dynamodb", "DynamoDB_20120810.GetItem", "{'TableName':'t'}");
    struct response response = show_stand_in(rq, true, WITH_TOKEN);
    expect(response, 400, "com.amazon.coral.service#AccessDeniedException");
    header_is(&response, "content-type", "application/x-amz-json-1.0");
    rq = json_request("sqs", "AmazonSQS.ListQueues", "{}");
    response = show_stand_in(rq, true, WITH_TOKEN);
    expect(response, 403, "sqs:listqueues");
    header_is(&response, "x-amzn-query-error", "AccessDenied;Sender");
    rq = make("POST", "lambda.us-east-1.amazonaws.com", "/2015-03-31/functions/f/invocations", NULL,
              "{}");
    response = show_stand_in(sign(rq, NULL, "lambda", NULL), true, WITH_TOKEN);
    expect(response, 403, "lambda:InvokeFunction");
    header_is(&response, "x-amzn-errortype", "AccessDeniedException");
}
END_TEST

/* Envoy says Content-Length: 0 where it was not told to send the body, or the body is empty. */
START_TEST(test_stand_in_without_body)
{
    struct request *rq = sign(make("PUT", S3, "/open/a", NULL, "text"), NULL, "s3", "digest");
    expect(show_stand_in(rq, false, WITH_TOKEN), 200, "s3:PutObject");
    rq = sign(make("POST", S3, "/open?delete", NULL, "<Delete/>"), NULL, "s3", "digest");
    struct response response = show_stand_in(rq, false, WITH_TOKEN);
    expect(response, 403, "The request cannot be authorized: ");
    rq->body = STR("<Del");
    response = show_stand_in(rq, true, WITH_TOKEN "\nX-Envoy-Auth-Partial-Body: true");
    expect(response, 403, "The request cannot be authorized: ");
    rq = sign(
        make("POST", S3, "/open?delete", NULL, "<Delete><Object><Key>a</Key></Object></Delete>"),
        NULL, "s3", "digest");
    expect(show_stand_in(rq, true, WITH_TOKEN "\nX-Envoy-Auth-Partial-Body: false"), 200,
           "s3:DeleteObject");
}
END_TEST

/* The Host is that of the other service; so may be the Origin. */
START_TEST(test_any_host_with_the_token)
{
    struct request *rq = make("GET", "open.evil.example.com", "/a", NULL, "");
    expect(show_stand_in(rq, true, WITH_TOKEN), 403, "");
    rq = get("/open/a");
    expect(show_stand_in(rq, true, "Authorization: Bearer " TOKEN), 403, "This Host is not");
    expect(show_stand_in(rq, true, WITH_TOKEN "\nOrigin: http://page.example.com"), 200,
           "s3:GetObject");
    expect(show_stand_in(rq, true, WITH_TOKEN "x"), 403, "This Host is not");
    expect(show_stand_in(rq, true, NULL), 403, "This Host is not served here");
}
END_TEST

/* What is not signed, and who shows it has the token in the header that clients sign with. */
START_TEST(test_token_is_not_of_the_request)
{
    struct request *rq = make("GET", S3, "/open/a", NULL, "");
    struct response response = show_stand_in(rq, true, "Authorization: Bearer " TOKEN);
    expect(response, 403, "<Message>Access Denied</Message>");
}
END_TEST

/* Of a server without a token that somebody has set. */
START_TEST(test_from_this_host)
{
    box_stop();
    box_start(NULL, STATEMENTS);
    expect(show_gate(get("/open/a"), NULL), 200, "s3:GetObject");
    struct request *rq =
        sign(make("GET", "127.0.0.1:9000", "/open/a", NULL, ""), NULL, "s3", "digest");
    expect(show_stand_in(rq, true, NULL), 200, "s3:GetObject");
    rq = sign(make("GET", "127.0.0.1:9000", "/closed/a", NULL, ""), NULL, "s3", "digest");
    expect(show_stand_in(rq, true, NULL), 403, "AccessDenied");
    client.remote = true;
    expect(show_gate(get("/open/a"), NULL), 403, "The header X-Iam-Local-Admin-Token");
}
END_TEST

static void enforce(const char *how)
{
    const struct request_header headers[] = {{STR("Host"), STR("localhost")},
                                             {STR("X-Iam-Local-Admin-Token"), STR(TOKEN)}};
    struct response response =
        client_ask(&client, "PUT", "/_iam-local/enforcement", headers, ARRAY_LEN(headers),
                   str_of(quoted(arena_printf(&client.arena, "{'enforcement':'%s'}", how))));
    ck_assert_int_eq(response.status, 200);
}

START_TEST(test_soft)
{
    enforce("soft");
    struct response response = show_gate(get("/closed/a"), WITH_TOKEN);
    expect(response, 200, "\"would_deny\"");
    header_is(&response, "x-iam-local-decision", "Allow");
    header_is(&response, "x-iam-local-would-deny", "is not authorized to perform: s3:GetObject");
    struct request *rq = make("GET", "new.us-east-1.amazonaws.com", "/things", NULL, "");
    response = show_stand_in(sign(rq, NULL, "nothing-we-know", NULL), true, WITH_TOKEN);
    expect(response, 200, "The request cannot be authorized: ");
    const struct client_key nobody = {"AKIAX", "x", NULL};
    rq = sign(make("GET", S3, "/open/a", NULL, ""), &nobody, "s3", "digest");
    expect(show_gate(rq, WITH_TOKEN), 403, "NotAuthenticated");
    expect(show_gate(get("/open/a"), WITH_TOKEN "\nX-Original-URI: /"), 403, "is there twice");
}
END_TEST

/* Who learns what a request needs has to know all of it. */
START_TEST(test_soft_looks_at_all_permissions)
{
    struct request *rq = json_request("dynamodb", "DynamoDB_20120810.BatchGetItem",
                                      "{'RequestItems':{'a':{'Keys':[]},'b':{'Keys':[]}}}");
    ck_assert_ptr_null(strstr(str_dup(&client.arena, show_gate(rq, WITH_TOKEN).body), "table/b"));
    enforce("soft");
    struct response response = show_stand_in(rq, true, WITH_TOKEN);
    expect(response, 200, "table/a");
    expect(response, 200, "table/b");
}
END_TEST

START_TEST(test_off)
{
    const struct client_key nobody = {"AKIAX", "x", NULL};
    enforce("off");
    expect(show_gate(get("/closed/a"), WITH_TOKEN), 200, "\"principal\":\"" ALICE "\"");
    struct request *rq = sign(make("GET", S3, "/closed/a", NULL, ""), &nobody, "s3", "digest");
    expect(show_gate(rq, WITH_TOKEN), 200, ACCOUNT ":root");
    expect(show_stand_in(make("GET", S3, "/closed/a", NULL, ""), true, WITH_TOKEN), 200,
           ACCOUNT ":root");
    rq = make("GET", "new.us-east-1.amazonaws.com", "/things", NULL, "");
    expect(show_gate(rq, WITH_TOKEN), 200, "\"Allow\"");
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, start, box_stop);
    tcase_add_test(tc, test_gate);
    tcase_add_test(tc, test_gate_without_body);
    tcase_add_test(tc, test_nothing_is_not_taken_for_a_body);
    tcase_add_test(tc, test_gate_with_length);
    tcase_add_test(tc, test_gate_refuses_with_one_status);
    tcase_add_test(tc, test_gate_is_not_fooled);
    tcase_add_test(tc, test_gate_tells_the_address);
    tcase_add_test(tc, test_stand_in);
    tcase_add_test(tc, test_stand_in_for_each_protocol);
    tcase_add_test(tc, test_stand_in_without_body);
    tcase_add_test(tc, test_any_host_with_the_token);
    tcase_add_test(tc, test_token_is_not_of_the_request);
    tcase_add_test(tc, test_soft);
    tcase_add_test(tc, test_soft_looks_at_all_permissions);
    tcase_add_test(tc, test_off);
    tcase_add_test(tc, test_from_this_host);
    return suite_run("authorize proxied", tc);
}
