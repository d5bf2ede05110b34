/* SPDX-License-Identifier: Apache-2.0 */
/* What a sign-in has begun: how it ends, and what it leaves. */
#include "authn/password.h"
#include "queries.h"
#include "support/suite.h"
#include "support/visitor.h"

#define ACCOUNT "123456789012"
#define EMAIL "root@example.com"
#define RIGHT "Correct-Horse1"
#define OTHER "Second-Horse2"
#define WRONG "Your authentication information is incorrect. Please try again."

static struct client client;
static struct browser browser;

static char *text(const char *format, ...) PRINTF_LIKE(1, 2);

static char *text(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *made = arena_vprintf(&client.arena, format, args);
    va_end(args);
    return made;
}

static struct response iam(const char *form)
{
    return visitor_iam(&browser, form);
}

static struct response own(const char *method, const char *path, const char *body)
{
    return visitor_own(&browser, method, path, body);
}

static void pass(int64_t seconds)
{
    visitor_pass(&browser, seconds);
}

static struct response root(const char *email, const char *password)
{
    return visitor_as_root(&browser, email, password);
}

static void give_root_a_password(void)
{
    visitor_own(&browser, "PUT", "/_iam-local/accounts/" ACCOUNT "/root",
                "{\"password\": \"" RIGHT "\"}");
}

static void start(void)
{
    client_start(&client, NULL);
    browser = (struct browser){.client = &client};
    iam("CreateUser&UserName=alice");
    iam("CreateLoginProfile&UserName=alice&Password=" RIGHT);
    pass(0);
}

static void stop(void)
{
    client_stop(&client);
}

static struct response alice(const char *password)
{
    return visitor_as_user(&browser, ACCOUNT, "alice", password, "");
}

START_TEST(test_sign_out)
{
    alice(RIGHT);
    struct browser thief = {.client = &client, .cookie = browser.cookie};
    struct browser second = {.client = &client};
    visitor_as_user(&second, ACCOUNT, "alice", RIGHT, "");
    ck_assert(visitor_is_signed_in(&browser) && visitor_is_signed_in(&thief) &&
              visitor_is_signed_in(&second));
    struct response page = browser_post_as_is(&browser, "/signout", "");
    ck_assert_int_eq(page.status, 403);
    page = browser_get(&browser, "/signout");
    ck_assert_int_eq(page.status, 405);
    page = browser_post(&browser, "/signout", "");
    browser_expect_way(&page, "/signin");
    ck_assert(!visitor_is_signed_in(&browser) && !visitor_is_signed_in(&thief) &&
              visitor_is_signed_in(&second));
    alice(RIGHT);
    page = browser_post(&browser, "/signout/everywhere", "");
    browser_expect_way(&page, "/signin");
    ck_assert(!visitor_is_signed_in(&browser) && !visitor_is_signed_in(&second));
}
END_TEST

/* Though the clock stands still. */
START_TEST(test_password_changed_elsewhere)
{
    alice(RIGHT);
    ck_assert(visitor_is_signed_in(&browser));
    iam("UpdateLoginProfile&UserName=alice&Password=" OTHER);
    ck_assert(!visitor_is_signed_in(&browser));
    alice(OTHER);
    ck_assert(visitor_is_signed_in(&browser));
    iam("DeleteLoginProfile&UserName=alice");
    ck_assert(!visitor_is_signed_in(&browser));
}
END_TEST

static struct response change_own(const char *old, const char *new)
{
    browser_get(&browser, "/console/me/password");
    return browser_post(&browser, "/console/me/password",
                        text("old=%s&new=%s&again=%s", old, new, new));
}

START_TEST(test_own_password)
{
    struct browser second = {.client = &client};
    alice(RIGHT);
    visitor_as_user(&second, ACCOUNT, "alice", RIGHT, "");
    struct response page = change_own(RIGHT, OTHER);
    browser_expect(&page, 403, "is not authorized to perform: iam:ChangePassword");
    ck_assert(visitor_is_signed_in(&browser));
    iam("UpdateAccountPasswordPolicy&AllowUsersToChangePassword=true");
    page = change_own("x", OTHER);
    browser_expect(&page, 403, "The old password was incorrect.");
    const char *before = browser.cookie;
    page = change_own(RIGHT, OTHER);
    browser_expect_way(&page, "/console/me?done=password");
    ck_assert_str_ne(browser.cookie, before);
    page = browser_get(&browser, "/console/me?done=password");
    browser_expect(&page, 200, "The password is changed.");
    ck_assert(!visitor_is_signed_in(&second));
}
END_TEST

/* What the identity may not ask is told as such, in its place. */
START_TEST(test_who_am_i)
{
    alice(RIGHT);
    struct response page = browser_get(&browser, "/console/me");
    browser_expect(&page, 200, "is not authorized to perform: iam:ListMFADevices");
    browser_expect(&page, 200, "href=\"/console/decisions/");
    iam("PutUserPolicy&UserName=alice&PolicyName=all&PolicyDocument="
        "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22iam%3A%2A%22%2C"
        "%22Resource%22%3A%22%2A%22%7D%7D");
    visitor_device(&browser, "alice", "phone");
    page = browser_get(&browser, "/console/me");
    browser_expect(&page, 200, "<code>arn:aws:iam::" ACCOUNT ":mfa/phone</code>");
    browser_expect(&page, 200, "none was shown");
}
END_TEST

static const char *id_of(const char *form, const char *element)
{
    struct response made = iam(form);
    return client_element(&client, &made, element);
}

START_TEST(test_who_are_the_others)
{
    const char *role = id_of("CreateRole&RoleName=deploy&AssumeRolePolicyDocument="
                             "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A"
                             "%22sts%3AAssumeRole%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22" ACCOUNT
                             "%22%7D%7D%7D",
                             "RoleId");
    const char *user = id_of("GetUser&UserName=alice", "UserId");
    struct session session = {
        .kind = PRINCIPAL_SESSION, .account = ACCOUNT, .owner = role, .name = "s1"};
    struct session other = session;
    struct session federated = {
        .kind = PRINCIPAL_FEDERATED, .account = ACCOUNT, .owner = user, .name = "fred"};
    struct browser first = browser_with(&client, &session), second = browser_with(&client, &other);
    struct response page = browser_get(&first, "/console/me");
    browser_expect(&page, 200, "A <strong>session of a role</strong>, deploy/s1");
    browser_expect(&page, 200, "<code>arn:aws:iam::" ACCOUNT ":role/deploy</code>");
    page = browser_get(&first, "/console/me/password");
    browser_expect(&page, 200, "Sessions of roles and federated users have no password.");
    page = browser_post(&first, "/console/me/password", "old=a&new=b&again=b");
    browser_expect(&page, 403, "Sessions of roles and federated users have no password.");
    page = browser_post(&first, "/signout/everywhere", ""); /* others are in the same role */
    ck_assert(!visitor_is_signed_in(&first) && visitor_is_signed_in(&second));
    first = browser_with(&client, &federated);
    page = browser_get(&first, "/console/me");
    browser_expect(&page, 200, "A <strong>federated user</strong>, fred");
    browser_expect(&page, 200, "<code>arn:aws:iam::" ACCOUNT ":user/alice</code>");
}
END_TEST

/* A code that was shown counts for the session behind the change, too. */
START_TEST(test_own_password_after_a_code)
{
    const char *seed = visitor_device(&browser, "alice", "phone");
    iam("UpdateAccountPasswordPolicy&AllowUsersToChangePassword=true");
    struct response page = alice(RIGHT);
    page = visitor_send_code(&browser, visitor_state(&browser, &page),
                             client_mfa_code(&client, seed, 0), "");
    browser_expect_way(&page, "/console");
    page = change_own(RIGHT, OTHER);
    browser_expect_way(&page, "/console/me?done=password");
    page = browser_get(&browser, "/console/me");
    browser_expect(&page, 200, "shown at the sign-in");
}
END_TEST

START_TEST(test_own_password_of_root)
{
    give_root_a_password();
    root(EMAIL, RIGHT);
    struct response page = change_own("x", OTHER);
    browser_expect(&page, 403, "The old password was incorrect.");
    page = change_own(RIGHT, "all-too-short");
    browser_expect(&page, 403, "A root user&#39;s password has 8 to 128 characters");
    page = change_own(RIGHT, OTHER);
    browser_expect_way(&page, "/console/me?done=password");
    ck_assert(visitor_is_signed_in(&browser));
    page = root(EMAIL, OTHER);
    browser_expect_way(&page, "/console");
}
END_TEST

/* Its root user can come in, look, and reopen it; nobody else can. */
START_TEST(test_closed_account)
{
    struct tx tx;
    give_root_a_password();
    ck_assert_int_eq(store_begin(client.server->sandbox->store, true, &client.arena, &tx), OK);
    ck_assert_int_eq(q_account_close(&tx, &(struct q_account_close){ACCOUNT, CLIENT_TIME}), OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    view_publish(client.server->sandbox, tx.touched);
    struct response page = alice("x");
    browser_expect(&page, 403, WRONG);
    page = alice(RIGHT);
    browser_expect(&page, 403, "The account is closed.");
    page = root(EMAIL, RIGHT);
    browser_expect_way(&page, "/console/me");
    page = browser_get(&browser, "/console/me");
    browser_expect(&page, 200, "reopen it until 2024-02-12T22:13:20Z");
    page = browser_get(&browser, "/console/root-tasks/reopen-account");
    browser_expect(&page, 200, "action=\"/console/root-tasks/reopen-account\"");
    page = browser_post(&browser, "/console/root-tasks/reopen-account", "");
    ck_assert_int_eq(page.status, 303);
    ck_assert(!visitor_is_signed_in(&browser)); /* sessions from before have ended */
    page = alice(RIGHT);
    browser_expect_way(&page, "/console");
}
END_TEST

static void expect_event(const char *name, const char *part)
{
    struct response events = own("GET", text("/_iam-local/events?name=%s", name), "");
    struct buf line = buf_new(&client.arena, events.body.n);
    for (size_t i = 0; i < events.body.n; i++) {
        if (!strchr(" \n", events.body.p[i]))
            buf_add_char(&line, events.body.p[i]);
    }
    ck_assert_msg(strstr(buf_text(&line), part), "no %s in %s", part, buf_text(&line));
    ck_assert_ptr_null(strstr(buf_text(&line), RIGHT));
}

START_TEST(test_events)
{
    alice("x");
    expect_event("ConsoleLogin", "\"errorMessage\":\"Failedauthentication\"");
    visitor_as_user(&browser, ACCOUNT, "carol", "x", "");
    expect_event("ConsoleLogin", "HIDDEN_DUE_TO_SECURITY_REASONS");
    const char *seed = visitor_device(&browser, "alice", "phone");
    struct response page = alice(RIGHT);
    expect_event("CheckMfa", "\"MfaType\":\"VirtualMFA\"");
    page = visitor_send_code(&browser, visitor_state(&browser, &page),
                             client_mfa_code(&client, seed, 0), "");
    expect_event("ConsoleLogin", "\"MFAIdentifier\":\"arn:aws:iam::" ACCOUNT ":mfa/phone\"");
    expect_event("ConsoleLogin", "\"LoginTo\":\"http://localhost:4566/console\"");
    expect_event("ConsoleLogin", "\"ConsoleLogin\":\"Success\"");
    give_root_a_password();
    root(EMAIL, RIGHT);
    expect_event("ConsoleLogin", "\"type\":\"Root\"");
    change_own(RIGHT, OTHER);
    expect_event("PasswordUpdated", "\"PasswordUpdated\":\"Success\"");
    struct response user = iam("GetUser&UserName=alice");
    ck_assert_str_eq(client_element(&client, &user, "PasswordLastUsed"), "2023-11-14T22:13:50Z");
}
END_TEST

/* Passwords are looked at, whatever the enforcement. */
START_TEST(test_off)
{
    atomic_store(&client.server->sandbox->enforcement, ENFORCE_OFF);
    struct response page = alice("x");
    browser_expect(&page, 403, WRONG);
    page = alice(RIGHT);
    browser_expect_way(&page, "/console");
    ck_assert(visitor_is_signed_in(&browser));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("signed_in");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_sign_out);
    tcase_add_test(t, test_password_changed_elsewhere);
    tcase_add_test(t, test_own_password);
    tcase_add_test(t, test_own_password_after_a_code);
    tcase_add_test(t, test_own_password_of_root);
    tcase_add_test(t, test_who_am_i);
    tcase_add_test(t, test_who_are_the_others);
    tcase_add_test(t, test_closed_account);
    tcase_add_test(t, test_events);
    tcase_add_test(t, test_off);
    return suite_run("signed_in", t);
}
