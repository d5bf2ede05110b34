/* SPDX-License-Identifier: Apache-2.0 */
/* A user of the console becomes a role, and the user again. */
#include "access/console_session.h"
#include "support/browser.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define OTHER "222222222222"
#define TRUST(who, more)                                                                           \
    "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%"      \
    "22" who "%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22" more "%7D%7D"
#define ALL                                                                                        \
    "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C"             \
    "%22Resource%22%3A%22%2A%22%7D%7D"
#define ONLY_ALICE TRUST("arn%3Aaws%3Aiam%3A%3A" ACCOUNT "%3Auser%2Falice", "")

static struct client client;
static struct browser alice;

static struct response iam(const char *form)
{
    struct response response = client_post(
        &client, NULL, "iam", arena_printf(&client.arena, "Version=2010-05-08&Action=%s", form));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    return response;
}

static void start(void)
{
    client_start(&client, NULL);
    iam("CreateUser&UserName=alice");
    iam("CreateUser&UserName=bob");
    iam("PutUserPolicy&UserName=alice&PolicyName=all&PolicyDocument=" ALL);
    iam("CreateRole&RoleName=deploy&MaxSessionDuration=28800&AssumeRolePolicyDocument=" ONLY_ALICE);
    iam("CreateRole&RoleName=audit&Path=%2Fteams%2F&AssumeRolePolicyDocument=" ONLY_ALICE);
    alice = browser_signed_in(&client, ACCOUNT, "alice");
}

static void stop(void)
{
    client_stop(&client);
}

/* Who the browser acts as. */
static struct session session_in(const struct browser *browser)
{
    struct session session;
    struct console_session row;
    struct sandbox *sandbox = client.server->sandbox;
    struct call c = {.arena = &client.arena, .sandbox = sandbox, .now = clock_now(&sandbox->clock)};
    ck_assert_int_eq(console_session_find(&c, str_of(browser->cookie), &row), OK);
    ck_assert(session_open(c.arena, sandbox->session_key, str_of(row.token), &session));
    ck_assert_str_eq(session.key_id, row.key_id);
    return session;
}

static struct response switch_to(struct browser *browser, const char *fields)
{
    return browser_post(browser, "/switchrole", fields);
}

static void switched(struct browser *browser, const char *fields)
{
    struct response page = switch_to(browser, fields);
    ck_assert_msg(page.status == 303, "%d %.*s", page.status, STR_FMT(page.body));
    ck_assert_str_eq(client_header(&page, "location"), "/console");
}

static struct response events(const char *query)
{
    return client_ask(&client, "GET", arena_printf(&client.arena, "/_iam-local/events?%s", query),
                      NULL, 0, STR(""));
}

START_TEST(test_there_and_back)
{
    switched(&alice, "account=" ACCOUNT "&roleName=deploy&displayName=Ship+it&color=F2B0A9");
    struct session session = session_in(&alice);
    ck_assert_int_eq(session.kind, PRINCIPAL_SESSION);
    ck_assert_str_eq(session.name, "alice");
    ck_assert(session.console && !session.chained);
    ck_assert_int_eq(session.expires, CLIENT_TIME + 28800);
    struct response page = browser_get(&alice, "/switchrole");
    browser_expect(&page, 200, "<strong class=\"mark switched red\">Ship it</strong>");
    browser_expect(&page, 200, "Back to alice");
    browser_expect(&page, 200, "> to Ship it");
    page = browser_post(&alice, "/switchrole/back", "");
    ck_assert_int_eq(page.status, 303);
    ck_assert_int_eq(session_in(&alice).kind, PRINCIPAL_USER);
    page = browser_post(&alice, "/switchrole/back", "");
    ck_assert_int_eq(page.status, 303);
}
END_TEST

/* The user decides, also from another role: no chain. */
START_TEST(test_from_role_to_role)
{
    switched(&alice, "account=" ACCOUNT "&roleName=deploy");
    switched(&alice, "account=" ACCOUNT "&roleName=%2Fteams%2Faudit");
    struct session session = session_in(&alice);
    ck_assert_str_eq(session.name, "alice");
    ck_assert(!session.chained);
    struct response page = browser_get(&alice, "/switchrole");
    browser_expect(&page, 200, "Back to alice");
    browser_post(&alice, "/switchrole/back", "");
    ck_assert_int_eq(session_in(&alice).kind, PRINCIPAL_USER);
}
END_TEST

START_TEST(test_ends_with_who_signed_in)
{
    clock_freeze(&client.server->sandbox->clock, CLIENT_TIME + CONSOLE_SECONDS - 600);
    switched(&alice, "account=" ACCOUNT "&roleName=deploy");
    ck_assert_int_eq(session_in(&alice).expires, CLIENT_TIME + CONSOLE_SECONDS);
}
END_TEST

/* Who signed in is that again when the role's session is over. */
START_TEST(test_end_of_a_role)
{
    switched(&alice, "account=" ACCOUNT "&roleName=teams%2Faudit");
    clock_freeze(&client.server->sandbox->clock, CLIENT_TIME + 3600);
    struct response page = browser_get(&alice, "/switchrole");
    browser_expect(&page, 200, "> to teams/audit @ " ACCOUNT);
    ck_assert_ptr_null(strstr(str_dup(&client.arena, page.body), "Back to"));
    switched(&alice, "account=" ACCOUNT "&roleName=deploy");
    iam("DeleteRole&RoleName=deploy");
    page = browser_get(&alice, "/switchrole");
    browser_expect(&page, 200, "Switch role");
    iam("DeleteUserPolicy&UserName=alice&PolicyName=all");
    iam("DeleteUser&UserName=alice");
    page = browser_get(&alice, "/switchrole");
    ck_assert_int_eq(page.status, 303);
    ck_assert_str_eq(client_header(&page, "location"), "/signin?next=/switchrole");
}
END_TEST

START_TEST(test_refusals)
{
    struct browser bob = browser_signed_in(&client, ACCOUNT, "bob");
    struct response page = switch_to(&bob, "account=" ACCOUNT "&roleName=deploy&color=blue");
    browser_expect(&page, 403,
                   "user/bob is not authorized to perform: sts:AssumeRole on resource: "
                   "arn:aws:iam::" ACCOUNT ":role/deploy");
    browser_expect(&page, 403, "href=\"/console/decisions/");
    browser_expect(&page, 403, "value=\"deploy\"");
    browser_expect(&page, 403, "<option value=\"blue\" selected>");
    ck_assert_int_eq(session_in(&bob).kind, PRINCIPAL_USER);
    page = switch_to(&bob, "account=" ACCOUNT "&roleName=none");
    browser_expect(&page, 403, "is not authorized to perform: sts:AssumeRole");
}
END_TEST

START_TEST(test_forms_that_are_no_good)
{
    static const char *const bad[] = {
        "account=" ACCOUNT,
        "roleName=deploy",
        "account=12345678901&roleName=deploy",
        "account=nobody&roleName=deploy",
        "account=" ACCOUNT "&roleName=%2F",
        "account=" ACCOUNT "&roleName=deploy%2F",
        "account=" ACCOUNT "&roleName=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fdeploy",
        "account=" ACCOUNT "&roleName=a%20b",
        "account=" ACCOUNT "&roleName="
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "account=%3Cscript%3E&roleName=deploy",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct response page = switch_to(&alice, bad[i]);
        browser_expect(&page, 400, "There is no role to switch to");
        ck_assert_ptr_null(strstr(str_dup(&client.arena, page.body), "<script>"));
    }
    struct response page = browser_post_as_is(&alice, "/switchrole", "account=" ACCOUNT);
    ck_assert_int_eq(page.status, 403); /* without csrf */
    ck_assert_int_eq(session_in(&alice).kind, PRINCIPAL_USER);
}
END_TEST

START_TEST(test_root_and_federated_users)
{
    struct browser root = browser_signed_in(&client, ACCOUNT, NULL);
    struct response page = browser_get(&root, "/switchrole");
    browser_expect(&page, 200, "signed in as the root user");
    page = switch_to(&root, "account=" ACCOUNT "&roleName=deploy");
    browser_expect(&page, 403, "The root user of an account cannot switch to a role.");
    struct session who = session_in(&alice);
    who.kind = PRINCIPAL_FEDERATED;
    who.name = "carol";
    who.expires = 0;
    struct browser carol = browser_with(&client, &who);
    page = switch_to(&carol, "account=" ACCOUNT "&roleName=deploy");
    browser_expect(&page, 403, "GetFederationToken");
}
END_TEST

/* A role that signed in by federation switches within a chain: an hour. */
START_TEST(test_role_sessions)
{
    switched(&alice, "account=" ACCOUNT "&roleName=deploy");
    struct session who = session_in(&alice);
    iam("UpdateAssumeRolePolicy&RoleName=audit&PolicyDocument=" TRUST(ACCOUNT, ""));
    iam("PutRolePolicy&RoleName=deploy&PolicyName=all&PolicyDocument=" ALL);
    who.expires = 0;
    struct browser build = browser_with(&client, &who);
    iam("UpdateRole&RoleName=audit&MaxSessionDuration=28800");
    switched(&build, "account=" ACCOUNT "&roleName=teams%2Faudit");
    struct session session = session_in(&build);
    ck_assert_str_eq(session.name, "alice");
    ck_assert(session.chained);
    ck_assert_int_eq(session.expires, CLIENT_TIME + 3600);
}
END_TEST

START_TEST(test_mfa_goes_along)
{
    struct session who = session_in(&alice);
    who.mfa_at = CLIENT_TIME;
    who.expires = 0;
    iam("UpdateAssumeRolePolicy&RoleName=deploy&PolicyDocument=" TRUST(
        ACCOUNT, "%2C%22Condition%22%3A%7B%22Bool%22%3A%7B%22aws%3AMultiFactorAuthPresent%22%3A"
                 "%22true%22%7D%7D"));
    struct response page = switch_to(&alice, "account=" ACCOUNT "&roleName=deploy");
    ck_assert_int_eq(page.status, 403);
    struct browser with_code = browser_with(&client, &who);
    switched(&with_code, "account=" ACCOUNT "&roleName=deploy");
    ck_assert_int_eq(session_in(&with_code).mfa_at, CLIENT_TIME);
}
END_TEST

START_TEST(test_external_ids)
{
    iam("UpdateAssumeRolePolicy&RoleName=deploy&PolicyDocument=" TRUST(
        ACCOUNT, "%2C%22Condition%22%3A%7B%22StringEquals%22%3A%7B%22sts%3AExternalId%22%3A"
                 "%22x%22%7D%7D"));
    struct response page = switch_to(&alice, "account=" ACCOUNT "&roleName=deploy");
    browser_expect(&page, 403, "is not authorized to perform: sts:AssumeRole");
}
END_TEST

START_TEST(test_five_are_remembered)
{
    static const char *const names[] = {"r1", "r2", "r3", "r4", "r5", "r6"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        iam(arena_printf(&client.arena, "CreateRole&RoleName=%s&AssumeRolePolicyDocument=%s",
                         names[i], ONLY_ALICE));
        switched(&alice, arena_printf(&client.arena, "account=" ACCOUNT "&roleName=%s", names[i]));
    }
    switched(&alice, "account=" ACCOUNT "&roleName=r3&displayName=three");
    struct response page = browser_get(&alice, "/switchrole");
    const char *shown = str_dup(&client.arena, page.body);
    const char *const expected[] = {"three", "r6 @", "r5 @", "r4 @", "r2 @"};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        shown = strstr(shown, arena_printf(&client.arena, "> to %s", expected[i]));
        ck_assert_msg(shown != NULL, "no %s", expected[i]);
    }
    ck_assert_ptr_null(strstr(str_dup(&client.arena, page.body), "> to r1 @"));
}
END_TEST

/* Links have the form filled in, and do nothing by themselves. */
START_TEST(test_links)
{
    struct response page = browser_get(
        &alice, "/switchrole?account=" ACCOUNT "&roleName=deploy&displayName=%3Cb%3E&color=99BCE3"
                "&redirect_uri=https%3A%2F%2Fconsole.aws.amazon.com%2Fiam%2Fhome");
    browser_expect(&page, 200, "value=\"&lt;b&gt;\"");
    browser_expect(&page, 200, "<option value=\"blue\" selected>");
    ck_assert_int_eq(session_in(&alice).kind, PRINCIPAL_USER);
    page = switch_to(&alice, "account=" ACCOUNT "&roleName=deploy"
                             "&redirect_uri=https%3A%2F%2Fconsole.aws.amazon.com%2Fiam%2Fhome");
    ck_assert_str_eq(client_header(&page, "location"), "/console/users");
    page = switch_to(&alice, "account=" ACCOUNT "&roleName=deploy"
                             "&redirect_uri=https%3A%2F%2Fevil.example%2F");
    ck_assert_str_eq(client_header(&page, "location"), "/console");
    struct browser nobody = {.client = &client};
    page = browser_get(&nobody, "/switchrole?account=" ACCOUNT "&roleName=deploy");
    ck_assert_int_eq(page.status, 303);
}
END_TEST

static const char *event_text(const char *query)
{
    struct response page = events(query);
    ck_assert_int_eq(page.status, 200);
    return str_dup(&client.arena, page.body);
}

START_TEST(test_records)
{
    switched(&alice, "account=" ACCOUNT "&roleName=deploy");
    const char *json = event_text("name=SwitchRole");
    ck_assert_ptr_nonnull(
        strstr(json, "\"arn\": \"arn:aws:sts::" ACCOUNT ":assumed-role/deploy/alice\""));
    ck_assert_ptr_nonnull(strstr(json, "\"SwitchFrom\": \"arn:aws:iam::" ACCOUNT ":user/alice\""));
    ck_assert_ptr_nonnull(strstr(json, "\"RedirectTo\": \"http://localhost:4566/console\""));
    json = event_text("name=AssumeRole");
    ck_assert_ptr_nonnull(strstr(json, "\"roleSessionName\": \"alice\""));
    ck_assert_ptr_null(strstr(json, "durationSeconds"));
    ck_assert_ptr_nonnull(strstr(json, "\"sessionCredentialFromConsole\": \"true\""));
    switched(&alice, "account=" ACCOUNT "&roleName=deploy");
    json = event_text("name=RenewRole");
    ck_assert_ptr_nonnull(strstr(json, "\"RenewedBy\": \"arn:aws:iam::" ACCOUNT ":user/alice\""));
    browser_post(&alice, "/switchrole/back", "");
    json = event_text("name=ExitRole");
    ck_assert_ptr_nonnull(
        strstr(json, "\"arn\": \"arn:aws:sts::" ACCOUNT ":assumed-role/deploy/alice\""));
}
END_TEST

static const char *member_of(const char *json, const char *name)
{
    const char *at = strstr(json, arena_printf(&client.arena, "\"%s\": \"", name));
    ck_assert_ptr_nonnull(at);
    struct str rest = str_of(at), ret = {NULL, 0};
    for (int i = 0; i < 4; i++)
        ret = str_cut(&rest, '"');
    return str_dup(&client.arena, ret);
}

/* A role of another account, by that one's alias: a record in each. */
START_TEST(test_other_account)
{
    struct request_header headers[] = {{STR("Host"), STR("localhost:4566")},
                                       {STR("Content-Type"), STR("application/json")}};
    struct response page =
        client_ask(&client, "POST", "/_iam-local/accounts", headers, 2,
                   STR("{\"account\": \"" OTHER "\", \"email\": \"other@example.com\"}"));
    ck_assert_int_eq(page.status, 201);
    const char *body = str_dup(&client.arena, page.body);
    struct client_key other = {member_of(body, "access_key_id"),
                               member_of(body, "secret_access_key"), NULL};
    const char *const forms[] = {
        "CreateAccountAlias&AccountAlias=other-one",
        "CreateRole&RoleName=guest&AssumeRolePolicyDocument=" TRUST(ACCOUNT, "")};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        page = client_post(&client, &other, "iam",
                           arena_printf(&client.arena, "Version=2010-05-08&Action=%s", forms[i]));
        ck_assert_msg(page.status == 200, "%.*s", STR_FMT(page.body));
    }
    switched(&alice, "account=other-one&roleName=guest");
    ck_assert_str_eq(session_in(&alice).account, OTHER);
    const char *here = event_text("name=AssumeRole&account=" ACCOUNT);
    const char *there = event_text("name=AssumeRole&account=" OTHER);
    ck_assert_str_eq(member_of(here, "sharedEventID"), member_of(there, "sharedEventID"));
    ck_assert_ptr_nonnull(strstr(event_text("account=" OTHER), "\"SwitchRole\": \"Success\""));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("switch_role");
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_test(tc, test_there_and_back);
    tcase_add_test(tc, test_from_role_to_role);
    tcase_add_test(tc, test_ends_with_who_signed_in);
    tcase_add_test(tc, test_end_of_a_role);
    tcase_add_test(tc, test_refusals);
    tcase_add_test(tc, test_forms_that_are_no_good);
    tcase_add_test(tc, test_root_and_federated_users);
    tcase_add_test(tc, test_role_sessions);
    tcase_add_test(tc, test_mfa_goes_along);
    tcase_add_test(tc, test_external_ids);
    tcase_add_test(tc, test_five_are_remembered);
    tcase_add_test(tc, test_links);
    tcase_add_test(tc, test_records);
    tcase_add_test(tc, test_other_account);
    return suite_run("switch_role", tc);
}
