/* SPDX-License-Identifier: Apache-2.0 */
/* The last events of a sandbox, those who follow them, and those on their way to a file. */
#include "record/events.h"

#include "base/mem.h"
#include "record/event_queue.h"
#include "sts_api.h"
#include "support/suite.h"

enum { CAPACITY = 4 };

static const struct api_service service = {.name = "sts", .protocol = API_QUERY};
static const struct api_op op = {
    .name = "AssumeRole",
    .service = &service,
    .in = &sts_assume_role_in_shape,
    .out = &sts_assume_role_out_shape,
    .recorded = {.read_only = true,
                 .answer = true,
                 .resource = offsetof(struct sts_assume_role_in, role_arn),
                 .type = "AWS::IAM::Role"},
};
static const struct authz_principal alice = {.kind = PRINCIPAL_USER,
                                             .account = "123456789012",
                                             .arn = "arn:aws:iam::123456789012:user/alice",
                                             .id = "AIDAEXAMPLE",
                                             .name = "alice"};
static struct arena a;
static struct events *events;
static struct sts_assume_role_in in;
static struct sts_assume_role_out out;
static struct record record;

static void begin(size_t max_bytes, struct event_queue *log)
{
    const struct events_options options = {
        .capacity = CAPACITY, .max_bytes = max_bytes, .seeded = true, .seed = 1, .log = log};
    arena_init(&a);
    events = events_new(&options);
    in = (struct sts_assume_role_in){.role_arn = "arn:aws:iam::123456789012:role/deploy",
                                     .role_session_name = "s",
                                     .duration_seconds = 3600,
                                     .token_code = "123456"};
    out = (struct sts_assume_role_out){.credentials = NULL};
    record = (struct record){.request_id = "r",
                             .sandbox = "default",
                             .at = 1722519741,
                             .principal = &alice,
                             .account = "123456789012",
                             .op = &op,
                             .in = &in,
                             .source_ip = STR("10.0.0.1"),
                             .out = &out};
}

static void setup(void)
{
    begin(1 << 20, NULL);
}

static void teardown(void)
{
    events_release(events);
    arena_done(&a);
}

static const char *json_of(const struct event *event)
{
    struct buf b = buf_new(&a, 1024);
    event_json(&b, event);
    return buf_text(&b);
}

static const char *newest(void)
{
    const struct event *event;
    ck_assert_uint_eq(events_before(events, UINT64_MAX, &event, 1), 1);
    const char *json = json_of(event);
    event_release(event);
    return json;
}

static void keep(size_t n)
{
    while (n--)
        events_keep(events, &record);
}

static void expect(const char *json, const char *part)
{
    ck_assert_msg(strstr(json, part) != NULL, "no %s in %s", part, json);
}

static void expect_not(const char *json, const char *part)
{
    ck_assert_msg(strstr(json, part) == NULL, "%s is in %s", part, json);
}

START_TEST(test_what_has_no_event)
{
    record.principal = NULL; /* whose signature was bad */
    keep(1);
    record.principal = &alice;
    record.op = NULL;
    keep(1);
    const struct event *event;
    ck_assert_uint_eq(events_before(events, UINT64_MAX, &event, 1), 0);
}
END_TEST

START_TEST(test_secrets)
{
    struct sts_credentials credentials = {"ASIAEXAMPLE", "secret-key", "secret-token", 1722519741};
    out.credentials = &credentials;
    keep(1);
    const char *json = newest();
    expect_not(json, "123456\"");
    expect_not(json, "secret");
    expect(json, "\"credentials\":{\"accessKeyId\":\"ASIAEXAMPLE\",\"expiration\":\"Aug 1, 2024, "
                 "1:42:21 PM\"}");
    expect(json, "\"requestParameters\":{\"roleArn\":\"arn:aws:iam::123456789012:role/"
                 "deploy\",\"roleSessionName\":\"s\"}");
}
END_TEST

START_TEST(test_failures)
{
    static const int declared[] = {ERR_PACKED_POLICY_TOO_LARGE, 0};
    struct api_op failing = op;
    failing.errors = declared;
    record.op = &failing;
    record.message = "No.";
    record.code = ERR_PACKED_POLICY_TOO_LARGE;
    keep(1);
    expect(newest(), "\"errorCode\":\"PackedPolicyTooLargeException\",\"errorMessage\":\"No.\"");
    expect(newest(), "\"responseElements\":null");
    record.code = ERR_ACCESS_DENIED;
    keep(1);
    expect(newest(), "\"errorCode\":\"AccessDenied\"");
    record.op = &op;
}
END_TEST

/* What vouches for the caller says more than the request. */
START_TEST(test_claims)
{
    struct sts_principal_tag tag = {"team", "blue"};
    const char *keys[] = {"team"};
    const struct sts_saml_claims claims = {.saml_assertion_id = "_a1",
                                           .role_session_name = "ann",
                                           .principal_tags = {1, &tag},
                                           .transitive_tag_keys = {1, keys}};
    record.claimed_shape = &sts_saml_claims_shape;
    record.claimed = &claims;
    in = (struct sts_assume_role_in){.role_arn = "arn:aws:iam::123456789012:role/deploy"};
    keep(1);
    expect(newest(),
           "\"requestParameters\":{\"sAMLAssertionID\":\"_a1\",\"roleSessionName\":\"ann\","
           "\"principalTags\":{\"team\":\"blue\"},\"transitiveTagKeys\":[\"team\"],"
           "\"roleArn\":\"arn:aws:iam::123456789012:role/deploy\"");
}
END_TEST

/* How their sessions came to be: by a provider in IAM or by one that everybody knows, or from
   EC2's metadata service. */
START_TEST(test_sessions)
{
    struct authz_principal session = {.kind = PRINCIPAL_SESSION,
                                      .account = "123456789012",
                                      .arn = "arn:aws:sts::123456789012:assumed-role/deploy/s",
                                      .issuer = "arn:aws:iam::123456789012:role/deploy",
                                      .id = "AROAEXAMPLE:s",
                                      .temporary = true};
    record.principal = &session;
    keep(1);
    expect_not(newest(), "webIdFederationData");
    expect_not(newest(), "ec2RoleDelivery");
    record.delivery = "2.0";
    keep(1);
    expect(newest(), "\"mfaAuthenticated\":\"false\"},\"ec2RoleDelivery\":\"2.0\"}");
    session.provider = "arn:aws:iam::123456789012:oidc-provider/idp.example";
    keep(1);
    expect(newest(), "\"webIdFederationData\":{\"federatedProvider\":\"arn:aws:iam::123456789012:"
                     "oidc-provider/idp.example\",\"attributes\":{}}");
    session.provider = "accounts.google.com";
    record.bearer = (struct record_bearer){.subject = "117", .audience = "app"};
    keep(1);
    expect(newest(), "\"webIdFederationData\":{\"federatedProvider\":\"accounts.google.com\","
                     "\"attributes\":{\"accounts.google.com:aud\":\"app\","
                     "\"accounts.google.com:sub\":\"117\"}}");
}
END_TEST

/* Whoever acts by leave of a delegation request; the owner of another account is not told. */
START_TEST(test_delegates)
{
    struct authz_principal delegated = alice;
    delegated.temporary = true;
    record.principal = &delegated;
    keep(1);
    expect_not(newest(), "invokedByDelegate");
    delegated.delegate = "222222222222";
    keep(1);
    expect(newest(), ",\"invokedByDelegate\":{\"accountId\":\"222222222222\"}}");
    in.role_arn = "arn:aws:iam::333333333333:role/deploy";
    keep(1);
    expect(newest(), "\"recipientAccountId\":\"333333333333\"");
    expect_not(newest(), "invokedByDelegate");
}
END_TEST

/* The mark, and nothing of what is too large. */
START_TEST(test_large_parameters)
{
    char *policy = arena_alloc(&a, 200000);
    memset(policy, 'x', 199999);
    policy[199999] = '\0';
    in.policy = policy;
    keep(1);
    expect(newest(), "\"requestParameters\":{\"omitted\":true,\"originalSize\":2");
    expect(newest(), ",\"reason\":\"requestParameters too large\"}");
    expect_not(newest(), "xxx");
}
END_TEST

START_TEST(test_console)
{
    static const char last[] = ",\"sessionCredentialFromConsole\":\"true\"}";
    keep(1);
    expect_not(newest(), "FromConsole");
    record.console = true;
    keep(1);
    const char *json = newest();
    expect(json, last);
    ck_assert_str_eq(strstr(json, last), last);
}
END_TEST

START_TEST(test_other_account)
{
    const struct event *two[2];
    in.role_arn = "arn:aws:iam::222222222222:role/deploy";
    keep(1);
    ck_assert_uint_eq(events_before(events, UINT64_MAX, two, 2), 2);
    expect(json_of(two[1]), "\"recipientAccountId\":\"123456789012\"");
    expect(json_of(two[0]), "\"userIdentity\":{\"type\":\"AWSAccount\",\"principalId\":"
                            "\"AIDAEXAMPLE\",\"accountId\":\"123456789012\"}");
    expect(json_of(two[0]), "\"recipientAccountId\":\"222222222222\"");
    ck_assert_str_eq(two[0]->shared_id, two[1]->shared_id);
    ck_assert_str_ne(two[0]->id, two[1]->id);
    event_release(two[0]);
    event_release(two[1]);
    record.code = ERR_ACCESS_DENIED; /* which the owner does not see */
    keep(1);
    expect(newest(), "\"recipientAccountId\":\"123456789012\"");
    expect_not(newest(), "sharedEventID");
}
END_TEST

START_TEST(test_capacity)
{
    const struct event *found[CAPACITY + 1];
    keep(CAPACITY + 2);
    ck_assert_uint_eq(events_before(events, UINT64_MAX, found, CAPACITY + 1), CAPACITY);
    ck_assert_uint_eq(found[0]->number, CAPACITY + 2);
    ck_assert_uint_eq(events_gone(events), 2);
    for (size_t i = 0; i < CAPACITY; i++)
        event_release(found[i]);
    ck_assert_uint_eq(events_before(events, CAPACITY + 1, found, 1), 1);
    ck_assert_uint_eq(found[0]->number, CAPACITY);
    event_release(found[0]);
    ck_assert_uint_eq(events_before(events, 2, found, 1), 0);
    events_clear(events);
    ck_assert_uint_eq(events_gone(events), 0);
    ck_assert_uint_eq(events_before(events, UINT64_MAX, found, 1), 0);
}
END_TEST

/* The newest stays, even if it is too large alone. */
START_TEST(test_bytes)
{
    const struct event *found[CAPACITY];
    teardown();
    begin(1, NULL);
    keep(3);
    ck_assert_uint_eq(events_before(events, UINT64_MAX, found, CAPACITY), 1);
    ck_assert_uint_eq(found[0]->number, 3);
    event_release(found[0]);
}
END_TEST

static size_t follow(struct events_place *place, size_t most, uint64_t *lost)
{
    const struct event *found[CAPACITY];
    ck_assert(events_follow(events, place, found, &most, lost));
    for (size_t i = 0; i < most; i++)
        event_release(found[i]);
    return most;
}

START_TEST(test_followers)
{
    uint64_t lost;
    size_t n = 1;
    const struct event *found;
    keep(1);
    struct events_place place = events_end(events);
    ck_assert_uint_eq(follow(&place, CAPACITY, &lost), 0);
    keep(3);
    ck_assert_uint_eq(follow(&place, 2, &lost), 2);
    ck_assert_uint_eq(follow(&place, 2, &lost), 1);
    ck_assert_uint_eq(lost, 0);
    keep(CAPACITY + 3);
    ck_assert_uint_eq(follow(&place, CAPACITY, &lost), CAPACITY);
    ck_assert_uint_eq(lost, 3);
    ck_assert_uint_eq(follow(&place, CAPACITY, &lost), 0);
    events_clear(events);
    ck_assert(!events_follow(events, &place, &found, &n, &lost));
    ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(test_queue)
{
    struct event_queue *queue = event_queue_new(2, 1 << 20);
    struct event_taken taken[4];
    size_t n = 4;
    teardown();
    begin(1 << 20, queue);
    keep(5);
    ck_assert(event_queue_take(queue, taken, &n)); /* two, and that three were lost behind them */
    ck_assert_uint_eq(n, 3);
    ck_assert_uint_eq(taken[0].lost, 0);
    ck_assert_ptr_null(taken[2].event);
    ck_assert_uint_eq(taken[2].lost, 3);
    for (size_t i = 0; i < n; i++)
        event_release(taken[i].event);
    keep(3);
    n = 1;
    ck_assert(event_queue_take(queue, taken, &n));
    event_release(taken[0].event);
    keep(1); /* finds room, behind the one that did not */
    n = 4;
    ck_assert(event_queue_take(queue, taken, &n));
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(taken[0].lost, 0);
    ck_assert_uint_eq(taken[1].lost, 1);
    event_release(taken[0].event);
    event_release(taken[1].event);
    event_queue_wake(queue);
    n = 4;
    ck_assert(event_queue_take(queue, taken, &n));
    ck_assert_uint_eq(n, 0);
    keep(1);
    event_queue_close(queue);
    n = 4;
    ck_assert(event_queue_take(queue, taken, &n));
    event_release(taken[0].event);
    ck_assert(!event_queue_take(queue, taken, &n));
    event_queue_free(queue);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("events");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test_what_has_no_event);
    tcase_add_test(tcase, test_secrets);
    tcase_add_test(tcase, test_failures);
    tcase_add_test(tcase, test_claims);
    tcase_add_test(tcase, test_sessions);
    tcase_add_test(tcase, test_delegates);
    tcase_add_test(tcase, test_large_parameters);
    tcase_add_test(tcase, test_console);
    tcase_add_test(tcase, test_other_account);
    tcase_add_test(tcase, test_capacity);
    tcase_add_test(tcase, test_bytes);
    tcase_add_test(tcase, test_followers);
    tcase_add_test(tcase, test_queue);
    return suite_run("events", tcase);
}
