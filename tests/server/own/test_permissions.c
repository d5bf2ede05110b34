/* SPDX-License-Identifier: Apache-2.0 */
/* What the policies of somebody let it do. */
#include <jansson.h>

#include "support/client.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define READ_ONLY "arn:aws:iam::aws:policy/ReadOnlyAccess"

static struct client client;

static void iam(const char *form)
{
    struct response response = client_post(
        &client, NULL, "iam", arena_printf(&client.arena, "Version=2010-05-08&Action=%s", form));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
}

static void start(void)
{
    client_start(&client, NULL);
    iam("CreateUser&UserName=alice");
    iam("AttachUserPolicy&UserName=alice&PolicyArn=" READ_ONLY);
    iam("PutUserPolicy&UserName=alice&PolicyName=keep&PolicyDocument="
        "{%22Version%22:%222012-10-17%22,%22Statement%22:{%22Sid%22:%22No%22,%22Effect%22:%22Deny"
        "%22,%22Action%22:%22s3:Get*%22,%22Resource%22:%22*%22}}");
    iam("CreateGroup&GroupName=readers");
    iam("AttachGroupPolicy&GroupName=readers&PolicyArn=" READ_ONLY);
}

static void stop(void)
{
    client_stop(&client);
}

static json_t *get(int status, const char *query)
{
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")}};
    struct response response =
        client_ask(&client, "GET", arena_printf(&client.arena, "/_iam-local/permissions?%s", query),
                   headers, ARRAY_LEN(headers), STR(""));
    ck_assert_msg(response.status == status, "%.*s", STR_FMT(response.body));
    return json_loadb(response.body.p, response.body.n, 0, NULL);
}

static json_t *find(const json_t *list, const char *name, const char *value)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        if (strcmp(json_string_value(json_object_get(item, name)), value) == 0)
            return item;
    }
    ck_abort_msg("no %s is %s", name, value);
}

static json_t *service_of(const json_t *answer, const char *name)
{
    return find(json_object_get(answer, "services"), "service", name);
}

static void expect(const json_t *object, const char *name, const char *value)
{
    ck_assert_str_eq(json_string_value(json_object_get(object, name)), value);
}

START_TEST(test_user)
{
    json_t *answer = get(200, "principal=arn:aws:iam::" ACCOUNT ":user/alice");
    ck_assert(json_is_false(json_object_get(answer, "unfinished")));
    expect(service_of(answer, "s3"), "grant", "some");
    expect(service_of(answer, "s3"), "title", "Amazon S3");
    ck_assert_ptr_null(json_object_get(service_of(answer, "s3"), "permissions"));
    json_decref(answer);
    answer = get(200, "principal=arn:aws:iam::" ACCOUNT ":user/alice&service=S3");
    json_t *s3 = service_of(answer, "s3"), *actions = json_object_get(s3, "permissions");
    expect(find(actions, "action", "s3:GetObject"), "grant", "none");
    expect(find(actions, "action", "s3:ListBucket"), "grant", "all");
    expect(find(actions, "action", "s3:ListBucket"), "access", "list");
    json_t *takes = find(json_object_get(s3, "reasons"), "part", "takes");
    expect(takes, "policy", "keep");
    expect(takes, "owner", "user alice");
    expect(takes, "sid", "No");
    ck_assert_ptr_null(json_object_get(takes, "policy_arn"));
    expect(find(json_object_get(s3, "reasons"), "part", "gives"), "policy_arn", READ_ONLY);
    json_decref(answer);
}
END_TEST

START_TEST(test_what_a_group_and_a_policy_give)
{
    static const char *const arns[] = {"arn:aws:iam::" ACCOUNT ":group/readers", READ_ONLY};
    for (size_t i = 0; i < ARRAY_LEN(arns); i++) {
        json_t *answer = get(200, arena_printf(&client.arena, "principal=%s&service=s3", arns[i]));
        json_t *actions = json_object_get(service_of(answer, "s3"), "permissions");
        expect(find(actions, "action", "s3:GetObject"), "grant", "all");
        expect(find(actions, "action", "s3:PutObject"), "grant", "none");
        json_decref(answer);
    }
}
END_TEST

START_TEST(test_root)
{
    json_t *answer = get(200, "principal=arn:aws:iam::" ACCOUNT ":root");
    expect(service_of(answer, "s3"), "grant", "all");
    expect(find(json_object_get(service_of(answer, "s3"), "reasons"), "layer", "root"), "text",
           arena_printf(
               &client.arena, "The root user has full access to its account: %d actions.",
               (int)json_integer_value(json_object_get(service_of(answer, "s3"), "actions"))));
    json_decref(answer);
}
END_TEST

/* Of an account that an organization binds. */
START_TEST(test_member)
{
    static const char organization[] =
        "{\"policy_types\":[\"SERVICE_CONTROL_POLICY\"],\"policies\":[{\"name\":\"NoBuckets\","
        "\"type\":\"SERVICE_CONTROL_POLICY\",\"content\":{\"Version\":\"2012-10-17\",\"Statement\":"
        "{\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}}],\"root\":{\"name\":"
        "\"Root\","
        "\"accounts\":[{\"id\":\"210987654321\",\"name\":\"dev\",\"policies\":[\"NoBuckets\"]}]}}";
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")}};
    struct response response = client_ask(&client, "POST", "/_iam-local/organization", headers,
                                          ARRAY_LEN(headers), str_of(organization));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    json_t *answer = get(200, "principal=arn:aws:iam::210987654321:root&service=s3");
    json_t *s3 = service_of(answer, "s3");
    expect(s3, "grant", "none");
    json_t *takes = find(json_object_get(s3, "reasons"), "part", "takes");
    expect(takes, "layer", "scp");
    expect(takes, "policy", "NoBuckets");
    expect(takes, "owner", "account 210987654321");
    json_decref(answer);
    answer = get(200, "principal=arn:aws:iam::210987654321:root&service=ec2");
    expect(service_of(answer, "ec2"), "grant", "all");
    json_decref(answer);
}
END_TEST

START_TEST(test_what_is_not_there)
{
    static const struct {
        int status;
        const char *query;
    } cases[] = {
        {404, "principal=arn:aws:iam::" ACCOUNT ":user/nobody"},
        {404, "principal=arn:aws:iam::210987654321:user/alice"},
        {404, "principal=arn:aws:iam::" ACCOUNT ":user/alice&service=none"},
        {400, "principal=alice"},
        {400, "service=s3"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        json_t *answer = get(cases[i].status, cases[i].query);
        json_decref(answer);
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("permissions");
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_test(tc, test_user);
    tcase_add_test(tc, test_what_a_group_and_a_policy_give);
    tcase_add_test(tc, test_root);
    tcase_add_test(tc, test_member);
    tcase_add_test(tc, test_what_is_not_there);
    return suite_run("own permissions", tc);
}
