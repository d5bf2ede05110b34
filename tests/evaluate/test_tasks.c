/* SPDX-License-Identifier: Apache-2.0 */
/* What evaluated lines say of tasks of root users, of sessions of AssumeRoot, and of Billing. */
#include "evaluate/input_priv.h"
#include "support/suite.h"

#define ROOT "'principal':'arn:aws:iam::111122223333:root',"
#define ADMIN "'principal':'arn:aws:iam::111122223333:user/admin','identity_policies':['all'],"
#define SESSION(policy)                                                                            \
    ROOT "'session_policy':'arn:aws:iam::aws:policy/root-task/" policy                             \
         "','context':{'aws:PrincipalArn':'arn:aws:iam::111122223333:root'},"
#define LOCKED                                                                                     \
    "'resource_policy':{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*',"      \
    "'Action':'*','Resource':'*'}},'resource_account':'111122223333',"
#define BUCKET "'resource':'arn:aws:s3:::bucket'"
#define QUEUE "'resource':'arn:aws:sqs:eu-west-1:111122223333:queue'"

static struct arena a;
static struct evaluator *evaluator;

/* The answer to LINE, in which ' stands for ". */
static const char *ask(const char *line)
{
    const struct evaluate_options options = {.explain = true};
    const char *reason = NULL;
    struct buf out = buf_new(&a, 1024);
    char *copy = arena_strdup(&a, line);
    for (char *p = copy; *p; p++)
        *p = *p == '\'' ? '"' : *p;
    enum evaluated result = evaluate_line(evaluator, &a, str_of(copy), &options, &out, &reason);
    ck_assert_msg(result == EVALUATED || result == EVALUATED_NOTHING ||
                      result == EVALUATED_MALFORMED,
                  "%s", line);
    return buf_text(&out);
}

static void expect(const char *line, const char *words)
{
    const char *answer = ask(arena_printf(&a, "{%s}", line));
    ck_assert_msg(strstr(answer, words) != NULL, "%s: %s", line, answer);
}

static void allowed(const char *line)
{
    expect(line, "\"decision\":\"Allow\"");
}

static void start(void)
{
    arena_init(&a);
    evaluator = evaluator_new();
    ask("{'define':'all','document':{'Version':'2012-10-17','Statement':{'Effect':'Allow',"
        "'Action':'*','Resource':'*'}}}");
}

static void stop(void)
{
    evaluator_free(evaluator);
    arena_done(&a);
}

START_TEST(test_mfa_delete)
{
    static const char task[] = "'root_task':'enable-s3-mfa-delete',";
    static const char action[] = "'action':'s3:PutBucketVersioning'," BUCKET;
    allowed(arena_printf(&a, ADMIN "%s", action));
    expect(arena_printf(&a, ADMIN "%s%s", task, action),
           "\"decision\":\"ImplicitDeny\",\"layer\":\"root\"");
    expect(arena_printf(&a, ADMIN "%s%s", task, action),
           "\"missing\":\"Only the root user of the account can do this, whatever policies "
           "allow.\"");
    allowed(arena_printf(&a, ROOT "%s%s", task, action));
    expect(arena_printf(&a, ROOT "%s%s,'scps':[['arn:aws:iam::aws:policy/ReadOnlyAccess']]", task,
                        action),
           "\"layer\":\"scp\"");
    expect(arena_printf(&a, ADMIN "'root_task':'fly',%s", action),
           "root_task: no task is named \\\"fly\\\"");
}
END_TEST

START_TEST(test_unlock)
{
    static const char *const bucket[] = {"s3:DeleteBucketPolicy", "s3:PutBucketPolicy",
                                         "s3:GetBucketPolicy"};
    static const char *const queue[] = {"sqs:SetQueueAttributes", "sqs:GetQueueAttributes"};
    for (size_t i = 0; i < ARRAY_LEN(bucket); i++) {
        const char *action = arena_printf(&a, LOCKED "'action':'%s'," BUCKET, bucket[i]);
        expect(arena_printf(&a, ADMIN "%s", action), "\"decision\":\"ExplicitDeny\"");
        allowed(arena_printf(&a, ROOT "%s", action));
        allowed(arena_printf(&a, SESSION("S3UnlockBucketPolicy") "%s", action));
        expect(arena_printf(&a, SESSION("SQSUnlockQueuePolicy") "%s", action),
               "\"decision\":\"ExplicitDeny\",\"layer\":\"session\"");
    }
    for (size_t i = 0; i < ARRAY_LEN(queue); i++) {
        const char *action = arena_printf(&a, LOCKED "'action':'%s'," QUEUE, queue[i]);
        expect(arena_printf(&a, ADMIN "%s", action), "\"decision\":\"ExplicitDeny\"");
        allowed(arena_printf(&a, ROOT "%s", action));
        expect(arena_printf(&a, SESSION("S3UnlockBucketPolicy") "%s", action),
               "\"layer\":\"session\"");
    }
    allowed(SESSION("SQSUnlockQueuePolicy") LOCKED "'action':'sqs:SetQueueAttributes'," QUEUE);
    expect(ROOT LOCKED "'action':'s3:GetObject','resource':'arn:aws:s3:::bucket/key'",
           "\"decision\":\"ExplicitDeny\",\"layer\":\"resource\"");
    expect(ROOT LOCKED "'action':'sqs:SendMessage'," QUEUE,
           "\"decision\":\"ExplicitDeny\",\"layer\":\"resource\"");
}
END_TEST

START_TEST(test_billing)
{
    static const char *const actions[] = {"aws-portal:ViewBilling",
                                          "AWS-Portal:modifyaccount",
                                          "purchase-orders:AddPurchaseOrder",
                                          "payments:ListPaymentPreferences",
                                          "ce:DescribeReport",
                                          "billing:UpdateIAMAccessPreference"};
    static const char *const others[] = {"ce:GetCostAndUsage", "budgets:CreateBudgetAction",
                                         "purchase-orders:GetConsoleActionSetEnforced",
                                         "s3:GetObject"};
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        const char *action = arena_printf(&a, "'action':'%s','resource':'*'", actions[i]);
        allowed(arena_printf(&a, ADMIN "%s", action));
        allowed(arena_printf(&a, ADMIN "'billing_access':true,%s", action));
        allowed(arena_printf(&a, ROOT "'billing_access':false,%s", action));
        expect(arena_printf(&a, ADMIN "'billing_access':false,%s", action),
               "\"decision\":\"ImplicitDeny\",\"layer\":\"billing\"");
        expect(arena_printf(&a, ADMIN "'billing_access':false,%s", action),
               "because IAM access to Billing is not activated\"");
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        allowed(arena_printf(&a, ADMIN "'billing_access':false,'action':'%s','resource':'*'",
                             others[i]));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("tasks");
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, test_mfa_delete);
    tcase_add_test(tcase, test_unlock);
    tcase_add_test(tcase, test_billing);
    return suite_run("tasks", tcase);
}
