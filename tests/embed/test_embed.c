/* SPDX-License-Identifier: Apache-2.0 */
/* Sees the interface as another program does: no header of the modules, and names of its own that
   they have, too. */
#include <iam-local/authz.h>
#include <stdio.h>
#include <string.h>

#include "support/suite.h"

/* The library has functions of these names inside. */
int policy_compile(void);
int str_dup(void);
int policy_compile(void)
{
    return 1;
}
int str_dup(void)
{
    return 2;
}

#define ALLOW(action)                                                                              \
    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"" action         \
    "\",\"Resource\":\"*\"}}"
#define DENY(action)                                                                               \
    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"No\",\"Effect\":\"Deny\",\"Action\":"    \
    "\"" action "\",\"Resource\":\"*\"}}"

static struct iam_set *set;
static struct iam_request request;
static struct iam_policy *policies[8];
static size_t n_policies;

static void setup(void)
{
    set = iam_set_new();
    n_policies = 0;
    request = (struct iam_request){
        .principal_kind = IAM_PRINCIPAL_USER,
        .principal = "arn:aws:iam::123456789012:user/alice",
        .account = "123456789012",
        .action = "s3:GetObject",
        .resource = "arn:aws:s3:::b/k",
    };
}

static void teardown(void)
{
    iam_set_free(set);
    for (size_t i = 0; i < n_policies; i++)
        iam_policy_free(policies[i]);
}

static void add(const char *document, enum iam_policy_kind kind, enum iam_layer layer, size_t level,
                const char *name, const char *arn)
{
    struct iam_policy_error error;
    struct iam_policy *policy = iam_policy_compile(document, strlen(document), kind, &error);
    ck_assert_msg(policy != NULL, "%s", error.message);
    policies[n_policies++] = policy;
    iam_set_add(set, policy, layer, level, name, arn);
}

static void expect(enum iam_outcome outcome, enum iam_layer layer, const char *policy)
{
    struct iam_decision decision = iam_decide(set, &request);
    ck_assert_str_eq(iam_outcome_name(decision.outcome), iam_outcome_name(outcome));
    ck_assert_str_eq(iam_layer_name(decision.layer), iam_layer_name(layer));
    if (policy)
        ck_assert_str_eq(decision.policy, policy);
    else
        ck_assert(decision.policy == NULL);
}

/* Added in no particular order. */
START_TEST(test_layers)
{
    ck_assert_int_eq(policy_compile() + str_dup(), 3);
    expect(IAM_IMPLICIT_DENY, IAM_LAYER_IDENTITY, NULL);
    add(ALLOW("s3:*"), IAM_POLICY_IDENTITY, IAM_LAYER_IDENTITY, 0, "mine", NULL);
    expect(IAM_ALLOW, IAM_LAYER_IDENTITY, "mine");
    add(ALLOW("s3:*"), IAM_POLICY_SESSION, IAM_LAYER_SESSION, 0, "session", NULL);
    add(ALLOW("s3:*"), IAM_POLICY_SCP, IAM_LAYER_SCP, 1, "account", NULL);
    add(ALLOW("*"), IAM_POLICY_SCP, IAM_LAYER_SCP, 0, "root", NULL);
    request.scp_levels = 2;
    expect(IAM_ALLOW, IAM_LAYER_IDENTITY, "mine");
    request.action = "sqs:SendMessage";
    expect(IAM_IMPLICIT_DENY, IAM_LAYER_SCP, NULL);
    request.action = "s3:GetObject";
    request.scp_levels = 3;
    expect(IAM_IMPLICIT_DENY, IAM_LAYER_SCP, NULL);
    request.management_account = true;
    expect(IAM_ALLOW, IAM_LAYER_IDENTITY, "mine");
    add(DENY("s3:Get*"), IAM_POLICY_MANAGED, IAM_LAYER_BOUNDARY, 0, "edge", NULL);
    expect(IAM_EXPLICIT_DENY, IAM_LAYER_BOUNDARY, "edge");
}
END_TEST

START_TEST(test_other_account)
{
    add(ALLOW("s3:*"), IAM_POLICY_IDENTITY, IAM_LAYER_IDENTITY, 0, "mine", NULL);
    request.resource_account = "111122223333";
    expect(IAM_IMPLICIT_DENY, IAM_LAYER_RESOURCE, NULL);
    add("{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"123456789012\"},\"Action\":"
        "\"s3:*\",\"Resource\":\"*\"}}",
        IAM_POLICY_RESOURCE, IAM_LAYER_RESOURCE, 0, "bucket", NULL);
    expect(IAM_ALLOW, IAM_LAYER_RESOURCE, "bucket");
    request.principal_kind = IAM_PRINCIPAL_ANONYMOUS;
    request.principal = request.account = NULL;
    expect(IAM_IMPLICIT_DENY, IAM_LAYER_RESOURCE, NULL);
}
END_TEST

START_TEST(test_texts)
{
    add(DENY("s3:Get*"), IAM_POLICY_IDENTITY, IAM_LAYER_IDENTITY, 0, "no",
        "arn:aws:iam::123456789012:policy/no");
    char *denial = iam_denial(set, &request);
    ck_assert_str_eq(denial, "User: arn:aws:iam::123456789012:user/alice is not authorized to "
                             "perform: s3:GetObject on resource: \"arn:aws:s3:::b/k\" with an "
                             "explicit deny in an identity-based policy: "
                             "arn:aws:iam::123456789012:policy/no");
    char *why = iam_explain(set, &request);
    ck_assert(
        strstr(why, "{\"decision\":\"ExplicitDeny\",\"layer\":\"identity\",\"policy\":\"no\"") ==
        why);
    ck_assert(strstr(why, "\"missing\":\"Statement 0 (No) of policy no denies it") != NULL);
    iam_free(denial);
    iam_free(why);
    iam_free(NULL);
    struct iam_decision decision = iam_decide(set, &request);
    ck_assert_str_eq(decision.sid, "No");
    ck_assert_uint_eq(decision.statement, 0);
    ck_assert_uint_eq(decision.line, 1);
    ck_assert_uint_eq(decision.column, 37);
    request.principal_kind = IAM_PRINCIPAL_ROOT;
    ck_assert(iam_denial(set, &request) == NULL);
}
END_TEST

/* Texts that do not apply, or are not known, are NULL. */
START_TEST(test_no_names)
{
    add(ALLOW("s3:List*"), IAM_POLICY_IDENTITY, IAM_LAYER_IDENTITY, 0, "lists", NULL);
    request.principal = request.issuer = request.user_id = NULL;
    for (int kind = IAM_PRINCIPAL_ROOT; kind <= IAM_PRINCIPAL_ANONYMOUS; kind++) {
        for (int known = 1; known >= 0; known--) {
            request.principal_kind = (enum iam_principal_kind)kind;
            request.account = known ? "123456789012" : NULL;
            char *why = iam_explain(set, &request), *denial = iam_denial(set, &request);
            ck_assert_ptr_nonnull(why);
            ck_assert_int_eq(denial == NULL, iam_decide(set, &request).outcome == IAM_ALLOW);
            iam_free(why);
            iam_free(denial);
        }
    }
    request.principal_kind = IAM_PRINCIPAL_USER;
    request.account = "123456789012";
    char *denial = iam_denial(set, &request);
    ck_assert_str_eq(denial, "User: anonymous is not authorized to perform: s3:GetObject on "
                             "resource: \"arn:aws:s3:::b/k\" because no identity-based policy "
                             "allows the s3:GetObject action");
    iam_free(denial);
}
END_TEST

START_TEST(test_refusals)
{
    struct iam_policy_error error;
    const char *bad = "{\"Statement\":\n []}";
    ck_assert(!iam_policy_compile(bad, strlen(bad), IAM_POLICY_IDENTITY, &error));
    ck_assert_str_eq(error.message, "Syntax errors in policy.");
    ck_assert_uint_eq(error.line, 2);
    ck_assert_uint_eq(error.column, 2);
    ck_assert(!iam_policy_compile(bad, strlen(bad), IAM_POLICY_IDENTITY, NULL));
    char *longest = malloc(4096);
    int n = snprintf(longest, 4096,
                     "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":"
                     "\"s3:*\",\"Resource\":\"%01000d\"}}",
                     1);
    ck_assert(!iam_policy_compile(longest, (size_t)n, IAM_POLICY_IDENTITY, &error));
    ck_assert_uint_eq(strlen(error.message), sizeof error.message - 1);
    free(longest);
    iam_policy_free(NULL);
}
END_TEST

START_TEST(test_context)
{
    add("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{"
        "\"StringEquals\":{\"aws:username\":\"alice\"},\"ForAllValues:StringEquals\":{"
        "\"aws:TagKeys\":[\"a\",\"b\",\"c\"]},\"ForAnyValue:StringEquals\":{\"app:x\":\"9\"}}}}",
        IAM_POLICY_IDENTITY, IAM_LAYER_IDENTITY, 0, "p", NULL);
    struct iam_context *context = iam_context_new();
    request.context = context;
    expect(IAM_IMPLICIT_DENY, IAM_LAYER_IDENTITY, NULL);
    for (int round = 0; round < 2; round++) {
        iam_context_add(context, "AWS:UserName", "alice");
        iam_context_add(context, "aws:TagKeys", "a");
        iam_context_add(context, "aws:TagKeys", "c");
        char text[16];
        for (int i = 0; i < 10; i++) {
            snprintf(text, sizeof text, "%d", i);
            iam_context_add(context, "app:x", text);
            snprintf(text, sizeof text, "app:%d", i);
            iam_context_add(context, text, "1");
        }
        expect(IAM_ALLOW, IAM_LAYER_IDENTITY, "p");
        iam_context_clear(context);
        expect(IAM_IMPLICIT_DENY, IAM_LAYER_IDENTITY, NULL);
    }
    iam_context_free(context);
    iam_context_free(NULL);
    iam_set_free(NULL);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    iam_on_out_of_memory(abort);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_layers);
    tcase_add_test(tc, test_other_account);
    tcase_add_test(tc, test_texts);
    tcase_add_test(tc, test_no_names);
    tcase_add_test(tc, test_refusals);
    tcase_add_test(tc, test_context);
    return suite_run("embed", tc);
}
