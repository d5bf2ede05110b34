/* SPDX-License-Identifier: Apache-2.0 */
/* Temporary credentials that open the console. */
#include "access/console_session.h"
#include "queries.h"
#include "support/browser.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define ROLE "arn%3Aaws%3Aiam%3A%3A" ACCOUNT "%3Arole%2F"
#define FORM "application/x-www-form-urlencoded"
#define TRUST                                                                                      \
    "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%"      \
    "22" ACCOUNT "%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%7D"
#define ALL                                                                                        \
    "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C"             \
    "%22Resource%22%3A%22%2A%22%7D%7D"

static struct client client;
static struct client_key alice;

static const char *element(const struct response *response, const char *name)
{
    const char *text = client_element(&client, response, name);
    ck_assert_msg(text != NULL, "no %s in %.*s", name, STR_FMT(response->body));
    return text;
}

static struct response iam(const char *form)
{
    struct response response = client_post(
        &client, NULL, "iam", arena_printf(&client.arena, "Version=2010-05-08&Action=%s", form));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    return response;
}

static struct client_key sts(const struct client_key *as, const char *form)
{
    struct response response = client_post(
        &client, as, "sts", arena_printf(&client.arena, "Version=2011-06-15&Action=%s", form));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    return (struct client_key){element(&response, "AccessKeyId"),
                               element(&response, "SecretAccessKey"),
                               element(&response, "SessionToken")};
}

static void start(void)
{
    client_start(&client, NULL);
    iam("CreateUser&UserName=alice");
    iam("PutUserPolicy&UserName=alice&PolicyName=all&PolicyDocument=" ALL);
    struct response key = iam("CreateAccessKey&UserName=alice");
    alice = (struct client_key){.id = element(&key, "AccessKeyId"),
                                .secret = element(&key, "SecretAccessKey")};
    iam("CreateRole&RoleName=deploy&AssumeRolePolicyDocument=" TRUST);
    iam("PutRolePolicy&RoleName=deploy&PolicyName=all&PolicyDocument=" ALL);
    iam("CreateRole&RoleName=next&AssumeRolePolicyDocument=" TRUST);
}

static void stop(void)
{
    client_stop(&client);
}

static struct client_key deploy(void)
{
    return sts(&alice, "AssumeRole&RoleSessionName=build&RoleArn=" ROLE "deploy");
}

static const char *encode(const char *text)
{
    struct buf b = {.arena = &client.arena};
    buf_pct_encode(&b, str_of(text), "");
    return buf_text(&b);
}

/* As programs send it: JSON with blanks. */
static const char *session_of(const struct client_key *key)
{
    const char *token = key->token ? key->token : "";
    return encode(arena_printf(
        &client.arena, "{\"sessionId\": \"%s\", \"sessionKey\": \"%s\", \"sessionToken\": \"%s\"}",
        key->id, key->secret, token));
}

static struct response ask_text(const char *session, const char *more)
{
    const char *target = arena_printf(
        &client.arena, "/federation?Action=getSigninToken&Session=%s%s", session, more);
    return client_ask(&client, "GET", target, NULL, 0, STR(""));
}

static const char *read_token(const struct response *response)
{
    ck_assert_msg(response->status == 200, "%.*s", STR_FMT(response->body));
    ck_assert_str_eq(client_header(response, "content-type"), "application/json");
    ck_assert_str_eq(client_header(response, "cache-control"), "no-store");
    const char *token = client_member(&client, response->body, "SigninToken");
    ck_assert_ptr_nonnull(token);
    for (const char *p = token; *p; p++)
        ck_assert(ascii_is_digit(*p) || strchr("-_", *p) ||
                  (ascii_lower(*p) >= 'a' && ascii_lower(*p) <= 'z'));
    return token;
}

static const char *token_for(const struct client_key *key, const char *more)
{
    struct response response = ask_text(session_of(key), more);
    return read_token(&response);
}

static void refused(const char *session, const char *more, const char *words)
{
    struct response response = ask_text(session, more);
    browser_expect(&response, 400, words);
    ck_assert_str_eq(client_header(&response, "content-type"), "text/html; charset=utf-8");
}

/* A browser that has never been here. */
static struct response login(struct browser *browser, const char *token, const char *more)
{
    *browser = (struct browser){.client = &client};
    return browser_get(
        browser,
        arena_printf(&client.arena, "/federation?Action=login&SigninToken=%s%s", token, more));
}

static void expect_login(struct browser *browser, const char *token, const char *destination,
                         const char *path)
{
    struct response page = login(browser, token, destination);
    ck_assert_msg(page.status == 303, "%d %.*s", page.status, STR_FMT(page.body));
    ck_assert_str_eq(client_header(&page, "location"), path);
    ck_assert_ptr_nonnull(browser->cookie);
}

/* Of the browser's session. */
static struct session session_in(const struct browser *browser)
{
    struct session session;
    struct console_session row;
    struct sandbox *sandbox = client.server->sandbox;
    struct call c = {.arena = &client.arena, .sandbox = sandbox, .now = clock_now(&sandbox->clock)};
    ck_assert_int_eq(console_session_find(&c, str_of(browser->cookie), &row), OK);
    ck_assert(session_open(c.arena, sandbox->session_key, str_of(row.token), &session));
    ck_assert_int_eq(session.expires, row.expires);
    return session;
}

START_TEST(test_role)
{
    struct browser browser;
    struct client_key key = deploy();
    expect_login(&browser, token_for(&key, ""), "", "/console");
    struct session session = session_in(&browser);
    ck_assert_int_eq(session.kind, PRINCIPAL_SESSION);
    ck_assert_str_eq(session.name, "build");
    ck_assert(session.console);
    ck_assert_str_ne(session.key_id, key.id);
    ck_assert_int_eq(session.expires, CLIENT_TIME + 3600); /* as the credentials do */
}
END_TEST

static bool told_of_policies(const struct client_key *key)
{
    struct browser browser;
    login(&browser, token_for(key, ""), "");
    struct response page = browser_get(&browser, "/console/me");
    browser_expect(&page, 200, "session of a role");
    struct str words = STR("policies of its own");
    return memmem(page.body.p, page.body.n, words.p, words.n) != NULL;
}

/* Who they are says what else limits them. */
START_TEST(test_session_policies)
{
    const struct client_key whole = deploy();
    ck_assert(!told_of_policies(&whole));
    const struct client_key inside =
        sts(&alice, "AssumeRole&RoleSessionName=build&RoleArn=" ROLE "deploy&Policy=%7B%22Statement"
                    "%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22iam%3AListUsers%22%2C"
                    "%22Resource%22%3A%22*%22%7D%7D");
    ck_assert(told_of_policies(&inside));
    const struct client_key named =
        sts(&alice, "AssumeRole&RoleSessionName=build&RoleArn=" ROLE
                    "deploy&PolicyArns.member.1.arn=arn:aws:iam::aws:policy/IAMReadOnlyAccess");
    ck_assert(told_of_policies(&named));
}
END_TEST

START_TEST(test_duration)
{
    struct browser browser;
    struct client_key key = deploy();
    expect_login(&browser, token_for(&key, "&SessionDuration=43200"), "", "/console");
    ck_assert_int_eq(session_in(&browser).expires, CLIENT_TIME + 43200);
    expect_login(&browser, token_for(&key, "&SessionDuration=900"), "", "/console");
    ck_assert_int_eq(session_in(&browser).expires, CLIENT_TIME + 900);
    const char *const bad[] = {"899", "43201", "1h", "-900", "900.5", "99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        refused(session_of(&key), arena_printf(&client.arena, "&SessionDuration=%s", bad[i]),
                "from 900 to 43200");
}
END_TEST

/* A role that was assumed with temporary credentials, those of a user included. */
START_TEST(test_chains_take_no_duration)
{
    struct browser browser;
    struct client_key first = deploy();
    struct client_key next = sts(&first, "AssumeRole&RoleSessionName=on&RoleArn=" ROLE "next");
    refused(session_of(&next), "&SessionDuration=900", "temporary credentials");
    expect_login(&browser, token_for(&next, ""), "", "/console");
    struct client_key user = sts(&alice, "GetSessionToken");
    next = sts(&user, "AssumeRole&RoleSessionName=nn&RoleArn=" ROLE "next");
    refused(session_of(&next), "&SessionDuration=900", "temporary credentials");
}
END_TEST

START_TEST(test_federated_user)
{
    struct browser browser;
    struct client_key bob = sts(&alice, "GetFederationToken&Name=bob&DurationSeconds=3600");
    refused(session_of(&bob), "&SessionDuration=900", "GetFederationToken");
    expect_login(&browser, token_for(&bob, "&DurationSeconds=900&SessionType=json"), "",
                 "/console");
    struct session session = session_in(&browser);
    ck_assert_int_eq(session.kind, PRINCIPAL_FEDERATED);
    ck_assert_int_eq(session.expires, CLIENT_TIME + 3600);
}
END_TEST

START_TEST(test_what_opens_nothing)
{
    struct browser browser;
    struct client_key key = deploy(), other = deploy(), user = sts(&alice, "GetSessionToken");
    refused(session_of(&alice), "", "Long-term access keys");
    refused(session_of(&user), "", "Only credentials of AssumeRole");
    struct client_key wrong = {key.id, other.secret, key.token};
    refused(session_of(&wrong), "", "another sessionId or sessionKey");
    wrong = (struct client_key){other.id, key.secret, key.token};
    refused(session_of(&wrong), "", "another sessionId or sessionKey");
    wrong = (struct client_key){key.id, key.secret, "AAAA"};
    refused(session_of(&wrong), "", "not this server");
    refused("", "", "JSON object");
    refused("%7B", "", "JSON object");
    refused("%5B%5D", "", "JSON object");
    refused("%7B%22sessionId%22%3A1%2C%22sessionKey%22%3A%22x%22%7D", "", "JSON object");
    expect_login(&browser, token_for(&key, ""), "", "/console");
    struct session console = session_in(&browser);
    wrong = (struct client_key){
        console.key_id, console.secret,
        session_seal(&client.arena, client.server->sandbox->session_key, &console)};
    refused(session_of(&wrong), "", "Only credentials of AssumeRole");
}
END_TEST

START_TEST(test_ends)
{
    struct browser browser;
    struct client_key key = deploy();
    const char *first = token_for(&key, ""), *last = token_for(&key, "");
    clock_freeze(&client.server->sandbox->clock, CLIENT_TIME + 899);
    expect_login(&browser, first, "", "/console");
    clock_freeze(&client.server->sandbox->clock, CLIENT_TIME + 900);
    struct response page = login(&browser, last, "");
    browser_expect(&page, 400, "The SigninToken has expired.");
    ck_assert_ptr_null(client_header(&page, "location"));
    clock_freeze(&client.server->sandbox->clock, CLIENT_TIME + 3600);
    refused(session_of(&key), "", "The credentials have expired.");
}
END_TEST

START_TEST(test_once)
{
    struct browser browser;
    struct client_key key = deploy();
    const char *token = token_for(&key, "");
    expect_login(&browser, token, "", "/console");
    struct response page = login(&browser, token, "&Issuer=https%3A%2F%2Fbroker.example%2Fgo");
    browser_expect(&page, 400, "has been used");
    browser_expect(&page, 400, "<a href=\"https://broker.example/go\">");
    page = login(&browser, token, "&Issuer=javascript%3Aalert(1)");
    browser_expect(&page, 400, "<a href=\"#\">");
    page = login(&browser, token, "&Issuer=%3Cscript%3E");
    browser_expect(&page, 400, "&lt;script");
}
END_TEST

/* The memory of tokens is bounded. It forgets as many as it has to, also of those of one second. */
START_TEST(test_many)
{
    enum { KEPT = 1024, SECONDS = 900 };
    struct browser browser;
    struct tx tx;
    struct client_key key = deploy();
    const char *first = token_for(&key, ""), *last = token_for(&key, "");
    expect_login(&browser, first, "", "/console");
    ck_assert_int_eq(store_begin(client.server->sandbox->store, true, &client.arena, &tx), OK);
    for (int i = 0; i < KEPT; i++) {
        const char *id = arena_printf(&client.arena, "!%d", i); /* they go first */
        ck_assert_int_eq(
            q_signin_token_use(&tx, &(struct q_signin_token_use){id, CLIENT_TIME + SECONDS}), OK);
    }
    ck_assert_int_eq(store_end(&tx, true), OK);
    expect_login(&browser, last, "", "/console");
    struct response page = login(&browser, first, "");
    browser_expect(&page, 400, "has been used");
}
END_TEST

/* Programs look at links before people follow them; and who comes anew ends what was there. */
START_TEST(test_heads_and_next_logins)
{
    struct browser browser;
    struct client_key key = deploy();
    const char *token = token_for(&key, "");
    struct response page =
        client_ask(&client, "HEAD",
                   arena_printf(&client.arena, "/federation?Action=login&SigninToken=%s", token),
                   NULL, 0, STR(""));
    ck_assert_int_eq(page.status, 405);
    expect_login(&browser, token, "", "/console");
    struct browser before = browser;
    session_in(&before);
    page =
        browser_get(&browser, arena_printf(&client.arena, "/federation?Action=login&SigninToken=%s",
                                           token_for(&key, "")));
    ck_assert_int_eq(page.status, 303);
    ck_assert_str_ne(before.cookie, browser.cookie);
    session_in(&browser);
    page = browser_get(&before, "/console/me");
    ck_assert_int_eq(page.status, 303);
}
END_TEST

START_TEST(test_forged_tokens)
{
    struct browser browser;
    struct client_key key = deploy();
    char *token = arena_strdup(&client.arena, token_for(&key, ""));
    token[20] = token[20] == 'A' ? 'B' : 'A';
    const char *const bad[] = {token, "", "AAAA", "%00", encode(key.token)};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct response page = login(&browser, bad[i], "");
        ck_assert_int_eq(page.status, 400);
    }
    ck_assert_int_eq(client_ask(&client, "GET", "/federation", NULL, 0, STR("")).status, 400);
    ck_assert_int_eq(client_ask(&client, "GET", "/federation?Action=x", NULL, 0, STR("")).status,
                     400);
}
END_TEST

/* Between the token and the login. */
START_TEST(test_role_is_gone)
{
    struct browser browser;
    struct client_key key = deploy();
    const char *token = token_for(&key, "");
    iam("DeleteRolePolicy&RoleName=deploy&PolicyName=all");
    iam("DeleteRole&RoleName=deploy");
    struct response page = login(&browser, token, "");
    browser_expect(&page, 400, "is gone");
    refused(session_of(&key), "", "is gone");
}
END_TEST

/* What is denied by the time of issue is denied to the console, too, however late that begins. */
START_TEST(test_time_of_issue_stays)
{
    struct browser browser;
    struct client_key key = deploy();
    clock_freeze(&client.server->sandbox->clock, CLIENT_TIME + 600);
    expect_login(&browser, token_for(&key, ""), "", "/console");
    ck_assert_int_eq(session_in(&browser).issued, CLIENT_TIME);
}
END_TEST

START_TEST(test_destinations)
{
    static const struct {
        const char *destination, *path; /* NULL: refused */
    } cases[] = {
        {"/console/users?prefix=a", "/console/users?prefix=a"},
        {"/signout", "/console"},
        {"//evil.example/", "/console"},
        {"/\\evil.example/", "/console"},
        {"/console\r\nSet-Cookie: a=b", "/console"},
        {"http://localhost:4566/console/users", "/console/users"},
        {"http://localhost:4567/console/users", NULL},
        {"http://localhost:4566@evil.example/console", NULL},
        {"https://console.aws.amazon.com/", "/console"},
        {"https://console.aws.amazon.com", "/console"},
        {"https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/users",
         "/console/users"},
        {"HTTPS://CONSOLE.AWS.AMAZON.COM/organizations/v2/home", "/console/organization"},
        {"https://eu-west-1.console.aws.amazon.com/iam?region=eu-west-1", "/console/users"},
        {"https://console.aws.amazon.com/s3/../iam", "/console"},
        {"https://evil-console.aws.amazon.com.example/", NULL},
        {"https://evilconsole.aws.amazon.com/", NULL},
        {"https://evil.example/console.aws.amazon.com", NULL},
        {"https://console.aws.amazon.com@evil.example/", NULL},
        {"https://evil.example\\.console.aws.amazon.com/", NULL},
        {"javascript:alert(1)", NULL},
        {"data:text/html,x", NULL},
        {"console", NULL},
    };
    struct client_key key = deploy();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct browser browser;
        const char *more =
            arena_printf(&client.arena, "&Destination=%s", encode(cases[i].destination));
        struct response page = login(&browser, token_for(&key, ""), more);
        const char *location = client_header(&page, "location");
        ck_assert_msg(page.status == (cases[i].path ? 303 : 400), "%s: %d", cases[i].destination,
                      page.status);
        ck_assert_msg(!cases[i].path == !location, "%s", cases[i].destination);
        if (location)
            ck_assert_str_eq(location, cases[i].path);
    }
}
END_TEST

/* A form in place of the query, with fields that nobody knows. */
START_TEST(test_post)
{
    struct client_key key = deploy();
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")},
                                             {STR("Content-Type"), STR(FORM "; charset=utf-8")}};
    const char *body = arena_printf(
        &client.arena, "Action=getSigninToken&SessionType=json&Session=%s&SessionDuration=3600",
        session_of(&key));
    struct response page = client_ask(&client, "POST", "/federation", headers, 2, str_of(body));
    const char *token = read_token(&page);
    body = arena_printf(&client.arena, "Action=login&SigninToken=%s", token);
    page = client_ask(&client, "POST", "/federation", headers, 2, str_of(body));
    browser_expect(&page, 400, "login, by GET");
    page = client_ask(&client, "POST",
                      arena_printf(&client.arena, "/federation?Action=getSigninToken&Session=%s",
                                   session_of(&key)),
                      headers, 1, STR(""));
    read_token(&page);
}
END_TEST

static struct response events(const char *query)
{
    return client_ask(&client, "GET", arena_printf(&client.arena, "/_iam-local/events?%s", query),
                      NULL, 0, STR(""));
}

START_TEST(test_records)
{
    struct browser browser;
    struct client_key key = deploy();
    const char *token = token_for(&key, "");
    expect_login(&browser, token, "&Destination=%2Fconsole%2Fusers", "/console/users");
    struct response page = events("name=ConsoleLogin");
    browser_expect(&page, 200, "\"type\": \"AssumedRole\"");
    browser_expect(&page, 200, "\"LoginTo\": \"http://localhost:4566/console/users\"");
    browser_expect(&page, 200, "\"arn\": \"arn:aws:iam::" ACCOUNT ":role/deploy\"");
    page = events("source=signin.amazonaws.com&name=GetSigninToken");
    browser_expect(&page, 200, "\"GetSigninToken\": \"Success\"");
    page = events("");
    const char *all = str_dup(&client.arena, page.body);
    const char *const secrets[] = {key.secret, key.token, token, browser.cookie};
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
        ck_assert_ptr_null(strstr(all, secrets[i]));
}
END_TEST

/* Another program on this host: its link is not followed before the person says so. */
START_TEST(test_other_ports)
{
    struct client_key key = deploy();
    const char *target = arena_printf(
        &client.arena, "/federation?Action=login&Issuer=x&SigninToken=%s", token_for(&key, ""));
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")},
                                             {STR("Sec-Fetch-Site"), STR("same-site")},
                                             {STR("Sec-Fetch-Mode"), STR("navigate")},
                                             {STR("Sec-Fetch-Dest"), STR("document")}};
    struct response page = client_ask(&client, "GET", target, headers, 4, STR(""));
    browser_expect(&page, 403, "Go on");
    struct buf link = {.arena = &client.arena};
    buf_printf(&link, "href=\"/federation?Action=login&amp;Issuer=x&amp;SigninToken=");
    browser_expect(&page, 403, buf_text(&link));
    ck_assert_ptr_null(client_header(&page, "set-cookie"));
    page = client_ask(&client, "GET", target, headers, 2, STR(""));
    ck_assert_int_eq(page.status, 403);
    struct browser browser = {.client = &client};
    ck_assert_int_eq(browser_get(&browser, target).status, 303);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("federation");
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_test(tc, test_role);
    tcase_add_test(tc, test_session_policies);
    tcase_add_test(tc, test_duration);
    tcase_add_test(tc, test_chains_take_no_duration);
    tcase_add_test(tc, test_federated_user);
    tcase_add_test(tc, test_what_opens_nothing);
    tcase_add_test(tc, test_ends);
    tcase_add_test(tc, test_once);
    tcase_add_test(tc, test_many);
    tcase_add_test(tc, test_heads_and_next_logins);
    tcase_add_test(tc, test_forged_tokens);
    tcase_add_test(tc, test_role_is_gone);
    tcase_add_test(tc, test_time_of_issue_stays);
    tcase_add_test(tc, test_destinations);
    tcase_add_test(tc, test_post);
    tcase_add_test(tc, test_records);
    tcase_add_test(tc, test_other_ports);
    return suite_run("federation", tc);
}
