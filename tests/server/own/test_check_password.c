/* SPDX-License-Identifier: Apache-2.0 */
/* What a sign-in would say: of passwords, of names that do not exist, of trying. */
#include "authn/password.h"
#include "err.h"
#include "queries.h"
#include "support/client.h"
#include "support/suite.h"

#define IAM "&Version=2010-05-08"
#define WRONG "{\"result\": \"wrong\"}"
#define OK_ANSWER "{\"result\": \"ok\"}"
#define ACCOUNT "123456789012"
#define RIGHT "Correct-Horse1"

enum { DAY = 86400 };

static struct client client;

static struct response root(const char *form)
{
    struct response response =
        client_post(&client, NULL, "iam", arena_printf(&client.arena, "Action=%s" IAM, form));
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
    return response;
}

static void start(void)
{
    client_start(&client, (const char *const[]){"--admin-token", "let-me-in", NULL});
    root("CreateUser&UserName=alice");
    root("CreateLoginProfile&UserName=alice&Password=" RIGHT);
    root("CreateUser&UserName=bob");
}

static void stop(void)
{
    client_stop(&client);
}

static struct response own(const char *method, const char *path, const char *body)
{
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")},
                                             {STR("Authorization"), STR("Bearer let-me-in")}};
    return client_ask(&client, method, path, headers, ARRAY_LEN(headers), str_of(body));
}

static const char *in_one_line(struct str body)
{
    struct buf line = buf_new(&client.arena, body.n + 1);
    for (struct str part; body.p;) {
        part = str_trim(str_cut(&body, '\n'));
        buf_add(&line, part);
        if (part.n && part.p[part.n - 1] == ',')
            buf_add_char(&line, ' ');
    }
    return buf_text(&line);
}

static const char *check(const char *body)
{
    struct response response = own("POST", "/_iam-local/check-password", body);
    ck_assert_msg(response.status == 200, "%s: %.*s", body, STR_FMT(response.body));
    return in_one_line(response.body);
}

static const char *try(const char *account, const char *name, const char *password)
{
    return check(arena_printf(&client.arena,
                              "{\"account\": \"%s\", \"user_name\": \"%s\", \"password\": \"%s\"}",
                              account, name, password));
}

static const char *alice(const char *password)
{
    return try(ACCOUNT, "alice", password);
}

static void settings(const char *body)
{
    ck_assert_int_eq(own("PUT", "/_iam-local/settings", body).status, 200);
}

static void pass(int64_t seconds)
{
    struct clock *clock = &client.server->sandbox->clock;
    clock_freeze(clock, clock_now(clock) + seconds);
}

START_TEST(test_right_and_wrong)
{
    root("CreateAccountAlias&AccountAlias=acme");
    ck_assert_str_eq(alice(RIGHT), OK_ANSWER);
    ck_assert_str_eq(try(ACCOUNT, "ALICE", RIGHT), OK_ANSWER);
    ck_assert_str_eq(try("acme", "alice", RIGHT), OK_ANSWER);
    ck_assert_str_eq(alice("Correct-Horse2"), WRONG);
    ck_assert_str_eq(alice("correct-horse1"), WRONG);
    ck_assert_str_eq(alice(""), WRONG);
    ck_assert_str_eq(alice(RIGHT " "), WRONG);
}
END_TEST

/* The same bytes, whatever it is that is not there. */
START_TEST(test_what_is_not_there_is_wrong)
{
    ck_assert_str_eq(try(ACCOUNT, "bob", RIGHT), WRONG); /* has no password */
    ck_assert_str_eq(try(ACCOUNT, "carol", RIGHT), WRONG);
    ck_assert_str_eq(try("999999999999", "alice", RIGHT), WRONG);
    ck_assert_str_eq(try("nobodys-alias", "alice", RIGHT), WRONG);
    ck_assert_str_eq(try("", "", ""), WRONG);
    ck_assert_str_eq(check("{\"email\": \"root@example.com\", \"password\": \"" RIGHT "\"}"),
                     WRONG); /* has no password */
    ck_assert_str_eq(check("{\"email\": \"x@example.com\", \"password\": \"" RIGHT "\"}"), WRONG);
    char *longest = arena_alloc(&client.arena, 10001);
    memset(longest, 'a', 10000);
    longest[10000] = '\0';
    ck_assert_str_eq(alice(longest), WRONG);
    ck_assert_str_eq(try(ACCOUNT, longest, RIGHT), WRONG);
}
END_TEST

START_TEST(test_bad_requests)
{
    static const char *const bad[] = {
        "",
        "{}",
        "{\"password\": \"x\"}",
        "{\"account\": \"123456789012\", \"password\": \"x\"}",
        "{\"user_name\": \"alice\", \"password\": \"x\"}",
        "{\"account\": \"123456789012\", \"user_name\": \"alice\"}",
        "{\"account\": \"1\", \"user_name\": \"a\", \"email\": \"b@c\", \"password\": \"x\"}",
        "{\"account\": \"1\", \"email\": \"b@c\", \"password\": \"x\"}",
        "{\"account\": 123456789012, \"user_name\": \"alice\", \"password\": \"x\"}",
        "{\"account\": \"1\", \"user_name\": \"alice\", \"password\": \"secret\", \"x\": 1}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct response response = own("POST", "/_iam-local/check-password", bad[i]);
        ck_assert_msg(response.status == 400, "%s: %d", bad[i], response.status);
        ck_assert_ptr_null(memmem(response.body.p, response.body.n, "secret", 6));
    }
    struct response response =
        client_ask(&client, "POST", "/_iam-local/check-password", NULL, 0, STR("{}"));
    ck_assert_int_eq(response.status, 403);
}
END_TEST

static void give_root_a_password(void)
{
    struct tx tx;
    const char *hash;
    struct sandbox *sandbox = client.server->sandbox;
    ck_assert_int_eq(password_hash(sandbox, &client.arena, RIGHT, &hash), OK);
    ck_assert_int_eq(store_begin(sandbox->store, true, &client.arena, &tx), OK);
    const struct password_new made = {
        .account = ACCOUNT, .owner = ACCOUNT, .hash = hash, .now = CLIENT_TIME};
    ck_assert_int_eq(password_put(&tx, &made), OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
}

/* Policies are for users: that of a root user does not end. */
START_TEST(test_root_user)
{
    give_root_a_password();
    root("UpdateAccountPasswordPolicy&MaxPasswordAge=1");
    pass(10 * DAY);
    ck_assert_str_eq(check("{\"email\": \"root@example.com\", \"password\": \"" RIGHT "\"}"),
                     OK_ANSWER);
    ck_assert_str_eq(check("{\"email\": \"root@example.com\", \"password\": \"x\"}"), WRONG);
    struct response user = root("GetUser");
    ck_assert_str_eq(client_element(&client, &user, "PasswordLastUsed"), "2023-11-24T22:13:20Z");
}
END_TEST

START_TEST(test_reset_required)
{
    root("UpdateLoginProfile&UserName=alice&PasswordResetRequired=true");
    ck_assert_str_eq(alice(RIGHT), "{\"result\": \"reset_required\"}");
    ck_assert_str_eq(alice("x"), WRONG);
    root("UpdateLoginProfile&UserName=alice&PasswordResetRequired=false");
    ck_assert_str_eq(alice(RIGHT), OK_ANSWER);
}
END_TEST

/* Age counts at once, for passwords that are older than the policy, too. */
START_TEST(test_expired)
{
    pass(2 * DAY);
    ck_assert_str_eq(alice(RIGHT), OK_ANSWER);
    root("UpdateAccountPasswordPolicy&MaxPasswordAge=2");
    ck_assert_str_eq(alice(RIGHT), "{\"result\": \"expired\"}");
    ck_assert_str_eq(alice("x"), WRONG);
    root("UpdateAccountPasswordPolicy&MaxPasswordAge=2&HardExpiry=true");
    ck_assert_str_eq(alice(RIGHT), "{\"result\": \"hard_expired\"}");
    root("UpdateAccountPasswordPolicy&MaxPasswordAge=3&HardExpiry=true");
    ck_assert_str_eq(alice(RIGHT), OK_ANSWER);
    root("UpdateAccountPasswordPolicy&MaxPasswordAge=2");
    root("UpdateLoginProfile&UserName=alice&Password=Second-Horse2");
    ck_assert_str_eq(alice("Second-Horse2"), OK_ANSWER);
    pass(2 * DAY - 1);
    ck_assert_str_eq(alice("Second-Horse2"), OK_ANSWER);
    pass(1);
    ck_assert_str_eq(alice("Second-Horse2"), "{\"result\": \"expired\"}");
}
END_TEST

static const char *with_code(const char *password, const char *code)
{
    return check(arena_printf(&client.arena,
                              "{\"account\": \"" ACCOUNT "\", \"user_name\": \"alice\", "
                              "\"password\": \"%s\", \"mfa_code\": \"%s\"}",
                              password, code));
}

static const char *enable_device(const char *name)
{
    struct arena *a = &client.arena;
    struct response device =
        root(arena_printf(a, "CreateVirtualMFADevice&VirtualMFADeviceName=%s", name));
    const char *seed = client_element(&client, &device, "Base32StringSeed");
    root(arena_printf(a,
                      "EnableMFADevice&UserName=alice&SerialNumber=arn:aws:iam::" ACCOUNT
                      ":mfa/%s&AuthenticationCode1=%s&AuthenticationCode2=%s",
                      name, client_mfa_code(&client, seed, -1), client_mfa_code(&client, seed, 0)));
    return seed;
}

START_TEST(test_mfa)
{
    const char *first = enable_device("first"), *second = enable_device("second");
    pass(30);
    ck_assert_str_eq(alice("x"), WRONG);
    ck_assert_str_eq(with_code("x", client_mfa_code(&client, first, 0)), WRONG);
    ck_assert_str_eq(alice(RIGHT), "{\"result\": \"mfa_required\"}");
    ck_assert_str_eq(with_code(RIGHT, "000000"), "{\"result\": \"mfa_wrong\"}");
    ck_assert_str_eq(with_code(RIGHT, "x"), "{\"result\": \"mfa_wrong\"}");
    ck_assert_str_eq(with_code(RIGHT, client_mfa_code(&client, first, 0)), OK_ANSWER);
    ck_assert_str_eq(with_code(RIGHT, client_mfa_code(&client, first, 0)),
                     "{\"result\": \"mfa_wrong\"}"); /* each is good once */
    ck_assert_str_eq(with_code(RIGHT, client_mfa_code(&client, second, 0)), OK_ANSWER);
    root("UpdateLoginProfile&UserName=alice&PasswordResetRequired=true");
    ck_assert_str_eq(alice(RIGHT), "{\"result\": \"mfa_required\"}");
    pass(30);
    ck_assert_str_eq(with_code(RIGHT, client_mfa_code(&client, second, 0)),
                     "{\"result\": \"reset_required\"}");
}
END_TEST

static void fail_times(const char *account, const char *name, int n)
{
    for (int i = 0; i < n; i++)
        ck_assert_str_eq(try(account, name, "x"), WRONG);
}

START_TEST(test_locked_after_failures_in_a_row)
{
    fail_times(ACCOUNT, "alice", 9);
    ck_assert_str_eq(alice(RIGHT), OK_ANSWER);
    fail_times(ACCOUNT, "alice", 10);
    ck_assert_str_eq(alice(RIGHT), "{\"result\": \"locked\", \"seconds\": 60}");
    pass(59);
    ck_assert_str_eq(alice("x"), "{\"result\": \"locked\", \"seconds\": 1}");
    pass(1);
    ck_assert_str_eq(alice(RIGHT), OK_ANSWER);
    fail_times(ACCOUNT, "alice", 9);
    ck_assert_str_eq(alice(RIGHT), OK_ANSWER);
}
END_TEST

/* Names in whatever letters are one name, and an alias stands for its account. */
START_TEST(test_lock_is_of_the_name)
{
    root("CreateAccountAlias&AccountAlias=acme");
    fail_times("acme", "Alice", 5);
    fail_times(ACCOUNT, "aLICE", 5);
    ck_assert_str_eq(alice(RIGHT), "{\"result\": \"locked\", \"seconds\": 60}");
    ck_assert_str_eq(try(ACCOUNT, "bob", "x"), WRONG);
    ck_assert_str_eq(try("222222222222", "alice", "x"), WRONG);
    ck_assert_str_eq(check("{\"email\": \"root@example.com\", \"password\": \"x\"}"), WRONG);
}
END_TEST

START_TEST(test_what_is_not_there_is_locked_alike)
{
    static const struct {
        const char *account, *name;
    } names[] = {{ACCOUNT, "alice"}, {ACCOUNT, "bob"}, {ACCOUNT, "carol"}, {"nobodys", "alice"}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        fail_times(names[i].account, names[i].name, 10);
        ck_assert_str_eq(try(names[i].account, names[i].name, "x"),
                         "{\"result\": \"locked\", \"seconds\": 60}");
    }
    for (int i = 0; i < 10; i++)
        ck_assert_str_eq(check("{\"email\": \"x@y\", \"password\": \"x\"}"), WRONG);
    ck_assert_str_eq(check("{\"email\": \"x@y\", \"password\": \"x\"}"),
                     "{\"result\": \"locked\", \"seconds\": 60}");
}
END_TEST

START_TEST(test_settings)
{
    settings("{\"lockout_failures\": 2, \"lockout_seconds\": 300}");
    fail_times(ACCOUNT, "alice", 2);
    ck_assert_str_eq(alice(RIGHT), "{\"result\": \"locked\", \"seconds\": 300}");
    settings("{\"lockout_failures\": 0}");
    ck_assert_str_eq(alice(RIGHT), OK_ANSWER);
    fail_times(ACCOUNT, "alice", 50);
    ck_assert_str_eq(alice(RIGHT), OK_ANSWER);
    struct response told = own("GET", "/_iam-local/settings", "");
    ck_assert_str_eq(in_one_line(told.body),
                     "{\"password_cost\": 1, \"lockout_failures\": 0, "
                     "\"lockout_address_failures\": 100, \"lockout_seconds\": 300, "
                     "\"plain_hosts\": 0}");
    static const char *const bad[] = {"{\"password_cost\": 0}",        "{\"password_cost\": 12}",
                                      "{\"lockout_seconds\": 0}",      "{\"lockout_failures\": -1}",
                                      "{\"lockout_failures\": \"3\"}", "{\"lockouts\": 3}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_int_eq(own("PUT", "/_iam-local/settings", bad[i]).status, 400);
}
END_TEST

/* Of other hosts; this one tries as often as it likes, under ever other names. */
START_TEST(test_address)
{
    settings("{\"lockout_address_failures\": 5}");
    for (int i = 0; i < 20; i++)
        fail_times(ACCOUNT, arena_printf(&client.arena, "here%d", i), 1);
    client.remote = true;
    for (int i = 0; i < 5; i++)
        fail_times(ACCOUNT, arena_printf(&client.arena, "there%d", i), 1);
    ck_assert_str_eq(alice(RIGHT), "{\"result\": \"locked\", \"seconds\": 60}");
    client.remote = false;
    ck_assert_str_eq(alice(RIGHT), OK_ANSWER);
    client.remote = true;
    settings("{\"lockout_address_failures\": 0}");
    ck_assert_str_eq(alice(RIGHT), OK_ANSWER);
}
END_TEST

/* Nobody who tries comes far, and nobody else feels it. */
START_TEST(test_ten_thousand_wrong_ones)
{
    int wrong = 0;
    for (int i = 0; i < 10000; i++)
        wrong += strcmp(alice("x"), WRONG) == 0;
    ck_assert_int_eq(wrong, 10);
    for (int i = 0; i < 1000; i++)
        fail_times(ACCOUNT, arena_printf(&client.arena, "name-%d", i), 1);
    root("CreateLoginProfile&UserName=bob&Password=" RIGHT);
    ck_assert_str_eq(try(ACCOUNT, "bob", RIGHT), OK_ANSWER);
    ck_assert_str_eq(alice(RIGHT), "{\"result\": \"locked\", \"seconds\": 60}");
    pass(60);
    ck_assert_str_eq(alice(RIGHT), OK_ANSWER);
}
END_TEST

static const char *last_used(void)
{
    struct response user = root("GetUser&UserName=alice"), users = root("ListUsers");
    const char *one = client_element(&client, &user, "PasswordLastUsed");
    const char *all = client_element(&client, &users, "PasswordLastUsed");
    ck_assert(one ? all && strcmp(one, all) == 0 : !all);
    return one ? one : "never";
}

/* The first use in five minutes counts, and no failure. */
START_TEST(test_last_used)
{
    alice("x");
    ck_assert_str_eq(last_used(), "never");
    alice(RIGHT);
    ck_assert_str_eq(last_used(), "2023-11-14T22:13:20Z");
    pass(299);
    alice(RIGHT);
    ck_assert_str_eq(last_used(), "2023-11-14T22:13:20Z");
    server_tick(client.server); /* it is stored */
    alice(RIGHT);
    ck_assert_str_eq(last_used(), "2023-11-14T22:13:20Z");
    pass(1);
    alice(RIGHT);
    ck_assert_str_eq(last_used(), "2023-11-14T22:18:20Z");
    server_tick(client.server);
    ck_assert_str_eq(last_used(), "2023-11-14T22:18:20Z");
    root("DeleteLoginProfile&UserName=alice");
    ck_assert_str_eq(last_used(), "2023-11-14T22:18:20Z"); /* of the most recent password */
}
END_TEST

/* People of a closed account can see what it has cost until it is gone, the root user among them;
   from then on, not yet deleted, it is one that never was. */
START_TEST(test_closed_accounts)
{
    static const char *const people[] = {
        "{\"account\": \"" ACCOUNT "\", \"user_name\": \"alice\", \"password\": \"" RIGHT "\"}",
        "{\"email\": \"root@example.com\", \"password\": \"" RIGHT "\"}"};
    struct tx tx;
    ck_assert_int_eq(
        own("PUT", "/_iam-local/accounts/" ACCOUNT "/root", "{\"password\": \"" RIGHT "\"}").status,
        200);
    pass(0);
    ck_assert_int_eq(store_begin(client.server->sandbox->store, true, &client.arena, &tx), OK);
    ck_assert_int_eq(
        q_account_close(
            &tx, &(struct q_account_close){ACCOUNT, clock_now(&client.server->sandbox->clock)}),
        OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    pass(90 * DAY - 1);
    for (size_t i = 0; i < ARRAY_LEN(people); i++)
        ck_assert_str_eq(check(people[i]), OK_ANSWER);
    pass(1);
    for (size_t i = 0; i < ARRAY_LEN(people); i++)
        ck_assert_str_eq(check(people[i]), WRONG);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("check_password");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, test_right_and_wrong);
    tcase_add_test(tests, test_what_is_not_there_is_wrong);
    tcase_add_test(tests, test_bad_requests);
    tcase_add_test(tests, test_root_user);
    tcase_add_test(tests, test_reset_required);
    tcase_add_test(tests, test_expired);
    tcase_add_test(tests, test_mfa);
    tcase_add_test(tests, test_locked_after_failures_in_a_row);
    tcase_add_test(tests, test_lock_is_of_the_name);
    tcase_add_test(tests, test_what_is_not_there_is_locked_alike);
    tcase_add_test(tests, test_settings);
    tcase_add_test(tests, test_address);
    tcase_add_test(tests, test_ten_thousand_wrong_ones);
    tcase_add_test(tests, test_last_used);
    tcase_add_test(tests, test_closed_accounts);
    return suite_run("check_password", tests);
}
