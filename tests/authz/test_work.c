/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions that take more work than is allowed. */
#include "authz/authz.h"
#include "authz/context.h"
#include "authz/report.h"
#include "support/suite.h"

enum { MANY = 4000, MOST = 4 };

static struct arena a;
static struct str values[MANY];
static struct authz_policy policies[MOST];
static struct authz_principal user;
static struct authz_context context;
static struct authz_key_value key;
static struct authz_request request;

static void setup(void)
{
    arena_init(&a);
    for (int i = 0; i < MANY; i++)
        values[i] = str_of(arena_printf(&a, "%d", MANY + i));
    key = (struct authz_key_value){.name = "app:n", .list = values, .n = MANY};
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
    context.keys = &key;
    context.n_keys = 1;
    request = (struct authz_request){
        .principal = &user,
        .action = STR("s3:GetObject"),
        .resource = STR("arn:aws:s3:::bucket/key"),
        .context = &context.base,
    };
}

static void teardown(void)
{
    arena_done(&a);
}

/* A statement: with %s in the place of a condition that compares MANY numbers with as many. */
static void attach(enum authz_layer layer, const char *statement)
{
    struct buf condition = buf_new(&a, 65536), text = buf_new(&a, 65536);
    buf_add_text(&condition, "\"Condition\":{\"ForAnyValue:NumericEquals\":{\"app:n\":[");
    for (int i = 0; i < MANY; i++)
        buf_printf(&condition, "%s%d", i ? "," : "", i);
    buf_add_text(&condition, "]}}");
    const char *hole = strstr(statement, "%s");
    size_t front = hole ? (size_t)(hole - statement) : strlen(statement);
    buf_add_text(&text, "{\"Version\":\"2012-10-17\",\"Statement\":[");
    buf_add(&text, (struct str){statement, front});
    if (hole) {
        buf_add(&text, buf_str(&condition));
        buf_add_text(&text, hole + 2);
    }
    buf_add_text(&text, "]}");
    struct authz_policy *policy = &policies[user.n_policies++];
    *policy = (struct authz_policy){.layer = layer, .name = "p"};
    struct policy_error error = {.message = ""};
    int code = policy_compile(&a, buf_str(&text), POLICY_IDENTITY, &policy->policy, &error);
    ck_assert_msg(code == OK, "%s", error.message);
}

#define ALLOW "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}"

/* Whatever it is that cannot be finished, nothing is allowed. */
static const char *const statements[] = {
    "{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",%s}," ALLOW,
    ALLOW ",{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",%s}",
    ALLOW ",{\"Effect\":\"Deny\",\"NotAction\":\"iam:*\",\"Resource\":\"*\",%s}",
    ALLOW ",{\"Effect\":\"Deny\",\"Action\":\"*\",\"NotResource\":\"arn:aws:s3:::b/*\",%s}",
    "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",%s}",
    "{\"Effect\":\"Allow\",\"NotAction\":\"iam:*\",\"Resource\":\"*\",%s}",
    "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",%s}," ALLOW,
};

static struct authz_decision decide(struct authz_trace *trace)
{
    static struct authz_asked asked[MOST];
    *trace = (struct authz_trace){.steps = {.arena = &a}, .asked = asked};
    struct authz_decision plain = authz_decide(&request, NULL);
    struct authz_decision traced = authz_decide(&request, trace);
    ck_assert_int_eq(plain.outcome, AUTHZ_IMPLICIT_DENY);
    ck_assert_int_eq(traced.outcome, AUTHZ_IMPLICIT_DENY);
    ck_assert(plain.unfinished && traced.unfinished);
    ck_assert_int_eq(traced.layer, AUTHZ_LAYER_NONE);
    ck_assert(!traced.policy && !traced.statement);
    return traced;
}

START_TEST(test_unfinished_is_denied)
{
    struct authz_trace trace;
    attach(AUTHZ_LAYER_IDENTITY, statements[_i]);
    decide(&trace);
    ck_assert_str_eq(
        authz_message(&a, &request, "r",
                      &(struct authz_decision){.outcome = AUTHZ_IMPLICIT_DENY, .unfinished = true}),
        "User: arn:aws:iam::123456789012:user/carol is not authorized to perform: "
        "s3:GetObject on resource: \"r\"");
}
END_TEST

START_TEST(test_filters_are_finished_too)
{
    struct authz_trace trace;
    attach(AUTHZ_LAYER_IDENTITY, ALLOW);
    attach(_i ? AUTHZ_LAYER_SESSION : AUTHZ_LAYER_BOUNDARY, statements[1]);
    user.bounded = !_i;
    user.scoped = _i;
    decide(&trace);
}
END_TEST

START_TEST(test_explanation)
{
    struct authz_trace trace;
    attach(AUTHZ_LAYER_IDENTITY, statements[1]);
    struct authz_decision decision = decide(&trace);
    struct buf b = buf_new(&a, 4096);
    authz_report_trace(&b, &(struct authz_report){&request, &trace, &decision});
    ck_assert_ptr_nonnull(strstr(buf_text(&b), ",\"missing\":\"The decision takes more work than"));
    ck_assert_ptr_null(strstr(buf_text(&b), "would_allow"));
}
END_TEST

/* Decisions take from what their request has, and each no more than its own share. */
START_TEST(test_requests)
{
    struct policy_work work = work_new(2 * WORK_DECISION, NULL);
    request.work = &work;
    attach(AUTHZ_LAYER_IDENTITY, ALLOW);
    ck_assert_int_eq(authz_decide(&request, NULL).outcome, AUTHZ_ALLOW);
    uint64_t cheap = 2 * WORK_DECISION - work_left(&work);
    ck_assert(cheap > 0 && cheap < 100);
    attach(AUTHZ_LAYER_IDENTITY, statements[0]);
    ck_assert(authz_decide(&request, NULL).unfinished);
    ck_assert_uint_le(work_left(&work), WORK_DECISION);
    user.n_policies = 1;
    ck_assert_int_eq(authz_decide(&request, NULL).outcome, AUTHZ_ALLOW);
    work_exhaust(&work);
    ck_assert(authz_decide(&request, NULL).unfinished);
}
END_TEST

START_TEST(test_stop)
{
    atomic_bool stop = true;
    struct policy_work work = work_new(WORK_REQUEST, &stop);
    request.work = &work;
    attach(AUTHZ_LAYER_IDENTITY, ALLOW);
    ck_assert(authz_decide(&request, NULL).unfinished);
    stop = false;
    ck_assert(authz_decide(&request, NULL).unfinished);
    work = work_new(WORK_REQUEST, &stop);
    ck_assert_int_eq(authz_decide(&request, NULL).outcome, AUTHZ_ALLOW);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("work");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, test_unfinished_is_denied, 0, ARRAY_LEN(statements));
    tcase_add_loop_test(tests, test_filters_are_finished_too, 0, 2);
    tcase_add_test(tests, test_explanation);
    tcase_add_test(tests, test_requests);
    tcase_add_test(tests, test_stop);
    return suite_run("authz work", tests);
}
