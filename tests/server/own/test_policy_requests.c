/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest policy for requests to other services, shown to the server while it lets them pass.
 */
#include "authorize_box.h"

#define S3 "s3.us-east-1.amazonaws.com"

static void put(const char *target, const char *body)
{
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")}};
    struct response response =
        client_ask(&client, "PUT", target, headers, ARRAY_LEN(headers), str_of(body));
    ck_assert_int_eq(response.status, 200);
}

static void enforce(const char *how)
{
    put("/_iam-local/enforcement", arena_printf(&client.arena, "{\"enforcement\": \"%s\"}", how));
}

static void start(void)
{
    box_start(NULL, "{'Effect':'Allow','Action':'iam:GetUser','Resource':'*'}");
    put("/_iam-local/quotas", "{\"UserPolicySize\": 10000}"); /* as a managed policy may have */
    enforce("soft");
}

static struct request *s3(const char *method, const char *target, const char *headers)
{
    return sign(make(method, S3, target, headers, ""), NULL, "s3", "digest");
}

enum { REQUESTS = 12 };

/* Of several permissions, conditional ones, lists, and names that are not known yet. */
static void make_traffic(struct request **ret)
{
    static const char ec2[] = "Action=RunInstances&Version=2016-11-15&ImageId=ami-12345678&"
                              "MinCount=1&MaxCount=1&InstanceType=t3.micro&"
                              "TagSpecification.1.ResourceType=instance&"
                              "TagSpecification.1.Tag.1.Key=team&TagSpecification.1.Tag.1.Value=a";
    struct request *all[REQUESTS] = {
        s3("GET", "/in/a", NULL),
        s3("GET", "/in/b", NULL),
        s3("PUT", "/in/a*b%3F", NULL),
        s3("PUT", "/out/a", "x-amz-copy-source: /in/a"),
        s3("GET", "/in?list-type=2&prefix=2026%2F", NULL),
        s3("GET", "/in?list-type=2&prefix=2027%2F", NULL),
        s3("GET", "/", NULL),
        json_request("dynamodb", "DynamoDB_20120810.BatchGetItem",
                     "{'RequestItems':{'one':{'Keys':[{'k':{'S':'1'}}]},'two':{'Keys':[{'k':{'S':"
                     "'2'}}]}}}"),
        json_request("dynamodb", "DynamoDB_20120810.PutItem",
                     "{'TableName':'one','Item':{'k':{'S':'1'}}}"),
        json_request("sqs", "AmazonSQS.SendMessage",
                     "{'QueueUrl':'https://sqs.us-east-1.amazonaws.com/" ACCOUNT
                     "/jobs','MessageBody':'x'}"),
        json_request("secretsmanager", "secretsmanager.GetSecretValue",
                     "{'SecretId':'arn:aws:secretsmanager:us-east-1:" ACCOUNT ":secret:s-AbCdEf'}"),
        sign(make("POST", "ec2.us-east-1.amazonaws.com", "/",
                  "Content-Type: application/x-www-form-urlencoded", ec2),
             NULL, "ec2", NULL),
    };
    memcpy(ret, all, sizeof all);
}

/* How many are refused. */
static size_t show_all(struct request *const *requests)
{
    size_t refused = 0;
    for (size_t i = 0; i < REQUESTS; i++) {
        json_t *json = show(requests[i], true);
        ck_assert_str_eq(text_of(json, "principal"), ALICE);
        refused += !json_is_null(json_object_get(json, "refusal"));
        json_decref(json);
    }
    return refused;
}

static json_t *policy_of(const char *more)
{
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")}};
    struct response response =
        client_ask(&client, "GET",
                   arena_printf(&client.arena, "/_iam-local/policy?principal=" ALICE "%s", more),
                   headers, ARRAY_LEN(headers), STR(""));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    return json_loadb(response.body.p, response.body.n, 0, NULL);
}

static void attach(const json_t *policy)
{
    char *text = json_dumps(policy, JSON_COMPACT);
    struct buf form = buf_new(&client.arena, 1024);
    buf_add_text(&form, "Version=2010-05-08&Action=PutUserPolicy&UserName=alice&PolicyName=p&"
                        "PolicyDocument=");
    buf_pct_encode(&form, str_of(text), "");
    free(text);
    ck_assert_int_eq(client_post(&client, NULL, "iam", buf_text(&form)).status, 200);
}

static void check_proof(const json_t *answer)
{
    const json_t *proof = json_object_get(answer, "proof"), *lint = json_object_get(answer, "lint");
    char *text = json_dumps(lint, JSON_COMPACT);
    ck_assert_msg(json_array_size(lint) == 0, "%s", text);
    free(text);
    ck_assert_int_eq(json_integer_value(json_object_get(proof, "replayed")),
                     json_integer_value(json_object_get(proof, "allowed")));
    ck_assert_uint_eq(json_array_size(json_object_get(answer, "left_out")), 0);
}

static void check_round_trip(const char *more)
{
    struct request *requests[REQUESTS];
    make_traffic(requests);
    ck_assert_uint_eq(show_all(requests), 0);
    json_t *answer = policy_of(more), *policy = json_object_get(answer, "policy");
    size_t n = json_array_size(json_object_get(policy, "Statement"));
    check_proof(answer);
    enforce("strict");
    attach(policy);
    ck_assert_uint_eq(show_all(requests), 0);
    for (size_t i = 0; i < n; i++) {
        json_t *less = json_deep_copy(policy);
        json_array_remove(json_object_get(less, "Statement"), i);
        attach(less);
        ck_assert_uint_gt(show_all(requests), 0);
        json_decref(less);
    }
    json_decref(answer);
}

START_TEST(test_round_trip)
{
    check_round_trip("");
}
END_TEST

START_TEST(test_round_trip_with_conditions)
{
    check_round_trip("&conditions=true");
}
END_TEST

/* What the requests say is in the conditions, and nothing about how they were signed. */
START_TEST(test_conditions)
{
    struct request *requests[REQUESTS];
    make_traffic(requests);
    show_all(requests);
    json_t *answer = policy_of("&conditions=true");
    char *text = json_dumps(answer, JSON_COMPACT);
    ck_assert_msg(strstr(text, "\"s3:prefix\":[\"2026/\",\"2027/\"]") != NULL, "%s", text);
    ck_assert_msg(strstr(text, "\"aws:RequestTag/team\":\"a\"") != NULL, "%s", text);
    ck_assert_ptr_null(strstr(text, "s3:x-amz-content-sha256"));
    ck_assert_ptr_nonnull(strstr(text, "\"arn:aws:s3:::in/a${*}b${?}\""));
    ck_assert_ptr_nonnull(strstr(text, ":instance/*\",\"arn:aws:ec2:"));
    free(text);
    json_decref(answer);
}
END_TEST

/* Both permissions of a copy are seen, although the first is denied. */
START_TEST(test_all_permissions_are_seen)
{
    json_t *json = show(s3("PUT", "/out/a", "x-amz-copy-source: /in/a"), true);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "decisions")), 2);
    json_decref(json);
    json = policy_of("");
    ck_assert_int_eq(json_integer_value(json_object_get(json, "observed")), 2);
    json_decref(json);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, start, box_stop);
    tcase_add_test(tc, test_round_trip);
    tcase_add_test(tc, test_round_trip_with_conditions);
    tcase_add_test(tc, test_conditions);
    tcase_add_test(tc, test_all_permissions_are_seen);
    return suite_run("policy_requests", tc);
}
