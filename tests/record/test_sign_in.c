/* SPDX-License-Identifier: Apache-2.0 */
/* Records of signing in, byte for byte but for the ids of events. */
#include "record/sign_in.h"

#include "record/events.h"
#include "support/suite.h"

#define MFA "arn:aws:iam::123456789012:mfa/root-account-mfa-device"
#define HEAD "{\"eventVersion\":\"1.11\",\"userIdentity\":"
#define FROM(name)                                                                                 \
    ",\"eventTime\":\"2023-11-14T22:13:20Z\",\"eventSource\":\"signin.amazonaws.com\","            \
    "\"eventName\":\"" name "\",\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"10.0.0.1\","     \
    "\"userAgent\":\"Mozilla/5.0\","
#define DONE(name) "\"requestParameters\":null,\"responseElements\":{\"" name "\":\"Success\"},"
#define END(read_only, type)                                                                       \
    "\"eventID\":\"ID\",\"readOnly\":" read_only ",\"eventType\":\"" type                          \
    "\",\"managementEvent\":true,\"recipientAccountId\":\"123456789012\","                         \
    "\"eventCategory\":\"Management\","                                                            \
    "\"tlsDetails\":{\"clientProvidedHostHeader\":\"127.0.0.1:4566\"}}"
#define SIGNED_IN END("false", "AwsConsoleSignIn")
#define ALICE                                                                                      \
    "{\"type\":\"IAMUser\",\"principalId\":\"AIDAEXAMPLE\","                                       \
    "\"arn\":\"arn:aws:iam::123456789012:user/alice\",\"accountId\":\"123456789012\","             \
    "\"accessKeyId\":\"\",\"userName\":\"alice\"}"
#define DEPLOY                                                                                     \
    "{\"type\":\"AssumedRole\",\"principalId\":\"AROAEXAMPLE:alice\","                             \
    "\"arn\":\"arn:aws:sts::123456789012:assumed-role/deploy/alice\","                             \
    "\"accountId\":\"123456789012\""

static const struct authz_principal alice = {.kind = PRINCIPAL_USER,
                                             .account = "123456789012",
                                             .arn = "arn:aws:iam::123456789012:user/alice",
                                             .id = "AIDAEXAMPLE",
                                             .name = "alice",
                                             .temporary = true,
                                             .issued = 1700000000,
                                             .mfa_at = 1700000000};
static const struct authz_principal root = {.kind = PRINCIPAL_ROOT,
                                            .account = "123456789012",
                                            .arn = "arn:aws:iam::123456789012:root",
                                            .id = "123456789012"};
static const struct authz_principal deploy = {
    .kind = PRINCIPAL_SESSION,
    .account = "123456789012",
    .arn = "arn:aws:sts::123456789012:assumed-role/deploy/alice",
    .issuer = "arn:aws:iam::123456789012:role/deploy",
    .id = "AROAEXAMPLE:alice",
    .temporary = true,
    .issued = 1700000000};
static struct arena a;
static struct sandbox sandbox;
static struct request_header headers[2];
static struct request rq;
static struct call c;

static void setup(void)
{
    const struct events_options options = {.capacity = 4, .max_bytes = 1 << 20};
    arena_init(&a);
    sandbox = (struct sandbox){.name = "default", .events = events_new(&options)};
    headers[0] = (struct request_header){STR("User-Agent"), STR("Mozilla/5.0")};
    headers[1] = (struct request_header){STR("Host"), STR("127.0.0.1:4566")};
    rq = (struct request){.headers = headers, .n_headers = 2, .source_ip = "10.0.0.1"};
    c = (struct call){
        .arena = &a, .sandbox = &sandbox, .rq = &rq, .request_id = "REQUEST", .now = 1700000000};
}

static void teardown(void)
{
    events_release(sandbox.events);
    arena_done(&a);
}

/* JSON of the N last events, the newest first, in N texts. */
static size_t ended(int code, char *ret[static 4])
{
    const struct event *found[4];
    record_complete(&c, code, NULL);
    record_end(&c);
    size_t n = events_before(sandbox.events, UINT64_MAX, found, 4);
    for (size_t i = 0; i < n; i++) {
        struct buf b = buf_new(&a, 1024);
        event_json(&b, found[i]);
        ret[i] = buf_text(&b);
        event_release(found[i]);
    }
    return n;
}

/* Without the id that each event has of its own. */
static const char *without_id(char *json)
{
    static const char before[] = "\"eventID\":\"";
    char *id = strstr(json, before);
    ck_assert_ptr_nonnull(id);
    id += sizeof before - 1;
    char *end = strchr(id, '"');
    return arena_printf(&a, "%.*sID%s", (int)(id - json), json, end);
}

static void expect(const struct record_sign_in *s, const char *expected)
{
    char *json[4];
    record_sign_in(&c, s);
    ck_assert_uint_eq(ended(OK, json), 1);
    ck_assert_str_eq(without_id(json[0]), expected);
}

START_TEST(test_user)
{
    expect(&(struct record_sign_in){.who = &alice, .login_to = "http://127.0.0.1:4566/console"},
           HEAD ALICE FROM("ConsoleLogin")
               DONE("ConsoleLogin") "\"additionalEventData\":{\"LoginTo\":\"http://127.0.0.1:4566/"
                                    "console\","
                                    "\"MobileVersion\":\"No\",\"MFAUsed\":\"No\"}," SIGNED_IN);
}
END_TEST

START_TEST(test_root)
{
    expect(&(struct record_sign_in){.who = &root, .mfa_used = true, .mfa = MFA},
           HEAD "{\"type\":\"Root\",\"principalId\":\"123456789012\","
                "\"arn\":\"arn:aws:iam::123456789012:root\",\"accountId\":\"123456789012\","
                "\"accessKeyId\":\"\"}" FROM("ConsoleLogin")
                    DONE("ConsoleLogin") "\"additionalEventData\":{\"MobileVersion\":\"No\","
                                         "\"MFAIdentifier\":\"" MFA "\","
                                         "\"MFAUsed\":\"Yes\"}," SIGNED_IN);
}
END_TEST

START_TEST(test_wrong_password)
{
    expect(
        &(struct record_sign_in){.who = &alice, .failure = record_wrong}, HEAD
        "{\"type\":\"IAMUser\",\"principalId\":\"AIDAEXAMPLE\","
        "\"accountId\":\"123456789012\",\"accessKeyId\":\"\",\"userName\":\"alice\"}" FROM(
            "ConsoleLogin") "\"errorMessage\":\"Failed authentication\",\"requestParameters\":null,"
                            "\"responseElements\":{\"ConsoleLogin\":\"Failure\"},"
                            "\"additionalEventData\":{\"MobileVersion\":\"No\",\"MFAUsed\":\"No\"}"
                            "," SIGNED_IN);
}
END_TEST

START_TEST(test_wrong_password_of_root)
{
    expect(
        &(struct record_sign_in){.who = &root, .failure = record_wrong, .mfa_used = true}, HEAD
        "{\"type\":\"Root\",\"principalId\":\"123456789012\","
        "\"arn\":\"arn:aws:iam::123456789012:root\",\"accountId\":\"123456789012\","
        "\"accessKeyId\":\"\"}" FROM(
            "ConsoleLogin") "\"errorMessage\":\"Failed authentication\",\"requestParameters\":null,"
                            "\"responseElements\":{\"ConsoleLogin\":\"Failure\"},"
                            "\"additionalEventData\":{\"MobileVersion\":\"No\",\"MFAUsed\":\"Yes\"}"
                            "," SIGNED_IN);
}
END_TEST

/* What was typed as a name may be a password. */
START_TEST(test_unknown_user)
{
    const struct authz_principal nobody = {.kind = PRINCIPAL_USER, .account = "123456789012"};
    expect(&(struct record_sign_in){.who = &nobody, .failure = record_unknown},
           HEAD "{\"type\":\"IAMUser\",\"accountId\":\"123456789012\",\"accessKeyId\":\"\","
                "\"userName\":\"HIDDEN_DUE_TO_SECURITY_REASONS\"}" FROM(
                    "ConsoleLogin") "\"errorMessage\":\"No username found in supplied account\","
                                    "\"requestParameters\":null,\"responseElements\":{"
                                    "\"ConsoleLogin\":\"Failure\"},"
                                    "\"additionalEventData\":{\"MobileVersion\":\"No\",\"MFAUsed\":"
                                    "\"No\"}," SIGNED_IN);
}
END_TEST

START_TEST(test_check_mfa)
{
    expect(&(struct record_sign_in){.name = RECORD_CHECK_MFA,
                                    .who = &alice,
                                    .mfa_type = "Virtual MFA"},
           HEAD ALICE FROM("CheckMfa")
               DONE("CheckMfa") "\"additionalEventData\":{\"MfaType\":\"Virtual MFA\"}," SIGNED_IN);
}
END_TEST

START_TEST(test_password_updated)
{
    expect(&(struct record_sign_in){.name = RECORD_PASSWORD_UPDATED, .who = &alice},
           HEAD ALICE FROM("PasswordUpdated") DONE("PasswordUpdated") SIGNED_IN);
}
END_TEST

START_TEST(test_federation)
{
    const struct record_sign_in s = {.who = &deploy, .issuer_id = "AROAEXAMPLE"};
    expect(&s, HEAD DEPLOY
           ",\"sessionContext\":{\"sessionIssuer\":{\"type\":\"Role\","
           "\"principalId\":\"AROAEXAMPLE\",\"arn\":\"arn:aws:iam::123456789012:role/deploy\","
           "\"accountId\":\"123456789012\",\"userName\":\"deploy\"},"
           "\"attributes\":{\"creationDate\":\"2023-11-14T22:13:20Z\","
           "\"mfaAuthenticated\":\"false\"}}}" FROM("ConsoleLogin")
               DONE("ConsoleLogin") "\"additionalEventData\":{\"MobileVersion\":\"No\",\"MFAUsed\":"
                                    "\"No\"}," SIGNED_IN);
}
END_TEST

START_TEST(test_signin_token)
{
    const struct authz_principal federated = {
        .kind = PRINCIPAL_FEDERATED,
        .account = "123456789012",
        .arn = "arn:aws:sts::123456789012:federated-user/bob",
        .id = "123456789012:bob",
    };
    expect(&(struct record_sign_in){.name = RECORD_GET_SIGNIN_TOKEN, .who = &federated},
           HEAD "{\"type\":\"FederatedUser\",\"principalId\":\"123456789012:bob\","
                "\"arn\":\"arn:aws:sts::123456789012:federated-user/bob\","
                "\"accountId\":\"123456789012\"}" FROM("GetSigninToken")
                    DONE("GetSigninToken") "\"additionalEventData\":{\"MobileVersion\":\"No\","
                                           "\"MFAUsed\":\"No\"}," SIGNED_IN);
}
END_TEST

START_TEST(test_roles)
{
    char *json[4];
    static const char *const names[] = {"RenewRole", "ExitRole", "SwitchRole"};
    static const char *const data[] = {
        "{\"RenewedBy\":\"arn:aws:iam::123456789012:user/alice\",\"RedirectTo\":\"http://x/\"}",
        "{\"RedirectTo\":\"http://x/\"}",
        "{\"SwitchFrom\":\"arn:aws:iam::123456789012:user/alice\",\"RedirectTo\":\"http://x/\"}"};
    struct record_sign_in s = {
        .who = &deploy, .switch_from = alice.arn, .redirect_to = "http://x/"};
    s.name = RECORD_SWITCH_ROLE;
    record_sign_in(&c, &s);
    s.name = RECORD_EXIT_ROLE;
    s.switch_from = NULL;
    record_sign_in(&c, &s);
    s.name = RECORD_RENEW_ROLE;
    s.switch_from = alice.arn;
    record_sign_in(&c, &s);
    ck_assert_uint_eq(ended(OK, json), 3);
    for (size_t i = 0; i < 3; i++) {
        struct buf b = buf_new(&a, 1024);
        buf_printf(&b, HEAD DEPLOY "}" FROM("%s") DONE("%s"), names[i], names[i]);
        buf_printf(&b, "\"additionalEventData\":%s," SIGNED_IN, data[i]);
        ck_assert_str_eq(without_id(json[i]), buf_text(&b));
    }
}
END_TEST

#define ALICE_SESSION                                                                              \
    "{\"type\":\"IAMUser\",\"principalId\":\"AIDAEXAMPLE\","                                       \
    "\"arn\":\"arn:aws:iam::123456789012:user/alice\",\"accountId\":\"123456789012\","             \
    "\"accessKeyId\":\"ASIAEXAMPLE\",\"userName\":\"alice\",\"sessionContext\":{"                  \
    "\"attributes\":{\"creationDate\":\"2023-11-14T22:13:20Z\",\"mfaAuthenticated\":\"true\"}}}"

/* A refusal is told, and what could not be stored did not happen. */
START_TEST(test_ends_of_calls)
{
    char *json[4];
    record_sign_in(&c, &(struct record_sign_in){.who = &alice});
    ck_assert_uint_eq(ended(ERR_SERVICE_FAILURE, json), 0);
    record_sign_in(&c, &(struct record_sign_in){.who = &alice, .failure = record_wrong});
    ck_assert_uint_eq(ended(ERR_ACCESS_DENIED, json), 1);
}
END_TEST

START_TEST(test_sandbox)
{
    char *json[4];
    memcpy(sandbox.name, "box", sizeof "box");
    record_sign_in(&c, &(struct record_sign_in){
                           .name = RECORD_CHECK_MFA, .who = &alice, .mfa_type = "U2F MFA"});
    record_sign_in(&c, &(struct record_sign_in){.name = RECORD_PASSWORD_UPDATED, .who = &root});
    ck_assert_uint_eq(ended(OK, json), 2);
    ck_assert_ptr_nonnull(strstr(json[0], ",\"additionalEventData\":{\"sandbox\":\"box\"},"));
    ck_assert_ptr_nonnull(
        strstr(json[1], ",\"additionalEventData\":{\"MfaType\":\"U2F MFA\",\"sandbox\":\"box\"},"));
}
END_TEST

START_TEST(test_names)
{
    static const struct api_service *const none[] = {NULL};
    ck_assert(event_has_name(none, STR("ConsoleLogin"), &a));
    ck_assert(event_has_name(none, STR("SwitchRole"), &a));
    ck_assert(!event_has_name(none, STR("consolelogin"), &a));
    ck_assert(event_has_source(none, STR("signin.amazonaws.com"), &a));
    ck_assert(event_has_source(none, STR("signin"), &a));
    ck_assert(!event_has_source(none, STR("signin.example.com"), &a));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("sign_in");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test_user);
    tcase_add_test(tcase, test_root);
    tcase_add_test(tcase, test_wrong_password);
    tcase_add_test(tcase, test_wrong_password_of_root);
    tcase_add_test(tcase, test_unknown_user);
    tcase_add_test(tcase, test_check_mfa);
    tcase_add_test(tcase, test_password_updated);
    tcase_add_test(tcase, test_federation);
    tcase_add_test(tcase, test_signin_token);
    tcase_add_test(tcase, test_roles);
    tcase_add_test(tcase, test_ends_of_calls);
    tcase_add_test(tcase, test_sandbox);
    tcase_add_test(tcase, test_names);
    return suite_run("sign_in", tcase);
}
