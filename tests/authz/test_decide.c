/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/authz.h"
#include "authz/context.h"
#include "support/suite.h"

enum { MOST = 4 };

/* What policies say about iam:GetUser on alice. */
enum said { ALLOWS, DENIES, OTHER_ACTION, OTHER_RESOURCE, DENIES_OTHER, SAID_COUNT };

static const char *const documents[SAID_COUNT] = {
    [ALLOWS] = "{\"Version\":\"2012-10-17\",\"Statement\":["
               "{\"Effect\":\"Allow\",\"Action\":\"iam:ListUsers\",\"Resource\":\"*\"},"
               "{\"Effect\":\"Allow\",\"Action\":\"iam:Get*\",\"Resource\":\"*\"}]}",
    [DENIES] = "{\"Version\":\"2012-10-17\",\"Statement\":["
               "{\"Effect\":\"Allow\",\"Action\":\"iam:GetUser\",\"Resource\":\"*\"},"
               "{\"Effect\":\"Deny\",\"Action\":\"iam:GetUser\",\"Resource\":\"*\"}]}",
    [OTHER_ACTION] = "{\"Version\":\"2012-10-17\",\"Statement\":"
                     "{\"Effect\":\"Allow\",\"Action\":\"iam:GetGroup\",\"Resource\":\"*\"}}",
    [OTHER_RESOURCE] = "{\"Version\":\"2012-10-17\",\"Statement\":"
                       "{\"Effect\":\"Allow\",\"Action\":\"iam:GetUser\","
                       "\"Resource\":\"arn:aws:iam::123456789012:user/bob\"}}",
    [DENIES_OTHER] = "{\"Version\":\"2012-10-17\",\"Statement\":"
                     "{\"Effect\":\"Deny\",\"Action\":\"iam:GetUser\","
                     "\"Resource\":\"arn:aws:iam::123456789012:user/bob\"}}",
};

static struct arena a;
static const struct policy *compiled[SAID_COUNT];
static struct authz_policy policies[MOST];
static struct authz_principal user;
static struct authz_context context;
static struct authz_request request;

static void setup(void)
{
    arena_init(&a);
    for (int i = 0; i < SAID_COUNT; i++) {
        struct policy_error error;
        ck_assert_int_eq(
            policy_compile(&a, str_of(documents[i]), POLICY_IDENTITY, &compiled[i], &error), OK);
    }
    user = (struct authz_principal){
        .kind = PRINCIPAL_USER,
        .account = "123456789012",
        .arn = "arn:aws:iam::123456789012:user/carol",
        .id = "AIDAQEXAMPLEEXAMPLE22",
        .name = "carol",
        .policies = policies,
    };
    authz_context_init(&context);
    context.principal = &user;
    request = (struct authz_request){
        .principal = &user,
        .action = STR("iam:GetUser"),
        .resource = STR("arn:aws:iam::123456789012:user/alice"),
        .context = &context.base,
    };
}

static void teardown(void)
{
    arena_done(&a);
}

static void attach(const enum said *said, size_t n)
{
    for (size_t i = 0; i < n; i++)
        policies[i] = (struct authz_policy){
            .policy = compiled[said[i]], .layer = AUTHZ_LAYER_IDENTITY, .name = "p"};
    user.n_policies = n;
}

START_TEST(test_nothing_attached)
{
    struct authz_decision decision = authz_decide(&request, NULL);
    ck_assert_int_eq(decision.outcome, AUTHZ_IMPLICIT_DENY);
    ck_assert_int_eq(decision.layer, AUTHZ_LAYER_IDENTITY);
    ck_assert_ptr_null(decision.policy);
    ck_assert_ptr_null(decision.statement);
}
END_TEST

START_TEST(test_silence_is_no_allow)
{
    attach((enum said[]){OTHER_ACTION, OTHER_RESOURCE, DENIES_OTHER}, 3);
    struct authz_decision decision = authz_decide(&request, NULL);
    ck_assert_int_eq(decision.outcome, AUTHZ_IMPLICIT_DENY);
    ck_assert_ptr_null(decision.policy);
}
END_TEST

START_TEST(test_decision_names_policy_and_statement)
{
    attach((enum said[]){OTHER_ACTION, ALLOWS, ALLOWS}, 3);
    struct authz_decision decision = authz_decide(&request, NULL);
    ck_assert_int_eq(decision.outcome, AUTHZ_ALLOW);
    ck_assert_ptr_eq(decision.policy, &policies[1]);
    ck_assert_uint_eq(decision.statement->index, 1);
    attach((enum said[]){ALLOWS, OTHER_ACTION, DENIES, DENIES}, 4);
    decision = authz_decide(&request, NULL);
    ck_assert_int_eq(decision.outcome, AUTHZ_EXPLICIT_DENY);
    ck_assert_ptr_eq(decision.policy, &policies[2]);
    ck_assert_int_eq(decision.statement->effect, POLICY_DENY);
}
END_TEST

/* All combinations of four policies: any deny beats any allow, wherever they stand; a trace
   changes nothing. */
START_TEST(test_every_order)
{
    struct authz_asked asked[MOST];
    for (int code = 0; code < SAID_COUNT * SAID_COUNT * SAID_COUNT * SAID_COUNT; code++) {
        enum said said[MOST];
        bool allowed = false, denied = false;
        for (int i = 0, rest = code; i < MOST; i++, rest /= SAID_COUNT) {
            said[i] = (enum said)(rest % SAID_COUNT);
            allowed |= said[i] == ALLOWS;
            denied |= said[i] == DENIES;
        }
        attach(said, MOST);
        enum authz_outcome expected = denied    ? AUTHZ_EXPLICIT_DENY
                                      : allowed ? AUTHZ_ALLOW
                                                : AUTHZ_IMPLICIT_DENY;
        struct authz_trace trace = {.steps = {.arena = &a}, .asked = asked};
        struct authz_decision plain = authz_decide(&request, NULL);
        struct authz_decision traced = authz_decide(&request, &trace);
        ck_assert_int_eq(plain.outcome, expected);
        ck_assert_int_eq(traced.outcome, expected);
        ck_assert_ptr_eq(traced.policy, plain.policy);
        ck_assert_ptr_eq(traced.statement, plain.statement);
    }
}
END_TEST

/* The trace covers every policy, also those behind the one that decided. */
START_TEST(test_trace)
{
    struct authz_asked asked[MOST];
    struct authz_trace trace = {.steps = {.arena = &a}, .asked = asked};
    attach((enum said[]){DENIES, OTHER_ACTION, OTHER_RESOURCE, ALLOWS}, 4);
    struct authz_decision decision = authz_decide(&request, &trace);
    ck_assert_int_eq(decision.outcome, AUTHZ_EXPLICIT_DENY);
    static const size_t expected[] = {2, 2, 3, 4};
    for (size_t i = 0; i < MOST; i++)
        ck_assert_uint_eq(asked[i].end, expected[i]);
    ck_assert_uint_eq(trace.steps.n, 4);
    const struct policy_step *steps = trace.steps.steps;
    ck_assert_int_eq(steps[0].fit, POLICY_FITS);
    ck_assert_ptr_eq(steps[1].statement, decision.statement);
    ck_assert_int_eq(steps[2].fit, POLICY_OTHER_RESOURCE);
    ck_assert_int_eq(steps[3].fit, POLICY_FITS);
}
END_TEST

START_TEST(test_root_needs_no_policy)
{
    attach((enum said[]){DENIES}, 1);
    user.kind = PRINCIPAL_ROOT; /* nothing is attached to root users; nothing would count */
    struct authz_decision decision = authz_decide(&request, NULL);
    ck_assert_int_eq(decision.outcome, AUTHZ_ALLOW);
    ck_assert_int_eq(decision.layer, AUTHZ_LAYER_ROOT);
    ck_assert_ptr_null(decision.policy);
    ck_assert_ptr_null(decision.statement);
}
END_TEST

START_TEST(test_names)
{
    ck_assert_str_eq(authz_outcome_name(AUTHZ_ALLOW), "Allow");
    ck_assert_str_eq(authz_outcome_name(AUTHZ_EXPLICIT_DENY), "ExplicitDeny");
    ck_assert_str_eq(authz_outcome_name(AUTHZ_IMPLICIT_DENY), "ImplicitDeny");
    ck_assert_str_eq(authz_layer_name(AUTHZ_LAYER_ROOT), "root");
    ck_assert_str_eq(authz_layer_name(AUTHZ_LAYER_IDENTITY), "identity");
}
END_TEST

/* What identity policies and a boundary say together: both must allow, and a deny of either wins,
   told of the identity policy first. */
START_TEST(test_boundary)
{
    static const struct {
        enum said identity, boundary;
        enum authz_outcome outcome;
        enum authz_layer layer;
    } cases[] = {
        {ALLOWS, ALLOWS, AUTHZ_ALLOW, AUTHZ_LAYER_IDENTITY},
        {ALLOWS, OTHER_ACTION, AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_BOUNDARY},
        {ALLOWS, OTHER_RESOURCE, AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_BOUNDARY},
        {ALLOWS, DENIES, AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_BOUNDARY},
        {OTHER_ACTION, ALLOWS, AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_IDENTITY},
        {OTHER_ACTION, OTHER_ACTION, AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_IDENTITY},
        {OTHER_ACTION, DENIES, AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_BOUNDARY},
        {DENIES, ALLOWS, AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_IDENTITY},
        {DENIES, DENIES, AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_IDENTITY},
    };
    user.bounded = true;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        attach((enum said[]){cases[i].identity, cases[i].boundary}, 2);
        policies[1].layer = AUTHZ_LAYER_BOUNDARY;
        struct authz_decision decision = authz_decide(&request, NULL);
        ck_assert_msg(decision.outcome == cases[i].outcome && decision.layer == cases[i].layer,
                      "case %zu: %s by %s", i, authz_outcome_name(decision.outcome),
                      authz_layer_name(decision.layer));
    }
}
END_TEST

/* Without the policy of a resource in sight: roles, keys and what is another account's. */
START_TEST(test_identity_suffices)
{
    static const struct {
        const char *action, *resource, *owner;
    } cases[] = {
        {"sts:AssumeRole", "arn:aws:iam::123456789012:role/r", NULL},
        {"kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/k", NULL},
        {"s3:GetObject", "arn:aws:s3:::b/k", "210987654321"},
    };
    struct policy_error error;
    static const char all[] = "{\"Version\":\"2012-10-17\",\"Statement\":"
                              "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}";
    policies[0] = (struct authz_policy){.layer = AUTHZ_LAYER_IDENTITY, .name = "p"};
    ck_assert_int_eq(policy_compile(&a, str_of(all), POLICY_IDENTITY, &policies[0].policy, &error),
                     OK);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *owner = cases[i].owner;
        request.action = str_of(cases[i].action);
        request.resource = str_of(cases[i].resource);
        request.resource_account = owner ? str_of(owner) : (struct str){NULL, 0};
        user.n_policies = 1;
        request.identity_suffices = false;
        ck_assert_int_eq(authz_decide(&request, NULL).outcome, AUTHZ_IMPLICIT_DENY);
        request.identity_suffices = true;
        ck_assert_int_eq(authz_decide(&request, NULL).outcome, AUTHZ_ALLOW);
        user.n_policies = 0;
        ck_assert_int_eq(authz_decide(&request, NULL).outcome, AUTHZ_IMPLICIT_DENY);
    }
}
END_TEST

/* Levels are those of accounts, and no principal's own: the first that allows nothing is told. */
START_TEST(test_levels)
{
    const struct authz_policy scps[] = {
        {.policy = compiled[ALLOWS], .layer = AUTHZ_LAYER_SCP, .level = 0, .name = "a"},
        {.policy = compiled[OTHER_ACTION], .layer = AUTHZ_LAYER_SCP, .level = 1, .name = "b"},
        {.policy = compiled[ALLOWS], .layer = AUTHZ_LAYER_SCP, .level = 1, .name = "c"},
        {.policy = compiled[OTHER_RESOURCE], .layer = AUTHZ_LAYER_SCP, .level = 2, .name = "d"},
    };
    struct authz_levels levels = {scps, 3, 2};
    attach((enum said[]){ALLOWS}, 1);
    request.scps = &levels;
    ck_assert_int_eq(authz_decide(&request, NULL).outcome, AUTHZ_ALLOW);
    levels = (struct authz_levels){scps, 4, 3};
    struct authz_decision decision = authz_decide(&request, NULL);
    ck_assert_int_eq(decision.outcome, AUTHZ_IMPLICIT_DENY);
    ck_assert_int_eq(decision.layer, AUTHZ_LAYER_SCP);
    ck_assert_uint_eq(decision.level, 2);
    levels = (struct authz_levels){scps, 3, 5};
    ck_assert_uint_eq(authz_decide(&request, NULL).level, 2);
    user.service_linked = true;
    ck_assert_int_eq(authz_decide(&request, NULL).outcome, AUTHZ_ALLOW);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_identity_suffices);
    tcase_add_test(tc, test_levels);
    tcase_add_test(tc, test_nothing_attached);
    tcase_add_test(tc, test_silence_is_no_allow);
    tcase_add_test(tc, test_decision_names_policy_and_statement);
    tcase_add_test(tc, test_every_order);
    tcase_add_test(tc, test_boundary);
    tcase_add_test(tc, test_trace);
    tcase_add_test(tc, test_root_needs_no_policy);
    tcase_add_test(tc, test_names);
    return suite_run("decide", tc);
}
