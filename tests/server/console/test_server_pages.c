/* SPDX-License-Identifier: Apache-2.0 */
/* The pages about the server and its sandboxes, and who may use them. */
#include <jansson.h>

#include "support/browser.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define TOKEN "token-of-the-admin-0000"

static struct client client;
static struct browser root;

static void begin(const char *const *options)
{
    client_start(&client, options);
    root = browser_signed_in(&client, ACCOUNT, NULL);
}

static void start(void)
{
    begin(NULL);
}

static void stop(void)
{
    client_stop(&client);
}

/* Anew, as a server that wants the admin token of everybody. */
static void want_token(void)
{
    stop();
    begin((const char *const[]){"--admin-token", TOKEN, NULL});
}

static void expect(const char *path, const char *text)
{
    struct response page = browser_get(&root, path);
    ck_assert_msg(page.status == 200, "%s: %d", path, page.status);
    browser_expect(&page, 200, text);
    ck_assert_uint_lt(page.body.n, 100 * 1024);
}

static void leads(const char *path, const char *fields, const char *location)
{
    struct response page = browser_post(&root, path, fields);
    ck_assert_msg(page.status == 303, "%s: %.*s", path, STR_FMT(page.body));
    ck_assert_str_eq(client_header(&page, "location"), location);
}

static void refused(const char *path, const char *fields, int status, const char *text)
{
    struct response page = browser_post(&root, path, fields);
    browser_expect(&page, status, text);
}

START_TEST(test_clock)
{
    expect("/console/clock", "2023-11-14T22:13:20Z</time>");
    leads("/console/clock", "freeze=true", "/console/clock");
    expect("/console/clock", ">frozen</span>");
    leads("/console/clock", "advance=PT90M", "/console/clock");
    expect("/console/clock", "2023-11-14T23:43:20Z</time>");
    leads("/console/clock", "set=2023-11-14T23:00:00Z", "/console/clock");
    expect("/console/clock", "2023-11-14T23:00:00Z</time>");
    refused("/console/clock", "advance=soon", 400, "expected a duration");
    refused("/console/clock", "", 400, "expected one of");
    leads("/console/clock", "release=true", "/console/clock");
}
END_TEST

START_TEST(test_numbers)
{
    expect("/console/server", "<option selected>strict</option>");
    leads("/console/server/enforcement", "enforcement=soft", "/console/server");
    expect("/console/server", "<option selected>soft</option>");
    leads("/console/server/enforcement", "enforcement=strict", "/console/server");
    refused("/console/server/enforcement", "enforcement=lax", 400, "Refused");
    leads("/console/server/settings", "lockout_failures=3&password_cost=", "/console/server");
    expect("/console/server", "name=\"lockout_failures\" type=\"number\" min=\"0\" value=\"3\"");
    refused("/console/server/settings", "password_cost=99", 400, "Refused");
    leads("/console/server/quotas", "name=Users&value=7", "/console/server");
    expect("/console/server", "<th scope=\"row\">Users</th><td class=\"number\">7</td>");
    refused("/console/server/quotas", "name=%3Cb%3E&value=7", 400, "There is no quota &lt;b&gt;.");
}
END_TEST

START_TEST(test_sandboxes)
{
    expect("/console/sandboxes", "you are here");
    leads("/console/sandboxes", "name=w1", "/console/sandboxes");
    expect("/console/sandboxes", "href=\"/_sandbox/w1/signin\"");
    refused("/console/sandboxes", "name=%3Cscript%3E", 400, "A name has up to 64");
    refused("/console/sandboxes", "name=w2&keep=true", 400, "Without --data nothing is kept.");
    refused("/console/sandboxes/w1/delete", "Typed=w2", 400, "Nothing was done");
    refused("/console/sandboxes/default/delete", "Typed=default", 409, "cannot be deleted here");
    refused("/console/sandboxes/w3/delete", "Typed=w3", 404, "There is no sandbox");
    struct str w1 = STR("w1");
    struct sandbox *sandbox = sandboxes_find(client.server->sandboxes, w1);
    ck_assert(gate_enter(&sandbox->gate));
    refused("/console/sandboxes/w1/delete", "Typed=w1", 503, "Requests are on their way");
    gate_leave(&sandbox->gate);
    sandbox_release(sandbox);
    leads("/console/sandboxes/w1/delete", "Typed=w1", "/console/sandboxes");
    ck_assert_ptr_null(sandboxes_find(client.server->sandboxes, w1));
}
END_TEST

/* From one's own page all begins anew, and everybody is signed out. */
START_TEST(test_reset)
{
    client_post(&client, NULL, "iam", "Action=CreateUser&UserName=bob&Version=2010-05-08");
    refused("/console/sandboxes/reset", "Typed=", 400, "Nothing was done");
    leads("/console/sandboxes/reset", "Typed=default", "/signin");
    struct response page = browser_get(&root, "/console/server");
    ck_assert_int_eq(page.status, 303);
    struct response bob =
        client_post(&client, NULL, "iam", "Action=GetUser&UserName=bob&Version=2010-05-08");
    ck_assert_int_eq(bob.status, 404);
}
END_TEST

START_TEST(test_security_report)
{
    client_post(&client, NULL, "iam", "Action=CreateUser&UserName=bob&Version=2010-05-08");
    client_post(&client, NULL, "iam",
                "Action=AttachUserPolicy&UserName=bob&PolicyArn=arn:aws:iam::aws:policy/"
                "ReadOnlyAccess&Version=2010-05-08");
    client_post(&client, NULL, "iam",
                "Action=CreateRole&RoleName=open&Version=2010-05-08&AssumeRolePolicyDocument="
                "%7B%22Version%22:%222012-10-17%22,%22Statement%22:%7B%22Effect%22:%22Allow%22,"
                "%22Action%22:%22sts:AssumeRole%22,%22Principal%22:%22*%22%7D%7D");
    for (int i = 0; i < 250; i++) /* more than a slice of it */
        client_post(
            &client, NULL, "iam",
            arena_printf(&client.arena, "Action=CreateUser&UserName=u%d&Version=2010-05-08", i));
    expect("/console/security-report", "the root user has access keys");
    expect("/console/security-report", "href=\"/console/users/bob\"");
    expect("/console/security-report", "href=\"/console/roles/open\"");
    expect("/console/security-report", "Security Hub IAM.4");
    expect("/console/security-report", "The page that mends it");
}
END_TEST

/* Where the server wants the token, everything is refused until the session has shown it. */
START_TEST(test_operator)
{
    static const char *const pages[] = {"/console/server", "/console/clock", "/console/accounts",
                                        "/console/sandboxes", "/console/security-report"};
    want_token();
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        expect(pages[i], "This is for who has the admin token");
        expect(pages[i], "is missing or wrong.");
    }
    refused("/console/clock", "freeze=true", 403, "is missing or wrong.");
    refused("/console/sandboxes/reset", "Typed=default", 403, "/console/operator");
    refused("/console/sandboxes/w1/delete", "Typed=w1", 403, "/console/operator");
    refused("/console/operator", "token=wrong", 403, "That is not the admin token.");
    leads("/console/operator", "token=" TOKEN, "/console/server");
    expect("/console/operator", "This session has shown the token.");
    expect("/console/clock", "Back to the host");
    leads("/console/clock", "freeze=true", "/console/clock");
    leads("/console/sandboxes/reset", "Typed=default", "/signin");
}
END_TEST

START_TEST(test_guesses)
{
    want_token();
    for (int i = 0; i < 10; i++)
        refused("/console/operator", "token=wrong", 403, "That is not the admin token.");
    refused("/console/operator", "token=" TOKEN, 429, "Too many wrong tokens.");
    expect("/console/clock", "is missing or wrong.");
    client_post(&client, NULL, "iam", "Action=CreateUser&UserName=bob&Version=2010-05-08");
    root = browser_signed_in(&client, ACCOUNT, "bob");
    leads("/console/operator", "token=" TOKEN, "/console/server");
}
END_TEST

/* What is of one host alone is not of others. */
START_TEST(test_another_host)
{
    client.remote = true;
    expect("/console/clock", "This is for who has the admin token");
    refused("/console/clock", "freeze=true", 403, "is missing or wrong.");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("server_pages");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_clock);
    tcase_add_test(t, test_numbers);
    tcase_add_test(t, test_sandboxes);
    tcase_add_test(t, test_reset);
    tcase_add_test(t, test_security_report);
    tcase_add_test(t, test_operator);
    tcase_add_test(t, test_guesses);
    tcase_add_test(t, test_another_host);
    return suite_run("server_pages", t);
}
