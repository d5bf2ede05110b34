/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of policies: lists, documents, their editor. */
#include "support/browser.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define VERSION "&Version=2010-05-08"
#define ALLOW(action)                                                                              \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"" action        \
    "\",\"Resource\":\"*\"}]}"
#define ESCAPED(action)                                                                            \
    "{&quot;Version&quot;:&quot;2012-10-17&quot;,&quot;Statement&quot;:[{&quot;Effect&quot;:"      \
    "&quot;Allow&quot;,&quot;Action&quot;:&quot;" action "&quot;,&quot;Resource&quot;:&quot;*"     \
    "&quot;}]}"
#define ARN(name) "arn%3Aaws%3Aiam%3A%3A" ACCOUNT "%3Apolicy%2F" name
#define HOSTILE "<script>alert(1)</script>"

static struct client client;
static struct browser root, alice;

static struct response iam(const char *form)
{
    struct response response =
        client_post(&client, NULL, "iam", arena_printf(&client.arena, "%s" VERSION, form));
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
    return response;
}

static void start(void)
{
    client_start(&client, NULL);
    iam("Action=CreateUser&UserName=alice");
    iam("Action=CreateGroup&GroupName=staff");
    iam("Action=CreatePolicy&PolicyName=readers&PolicyDocument=" ALLOW("s3:GetObject"));
    iam("Action=AttachUserPolicy&UserName=alice&PolicyArn=arn:aws:iam::" ACCOUNT ":policy/readers");
    root = browser_signed_in(&client, ACCOUNT, NULL);
    alice = browser_signed_in(&client, ACCOUNT, "alice");
}

static void stop(void)
{
    client_stop(&client);
}

static void sees(const char *path, int status, const char *text)
{
    struct response page = browser_get(&root, path);
    browser_expect(&page, status, text);
}

static void lacks(const struct response *page, const char *text)
{
    const char *shown = str_dup(&client.arena, page->body);
    ck_assert_msg(!strstr(shown, text), "%s in %s", text, shown);
}

static void sends(const char *path, const char *fields, int status, const char *text)
{
    struct response page = browser_post(&root, path, fields);
    browser_expect(&page, status, text);
}

static void goes(const char *path, const char *fields, const char *to)
{
    struct response page = browser_post(&root, path, fields);
    ck_assert_msg(page.status == 303, "%d: %.*s", page.status, STR_FMT(page.body));
    ck_assert_str_eq(client_header(&page, "location"), to);
}

START_TEST(test_list)
{
    sees("/console/policies", 200, "/console/policies/" ARN("readers") "\">readers</a>");
    sees("/console/policies?prefix=READ", 200, ">readers</a>");
    sees("/console/policies?prefix=readers2", 200, "No name begins like that.");
    sees("/console/policies?owner=aws&prefix=administratoracc", 200, ">AdministratorAccess</a>");
    sees("/console/policies?owner=aws&prefix=AdministratorAccess", 200, ">AdministratorAccess</a>");
    sees("/console/policies?owner=aws", 200, "rel=\"next\"");
    struct response page = browser_get(&root, "/console/policies?owner=aws&prefix=zzz");
    browser_expect(&page, 200, "No name begins like that.");
    ck_assert_uint_lt(page.body.n, 100 * 1024);
}
END_TEST

START_TEST(test_pages_of_a_list)
{
    for (int i = 0; i < 60; i++)
        iam(arena_printf(&client.arena, "Action=CreatePolicy&PolicyName=p%02d&PolicyDocument=%s", i,
                         ALLOW("s3:GetObject")));
    struct response page = browser_get(&root, "/console/policies?prefix=p");
    browser_expect(&page, 200, ">p49</a>");
    browser_expect(&page, 200, "href=\"/console/policies?owner=local&amp;prefix=p&amp;after=p49\"");
    lacks(&page, ">p50</a>");
    page = browser_get(&root, "/console/policies?owner=local&prefix=p&after=p49");
    browser_expect(&page, 200, ">p50</a>");
    lacks(&page, "rel=\"next\"");
    lacks(&page, ">p49</a>");
}
END_TEST

/* Who may not see policies sees AWS's refusal. */
START_TEST(test_refused)
{
    static const char *const paths[] = {
        "/console/policies", "/console/policies?owner=aws", "/console/policies/readers",
        "/console/users/alice/policies/none", "/console/roles/none/trust"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct response page = browser_get(&alice, paths[i]);
        ck_assert_msg(page.status == 200 || page.status == 403, "%s: %d", paths[i], page.status);
        browser_expect(&page, page.status, "is not authorized to perform: iam:");
        browser_expect(&page, page.status, "/console/decisions/");
        lacks(&page, "s3:GetObject");
    }
    struct response page = browser_post(&alice, "/console/new-policy",
                                        "choice=save&name=own&document=" ALLOW("s3:GetObject"));
    browser_expect(&page, 403, "is not authorized to perform: iam:CreatePolicy");
    browser_expect(&page, 403, ESCAPED("s3:GetObject"));
}
END_TEST

START_TEST(test_nobody_is_signed_in)
{
    struct browser nobody = {.client = &client};
    struct response page = browser_get(&nobody, "/console/policies");
    ck_assert_int_eq(page.status, 303);
    page = browser_post_as_is(&root, "/console/new-policy", "choice=save&name=x&document={}");
    ck_assert_int_eq(page.status, 403);
}
END_TEST

START_TEST(test_policy)
{
    sees("/console/policies/" ARN("readers"), 200, "<span id=\"statement-0\"></span>");
    sees("/console/policies/readers", 200, "User <a href=\"/console/users/alice\">alice</a>");
    sees("/console/policies/readers?at=0", 200, "<mark>{&quot;Effect&quot;");
    sees("/console/policies/AdministratorAccess", 200,
         "arn:aws:iam::aws:policy/AdministratorAccess");
    sees("/console/policies/nothing", 404, "NoSuchEntity");
    sees("/console/policies/arn%3Ax", 400, "class=\"refused\"");
    sees("/console/policies/readers?version=v7", 200, "NoSuchEntity");
    struct response page = browser_get(&root, "/console/policies/AdministratorAccess");
    lacks(&page, "<textarea");
    lacks(&page, "Delete");
}
END_TEST

START_TEST(test_versions)
{
    sends("/console/policies/" ARN("readers"), "choice=check&document=" ALLOW("s3:GetObjekt"), 200,
          "INVALID_ACTION");
    sends("/console/policies/" ARN("readers"), "choice=save&document={", 400,
          "MalformedPolicyDocument");
    goes("/console/policies/" ARN("readers"), "choice=save&document=" ALLOW("s3:PutObject"),
         "/console/policies/" ARN("readers") "?version=v2");
    sees("/console/policies/readers", 200, ESCAPED("s3:GetObject"));
    sees("/console/policies/readers?version=v2", 200, ESCAPED("s3:PutObject"));
    goes("/console/policies/" ARN("readers"), "choice=default&version=v2",
         "/console/policies/" ARN("readers"));
    sees("/console/policies/readers", 200, ESCAPED("s3:PutObject"));
    goes("/console/policies/" ARN("readers"),
         "choice=save&as_default=true&document=" ALLOW("s3:ListBucket"),
         "/console/policies/" ARN("readers") "?version=v3");
    sees("/console/policies/readers", 200, ESCAPED("s3:ListBucket"));
    sends("/console/policies/" ARN("readers"), "choice=delete-version&version=v3", 409,
          "DeleteConflict");
    goes("/console/policies/" ARN("readers"), "choice=delete-version&version=v1",
         "/console/policies/" ARN("readers"));
    sends("/console/policies/" ARN("readers"), "choice=delete", 409, "DeleteConflict");
    iam("Action=DetachUserPolicy&UserName=alice&PolicyArn=arn:aws:iam::" ACCOUNT ":policy/readers");
    goes("/console/policies/" ARN("readers"), "choice=delete-version&version=v2",
         "/console/policies/" ARN("readers"));
    goes("/console/policies/" ARN("readers"), "choice=delete", "/console/policies");
    sees("/console/policies/readers", 404, "NoSuchEntity");
}
END_TEST

START_TEST(test_new_policy)
{
    sees("/console/new-policy", 200, "&quot;2012-10-17&quot;");
    sends("/console/new-policy", "choice=check&name=mine&document=" ALLOW("s3:*"), 200,
          "value=\"mine\"");
    sends("/console/new-policy", "choice=save&name=readers&document=" ALLOW("s3:*"), 409,
          "EntityAlreadyExists");
    goes("/console/new-policy",
         "choice=save&name=mine&path=/x/&description=words&document=" ALLOW("s3:*"),
         "/console/policies/" ARN("x%2Fmine"));
    sees("/console/policies/" ARN("x%2Fmine"), 200, "words");
}
END_TEST

/* The line ends that browsers send are not stored. */
START_TEST(test_inline_policy)
{
    goes("/console/users/alice/new-policy",
         "choice=save&policy=own&document={%22Statement%22:%0D%0A{%22Effect%22:%22Allow%22,"
         "%22Action%22:%22s3:GetObject%22,%22Resource%22:%22*%22}}",
         "/console/users/alice/policies/own");
    sees("/console/users/alice/policies/own", 200,
         "<li id=\"line-1\">{&quot;Statement&quot;:</li><li id=\"line-2\">"
         "<span id=\"statement-0\"></span>{&quot;Effect&quot;");
    struct response stored = iam("Action=GetUserPolicy&UserName=alice&PolicyName=own");
    ck_assert_ptr_nonnull(strstr(client_element(&client, &stored, "PolicyDocument"), "%0A"));
    ck_assert_ptr_null(strstr(client_element(&client, &stored, "PolicyDocument"), "%0D"));
    sends("/console/users/alice/policies/own", "choice=check&document={", 200, "GRAMMAR_ERROR");
    sends("/console/users/alice/policies/own", "choice=save", 400, "class=\"refused\"");
    goes("/console/users/alice/policies/own", "choice=save&document=" ALLOW("s3:ListBucket"),
         "/console/users/alice/policies/own");
    sees("/console/users/alice/policies/own?at=0", 200, "s3:ListBucket");
    goes("/console/users/alice/policies/own", "choice=delete", "/console/users/alice");
    sees("/console/users/alice/policies/own", 404, "NoSuchEntity");
    sends("/console/users/alice/policies/own", "choice=delete", 404, "NoSuchEntity");
}
END_TEST

START_TEST(test_holders)
{
    goes("/console/groups/staff/new-policy", "choice=save&policy=p&document=" ALLOW("s3:*"),
         "/console/groups/staff/policies/p");
    sees("/console/groups/staff/policies/p", 200, "Inline policy of group staff");
    sees("/console/buckets/staff/policies/p", 400, "kind");
    sees("/console/users/alice/new-policy?action=iam%3AGetUser&resource=%2A", 200, "iam:GetUser");
    sends("/console/users/nobody/new-policy", "choice=save&policy=p&document=" ALLOW("s3:*"), 404,
          "NoSuchEntity");
    sends("/console/users/alice/new-policy", "choice=save&document=" ALLOW("s3:*"), 400,
          "ValidationError");
}
END_TEST

#define TRUST(service)                                                                             \
    "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"" service                   \
    ".amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}}"

START_TEST(test_trust)
{
    iam("Action=CreateRole&RoleName=r&AssumeRolePolicyDocument=" TRUST("ec2"));
    sees("/console/roles/r/trust?at=0", 200, "ec2.amazonaws.com");
    sends("/console/roles/r/trust", "choice=save&document=" ALLOW("s3:*"), 400,
          "MalformedPolicyDocument");
    goes("/console/roles/r/trust", "choice=save&document=" TRUST("lambda"),
         "/console/roles/r/trust");
    sees("/console/roles/r/trust", 200, "lambda.amazonaws.com");
    sees("/console/roles/nobody/trust", 404, "NoSuchEntity");
}
END_TEST

/* Whatever stands where, it comes out as text. */
START_TEST(test_hostile_texts)
{
    static const char *const gets[] = {
        "/console/policies?prefix=" HOSTILE,
        "/console/policies/" HOSTILE,
        "/console/policies/readers?at=" HOSTILE "&version=" HOSTILE,
        "/console/users/" HOSTILE "/policies/" HOSTILE,
        "/console/users/alice/new-policy?action=" HOSTILE "&resource=" HOSTILE,
        "/console/policies/readers?action=" HOSTILE "&resource=%3C/textarea%3E" HOSTILE};
    for (size_t i = 0; i < ARRAY_LEN(gets); i++) {
        char *path = arena_strdup(&client.arena, gets[i]);
        struct buf encoded = buf_new(&client.arena, 256);
        for (const char *p = path; *p; p++)
            buf_add_text(&encoded, *p == '<'   ? "%3C"
                                   : *p == '>' ? "%3E"
                                   : p > path && p[0] == '/' && p[-1] == '<'
                                       ? "%2F"
                                       : arena_strndup(&client.arena, p, 1));
        struct response page = browser_get(&root, buf_text(&encoded));
        lacks(&page, "<script>");
    }
    static const char *const posts[] = {
        "choice=check&document=" HOSTILE,
        "choice=save&document=%3C/textarea%3E" HOSTILE "&name=" HOSTILE "&path=" HOSTILE
        "&description=%22%3E" HOSTILE,
        "choice=save&name=ok&document={%22Version%22:%222012-10-17%22,%22Statement%22:"
        "{%22Effect%22:%22Allow%22,%22Action%22:%22s3:%3Cscript%3E%22,%22Resource%22:%22*%22}}"};
    for (size_t i = 0; i < ARRAY_LEN(posts); i++) {
        struct response page = browser_post(&root, "/console/new-policy", posts[i]);
        lacks(&page, "<script>");
    }
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("policies");
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, test_list);
    tcase_add_test(tcase, test_pages_of_a_list);
    tcase_add_test(tcase, test_refused);
    tcase_add_test(tcase, test_nobody_is_signed_in);
    tcase_add_test(tcase, test_policy);
    tcase_add_test(tcase, test_versions);
    tcase_add_test(tcase, test_new_policy);
    tcase_add_test(tcase, test_inline_policy);
    tcase_add_test(tcase, test_holders);
    tcase_add_test(tcase, test_trust);
    tcase_add_test(tcase, test_hostile_texts);
    return suite_run("policies", tcase);
}
