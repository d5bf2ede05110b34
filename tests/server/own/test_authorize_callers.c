/* SPDX-License-Identifier: Apache-2.0 */
/* Who may sign requests to other services, and what binds them besides their own policies. */
#include "authorize_box.h"

#define S3 "s3.us-east-1.amazonaws.com"
#define ROLE "arn:aws:iam::" ACCOUNT ":role/Reader"
#define TRUST                                                                                      \
    "%7B%22Version%22:%222012-10-17%22,%22Statement%22:%7B%22Effect%22:%22Allow%22,%22Action%22:"  \
    "%22sts:AssumeRole%22,%22Principal%22:%7B%22AWS%22:%22" ACCOUNT "%22%7D%7D%7D"

static void start(void)
{
    box_start(NULL, "{'Effect':'Allow','Action':['s3:*','sts:AssumeRole','sts:GetSessionToken'],"
                    "'Resource':'*'}");
    box_call("iam", "CreateRole&RoleName=Reader&AssumeRolePolicyDocument=" TRUST, NULL);
    box_call("iam",
             "AttachRolePolicy&RoleName=Reader&PolicyArn=arn:aws:iam::aws:policy/"
             "AmazonS3ReadOnlyAccess",
             NULL);
}

static struct client_key session_of(const char *form)
{
    struct response response = client_post(
        &client, &alice, "sts", arena_printf(&client.arena, "Version=2011-06-15&Action=%s", form));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    return (struct client_key){client_element(&client, &response, "AccessKeyId"),
                               client_element(&client, &response, "SecretAccessKey"),
                               client_element(&client, &response, "SessionToken")};
}

static json_t *ask_as(const struct client_key *key, const char *method)
{
    return show(sign(make(method, S3, "/b/k", NULL, ""), key, "s3", "digest"), true);
}

static void expect(json_t *json, const char *decision, const char *principal, const char *message)
{
    ck_assert_msg(strcmp(text_of(json, "decision"), decision) == 0 &&
                      strcmp(text_of(json, "principal"), principal) == 0 &&
                      strstr(text_of(json, "message"), message),
                  "%s of %s: %s", text_of(json, "decision"), text_of(json, "principal"),
                  text_of(json, "message"));
    json_decref(json);
}

START_TEST(test_session_of_a_role)
{
    const char *name = "arn:aws:sts::" ACCOUNT ":assumed-role/Reader/me";
    struct client_key key = session_of("AssumeRole&RoleSessionName=me&RoleArn=" ROLE);
    expect(ask_as(&key, "GET"), "Allow", name, "null");
    expect(ask_as(&key, "DELETE"), "ImplicitDeny", name,
           "User: arn:aws:sts::" ACCOUNT ":assumed-role/Reader/me is not authorized to perform: "
           "s3:DeleteObject on resource: \"arn:aws:s3:::b/k\" because no identity-based policy ");
    key.token = "another";
    expect(ask_as(&key, "GET"), "NotAuthenticated", "null", "token");
    key.token = NULL;
    expect(ask_as(&key, "GET"), "NotAuthenticated", "null", "token");
}
END_TEST

START_TEST(test_session_policy)
{
    struct client_key key =
        session_of("AssumeRole&RoleSessionName=me&RoleArn=" ROLE
                   "&Policy=%7B%22Version%22:%222012-10-17%22,%22Statement%22:%7B%22Effect%22:"
                   "%22Allow%22,%22Action%22:%22s3:ListBucket%22,%22Resource%22:%22*%22%7D%7D");
    expect(ask_as(&key, "GET"), "ImplicitDeny", "arn:aws:sts::" ACCOUNT ":assumed-role/Reader/me",
           "because no session policy allows");
}
END_TEST

/* Keys of GetSessionToken are good for all services but parts of IAM and STS. */
START_TEST(test_session_of_a_user)
{
    struct client_key key = session_of("GetSessionToken");
    expect(ask_as(&key, "GET"), "Allow", ALICE, "null");
    const char *body = "Action=GetSessionToken&Version=2011-06-15";
    struct request *rq = make("POST", "sts.us-east-1.amazonaws.com", "/",
                              "Content-Type: application/x-www-form-urlencoded", body);
    json_t *json = show(sign(rq, &key, "sts", NULL), true);
    ck_assert_str_ne(text_of(json, "decision"), "Allow");
    json_decref(json);
}
END_TEST

START_TEST(test_expired_session)
{
    struct client_key key = session_of("AssumeRole&RoleSessionName=me&RoleArn=" ROLE);
    client_ask(&client, "PUT", "/_iam-local/clock", NULL, 0, STR("{\"advance\":\"PT2H\"}"));
    json_t *json = ask_as(&key, "GET");
    json_t *refusal = json_object_get(json, "refusal");
    ck_assert_int_eq(json_integer_value(json_object_get(refusal, "status")), 400);
    ck_assert_ptr_nonnull(strstr(text_of(refusal, "body"), "<Code>ExpiredToken</Code>"));
    expect(json, "NotAuthenticated", "null", "expired");
}
END_TEST

START_TEST(test_inactive_key)
{
    box_call("iam",
             arena_printf(&client.arena,
                          "UpdateAccessKey&UserName=alice&Status=Inactive&AccessKeyId=%s",
                          alice.id),
             NULL);
    expect(ask_as(NULL, "GET"), "NotAuthenticated", "null", "");
}
END_TEST

START_TEST(test_last_use)
{
    expect(ask_as(NULL, "GET"), "Allow", ALICE, "null");
    const char *form = arena_printf(&client.arena, "GetAccessKeyLastUsed&AccessKeyId=%s", alice.id);
    ck_assert_str_eq(box_call("iam", form, "ServiceName"), "s3");
}
END_TEST

START_TEST(test_boundary)
{
    box_call("iam",
             "PutUserPermissionsBoundary&UserName=alice&PermissionsBoundary="
             "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
             NULL);
    expect(ask_as(NULL, "GET"), "Allow", ALICE, "null");
    expect(ask_as(NULL, "DELETE"), "ImplicitDeny", ALICE,
           "because no permissions boundary allows the s3:DeleteObject action");
}
END_TEST

/* Of the account of who calls, and of the one that owns the resource. */
START_TEST(test_organization)
{
    static const char organization[] =
        "{'policy_types':['SERVICE_CONTROL_POLICY','RESOURCE_CONTROL_POLICY'],'management':"
        "'999999999999','policies':[{'name':'Keep','type':'SERVICE_CONTROL_POLICY','content':"
        "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Action':'s3:DeleteObject',"
        "'Resource':'*'}}},{'name':'Closed','type':'RESOURCE_CONTROL_POLICY','content':{'Version':"
        "'2012-10-17','Statement':{'Effect':'Deny','Principal':'*','Action':'s3:PutObject',"
        "'Resource':'*'}}}],'root':{'name':'Root','accounts':[{'id':'" ACCOUNT
        "','name':'dev','policies':['Keep','Closed']}]}}";
    client_ask(&client, "POST", "/_iam-local/accounts", NULL, 0,
               str_of(quoted("{'account':'999999999999'}")));
    struct response response = client_ask(&client, "POST", "/_iam-local/organization", NULL, 0,
                                          str_of(quoted(organization)));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    expect(ask_as(NULL, "GET"), "Allow", ALICE, "null");
    expect(ask_as(NULL, "DELETE"), "ExplicitDeny", ALICE,
           "with an explicit deny in a service control policy: arn:aws:organizations::");
    expect(ask_as(NULL, "PUT"), "ExplicitDeny", ALICE,
           "with an explicit deny in a resource control policy: arn:aws:organizations::");
}
END_TEST

START_TEST(test_sandboxes)
{
    client_ask(&client, "PUT", "/_iam-local/sandboxes/other", NULL, 0, STR(""));
    struct request_header host = {STR("Host"), STR("localhost")};
    struct request asked = {.method = STR("GET"),
                            .path = STR("/_sandbox/other/_iam-local/authorize/_sandbox/default/k"),
                            .headers = &host,
                            .n_headers = 1,
                            .source_ip = "127.0.0.1",
                            .loopback = true};
    struct response response = client_send(&client, &asked);
    ck_assert_int_eq(response.status, 403);
    asked.path = STR("/_sandbox/none/_iam-local/authorize/b/k");
    ck_assert_int_ge(client_send(&client, &asked).status, 400);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, start, box_stop);
    tcase_add_test(tc, test_session_of_a_role);
    tcase_add_test(tc, test_session_policy);
    tcase_add_test(tc, test_session_of_a_user);
    tcase_add_test(tc, test_expired_session);
    tcase_add_test(tc, test_inactive_key);
    tcase_add_test(tc, test_last_use);
    tcase_add_test(tc, test_boundary);
    tcase_add_test(tc, test_organization);
    tcase_add_test(tc, test_sandboxes);
    return suite_run("authorize callers", tc);
}
