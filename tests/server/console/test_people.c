/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of home, users, groups and roles: what they show, what they refuse, what their forms do. */
#include "support/browser.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define AWS_POLICY "arn:aws:iam::aws:policy/"
#define AWS_POLICY_PART "arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2F"

static struct client client;
static struct browser root;

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
    root = browser_signed_in(&client, ACCOUNT, NULL);
}

static void stop(void)
{
    client_stop(&client);
}

static struct response get(const char *target)
{
    return browser_get(&root, target);
}

static void expect(const char *target, const char *text)
{
    struct response page = get(target);
    browser_expect(&page, 200, text);
    ck_assert_uint_lt(page.body.n, 100000);
}

static void expect_not(const struct response *page, const char *text)
{
    ck_assert_msg(!page->body.n || !memmem(page->body.p, page->body.n, text, strlen(text)),
                  "%s in %.*s", text, STR_FMT(page->body));
}

/* A form that works leads back to a page. */
static void change(const char *target, const char *fields, const char *leads)
{
    struct response page = browser_post(&root, target, fields);
    ck_assert_msg(page.status == 303, "%d: %.*s", page.status, STR_FMT(page.body));
    ck_assert_str_eq(client_header(&page, "location"), leads);
}

START_TEST(test_home)
{
    expect("/console", "<h1>Root user of " ACCOUNT "</h1>");
    expect("/console", "What only the root user can do");
    expect("/console?service=s3", "The root user has full access to its account");
    struct browser alice = browser_signed_in(&client, ACCOUNT, "alice");
    struct response page = browser_get(&alice, "/console");
    browser_expect(&page, 200, "<h1>alice</h1>");
    browser_expect(&page, 200, "everything</span></dt><dd>0</dd>");
    expect_not(&page, "What only the root user can do");
    page = browser_get(&alice, "/console?service=sts");
    browser_expect(&page, 200, "No permission is needed for 2 actions.");
}
END_TEST

START_TEST(test_what_one_may_do)
{
    iam("AttachUserPolicy&UserName=alice&PolicyArn=" AWS_POLICY "ReadOnlyAccess");
    struct browser alice = browser_signed_in(&client, ACCOUNT, "alice");
    struct response page = browser_get(&alice, "/console");
    browser_expect(&page, 200, "<a href=\"?service=a4b#service\">");
    browser_expect(&page, 200, "rel=\"next\" href=\"?from=");
    ck_assert_uint_lt(page.body.n, 100000);
    page = browser_get(&alice, "/console?services=dynamo");
    browser_expect(&page, 200, "?service=dynamodb#service");
    expect_not(&page, "?service=ec2#");
    page = browser_get(&alice, "/console?service=ec2");
    browser_expect(&page, 200, "Statement 0 (ReadOnlyActions");
    browser_expect(&page, 200, "(user alice) allows");
    browser_expect(&page, 200, "/console/policies/" AWS_POLICY_PART "ReadOnlyAccess?at=");
    ck_assert_uint_lt(page.body.n, 100000);
    expect("/console/users/alice?service=ec2", "(user alice) allows");
    iam("PutUserPolicy&UserName=alice&PolicyName=own&PolicyDocument={%22Version%22:"
        "%222012-10-17%22,%22Statement%22:{%22Effect%22:%22Deny%22,%22Action%22:%22ec2:*%22,"
        "%22Resource%22:%22*%22}}");
    expect("/console/users/alice?service=ec2",
           "href=\"/console/users/alice/policies/own?at=0#statement-0\"");
}
END_TEST

START_TEST(test_what_a_policy_gives)
{
    const char *target = "/console/policies/" AWS_POLICY_PART "ReadOnlyAccess/permissions";
    expect(target, "?service=a4b#service");
    expect(arena_printf(&client.arena, "%s?service=s3", target), "of the policy ReadOnlyAccess");
    struct browser alice = browser_signed_in(&client, ACCOUNT, "alice");
    struct response page = browser_get(&alice, target);
    browser_expect(&page, 403, "perform: iam:GetPolicy");
    page = get("/console/policies/" AWS_POLICY_PART "Nothing/permissions");
    browser_expect(&page, 404, "NoSuchEntity");
}
END_TEST

START_TEST(test_lists)
{
    for (int i = 0; i < 120; i++)
        iam(arena_printf(&client.arena, "CreateUser&UserName=Bob-%03d", i));
    expect("/console/users", ">alice</a>");
    struct response page = get("/console/users?prefix=bob-05");
    browser_expect(&page, 200, ">Bob-050</a>");
    browser_expect(&page, 200, ">Bob-059</a>");
    expect_not(&page, ">Bob-060</a>");
    expect_not(&page, "rel=\"next\"");
    page = get("/console/users?prefix=bob");
    browser_expect(&page, 200, ">Bob-049</a>");
    expect_not(&page, ">Bob-050</a>");
    expect_not(&page, ">alice</a>");
    browser_expect(&page, 200, "href=\"/console/users?prefix=bob&amp;marker=");
    expect("/console/users?prefix=zoe", "No user's name begins like that.");
    expect("/console/users?prefix=%01", "begins like that.");
    expect("/console/users?path=%2Fnone%2F", "No users.");
    struct response refused = get("/console/users?path=none");
    browser_expect(&refused, 200, "ValidationError");
    refused = get("/console/users?marker=none");
    browser_expect(&refused, 200, "Invalid Marker.");
}
END_TEST

START_TEST(test_role_in_many_profiles)
{
    const char *path =
        "/paths-may-be-long-and-these-are-of-some-length-so-that-there-is-much-to-show/";
    iam("CreateRole&RoleName=web&AssumeRolePolicyDocument={%22Version%22:%222012-10-17%22,"
        "%22Statement%22:{%22Effect%22:%22Allow%22,%22Principal%22:%22*%22,%22Action%22:"
        "%22sts:AssumeRole%22}}");
    for (int i = 0; i < 400; i++) {
        iam(arena_printf(&client.arena, "CreateInstanceProfile&InstanceProfileName=p%d&Path=%s%s",
                         i, path, path + 1));
        iam(arena_printf(&client.arena,
                         "AddRoleToInstanceProfile&InstanceProfileName=p%d&RoleName=web", i));
    }
    expect("/console/roles/web", "There are more.");
}
END_TEST

/* To the end, by the links. */
START_TEST(test_next)
{
    for (int i = 0; i < 101; i++)
        iam(arena_printf(&client.arena,
                         "CreateRole&RoleName=r%03d&AssumeRolePolicyDocument="
                         "{%%22Version%%22:%%222012-10-17%%22,%%22Statement%%22:{"
                         "%%22Effect%%22:%%22Allow%%22,%%22Principal%%22:%%22*%%22,"
                         "%%22Action%%22:%%22sts:AssumeRole%%22}}",
                         i));
    const char *target = "/console/roles?prefix=R";
    for (int pages = 1;; pages++) {
        struct response page = get(target);
        browser_expect(&page, 200, arena_printf(&client.arena, ">r%03d</a>", 50 * pages - 50));
        const char *text = arena_strndup(&client.arena, page.body.p, page.body.n);
        const char *next = strstr(text, "rel=\"next\" href=\"");
        if (!next) {
            ck_assert_int_eq(pages, 3);
            return;
        }
        next = strchr(next, '/');
        struct str link = {next, strcspn(next, "\"")}, front = str_cut(&link, '&');
        target =
            arena_printf(&client.arena, "%.*s&%.*s", STR_FMT(front), (int)link.n - 4, link.p + 4);
    }
}
END_TEST

START_TEST(test_refusals_stand_in_their_places)
{
    struct browser alice = browser_signed_in(&client, ACCOUNT, "alice");
    static const char *const lists[][2] = {{"/console/users", "iam:ListUsers"},
                                           {"/console/groups", "iam:ListGroups"},
                                           {"/console/roles", "iam:ListRoles"}};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct response page = browser_get(&alice, lists[i][0]);
        browser_expect(&page, 200, "<strong>Not allowed</strong> <code>AccessDenied</code>");
        browser_expect(&page, 200,
                       arena_printf(&client.arena, "user/alice is not authorized to perform: %s",
                                    lists[i][1]));
        browser_expect(&page, 200, "href=\"/console/decisions/");
    }
    iam("PutUserPolicy&UserName=alice&PolicyName=p&PolicyDocument={%22Version%22:%222012-10-17%22,"
        "%22Statement%22:{%22Effect%22:%22Allow%22,%22Action%22:[%22iam:GetUser%22,"
        "%22iam:ListAttachedUserPolicies%22,%22iam:ListUserPolicies%22],%22Resource%22:%22*%22}}");
    struct response page = browser_get(&alice, "/console/users/alice");
    browser_expect(&page, 200, "<code>arn:aws:iam::" ACCOUNT ":user/alice</code>");
    browser_expect(&page, 200, "perform: iam:ListGroupsForUser");
    browser_expect(&page, 200, "perform: iam:ListAccessKeys");
    browser_expect(&page, 200, "perform: iam:GetLoginProfile");
    browser_expect(&page, 200, "policies that you would have to be allowed to read");
    expect_not(&page, "Services that begin with");
    page = browser_post(&alice, "/console/users/alice/change/create-key", "");
    browser_expect(&page, 403, "perform: iam:CreateAccessKey");
}
END_TEST

START_TEST(test_user_forms)
{
    change("/console/users", "UserName=bob&Path=%2Fteam%2F", "/console/users/bob");
    expect("/console/users/bob", "<dd>/team/</dd>");
    change("/console/groups", "GroupName=devs", "/console/groups/devs");
    change("/console/users/bob/change/add-to-group", "GroupName=devs", "/console/users/bob");
    change("/console/groups/devs/change/attach-policy",
           "PolicyArn=" AWS_POLICY "AdministratorAccess", "/console/groups/devs");
    expect("/console/users/bob", "AdministratorAccess</a>");
    expect("/console/users/bob?service=s3", "(group devs) allows");
    expect("/console/groups/devs", ">bob</a>");
    change("/console/users/bob/change/put-boundary",
           "PermissionsBoundary=" AWS_POLICY "AmazonS3FullAccess", "/console/users/bob");
    expect("/console/users/bob?service=ec2", "No statement of the permissions boundary allows");
    change("/console/users/bob/change/delete-boundary", "", "/console/users/bob");
    change("/console/users/bob/change/attach-policy", "PolicyArn=" AWS_POLICY "ReadOnlyAccess",
           "/console/users/bob");
    change("/console/users/bob/change/detach-policy", "PolicyArn=" AWS_POLICY "ReadOnlyAccess",
           "/console/users/bob");
    change("/console/users/bob/change/create-password",
           "Password=a-Long-Passw0rd-1&PasswordResetRequired=true", "/console/users/bob");
    expect("/console/users/bob", "a new one has to be chosen at the next sign-in");
    change("/console/users/bob/change/update-password", "Password=another-Passw0rd-2",
           "/console/users/bob");
    struct response page = get("/console/users/bob");
    expect_not(&page, "a new one has to be chosen");
    change("/console/users/bob/change/delete-password", "", "/console/users/bob");
    page = browser_post(&root, "/console/users/bob/change/delete", "");
    browser_expect(&page, 409, "Cannot delete entity, must remove users from group first.");
    change("/console/users/bob/change/remove-from-group", "GroupName=devs", "/console/users/bob");
    change("/console/users/bob/change/delete", "", "/console/users");
    page = get("/console/users/bob");
    browser_expect(&page, 404, "The user with name bob cannot be found.");
}
END_TEST

START_TEST(test_keys)
{
    struct response page = browser_post(&root, "/console/users/alice/change/create-key", "");
    browser_expect(&page, 200, "The secret is shown now, and never again.");
    const char *text = arena_strndup(&client.arena, page.body.p, page.body.n);
    const char *id = arena_strndup(&client.arena, strstr(text, "AKIA"), 20);
    const char *secret =
        arena_strndup(&client.arena, strstr(text, "<code class=\"secret\">") + 21, 40);
    page = get("/console/users/alice");
    browser_expect(&page, 200, id);
    browser_expect(&page, 200, ">Deactivate<span");
    expect_not(&page, secret);
    const char *field = arena_printf(&client.arena, "AccessKeyId=%s", id);
    change("/console/users/alice/change/update-key",
           arena_printf(&client.arena, "%s&Status=Inactive", field), "/console/users/alice");
    expect("/console/users/alice", ">Activate<span");
    change("/console/users/alice/change/delete-key", field, "/console/users/alice");
    expect("/console/users/alice", "No access keys.");
}
END_TEST

START_TEST(test_roles)
{
    change("/console/roles", "RoleName=deploy&Description=rolls+out", "/console/roles/deploy");
    expect("/console/roles/deploy", "<code>arn:aws:iam::" ACCOUNT ":root</code>");
    expect("/console/roles/deploy", "users and roles of that account");
    expect("/console/roles/deploy", "<dd>rolls out</dd>");
    change("/console/roles/deploy/change/update", "Description=d2&MaxSessionDuration=7200",
           "/console/roles/deploy");
    expect("/console/roles/deploy", "<dd>7200 seconds at most");
    change("/console/roles/deploy/change/attach-policy", "PolicyArn=" AWS_POLICY "PowerUserAccess",
           "/console/roles/deploy");
    expect("/console/roles/deploy?service=iam", "(role deploy) allows");
    struct response page = browser_post(&root, "/console/roles/deploy/change/delete", "");
    browser_expect(&page, 409, "must detach all policies first");
    page = browser_post(&root, "/console/roles", "RoleName=bad&AssumeRolePolicyDocument=%7B");
    browser_expect(&page, 400, "MalformedPolicyDocument");
    change("/console/roles/deploy/change/detach-policy", "PolicyArn=" AWS_POLICY "PowerUserAccess",
           "/console/roles/deploy");
    change("/console/roles/deploy/change/delete", "", "/console/roles");
}
END_TEST

/* Every character that names may have, and texts that would be more than text elsewhere. */
START_TEST(test_hostile_texts)
{
    static const char *const values[] = {"%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
                                         "a+%2B+b+%3D+%40", "%2F%2Fevil.example", ".."};
    change("/console/users", "UserName=a%2B%3D%2C.%40-_b", "/console/users/a%2B%3D%2C.%40-_b");
    expect("/console/users/a%2B%3D%2C.%40-_b", "<h1>a+=,.@-_b</h1>");
    expect("/console/users", "href=\"/console/users/a%2B%3D%2C.%40-_b\"");
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        const char *tag = arena_printf(&client.arena, "Key=k%zu&Value=%s", i, values[i]);
        struct response page = browser_post(&root, "/console/users/alice/change/tag", tag);
        browser_expect(&page, i == 0 ? 400 : 303, "");
        expect_not(&page, "<script>alert");
    }
    struct response page = get("/console/users?prefix=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"
                               "&path=%22%3E%3Cscript%3E");
    expect_not(&page, "<script>");
    page = get("/console?service=%3Cscript%3E&services=%22%3E%3Cscript%3E&from=%3Cscript%3E");
    expect_not(&page, "<script>");
    page = get("/console/users/%22%3E%3Cscript%3E%E2%80%AE");
    expect_not(&page, "<script>");
    page = get("/console/users/%FF%FE");
    ck_assert_int_ge(page.status, 400);
}
END_TEST

/* Paths and descriptions may have every printable character. */
START_TEST(test_hostile_paths)
{
#define HOSTILE "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"
    change("/console/users", "UserName=eve&Path=%2F" HOSTILE "%2F", "/console/users/eve");
    change("/console/groups", "GroupName=evil&Path=%2F" HOSTILE "%2F", "/console/groups/evil");
    change("/console/roles",
           "RoleName=evil&Path=%2F" HOSTILE "%2F&Description=" HOSTILE "%0A" HOSTILE,
           "/console/roles/evil");
    change("/console/groups/evil/change/add-user", "UserName=eve", "/console/groups/evil");
    change("/console/roles/evil/change/tag", "Key=a&Value=javascript%3Aalert-1",
           "/console/roles/evil");
    static const char *const pages[] = {"users",     "groups",      "roles",
                                        "users/eve", "groups/evil", "roles/evil"};
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        struct response page = get(arena_printf(&client.arena, "/console/%s", pages[i]));
        browser_expect(&page, 200, "&lt;script&gt;");
        expect_not(&page, "<script>");
    }
}
END_TEST

/* Browsers go elsewhere with parts of a path that are dots. */
START_TEST(test_names_of_dots)
{
    change("/console/users", "UserName=..", "/console/users/%252E%252E");
    expect("/console/users/%252E%252E", "<h1>..</h1>");
    expect("/console/users", "href=\"/console/users/%252E%252E\"");
}
END_TEST

START_TEST(test_forms_that_are_none)
{
    struct response page = browser_post(&root, "/console/users/alice/change/nothing", "");
    browser_expect(&page, 404, "There is no such form.");
    page = browser_post(&root, "/console/users/alice/change/tag", "Evil=1");
    browser_expect(&page, 400, "This form has no field Evil.");
    page = browser_post_as_is(&root, "/console/users/alice/change/delete", "csrf=none");
    ck_assert_int_eq(page.status, 403);
    expect("/console/users/alice", "<h1>alice</h1>");
    page = browser_post(&root, "/console/users", "UserName=alice");
    browser_expect(&page, 409, "User with name alice already exists.");
    struct browser nobody = {.client = &client};
    page = browser_get(&nobody, "/console/users");
    ck_assert_int_eq(page.status, 303);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("people");
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_test(tc, test_home);
    tcase_add_test(tc, test_what_one_may_do);
    tcase_add_test(tc, test_what_a_policy_gives);
    tcase_add_test(tc, test_lists);
    tcase_add_test(tc, test_role_in_many_profiles);
    tcase_add_test(tc, test_next);
    tcase_add_test(tc, test_refusals_stand_in_their_places);
    tcase_add_test(tc, test_user_forms);
    tcase_add_test(tc, test_keys);
    tcase_add_test(tc, test_roles);
    tcase_add_test(tc, test_hostile_texts);
    tcase_add_test(tc, test_hostile_paths);
    tcase_add_test(tc, test_names_of_dots);
    tcase_add_test(tc, test_forms_that_are_none);
    return suite_run("people", tc);
}
