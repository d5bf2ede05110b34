/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to other services, shown as objects: who sent them, what they need, how they are
   refused. */
#include "authorize_box.h"

#define S3 "s3.us-east-1.amazonaws.com"

static void start(void)
{
    box_start(NULL,
              "{'Effect':'Allow','Action':'s3:*','Resource':['arn:aws:s3:::open','arn:aws:s3:::open"
              "/*']},"
              "{'Effect':'Deny','Action':'s3:DeleteObject','Resource':'arn:aws:s3:::open/kept*'},"
              "{'Effect':'Allow','Action':'amplify:*','Resource':'*'},"
              "{'Effect':'Allow','Action':'lightsail:AttachDisk','Resource':'*'},"
              "{'Effect':'Allow','Action':'lightsail:DetachDisk','Resource':"
              "'arn:aws:lightsail:*:*:Disk/*'},"
              "{'Effect':'Allow','Action':'ec2:RunInstances','Resource':'*'}");
}

static void expect(json_t *json, const char *decision, const char *message)
{
    const char *text = text_of(json, "message");
    ck_assert_msg(strcmp(text_of(json, "decision"), decision) == 0, "%s: %s: %s",
                  text_of(json, "decision"), text, text_of(json, "reason"));
    if (message)
        ck_assert_msg(strstr(text, message) != NULL, "%s", text);
    json_decref(json);
}

START_TEST(test_allowed)
{
    struct request *rq =
        sign(make("PUT", S3, "/open/a%20b?x-id=PutObject", NULL, "text"), NULL, "s3", "digest");
    json_t *json = show(rq, true);
    ck_assert_str_eq(text_of(json, "service"), "s3");
    ck_assert_str_eq(text_of(json, "operation"), "PutObject");
    ck_assert_str_eq(text_of(json, "principal"), ALICE);
    ck_assert(json_is_null(json_object_get(json, "refusal")));
    json_t *decision = json_array_get(json_object_get(json, "decisions"), 0);
    ck_assert_str_eq(text_of(decision, "action"), "s3:PutObject");
    ck_assert_str_eq(text_of(decision, "resource"), "arn:aws:s3:::open/a b");
    json_t *type = json_object_get(json_object_get(json, "keys"), "s3:authType");
    ck_assert_str_eq(json_string_value(json_array_get(type, 0)), "REST-HEADER");
    expect(json, "Allow", NULL);
    expect(show(rq, false), "Allow", NULL); /* the signed hash counts */
}
END_TEST

/* Whether a host names a bucket, only who knows the back end knows. */
START_TEST(test_plain_hosts)
{
    struct request *rq =
        sign(make("GET", "open.s3.amazonaws.com", "/other/k", NULL, ""), NULL, "s3", "digest");
    expect(show(rq, true), "Allow", NULL);
    struct str plain = STR("{\"plain_hosts\": 2}");
    ck_assert_int_eq(client_ask(&client, "PUT", "/_iam-local/settings", NULL, 0, plain).status,
                     200);
    expect(show(rq, true), "ImplicitDeny", "on resource: \"arn:aws:s3:::other/k\"");
}
END_TEST

START_TEST(test_observed)
{
    expect(show(sign(make("GET", S3, "/open/a", NULL, ""), NULL, "s3", "digest"), true), "Allow",
           NULL);
    struct response response =
        client_ask(&client, "GET", "/_iam-local/policy?principal=" ALICE, NULL, 0, STR(""));
    json_t *json = json_loadb(response.body.p, response.body.n, 0, NULL);
    ck_assert_msg(json_integer_value(json_object_get(json, "observed")) == 1, "%.*s",
                  STR_FMT(response.body));
    json_decref(json);
}
END_TEST

START_TEST(test_refused)
{
    json_t *json =
        show(json_request("dynamodb", "DynamoDB_20120810.DeleteTable", "{'TableName':'t'}"), true);
    json_t *refusal = json_object_get(json, "refusal");
    ck_assert_str_eq(text_of(json, "operation"), "DeleteTable");
    ck_assert_int_eq(json_integer_value(json_object_get(refusal, "status")), 400);
    ck_assert_ptr_nonnull(strstr(text_of(refusal, "body"), "AccessDeniedException"));
    ck_assert_str_eq(text_of(json_object_get(refusal, "headers"), "x-amzn-requestid"),
                     text_of(json, "request_id"));
    expect(json, "ImplicitDeny",
           "User: " ALICE " is not authorized to perform: dynamodb:DeleteTable on resource: "
           "arn:aws:dynamodb:us-east-1:" ACCOUNT ":table/t because no identity-based policy allows "
           "the dynamodb:DeleteTable action");
}
END_TEST

START_TEST(test_body_that_did_not_come)
{
    const char *body = "{\"TableName\":\"t\"}";
    const char *headers = "X-Amz-Target: DynamoDB_20120810.DeleteTable\n"
                          "Content-Type: application/x-amz-json-1.0\nContent-Length: 17";
    struct request *rq = make("POST", "dynamodb.us-east-1.amazonaws.com", "/", headers, body);
    json_t *json = show(sign(rq, NULL, "dynamodb", "digest"), false);
    ck_assert_ptr_nonnull(strstr(text_of(json, "reason"), "body"));
    ck_assert_ptr_nonnull(strstr(text_of(json_object_get(json, "refusal"), "body"),
                                 "com.amazon.coral.service#AccessDeniedException"));
    expect(json, "NotRecognized", "The request cannot be authorized: ");
    rq = make("POST", "dynamodb.us-east-1.amazonaws.com", "/", headers, body);
    expect(show(sign(rq, NULL, "dynamodb", NULL), false), "NotAuthenticated", NULL);
}
END_TEST

START_TEST(test_who_did_not_sign)
{
    json_t *json = show(make("GET", S3, "/open/a", NULL, ""), true);
    ck_assert_ptr_nonnull(
        strstr(text_of(json_object_get(json, "refusal"), "body"), "<Message>Access Denied<"));
    expect(json, "ImplicitDeny", "Access Denied");
    const char *target = "X-Amz-Target: DynamoDB_20120810.ListTables\n"
                         "Content-Type: application/x-amz-json-1.0";
    json = show(make("POST", "dynamodb.us-east-1.amazonaws.com", "/", target, "{}"), true);
    ck_assert_ptr_nonnull(strstr(text_of(json_object_get(json, "refusal"), "body"),
                                 "MissingAuthenticationTokenException"));
    expect(json, "NotAuthenticated", NULL);
}
END_TEST

START_TEST(test_who_signed_wrongly)
{
    const struct client_key wrong = {alice.id, "another", NULL}, nobody = {"AKIAX", "x", NULL};
    json_t *json = show(sign(make("GET", S3, "/open/a", NULL, ""), &wrong, "s3", "digest"), true);
    struct response explained = client_ask(
        &client, "GET",
        arena_printf(&client.arena, "/_iam-local/explain/%s", text_of(json, "request_id")), NULL, 0,
        STR(""));
    ck_assert_int_eq(explained.status, 200);
    ck_assert_str_eq(client_member(&client, explained.body, "error"), "SignatureDoesNotMatch");
    ck_assert_ptr_nonnull(client_member(&client, explained.body, "expected_canonical_request"));
    expect(json, "NotAuthenticated", "does not match");
    json = show(sign(make("GET", S3, "/open/a", NULL, ""), &nobody, "s3", "digest"), true);
    ck_assert_ptr_nonnull(
        strstr(text_of(json_object_get(json, "refusal"), "body"), "InvalidAccessKeyId"));
    expect(json, "NotAuthenticated", NULL);
}
END_TEST

/* Names are compared without regard to letter case, and what comes twice is not put together. */
START_TEST(test_headers)
{
    struct request *rq = sign(make("GET", S3, "/open/a", NULL, ""), NULL, "s3", "digest");
    struct request_header *headers = (struct request_header *)(uintptr_t)rq->headers;
    for (size_t i = 0; i < rq->n_headers; i++)
        headers[i].name = str_of(str_fold(&client.arena, headers[i].name));
    expect(show(rq, true), "Allow", NULL);
    rq->headers = memcpy(NEW_ARRAY(&client.arena, struct request_header, rq->n_headers + 1),
                         rq->headers, rq->n_headers * sizeof *rq->headers);
    headers = (struct request_header *)(uintptr_t)rq->headers;
    headers[rq->n_headers++] = (struct request_header){STR("HOST"), STR("other")};
    json_t *json = show(rq, true);
    ck_assert_str_ne(text_of(json, "decision"), "Allow");
    json_decref(json);
}
END_TEST

START_TEST(test_explanation)
{
    json_t *json = show(sign(make("GET", S3, "/closed/a", NULL, ""), NULL, "s3", "digest"), true);
    struct response explained = client_ask(
        &client, "GET",
        arena_printf(&client.arena, "/_iam-local/explain/%s", text_of(json, "request_id")), NULL, 0,
        STR(""));
    ck_assert_int_eq(explained.status, 200);
    ck_assert_str_eq(client_member(&client, explained.body, "operation"), "s3:GetObject");
    ck_assert_str_eq(client_member(&client, explained.body, "principal"), ALICE);
    json_decref(json);
    explained = client_ask(&client, "GET", "/_iam-local/explain", NULL, 0, STR(""));
    ck_assert_ptr_nonnull(
        memmem(explained.body.p, explained.body.n, "\"s3:GetObject\"", strlen("\"s3:GetObject\"")));
}
END_TEST

static struct request *delete_objects(size_t n, const char *first)
{
    struct buf b = buf_new(&client.arena, 1024);
    buf_add_text(&b, "<Delete>");
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "<Object><Key>%s%zu</Key></Object>", i ? "k" : first, i);
    buf_add_text(&b, "</Delete>");
    return sign(make("POST", S3, "/open?delete", "Content-Type: application/xml", buf_text(&b)),
                NULL, "s3", "digest");
}

START_TEST(test_elements_are_refused_alone)
{
    json_t *json = show(delete_objects(2, "kept"), true);
    json_t *refusal = json_object_get(json, "refusal");
    ck_assert_int_eq(json_integer_value(json_object_get(refusal, "status")), 200);
    const char *body = text_of(refusal, "body");
    ck_assert_ptr_nonnull(strstr(body, "<Key>kept0</Key><Code>AccessDenied</Code>"));
    ck_assert_ptr_nonnull(strstr(body, "<Key>k1</Key><Code>OperationAborted</Code>"));
    ck_assert_uint_eq(json_array_size(json_object_get(json, "decisions")), 2);
    expect(json, "ExplicitDeny", "with an explicit deny in an identity-based policy");
}
END_TEST

/* More than are decided where others wait. */
START_TEST(test_many_permissions)
{
    json_t *json = show(delete_objects(1000, "k"), true);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "decisions")), 1000);
    expect(json, "Allow", NULL);
}
END_TEST

/* A body that is read where it holds up nobody. */
START_TEST(test_long_body)
{
    char *body = arena_alloc(&client.arena, 100001);
    memset(body, 'x', 100000);
    body[100000] = '\0';
    expect(show(sign(make("PUT", S3, "/open/a", NULL, body), NULL, "s3", "digest"), true), "Allow",
           NULL);
}
END_TEST

/* Which resources these are about is not known: what depends on them is refused. */
START_TEST(test_resources_that_are_not_known)
{
#define LIGHTSAIL(op) json_request("lightsail", "Lightsail_20161128." op, "{'diskName':'d'}")
    expect(show(LIGHTSAIL("AttachDisk"), true), "Allow", NULL);
    json_t *json = show(LIGHTSAIL("DetachDisk"), true);
    ck_assert_str_ne(text_of(json, "decision"), "Allow");
    json_decref(json);
    json = show(LIGHTSAIL("DeleteDisk"), true);
    ck_assert_str_eq(text_of(json, "decision"), "ImplicitDeny");
    json_decref(json);
}
END_TEST

/* A member that is called like a role is one: that it has to be passed is a guess. */
START_TEST(test_hints_refuse_nothing)
{
    const char *body =
        "{\"branchName\":\"main\",\"computeRoleArn\":\"arn:aws:iam::" ACCOUNT ":role/r\"}";
    struct request *rq = make("POST", "amplify.us-east-1.amazonaws.com", "/apps/a1/branches",
                              "Content-Type: application/json", body);
    json_t *json = show(sign(rq, NULL, "amplify", NULL), true);
    json_t *decisions = json_object_get(json, "decisions");
    json_t *last = json_array_get(decisions, json_array_size(decisions) - 1);
    ck_assert_str_eq(text_of(last, "action"), "iam:PassRole");
    ck_assert_str_eq(text_of(last, "decision"), "ImplicitDeny");
    ck_assert(json_is_true(json_object_get(last, "hint")));
    expect(json, "Allow", NULL);
}
END_TEST

START_TEST(test_unknown_services)
{
    struct request *rq = make("GET", "new.us-east-1.amazonaws.com", "/things", NULL, "");
    json_t *json = show(sign(rq, NULL, "nothing-we-know", NULL), true);
    ck_assert(json_is_null(json_object_get(json, "service")));
    ck_assert_str_eq(text_of(json, "principal"), ALICE);
    ck_assert_ptr_nonnull(json_object_get(json, "refusal"));
    expect(json, "NotRecognized", "The request cannot be authorized: ");
}
END_TEST

/* What S3 says of version 2, which it does not take for buckets made since June 2020. */
START_TEST(test_signatures_of_version_2)
{
    struct request *rq = make("GET", "s3.amazonaws.com",
                              "/in/a?AWSAccessKeyId=AKIAX&Signature=x&Expires=1", NULL, "");
    json_t *json = show(rq, true), *refusal = json_object_get(json, "refusal");
    ck_assert_int_eq(json_integer_value(json_object_get(refusal, "status")), 400);
    ck_assert_ptr_nonnull(strstr(text_of(refusal, "body"), "<Code>InvalidRequest</Code>"));
    expect(json, "NotAuthenticated", "The authorization mechanism");
}
END_TEST

/* Who looks after the guard sees which requests it does not know. */
START_TEST(test_unknown_requests_are_listed)
{
    static const char path[] = "/_iam-local/decisions?decision=NotRecognized";
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")}};
    struct request *rq = make("GET", "new.us-east-1.amazonaws.com", "/things?secret=1", NULL, "");
    json_decref(show(sign(rq, NULL, "nothing-we-know", NULL), true));
    struct response response =
        client_ask(&client, "GET", path, headers, ARRAY_LEN(headers), STR(""));
    json_t *all = json_loadb(response.body.p, response.body.n, 0, NULL);
    json_t *line = json_array_get(json_object_get(all, "decisions"), 0);
    ck_assert_uint_eq(json_array_size(json_object_get(all, "decisions")), 1);
    ck_assert_str_eq(text_of(line, "request"), "GET new.us-east-1.amazonaws.com/things");
    ck_assert_str_eq(text_of(line, "decision"), "NotRecognized");
    ck_assert_int_gt(strlen(text_of(line, "reason")), 10);
    json_decref(all);
}
END_TEST

/* Only the caller's account can read it. */
START_TEST(test_encoded_message)
{
    struct request *rq = make("POST", "ec2.us-east-1.amazonaws.com", "/",
                              "Content-Type: application/x-www-form-urlencoded; charset=utf-8",
                              "Action=StopInstances&Version=2016-11-15&InstanceId.1=i-0123456789");
    json_t *json = show(sign(rq, NULL, "ec2", NULL), true);
    const char *message = text_of(json, "message"),
               *mark = "Encoded authorization failure message: ";
    const char *blob = strstr(message, mark);
    ck_assert_msg(blob &&
                      str_starts(str_of(message),
                                 STR("You are not authorized to perform this operation. User: ")),
                  "%s", message);
    ck_assert_ptr_nonnull(
        strstr(text_of(json_object_get(json, "refusal"), "body"), "<Code>UnauthorizedOperation<"));
    struct response decoded = client_post(
        &client, NULL, "sts",
        arena_printf(&client.arena,
                     "Version=2011-06-15&Action=DecodeAuthorizationMessage&EncodedMessage=%s",
                     blob + strlen(mark)));
    ck_assert_msg(decoded.status == 200, "%.*s", STR_FMT(decoded.body));
    const char *text = str_dup(&client.arena, decoded.body);
    ck_assert_msg(strstr(text, "ec2:StopInstances") && strstr(text, "instance/i-0123456789"), "%s",
                  text);
    expect(json, "ImplicitDeny", NULL);
}
END_TEST

/* A role that is handed over is refused in the words of the service that would have it. */
START_TEST(test_passing_a_role)
{
    struct request *rq =
        make("POST", "ec2.us-east-1.amazonaws.com", "/",
             "Content-Type: application/x-www-form-urlencoded; charset=utf-8",
             "Action=RunInstances&Version=2016-11-15&ImageId=ami-0123456789&MinCount=1&MaxCount=1"
             "&IamInstanceProfile.Arn=arn%3Aaws%3Aiam%3A%3A" ACCOUNT "%3Ainstance-profile%2Fp");
    expect(show(sign(rq, NULL, "ec2", NULL), true), "ImplicitDeny",
           "You are not authorized to perform this operation. User: " ALICE
           " is not authorized to perform: iam:PassRole on resource: ");
}
END_TEST

#define FORM "Content-Type: application/x-www-form-urlencoded; charset=utf-8"
#define JSON(target) "Content-Type: application/x-amz-json-1.1\nX-Amz-Target: " target
#define DENIED "User: " ALICE " is not authorized to perform: "

/* What services make of the sentence that all have. */
static const struct {
    const char *service, *host, *method, *target, *headers, *body, *message;
} habits[] = {
    {"sns", "sns.us-east-1.amazonaws.com", "POST", "/", FORM,
     "Action=Publish&Version=2010-03-31&Message=m&TopicArn=arn:aws:sns:us-east-1:" ACCOUNT ":t",
     DENIED "SNS:Publish on resource: arn:aws:sns:us-east-1:" ACCOUNT ":t because no "
            "identity-based policy allows the SNS:Publish action"},
    {"sqs", "sqs.us-east-1.amazonaws.com", "POST", "/", FORM,
     "Action=SendMessage&Version=2012-11-05&MessageBody=m&QueueUrl="
     "https%3A%2F%2Fsqs.us-east-1.amazonaws.com%2F" ACCOUNT "%2Fq",
     DENIED "sqs:sendmessage on resource: arn:aws:sqs:us-east-1:" ACCOUNT ":q because no "},
    {"rds", "rds.us-east-1.amazonaws.com", "POST", "/", FORM,
     "Action=DescribeDBEngineVersions&Version=2014-10-31",
     DENIED "rds:DescribeDBEngineVersions because no identity-based policy"},
    {"route53", "route53.amazonaws.com", "GET", "/2013-04-01/hostedzone", NULL, "",
     DENIED "route53:ListHostedZones because no identity-based policy"},
    {"secretsmanager", "secretsmanager.us-east-1.amazonaws.com", "POST", "/",
     JSON("secretsmanager.GetSecretValue"), "{'SecretId':'db/main'}",
     DENIED "secretsmanager:GetSecretValue on resource: db/main because no identity-based policy"},
    {"secretsmanager", "secretsmanager.us-east-1.amazonaws.com", "POST", "/",
     JSON("secretsmanager.ListSecrets"), "{}",
     DENIED "secretsmanager:ListSecrets because no identity-based policy"},
    {"dynamodb", "dynamodb.us-east-1.amazonaws.com", "POST", "/", JSON("DynamoDB_20120810.Query"),
     "{'TableName':'t','IndexName':'i'}",
     DENIED "dynamodb:Query on resource: arn:aws:dynamodb:us-east-1:" ACCOUNT
            ":table/t/index/i because no identity-based policy"},
    {"dynamodb", "dynamodb.us-east-1.amazonaws.com", "POST", "/",
     JSON("DynamoDB_20120810.ListTables"), "{}",
     DENIED "dynamodb:ListTables on resource: arn:aws:dynamodb:us-east-1:" ACCOUNT ":table/*"},
    {"execute-api", "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", "GET", "/prod/pets", NULL, "",
     DENIED "execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********9012:"
            "a1b2c3d4e5/prod/GET/pets"},
    {"ec2", "ec2.us-east-1.amazonaws.com", "POST", "/", FORM,
     "Action=DescribeInstances&Version=2016-11-15",
     "You are not authorized to perform this operation."},
};

START_TEST(test_habits)
{
    struct request *rq = make(habits[_i].method, habits[_i].host, habits[_i].target,
                              habits[_i].headers, quoted(habits[_i].body));
    json_t *json = show(sign(rq, NULL, habits[_i].service, NULL), true);
    const char *body = text_of(json_object_get(json, "refusal"), "body");
    ck_assert_msg(strstr(body, habits[_i].message) != NULL, "%s", body);
    expect(json, "ImplicitDeny", habits[_i].message);
}
END_TEST

#define HEADERS "'headers':{'host':'h'}"
static const struct {
    const char *body, *error;
} malformed[] = {
    {"{'method':'GET'," HEADERS "}", "Expected the members method, target, headers, body"},
    {"{'target':'/'," HEADERS "}", "Expected the members method, target"},
    {"{'method':'GET','target':'/'}", "headers: expected an object"},
    {"{'method':'GET','target':'/','headers':[]}", "headers: expected an object"},
    {"{'method':'GET','target':'/','headers':{'a':5}}", "headers: expected a to be a text"},
    {"{'method':'GET','target':'/','headers':{'a':['b',{}]}}", "headers: expected a to be a text"},
    {"{'method':'GET','target':'/','headers':{'a':'b\\r\\nc: d'}}", "has control characters"},
    {"{'method':'GET','target':'/','headers':{'a':'b\\u0001'}}", "has control characters"},
    {"{'method':'GET','target':'/','headers':{'a b':'c'}}", "the name of a header is none"},
    {"{'method':'GET','target':'/','headers':{'':'c'}}", "the name of a header is none"},
    {"{'method':'G T','target':'/'," HEADERS "}", "the method is no name"},
    {"{'method':'GET','target':'a'," HEADERS "}", "does not begin with a slash"},
    {"{'method':'GET','target':'http://h/a'," HEADERS "}", "does not begin with a slash"},
    {"{'method':'GET','target':'*'," HEADERS "}", "does not begin with a slash"},
    {"{'method':'GET','target':'/a b'," HEADERS "}", "has blanks, control characters"},
    {"{'method':'GET','target':'/a\\n'," HEADERS "}", "has blanks, control characters"},
    {"{'method':'GET','target':'/a#b'," HEADERS "}", "has blanks, control characters"},
    {"{'method':'GET','target':'/\\u0000'," HEADERS "}", "The body is no JSON"},
    {"{'method':'GET','target':'/','body':'%%'," HEADERS "}", "body: expected base64"},
    {"{'method':'GET','target':'/','body':'YQ'," HEADERS "}", "body: expected base64"},
    {"{'method':'GET','target':'/','body':5," HEADERS "}", "body: expected base64"},
    {"{'method':'GET','target':'/','learn':'no'," HEADERS "}", "learn: expected true or false"},
    {"{'method':'GET','target':'/','source_ip':'a.b'," HEADERS "}", "source_ip: expected an addr"},
    {"{'method':'GET','target':'/','path':'/'," HEADERS "}", "There is no member path: expected m"},
    {"{'method':'GET','target':'/','principal':'x'," HEADERS "}", "There is no member method"},
};

START_TEST(test_malformed)
{
    struct response response = post_authorize(quoted(malformed[_i].body));
    const char *error = client_member(&client, response.body, "error");
    ck_assert_msg(response.status == 400 && error && strstr(error, malformed[_i].error), "%d %.*s",
                  response.status, STR_FMT(response.body));
}
END_TEST

START_TEST(test_too_many_headers)
{
    struct buf b = buf_new(&client.arena, 4096);
    buf_add_text(&b, "{\"method\":\"GET\",\"target\":\"/\",\"headers\":{\"a\":[\"\"");
    for (int i = 0; i < 256; i++)
        buf_add_text(&b, ",\"\"");
    buf_add_text(&b, "]}}");
    ck_assert_int_eq(post_authorize(buf_text(&b)).status, 400);
}
END_TEST

START_TEST(test_other_methods)
{
    struct response response =
        client_ask(&client, "GET", "/_iam-local/authorize", NULL, 0, STR(""));
    ck_assert_int_eq(response.status, 400);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, start, box_stop);
    tcase_add_test(tc, test_allowed);
    tcase_add_test(tc, test_plain_hosts);
    tcase_add_test(tc, test_observed);
    tcase_add_test(tc, test_refused);
    tcase_add_test(tc, test_body_that_did_not_come);
    tcase_add_test(tc, test_who_did_not_sign);
    tcase_add_test(tc, test_who_signed_wrongly);
    tcase_add_test(tc, test_headers);
    tcase_add_test(tc, test_explanation);
    tcase_add_test(tc, test_elements_are_refused_alone);
    tcase_add_test(tc, test_many_permissions);
    tcase_add_test(tc, test_long_body);
    tcase_add_test(tc, test_resources_that_are_not_known);
    tcase_add_test(tc, test_hints_refuse_nothing);
    tcase_add_test(tc, test_unknown_services);
    tcase_add_test(tc, test_unknown_requests_are_listed);
    tcase_add_test(tc, test_signatures_of_version_2);
    tcase_add_test(tc, test_encoded_message);
    tcase_add_test(tc, test_passing_a_role);
    tcase_add_loop_test(tc, test_habits, 0, ARRAY_LEN(habits));
    tcase_add_loop_test(tc, test_malformed, 0, ARRAY_LEN(malformed));
    tcase_add_test(tc, test_too_many_headers);
    tcase_add_test(tc, test_other_methods);
    return suite_run("authorize requests", tc);
}
