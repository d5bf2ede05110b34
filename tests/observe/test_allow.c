/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/allow.h"

#include "observe/watch.h"

static struct watch watch;
static struct record_decision decisions[2];
static struct record record;
static const struct record_other other = {.service = "s3", .operation = "CopyObject"};

static void setup(void)
{
    watch_start(&watch, 1024, 1024);
    decisions[0] = (struct record_decision){
        .next = &decisions[1],
        .action = STR("s3:GetObject"),
        .resource = STR("arn:aws:s3:::a/k"),
        .decision.layer = AUTHZ_LAYER_IDENTITY,
    };
    decisions[1] = (struct record_decision){
        .action = STR("s3:PutObject"),
        .resource = STR("arn:aws:s3:::b/*"),
        .decision = {.outcome = AUTHZ_IMPLICIT_DENY, .layer = AUTHZ_LAYER_IDENTITY},
    };
    record = (struct record){.request_id = "id",
                             .at = 1700000000,
                             .principal = &watch.alice,
                             .other = &other,
                             .decisions = decisions,
                             .kind = RECORD_DECIDED,
                             .complete = true};
}

static void teardown(void)
{
    watch_stop(&watch);
}

static const char *line(void)
{
    struct buf b = buf_new(&watch.arena, 1024);
    allow_json(&b, &record);
    return buf_text(&b);
}

START_TEST(test_denied)
{
    ck_assert_str_eq(
        line(),
        "{\"time\":\"2023-11-14T22:13:20Z\",\"request_id\":\"id\",\"principal\":\"" WATCH_ALICE
        "\",\"service\":\"s3\",\"operation\":\"CopyObject\",\"decision\":\"ImplicitDeny\","
        "\"action\":\"s3:PutObject\",\"resource\":\"arn:aws:s3:::b/*\","
        "\"allow\":{\"Effect\":\"Allow\",\"Action\":\"s3:PutObject\","
        "\"Resource\":\"arn:aws:s3:::b/${*}\"},\"allow_in\":\"identity\","
        "\"decisions\":[{\"action\":\"s3:GetObject\",\"resource\":\"arn:aws:s3:::a/k\","
        "\"decision\":\"Allow\"},{\"action\":\"s3:PutObject\",\"resource\":\"arn:aws:s3:::b/*\","
        "\"decision\":\"ImplicitDeny\",\"allow\":{\"Effect\":\"Allow\","
        "\"Action\":\"s3:PutObject\",\"Resource\":\"arn:aws:s3:::b/${*}\"},"
        "\"allow_in\":\"identity\"}]}");
}
END_TEST

START_TEST(test_explicitly_denied)
{
    const struct authz_policy policy = {.name = "keep"};
    const struct policy_statement statement = {.index = 3, .sid = "No"};
    decisions[1].decision = (struct authz_decision){
        AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_SCP, &policy, &statement, 0, false};
    ck_assert_ptr_nonnull(strstr(line(), "\"denied_by\":{\"layer\":\"scp\",\"policy\":\"keep\","
                                         "\"sid\":\"No\",\"statement\":3}"));
    ck_assert_ptr_null(strstr(line(), "\"allow\""));
}
END_TEST

/* A role's own policy names who may come, and no resource. */
START_TEST(test_in_a_trust_policy)
{
    decisions[1].action = STR("sts:AssumeRole");
    decisions[1].resource = STR("arn:aws:iam::123456789012:role/r");
    decisions[1].decision.layer = AUTHZ_LAYER_TRUST;
    ck_assert_ptr_nonnull(
        strstr(line(), "\"allow\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"" WATCH_ALICE
                       "\"},\"Action\":\"sts:AssumeRole\"},\"allow_in\":\"trust\""));
}
END_TEST

START_TEST(test_what_no_policy_allows)
{
    static const enum authz_layer layers[] = {AUTHZ_LAYER_ROOT, AUTHZ_LAYER_BILLING};
    for (size_t i = 0; i < ARRAY_LEN(layers); i++) {
        decisions[1].decision.layer = layers[i];
        ck_assert_ptr_null(strstr(line(), "\"allow\""));
    }
    decisions[1].decision.layer = AUTHZ_LAYER_IDENTITY;
    decisions[1].resource = STR("arn:aws:s3:::b/\xff");
    ck_assert_ptr_null(strstr(line(), "\"allow\""));
}
END_TEST

START_TEST(test_let_pass)
{
    record.would_deny = "No.";
    ck_assert_ptr_nonnull(strstr(line(), "\"decision\":\"ImplicitDeny\",\"let_pass\":true"));
}
END_TEST

static bool fits(const char *principal, const char *decision)
{
    return allow_fits(&(struct allow_filter){principal, decision}, &record);
}

START_TEST(test_filter)
{
    ck_assert(fits(NULL, NULL) && fits("alice", NULL) && fits(WATCH_ALICE, "Deny"));
    ck_assert(fits(NULL, "ImplicitDeny"));
    ck_assert(!fits("bob", NULL) && !fits(NULL, "Allow") && !fits(NULL, "ExplicitDeny"));
    watch.alice.kind = PRINCIPAL_SESSION;
    watch.alice.issuer = "arn:aws:iam::123456789012:role/deploy";
    ck_assert(fits("deploy", NULL) && fits(watch.alice.issuer, NULL));
    decisions[1].decision.outcome = AUTHZ_ALLOW;
    record.allowed = true;
    ck_assert(fits(NULL, "Allow") && !fits(NULL, "Deny"));
    record.kind = RECORD_KEY_REFUSED;
    ck_assert(!fits(NULL, NULL));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_denied);
    tcase_add_test(tc, test_explicitly_denied);
    tcase_add_test(tc, test_in_a_trust_policy);
    tcase_add_test(tc, test_what_no_policy_allows);
    tcase_add_test(tc, test_let_pass);
    tcase_add_test(tc, test_filter);
    return suite_run("allow", tc);
}
