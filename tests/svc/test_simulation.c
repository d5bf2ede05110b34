/* SPDX-License-Identifier: Apache-2.0 */
/* What the recorded conversations do not show: sizes, types of values, several resources. */
#include "svc/simulation.h"

#include "err.h"
#include "support/organization.h"
#include "support/suite.h"

#define ALLOW                                                                                      \
    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\","            \
    "\"Resource\":"

static struct box box;
static struct call c;
static struct iam_simulate_custom_policy_in in;
static struct iam_simulate_custom_policy_out out;

static struct str_list list(size_t n, const char *format)
{
    struct str_list list = {n, NEW_ARRAY(&box.arena, const char *, n)};
    for (size_t i = 0; i < n; i++)
        list.v[i] = arena_printf(&box.arena, "%s%zu", format, i);
    return list;
}

static struct str_list one(const char *text)
{
    struct str_list list = {1, NEW_ARRAY(&box.arena, const char *, 1)};
    list.v[0] = text;
    return list;
}

static void setup(void)
{
    static const struct api_op op = {.name = "SimulateCustomPolicy"};
    box_open(&box);
    c = box_call(&box);
    c.op = &op;
    in = (struct iam_simulate_custom_policy_in){.policy_input_list = one(ALLOW "\"*\"}}"),
                                                .action_names = one("s3:GetObject"),
                                                .max_items = 100};
    out = (struct iam_simulate_custom_policy_out){.is_truncated = false};
}

static void teardown(void)
{
    box_close(&box);
}

static int run(void)
{
    return iam_simulate_custom_policy(&c, &in, &out);
}

/* A policy whose condition compares each of the numbers of the context with N others. */
static void compare_numbers(size_t n)
{
    struct buf text = buf_new(&box.arena, 65536);
    buf_add_text(&text, ALLOW "\"*\",\"Condition\":{\"ForAnyValue:NumericEquals\":{\"app:n\":[");
    for (size_t i = 0; i < n; i++)
        buf_printf(&text, "%s1%zu", i ? "," : "", i);
    buf_add_text(&text, "]}}}}");
    in.policy_input_list = one(buf_text(&text));
    struct iam_context_entry *entry = NEW(&box.arena, struct iam_context_entry);
    *entry = (struct iam_context_entry){.context_key_name = "app:n",
                                        .context_key_type = "numericList",
                                        .context_key_values = list(n, "2")};
    in.context_entries = (struct iam_context_entry_list){1, entry};
}

START_TEST(test_too_much_work)
{
    compare_numbers(4000);
    ck_assert_int_eq(run(), ERR_POLICY_EVALUATION);
    ck_assert_ptr_nonnull(strstr(c.message, "takes more work than is allowed"));
    compare_numbers(100);
    ck_assert_int_eq(run(), OK);
}
END_TEST

/* It was not too much, but there is no time for it. */
START_TEST(test_the_server_stops)
{
    compare_numbers(100);
    atomic_store(&box.sandbox.stopping, true);
    ck_assert_int_eq(run(), ERR_SERVICE_UNAVAILABLE);
    ck_assert_str_eq(c.message, "The server is stopping.");
}
END_TEST

/* What is much, but not too much, is told page by page. */
START_TEST(test_pages_by_work)
{
    size_t seen = 0, pages = 0;
    compare_numbers(1000);
    in.action_names = list(10, "a:Act");
    do {
        ck_assert_int_eq(run(), OK);
        ck_assert_uint_gt(out.evaluation_results.n, 0);
        seen += out.evaluation_results.n;
        pages++;
        in.marker = out.marker;
    } while (out.is_truncated);
    ck_assert_uint_eq(seen, 10);
    ck_assert_uint_gt(pages, 1);
}
END_TEST

/* All pages together are all actions, in their order. */
START_TEST(test_pages)
{
    size_t seen = 0;
    in.action_names = list(1050, "a:Act");
    in.max_items = 500;
    for (in.marker = NULL; seen == 0 || out.is_truncated; in.marker = out.marker) {
        ASSERT_OK(run());
        for (size_t i = 0; i < out.evaluation_results.n; i++, seen++)
            ck_assert_str_eq(out.evaluation_results.v[i].eval_action_name, in.action_names.v[seen]);
    }
    ck_assert_uint_eq(seen, 1050);
    ck_assert_uint_eq(out.evaluation_results.n, 50);
}
END_TEST

/* Without resources "*"; of several the first of those that the decision is due to. */
START_TEST(test_resource_names)
{
    static const char *const asked[] = {"arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3:::c"};
    static const struct {
        const char *resource; /* of the allow */
        size_t n;
        const char *name;
    } cases[] = {
        {"\"*\"}}", 0, "*"},
        {"\"*\"}}", 1, "arn:aws:s3:::a"},
        {"\"*\"}}", 3, "arn:aws:s3:::a"},
        {"\"arn:aws:s3:::a\"}}", 3, "arn:aws:s3:::b"},
        {"[\"arn:aws:s3:::a\",\"arn:aws:s3:::b\"]}}", 3, "arn:aws:s3:::c"},
        {"\"arn:aws:s3:::d\"}}", 3, "arn:aws:s3:::a"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        in.policy_input_list = one(arena_printf(&box.arena, ALLOW "%s", cases[i].resource));
        in.resource_arns = (struct str_list){cases[i].n, NEW_ARRAY(&box.arena, const char *, 3)};
        memcpy(in.resource_arns.v, asked, sizeof asked);
        ASSERT_OK(run());
        ck_assert_str_eq(out.evaluation_results.v[0].eval_resource_name, cases[i].name);
    }
}
END_TEST

/* A page is shorter than it may be where its actions are about many resources. */
START_TEST(test_costly_pages)
{
    in.action_names = list(10, "a:Act");
    in.resource_arns = list(9000, "arn:aws:s3:::b/");
    ASSERT_OK(run());
    ck_assert(out.is_truncated);
    ck_assert_uint_eq(out.evaluation_results.n, 2);
    ck_assert_uint_eq(out.evaluation_results.v[1].resource_specific_results.n, 9000);
    in.policy_input_list = list(1, "");
    struct buf b = buf_new(&box.arena, 1024);
    for (int i = 0; i < 60; i++)
        buf_printf(&b, "%s\"arn:aws:s3:::b/${aws:PrincipalTag/%d}\"", i ? "," : "", i);
    in.policy_input_list = one(arena_printf(&box.arena, ALLOW "[%s]}}", buf_text(&b)));
    ck_assert_int_eq(run(), ERR_INVALID_INPUT);
    ck_assert_str_eq(c.message, "The simulation is too large. Name fewer resources.");
}
END_TEST

START_TEST(test_worst_of_the_resources)
{
    static const struct {
        const char *policy, *expected;
    } cases[] = {
        {ALLOW "\"*\"}}", "allowed"},
        {ALLOW "\"arn:aws:s3:::b/1\"}}", "implicitDeny"},
        {"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\","
         "\"Resource\":\"arn:aws:s3:::b/2\"}}",
         "explicitDeny"},
    };
    in.resource_arns = list(3, "arn:aws:s3:::b/");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        in.policy_input_list = one(cases[i].policy);
        ASSERT_OK(run());
        const struct iam_evaluation_result *result = out.evaluation_results.v;
        ck_assert_str_eq(result->eval_decision, cases[i].expected);
        ck_assert_uint_eq(result->resource_specific_results.n, 3);
    }
}
END_TEST

/* Values of each type, and one that is none; NULL: every text is one. */
static const struct {
    const char *type, *good, *bad;
} types[] = {
    {"string", "", NULL},     {"stringList", "x", NULL},        {"boolean", "asdf", NULL},
    {"numeric", "1.5", "x"},  {"numericList", "-1", ""},        {"date", "2020-01-01", "x"},
    {"dateList", "1", "y"},   {"ip", "10.0.0.0/8", "1.2.3"},    {"ipList", "::1", ""},
    {"binary", "QUI=", "x="}, {"binaryList", "", "not at all"},
};

START_TEST(test_types_of_values)
{
    struct iam_context_entry entry = {.context_key_name = "x:key",
                                      .context_key_type = types[_i].type};
    in.context_entries = (struct iam_context_entry_list){1, &entry};
    entry.context_key_values = one(types[_i].good);
    ASSERT_OK(run());
    entry.context_key_values = one(types[_i].bad);
    ck_assert_int_eq(types[_i].bad ? run() : ERR_INVALID_INPUT, ERR_INVALID_INPUT);
}
END_TEST

/* Whether SCPs allow it to alice, to whom her own policy allows everything; NULL: nothing is told.
 */
static const struct iam_organizations_decision_detail *by_organization(const char *action)
{
    static const struct api_op op = {.name = "SimulatePrincipalPolicy"};
    const struct iam_simulate_principal_policy_in alice = {
        .policy_source_arn = "arn:aws:iam::" BOX_ACCOUNT ":user/alice",
        .action_names = one(action),
        .max_items = 100,
    };
    struct iam_simulate_principal_policy_out answer = {.is_truncated = false};
    struct tx tx;
    box_begin(&box, &tx);
    c.op = &op;
    c.tx = &tx;
    ASSERT_OK(iam_simulate_principal_policy(&c, &alice, &answer));
    box_end(&box, &tx);
    ck_assert_uint_eq(answer.evaluation_results.n, 1);
    const struct iam_evaluation_result *result = answer.evaluation_results.v;
    bool denied = result->organizations_decision_detail &&
                  !result->organizations_decision_detail->allowed_by_organizations;
    ck_assert_str_eq(result->eval_decision, denied ? "explicitDeny" : "allowed");
    ck_assert_uint_eq(result->matched_statements.n, !denied);
    return result->organizations_decision_detail;
}

/* IAM API Reference, OrganizationsDecisionDetail. */
START_TEST(test_organization)
{
    box_user(&box, "AIDAZL6XWCR2MLDRO6EIG", "alice");
    box_policy(&box, "AIDAZL6XWCR2MLDRO6EIG", "p", box_document(&box, "Allow", "*"));
    ck_assert_ptr_null(by_organization("s3:GetObject"));
    box_organize(&box);
    box_enable(&box, SCP, "p-FullAWSAccess");
    ck_assert(by_organization("s3:GetObject")->allowed_by_organizations);
    box_organization_policy(&box, "p-nos3aaaa", SCP, box_document(&box, "Deny", "s3:*"));
    box_attach(&box, ORGANIZATION_UNIT, SCP, "p-nos3aaaa");
    ck_assert(!by_organization("s3:GetObject")->allowed_by_organizations);
    ck_assert(by_organization("sqs:SendMessage")->allowed_by_organizations);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_pages);
    tcase_add_test(tc, test_too_much_work);
    tcase_add_test(tc, test_the_server_stops);
    tcase_add_test(tc, test_pages_by_work);
    tcase_add_test(tc, test_resource_names);
    tcase_add_test(tc, test_costly_pages);
    tcase_add_test(tc, test_worst_of_the_resources);
    tcase_add_loop_test(tc, test_types_of_values, 0, ARRAY_LEN(types));
    tcase_add_test(tc, test_organization);
    return suite_run("simulation", tc);
}
