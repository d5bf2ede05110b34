/* SPDX-License-Identifier: Apache-2.0 */
/* What a policy says of an action, whatever the request may be. */
#include "model/reference.h"
#include "policy/policy.h"
#include "support/suite.h"

#define STATEMENT(effect, members) "{\"Effect\":\"" effect "\"," members "}"
#define ONE(effect, members) "{\"Statement\":" STATEMENT(effect, members) "}"
#define IF ",\"Condition\":{\"Bool\":{\"aws:MultiFactorAuthPresent\":\"true\"}}"
#define ANY ",\"Resource\":\"*\""

enum reach { NOTHING, ALLOWS, DENIES, BOTH };

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static const struct {
    const char *action, *document;
    enum reach reach;
} cases[] = {
    /* Allowed on something is allowed. */
    {"s3:GetObject", ONE("Allow", "\"Action\":\"s3:GetObject\"" ANY), ALLOWS},
    {"s3:GetObject", ONE("Allow", "\"Action\":\"S3:get*\"" ANY), ALLOWS},
    {"s3:GetObject", ONE("Allow", "\"Action\":\"*\"" ANY), ALLOWS},
    {"s3:GetObject", ONE("Allow", "\"Action\":\"s3:PutObject\"" ANY), NOTHING},
    {"s3:GetObject", ONE("Allow", "\"Action\":\"iam:*\"" ANY), NOTHING},
    {"s3:GetObject", ONE("Allow", "\"NotAction\":\"iam:*\"" ANY), ALLOWS},
    {"s3:GetObject", ONE("Allow", "\"NotAction\":\"s3:*\"" ANY), NOTHING},
    /* Conditions hide nothing. */
    {"s3:GetObject", ONE("Allow", "\"Action\":\"s3:*\"" ANY IF), ALLOWS},
    /* A resource has to be one of a service that the action is about. */
    {"s3:GetObject", ONE("Allow", "\"Action\":\"*\",\"Resource\":\"arn:aws:s3:::b/*\""), ALLOWS},
    {"s3:GetObject", ONE("Allow", "\"Action\":\"*\",\"Resource\":\"arn:*:s3:::b\""), ALLOWS},
    {"s3:GetObject", ONE("Allow", "\"Action\":\"*\",\"Resource\":\"arn:aws:sqs:*:*:q\""), NOTHING},
    {"s3:GetObject",
     ONE("Allow", "\"Action\":\"*\",\"Resource\":[\"arn:aws:sqs:*:*:q\",\"arn:aws:s3:::b/*\"]"),
     ALLOWS},
    {"s3:GetObject", ONE("Allow", "\"Action\":\"*\",\"NotResource\":\"arn:aws:s3:::b/*\""), ALLOWS},
    /* Some actions are about what other services have, whichever those are. */
    {"backup:DeleteRecoveryPoint",
     ONE("Allow", "\"Action\":\"*\",\"Resource\":\"arn:aws:ec2:*::snapshot/*\""), ALLOWS},
    /* Actions that are about no resource want a star. */
    {"iam:ListUsers", ONE("Allow", "\"Action\":\"*\"" ANY), ALLOWS},
    {"s3:ListAllMyBuckets", ONE("Allow", "\"Action\":\"*\",\"Resource\":\"arn:aws:s3:::*\""),
     NOTHING},
    {"s3:ListAllMyBuckets", ONE("Allow", "\"Action\":\"*\",\"NotResource\":\"arn:aws:s3:::*\""),
     ALLOWS},
    /* Only what always denies everything denies. */
    {"s3:GetObject", ONE("Deny", "\"Action\":\"s3:*\"" ANY), DENIES},
    {"s3:GetObject", ONE("Deny", "\"Action\":\"s3:*\"" ANY IF), NOTHING},
    {"s3:GetObject", ONE("Deny", "\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/*\""), NOTHING},
    {"s3:GetObject", ONE("Deny", "\"Action\":\"s3:*\",\"NotResource\":\"arn:aws:s3:::b/*\""),
     NOTHING},
    {"s3:GetObject", ONE("Deny", "\"Action\":\"s3:PutObject\"" ANY), NOTHING},
    /* Each statement for itself. */
    {"s3:GetObject",
     "{\"Statement\":[" STATEMENT("Allow", "\"Action\":\"*\"" ANY) "," STATEMENT(
         "Deny", "\"Action\":\"s3:Get*\"" ANY) "]}",
     BOTH},
    {"s3:PutObject",
     "{\"Statement\":[" STATEMENT("Allow", "\"Action\":\"*\"" ANY) "," STATEMENT(
         "Deny", "\"Action\":\"s3:Get*\"" ANY) "]}",
     ALLOWS},
};

static enum reach reach_of(const char *document, const char *text)
{
    const struct policy *policy = NULL;
    struct policy_error error = {.message = NULL};
    struct str name = str_of(text), prefix = str_cut(&name, ':');
    const struct reference_service *service = reference_load(&a, prefix);
    ck_assert_ptr_nonnull(service);
    const struct reference_action *action = reference_action_find(service, name);
    ck_assert_ptr_nonnull(action);
    int code = policy_compile(&a, str_of(document), POLICY_IDENTITY, &policy, &error);
    ck_assert_msg(code == OK, "%s", error.message);
    struct policy_reach reach = policy_reach(policy, service, action);
    return (enum reach)(reach.allows + 2 * reach.denies);
}

START_TEST(test_reach)
{
    ck_assert_int_eq(reach_of(cases[_i].document, cases[_i].action), cases[_i].reach);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("reach");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, test_reach, 0, ARRAY_LEN(cases));
    return suite_run("reach", tc);
}
