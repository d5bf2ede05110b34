/* SPDX-License-Identifier: Apache-2.0 */
/* Hardware tokens and FIDO security keys: how they are registered, and what IAM and STS make of
   them. */
#include <jansson.h>

#include "access/totp.h"
#include "support/client.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define TOKENS "/_iam-local/accounts/" ACCOUNT "/hardware-tokens"
#define KEYS "/_iam-local/accounts/" ACCOUNT "/security-keys"
#define SEED "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define TOKEN "GAHT12345678"

static struct client client;

static struct response iam(const char *parameters)
{
    return client_post(&client, NULL, "iam",
                       arena_printf(&client.arena, "Version=2010-05-08&Action=%s", parameters));
}

static const char *element(const char *parameters, const char *name)
{
    struct response answer = iam(parameters);
    ck_assert_msg(answer.status == 200, "%s: %.*s", parameters, STR_FMT(answer.body));
    return client_element(&client, &answer, name);
}

static void refused(const char *parameters, const char *code)
{
    struct response answer = iam(parameters);
    ck_assert_str_eq(client_element(&client, &answer, "Code"), code);
}

static void start(void)
{
    client_start(&client, NULL);
    element("CreateUser&UserName=alice", "Arn");
}

static void stop(void)
{
    client_stop(&client);
}

/* The member NAME of the answer. */
static const char *own(int status, const char *path, const char *body, const char *name)
{
    const struct request_header host = {STR("Host"), STR("localhost:4566")};
    struct response answer = client_ask(&client, "POST", path, &host, 1, str_of(body));
    ck_assert_msg(answer.status == status, "%s: %.*s", body, STR_FMT(answer.body));
    json_t *json = json_loadb(answer.body.p, answer.body.n, 0, NULL);
    const char *text = json_string_value(json_object_get(json, name));
    const char *copy = text ? arena_strdup(&client.arena, text) : NULL;
    json_decref(json);
    return copy;
}

/* The code of the step so far from now. */
static const char *code(int64_t steps)
{
    char *text = arena_alloc(&client.arena, TOTP_SIZE);
    int64_t now = clock_now(&client.server->sandbox->clock) / TOTP_SECONDS;
    client_totp(STR(SEED), now + steps, text);
    return text;
}

static const char *enable(const char *user, int64_t steps)
{
    return arena_printf(&client.arena,
                        "EnableMFADevice&UserName=%s&SerialNumber=" TOKEN
                        "&AuthenticationCode1=%s&AuthenticationCode2=%s",
                        user, code(steps), code(steps + 1));
}

static int64_t summary(const char *name)
{
    struct response answer = iam("GetAccountSummary");
    char *text = str_dup(&client.arena, answer.body);
    const char *at = strstr(text, arena_printf(&client.arena, "<key>%s</key>", name));
    ck_assert_ptr_nonnull(at);
    at = strstr(at, "<value>");
    ck_assert_ptr_nonnull(at);
    struct str rest = str_of(at + strlen("<value>"));
    int64_t number;
    ck_assert(str_to_int64(str_cut(&rest, '<'), &number));
    return number;
}

START_TEST(test_a_token_is_enabled_with_its_codes)
{
    const char *made =
        own(201, TOKENS, "{\"serial_number\":\"" TOKEN "\",\"seed\":\"" SEED "\"}", "seed");
    ck_assert_str_eq(made, SEED);
    own(409, TOKENS, "{\"serial_number\":\"gaht12345678\"}", "error");
    ck_assert_int_eq(summary("MFADevicesInUse"), 0);
    refused("GetMFADevice&UserName=alice&SerialNumber=" TOKEN, "NoSuchEntity");
    refused(enable("alice", -20), "InvalidAuthenticationCode");
    element(enable("alice", -1), "RequestId");
    refused(enable("root", 1), "EntityAlreadyExists");
    ck_assert_str_eq(element("ListMFADevices&UserName=alice", "SerialNumber"), TOKEN);
    ck_assert_ptr_null(element("ListVirtualMFADevices", "SerialNumber"));
    ck_assert_ptr_null(element("ListVirtualMFADevices&AssignmentStatus=Assigned", "SerialNumber"));
    ck_assert_int_eq(summary("MFADevices"), 0);
    ck_assert_int_eq(summary("MFADevicesInUse"), 1);
    refused("DeleteUser&UserName=alice", "DeleteConflict");
    element("DeactivateMFADevice&UserName=alice&SerialNumber=" TOKEN, "RequestId");
    ck_assert_int_eq(summary("MFADevicesInUse"), 0);
    ck_assert_ptr_null(
        element("ListVirtualMFADevices&AssignmentStatus=Unassigned", "SerialNumber"));
    element(enable("root", 1), "RequestId");
    ck_assert_str_eq(element("ListMFADevices", "SerialNumber"), TOKEN);
    ck_assert_int_eq(summary("AccountMFAEnabled"), 1);
}
END_TEST

START_TEST(test_codes_of_a_token_are_good_for_sessions)
{
    own(201, TOKENS, "{\"serial_number\":\"" TOKEN "\",\"seed\":\"" SEED "\"}", "seed");
    element(enable("root", -1), "RequestId");
    const char *form = arena_printf(&client.arena,
                                    "Version=2011-06-15&Action=GetSessionToken"
                                    "&SerialNumber=" TOKEN "&TokenCode=%s",
                                    code(1));
    ck_assert_int_eq(client_post(&client, NULL, "sts", form).status, 200);
    struct response again = client_post(&client, NULL, "sts", form);
    ck_assert_str_eq(client_element(&client, &again, "Code"), "AccessDenied");
}
END_TEST

/* The operations for virtual devices do not know them. */
START_TEST(test_tokens_are_no_virtual_devices)
{
    ck_assert_uint_eq(strlen(own(201, TOKENS, "{\"serial_number\":\"" TOKEN "\"}", "seed")), 64);
    refused("DeleteVirtualMFADevice&SerialNumber=" TOKEN, "NoSuchEntity");
    refused("TagMFADevice&SerialNumber=" TOKEN "&Tags.member.1.Key=a&Tags.member.1.Value=b",
            "NoSuchEntity");
    refused("UntagMFADevice&SerialNumber=" TOKEN "&TagKeys.member.1=a", "NoSuchEntity");
    refused("ListMFADeviceTags&SerialNumber=" TOKEN, "NoSuchEntity");
}
END_TEST

START_TEST(test_a_security_key_is_its_owner_s_from_the_first)
{
    const char *serial =
        own(201, KEYS,
            "{\"user_name\":\"Alice\",\"name\":\"yubi\",\"certifications\":{\"FIDO\":\"L1\"}}",
            "serial_number");
    const char *prefix = "arn:aws:iam::" ACCOUNT ":u2f/user/alice/yubi-";
    ck_assert(str_starts(str_of(serial), str_of(prefix)));
    ck_assert_uint_eq(strlen(serial), strlen(prefix) + 26);
    ck_assert_str_eq(element("ListMFADevices&UserName=alice", "SerialNumber"), serial);
    const char *get =
        arena_printf(&client.arena, "GetMFADevice&UserName=alice&SerialNumber=%s", serial);
    ck_assert_str_eq(element(get, "key"), "FIDO");
    ck_assert_str_eq(element(get, "value"), "L1");
    ck_assert_int_eq(summary("MFADevices"), 0);
    ck_assert_int_eq(summary("MFADevicesInUse"), 1);
    refused("DeleteUser&UserName=alice", "DeleteConflict");
    refused(arena_printf(&client.arena, "DeleteVirtualMFADevice&SerialNumber=%s", serial),
            "NoSuchEntity");
    element(
        arena_printf(&client.arena, "DeactivateMFADevice&UserName=alice&SerialNumber=%s", serial),
        "RequestId");
    refused(get, "NoSuchEntity");
    ck_assert_int_eq(summary("MFADevicesInUse"), 0);
    element("DeleteUser&UserName=alice", "RequestId");
}
END_TEST

/* Whatever the code, that of an empty seed, too. */
START_TEST(test_a_security_key_has_no_codes)
{
    const char *serial = own(201, KEYS, "", "serial_number");
    ck_assert(
        str_starts(str_of(serial), STR("arn:aws:iam::" ACCOUNT ":u2f/root-account/default-")));
    static const char *const empty[] = {"501315", "647021"}; /* of that time */
    struct response session = client_post(
        &client, NULL, "sts",
        arena_printf(&client.arena,
                     "Version=2011-06-15&Action=GetSessionToken&SerialNumber=%s&TokenCode=%s",
                     serial, empty[0]));
    ck_assert_str_eq(client_element(&client, &session, "Code"), "AccessDenied");
    static const char *const pairs[] = {"EnableMFADevice", "ResyncMFADevice"};
    static const char *const codes[] = {"EntityAlreadyExists", "InvalidAuthenticationCode"};
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        refused(arena_printf(&client.arena,
                             "%s&UserName=root&SerialNumber=%s&AuthenticationCode1=%s"
                             "&AuthenticationCode2=%s",
                             pairs[i], serial, empty[0], empty[1]),
                codes[i]);
    ck_assert_int_eq(summary("AccountMFAEnabled"), 1);
}
END_TEST

static const char *sign_in(const char *mfa_code)
{
    const char *body =
        arena_printf(&client.arena, "{\"email\":\"root@example.com\",\"password\":\"%s\"%s%s%s}",
                     "Correct-horse-1", mfa_code ? ",\"mfa_code\":\"" : "",
                     mfa_code ? mfa_code : "", mfa_code ? "\"" : "");
    return own(200, "/_iam-local/check-password", body, "result");
}

/* Wrong codes are those of each device, also where the first one shows none. */
START_TEST(test_many_devices_are_not_many_tries)
{
    client_stop(&client);
    client_start(&client, (const char *const[]){"--root-password", "Correct-horse-1",
                                                "--password-cost", "1", NULL});
    own(201, KEYS, "", "serial_number");
    ck_assert_str_eq(sign_in(NULL), "mfa_required");
    ck_assert_str_eq(sign_in("123456"), "mfa_wrong");
    own(201, TOKENS, "{\"serial_number\":\"" TOKEN "\",\"seed\":\"" SEED "\"}", "seed");
    element(enable("root", -2), "RequestId");
    ck_assert_str_eq(sign_in(code(0)), "ok");
    for (int i = 0; i < 10; i++)
        ck_assert_str_eq(sign_in("123456"), "mfa_wrong");
    ck_assert_str_eq(sign_in(code(1)), "mfa_wrong"); /* which has to wait */
    clock_shift(&client.server->sandbox->clock, TOTP_SECONDS);
    ck_assert_str_eq(sign_in(code(0)), "ok");
}
END_TEST

START_TEST(test_eight_for_everybody)
{
    static const char *const bodies[] = {"", "{\"user_name\":\"alice\"}"};
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        for (int n = 0; n < 8; n++)
            own(201, KEYS, bodies[i], "serial_number");
        ck_assert_str_eq(own(409, KEYS, bodies[i], "error"),
                         "Cannot exceed quota for MFADevicesPerUser: 8");
    }
    ck_assert_int_eq(summary("MFADevicesInUse"), 16);
}
END_TEST

START_TEST(test_what_is_no_good)
{
    static const char *const tokens[] = {
        "{}",
        "{\"serial_number\":\"short\"}",
        "{\"serial_number\":\"arn:aws:iam::" ACCOUNT ":mfa/x\"}",
        "{\"serial_number\":\"" TOKEN "\",\"seed\":\"GEZDGNBV\"}",
        "{\"serial_number\":\"" TOKEN "\",\"seed\":\"gezdgnbvgy3tqojq\"}",
        "{\"serial_number\":\"" TOKEN "\",\"seed\":\"GEZDGNBVGY3TQOJ0\"}",
    };
    static const char *const keys[] = {
        "{\"name\":\"a b\"}",
        "{\"name\":\"\"}",
        "{\"certifications\":{\"FIDO\":7}}",
        "{\"certifications\":{\"FIDO\":\"\"}}",
    };
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++)
        own(400, TOKENS, tokens[i], "error");
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        own(400, KEYS, keys[i], "error");
    own(404, KEYS, "{\"user_name\":\"nobody\"}", "error");
    own(404, "/_iam-local/accounts/222222222222/security-keys", "", "error");
    own(404, "/_iam-local/accounts/222222222222/hardware-tokens",
        "{\"serial_number\":\"" TOKEN "\"}", "error");
    ck_assert_ptr_null(element("ListMFADevices", "SerialNumber"));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("mfa_devices");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_a_token_is_enabled_with_its_codes);
    tcase_add_test(t, test_codes_of_a_token_are_good_for_sessions);
    tcase_add_test(t, test_tokens_are_no_virtual_devices);
    tcase_add_test(t, test_a_security_key_is_its_owner_s_from_the_first);
    tcase_add_test(t, test_a_security_key_has_no_codes);
    tcase_add_test(t, test_many_devices_are_not_many_tries);
    tcase_add_test(t, test_eight_for_everybody);
    tcase_add_test(t, test_what_is_no_good);
    return suite_run("mfa_devices", t);
}
