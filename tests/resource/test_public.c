/* SPDX-License-Identifier: Apache-2.0 */
/* Which bucket policies S3 calls public. */
#include "resource/public.h"
#include "support/suite.h"

#define A "123456789012"
#define B "222222222222"
#define BOB "arn:aws:iam::" A ":user/bob"
#define SERVICE "cloudtrail.amazonaws.com"
#define BUCKET "arn:aws:s3:::photos"
#define STATEMENT(PRINCIPAL)                                                                       \
    "{'Effect':'Allow','Principal':" PRINCIPAL ",'Action':'s3:GetObject','Resource':'" BUCKET "/*" \
    "'}"

/* With single quotes. */
static const char *const public_statements[] = {
    STATEMENT("'*'"),
    STATEMENT("{'AWS':'*'}"),
    STATEMENT("{'AWS':['" BOB "','*']}"),
    "[" STATEMENT("{'AWS':'" B "'}") "," STATEMENT("'*'") "]",
    "{'Effect':'Allow','NotPrincipal':{'AWS':'" BOB "'},'Action':'s3:*','Resource':'*'}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'StringLike':"
    "{'aws:SourceVpc':'vpc-*'}}}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'StringEquals':"
    "{'aws:PrincipalArn':['" BOB "','${aws:username}']}}}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'IpAddress':"
    "{'aws:SourceIp':['10.0.0.0/8','0.0.0.0/1']}}}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'IpAddress':"
    "{'aws:SourceIp':'2001::/16'}}}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':"
    "{'StringNotEquals':{'aws:SourceVpc':'vpc-1'}}}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':"
    "{'StringEqualsIfExists':{'aws:SourceVpc':'vpc-1'}}}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':"
    "{'ForAllValues:StringEquals':{'aws:PrincipalOrgID':'o-1'}}}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':"
    "{'StringEquals':{'aws:Referer':'x'}}}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'StringLike':"
    "{'s3:DataAccessPointArn':'arn:aws:s3:us-east-1:*:accesspoint/*'}}}",
};

static const char *const other_statements[] = {
    STATEMENT("{'AWS':'" B "'}"),
    STATEMENT("{'Service':'" SERVICE "'}"),
    "{'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':'*'}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'StringEquals':"
    "{'aws:SourceVpc':'vpc-1'}}}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'StringEquals':"
    "{'aws:PrincipalOrgID':'o-1'},'StringLike':{'aws:Referer':'*'}}}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'IpAddress':"
    "{'aws:SourceIp':['10.0.0.0/8','2001:db8::/32','203.0.113.7']}}}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'StringLike':"
    "{'aws:userid':'AROAEXAMPLEEXAMPLE00:*'}}}",
    "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*','Condition':{'StringLike':"
    "{'s3:DataAccessPointArn':'arn:aws:s3:us-east-1:" A ":accesspoint/*'}}}",
};

static void expect(const char *statements, enum publicity wanted)
{
    struct arena a;
    arena_init(&a);
    char *text = arena_printf(&a, "{'Version':'2012-10-17','Statement':%s}", statements);
    for (char *p = text; *p; p++)
        *p = (char)(*p == '\'' ? '"' : *p);
    ck_assert_msg(policy_publicity(&a, str_of(text)) == wanted, "%s", text);
    arena_done(&a);
}

START_TEST(test_public)
{
    expect(public_statements[_i], IS_PUBLIC);
}
END_TEST

START_TEST(test_others)
{
    expect(other_statements[_i], NOT_PUBLIC);
}
END_TEST

START_TEST(test_no_policies)
{
    static const char *const texts[] = {"", "[]", "7", "{'Effect':'Allow'}", "{}'"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        expect(texts[i], NO_POLICY);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("public");
    tcase_add_loop_test(t, test_public, 0, (int)ARRAY_LEN(public_statements));
    tcase_add_loop_test(t, test_others, 0, (int)ARRAY_LEN(other_statements));
    tcase_add_test(t, test_no_policies);
    return suite_run("public policies", t);
}
