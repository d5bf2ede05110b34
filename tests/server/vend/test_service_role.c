/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials for instances and containers: each answer and each refusal of their endpoints. */

#include "support/client.h"
#include "support/suite.h"

enum { HEADERS_MAX = 6 };

#define TRUST(service, condition)                                                                  \
    "%7B%22Statement%22:%7B%22Effect%22:%22Allow%22,%22Action%22:%22sts:AssumeRole%22,"            \
    "%22Principal%22:%7B%22Service%22:%22" service "%22%7D" condition "%7D%7D"
#define EC2 TRUST("ec2.amazonaws.com", "")
#define ECS TRUST("ecs-tasks.amazonaws.com", "")
#define EKS TRUST("pods.eks.amazonaws.com", "")

#define PROFILE_ARN "arn:aws:iam::123456789012:instance-profile/web"
#define INSTANCE "i-02045873ae387bb8e"
#define DATA "/latest/meta-data/"
#define CREDENTIALS DATA "iam/security-credentials/"
#define TASKS "/_iam-local/container/credentials"

static struct client client;
static struct request_header headers[HEADERS_MAX];
static size_t n_headers;

static void iam(const char *form)
{
    struct response response = client_post(
        &client, NULL, "iam", arena_printf(&client.arena, "%s&Version=2010-05-08", form));
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
}

static void set_header(size_t at, const char *name, const char *value)
{
    headers[at] = (struct request_header){str_of(name), str_of(value)};
    n_headers = at + 1;
}

static void start(void)
{
    client_start(&client, (const char *const[]){"--region", "eu-west-1", NULL});
    set_header(0, "Host", "localhost:4566");
    iam("Action=CreateRole&RoleName=web&AssumeRolePolicyDocument=" EC2);
    iam("Action=CreateRole&RoleName=task&Path=/x/&AssumeRolePolicyDocument=" ECS);
    iam("Action=CreateInstanceProfile&InstanceProfileName=web");
    iam("Action=AddRoleToInstanceProfile&InstanceProfileName=web&RoleName=web");
}

static void stop(void)
{
    client_stop(&client);
}

static void trust(const char *form)
{
    iam(arena_printf(&client.arena, "Action=UpdateAssumeRolePolicy&%s", form));
}

static struct response ask(const char *method, const char *path, const char *body)
{
    return client_ask(&client, method, path, headers, n_headers, str_of(body));
}

static const char *text(int status, const char *method, const char *path, const char *body)
{
    struct response response = ask(method, path, body);
    ck_assert_msg(response.status == status, "%s: %d %.*s", path, response.status,
                  STR_FMT(response.body));
    return str_dup(&client.arena, response.body);
}

static const char *member(const char *answer, const char *name)
{
    return client_member(&client, str_of(answer), name);
}

static void expect(const char *answer, const char *name, const char *value)
{
    ck_assert_pstr_eq(member(answer, name), value);
}

/* GetCallerIdentity with the credentials of the answer. */
static struct response who(const char *answer)
{
    const struct client_key key = {member(answer, "AccessKeyId"), member(answer, "SecretAccessKey"),
                                   member(answer, "Token")};
    ck_assert(key.id && key.secret && key.token);
    return client_post(&client, &key, "sts", "Action=GetCallerIdentity&Version=2011-06-15");
}

static const char *identity(const char *answer, const char *element)
{
    struct response response = who(answer);
    return client_element(&client, &response, element);
}

static void choose(const char *profile)
{
    text(200, "PUT", "/_iam-local/instance", profile);
}

/* From here on requests carry a token of the metadata service. */
static void enter_instance(void)
{
    set_header(1, "X-aws-ec2-metadata-token-ttl-seconds", "21600");
    const char *token = text(200, "PUT", "/latest/api/token", "");
    set_header(1, "X-aws-ec2-metadata-token", token);
}

START_TEST(test_choice_of_the_profile)
{
    const char *own = "/_iam-local/instance";
    expect(text(200, "GET", own, ""), "instance_profile", NULL);
    choose("{\"instance_profile\": \"web\"}");
    const char *shown = text(200, "GET", own, "");
    expect(shown, "instance_profile", PROFILE_ARN);
    expect(shown, "account", "123456789012");
    expect(shown, "role", "arn:aws:iam::123456789012:role/web");
    expect(shown, "instance_id", INSTANCE);
    choose("{\"instance_profile\": null}");
    expect(text(200, "GET", own, ""), "instance_profile", NULL);
    choose("{\"instance_profile\": \"" PROFILE_ARN "\", \"account\": \"123456789012\"}");
    expect(text(200, "GET", own, ""), "instance_id", INSTANCE);
    expect(text(200, "DELETE", own, ""), "instance_profile", NULL);
    choose("{\"instance_profile\": \"WEB\"}");
    text(200, "POST", "/_iam-local/reset", "");
    expect(text(200, "GET", own, ""), "instance_profile", NULL);
}
END_TEST

START_TEST(test_choices_that_are_refused)
{
    static const struct {
        int status;
        const char *body;
    } cases[] = {
        {404, "{\"instance_profile\": \"none\"}"},
        {404, "{\"instance_profile\": \"web\", \"account\": \"222222222222\"}"},
        {404, "{\"instance_profile\": \"arn:aws:iam::123456789012:instance-profile/x/web\"}"},
        {404, "{\"instance_profile\": \"arn:aws:iam::123456789012:role/web\"}"},
        {404, "{\"instance_profile\": \"a:b\"}"},
        {400, "{\"instance_profile\": 1}"},
        {400, "{\"instance_profile\": \"web\", \"account\": 1}"},
        {400, "{\"instance_profile\": \"web\", \"remote\": \"yes\"}"},
        {400, "{}"},
        {400, "web"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        text(cases[i].status, "PUT", "/_iam-local/instance", cases[i].body);
    expect(text(200, "GET", "/_iam-local/instance", ""), "instance_profile", NULL);
}
END_TEST

START_TEST(test_tokens_of_the_metadata_service)
{
    const char *path = "/latest/api/token", *name = "X-aws-ec2-metadata-token-ttl-seconds";
    static const char *const bad[] = {"", "0", "21601", "x", "-1", "1.5"};
    text(400, "PUT", path, "");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        set_header(1, name, bad[i]);
        text(400, "PUT", path, "");
    }
    set_header(1, name, "60");
    struct response response = ask("PUT", path, "");
    ck_assert_int_eq(response.status, 200);
    ck_assert_str_eq(client_header(&response, "x-aws-ec2-metadata-token-ttl-seconds"), "60");
    const char *token = str_dup(&client.arena, response.body);
    text(401, "GET", DATA "instance-id", "");
    set_header(1, "X-aws-ec2-metadata-token", token);
    text(200, "GET", DATA "instance-id", "");
    text(405, "GET", path, "");
    text(405, "POST", DATA "instance-id", "");
    text(200, "PUT", "/_iam-local/clock", "{\"advance\": \"PT59S\"}");
    text(200, "GET", DATA "instance-id", "");
    text(200, "PUT", "/_iam-local/clock", "{\"advance\": \"PT1S\"}");
    text(401, "GET", DATA "instance-id", "");
    text(401, "GET", DATA "nothing", "");
    set_header(1, "X-aws-ec2-metadata-token", "forged");
    text(401, "GET", CREDENTIALS, "");
}
END_TEST

START_TEST(test_metadata)
{
    enter_instance();
    text(404, "GET", DATA "iam/info", "");
    text(404, "GET", CREDENTIALS, "");
    text(404, "GET", CREDENTIALS "web", "");
    choose("{\"instance_profile\": \"web\"}");
    ck_assert_str_eq(text(200, "GET", DATA "instance-id", ""), INSTANCE);
    ck_assert_str_eq(text(200, "GET", DATA "placement/region", ""), "eu-west-1");
    ck_assert_str_eq(text(200, "GET", DATA "placement/availability-zone", ""), "eu-west-1a");
    const char *identity = text(200, "GET", "/latest/dynamic/instance-identity/document", "");
    expect(identity, "accountId", "123456789012");
    expect(identity, "region", "eu-west-1");
    expect(identity, "instanceId", INSTANCE);
    const char *info = text(200, "GET", DATA "iam/info", "");
    expect(info, "Code", "Success");
    expect(info, "LastUpdated", "2023-11-14T22:13:20Z");
    expect(info, "InstanceProfileArn", PROFILE_ARN);
    ck_assert_int_eq(strncmp(member(info, "InstanceProfileId"), "AIPA", 4), 0);
    static const char *const missing[] = {"/latest/",       "/latest/x",      DATA,
                                          DATA "iam/info/", DATA "placement", CREDENTIALS "Web",
                                          CREDENTIALS "we"};
    for (size_t i = 0; i < ARRAY_LEN(missing); i++)
        text(404, "GET", missing[i], "");
}
END_TEST

START_TEST(test_credentials_of_an_instance)
{
    choose("{\"instance_profile\": \"web\"}");
    enter_instance();
    ck_assert_str_eq(text(200, "GET", CREDENTIALS, ""), "web");
    ck_assert_str_eq(text(200, "GET", DATA "iam/security-credentials", ""), "web");
    const char *answer = text(200, "GET", CREDENTIALS "web", "");
    expect(answer, "Code", "Success");
    expect(answer, "Type", "AWS-HMAC");
    expect(answer, "LastUpdated", "2023-11-14T22:13:20Z");
    expect(answer, "Expiration", "2023-11-15T04:13:20Z");
    ck_assert_str_eq(identity(answer, "Arn"),
                     "arn:aws:sts::123456789012:assumed-role/web/" INSTANCE);
    ck_assert_str_eq(strchr(identity(answer, "UserId"), ':'), ":" INSTANCE);
    const char *events = text(200, "GET", "/_iam-local/events?type=AssumedRole&limit=1", "");
    ck_assert_ptr_nonnull(strstr(events, "\"ec2RoleDelivery\": \"2.0\""));
    text(200, "PUT", "/_iam-local/clock", "{\"advance\": \"PT6H\"}");
    ck_assert_int_eq(who(answer).status, 403);
}
END_TEST

START_TEST(test_profiles_that_change)
{
    choose("{\"instance_profile\": \"web\"}");
    enter_instance();
    iam("Action=RemoveRoleFromInstanceProfile&InstanceProfileName=web&RoleName=web");
    const char *info = text(200, "GET", DATA "iam/info", "");
    expect(info, "Code", "Success");
    expect(info, "Message", "Instance Profile does not contain a role.");
    text(404, "GET", CREDENTIALS, "");
    text(404, "GET", CREDENTIALS "web", "");
    iam("Action=DeleteInstanceProfile&InstanceProfileName=web");
    expect(text(200, "GET", DATA "iam/info", ""), "Code", "InstanceProfileNotFound");
    iam("Action=CreateInstanceProfile&InstanceProfileName=web");
    iam("Action=AddRoleToInstanceProfile&InstanceProfileName=web&RoleName=web");
    expect(text(200, "GET", DATA "iam/info", ""), "Code", "InstanceProfileNotFound");
    text(404, "GET", CREDENTIALS "web", "");
    ck_assert_str_eq(text(200, "GET", DATA "instance-id", ""), INSTANCE);
    choose("{\"instance_profile\": \"web\"}");
    expect(text(200, "GET", CREDENTIALS "web", ""), "Code", "Success");
}
END_TEST

START_TEST(test_trust_of_an_instance)
{
    choose("{\"instance_profile\": \"web\"}");
    enter_instance();
    trust("RoleName=web&PolicyDocument=" ECS);
    struct response refused = ask("GET", CREDENTIALS "web", "");
    const char *answer = str_dup(&client.arena, refused.body);
    ck_assert_int_eq(refused.status, 200);
    expect(answer, "Code", "AssumeRoleUnauthorizedAccess");
    ck_assert_ptr_nonnull(strstr(member(answer, "Message"), "EC2 cannot assume the role web."));
    ck_assert_ptr_null(member(answer, "AccessKeyId"));
    const char *why = text(200, "GET",
                           arena_printf(&client.arena, "/_iam-local/explain/%s",
                                        client_header(&refused, "x-amzn-requestid")),
                           "");
    expect(why, "operation", "sts:AssumeRole");
    expect(why, "principal", "ec2.amazonaws.com");
    text(200, "PUT", "/_iam-local/enforcement", "{\"enforcement\": \"soft\"}");
    struct response soft = ask("GET", CREDENTIALS "web", "");
    expect(str_dup(&client.arena, soft.body), "Code", "Success");
    ck_assert_str_eq(client_header(&soft, "x-iam-local-enforcement"), "soft");
    ck_assert_str_eq(client_header(&soft, "x-iam-local-would-deny"),
                     "User: ec2.amazonaws.com is not authorized to perform: sts:AssumeRole on "
                     "resource: arn:aws:iam::123456789012:role/web");
    text(200, "PUT", "/_iam-local/enforcement", "{\"enforcement\": \"off\"}");
    expect(text(200, "GET", CREDENTIALS "web", ""), "Code", "Success");
}
END_TEST

START_TEST(test_who_is_on_the_instance)
{
    choose("{\"instance_profile\": \"web\"}");
    enter_instance();
    set_header(2, "X-Forwarded-For", "192.0.2.1");
    text(403, "GET", DATA "instance-id", "");
    text(403, "PUT", "/latest/api/token", "");
    set_header(2, "Origin", "http://evil.example.com");
    text(403, "GET", DATA "instance-id", "");
    n_headers = 2;
    headers[0].value = STR("evil.example.com");
    text(403, "GET", DATA "instance-id", "");
    headers[0].value = STR("127.0.0.1:4566");
    client.server->config.admin_token = "open sesame";
    text(200, "GET", DATA "instance-id", "");
    text(403, "GET", "/_iam-local/instance", "");
    client.remote = true;
    text(403, "GET", DATA "instance-id", "");
    text(403, "PUT", "/latest/api/token", "");
    client.remote = false;
    client.server->config.admin_token = NULL;
    choose("{\"instance_profile\": \"web\", \"remote\": true}");
    client.remote = true;
    expect(text(200, "GET", CREDENTIALS "web", ""), "Code", "Success");
    text(403, "PUT", "/_iam-local/instance", "{\"instance_profile\": null}");
}
END_TEST

/* From here on requests carry the token of a container. */
static void enter_container(const char *body)
{
    const char *offer = text(200, "POST", "/_iam-local/container", body);
    expect(offer, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost:4566" TASKS);
    set_header(1, "Authorization", member(offer, "AWS_CONTAINER_AUTHORIZATION_TOKEN"));
}

START_TEST(test_credentials_of_a_container)
{
    enter_container("{\"role\": \"task\"}");
    const char *answer = text(200, "GET", TASKS, "");
    expect(answer, "RoleArn", "arn:aws:iam::123456789012:role/x/task");
    expect(answer, "Expiration", "2023-11-15T04:13:20Z");
    const char *arn = identity(answer, "Arn"), *again = text(200, "GET", TASKS, "");
    const char *start = "arn:aws:sts::123456789012:assumed-role/task/";
    ck_assert_int_eq(strncmp(arn, start, strlen(start)), 0);
    ck_assert_uint_eq(strspn(arn + strlen(start), "0123456789abcdef"), 32);
    ck_assert_str_eq(identity(again, "Arn"), arn);
    const char *events = text(200, "GET", "/_iam-local/events?type=AssumedRole&limit=1", "");
    ck_assert_ptr_null(strstr(events, "ec2RoleDelivery"));
    enter_container("{\"role\": \"arn:aws:iam::123456789012:role/x/task\"}");
    ck_assert_str_ne(identity(text(200, "GET", TASKS, ""), "Arn"), arn);
    client.remote = true;
    client.server->config.admin_token = "open sesame";
    text(200, "GET", TASKS, "");
    text(403, "POST", "/_iam-local/container", "{\"role\": \"task\"}");
}
END_TEST

START_TEST(test_offers_that_are_refused)
{
    static const struct {
        int status;
        const char *body;
    } cases[] = {
        {404, "{\"role\": \"none\"}"},
        {404, "{\"role\": \"arn:aws:iam::123456789012:role/task\"}"},
        {404, "{\"role\": \"arn:aws:iam::222222222222:role/x/task\"}"},
        {400, "{\"role\": \"arn:aws:iam::123456789012:user/task\"}"},
        {400, "{\"role\": 1}"},
        {400, "{\"role\": \"task\", \"service\": \"ec2.amazonaws.com\"}"},
        {400, "{\"role\": \"task\", \"service\": 1}"},
        {400, "{}"},
        {400, "task"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        text(cases[i].status, "POST", "/_iam-local/container", cases[i].body);
}
END_TEST

START_TEST(test_tokens_of_containers)
{
    const char *answer = text(403, "GET", TASKS, "");
    expect(answer, "code", "InvalidClientTokenId");
    ck_assert_ptr_nonnull(member(answer, "message"));
    enter_instance(); /* a token for another purpose */
    set_header(1, "Authorization", str_dup(&client.arena, headers[1].value));
    text(403, "GET", TASKS, "");
    enter_container("{\"role\": \"task\"}");
    iam("Action=DeleteRole&RoleName=task");
    iam("Action=CreateRole&RoleName=task&Path=/x/&AssumeRolePolicyDocument=" ECS);
    expect(text(404, "GET", TASKS, ""), "code", "NoSuchEntity");
    text(200, "POST", "/_iam-local/reset", "");
    text(404, "GET", TASKS, ""); /* the seed makes the same key again */
}
END_TEST

#define CONDITION(key, value)                                                                      \
    ",%22Condition%22:%7B%22StringLike%22:%7B%22" key "%22:%22" value "%22%7D%7D"

static const struct {
    const char *service, *trust;
    bool allowed;
} trusts[] = {
    {"ecs-tasks.amazonaws.com", ECS, true},
    {"ecs-tasks.amazonaws.com", EKS, false},
    {"ecs-tasks.amazonaws.com", EC2, false},
    {"pods.eks.amazonaws.com", EKS, true},
    {"pods.eks.amazonaws.com", ECS, false},
    {"ecs-tasks.amazonaws.com",
     TRUST("ecs-tasks.amazonaws.com", CONDITION("aws:SourceAccount", "123456789012")), true},
    {"ecs-tasks.amazonaws.com",
     TRUST("ecs-tasks.amazonaws.com", CONDITION("aws:SourceAccount", "222222222222")), false},
    {"ecs-tasks.amazonaws.com",
     TRUST("ecs-tasks.amazonaws.com",
           CONDITION("aws:SourceArn", "arn:aws:ecs:eu-west-1:123456789012:*")),
     true},
    {"pods.eks.amazonaws.com",
     TRUST("pods.eks.amazonaws.com",
           CONDITION("aws:SourceArn", "arn:aws:eks:eu-west-1:123456789012:cluster/default")),
     true},
    {"ecs-tasks.amazonaws.com",
     TRUST("ecs-tasks.amazonaws.com", CONDITION("aws:PrincipalServiceName", "ecs-tasks.*")), true},
    {"ecs-tasks.amazonaws.com",
     TRUST("ecs-tasks.amazonaws.com", CONDITION("aws:PrincipalAccount", "*")), false},
    {"ecs-tasks.amazonaws.com",
     TRUST("ecs-tasks.amazonaws.com",
           ",%22Condition%22:%7B%22ForAnyValue:StringEquals%22:%7B%22aws:PrincipalServiceNamesList"
           "%22:%22ecs-tasks.amazonaws.com%22%7D%7D"),
     true},
};

START_TEST(test_trust_of_a_container)
{
    trust(arena_printf(&client.arena, "RoleName=task&PolicyDocument=%s", trusts[_i].trust));
    enter_container(arena_printf(&client.arena, "{\"role\": \"task\", \"service\": \"%s\"}",
                                 trusts[_i].service));
    const char *answer = text(trusts[_i].allowed ? 200 : 403, "GET", TASKS, "");
    expect(answer, "code", trusts[_i].allowed ? NULL : "AccessDenied");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("service_role");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_choice_of_the_profile);
    tcase_add_test(t, test_choices_that_are_refused);
    tcase_add_test(t, test_tokens_of_the_metadata_service);
    tcase_add_test(t, test_metadata);
    tcase_add_test(t, test_credentials_of_an_instance);
    tcase_add_test(t, test_profiles_that_change);
    tcase_add_test(t, test_trust_of_an_instance);
    tcase_add_test(t, test_who_is_on_the_instance);
    tcase_add_test(t, test_credentials_of_a_container);
    tcase_add_test(t, test_offers_that_are_refused);
    tcase_add_test(t, test_tokens_of_containers);
    tcase_add_loop_test(t, test_trust_of_a_container, 0, (int)ARRAY_LEN(trusts));
    return suite_run("service_role", t);
}
