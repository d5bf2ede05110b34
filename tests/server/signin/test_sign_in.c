/* SPDX-License-Identifier: Apache-2.0 */
/* People sign in on pages: every step, and what each refuses. */
#include <crypt.h>

#include "authn/password.h"
#include "queries.h"
#include "support/suite.h"
#include "support/visitor.h"

#define ACCOUNT "123456789012"
#define EMAIL "root@example.com"
#define RIGHT "Correct-Horse1"
#define OTHER "Second-Horse2"
#define WRONG "Your authentication information is incorrect. Please try again."
#define OVER "This sign-in is over."

enum { DAY = 86400 };

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

START_TEST(test_user)
{
    struct response page = browser_get(&browser, "/signin");
    browser_expect(&page, 200, "<h1>Sign in</h1>");
    const char *visitor = browser.cookie;
    page = alice(RIGHT);
    browser_expect_way(&page, "/console");
    ck_assert_str_ne(browser.cookie, visitor); /* whoever planted that one has nothing */
    page = browser_get(&browser, "/console/me");
    browser_expect(&page, 200, "arn:aws:iam::" ACCOUNT ":user/alice");
    browser_expect(&page, 200, "<strong>IAM user</strong> alice");
    struct browser planted = {.client = &client, .cookie = visitor};
    ck_assert(!visitor_is_signed_in(&planted));
}
END_TEST

START_TEST(test_root)
{
    give_root_a_password();
    struct response page = root(EMAIL, RIGHT);
    browser_expect_way(&page, "/console");
    page = browser_get(&browser, "/console/me");
    browser_expect(&page, 200, "<strong>root user</strong> of account " ACCOUNT);
    browser_expect(&page, 200, "The root user ought to have one.");
    browser_expect(&page, 200, "AKIAIOSFODNN7EXAMPLE");
    browser_expect(&page, 200, "no policy limits them");
}
END_TEST

/* The same page, whatever it is that is not there. */
START_TEST(test_what_is_not_there_is_wrong)
{
    static const struct {
        const char *account, *user;
    } people[] = {
        {ACCOUNT, "alice"}, {ACCOUNT, "bob"}, {"999999999999", "alice"}, {"nobodys", "alice"}};
    iam("CreateUser&UserName=bob");
    for (size_t i = 0; i < ARRAY_LEN(people); i++) {
        struct response page =
            visitor_as_user(&browser, people[i].account, people[i].user, "x", "");
        browser_expect(&page, 403, WRONG);
        ck_assert_str_eq(browser_field(&browser, &page, "user"), people[i].user);
        ck_assert(!visitor_is_signed_in(&browser));
    }
    struct response known = root(EMAIL, "x"), unknown = root("x@example.com", "x");
    browser_expect(&known, 403, WRONG);
    browser_expect(&unknown, 403, WRONG);
}
END_TEST

/* What it takes to find out is counted in hashes of a password. */
static int hashes;

char *__real_crypt_rn(const char *phrase, const char *setting, void *data, int size);
char *__wrap_crypt_rn(const char *phrase, const char *setting, void *data, int size);
char *__wrap_crypt_rn(const char *phrase, const char *setting, void *data, int size)
{
    hashes++;
    return __real_crypt_rn(phrase, setting, data, size);
}

static int hashes_for(struct response page)
{
    int n = hashes;
    ck_assert_int_eq(page.status, 403);
    hashes = 0;
    return n;
}

START_TEST(test_what_is_not_there_takes_as_long)
{
    give_root_a_password();
    iam("CreateUser&UserName=bob");
    hashes = 0;
    int known = hashes_for(alice("x"));
    ck_assert_int_gt(known, 0);
    ck_assert_int_eq(hashes_for(visitor_as_user(&browser, ACCOUNT, "bob", "x", "")), known);
    ck_assert_int_eq(hashes_for(visitor_as_user(&browser, ACCOUNT, "carol", "x", "")), known);
    ck_assert_int_eq(hashes_for(visitor_as_user(&browser, "nobodys", "alice", "x", "")), known);
    ck_assert_int_eq(hashes_for(root(EMAIL, "x")), known);
    ck_assert_int_eq(hashes_for(root("x@example.com", "x")), known);
}
END_TEST

START_TEST(test_locked)
{
    for (int i = 0; i < 10; i++) {
        struct response page = alice("x");
        browser_expect(&page, 403, WRONG);
    }
    struct response page = alice(RIGHT);
    browser_expect(&page, 429, "looked at in 60 seconds");
    page = visitor_as_user(&browser, ACCOUNT, "carol", RIGHT, "");
    browser_expect(&page, 403, WRONG);
    pass(60);
    page = alice(RIGHT);
    browser_expect_way(&page, "/console");
}
END_TEST

START_TEST(test_account_url)
{
    iam("CreateAccountAlias&AccountAlias=acme");
    struct response known = browser_get(&browser, "/signin/acme");
    struct response unknown = browser_get(&browser, "/signin/nobodys");
    ck_assert_int_eq(known.status, 200);
    ck_assert_int_eq(unknown.status, 200);
    ck_assert_str_eq(browser_field(&browser, &known, "account"), "acme");
    ck_assert_str_eq(browser_field(&browser, &unknown, "account"), "nobodys");
    ck_assert_uint_eq(known.body.n + strlen("nobodys") - strlen("acme"), unknown.body.n);
    known = browser_post(&browser, "/signin", "account=acme&user=alice&password=" RIGHT);
    browser_expect_way(&known, "/console");
    unknown = browser_get(&browser, "/signin/%22%3E%3Cscript%3E");
    browser_expect(&unknown, 200, "&gt;&lt;script&gt;");
}
END_TEST

START_TEST(test_next)
{
    static const struct {
        const char *given, *way;
    } cases[] = {
        {"/console/users?prefix=a%20b", "/console/users?prefix=a%20b"},
        {"/switchrole?account=1&roleName=x", "/switchrole?account=1&roleName=x"},
        {"/v1/authorize?response_type=code", "/v1/authorize?response_type=code"},
        {"/console", "/console"},
        {"//evil.example", "/console"},
        {"/\\evil.example", "/console"},
        {"https://evil.example/console", "/console"},
        {"https:evil.example", "/console"},
        {"javascript:alert(1)", "/console"},
        {"/console\r\nSet-Cookie: a=b", "/console"},
        {"/console\\..\\..\\\\evil.example", "/console"},
        {"/console@evil.example", "/console"},
        {"/consoles", "/console"},
        {"/signout", "/console"},
        {"console", "/console"},
        {"", "/console"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct browser b = {.client = &client};
        struct response page =
            browser_get(&b, text("/signin?next=%s", browser_encode(&b, cases[i].given)));
        ck_assert_str_eq(browser_field(&b, &page, "next"), cases[i].way);
        page = visitor_as_user(&b, ACCOUNT, "alice", RIGHT,
                               text("&next=%s", browser_encode(&b, cases[i].given)));
        browser_expect_way(&page, cases[i].way);
    }
}
END_TEST

START_TEST(test_remembered)
{
    struct response page = visitor_as_user(&browser, ACCOUNT, "alice", "x", "&remember=true");
    ck_assert_ptr_nonnull(browser.other);
    ck_assert_ptr_null(strstr(browser.other, "x="));
    page = browser_get(&browser, "/signin");
    ck_assert_str_eq(browser_field(&browser, &page, "user"), "alice");
    ck_assert_str_eq(browser_field(&browser, &page, "account"), ACCOUNT);
    browser_expect(&page, 200, "name=\"remember\" value=\"true\" checked");
    page = browser_get(&browser, "/signin/acme");
    ck_assert_str_eq(browser_field(&browser, &page, "user"), "");
    alice("x");
    ck_assert_ptr_null(browser.other);
    browser.other = "iam-local-default-user=%22%3E%3Cscript%3E/%00";
    page = browser_get(&browser, "/signin");
    ck_assert_str_eq(browser_field(&browser, &page, "user"), "");
}
END_TEST

START_TEST(test_code)
{
    const char *seed = visitor_device(&browser, "alice", "phone");
    struct response page = alice(RIGHT);
    browser_expect(&page, 200, "<h1>Code of an MFA device</h1>");
    ck_assert(!visitor_is_signed_in(&browser));
    const char *state = visitor_state(&browser, &page);
    page = visitor_send_code(&browser, state, "000000", "");
    browser_expect(&page, 403, WRONG);
    page = visitor_send_code(&browser, visitor_state(&browser, &page), "x", "");
    browser_expect(&page, 403, WRONG);
    const char *code = client_mfa_code(&client, seed, 0);
    page =
        visitor_send_code(&browser, visitor_state(&browser, &page), code, "&next=/console/users");
    browser_expect_way(&page, "/console/users");
    page = browser_get(&browser, "/console/me");
    browser_expect(&page, 200, "shown at the sign-in");
    struct browser other = {.client = &client};
    page = visitor_as_user(&other, ACCOUNT, "alice", RIGHT, "");
    page = visitor_send_code(&other, browser_field(&other, &page, "state"), code, "");
    browser_expect(&page, 403, WRONG); /* each is good once */
}
END_TEST

/* What was proved is good for this browser, this password, and five minutes. */
START_TEST(test_state)
{
    const char *seed = visitor_device(&browser, "alice", "phone");
    const char *code = client_mfa_code(&client, seed, 0);
    struct response page = alice(RIGHT);
    const char *state = visitor_state(&browser, &page);
    char *forged = arena_strdup(&client.arena, state);
    forged[8] = forged[8] == 'a' ? 'b' : 'a';
    const char *const bad[] = {forged, "x", "%%%", state + 1, text("%sA", state)};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        page = visitor_send_code(&browser, bad[i], code, "");
        browser_expect(&page, 403, OVER);
    }
    struct browser other = {.client = &client};
    browser_get(&other, "/signin");
    page = visitor_send_code(&other, state, code, "");
    browser_expect(&page, 403, OVER);
    pass(300);
    page = visitor_send_code(&browser, state, client_mfa_code(&client, seed, 0), "");
    browser_expect(&page, 403, OVER);
    pass(-301);
    page = visitor_send_code(&browser, state, client_mfa_code(&client, seed, 0), "");
    browser_expect(&page, 403, OVER);
    page = alice(RIGHT);
    state = visitor_state(&browser, &page);
    iam("UpdateLoginProfile&UserName=alice&Password=" OTHER);
    page = visitor_send_code(&browser, state, client_mfa_code(&client, seed, 0), "");
    browser_expect(&page, 403, OVER);
    ck_assert(!visitor_is_signed_in(&browser));
}
END_TEST

/* A state from before the code opens no other door. */
START_TEST(test_no_way_around_the_code)
{
    visitor_device(&browser, "alice", "phone");
    iam("UpdateLoginProfile&UserName=alice&PasswordResetRequired=true");
    iam("UpdateAccountPasswordPolicy&AllowUsersToChangePassword=true");
    struct response page = alice(RIGHT);
    browser_expect(&page, 200, "<h1>Code of an MFA device</h1>");
    page = browser_post(&browser, "/signin/new-password",
                        text("state=%s&old=" RIGHT "&new=" OTHER "&again=" OTHER,
                             browser_encode(&browser, visitor_state(&browser, &page))));
    browser_expect(&page, 403, OVER);
    page = alice(RIGHT);
    ck_assert_int_eq(page.status, 200);
    ck_assert(!visitor_is_signed_in(&browser));
}
END_TEST

START_TEST(test_wrong_codes_end)
{
    const char *seed = visitor_device(&browser, "alice", "phone");
    struct response page = alice(RIGHT);
    const char *state = visitor_state(&browser, &page);
    for (int i = 0; i < 10; i++) {
        page = visitor_send_code(&browser, state, "000000", "");
        browser_expect(&page, 403, WRONG);
    }
    page = visitor_send_code(&browser, state, client_mfa_code(&client, seed, 0), "");
    browser_expect(&page, 403, WRONG);
    pass(30);
    page = visitor_send_code(&browser, state, client_mfa_code(&client, seed, 0), "");
    browser_expect_way(&page, "/console");
}
END_TEST

static const char *give_token(void)
{
    struct response token = own("POST", "/_iam-local/accounts/" ACCOUNT "/hardware-tokens",
                                "{\"serial_number\": \"TOKEN12345\"}");
    const char *seed = client_member(&client, token.body, "seed");
    struct buf base64 = buf_new(&client.arena, 128);
    buf_base64(&base64, (const unsigned char *)seed, strlen(seed));
    seed = buf_text(&base64);
    iam(text("EnableMFADevice&UserName=alice&SerialNumber=TOKEN12345"
             "&AuthenticationCode1=%s&AuthenticationCode2=%s",
             client_mfa_code(&client, seed, -1), client_mfa_code(&client, seed, 0)));
    pass(30);
    return seed;
}

START_TEST(test_kinds_of_devices)
{
    const char *app = visitor_device(&browser, "alice", "phone"), *token = give_token();
    struct response page = alice(RIGHT);
    browser_expect(&page, 200, "<legend>Which device shows the code?</legend>");
    page = visitor_send_code(&browser, visitor_state(&browser, &page),
                             client_mfa_code(&client, token, 0), "&kind=virtual");
    browser_expect(&page, 403, "value=\"virtual\" required checked");
    page = visitor_send_code(&browser, visitor_state(&browser, &page),
                             client_mfa_code(&client, token, 0), "&kind=hardware");
    browser_expect_way(&page, "/console");
    page = alice(RIGHT);
    page = visitor_send_code(&browser, visitor_state(&browser, &page),
                             client_mfa_code(&client, app, 0), "");
    browser_expect_way(&page, "/console");
}
END_TEST

/* Security keys cannot be asked here. */
START_TEST(test_security_key)
{
    own("POST", "/_iam-local/accounts/" ACCOUNT "/security-keys",
        "{\"user_name\": \"alice\", \"name\": \"key\"}");
    struct response page = alice("x");
    browser_expect(&page, 403, WRONG);
    page = alice(RIGHT);
    browser_expect(&page, 403, "security keys, which cannot be checked here");
    ck_assert(!visitor_is_signed_in(&browser));
    const char *seed = visitor_device(&browser, "alice", "phone");
    page = alice(RIGHT);
    browser_expect(&page, 200, "Security keys are registered, too");
    page = visitor_send_code(&browser, visitor_state(&browser, &page),
                             client_mfa_code(&client, seed, 0), "");
    browser_expect_way(&page, "/console");
}
END_TEST

static struct response change(const char *state, const char *old, const char *new,
                              const char *again)
{
    return browser_post(
        &browser, "/signin/new-password",
        text("state=%s&old=%s&new=%s&again=%s", browser_encode(&browser, state), old, new, again));
}

START_TEST(test_forced_change)
{
    iam("UpdateLoginProfile&UserName=alice&PasswordResetRequired=true");
    struct response page = alice(RIGHT);
    browser_expect(&page, 200, "Yours is to be replaced.");
    const char *state = visitor_state(&browser, &page);
    page = change(state, RIGHT, OTHER, OTHER);
    browser_expect(&page, 403, "is not authorized to perform: iam:ChangePassword");
    iam("UpdateAccountPasswordPolicy&AllowUsersToChangePassword=true&MinimumPasswordLength=10"
        "&PasswordReusePrevention=3");
    page = change(state, RIGHT, OTHER, RIGHT);
    browser_expect(&page, 403, "The two are not the same.");
    page = change(state, "x", OTHER, OTHER);
    browser_expect(&page, 403, "The old password was incorrect.");
    page = change(state, RIGHT, RIGHT, RIGHT);
    browser_expect(&page, 403, "The new password is the old one.");
    page = change(state, RIGHT, "Short-1", "Short-1");
    browser_expect(&page, 403, "Password does not conform to the account password policy.");
    const char *visitor = browser.cookie;
    page = change(visitor_state(&browser, &page), RIGHT, OTHER, OTHER);
    browser_expect_way(&page, "/console");
    ck_assert(visitor_is_signed_in(&browser));
    browser.cookie = visitor;
    page = change(state, OTHER, "Third-Horse3", "Third-Horse3");
    browser_expect(&page, 403, OVER); /* in the same second, and with the cookie of then */
    page = alice(RIGHT);
    browser_expect(&page, 403, WRONG);
    page = alice(OTHER);
    browser_expect_way(&page, "/console");
}
END_TEST

/* The most hashes that are made before others come first. */
static int hashes_in_a_slice(const char *path, const char *form)
{
    int most = 0;
    const struct request_header headers[] = {
        {STR("Host"), STR("localhost:4566")},
        {STR("Cookie"), str_of(text("iam-local-default=%s", browser.cookie))},
        {STR("Content-Type"), STR("application/x-www-form-urlencoded")}};
    const struct request rq = {.method = STR("POST"),
                               .path = str_of(path),
                               .headers = headers,
                               .n_headers = ARRAY_LEN(headers),
                               .body = str_of(form),
                               .source_ip = "127.0.0.1",
                               .loopback = true};
    struct flow *f = pipeline_begin(client.server, &client.arena, &rq);
    for (enum place here = PLACE_SERVE; here != PLACE_DONE;) {
        hashes = 0;
        here = pipeline_go_on(f, here);
        most = hashes > most ? hashes : most;
    }
    ck_assert_int_eq(f->response.status, 303);
    return most;
}

/* A password is compared with the last ones, and nobody has to wait for all of them. */
START_TEST(test_change_gives_way)
{
    iam("UpdateAccountPasswordPolicy&AllowUsersToChangePassword=true&PasswordReusePrevention=24");
    for (int i = 0; i < 24; i++)
        iam(text("UpdateLoginProfile&UserName=alice&Password=horse-%d", i));
    iam("UpdateLoginProfile&UserName=alice&Password=" RIGHT "&PasswordResetRequired=true");
    struct response page = alice(RIGHT);
    const char *form = text("csrf=%s&state=%s&old=" RIGHT "&new=" OTHER "&again=" OTHER,
                            browser_field(&browser, &page, "csrf"),
                            browser_encode(&browser, visitor_state(&browser, &page)));
    ck_assert_int_le(hashes_in_a_slice("/signin/new-password", form), 2);
}
END_TEST

START_TEST(test_forced_change_after_code)
{
    const char *seed = visitor_device(&browser, "alice", "phone");
    iam("UpdateLoginProfile&UserName=alice&PasswordResetRequired=true");
    iam("UpdateAccountPasswordPolicy&AllowUsersToChangePassword=true");
    struct response page = alice(RIGHT);
    page = visitor_send_code(&browser, visitor_state(&browser, &page),
                             client_mfa_code(&client, seed, 0), "");
    browser_expect(&page, 200, "<h1>Choose another password</h1>");
    page = change(visitor_state(&browser, &page), RIGHT, OTHER, OTHER);
    browser_expect_way(&page, "/console");
    page = browser_get(&browser, "/console/me");
    browser_expect(&page, 200, "shown at the sign-in");
}
END_TEST

START_TEST(test_expired)
{
    iam("UpdateAccountPasswordPolicy&MaxPasswordAge=2&AllowUsersToChangePassword=true");
    pass(2 * DAY);
    struct response page = alice("x");
    browser_expect(&page, 403, WRONG);
    page = alice(RIGHT);
    browser_expect(&page, 200, "Yours has expired.");
    page = change(visitor_state(&browser, &page), RIGHT, OTHER, OTHER);
    browser_expect_way(&page, "/console");
    iam("UpdateAccountPasswordPolicy&MaxPasswordAge=2&AllowUsersToChangePassword=true"
        "&HardExpiry=true");
    pass(2 * DAY);
    page = alice("x");
    browser_expect(&page, 403, WRONG);
    page = alice(OTHER);
    browser_expect(&page, 403, "The password has expired.");
    ck_assert(!visitor_is_signed_in(&browser));
}
END_TEST

START_TEST(test_what_people_type)
{
    static const char *const bad[] = {
        "account=%FF&user=%FE&password=%FD", "account=%00&user=a%00b&password=%00",
        "account=1&user=a%0Ab%0D&password=x", "account=1&user=%E2%80%AEecila&password=x",
        "account=1&user=%22%3E%3Cscript%3E&password=x"};
    struct buf longest = buf_new(&client.arena, 100000);
    buf_add_text(&longest, "account=1&password=x&user=");
    for (int i = 0; i < 90000; i++)
        buf_add_char(&longest, 'a');
    static const char *const invalid[] = {"",
                                          "account=1",
                                          "account=1&user=a",
                                          "user=a&password=x",
                                          "account=1&user=a&password=secret-x&more=1",
                                          "account=1&account=2&user=a&password=x"};
    struct response page = browser_get(&browser, "/signin");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        page = browser_post(&browser, "/signin", bad[i]);
        ck_assert_msg(page.status == 403 || page.status == 400, "%s: %d", bad[i], page.status);
        ck_assert_ptr_null(memmem(page.body.p, page.body.n, "<script>", strlen("<script>")));
    }
    page = browser_post(&browser, "/signin", buf_text(&longest));
    browser_expect(&page, 400, "Member must have length less than or equal to 512");
    ck_assert_uint_lt(page.body.n, 10000);
    for (size_t i = 0; i < ARRAY_LEN(invalid); i++) {
        page = browser_post(&browser, "/signin", invalid[i]);
        ck_assert_msg(page.status == 403 || page.status == 400, "%s: %d", invalid[i], page.status);
        ck_assert_ptr_null(memmem(page.body.p, page.body.n, "secret-x", strlen("secret-x")));
    }
}
END_TEST

/* Nobody signs in with a form that no page of ours has. */
START_TEST(test_forms_of_others)
{
    browser_get(&browser, "/signin");
    struct response page =
        browser_post_as_is(&browser, "/signin", "account=" ACCOUNT "&user=alice&password=" RIGHT);
    browser_expect(&page, 403, "The form is not from a page that was made for this browser");
    struct browser other = {.client = &client};
    page = browser_post_as_is(&other, "/signin",
                              "account=" ACCOUNT "&user=alice&password=" RIGHT "&csrf=x");
    ck_assert_int_eq(page.status, 403);
    ck_assert(!visitor_is_signed_in(&browser));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("sign_in");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_user);
    tcase_add_test(t, test_root);
    tcase_add_test(t, test_what_is_not_there_is_wrong);
    tcase_add_test(t, test_what_is_not_there_takes_as_long);
    tcase_add_test(t, test_locked);
    tcase_add_test(t, test_account_url);
    tcase_add_test(t, test_next);
    tcase_add_test(t, test_remembered);
    tcase_add_test(t, test_code);
    tcase_add_test(t, test_state);
    tcase_add_test(t, test_no_way_around_the_code);
    tcase_add_test(t, test_wrong_codes_end);
    tcase_add_test(t, test_kinds_of_devices);
    tcase_add_test(t, test_security_key);
    tcase_add_test(t, test_forced_change);
    tcase_add_test(t, test_change_gives_way);
    tcase_add_test(t, test_forced_change_after_code);
    tcase_add_test(t, test_expired);
    tcase_add_test(t, test_what_people_type);
    tcase_add_test(t, test_forms_of_others);
    return suite_run("sign_in", t);
}
