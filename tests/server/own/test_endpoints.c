/* SPDX-License-Identifier: Apache-2.0 */
/* What own endpoints answer, whom, and what they refuse. */
#include <jansson.h>

#include "jose/jwt.h"
#include "support/client.h"
#include "support/suite.h"

enum { HEADERS_MAX = 4 };

static struct client client;
static struct request_header headers[HEADERS_MAX];
static size_t n_headers;

static void start(void)
{
    client_start(&client, NULL);
    headers[0] = (struct request_header){STR("Host"), STR("localhost:4566")};
    n_headers = 1;
}

static void stop(void)
{
    client_stop(&client);
}

static void add_header(const char *name, const char *value)
{
    headers[n_headers++] = (struct request_header){str_of(name), str_of(value)};
}

static struct response ask(const char *method, const char *path, const char *body)
{
    return client_ask(&client, method, path, headers, n_headers, str_of(body));
}

/* The answer as JSON; the caller gives the reference back. */
static json_t *ask_json(int status, const char *method, const char *path, const char *body)
{
    struct response response = ask(method, path, body);
    ck_assert_int_eq(response.status, status);
    json_t *json = json_loadb(response.body.p, response.body.n, 0, NULL);
    ck_assert_ptr_nonnull(json);
    return json;
}

static void expect_text(json_t *json, const char *name, const char *text)
{
    ck_assert_str_eq(json_string_value(json_object_get(json, name)), text);
    json_decref(json);
}

START_TEST(test_health)
{
    expect_text(ask_json(200, "GET", "/_iam-local/health", ""), "enforcement", "strict");
    expect_text(ask_json(200, "GET", "/_localstack/health", ""), "edition", "iam-local");
}
END_TEST

START_TEST(test_unknown_paths_and_methods)
{
    json_t *json = ask_json(404, "GET", "/_iam-local/healthy", "");
    const char *error = json_string_value(json_object_get(json, "error"));
    ck_assert_ptr_nonnull(strstr(error, "GET /_iam-local/health,"));
    ck_assert_ptr_nonnull(strstr(error, "GET /_iam-local/explain/REQUEST-ID,"));
    ck_assert_ptr_nonnull(strstr(error, "GET /_iam-local/events, "));
    ck_assert_ptr_nonnull(strstr(error, "GET /_iam-local/events?follow=true, "));
    json_decref(json);
    json_decref(ask_json(404, "GET", "/_iam-local", ""));
    expect_text(ask_json(405, "GET", "/_iam-local/reset", ""), "error",
                "This endpoint takes POST.");
    expect_text(ask_json(405, "PUT", "/_iam-local/events", ""), "error",
                "This endpoint takes GET.");
    expect_text(ask_json(405, "DELETE", "/_iam-local/accounts", ""), "error",
                "This endpoint takes GET, POST.");
    struct response response = ask("POST", "/_iam-local/quotas", "");
    ck_assert_str_eq(client_header(&response, "allow"), "GET, PUT");
}
END_TEST

#define ASKS                                                                                       \
    "{\"principal\": \"anonymous\", \"action\": \"s3:GetObject\",\n \"resource\": \"*\", \"id\": " \
    "7}"
#define DENIED                                                                                     \
    "{\"id\":7,\"decision\":\"ImplicitDeny\",\"layer\":\"resource\",\"policy\":null,"              \
    "\"statement\":null,\"sid\":null,\"message\":\"Access Denied\""

static void expect_lines(const char *query, const char *body, int status, const char *answer)
{
    struct response response =
        ask("POST", arena_printf(&client.arena, "/_iam-local/evaluate%s", query), body);
    ck_assert_int_eq(response.status, status);
    ck_assert_uint_eq(response.body.n, strlen(answer));
    ck_assert_int_eq(memcmp(response.body.p, answer, response.body.n), 0);
}

START_TEST(test_evaluate)
{
    expect_lines("", ASKS, 200, DENIED "}\n");
    expect_lines("?explain=true", ASKS, 200,
                 DENIED ",\"policies\":[],\"missing\":\"No statement of the resource's policy "
                        "allows s3:GetObject.\"}\n");
    expect_lines("", "{\"id\":1}\n\n{\"id\":2}", 200,
                 "{\"id\":1,\"error\":{\"line\":1,\"message\":\"principal is missing\"}}\n"
                 "{\"id\":2,\"error\":{\"line\":3,\"message\":\"principal is missing\"}}\n");
    expect_lines("", "{\n}", 400,
                 "{\"id\":null,\"error\":{\"line\":1,\"message\":\"principal is missing\"}}\n");
}
END_TEST

/* The clock of these tests is frozen at 2023-11-14T22:13:20Z. */
static const struct {
    const char *body, *now;
} moves[] = {
    {"{\"advance\": \"PT90M\"}", "2023-11-14T23:43:20Z"},
    {"{\"advance\": \"P1W2DT3H4M5S\"}", "2023-11-24T02:47:25Z"},
    {"{\"set\": \"2030-01-02\"}", "2030-01-02T00:00:00Z"},
    {"{\"freeze\": true}", "2030-01-02T00:00:00Z"},
};

START_TEST(test_clock)
{
    expect_text(ask_json(200, "GET", "/_iam-local/clock", ""), "now", "2023-11-14T22:13:20Z");
    for (size_t i = 0; i < ARRAY_LEN(moves); i++)
        expect_text(ask_json(200, "PUT", "/_iam-local/clock", moves[i].body), "now", moves[i].now);
    static const char *const bad[] = {
        "",
        "{}",
        "{\"set\": \"now\"}",
        "{\"set\": 7}",
        "{\"set\": \"99999-01-01\"}",
        "{\"advance\": \"90M\"}",
        "{\"advance\": \"P\"}",
        "{\"advance\": \"PT\"}",
        "{\"advance\": \"PT5\"}",
        "{\"advance\": \"P5M\"}",
        "{\"advance\": \"PT1D\"}",
        "{\"advance\": \"PT9999999999S\"}",
        "{\"freeze\": false}",
        "{\"stop\": true}",
        "{\"freeze\": true, \"set\": \"2030-01-02\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        json_decref(ask_json(400, "PUT", "/_iam-local/clock", bad[i]));
    struct buf sum = buf_new(&client.arena, 512 * 1024); /* more seconds than there are numbers */
    buf_add_text(&sum, "{\"advance\": \"P");
    for (int i = 0; i < 30000; i++)
        buf_add_text(&sum, "999999999W");
    buf_add_text(&sum, "\"}");
    json_decref(ask_json(400, "PUT", "/_iam-local/clock", buf_text(&sum)));
    json_t *json = ask_json(200, "PUT", "/_iam-local/clock", "{\"release\": true}");
    ck_assert(json_is_false(json_object_get(json, "frozen")));
    ck_assert_int_eq(json_integer_value(json_object_get(json, "ahead_seconds")), 0);
    json_decref(json);
    json = ask_json(200, "PUT", "/_iam-local/clock", "{\"advance\": \"PT1H\"}");
    json_int_t ahead = json_integer_value(json_object_get(json, "ahead_seconds"));
    ck_assert(ahead == 3600 || ahead == 3601);
    json_decref(json);
}
END_TEST

/* Explanations of many lines that name one large document again and again. */
START_TEST(test_evaluate_is_bounded)
{
    struct buf b = buf_new(&client.arena, 1 << 16);
    buf_add_text(
        &b, "{\"define\":\"x\",\"document\":{\"Statement\":{\"Effect\":\"Allow\","
            "\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringLike\":{\"k:v\":[\"\"");
    for (int i = 0; i < 2000; i++)
        buf_printf(&b, ",\"value-%d\"", i);
    buf_add_text(&b, "]}}}}}\n");
    size_t definition = b.n;
    for (int line = 0; line < 40; line++) {
        buf_add_text(&b,
                     "{\"principal\":\"arn:aws:iam::123456789012:user/a\",\"action\":\"s3:Get\","
                     "\"resource\":\"*\",\"identity_policies\":[\"x\"");
        for (int i = 0; i < 400; i++)
            buf_add_text(&b, ",\"x\"");
        buf_add_text(&b, "]}\n");
    }
    const char *one = memchr(b.p + definition, '\n', b.n - definition);
    struct str first = {b.p, (size_t)(one - b.p)};
    static const char target[] = "/_iam-local/evaluate?explain=true";
    struct response response = client_ask(&client, "POST", target, headers, n_headers, buf_str(&b));
    ck_assert_int_eq(response.status, 413);
    response = client_ask(&client, "POST", target, headers, n_headers, first);
    ck_assert_int_eq(response.status, 200);
    ck_assert_uint_lt(response.body.n, 5 << 20);
    static const char cut[] = "\"conditions\":[],\"conditions_left_out\":1}";
    ck_assert_ptr_nonnull(memmem(response.body.p, response.body.n, cut, sizeof cut - 1));
}
END_TEST

START_TEST(test_enforcement)
{
    expect_text(ask_json(200, "PUT", "/_iam-local/enforcement", "{\"enforcement\":\"soft\"}"),
                "enforcement", "soft");
    expect_text(ask_json(200, "GET", "/_iam-local/enforcement", ""), "enforcement", "soft");
    static const char *const bad[] = {
        "", "[]", "{", "{\"enforcement\":\"never\"}", "{\"enforcement\":1}", "{}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        json_decref(ask_json(400, "PUT", "/_iam-local/enforcement", bad[i]));
    expect_text(ask_json(200, "GET", "/_iam-local/enforcement", ""), "enforcement", "soft");
}
END_TEST

START_TEST(test_quotas)
{
    json_t *json = ask_json(200, "PUT", "/_iam-local/quotas", "{\"Users\":7}");
    ck_assert_int_eq(json_integer_value(json_object_get(json, "Users")), 7);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "Groups")), 300);
    json_decref(json);
    static const char *const bad[] = {"{\"Users\":1,\"Nothing\":1}", "{\"Users\":-1}",
                                      "{\"Users\":\"1\"}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        json_decref(ask_json(400, "PUT", "/_iam-local/quotas", bad[i]));
    json = ask_json(400, "PUT", "/_iam-local/quotas", "{\"Nothing\":1}");
    const char *error = json_string_value(json_object_get(json, "error"));
    for (int i = 0; i < QUOTA_COUNT; i++)
        ck_assert_ptr_nonnull(strstr(error, quota_rows[i].name));
    json_decref(json);
    json = ask_json(200, "GET", "/_iam-local/quotas", "");
    ck_assert_int_eq(json_integer_value(json_object_get(json, "Users")), 7);
    json_decref(json);
}
END_TEST

START_TEST(test_reset_leaves_only_the_root_user)
{
    client_post(&client, NULL, "iam", "Action=CreateUser&UserName=a&Version=2010-05-08");
    json_decref(ask_json(200, "PUT", "/_iam-local/quotas", "{\"Users\":7}"));
    expect_text(ask_json(200, "POST", "/_iam-local/reset", ""), "reset", "default");
    struct response list = client_post(&client, NULL, "iam", "Action=ListUsers&Version=2010-05-08");
    ck_assert_int_eq(list.status, 200);
    ck_assert_ptr_null(client_element(&client, &list, "UserName"));
    json_t *json = ask_json(200, "GET", "/_iam-local/quotas", "");
    ck_assert_int_eq(json_integer_value(json_object_get(json, "Users")), 5000);
    json_decref(json);
}
END_TEST

START_TEST(test_operations_tell_what_is_built)
{
    json_t *json = ask_json(200, "GET", "/_iam-local/operations", "");
    json_t *iam = json_array_get(json_object_get(json, "services"), 0);
    ck_assert_int_eq(json_integer_value(json_object_get(iam, "total")), 176);
    size_t i;
    json_t *op;
    json_array_foreach(json_object_get(iam, "operations"), i, op)
    {
        const char *name = json_string_value(json_object_get(op, "name"));
        bool built = json_is_true(json_object_get(op, "implemented"));
        ck_assert_msg(built, "%s", name);
    }
    json_decref(json);
}
END_TEST

static struct client_key make_alice(void)
{
    client_post(&client, NULL, "iam", "Action=CreateUser&UserName=alice&Version=2010-05-08");
    struct response made = client_post(&client, NULL, "iam",
                                       "Action=CreateAccessKey&UserName=alice&Version=2010-05-08");
    return (struct client_key){client_element(&client, &made, "AccessKeyId"),
                               client_element(&client, &made, "SecretAccessKey"), NULL};
}

static json_t *explain(const struct response *response)
{
    return ask_json(200, "GET",
                    arena_printf(&client.arena, "/_iam-local/explain/%s",
                                 client_header(response, "x-amzn-requestid")),
                    "");
}

START_TEST(test_explain_a_denial)
{
    struct client_key alice = make_alice();
    client_post(&client, NULL, "iam",
                "Action=PutUserPolicy&UserName=alice&PolicyName=office&Version=2010-05-08"
                "&PolicyDocument=%7B%22Statement%22%3A%7B%22Sid%22%3A%22Office%22%2C%22Effect%22"
                "%3A%22Allow%22%2C%22Action%22%3A%22iam%3AGet%2A%22%2C%22Resource%22%3A%22%2A%22"
                "%2C%22Condition%22%3A%7B%22IpAddress%22%3A%7B%22aws%3ASourceIp%22%3A%22"
                "203.0.113.0%2F24%22%7D%7D%7D%7D");
    struct response denied =
        client_post(&client, &alice, "iam", "Action=GetUser&Version=2010-05-08");
    ck_assert_int_eq(denied.status, 403);
    json_t *json = explain(&denied);
    const char *decision, *policy, *sid, *result, *key, *value;
    int met = 1;
    ck_assert_int_eq(json_unpack(json,
                                 "{s:[{s:s, s:[{s:s, s:[{s:s, s:s, s:[{s:s, s:[s], s:b}]}]}]}]}",
                                 "decisions", "decision", &decision, "policies", "policy", &policy,
                                 "statements", "sid", &sid, "result", &result, "conditions", "key",
                                 &key, "request_values", &value, "met", &met),
                     0);
    ck_assert_str_eq(decision, "ImplicitDeny");
    ck_assert_str_eq(policy, "office");
    ck_assert_str_eq(sid, "Office");
    ck_assert_str_eq(result, "condition not met");
    ck_assert_str_eq(key, "aws:SourceIp");
    ck_assert_str_eq(value, "127.0.0.1");
    ck_assert_int_eq(met, 0);
    json_decref(json);
}
END_TEST

START_TEST(test_explain_an_allow)
{
    struct response allowed =
        client_post(&client, NULL, "iam", "Action=GetUser&Version=2010-05-08");
    json_t *json = explain(&allowed);
    const char *layer;
    int ok = 0;
    ck_assert_int_eq(
        json_unpack(json, "{s:[{s:s}], s:b}", "decisions", "layer", &layer, "allowed", &ok), 0);
    ck_assert_str_eq(layer, "root");
    ck_assert_int_eq(ok, 1);
    json_decref(json);
}
END_TEST

START_TEST(test_explain_recent_requests)
{
    struct client_key alice = make_alice(), unknown = {.id = "AKIAZZZZZZZZZZZZZZZZ", .secret = "x"};
    client_post(&client, &alice, "iam", "Action=GetUser&Version=2010-05-08");
    client_post(&client, &unknown, "iam", "Action=GetUser&Version=2010-05-08");
    json_t *json = ask_json(200, "GET", "/_iam-local/explain", "");
    const char *error, *id, *operation, *principal;
    int allowed = 1, first = 0;
    ck_assert_int_eq(json_unpack(json, "{s:[{s:s, s:s}, {s:s, s:s, s:b}, {s:b}, {}!]}", "requests",
                                 "error", &error, "request_id", &id, "operation", &operation,
                                 "principal", &principal, "allowed", &allowed, "allowed", &first),
                     0);
    ck_assert_str_eq(error, "InvalidClientTokenId");
    ck_assert_str_eq(operation, "iam:GetUser");
    ck_assert_str_eq(principal, "arn:aws:iam::123456789012:user/alice");
    ck_assert(!allowed && first);
    json_decref(json);
    for (int i = 0; i < 50; i++)
        client_post(&client, NULL, "iam", "Action=GetUser&Version=2010-05-08");
    json = ask_json(200, "GET", "/_iam-local/explain", "");
    ck_assert_uint_eq(json_array_size(json_object_get(json, "requests")), 50);
    json_decref(json);
}
END_TEST

/* What a service outside AWS does: the token's issuer tells where the keys are. */
static enum jwt_verdict verified(const char *token)
{
    struct jwt jwt;
    ck_assert(jwt_read(&client.arena, str_of(token), &jwt));
    const char *path = strstr(jwt.issuer, "/_iam-local/");
    json_t *discovery = ask_json(
        200, "GET", arena_printf(&client.arena, "%s/.well-known/openid-configuration", path), "");
    const char *keys = json_string_value(json_object_get(discovery, "jwks_uri"));
    struct response response = ask("GET", strstr(keys, "/_iam-local/"), "");
    json_decref(discovery);
    return jwt_verify(&client.arena, &jwt, response.body);
}

START_TEST(test_tokens_for_others_are_signed)
{
    static const char *const algorithms[] = {"RS256", "ES384"};
    ck_assert_int_eq(client_post(&client, NULL, "iam",
                                 "Action=EnableOutboundWebIdentityFederation&Version=2010-05-08")
                         .status,
                     200);
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
        struct response made = client_post(
            &client, NULL, "sts",
            arena_printf(&client.arena,
                         "Action=GetWebIdentityToken&Version=2011-06-15&Audience.member.1=api"
                         "&SigningAlgorithm=%s",
                         algorithms[i]));
        const char *token = client_element(&client, &made, "WebIdentityToken");
        ck_assert_int_eq(verified(token), JWT_VERIFIED);
        char *altered = arena_strdup(&client.arena, token);
        char *letter = strrchr(altered, '.') + 20;
        *letter = *letter == 'A' ? 'B' : 'A';
        ck_assert_int_eq(verified(altered), JWT_REFUSED);
    }
}
END_TEST

START_TEST(test_explain_nothing_known)
{
    json_decref(ask_json(404, "GET", "/_iam-local/explain/none", ""));
    json_decref(ask_json(404, "GET", "/_iam-local/explain/", ""));
}
END_TEST

START_TEST(test_foreign_sites_are_refused)
{
    headers[0].value = STR("evil.example.com");
    json_decref(ask_json(403, "GET", "/_iam-local/health", ""));
    headers[0].value = STR("localhost:4566");
    add_header("Origin", "http://evil.example.com");
    json_decref(ask_json(403, "POST", "/_iam-local/reset", ""));
    headers[1] = (struct request_header){STR("Sec-Fetch-Site"), STR("cross-site")};
    json_decref(ask_json(403, "POST", "/_iam-local/reset", ""));
    headers[1] = (struct request_header){STR("Origin"), STR("http://localhost:4566")};
    json_decref(ask_json(200, "POST", "/_iam-local/reset", ""));
}
END_TEST

START_TEST(test_hosts)
{
    static const struct {
        const char *host;
        int status;
    } cases[] = {{"127.0.0.1:4566", 200}, {"[::1]:4566", 200}, {"iam-local:4566", 200},
                 {"localhost", 200},      {"a.b:4566", 403},   {"", 403}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        headers[0].value = str_of(cases[i].host);
        json_decref(ask_json(cases[i].status, "GET", "/_iam-local/health", ""));
    }
}
END_TEST

/* Authorization may hold a signature. */
START_TEST(test_admin_token_in_its_own_header)
{
    client.server->config.admin_token = "open sesame";
    json_t *refused = ask_json(403, "GET", "/_iam-local/clock", "");
    const char *error = json_string_value(json_object_get(refused, "error"));
    ck_assert_ptr_nonnull(strstr(error, "X-Iam-Local-Admin-Token: TOKEN"));
    json_decref(refused);
    add_header("X-Iam-Local-Admin-Token", "open sesame");
    add_header("Authorization", "AWS4-HMAC-SHA256 x");
    json_decref(ask_json(200, "GET", "/_iam-local/clock", ""));
    headers[1].value = STR("open");
    json_decref(ask_json(403, "GET", "/_iam-local/clock", ""));
    headers[2].value = STR("Bearer open sesame");
    json_decref(ask_json(403, "GET", "/_iam-local/clock", ""));
}
END_TEST

/* One pipeline: they are named by an id, never kept, and HEAD is GET. */
START_TEST(test_heads_of_answers)
{
    static const char *const methods[] = {"GET", "HEAD", "PUT"};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        struct response response = ask(methods[i], "/_iam-local/quotas", "");
        ck_assert_int_eq(response.status, i < 2 ? 200 : 400);
        ck_assert_ptr_nonnull(client_header(&response, "x-amzn-requestid"));
        ck_assert_str_eq(client_header(&response, "cache-control"), "no-store");
        ck_assert_str_eq(client_header(&response, "content-type"), "application/json");
    }
    json_decref(ask_json(200, "PUT", "/_iam-local/enforcement", "{\"enforcement\":\"off\"}"));
    struct response response = ask("GET", "/_iam-local/clock", "");
    ck_assert_str_eq(client_header(&response, "x-iam-local-enforcement"), "off");
}
END_TEST

START_TEST(test_unknown_members_and_parameters_are_refused)
{
    expect_text(ask_json(400, "POST", "/_iam-local/evaluate?explian=true", "{}"), "error",
                "This endpoint has no parameter explian.");
    expect_text(ask_json(400, "POST", "/_iam-local/accounts", "{\"acount\": \"222222222222\"}"),
                "error",
                "There is no member acount. Expected a JSON object with members among: account, "
                "name, email, password, keys.");
    expect_text(ask_json(400, "POST", "/_iam-local/organization",
                         "{\"root\": {\"units\": [{\"accounts\": [{\"ID\": 1}]}]}}"),
                "error",
                "There is no member ID. Expected a JSON object with members among: id, name, "
                "email, policies, full_access.");
    expect_text(ask_json(400, "POST", "/_iam-local/organization",
                         "{\"root\": {\"units\": [{\"name\": 2024}]}}"),
                "error",
                "name has to be a string. Expected a JSON object with members among: name, "
                "policies, full_access, accounts, units.");
    expect_text(
        ask_json(400, "POST", "/_iam-local/organization", "{\"root\": {\"units\": [\"a\"]}}"),
        "error",
        "Each of units has to be an object. Expected a JSON object with members among: "
        "name, policies, full_access, accounts, units.");
    expect_text(ask_json(400, "POST", "/_iam-local/accounts", "{\"email\": 7}"), "error",
                "NUMBER_VALUE can not be converted to a String. Expected a JSON object with "
                "members among: account, name, email, password, keys.");
    expect_text(ask_json(400, "PUT", "/_iam-local/quotas", "{"), "error", "Expected JSON.");
    expect_text(ask_json(400, "GET", "/_iam-local/resources?limit=x", ""), "error",
                "Expected a number as limit.");
    expect_text(ask_json(400, "GET", "/_iam-local/policy?principal=x&conditions=x", ""), "error",
                "Expected true or false as conditions, true or false as generalize.");
}
END_TEST

START_TEST(test_other_addresses_need_a_token)
{
    client.remote = true;
    json_decref(ask_json(403, "POST", "/_iam-local/reset", ""));
    json_decref(ask_json(200, "GET", "/_iam-local/health", ""));
    client.server->config.admin_token = "open sesame";
    json_decref(ask_json(403, "POST", "/_iam-local/reset", ""));
    add_header("Authorization", "Bearer wrong");
    json_decref(ask_json(403, "POST", "/_iam-local/reset", ""));
    headers[1].value = STR("Bearer open sesame");
    json_decref(ask_json(200, "POST", "/_iam-local/reset", ""));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("endpoints");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_health);
    tcase_add_test(t, test_unknown_paths_and_methods);
    tcase_add_test(t, test_evaluate);
    tcase_add_test(t, test_evaluate_is_bounded);
    tcase_add_test(t, test_clock);
    tcase_add_test(t, test_enforcement);
    tcase_add_test(t, test_quotas);
    tcase_add_test(t, test_reset_leaves_only_the_root_user);
    tcase_add_test(t, test_operations_tell_what_is_built);
    tcase_add_test(t, test_explain_a_denial);
    tcase_add_test(t, test_explain_an_allow);
    tcase_add_test(t, test_explain_recent_requests);
    tcase_add_test(t, test_tokens_for_others_are_signed);
    tcase_add_test(t, test_explain_nothing_known);
    tcase_add_test(t, test_foreign_sites_are_refused);
    tcase_add_test(t, test_hosts);
    tcase_add_test(t, test_other_addresses_need_a_token);
    tcase_add_test(t, test_admin_token_in_its_own_header);
    tcase_add_test(t, test_heads_of_answers);
    tcase_add_test(t, test_unknown_members_and_parameters_are_refused);
    return suite_run("endpoints", t);
}
