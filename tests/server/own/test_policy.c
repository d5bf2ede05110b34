/* SPDX-License-Identifier: Apache-2.0 */
/* GET /_iam-local/policy: from what was seen under soft enforcement to a policy that suffices. */
#include <jansson.h>

#include "support/client.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define ALICE "arn:aws:iam::" ACCOUNT ":user/alice"
#define ROLE "arn:aws:iam::" ACCOUNT ":role/deploy"
#define TRUST                                                                                      \
    "{%22Version%22:%222012-10-17%22,%22Statement%22:{%22Effect%22:%22Allow%22,%22Principal%22:{"  \
    "%22AWS%22:%22" ACCOUNT "%22},%22Action%22:%22sts:AssumeRole%22}}"

static struct client client;
static struct client_key alice;

static struct response send_as(const struct client_key *as, const char *service, const char *form)
{
    const char *version = strcmp(service, "iam") == 0 ? "2010-05-08" : "2011-06-15";
    return client_post(&client, as, service,
                       arena_printf(&client.arena, "Version=%s&Action=%s", version, form));
}

static struct response iam(const char *form)
{
    struct response response = send_as(NULL, "iam", form);
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
    return response;
}

static struct response own(const char *method, const char *target, const char *body)
{
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")}};
    return client_ask(&client, method, target, headers, ARRAY_LEN(headers), str_of(body));
}

static void enforce(const char *how)
{
    const char *body = arena_printf(&client.arena, "{\"enforcement\": \"%s\"}", how);
    ck_assert_int_eq(own("PUT", "/_iam-local/enforcement", body).status, 200);
}

static void start(void)
{
    client_start(&client, NULL);
    iam("CreateUser&UserName=alice");
    struct response response = iam("CreateAccessKey&UserName=alice");
    alice = (struct client_key){client_element(&client, &response, "AccessKeyId"),
                                client_element(&client, &response, "SecretAccessKey"), NULL};
    enforce("soft");
}

static void stop(void)
{
    client_stop(&client);
}

/* QUERY begins with the principal. */
static json_t *policy_of(const char *query)
{
    struct response response =
        own("GET", arena_printf(&client.arena, "/_iam-local/policy?principal=%s", query), "");
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    return json_loadb(response.body.p, response.body.n, 0, NULL);
}

static json_int_t number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static size_t count(const json_t *object, const char *name)
{
    return json_array_size(json_object_get(object, name));
}

static json_t *statements_of(const json_t *answer)
{
    return json_object_get(json_object_get(answer, "policy"), "Statement");
}

static void check_proof(const json_t *answer)
{
    const json_t *proof = json_object_get(answer, "proof");
    ck_assert_int_eq(number(proof, "replayed"), number(proof, "allowed"));
    ck_assert_uint_eq(count(answer, "lint"), 0);
    ck_assert_uint_eq(count(proof, "statements"), json_array_size(statements_of(answer)));
    for (size_t i = 0; i < count(proof, "statements"); i++)
        ck_assert(json_is_true(json_object_get(
            json_array_get(json_object_get(proof, "statements"), i), "refused_without")));
}

static const char *const traffic[] = {
    "ListUsers",
    "CreateGroup&GroupName=readers",
    "GetGroup&GroupName=readers",
    "AddUserToGroup&GroupName=readers&UserName=alice",
    "RemoveUserFromGroup&GroupName=readers&UserName=alice",
    "DeleteGroup&GroupName=readers",
    "CreateUser&UserName=bob&Tags.member.1.Key=team&Tags.member.1.Value=blue",
    "GetUser&UserName=bob",
    "DeleteUser&UserName=bob",
    "GetUser",
};

static size_t count_denied(void)
{
    size_t denied = 0;
    for (size_t i = 0; i < ARRAY_LEN(traffic); i++) {
        struct response response = send_as(&alice, "iam", traffic[i]);
        denied += response.status == 403;
        ck_assert(response.status == 200 || response.status == 403 || response.status == 404 ||
                  response.status == 409);
    }
    send_as(NULL, "iam", "DeleteUser&UserName=bob"); /* what was left because of a denial */
    send_as(NULL, "iam", "RemoveUserFromGroup&GroupName=readers&UserName=alice");
    send_as(NULL, "iam", "DeleteGroup&GroupName=readers");
    return denied;
}

static void attach(const json_t *policy)
{
    char *text = json_dumps(policy, JSON_COMPACT);
    struct buf form = buf_new(&client.arena, 1024);
    buf_add_text(&form, "PutUserPolicy&UserName=alice&PolicyName=seen&PolicyDocument=");
    buf_pct_encode(&form, str_of(text), "");
    free(text);
    iam(buf_text(&form));
}

/* The same requests pass with the policy, and one of them does not without each statement. */
static void check_round_trip(const char *query)
{
    json_t *answer = policy_of(query), *policy = json_object_get(answer, "policy");
    check_proof(answer);
    enforce("strict");
    attach(policy);
    ck_assert_uint_eq(count_denied(), 0);
    for (size_t i = 0; i < json_array_size(statements_of(answer)); i++) {
        json_t *less = json_deep_copy(policy);
        json_array_remove(json_object_get(less, "Statement"), i);
        if (json_array_size(json_object_get(less, "Statement"))) {
            attach(less);
            ck_assert_uint_gt(count_denied(), 0);
        }
        json_decref(less);
    }
    json_decref(answer);
}

START_TEST(test_round_trip)
{
    ck_assert_uint_eq(count_denied(), 0);
    check_round_trip(ALICE);
}
END_TEST

START_TEST(test_round_trip_with_conditions)
{
    ck_assert_uint_eq(count_denied(), 0);
    json_t *answer = policy_of(ALICE "&conditions=true");
    char *text = json_dumps(answer, JSON_COMPACT);
    ck_assert_ptr_nonnull(strstr(text, "\"aws:RequestTag/team\":\"blue\""));
    free(text);
    json_decref(answer);
    check_round_trip(ALICE "&conditions=true");
}
END_TEST

/* All permissions of a request that is let pass, not only the first that is denied. */
START_TEST(test_all_permissions_are_seen)
{
    struct response response = send_as(
        &alice, "iam", "CreateUser&UserName=bob&Tags.member.1.Key=team&Tags.member.1.Value=blue");
    ck_assert_int_eq(response.status, 200);
    ck_assert_ptr_nonnull(
        strstr(client_header(&response, "x-iam-local-would-deny"), "iam:CreateUser"));
    json_t *answer = policy_of(ALICE);
    ck_assert_int_eq(number(answer, "observed"), 2);
    char *text = json_dumps(answer, JSON_COMPACT);
    ck_assert_ptr_nonnull(strstr(text, "\"Action\":[\"iam:CreateUser\",\"iam:TagUser\"]"));
    free(text);
    json_decref(answer);
}
END_TEST

static struct client_key assume(void)
{
    iam("CreateRole&RoleName=deploy&AssumeRolePolicyDocument=" TRUST);
    struct response response =
        send_as(&alice, "sts", "AssumeRole&RoleSessionName=one&RoleArn=" ROLE);
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    return (struct client_key){client_element(&client, &response, "AccessKeyId"),
                               client_element(&client, &response, "SecretAccessKey"),
                               client_element(&client, &response, "SessionToken")};
}

/* Of a session it is the role's. */
START_TEST(test_role)
{
    static const char *const names[] = {ROLE, "arn:aws:sts::" ACCOUNT ":assumed-role/deploy/one",
                                        "arn:aws:sts::" ACCOUNT ":assumed-role/deploy/another"};
    struct client_key session = assume();
    send_as(&session, "iam", "GetRole&RoleName=deploy");
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        json_t *answer = policy_of(names[i]);
        ck_assert_str_eq(json_string_value(json_object_get(answer, "principal")), ROLE);
        ck_assert_int_eq(number(answer, "observed"), 1);
        check_proof(answer);
        json_decref(answer);
    }
    json_t *answer = policy_of(ALICE);
    const json_t *statement = json_array_get(statements_of(answer), 0);
    ck_assert_str_eq(json_string_value(json_object_get(statement, "Action")), "sts:AssumeRole");
    json_decref(answer);
}
END_TEST

START_TEST(test_refused_requests)
{
    enforce("strict");
    send_as(&alice, "iam", "GetUser");
    json_t *answer = policy_of(ALICE);
    ck_assert_int_eq(number(answer, "observed"), 0);
    ck_assert_ptr_null(json_object_get(answer, "policy"));
    json_decref(answer);
    answer = policy_of(ALICE "&include=all");
    ck_assert_int_eq(number(answer, "observed"), 1);
    check_proof(answer);
    json_decref(answer);
}
END_TEST

START_TEST(test_boundary)
{
    iam("PutUserPermissionsBoundary&UserName=alice&PermissionsBoundary="
        "arn:aws:iam::aws:policy/AmazonS3FullAccess");
    send_as(&alice, "iam", "GetUser");
    json_t *answer = policy_of(ALICE);
    const json_t *note = json_array_get(json_object_get(answer, "still_refused"), 0);
    check_proof(answer);
    ck_assert_uint_eq(count(answer, "still_refused"), 1);
    ck_assert_str_eq(json_string_value(json_object_get(note, "action")), "iam:GetUser");
    ck_assert_str_eq(json_string_value(json_object_get(note, "layer")), "boundary");
    ck_assert_str_eq(json_string_value(json_object_get(note, "why")),
                     "The permissions boundary does not allow it.");
    json_decref(answer);
}
END_TEST

/* Who is deleted was seen all the same; nothing is known after a reset, nor with enforcement off.
 */
START_TEST(test_what_is_forgotten)
{
    send_as(&alice, "iam", "GetUser");
    enforce("off");
    send_as(&alice, "iam", "ListUsers");
    iam(arena_printf(&client.arena, "DeleteAccessKey&UserName=alice&AccessKeyId=%s", alice.id));
    iam("DeleteUser&UserName=alice");
    json_t *answer = policy_of(ALICE);
    ck_assert_int_eq(number(answer, "observed"), 1);
    ck_assert(json_is_true(json_object_get(answer, "complete")));
    json_decref(answer);
    own("POST", "/_iam-local/reset", "");
    ck_assert_int_eq(own("GET", "/_iam-local/policy?principal=" ALICE, "").status, 404);
}
END_TEST

START_TEST(test_bad_requests)
{
    static const struct {
        const char *query;
        int status;
    } cases[] = {
        {"", 400},
        {"?principal=", 400},
        {"?principal=alice", 400},
        {"?principal=arn:aws:iam::" ACCOUNT ":root", 400},
        {"?principal=arn:aws:iam::" ACCOUNT ":group/readers", 400},
        {"?principal=arn:aws:iam::" ACCOUNT ":user/nobody", 404},
        {"?principal=arn:aws:sts::" ACCOUNT ":assumed-role/none/one", 404},
        {"?principal=" ALICE "&include=some", 400},
        {"?principal=" ALICE "&since=yesterday", 400},
        {"?principal=" ALICE "&conditions=perhaps", 400},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct response response =
            own("GET", arena_printf(&client.arena, "/_iam-local/policy%s", cases[i].query), "");
        ck_assert_msg(response.status == cases[i].status, "%s: %d %.*s", cases[i].query,
                      response.status, STR_FMT(response.body));
    }
}
END_TEST

static json_t *decisions(const char *query)
{
    struct response response =
        own("GET", arena_printf(&client.arena, "/_iam-local/decisions?%s", query), "");
    ck_assert_int_eq(response.status, 200);
    return json_loadb(response.body.p, response.body.n, 0, NULL);
}

static size_t count_decisions(const char *query)
{
    json_t *answer = decisions(query);
    size_t n = count(answer, "decisions");
    json_decref(answer);
    return n;
}

START_TEST(test_decisions)
{
    send_as(&alice, "iam", "GetUser");
    send_as(NULL, "iam", "GetUser");
    ck_assert_uint_eq(count_decisions("principal=alice"), 1);
    ck_assert_uint_eq(count_decisions("principal=alice&decision=Allow"), 0);
    ck_assert_uint_eq(count_decisions("decision=Deny"), 1);
    ck_assert_uint_eq(count_decisions("decision=ExplicitDeny"), 0);
    ck_assert_uint_eq(count_decisions("limit=2"), 2);
    json_t *answer = decisions("decision=ImplicitDeny");
    const json_t *line = json_array_get(json_object_get(answer, "decisions"), 0),
                 *allow = json_object_get(line, "allow");
    ck_assert_str_eq(json_string_value(json_object_get(line, "operation")), "GetUser");
    ck_assert(json_is_true(json_object_get(line, "let_pass")));
    ck_assert_str_eq(json_string_value(json_object_get(allow, "Action")), "iam:GetUser");
    ck_assert_str_eq(json_string_value(json_object_get(allow, "Resource")), ALICE);
    json_decref(answer);
    ck_assert_int_eq(own("GET", "/_iam-local/decisions?decision=perhaps", "").status, 400);
}
END_TEST

static struct response_stream *follow(const char *query, const char *last)
{
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")},
                                             {STR("Last-Event-ID"), str_of(last)}};
    struct response response = client_ask(
        &client, "GET", arena_printf(&client.arena, "/_iam-local/decisions?follow=true%s", query),
        headers, ARRAY_LEN(headers), STR(""));
    ck_assert_int_eq(response.status, 200);
    ck_assert_str_eq(client_header(&response, "content-type"), "text/event-stream");
    return response.stream;
}

/* All that is there, read in pieces; NULL: it is over. */
static const char *read_all(struct response_stream *stream)
{
    struct buf b = buf_new(&client.arena, 4096);
    char piece[7];
    int64_t n;
    while ((n = stream->read(stream, piece, sizeof piece)) > 0)
        buf_add(&b, (struct str){piece, (size_t)n});
    return n < 0 ? NULL : buf_text(&b);
}

START_TEST(test_stream)
{
    struct response_stream *stream = follow("&principal=alice&decision=Deny", "");
    ck_assert_str_eq(read_all(stream), ": what is decided from now on\n\n");
    send_as(NULL, "iam", "GetUser");
    ck_assert_str_eq(read_all(stream), "");
    send_as(&alice, "iam", "GetUser");
    const char *text = read_all(stream);
    ck_assert_ptr_nonnull(strstr(text, "\ndata: {\"time\":\"2023-11-14T22:13:20Z\""));
    ck_assert_ptr_nonnull(
        strstr(text, "\"allow\":{\"Effect\":\"Allow\",\"Action\":\"iam:GetUser\""));
    struct response_stream *behind = follow("", "0");
    ck_assert_ptr_nonnull(strstr(read_all(behind), "\"operation\":\"GetUser\""));
    own("POST", "/_iam-local/reset", "");
    ck_assert_ptr_null(read_all(stream));
    ck_assert_ptr_null(read_all(behind));
    stream->free(stream);
    behind->free(behind);
}
END_TEST

START_TEST(test_streams_are_bounded)
{
    enum { MOST = 16 };
    struct response_stream *streams[MOST];
    for (int i = 0; i < MOST; i++)
        streams[i] = follow("", "");
    ck_assert_int_eq(own("GET", "/_iam-local/decisions?follow=true", "").status, 503);
    for (int i = 0; i < MOST; i++)
        streams[i]->free(streams[i]);
    streams[0] = follow("", "");
    streams[0]->free(streams[0]);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_test(tc, test_round_trip);
    tcase_add_test(tc, test_round_trip_with_conditions);
    tcase_add_test(tc, test_all_permissions_are_seen);
    tcase_add_test(tc, test_role);
    tcase_add_test(tc, test_refused_requests);
    tcase_add_test(tc, test_boundary);
    tcase_add_test(tc, test_what_is_forgotten);
    tcase_add_test(tc, test_bad_requests);
    tcase_add_test(tc, test_decisions);
    tcase_add_test(tc, test_stream);
    tcase_add_test(tc, test_streams_are_bounded);
    return suite_run("policy", tc);
}
