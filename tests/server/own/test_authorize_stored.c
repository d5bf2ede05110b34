/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions about what stored principals may do with other services. */
#include <jansson.h>

#include "support/client.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define ARN "arn:aws:iam::" ACCOUNT
#define STS "arn:aws:sts::" ACCOUNT

static struct client client;

static void iam(const char *form)
{
    struct response response = client_post(
        &client, NULL, "iam", arena_printf(&client.arena, "Version=2010-05-08&Action=%s", form));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
}

/* Statements in JSON, whose double quotes are single ones. */
static void put_policy(const char *whose, const char *statement)
{
    struct buf b = buf_new(&client.arena, 512);
    buf_add_text(&b, whose);
    buf_add_text(&b, "&PolicyName=p&PolicyDocument=");
    char *document =
        arena_printf(&client.arena, "{'Version':'2012-10-17','Statement':%s}", statement);
    for (char *p = document; *p; p++)
        *p = (char)(*p == '\'' ? '"' : *p);
    buf_pct_encode(&b, str_of(document), "");
    iam(buf_text(&b));
}

static void start(void)
{
    client_start(&client, NULL);
    iam("CreateUser&UserName=alice&Path=/staff/");
    put_policy("PutUserPolicy&UserName=alice",
               "[{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::reports/*'},"
               "{'Effect':'Deny','Action':'s3:DeleteObject','Resource':'*'},"
               "{'Effect':'Allow','Action':'ec2:*','Resource':'*','Condition':{'StringEquals':"
               "{'aws:RequestTag/team':'red','aws:RequestedRegion':['eu-west-1','us-east-1']}}},"
               "{'Effect':'Allow','Action':'sqs:*','Resource':'*','Condition':{'DateLessThan':"
               "{'aws:CurrentTime':'2024-01-01T00:00:00Z'}}},"
               "{'Effect':'Allow','Action':'kms:*','Resource':'*','Condition':{"
               "'ForAllValues:StringEquals':{'aws:TagKeys':['a','b']}}}]");
    iam("CreateRole&RoleName=Reader&AssumeRolePolicyDocument="
        "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C"
        "%22Action%22%3A%22sts%3AAssumeRole%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22" ACCOUNT
        "%22%7D%7D%7D");
    put_policy("PutRolePolicy&RoleName=Reader", "{'Effect':'Allow','Action':'s3:Get*','Resource':"
                                                "'arn:aws:s3:::reports/${aws:userid}'}");
}

static void stop(void)
{
    client_stop(&client);
}

static struct response post(const char *body)
{
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")}};
    char *text = arena_strdup(&client.arena, body);
    for (char *p = text; *p; p++)
        *p = (char)(*p == '\'' ? '"' : *p);
    return client_ask(&client, "POST", "/_iam-local/authorize", headers, ARRAY_LEN(headers),
                      str_of(text));
}

static json_t *ask(const char *body)
{
    struct response response = post(body);
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    ck_assert_str_eq(client_header(&response, "content-type"), "application/json");
    json_t *json = json_loadb(response.body.p, response.body.n, 0, NULL);
    ck_assert_ptr_nonnull(json);
    return json;
}

static const char *text(const json_t *json, const char *name)
{
    const char *value = json_string_value(json_object_get(json, name));
    return value ? value : "null";
}

static void expect(const char *body, const char *decision)
{
    json_t *json = ask(body);
    ck_assert_msg(strcmp(text(json, "decision"), decision) == 0, "%s: %s: %s", body,
                  text(json, "decision"), text(json, "message"));
    json_decref(json);
}

START_TEST(test_user)
{
    json_t *json = ask("{'principal':'" ARN ":user/staff/alice','action':'s3:GetObject',"
                       "'resource':'arn:aws:s3:::reports/a'}");
    ck_assert_str_eq(text(json, "service"), "s3");
    ck_assert(json_is_null(json_object_get(json, "operation")));
    ck_assert_str_eq(text(json, "principal"), ARN ":user/staff/alice");
    ck_assert_str_eq(text(json, "decision"), "Allow");
    ck_assert(json_is_null(json_object_get(json, "message")));
    ck_assert(json_is_null(json_object_get(json, "refusal")));
    json_t *decision = json_array_get(json_object_get(json, "decisions"), 0);
    ck_assert_str_eq(text(decision, "action"), "s3:GetObject");
    ck_assert_str_eq(text(decision, "resource"), "arn:aws:s3:::reports/a");
    ck_assert_str_eq(text(decision, "decision"), "Allow");
    json_decref(json);
    json = ask("{'principal':'" ARN ":user/staff/alice','action':'s3:GetObject',"
               "'resource':'arn:aws:s3:::other/a'}");
    ck_assert_str_eq(text(json, "decision"), "ImplicitDeny");
    ck_assert_str_eq(text(json, "message"),
                     "User: " ARN ":user/staff/alice is not authorized to perform: s3:GetObject on "
                     "resource: \"arn:aws:s3:::other/a\" because no identity-based policy allows "
                     "the s3:GetObject action");
    json_decref(json);
    expect("{'principal':'" ARN ":user/staff/alice','action':'s3:DeleteObject',"
           "'resource':'arn:aws:s3:::reports/a'}",
           "ExplicitDeny");
    expect("{'principal':'" ARN ":user/staff/alice','action':'s3:ListAllMyBuckets'}",
           "ImplicitDeny");
}
END_TEST

static const char *reason_of(const char *action)
{
    json_t *json = ask(arena_printf(&client.arena,
                                    "{'principal':'" ARN ":user/staff/alice','action':'%s',"
                                    "'resource':'arn:aws:s3:::reports/a'}",
                                    action));
    const char *reason = arena_strdup(&client.arena, text(json, "reason"));
    json_decref(json);
    return reason;
}

/* Decided like any other, and told: it is a slip of the pen. */
START_TEST(test_action_that_is_none)
{
    ck_assert_str_eq(reason_of("s3:GetObjectt"), "No service of AWS has an action s3:GetObjectt.");
    ck_assert_str_eq(reason_of("s4:GetObject"), "No service of AWS has an action s4:GetObject.");
    ck_assert_ptr_null(strstr(reason_of("S3:getobject"), "No service"));
}
END_TEST

START_TEST(test_other_principals)
{
    expect("{'principal':'" ARN ":root','action':'s3:ListAllMyBuckets'}", "Allow");
    expect("{'principal':'" STS ":federated-user/bob','action':'s3:ListAllMyBuckets'}",
           "ImplicitDeny");
    expect("{'principal':'anonymous','action':'s3:GetObject','resource':'arn:aws:s3:::b/k'}",
           "ImplicitDeny");
    expect("{'principal':'lambda.amazonaws.com','action':'s3:GetObject',"
           "'resource':'arn:aws:s3:::b/k'}",
           "ImplicitDeny");
    json_t *json = ask("{'principal':'" STS ":assumed-role/Reader/me','action':'s3:GetObject',"
                       "'resource':'arn:aws:s3:::reports/x'}");
    ck_assert_str_eq(text(json, "principal"), STS ":assumed-role/Reader/me");
    ck_assert_str_eq(text(json, "decision"), "ImplicitDeny");
    json_decref(json);
    json = ask("{'principal':'" STS ":assumed-role/Reader/me','action':'s3:GetObject',"
               "'resource':'arn:aws:s3:::reports/AROA:me','context':{'aws:userid':'AROA:me'}}");
    ck_assert_str_eq(text(json, "decision"), "Allow");
    json_decref(json);
}
END_TEST

START_TEST(test_context)
{
#define RUN "{'principal':'" ARN ":user/staff/alice','action':'ec2:RunInstances','context':{"
    expect(RUN "'aws:RequestTag/team':'red'}}", "Allow"); /* the global endpoints' region */
    expect(RUN "'aws:RequestTag/team':'red','aws:RequestedRegion':'eu-west-3'}}", "ImplicitDeny");
    expect(RUN "'aws:RequestTag/team':'red'},'resource':'arn:aws:ec2:eu-west-3:" ACCOUNT
               ":instance/*'}",
           "ImplicitDeny");
    expect(RUN "'aws:requesttag/Team':'red','aws:RequestedRegion':'eu-west-1'}}", "Allow");
    expect(RUN "'aws:RequestTag/team':'blue','aws:RequestedRegion':'eu-west-1'}}", "ImplicitDeny");
    expect(RUN "'aws:RequestTag/team':[],'aws:RequestedRegion':'eu-west-1'}}", "ImplicitDeny");
#define SQS "{'principal':'" ARN ":user/staff/alice','action':'sqs:ListQueues'"
    expect(SQS "}", "Allow"); /* the time is filled in */
    expect(SQS ",'context':{'aws:CurrentTime':'2024-06-01T00:00:00Z'}}", "ImplicitDeny");
#define KMS "{'principal':'" ARN ":user/staff/alice','action':'kms:ListKeys','context':"
    expect(KMS "{'aws:TagKeys':['a']}}", "Allow");
    expect(KMS "{'aws:TagKeys':['a','c']}}", "ImplicitDeny");
    expect(KMS "{'aws:TagKeys':'c'}}", "ImplicitDeny");
    json_t *json = ask(KMS "{'aws:TagKeys':['a'],'kms:x':1,'kms:y':true}}");
    json_t *keys = json_object_get(json, "keys");
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(keys, "kms:x"), 0)), "1");
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(keys, "kms:y"), 0)), "true");
    json_decref(json);
}
END_TEST

/* Who is asked about has not done it. */
START_TEST(test_nothing_is_observed)
{
    expect("{'principal':'" ARN ":user/staff/alice','action':'s3:GetObject',"
           "'resource':'arn:aws:s3:::reports/a'}",
           "Allow");
    struct response response = client_ask(
        &client, "GET", "/_iam-local/policy?principal=" ARN ":user/staff/alice", NULL, 0, STR(""));
    json_t *json = json_loadb(response.body.p, response.body.n, 0, NULL);
    ck_assert_msg(json_integer_value(json_object_get(json, "observed")) == 0 &&
                      json_object_get(json, "observed"),
                  "%.*s", STR_FMT(response.body));
    json_decref(json);
}
END_TEST

START_TEST(test_explanation)
{
    json_t *json = ask("{'principal':'" STS ":assumed-role/Reader/me','action':'s3:PutObject',"
                       "'resource':'arn:aws:s3:::reports/x','context':{'s3:x':'y'}}");
    struct response response =
        client_ask(&client, "GET",
                   arena_printf(&client.arena, "/_iam-local/explain/%s", text(json, "request_id")),
                   (const struct request_header[]){{STR("Host"), STR("localhost")}}, 1, STR(""));
    json_decref(json);
    ck_assert_int_eq(response.status, 200);
    json = json_loadb(response.body.p, response.body.n, 0, NULL);
    ck_assert_str_eq(text(json, "service"), "s3");
    ck_assert_str_eq(text(json, "principal"), STS ":assumed-role/Reader/me");
    ck_assert(json_is_false(json_object_get(json, "allowed")));
    json_t *decision = json_array_get(json_object_get(json, "decisions"), 0);
    ck_assert_str_eq(text(decision, "action"), "s3:PutObject");
    ck_assert_str_eq(text(decision, "decision"), "ImplicitDeny");
    json_decref(json);
    expect("{'principal':'anonymous','action':'s3:GetObject','resource':'arn:aws:s3:::b/k'}",
           "ImplicitDeny");
    response =
        client_ask(&client, "GET", "/_iam-local/explain",
                   (const struct request_header[]){{STR("Host"), STR("localhost")}}, 1, STR(""));
    ck_assert_int_eq(response.status, 200);
}
END_TEST

static const struct {
    const char *body;
    int status;
    const char *error;
} refused[] = {
    {"", 400, "The body is no JSON, or has a name twice, at byte 0."},
    {"[]", 400, "Expected a JSON object with"},
    {"{}", 400,
     "Expected a JSON object with method, target, headers, body, source_ip and learn, or "},
    {"{'principal':'x','principal':'y'}", 400, "or has a name twice, at byte 17."},
    {"{'action':'s3:GetObject','resource':'*'}", 400, "principal: expected"},
    {"{'principal':'" ARN ":user/staff/alice'}", 400, "action: expected the name of one action"},
    {"{'principal':'" ARN ":user/staff/alice','action':'s3:*'}", 400, "action: expected"},
    {"{'principal':'" ARN ":user/staff/alice','action':5}", 400, "action: expected a text."},
    {"{'principal':'" ARN ":user/staff/alice','action':'s3:A','resource':'b'}", 400,
     "resource: expected an ARN or"},
    {"{'principal':'" ARN ":user/staff/alice','action':'s3:A','Resource':'b'}", 400,
     "There is no member Resource: expected principal, action"},
    {"{'principal':'" ARN ":user/staff/alice','action':'s3:A','context':[]}", 400,
     "context: expected an object"},
    {"{'principal':'" ARN ":user/staff/alice','action':'s3:A','context':{'a:b':{}}}", 400,
     "context: expected a:b to be a text"},
    {"{'principal':'" ARN ":user/staff/alice','action':'s3:A','context':{'a:b':[[]]}}", 400,
     "context: expected a:b to be a text"},
    {"{'principal':'" ARN ":user/staff/alice','action':'s3:A','context':{'a:b':1,'A:B':2}}", 400,
     "context: A:B is there twice."},
    {"{'principal':'alice','action':'s3:A'}", 400, "alice is no principal: expected the ARN"},
    {"{'principal':'" ARN ":group/g','action':'s3:A'}", 400, "is no principal"},
    {"{'principal':'" ARN ":user/alice','action':'s3:A'}", 404,
     "There is no principal " ARN ":user/alice in this sandbox."},
    {"{'principal':'" ARN ":role/Writer','action':'s3:A'}", 404, "There is no principal"},
    {"{'principal':'" STS ":assumed-role/reader/me','action':'s3:A'}", 404,
     "There is no principal"},
    {"{'principal':'" STS ":assumed-role/Reader','action':'s3:A'}", 404, "There is no principal"},
    {"{'principal':'arn:aws:iam::999999999999:root','action':'s3:A'}", 404,
     "There is no principal"},
};

START_TEST(test_refused)
{
    struct response response = post(refused[_i].body);
    ck_assert_msg(response.status == refused[_i].status, "%.*s", STR_FMT(response.body));
    const char *error = client_member(&client, response.body, "error");
    ck_assert_msg(error && strstr(error, refused[_i].error), "%.*s", STR_FMT(response.body));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("authorize");
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, test_user);
    tcase_add_test(tcase, test_action_that_is_none);
    tcase_add_test(tcase, test_other_principals);
    tcase_add_test(tcase, test_context);
    tcase_add_test(tcase, test_nothing_is_observed);
    tcase_add_test(tcase, test_explanation);
    tcase_add_loop_test(tcase, test_refused, 0, ARRAY_LEN(refused));
    return suite_run("own authorize", tcase);
}
