/* SPDX-License-Identifier: Apache-2.0 */
/* A virtual MFA device on its page: made, shown once, enabled with two codes. */
#include "support/browser.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define SERIAL "arn:aws:iam::" ACCOUNT ":mfa/"
#define SECRET "<code class=\"secret\">"

static struct client client;

static void start(void)
{
    client_start(&client, NULL);
    client_post(&client, NULL, "iam", "Action=CreateUser&Version=2010-05-08&UserName=alice");
}

static void stop(void)
{
    client_stop(&client);
}

static const char *text_behind(const struct response *page, const char *before, char end)
{
    const char *all = str_dup(&client.arena, page->body), *at = strstr(all, before);
    ck_assert_msg(at, "%s", all);
    at += strlen(before);
    return arena_strndup(&client.arena, at, (size_t)(strchr(at, end) - at));
}

static const char *code_of(const char *seed, int64_t steps)
{
    char *code = arena_alloc(&client.arena, CLIENT_CODE_SIZE);
    client_totp(str_of(seed), CLIENT_TIME / 30 + steps, code);
    return code;
}

static struct response enable(struct browser *browser, const char *user, const char *serial,
                              const char *seed, const char *code1, const char *code2)
{
    return browser_post(browser, "/console/mfa-device/enable",
                        arena_printf(&client.arena, "user=%s&serial=%s&seed=%s&code1=%s&code2=%s",
                                     user, serial, seed, code1, code2));
}

START_TEST(test_root_user)
{
    struct browser root = browser_signed_in(&client, ACCOUNT, NULL);
    struct response page = browser_get(&root, "/console/mfa-device?user=root");
    browser_expect(&page, 200, "value=\"root-account-mfa-device\"");
    page = browser_post(&root, "/console/mfa-device", "user=root&name=phone");
    browser_expect(&page, 200, SERIAL "phone");
    browser_expect(&page, 200, "src=\"data:image/png;base64,iVBORw0KGgo");
    const char *seed = text_behind(&page, SECRET, '<');
    page = enable(&root, "root", SERIAL "phone", seed, code_of(seed, 0), "123456");
    browser_expect(&page, 403, "InvalidAuthenticationCode");
    browser_expect(&page, 403, seed);
    page = enable(&root, "root", SERIAL "phone", seed, code_of(seed, -1), code_of(seed, 0));
    ck_assert_int_eq(page.status, 303);
    ck_assert_str_eq(client_header(&page, "location"), "/console/me");
    page = client_post(&client, NULL, "iam", "Action=ListMFADevices&Version=2010-05-08");
    browser_expect(&page, 200, SERIAL "phone");
}
END_TEST

START_TEST(test_user)
{
    struct browser root = browser_signed_in(&client, ACCOUNT, NULL);
    struct response page = browser_post(&root, "/console/mfa-device", "user=alice&name=alice");
    const char *seed = text_behind(&page, SECRET, '<');
    page = enable(&root, "alice", SERIAL "alice", seed, code_of(seed, -1), code_of(seed, 0));
    ck_assert_str_eq(client_header(&page, "location"), "/console/users/alice");
    page = browser_post(&root, "/console/mfa-device", "user=alice&name=alice");
    browser_expect(&page, 409, "MFADevice entity at the same path and name already exists.");
}
END_TEST

START_TEST(test_refused)
{
    struct browser alice = browser_signed_in(&client, ACCOUNT, "alice");
    struct response page = browser_post(&alice, "/console/mfa-device", "user=alice&name=alice");
    browser_expect(&page, 403, "is not authorized to perform: iam:CreateVirtualMFADevice");
    page = enable(&alice, "root", SERIAL "x", "%3Cb%3E", "123456", "654321");
    browser_expect(&page, 403, "is not authorized to perform: iam:EnableMFADevice");
    browser_expect(&page, 403, "value=\"&lt;b&gt;\"");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("mfa_device");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_root_user);
    tcase_add_test(t, test_user);
    tcase_add_test(t, test_refused);
    return suite_run("mfa_device", t);
}
