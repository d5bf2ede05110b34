/* SPDX-License-Identifier: Apache-2.0 */
/* Browsers get pages where SDKs get AWS's answer, and one of them says how to point clients here.
 */
#include "support/browser.h"
#include "support/suite.h"

#define BROWSER "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

static struct client client;
static struct arena *a;

static void start(void)
{
    client_start(&client, NULL);
    a = &client.arena;
}

static void stop(void)
{
    client_stop(&client);
}

static struct response open_page(const char *method, const char *target, const char *accept,
                                 const char *host, const char *const more[2])
{
    struct request_header headers[3] = {{STR("Host"), str_of(host)}};
    size_t n = 1;
    if (more && more[0])
        headers[n++] = (struct request_header){str_of(more[0]), str_of(more[1])};
    if (accept)
        headers[n++] = (struct request_header){STR("Accept"), str_of(accept)};
    return client_ask(&client, method, target, headers, n, (struct str){NULL, 0});
}

static const char *page_at(const char *host)
{
    struct response response = open_page("GET", "/signin/clients", BROWSER, host, NULL);
    ck_assert_int_eq(response.status, 200);
    ck_assert_str_eq(client_header(&response, "content-type"), "text/html; charset=utf-8");
    return str_dup(a, response.body);
}

static void expect(const char *page, const char *part)
{
    ck_assert_msg(strstr(page, part) != NULL, "missing: %s\nin: %s", part, page);
}

START_TEST(test_what_it_says)
{
    const char *page = page_at("iam.localhost:4566");
    expect(page, "<h1>Point a client here</h1>");
    expect(page, "export AWS_ENDPOINT_URL_IAM=http://iam.localhost:4566\n");
    expect(page, "export AWS_ENDPOINT_URL_STS=http://iam.localhost:4566\n");
    expect(page, "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n");
    expect(page, "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n");
    expect(page, "<h2>Enforcement: strict</h2>");
    expect(page, "<a href=\"/_iam-local/explain\">");
    ck_assert_ptr_null(strstr(page, "Bearer"));
    ck_assert_ptr_null(strstr(page, "<script"));
    atomic_store(&client.server->sandbox->enforcement, ENFORCE_SOFT);
    expect(page_at("localhost"), "<h2>Enforcement: soft</h2>");
    atomic_store(&client.server->sandbox->enforcement, ENFORCE_OFF);
    expect(page_at("localhost"), "<h2>Enforcement: off</h2>\n<p>Every access key is taken,");
}
END_TEST

START_TEST(test_what_a_browser_gets_first)
{
    struct response response = open_page("GET", "/", BROWSER, "localhost", NULL);
    ck_assert_int_eq(response.status, 200);
    const char *page = str_dup(a, response.body);
    expect(page, "<h1>Sign in</h1>");
    expect(page, "<a href=\"/signin/clients\">");
    struct browser root = browser_signed_in(&client, "123456789012", NULL);
    response = browser_get(&root, "/");
    browser_expect_way(&response, "/console");
}
END_TEST

START_TEST(test_who_gets_aws_s_answer)
{
    static const struct {
        const char *method, *target, *accept;
        const char *more[2];
        int status;
    } cases[] = {
        {"HEAD", "/", BROWSER, {NULL}, 200},
        {"GET", "/?", "Text/HTML", {NULL}, 200},
        {"GET", "/", NULL, {NULL}, 302},
        {"GET", "/", "*/*", {NULL}, 302},
        {"GET", "/", "application/json", {NULL}, 302},
        {"POST", "/", BROWSER, {NULL}, 302},
        {"GET", "/index.html", BROWSER, {NULL}, 302},
        {"GET", "/?Version=2010-05-08", BROWSER, {NULL}, 302},
        {"GET", "/?Action=ListUsers&Version=2010-05-08", BROWSER, {NULL}, 403},
        {"GET", "/", BROWSER, {"Authorization", "AWS4-HMAC-SHA256 x"}, 302},
        {"GET", "/", BROWSER, {"Sec-Fetch-Site", "none"}, 200},
        {"GET", "/", BROWSER, {"Sec-Fetch-Site", "same-origin"}, 200},
        {"GET", "/", BROWSER, {"Sec-Fetch-Site", "cross-site"}, 403},
        {"GET", "/", BROWSER, {"Origin", "http://evil.example.com"}, 403},
    };
    struct response response = open_page(cases[_i].method, cases[_i].target, cases[_i].accept,
                                         "localhost:4566", cases[_i].more);
    ck_assert_int_eq(response.status, cases[_i].status);
    const char *type = client_header(&response, "content-type");
    ck_assert((cases[_i].status == 200) == (type && str_starts(str_of(type), STR("text/html"))));
}
END_TEST

/* Also where the API takes any name, because a secret protects it. */
START_TEST(test_names_that_others_own)
{
    client.server->guessable = false;
    ck_assert_int_eq(open_page("GET", "/", BROWSER, "evil.example.com", NULL).status, 302);
    client.server->guessable = true;
    ck_assert_int_eq(open_page("GET", "/", BROWSER, "evil.example.com", NULL).status, 403);
}
END_TEST

START_TEST(test_secrets_stay_where_they_are)
{
    stop();
    client_start(&client,
                 (const char *const[]){"--root-access-key-id", "AKIAQQQQQQQQQQQQQQQQ",
                                       "--root-secret-access-key", "a-secret-of-ones-own-000",
                                       "--admin-token", "token-of-the-admin-0000", NULL});
    const char *page = page_at("localhost");
    expect(page, "export AWS_ACCESS_KEY_ID=AKIAQQQQQQQQQQQQQQQQ\n");
    expect(page, "<code>Authorization: Bearer TOKEN</code>");
    ck_assert_ptr_null(strstr(page, "a-secret-of-ones-own"));
    ck_assert_ptr_null(strstr(page, "token-of-the-admin"));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("clients");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_what_it_says);
    tcase_add_test(t, test_what_a_browser_gets_first);
    tcase_add_loop_test(t, test_who_gets_aws_s_answer, 0, 14);
    tcase_add_test(t, test_names_that_others_own);
    tcase_add_test(t, test_secrets_stay_where_they_are);
    return suite_run("clients", t);
}
