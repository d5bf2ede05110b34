/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts and their root users, as admins make them and see them. */
#include <jansson.h>

#include "authn/password.h"
#include "queries.h"
#include "support/client.h"
#include "support/suite.h"

#define OTHER "222222222222"
#define PASSWORD "Correct horse 7"

static struct client client;

static void start(void)
{
    client_start(&client, NULL);
}

static void stop(void)
{
    client_stop(&client);
}

static struct response ask(const char *method, const char *path, const char *body)
{
    const struct request_header host = {STR("Host"), STR("localhost:4566")};
    path = arena_printf(&client.arena, "/_iam-local/%s", path);
    return client_ask(&client, method, path, &host, 1, str_of(body));
}

/* The answer as JSON; the caller gives the reference back. */
static json_t *ask_json(int status, const char *method, const char *path, const char *body)
{
    struct response response = ask(method, path, body);
    ck_assert_msg(response.status == status, "%s %s: %.*s", path, body, STR_FMT(response.body));
    json_t *json = json_loadb(response.body.p, response.body.n, 0, NULL);
    ck_assert_ptr_nonnull(json);
    return json;
}

static void expect_error(int status, const char *method, const char *path, const char *body,
                         const char *text)
{
    json_t *json = ask_json(status, method, path, body);
    ck_assert_str_eq(json_string_value(json_object_get(json, "error")), text);
    json_decref(json);
}

static const char *copy(json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text ? arena_strdup(&client.arena, text) : NULL;
}

static const char *identity(json_t *key)
{
    struct client_key as = {copy(key, "access_key_id"), copy(key, "secret_access_key"), NULL};
    struct response who =
        client_post(&client, &as, "sts", "Action=GetCallerIdentity&Version=2011-06-15");
    json_decref(key);
    return client_element(&client, &who, "Arn");
}

START_TEST(test_accounts_are_made)
{
    const char *body = "{\"account\":\"" OTHER "\",\"email\":\"Boss@Example.com\"}";
    ck_assert_str_eq(identity(ask_json(201, "POST", "accounts", body)),
                     "arn:aws:iam::" OTHER ":root");
    json_decref(ask_json(409, "POST", "accounts", body));
    struct response all = ask("GET", "accounts", "");
    ck_assert_str_eq(str_dup(&client.arena, all.body),
                     "{\n  \"accounts\": [\n    {\n      \"account\": \"123456789012\",\n"
                     "      \"name\": \"Account 123456789012\",\n"
                     "      \"email\": \"root@example.com\"\n    },\n    {\n"
                     "      \"account\": \"" OTHER "\",\n"
                     "      \"name\": \"Account " OTHER "\",\n"
                     "      \"email\": \"Boss@Example.com\"\n    }\n  ]\n}\n");
    json_decref(ask_json(201, "POST", "accounts", ""));
}
END_TEST

START_TEST(test_accounts_that_are_no_good)
{
    static const char *const malformed[] = {
        "{\"account\":\"12\"}",   "{\"account\":222222222222}",
        "{\"email\":\"ann\"}",    "{\"email\":\"@example.com\"}",
        "{\"email\":\"a b@c\"}",  "{\"email\":\"a\\n@b.c\"}",
        "{\"email\":\"a@b@c\"}",  "{\"email\":7}",
        "{\"name\":\"\"}",        "{\"name\":\"<b>\"}",
        "{\"password\":\"a\"}",   "{\"password\":\"onlyletters\"}",
        "{\"keys\":\"perhaps\"}", "{\"email\":\"Root1@b.c\",\"password\":\"Root1@b.c\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(malformed); i++)
        json_decref(ask_json(400, "POST", "accounts", malformed[i]));
    const char *half = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const char *body = arena_printf(&client.arena, "{\"email\":\"%s@%s.c\"}", half, half);
    json_decref(ask_json(400, "POST", "accounts", body));
    static const char *const taken[] = {"ROOT@example.com", "root@333333333333.example"};
    for (size_t i = 0; i < ARRAY_LEN(taken); i++)
        expect_error(409, "POST", "accounts",
                     arena_printf(&client.arena, "{\"email\":\"%s\"}", taken[i]),
                     "Another account has that e-mail address.");
    json_t *json = ask_json(200, "GET", "accounts", "");
    ck_assert_uint_eq(json_array_size(json_object_get(json, "accounts")), 1);
    json_decref(json);
}
END_TEST

START_TEST(test_an_account_without_keys)
{
    json_decref(ask_json(201, "POST", "accounts",
                         "{\"account\":\"" OTHER "\",\"name\":\"Payroll\",\"keys\":false,"
                         "\"password\":\"" PASSWORD "\"}"));
    struct response one = ask("GET", "accounts/" OTHER, "");
    const char *text = str_dup(&client.arena, one.body);
    ck_assert_str_eq(text, "{\n  \"account\": \"222222222222\",\n  \"name\": \"Payroll\",\n"
                           "  \"created\": \"2023-11-14T22:13:20Z\",\n  \"root\": {\n"
                           "    \"arn\": \"arn:aws:iam::222222222222:root\",\n"
                           "    \"email\": \"root@222222222222.example\",\n"
                           "    \"password\": true,\n"
                           "    \"password_last_changed\": \"2023-11-14T22:13:20Z\",\n"
                           "    \"access_keys\": [],\n    \"signing_certificates\": [],\n"
                           "    \"mfa_devices\": []\n  },\n"
                           "  \"warnings\": [\n"
                           "    \"The root user has a password and no MFA device: "
                           "CreateVirtualMFADevice makes one.\"\n  ]\n}\n");
    ck_assert_str_eq(identity(ask_json(201, "POST", "accounts/" OTHER "/access-keys", "")),
                     "arn:aws:iam::" OTHER ":root");
    json_decref(ask_json(404, "GET", "accounts/333333333333", ""));
}
END_TEST

static bool password_of_root_is(const char *account, const char *password)
{
    struct tx tx;
    struct password_row row;
    bool same;
    struct sandbox *sandbox = client.server->sandbox;
    ck_assert_int_eq(store_begin(sandbox->store, false, &client.arena, &tx), OK);
    int code = q_password_get(&tx, &(struct q_password_get){account}, &row);
    ck_assert_int_eq(store_end(&tx, true), OK);
    const struct password_question question = {.password = password,
                                               .hash = code == OK ? row.hash : NULL};
    ck_assert_int_eq(password_is(sandbox, &client.arena, &question, &same), OK);
    return same;
}

/* What a sign-in with that would say. */
static void expect_sign_in(const char *email, const char *password, const char *result)
{
    json_t *json = ask_json(
        200, "POST", "check-password",
        arena_printf(&client.arena, "{\"email\":\"%s\",\"password\":\"%s\"}", email, password));
    ck_assert_str_eq(json_string_value(json_object_get(json, "result")), result);
    json_decref(json);
}

#define ROOT "accounts/123456789012/root"

START_TEST(test_root_users_get_a_password_and_an_address)
{
    json_t *json = ask_json(200, "PUT", ROOT, "{\"password\":\"" PASSWORD "\"}");
    ck_assert_str_eq(copy(json_object_get(json, "root"), "email"), "root@example.com");
    ck_assert(json_is_true(json_object_get(json_object_get(json, "root"), "password")));
    ck_assert_uint_eq(json_array_size(json_object_get(json, "warnings")), 2);
    json_decref(json);
    ck_assert(password_of_root_is("123456789012", PASSWORD));
    json = ask_json(200, "PUT", ROOT, "{\"email\":\"Boss@example.com\"}");
    ck_assert_str_eq(copy(json_object_get(json, "root"), "email"), "Boss@example.com");
    json_decref(json);
    ck_assert(password_of_root_is("123456789012", PASSWORD));
    json_decref(ask_json(200, "PUT", ROOT, "{\"password\":\"another-Horse\"}"));
    ck_assert(!password_of_root_is("123456789012", PASSWORD));
    ck_assert(password_of_root_is("123456789012", "another-Horse"));
    json_decref(ask_json(201, "POST", "accounts", "{\"email\":\"root@example.com\"}"));
    json_decref(ask_json(200, "POST", "reset", ""));
    ck_assert(!password_of_root_is("123456789012", "another-Horse"));
}
END_TEST

START_TEST(test_what_root_users_do_not_get)
{
    json_decref(ask_json(201, "POST", "accounts", "{\"account\":\"" OTHER "\"}"));
    expect_error(409, "PUT", ROOT, "{\"email\":\"ROOT@" OTHER ".example\"}",
                 "Another account has that e-mail address.");
    json_decref(ask_json(400, "PUT", ROOT, "{\"email\":\"nobody\"}"));
    static const char *const weak[] = {"short1A", "onlyletters", "12345678", "ROOT@example.com"};
    for (size_t i = 0; i < ARRAY_LEN(weak); i++) {
        struct response answer =
            ask("PUT", ROOT, arena_printf(&client.arena, "{\"password\":\"%s\"}", weak[i]));
        ck_assert_int_eq(answer.status, 400);
        ck_assert_ptr_null(memmem(answer.body.p, answer.body.n, weak[i], strlen(weak[i])));
        ck_assert(!password_of_root_is("123456789012", weak[i]));
    }
    json_decref(
        ask_json(404, "PUT", "accounts/333333333333/root", "{\"password\":\"" PASSWORD "\"}"));
    json_decref(ask_json(404, "PUT", "accounts/333333333333/root", "{}"));
}
END_TEST

START_TEST(test_the_password_of_the_options)
{
    client_stop(&client);
    client_start(&client, (const char *const[]){"--root-password", PASSWORD, "--account",
                                                "123456789012," OTHER, NULL});
    for (int i = 0; i < 2; i++) {
        ck_assert(password_of_root_is("123456789012", PASSWORD));
        expect_sign_in("ROOT@Example.com", PASSWORD, "ok");
        expect_sign_in("root@example.com", PASSWORD "!", "wrong");
        ck_assert(!password_of_root_is(OTHER, PASSWORD));
        json_decref(ask_json(200, "PUT", ROOT, "{\"password\":\"another-Horse\"}"));
        ck_assert(!password_of_root_is("123456789012", PASSWORD));
        json_decref(ask_json(200, "POST", "reset", ""));
    }
    json_decref(ask_json(201, "PUT", "sandboxes/w1", ""));
    const struct request_header host = {STR("Host"), STR("localhost:4566")};
    struct response one = client_ask(
        &client, "GET", "/_sandbox/w1/_iam-local/accounts/123456789012", &host, 1, STR(""));
    ck_assert_ptr_null(memmem(one.body.p, one.body.n, PASSWORD, strlen(PASSWORD)));
    json_t *json = json_loadb(one.body.p, one.body.n, 0, NULL);
    ck_assert(json_is_true(json_object_get(json_object_get(json, "root"), "password")));
    json_decref(json);
}
END_TEST

START_TEST(test_root_keys_of_further_accounts)
{
    client_stop(&client);
    client_start(&client, (const char *const[]){"--account", "123456789012," OTHER, NULL});
    const char *path = "accounts/" OTHER "/access-keys";
    for (int i = 0; i < 2; i++)
        ck_assert_str_eq(identity(ask_json(201, "POST", path, "")), "arn:aws:iam::" OTHER ":root");
    expect_error(409, "POST", path, "", "Cannot exceed quota for AccessKeysPerUser: 2");
    json_decref(ask_json(200, "POST", "reset", ""));
    ck_assert_str_eq(identity(ask_json(201, "POST", path, "")), "arn:aws:iam::" OTHER ":root");
    static const char *const missing[] = {"333333333333/access-keys", "22/access-keys",
                                          OTHER "/access-keys/"};
    for (size_t i = 0; i < ARRAY_LEN(missing); i++)
        json_decref(
            ask_json(404, "POST", arena_printf(&client.arena, "accounts/%s", missing[i]), ""));
    json_decref(ask_json(405, "GET", path, ""));
    json_decref(ask_json(405, "POST", "accounts/" OTHER, ""));
}
END_TEST

/* Of what was used just now, too. */
START_TEST(test_last_use_of_keys)
{
    client_post(&client, NULL, "iam", "Action=GetUser&Version=2010-05-08");
    json_t *json = ask_json(200, "GET", "accounts/123456789012", "");
    json_t *keys = json_object_get(json_object_get(json, "root"), "access_keys");
    ck_assert_uint_eq(json_array_size(keys), 1);
    ck_assert_str_eq(copy(json_array_get(keys, 0), "status"), "Active");
    ck_assert_str_eq(copy(json_array_get(keys, 0), "last_used"), "2023-11-14T22:13:20Z");
    json_decref(json);
}
END_TEST

/* Since when it is closed, and until when its root user can reopen it. */
START_TEST(test_closed)
{
    struct tx tx;
    const struct q_account_close at = {"123456789012", 1767225600};
    json_t *json = ask_json(200, "GET", "accounts/123456789012", "");
    ck_assert_ptr_null(json_object_get(json, "closed"));
    ck_assert_ptr_null(json_object_get(json, "reopen_until"));
    json_decref(json);
    ck_assert_int_eq(store_begin(client.server->sandbox->store, true, &client.arena, &tx), OK);
    ck_assert_int_eq(q_account_close(&tx, &at), OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    json = ask_json(200, "GET", "accounts/123456789012", "");
    ck_assert_str_eq(copy(json, "closed"), "2026-01-01T00:00:00Z");
    ck_assert_str_eq(copy(json, "reopen_until"), "2026-04-01T00:00:00Z");
    json_decref(json);
}
END_TEST

START_TEST(test_accounts_by_pages)
{
    json_decref(ask_json(201, "POST", "accounts", "{\"account\":\"" OTHER "\",\"keys\":false}"));
    json_decref(ask_json(201, "POST", "accounts", "{\"account\":\"333333333333\",\"keys\":false}"));
    json_t *first = ask_json(200, "GET", "accounts?limit=2", "");
    ck_assert_uint_eq(json_array_size(json_object_get(first, "accounts")), 2);
    ck_assert_str_eq(copy(first, "next"), OTHER);
    json_decref(first);
    json_t *last = ask_json(200, "GET", "accounts?limit=2&after=" OTHER, "");
    ck_assert_uint_eq(json_array_size(json_object_get(last, "accounts")), 1);
    ck_assert_ptr_null(json_object_get(last, "next"));
    json_decref(last);
    json_decref(ask_json(400, "GET", "accounts?limit=0", ""));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("accounts");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_accounts_are_made);
    tcase_add_test(t, test_accounts_by_pages);
    tcase_add_test(t, test_accounts_that_are_no_good);
    tcase_add_test(t, test_an_account_without_keys);
    tcase_add_test(t, test_root_users_get_a_password_and_an_address);
    tcase_add_test(t, test_what_root_users_do_not_get);
    tcase_add_test(t, test_the_password_of_the_options);
    tcase_add_test(t, test_root_keys_of_further_accounts);
    tcase_add_test(t, test_last_use_of_keys);
    tcase_add_test(t, test_closed);
    return suite_run("accounts", t);
}
