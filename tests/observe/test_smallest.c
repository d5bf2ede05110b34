/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/smallest.h"

#include "authz/context.h"
#include "observe/watch.h"

static struct watch watch;
static uint64_t seed;

static void setup(void)
{
    watch_start(&watch, 16 << 20, 16 << 20);
    seed = 7;
}

static void teardown(void)
{
    watch_stop(&watch);
}

static size_t chance(size_t n)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (size_t)(seed >> 33) % n;
}

static const struct smallest_result *make(struct smallest_options options)
{
    static const atomic_bool never;
    options.principal = WATCH_ALICE;
    options.stop = &never;
    struct smallest *s = smallest_begin(&watch.arena, watch.sandbox.observations, &options);
    while (smallest_go_on(s))
        ;
    return smallest_end(s);
}

/* It is proved, and the linter has nothing to say. */
static void check_proof(const struct smallest_result *r)
{
    ck_assert_uint_eq(r->allowed, r->replayed);
    for (size_t i = 0; i < r->n_statements; i++)
        ck_assert(r->statements[i].proved);
    for (size_t i = 0; i < r->n; i++) {
        ck_assert_uint_le(policy_size(str_of(r->policies[i])), 6144);
        ck_assert_msg(r->lint[i].n == 0, "%s: %s in %s", r->lint[i].findings[0].code,
                      r->lint[i].findings[0].message, r->policies[i]);
    }
}

/* What the policies say, put together as those of a user. */
static bool allows_with(const struct smallest_result *r, struct str action, struct str resource,
                        const struct authz_key_value *keys, size_t n)
{
    struct authz_policy *policies = NEW_ARRAY(&watch.arena, struct authz_policy, r->n + 1);
    struct authz_principal user = watch.alice;
    struct authz_context context;
    for (size_t i = 0; i < r->n; i++) {
        struct policy_error error;
        policies[i].layer = AUTHZ_LAYER_IDENTITY;
        ck_assert_int_eq(policy_compile(&watch.arena, str_of(r->policies[i]), POLICY_MANAGED,
                                        &policies[i].policy, &error),
                         OK);
    }
    user.policies = policies;
    user.n_policies = r->n;
    authz_context_init(&context);
    context.principal = &user;
    context.given = keys;
    context.n_given = n;
    const struct authz_request request = {.principal = &user,
                                          .action = action,
                                          .resource = resource,
                                          .context = &context.base,
                                          .identity_suffices = true};
    return authz_decide(&request, NULL).outcome == AUTHZ_ALLOW;
}

static bool allows(const struct smallest_result *r, struct str action, struct str resource)
{
    return allows_with(r, action, resource, NULL, 0);
}

static const struct str actions[] = {
    {"s3:GetObject", 12},    {"s3:PutObject", 12},        {"s3:DeleteObject", 15},
    {"s3:GetObjectAcl", 15}, {"s3:GetObjectTagging", 19}, {"s3:PutObjectAcl", 15},
};

/* Names with all that is special in patterns. */
static struct str object(size_t i)
{
    static const char *const names[] = {"b/one",   "b/two",   "b/*",        "b/t?o", "b/${aws:x}",
                                        "b/a/one", "c/o*e$x", "b/\xc3\xa9", "b/$",   "b/ \"q\" \\"};
    return str_of(arena_printf(&watch.arena, "arn:aws:s3:::%s", names[i]));
}

enum { OBJECTS = 10, RANDOM = 60 };

/* Exactly the pairs that were observed, whatever they are. */
START_TEST(test_exactly_what_was_observed)
{
    for (int round = 0; round < RANDOM; round++) {
        bool seen[ARRAY_LEN(actions)][OBJECTS] = {{false}};
        size_t n = 1 + chance(40);
        observe_clear(watch.sandbox.observations);
        for (size_t i = 0; i < n; i++) {
            size_t action = chance(ARRAY_LEN(actions)), on = chance(OBJECTS);
            seen[action][on] = true;
            watch_alice(&watch, actions[action], object(on), true);
        }
        const struct smallest_result *r =
            make((struct smallest_options){.conditions = chance(2) == 0});
        check_proof(r);
        for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
            for (size_t k = 0; k < OBJECTS; k++)
                ck_assert_int_eq(allows(r, actions[i], object(k)), seen[i][k]);
        }
        arena_reset(&watch.arena);
    }
}
END_TEST

START_TEST(test_few_statements)
{
    for (size_t i = 0; i < 4; i++) {
        watch_alice(&watch, actions[i % 2], object(i / 2), true);
        watch_alice(&watch, STR("sqs:SendMessage"), STR("arn:aws:sqs:us-east-1:123456789012:q"),
                    true);
    }
    watch_alice(&watch, STR("s3:ListAllMyBuckets"), STR("*"), true);
    const struct smallest_result *r = make((struct smallest_options){.since = 0});
    check_proof(r);
    ck_assert_uint_eq(r->observed, 6);
    ck_assert_uint_eq(r->n, 1);
    ck_assert(r->least && r->complete);
    ck_assert_str_eq(
        r->policies[0],
        "{\"Version\":\"2012-10-17\",\"Statement\":["
        "{\"Sid\":\"S3GetObjectAnd1MoreOn2Resources\",\"Effect\":\"Allow\","
        "\"Action\":[\"s3:GetObject\",\"s3:PutObject\"],"
        "\"Resource\":[\"arn:aws:s3:::b/one\",\"arn:aws:s3:::b/two\"]},"
        "{\"Sid\":\"S3ListAllMyBucketsOnAnything\",\"Effect\":\"Allow\","
        "\"Action\":\"s3:ListAllMyBuckets\",\"Resource\":\"*\"},"
        "{\"Sid\":\"SqsSendMessageOnQ\",\"Effect\":\"Allow\",\"Action\":\"sqs:SendMessage\","
        "\"Resource\":\"arn:aws:sqs:us-east-1:123456789012:q\"}]}");
}
END_TEST

START_TEST(test_what_counts)
{
    watch_alice(&watch, STR("s3:GetObject"), object(0), false);
    ck_assert_uint_eq(make((struct smallest_options){.since = 0})->n, 0);
    ck_assert_uint_eq(make((struct smallest_options){.all = true})->n, 1);
    watch_alice(&watch, STR("s3:GetObject"), object(0), true);
    ck_assert_uint_eq(make((struct smallest_options){.since = 1000})->observed, 1);
    ck_assert_uint_eq(make((struct smallest_options){.since = 1001})->observed, 0);
}
END_TEST

/* Actions that are about no single resource, and those that were asked for without one. */
START_TEST(test_on_anything)
{
    watch_alice(&watch, STR("iam:ListUsers"), STR("arn:aws:iam::123456789012:user/"), true);
    watch_alice(&watch, STR("s3:GetObject"), STR("*"), true);
    watch_alice(&watch, STR("s3:GetObject"), object(0), true);
    const struct smallest_result *r = make((struct smallest_options){.since = 0});
    check_proof(r);
    ck_assert_uint_eq(r->n_statements, 1);
    ck_assert_ptr_nonnull(strstr(r->policies[0], "\"Resource\":\"*\""));
}
END_TEST

/* Letter case of actions does not matter. */
START_TEST(test_same_action_again)
{
    watch_alice(&watch, STR("s3:GetObject"), object(0), true);
    watch_alice(&watch, STR("S3:getobject"), object(0), true);
    const struct smallest_result *r = make((struct smallest_options){.since = 0});
    ck_assert_uint_eq(r->observed, 1);
    ck_assert_uint_eq(r->replayed, 2);
    check_proof(r);
}
END_TEST

START_TEST(test_what_no_policy_can_say)
{
    watch_alice(&watch, STR("s3:GetObject"), STR("arn:aws:s3:::b/\xff"), true);
    watch_alice(&watch, STR("s3:GetObject"), STR("no-arn"), true);
    watch_alice(&watch, STR("not an action"), object(0), true);
    watch_alice(&watch, STR("s3:GetObject"), object(1), true);
    const struct smallest_result *r = make((struct smallest_options){.since = 0});
    ck_assert_uint_eq(r->observed, 1);
    ck_assert_uint_eq(r->left_out.n, 3);
    check_proof(r);
}
END_TEST

static void list(const char *prefix, const char *delimiter, struct str action, struct str resource)
{
    const struct authz_key_value keys[] = {
        {.name = "s3:prefix", .value = str_of(prefix)},
        {.name = "s3:delimiter", .value = delimiter ? str_of(delimiter) : STR("")}};
    struct record_decision d = {.action = action,
                                .resource = resource,
                                .decision.layer = AUTHZ_LAYER_IDENTITY,
                                .keys = keys,
                                .n_keys = delimiter ? 2 : 1};
    watch_call(&watch, &watch.alice, &d, true);
}

#define BUCKET STR("arn:aws:s3:::b")

START_TEST(test_conditions)
{
    struct authz_key_value key = {.name = "s3:prefix", .value = STR("in/*")};
    list("out/", "/", STR("s3:ListBucket"), BUCKET);
    list("in/*", NULL, STR("s3:ListBucket"), BUCKET);
    watch_alice(&watch, STR("s3:GetBucketPolicy"), BUCKET, true);
    const struct smallest_result *r = make((struct smallest_options){.since = 0});
    check_proof(r);
    ck_assert_uint_eq(r->n_statements, 1);
    ck_assert_ptr_null(strstr(r->policies[0], "Condition"));
    r = make((struct smallest_options){.conditions = true});
    check_proof(r);
    ck_assert_uint_eq(r->n_statements, 2);
    ck_assert_ptr_nonnull(strstr(
        r->policies[0], "\"Condition\":{\"StringEquals\":{\"s3:prefix\":[\"in/${*}\",\"out/\"]}}"));
    ck_assert(allows_with(r, STR("s3:ListBucket"), BUCKET, &key, 1));
    key.value = STR("in/x");
    ck_assert(!allows_with(r, STR("s3:ListBucket"), BUCKET, &key, 1));
    ck_assert(!allows(r, STR("s3:ListBucket"), BUCKET));
    ck_assert(allows(r, STR("s3:GetBucketPolicy"), BUCKET));
}
END_TEST

/* ARNs, lists and tags. */
START_TEST(test_conditions_of_all_types)
{
    const struct authz_key_value keys[] = {
        {.name = "iam:PermissionsBoundary", .value = STR("arn:aws:iam::123456789012:policy/b")}};
    const struct authz_tag tags[] = {{STR("team"), STR("blue")}};
    const struct str names[] = {STR("team")};
    struct record_decision d = {.action = STR("iam:CreateUser"),
                                .resource = STR("arn:aws:iam::123456789012:user/carol"),
                                .decision.layer = AUTHZ_LAYER_IDENTITY,
                                .keys = keys,
                                .n_keys = 1,
                                .tags = {tags, 1, names, 1}};
    watch_call(&watch, &watch.alice, &d, true);
    const struct smallest_result *r = make((struct smallest_options){.conditions = true});
    check_proof(r);
    static const char *const parts[] = {"\"aws:RequestTag/team\":\"blue\"",
                                        "\"ForAllValues:StringEquals\":{\"aws:TagKeys\":\"team\"}",
                                        "\"Null\":{\"aws:TagKeys\":\"false\"}",
                                        "\"iam:PermissionsBoundary\":"};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        ck_assert_msg(strstr(r->policies[0], parts[i]), "%s in %s", parts[i], r->policies[0]);
}
END_TEST

START_TEST(test_folders)
{
    static const char *const keys[] = {"b/logs/1", "b/logs/2", "b/logs/sub/3", "b/top",
                                       "b/data/x", "b/data/y", "b/other/z"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        watch_alice(&watch, STR("s3:GetObject"),
                    str_of(arena_printf(&watch.arena, "arn:aws:s3:::%s", keys[i])), true);
    watch_alice(&watch, STR("s3:PutObject"), STR("arn:aws:s3:::b/logs/1"), true);
    const struct smallest_result *r = make((struct smallest_options){.generalize = true});
    check_proof(r);
    ck_assert_uint_eq(r->n_widened, 2);
    ck_assert(str_is(r->widened[0].resource, "arn:aws:s3:::b/data/*"));
    ck_assert_uint_eq(r->widened[0].observed, 2);
    ck_assert(str_is(r->widened[1].resource, "arn:aws:s3:::b/logs/*"));
    ck_assert_uint_eq(r->widened[1].observed, 3);
    ck_assert(allows(r, STR("s3:GetObject"), STR("arn:aws:s3:::b/logs/new")));
    ck_assert(!allows(r, STR("s3:PutObject"), STR("arn:aws:s3:::b/logs/2")));
    ck_assert(!allows(r, STR("s3:GetObject"), STR("arn:aws:s3:::b/new")));
    ck_assert(!allows(r, STR("s3:GetObject"), STR("arn:aws:s3:::b/other/new")));
}
END_TEST

/* Many objects need many policies, and each statement in them. */
START_TEST(test_many)
{
    enum { N = 2500 };
    for (int i = 0; i < N; i++) {
        struct str on = str_of(arena_printf(&watch.arena, "arn:aws:s3:::bucket/folder/%d", i));
        watch_alice(&watch, actions[i % 7 == 0], on, true);
    }
    const struct smallest_result *r = make((struct smallest_options){.since = 0});
    check_proof(r);
    ck_assert_uint_eq(r->observed, N);
    ck_assert_uint_eq(r->replayed, N);
    ck_assert_uint_gt(r->n, 10);
    ck_assert(!r->least);
    r = make((struct smallest_options){.generalize = true});
    ck_assert_uint_eq(r->n_statements, 1);
}
END_TEST

/* Long texts become more than a statement can hold. */
START_TEST(test_long_names)
{
    char name[1500];
    memset(name, 'x', sizeof name);
    for (int i = 0; i < 20; i++) {
        struct str on = str_of(arena_printf(&watch.arena, "arn:aws:s3:::b/%d%.*s", i % 5,
                                            (int)sizeof name - i % 5, name));
        watch_alice(&watch, actions[i / 5], on, true);
    }
    const struct smallest_result *r = make((struct smallest_options){.since = 0});
    check_proof(r);
    ck_assert_uint_eq(r->n, 2);
}
END_TEST

static void decided(struct str action, struct str resource, struct authz_decision decision,
                    struct str owner, bool through)
{
    struct record_decision d = {
        .action = action, .resource = resource, .decision = decision, .owner = owner};
    watch_call(&watch, &watch.alice, &d, through);
}

/* Policies of resources of the same account suffice; those of others do not. */
START_TEST(test_what_resources_allow)
{
    const struct authz_decision by_resource = {.layer = AUTHZ_LAYER_RESOURCE};
    decided(STR("s3:GetObject"), object(0), by_resource, STR(WATCH_ACCOUNT), true);
    decided(STR("s3:GetObject"), object(1), by_resource, STR("210987654321"), true);
    const struct smallest_result *r = make((struct smallest_options){.since = 0});
    check_proof(r);
    ck_assert_uint_eq(r->not_needed.n, 1);
    ck_assert(str_eq(r->not_needed.v[0].observation->resource, object(0)));
    ck_assert_uint_eq(r->observed, 1);
    ck_assert(allows(r, STR("s3:GetObject"), object(1)));
}
END_TEST

static const struct policy *compile(const char *text, enum policy_kind kind)
{
    const struct policy *policy;
    struct policy_error error;
    ck_assert_int_eq(policy_compile(&watch.arena, str_of(text), kind, &policy, &error), OK);
    return policy;
}

/* A name that is not known yet may be any; one that has a star in it is that. */
START_TEST(test_names_that_are_not_known)
{
#define INSTANCES "arn:aws:ec2:us-east-1:123456789012:instance/"
    struct record_decision d = {.action = STR("ec2:RunInstances"),
                                .resource = STR(INSTANCES "*"),
                                .unnamed = true,
                                .decision.layer = AUTHZ_LAYER_IDENTITY};
    watch_call(&watch, &watch.alice, &d, true);
    d.action = STR("s3:GetObject");
    d.resource = STR("arn:aws:s3:::b/a*");
    watch_call(&watch, &watch.alice, &d, true);
    watch_alice(&watch, STR("s3:PutObject"), STR("arn:aws:s3:::b/*"), true);
    const struct smallest_result *r = make((struct smallest_options){.since = 0});
    check_proof(r);
    ck_assert(allows(r, STR("ec2:RunInstances"), STR(INSTANCES "i-1")));
    ck_assert(!allows(r, STR("s3:GetObject"), STR("arn:aws:s3:::b/ab")));
    ck_assert(!allows(r, STR("s3:PutObject"), STR("arn:aws:s3:::b/ab")));
    ck_assert(allows(r, STR("s3:PutObject"), STR("arn:aws:s3:::b/*")));
}
END_TEST

static void expect_refused(const struct smallest_result *r, size_t i, struct str resource,
                           enum authz_outcome outcome, enum authz_layer layer)
{
    ck_assert_uint_lt(i, r->still_refused.n);
    const struct smallest_note *note = &r->still_refused.v[i];
    ck_assert(str_eq(note->observation->resource, resource));
    ck_assert_int_eq(note->decision.outcome, outcome);
    ck_assert_int_eq(note->decision.layer, layer);
    ck_assert_ptr_nonnull(note->why);
}

START_TEST(test_what_stays_refused)
{
    const struct authz_policy own[] = {
        {.policy = compile("{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\","
                           "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/two\"}}",
                           POLICY_IDENTITY),
         .layer = AUTHZ_LAYER_IDENTITY,
         .name = "keep"},
        {.policy = compile("{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\","
                           "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/*o*\"}}",
                           POLICY_IDENTITY),
         .layer = AUTHZ_LAYER_BOUNDARY,
         .name = "boundary"},
    };
    struct authz_principal bound = watch.alice;
    bound.policies = own;
    bound.n_policies = 2;
    bound.bounded = true;
    const struct authz_decision
        silent = {AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_IDENTITY, NULL, NULL, 0, false},
        trust = {AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_RESOURCE, NULL, NULL, 0, false};
    const struct str none = {NULL, 0};
    decided(STR("s3:GetObject"), object(0), silent, none, false);
    decided(STR("s3:GetObject"), object(1), silent, none, false);
    decided(STR("s3:GetObject"), object(7), silent, none, false);
    decided(STR("s3:GetObject"), object(5), trust, STR("210987654321"), false);
    const struct smallest_result *r = make((struct smallest_options){.all = true, .bound = &bound});
    check_proof(r);
    ck_assert_uint_eq(r->still_refused.n, 3);
    expect_refused(r, 0, object(5), AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_RESOURCE);
    expect_refused(r, 1, object(1), AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_IDENTITY);
    expect_refused(r, 2, object(7), AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_BOUNDARY);
    ck_assert_str_eq(r->still_refused.v[1].why,
                     "The policy keep, of layer identity, denies it explicitly.");
    ck_assert_uint_eq(make((struct smallest_options){.all = true})->still_refused.n, 1);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_exactly_what_was_observed);
    tcase_add_test(tc, test_few_statements);
    tcase_add_test(tc, test_what_counts);
    tcase_add_test(tc, test_on_anything);
    tcase_add_test(tc, test_same_action_again);
    tcase_add_test(tc, test_what_no_policy_can_say);
    tcase_add_test(tc, test_conditions);
    tcase_add_test(tc, test_conditions_of_all_types);
    tcase_add_test(tc, test_folders);
    tcase_add_test(tc, test_many);
    tcase_add_test(tc, test_long_names);
    tcase_add_test(tc, test_what_resources_allow);
    tcase_add_test(tc, test_names_that_are_not_known);
    tcase_add_test(tc, test_what_stays_refused);
    return suite_run("smallest", tc);
}
