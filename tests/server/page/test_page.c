/* SPDX-License-Identifier: Apache-2.0 */
/* What all pages have in common: who may have them, and what their forms have to carry. */
#include "access/console_session.h"
#include "server/page/ask.h"
#include "support/browser.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"

static struct client client;

static void start(void)
{
    client_start(&client, NULL);
}

static void stop(void)
{
    client_stop(&client);
}

static void iam(const char *form)
{
    struct response response = client_post(
        &client, NULL, "iam", arena_printf(&client.arena, "Version=2010-05-08&Action=%s", form));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
}

static struct response get(const char *target, const char *name, const char *value)
{
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")},
                                             {str_of(name), str_of(value)},
                                             {STR("Sec-Fetch-Mode"), STR("navigate")},
                                             {STR("Sec-Fetch-Dest"), STR("document")}};
    return client_ask(&client, "GET", target, headers, ARRAY_LEN(headers), STR(""));
}

START_TEST(test_pages_of_other_sites)
{
    static const struct {
        const char *name, *value;
        int status;
    } cases[] = {
        {"Sec-Fetch-Site", "none", 404},
        {"Sec-Fetch-Site", "same-origin", 404},
        {"Sec-Fetch-Site", "cross-site", 404},
        {"Sec-Fetch-Site", "same-site", 403},
        {"Host", "evil.example", 404},
        {"Origin", "http://evil.example", 403},
        {"Origin", "null", 403},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct response page = get("/console/none", cases[i].name, cases[i].value);
        ck_assert_msg(page.status == cases[i].status, "%s: %s: %d", cases[i].name, cases[i].value,
                      page.status);
    }
    const struct request_header foreign[] = {{STR("Host"), STR("evil.example")}};
    struct response page = client_ask(&client, "GET", "/console/none", foreign, 1, STR(""));
    browser_expect(&page, 403, "This Host is not served here.");
    const struct request_header frame[] = {{STR("Host"), STR("localhost")},
                                           {STR("Sec-Fetch-Site"), STR("cross-site")},
                                           {STR("Sec-Fetch-Mode"), STR("navigate")},
                                           {STR("Sec-Fetch-Dest"), STR("iframe")}};
    page = client_ask(&client, "GET", "/console/none", frame, ARRAY_LEN(frame), STR(""));
    ck_assert_int_eq(page.status, 403);
}
END_TEST

START_TEST(test_headers)
{
    struct response page = get("/console/none", "Accept", "text/html");
    ck_assert_str_eq(client_header(&page, "cache-control"), "no-store");
    ck_assert_str_eq(client_header(&page, "x-frame-options"), "DENY");
    ck_assert_str_eq(client_header(&page, "referrer-policy"), "same-origin");
    ck_assert_ptr_nonnull(strstr(client_header(&page, "content-security-policy"),
                                 "default-src 'none'; style-src 'self'"));
    ck_assert_ptr_null(client_header(&page, "set-cookie"));
    struct response style = get("/console/style.css", "Accept", "text/css");
    ck_assert_str_eq(client_header(&style, "content-type"), "text/css; charset=utf-8");
    ck_assert_str_eq(client_header(&style, "x-content-type-options"), "nosniff");
}
END_TEST

/* A call as a page makes it, for whoever is signed in. */
static struct asked ask_as(struct browser *browser, const char *service, const char *op, json_t *in)
{
    static struct request rq;
    struct call *c = NEW(&client.arena, struct call);
    struct console_session *session = NEW(&client.arena, struct console_session);
    struct sandbox *sandbox = client.server->sandbox;
    static const struct request_header host = {{"Host", 4}, {"localhost:4566", 14}};
    rq = (struct request){.method = STR("GET"),
                          .path = STR("/console"),
                          .headers = &host,
                          .n_headers = 1,
                          .source_ip = "127.0.0.1",
                          .loopback = !client.remote};
    *c = (struct call){.arena = &client.arena,
                       .server = client.server,
                       .sandbox = sandbox,
                       .rq = &rq,
                       .request_id = "page",
                       .now = clock_now(&sandbox->clock)};
    ck_assert_int_eq(console_session_find(c, str_of(browser->cookie), session), OK);
    c->signed_in = session;
    struct asked asked;
    ask(c, service, op, in, &asked);
    return asked;
}

START_TEST(test_pages_ask_as_who_is_signed_in)
{
    iam("CreateUser&UserName=alice");
    struct browser root = browser_signed_in(&client, ACCOUNT, NULL);
    struct browser alice = browser_signed_in(&client, ACCOUNT, "alice");
    struct asked asked = ask_as(&root, "iam", "ListUsers", json_pack("{s:i}", "MaxItems", 5));
    ck_assert_ptr_null(asked.code);
    json_t *users = json_object_get(asked.body, "Users");
    ck_assert_uint_eq(json_array_size(users), 1);
    asked = ask_as(&alice, "iam", "ListUsers", NULL);
    ck_assert_ptr_null(asked.body);
    ck_assert(asked.denied);
    ck_assert_ptr_nonnull(strstr(asked.message, "user/alice is not authorized to perform: "
                                                "iam:ListUsers"));
    struct response why =
        get(arena_printf(&client.arena, "/_iam-local/explain/%s", asked.request_id), "Accept", "*");
    browser_expect(&why, 200, "\"action\": \"iam:ListUsers\"");
    asked = ask_as(&root, "iam", "CreateUser",
                   json_pack("{s:s, s:s}", "UserName", "bob", "Path", "no path"));
    ck_assert_str_eq(asked.code, "ValidationError");
    asked = ask_as(&root, "sts", "GetCallerIdentity", NULL);
    ck_assert_str_eq(json_string_value(json_object_get(asked.body, "Arn")),
                     "arn:aws:iam::" ACCOUNT ":root");
    asked =
        ask_as(&alice, "own", "GetExplanation", json_pack("{s:s}", "request_id", asked.request_id));
    ck_assert_str_eq(asked.code, "NoSuchEntity");
}
END_TEST

START_TEST(test_admins_show_a_token_elsewhere)
{
    struct browser root = browser_signed_in(&client, ACCOUNT, NULL);
    client.remote = true;
    struct asked asked = ask_as(&root, "own", "GetClock", NULL);
    ck_assert_str_eq(asked.code, "AccessDenied");
}
END_TEST

START_TEST(test_sessions_end)
{
    struct browser root = browser_signed_in(&client, ACCOUNT, NULL);
    struct call c = {.arena = &client.arena, .sandbox = client.server->sandbox};
    struct console_session session;
    c.now = CLIENT_TIME + CONSOLE_SECONDS - 1;
    ck_assert_int_eq(console_session_find(&c, str_of(root.cookie), &session), OK);
    c.now++;
    ck_assert_int_eq(console_session_find(&c, str_of(root.cookie), &session), ERR_NOT_FOUND);
    c.now = CLIENT_TIME + 1;
    clock_freeze(&c.sandbox->clock, c.now);
    for (int i = 0; i < 64; i++)
        browser_signed_in(&client, ACCOUNT, NULL);
    ck_assert_int_eq(console_session_find(&c, str_of(root.cookie), &session), ERR_NOT_FOUND);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("page");
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_test(tc, test_pages_of_other_sites);
    tcase_add_test(tc, test_headers);
    tcase_add_test(tc, test_pages_ask_as_who_is_signed_in);
    tcase_add_test(tc, test_admins_show_a_token_elsewhere);
    tcase_add_test(tc, test_sessions_end);
    return suite_run("page", tc);
}
