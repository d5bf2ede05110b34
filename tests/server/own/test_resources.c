/* SPDX-License-Identifier: Apache-2.0 */
/* What is told of resources of other services, and what of it is kept. */
#include <jansson.h>

#include "support/client.h"
#include "support/suite.h"

#define PATH "/_iam-local/resources"
#define BUCKET "arn:aws:s3:::photos"
#define POLICY                                                                                     \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\","        \
    "\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::photos/*\"}]}"

static struct client client;

static void start(void)
{
    client_start(&client, NULL);
}

static void stop(void)
{
    client_stop(&client);
}

static struct response ask(const char *method, const char *arn, const char *body)
{
    const char *path = *arn ? arena_printf(&client.arena, PATH "/%s", arn) : PATH;
    return client_ask(&client, method, path, NULL, 0, str_of(body));
}

/* The answer without its blanks. */
static const char *compact(struct response answer)
{
    json_t *json = json_loadb(answer.body.p, answer.body.n, 0, NULL);
    ck_assert_ptr_nonnull(json);
    char *text = json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER);
    const char *copy = arena_strdup(&client.arena, text);
    free(text);
    json_decref(json);
    return copy;
}

static const char *expect(int status, const char *method, const char *arn, const char *body)
{
    struct response answer = ask(method, arn, body);
    ck_assert_msg(answer.status == status, "%s %s %s: %d %.*s", method, arn, body, answer.status,
                  STR_FMT(answer.body));
    return compact(answer);
}

START_TEST(test_what_is_told_is_there)
{
    expect(404, "GET", BUCKET, "");
    const char *told = expect(200, "PUT", BUCKET,
                              "{\"account\":\"111122223333\",\"policy\":" POLICY
                              ",\"tags\":{\"team\":\"red\",\"Team\":\"blue\"},"
                              "\"attributes\":{\"MFADelete\":\"Enabled\"}}");
    ck_assert_str_eq(told, "{\"resource\":{\"arn\":\"" BUCKET "\",\"account\":\"111122223333\","
                           "\"policy\":" POLICY ",\"tags\":{\"Team\":\"blue\",\"team\":\"red\"},"
                           "\"attributes\":{\"MFADelete\":\"Enabled\"},\"learned\":false}}");
    ck_assert_str_eq(expect(200, "GET", BUCKET, ""), told);
    ck_assert_str_eq(expect(200, "GET", "arn%3Aaws%3As3%3A%3A%3Aphotos", ""), told);
    ck_assert_str_eq(expect(200, "PUT", BUCKET, "{\"tags\":{\"a\":\"\"}}"),
                     "{\"resource\":{\"arn\":\"" BUCKET
                     "\",\"tags\":{\"a\":\"\"},\"attributes\":{},\"learned\":false}}");
    ck_assert_str_eq(expect(200, "DELETE", BUCKET, ""), "{\"arn\":\"" BUCKET "\"}");
    expect(404, "DELETE", BUCKET, "");
    expect(404, "GET", BUCKET, "");
}
END_TEST

/* As most operations of AWS take it. */
START_TEST(test_a_policy_may_be_a_text)
{
    const char *told = expect(200, "PUT", "arn:aws:sqs:us-east-1:111122223333:q",
                              "{\"policy\":\"{\\\"Statement\\\":{\\\"Effect\\\":\\\"Deny\\\","
                              "\\\"Principal\\\":\\\"*\\\",\\\"Action\\\":\\\"sqs:*\\\","
                              "\\\"Resource\\\":\\\"*\\\"}}\"}");
    ck_assert_ptr_nonnull(strstr(told, "\"policy\":{\"Statement\":{\"Effect\":\"Deny\","));
}
END_TEST

/* A slash in a name belongs to the ARN, whether it is escaped or not. */
START_TEST(test_arns_have_slashes)
{
    expect(200, "PUT", "arn:aws:s3:::photos/a/b%20c", "{\"tags\":{\"k\":\"v\"}}");
    expect(200, "GET", "arn%3aaws%3as3%3a%3a%3aphotos%2Fa%2Fb%20c", "");
    expect(404, "GET", "arn:aws:s3:::photos/a", "");
    expect(200, "PUT", BUCKET, "{}");
    expect(200, "DELETE", BUCKET, "");
    expect(404, "GET", "arn:aws:s3:::photos/a/b%20c", ""); /* which is gone with it */
}
END_TEST

#define KEY "arn:aws:kms:us-east-1:123456789012:key/1"
#define GRANT                                                                                      \
    "{\"id\":\"g1\",\"grantee\":\"arn:aws:iam::123456789012:user/bob\",\"operations\":"            \
    "[\"Decrypt\",\"DescribeKey\"],\"context_equals\":{\"a\":\"b\"}}"

START_TEST(test_grants_of_a_key)
{
    const char *told = expect(200, "PUT", KEY, "{\"grants\":[" GRANT "]}");
    ck_assert_ptr_nonnull(strstr(told, "\"grants\":[" GRANT "]"));
    static const char *const bad[] = {
        "{\"id\":\"g\",\"grantee\":\"*\",\"operations\":[\"Decrypt\"]}",
        "{\"id\":\"g\",\"grantee\":\"123456789012\",\"operations\":[\"Decrypt\"]}",
        "{\"id\":\"g\",\"grantee\":\"arn:aws:iam::123456789012:user/*\",\"operations\":[\"Sign\"]}",
        "{\"id\":\"g\",\"grantee\":\"lambda.amazonaws.com\",\"operations\":[\"PutKeyPolicy\"]}",
        "{\"id\":\"g\",\"grantee\":\"lambda.amazonaws.com\",\"operations\":[]}",
        "{\"id\":\"\",\"grantee\":\"lambda.amazonaws.com\",\"operations\":[\"Sign\"]}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        expect(400, "PUT", KEY, arena_printf(&client.arena, "{\"grants\":[%s]}", bad[i]));
    expect(400, "PUT", BUCKET, "{\"grants\":[" GRANT "]}");
    ck_assert_str_eq(expect(200, "GET", KEY, ""), told);
}
END_TEST

START_TEST(test_pages)
{
    for (int i = 0; i < 5; i++)
        expect(200, "PUT", arena_printf(&client.arena, "arn:aws:s3:::b%d", i), "{}");
    expect(200, "PUT", "arn:aws:sns:us-east-1:111122223333:t", "{}");
    const char *page = compact(client_ask(&client, "GET", PATH "?limit=2", NULL, 0, STR("")));
    ck_assert_ptr_nonnull(strstr(page, "\"next\":\"arn:aws:s3:::b1\""));
    page = compact(
        client_ask(&client, "GET", PATH "?limit=2&after=arn:aws:s3:::b3", NULL, 0, STR("")));
    ck_assert_ptr_nonnull(strstr(page, "arn:aws:s3:::b4"));
    ck_assert_ptr_nonnull(strstr(page, ":sns:"));
    ck_assert_ptr_null(strstr(page, "next"));
    page = compact(client_ask(&client, "GET", PATH "?prefix=arn:aws:sns:", NULL, 0, STR("")));
    ck_assert_ptr_null(strstr(page, ":s3:"));
    expect(200, "GET", "", "");
}
END_TEST

static const struct {
    const char *arn, *body, *words;
} bad[] = {
    {"photos", "{}", "A resource has an ARN"},
    {"arn:aws:sqs:us-east-1:12:q", "{}", "A resource has an ARN"},
    {"arn:aws:s3:::a%00b", "{}", NULL},
    {"arn:aws:s3:::a%FF", "{}", NULL},
    {BUCKET, "{\"account\":\"12\"}", "An account has twelve digits."},
    {"arn:aws:sqs:us-east-1:111122223333:q", "{\"account\":\"444455556666\"}", "another account"},
    {BUCKET, "{\"policy\":{}}", "Syntax errors in policy."},
    {BUCKET, "{\"policy\":7}", "Syntax errors in policy."},
    {BUCKET,
     "{\"policy\":{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\","
     "\"Resource\":\"*\"}]}}",
     "Missing required field Principal"},
    {BUCKET,
     "{\"policy\":{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":"
     "\"arn:aws:iam::1:user/*\"},\"Action\":\"s3:*\",\"Resource\":\"*\"}]}}",
     "Invalid principal in policy"},
    {BUCKET, "{\"tags\":{\"\":\"x\"}}", NULL},
    {BUCKET, "{\"tags\":{\"x\":7}}", NULL},
    {BUCKET, "{\"owner\":\"x\"}", NULL},
    {BUCKET, "[]", NULL},
    {BUCKET, "{", NULL},
};

START_TEST(test_what_is_no_good_changes_nothing)
{
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const char *answer = expect(400, "PUT", bad[i].arn, bad[i].body);
        ck_assert_msg(!bad[i].words || strstr(answer, bad[i].words), "%s: %s", bad[i].body, answer);
    }
    ck_assert_str_eq(expect(200, "GET", "", ""), "{\"resources\":[]}");
}
END_TEST

/* Repositories are what their policies are about. */
START_TEST(test_policies_of_repositories_need_no_resource)
{
    const char *body = "{\"policy\":{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\","
                       "\"Action\":\"ecr:*\"}]}}";
    expect(200, "PUT", "arn:aws:ecr:us-east-1:111122223333:repository/r", body);
}
END_TEST

START_TEST(test_bounds)
{
    struct buf b = buf_new(&client.arena, 64 * 1024);
    buf_add_text(&b, "{\"policy\":{\"Id\":\"");
    for (int i = 0; i < 2100; i++)
        buf_add_text(&b, "0123456789");
    buf_add_text(&b, "\",\"Statement\":[]}}");
    ck_assert_ptr_nonnull(strstr(expect(400, "PUT", BUCKET, buf_text(&b)), "20480 bytes"));
    for (int n = 50; n <= 51; n++) {
        b = buf_new(&client.arena, 4096);
        buf_add_text(&b, "{\"tags\":{\"0\":\"\"");
        for (int i = 1; i < n; i++)
            buf_printf(&b, ",\"%d\":\"\"", i);
        buf_add_text(&b, "}}");
        expect(n == 50 ? 200 : 409, "PUT", BUCKET, buf_text(&b));
    }
    client_stop(&client);
    client_start(&client, (const char *const[]){"--quota", "Resources=2", NULL});
    expect(200, "PUT", "arn:aws:s3:::b1", "{}");
    expect(200, "PUT", "arn:aws:s3:::b2", "{}");
    ck_assert_ptr_nonnull(strstr(expect(409, "PUT", "arn:aws:s3:::b3", "{}"),
                                 "Cannot exceed quota for Resources: 2"));
    expect(200, "PUT", "arn:aws:s3:::b2", "{}");
}
END_TEST

START_TEST(test_a_reset_forgets)
{
    expect(200, "PUT", BUCKET, "{}");
    ck_assert_int_eq(client_ask(&client, "POST", "/_iam-local/reset", NULL, 0, STR("")).status,
                     200);
    expect(404, "GET", BUCKET, "");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("resources");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_what_is_told_is_there);
    tcase_add_test(t, test_a_policy_may_be_a_text);
    tcase_add_test(t, test_arns_have_slashes);
    tcase_add_test(t, test_grants_of_a_key);
    tcase_add_test(t, test_pages);
    tcase_add_test(t, test_what_is_no_good_changes_nothing);
    tcase_add_test(t, test_policies_of_repositories_need_no_resource);
    tcase_add_test(t, test_bounds);
    tcase_add_test(t, test_a_reset_forgets);
    return suite_run("resources", t);
}
