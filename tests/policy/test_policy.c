/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled policy as its users see it: statements, places, results, traces. */
#include <check.h>
#include <stdlib.h>

#include "policy/facts.h"
#include "policy/policy_priv.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static const struct policy *compile(const char *text, enum policy_kind kind)
{
    const struct policy *policy = NULL;
    struct policy_error error = {.message = NULL};
    int code = policy_compile(&a, str_of(text), kind, &policy, &error);
    ck_assert_msg(code == OK, "%s", error.message);
    return policy;
}

static const char document[] =
    "{\"Version\": \"2012-10-17\",\n"
    " \"Statement\": [\n"
    "  {\"Sid\": \"One\", \"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\",\n"
    "   \"Condition\": {\"forallvalues:stringlikeifexists\": {\"aws:TagKeys\": [\"a*\", 7]},\n"
    "                 \"Bool\": {\"aws:SecureTransport\": true}}},\n"
    "  {\"Effect\": \"Deny\", \"Action\": \"s3:Put*\", \"Resource\": \"arn:aws:s3:::secret/*\"},\n"
    "  {\"Effect\": \"Deny\", \"Action\": \"s3:Put*\", \"Resource\": \"*\",\n"
    "   \"Condition\": {\"StringEquals\": {\"aws:username\": \"mallory\"}}}]}";

START_TEST(statements)
{
    char copy[sizeof document];
    memcpy(copy, document, sizeof copy);
    const struct policy *policy = compile(copy, POLICY_IDENTITY);
    memset(copy, 'x', sizeof copy - 1); /* the policy has its own copy */
    const struct policy_statement *s = policy->statements;
    ck_assert_uint_eq(policy->n, 3);
    ck_assert(str_is(policy_text(policy), document));
    ck_assert_str_eq(s[0].sid, "One");
    ck_assert_int_eq(s[0].effect, POLICY_ALLOW);
    ck_assert_uint_eq(s[0].line, 3);
    ck_assert_uint_eq(s[0].column, 3);
    ck_assert_uint_eq(s[0].end_line, 5);
    ck_assert_uint_eq(s[0].end_column, 57);
    ck_assert_ptr_null(s[1].sid);
    ck_assert_uint_eq(s[1].index, 1);
    ck_assert_uint_eq(s[1].line, 6);
    ck_assert(str_is(s[1].text, "{\"Effect\": \"Deny\", \"Action\": \"s3:Put*\", "
                                "\"Resource\": \"arn:aws:s3:::secret/*\"}"));
    ck_assert_uint_eq(s[1].end_column, s[1].column + s[1].text.n);
}
END_TEST

static void from(const struct policy_statement *s, size_t line, size_t column)
{
    ck_assert_uint_eq(s->from_line, line);
    ck_assert_uint_eq(s->from_column, column);
}

static void to(const struct policy_statement *s, size_t line, size_t column)
{
    ck_assert_uint_eq(s->end_line, line);
    ck_assert_uint_eq(s->end_column, column);
}

/* As the simulator of IAM tells them. */
START_TEST(positions)
{
    const struct policy_statement *s =
        compile("{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", "
                "\"Action\": \"iam:GetUser\", \"Resource\": \"*\"}}",
                POLICY_MANAGED)
            ->statements;
    from(s, 1, 41);
    to(s, 1, 101);
    s = compile("{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n"
                "      \"Effect\": \"Allow\",\n      \"Action\": \"*\",\n"
                "      \"Resource\": \"*\"\n    }\n  ]\n}",
                POLICY_MANAGED)
            ->statements;
    from(s, 3, 17);
    to(s, 8, 6);
    s = compile(document, POLICY_IDENTITY)->statements;
    from(&s[0], 2, 16);
    from(&s[1], 5, 57);
    from(&s[2], s[1].end_line, s[1].end_column);
}
END_TEST

START_TEST(conditions)
{
    const struct policy_statement *s = compile(document, POLICY_IDENTITY)->statements;
    ck_assert_uint_eq(s[0].n_conditions, 2);
    const struct policy_condition *tags = &s[0].conditions[0], *bool_ = &s[0].conditions[1];
    ck_assert_str_eq(tags->op, "ForAllValues:StringLikeIfExists");
    ck_assert(str_is(tags->key.name, "aws:TagKeys"));
    ck_assert(str_is(tags->key.folded, "aws:tagkeys"));
    ck_assert_uint_eq(tags->n_values, 2);
    ck_assert(str_is(tags->values[0], "a*"));
    ck_assert(str_is(tags->values[1], "7"));
    ck_assert_str_eq(bool_->op, "Bool");
    ck_assert(str_is(bool_->values[0], "true"));
}
END_TEST

static struct policy_result eval(const char *action, const char *resource, const char *user,
                                 struct policy_trace *trace)
{
    struct str yes = STR("true"), name = str_of(user);
    struct fact v[] = {{"aws:SecureTransport", &yes, 1, false}, {"aws:username", &name, 1, false}};
    struct facts facts = facts_of(v, ARRAY_LEN(v));
    struct policy_request request = {str_of(action), str_of(resource), &facts.base, NULL, NULL};
    struct policy_subject subject = policy_prepare(&request);
    return policy_eval(compile(document, POLICY_IDENTITY), &subject, trace);
}

START_TEST(results)
{
    struct policy_result said = eval("s3:PutObject", "arn:aws:s3:::open/x", "alice", NULL);
    ck_assert_int_eq(said.verdict, POLICY_ALLOWS);
    ck_assert_uint_eq(said.statement->index, 0);
    said = eval("s3:PutObject", "arn:aws:s3:::secret/x", "mallory", NULL);
    ck_assert_int_eq(said.verdict, POLICY_DENIES);
    ck_assert_uint_eq(said.statement->index, 1);
    said = eval("iam:GetUser", "*", "alice", NULL);
    ck_assert_int_eq(said.verdict, POLICY_SILENT);
    ck_assert_ptr_null(said.statement);
}
END_TEST

START_TEST(traces)
{
    struct policy_trace trace = {.arena = &a};
    struct policy_result said = eval("s3:PutObject", "arn:aws:s3:::open/x", "alice", &trace);
    ck_assert_int_eq(said.verdict, POLICY_ALLOWS);
    ck_assert_uint_eq(trace.n, 3);
    const struct policy_step *steps = trace.steps;
    ck_assert_int_eq(steps[0].fit, POLICY_FITS);
    ck_assert_uint_eq(steps[0].held, 3);
    ck_assert_int_eq(steps[1].fit, POLICY_OTHER_RESOURCE);
    ck_assert_uint_eq(steps[1].held, 0);
    ck_assert_int_eq(steps[2].fit, POLICY_OTHER_CONDITION);
    ck_assert_uint_eq(steps[2].held, 0);
    eval("s3:GetObject", "arn:aws:s3:::open/x", "alice", &trace);
    ck_assert_uint_eq(trace.n, 4); /* appended; statements about other actions leave nothing */
}
END_TEST

START_TEST(principals)
{
    static const char text[] =
        "{\"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"s3:*\", \"Resource\": \"*\", "
        "\"NotPrincipal\": {\"AWS\": [\"arn:aws:iam::111122223333:root\", \"*\", "
        "\"arn:aws:iam::111122223333:user/a\"], \"Service\": \"ec2.amazonaws.com\"}},"
        "{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\", \"Principal\": "
        "\"*\"}]}";
    const struct policy_statement *s = compile(text, POLICY_RESOURCE)->statements;
    const struct policy_principal *p = s[0].match->principals;
    ck_assert(s[0].match->not_principal);
    ck_assert_uint_eq(s[0].match->n_principals, 4);
    ck_assert_int_eq(p[0].kind, POLICY_PRINCIPAL_ACCOUNT);
    ck_assert(str_is(p[0].value, "111122223333"));
    ck_assert_int_eq(p[1].kind, POLICY_PRINCIPAL_ANYONE);
    ck_assert_int_eq(p[2].kind, POLICY_PRINCIPAL_ARN);
    ck_assert_int_eq(p[3].kind, POLICY_PRINCIPAL_SERVICE);
    ck_assert(!s[1].match->not_principal);
    ck_assert_uint_eq(s[1].match->n_principals, 1);
    ck_assert_int_eq(s[1].match->principals[0].kind, POLICY_PRINCIPAL_ANYONE);
}
END_TEST

START_TEST(size)
{
    ck_assert_uint_eq(policy_size(STR("")), 0);
    ck_assert_uint_eq(policy_size(STR(" {\r\n\t\"a b\" : 1 }")), 8);
}
END_TEST

START_TEST(limits)
{
    ck_assert_uint_eq(policy_limit_of(POLICY_MANAGED).max, 6144);
    ck_assert(!policy_limit_of(POLICY_MANAGED).blanks_count);
    ck_assert_uint_eq(policy_limit_of(POLICY_SCP).max, 10240);
    ck_assert(policy_limit_of(POLICY_SCP).blanks_count);
    ck_assert_uint_eq(policy_limit_of(POLICY_RESOURCE).max, SIZE_MAX);
}
END_TEST

static void note_key(void *owner, const struct policy_key *key)
{
    buf_printf(owner, "%.*s|", STR_FMT(key->name));
    ck_assert(str_eq_fold(key->name, key->folded));
}

static char *keys_of(const char *text)
{
    struct buf b = buf_new(&a, 64);
    policy_each_key(compile(text, POLICY_IDENTITY), note_key, &b);
    return buf_text(&b);
}

START_TEST(keys)
{
    static const char with_variables[] =
        "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": "
        "\"s3:*\", "
        "\"Resource\": [\"arn:aws:s3:::b/${aws:username}/${*}\", \"*\"]},"
        "{\"Effect\": \"Deny\", \"Action\": \"s3:*\", \"NotResource\": \"arn:aws:s3:::c\", "
        "\"Condition\": {\"StringLike\": {\"s3:prefix\": [\"a\", \"${aws:UserId, '${x}'}/*\"]},"
        "\"ArnLike\": {\"AWS:SourceArn\": \"arn:aws:sns:*:*:${aws:PrincipalTag/a b}\"},"
        "\"Bool\": {\"aws:SecureTransport\": \"${aws:username}\"},"
        "\"Null\": {\"aws:TokenIssueTime\": \"true\"}}}]}";
    ck_assert_str_eq(keys_of(with_variables),
                     "aws:username|s3:prefix|aws:UserId|AWS:SourceArn|aws:PrincipalTag/a b|"
                     "aws:SecureTransport|aws:username|aws:TokenIssueTime|");
    ck_assert_str_eq(keys_of(document), "aws:TagKeys|aws:SecureTransport|aws:username|");
}
END_TEST

/* A context is not needed where no key is asked for. */
START_TEST(no_context)
{
    struct policy_request request = {STR("s3:GetObject"), STR("*"), NULL, NULL, NULL};
    struct policy_subject subject = policy_prepare(&request);
    struct policy_result said = policy_eval(compile(document, POLICY_IDENTITY), &subject, NULL);
    ck_assert_int_eq(said.verdict, POLICY_SILENT); /* Bool needs its key */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("policy");
    TCase *tests = tcase_create("policy");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, statements);
    tcase_add_test(tests, positions);
    tcase_add_test(tests, conditions);
    tcase_add_test(tests, results);
    tcase_add_test(tests, traces);
    tcase_add_test(tests, principals);
    tcase_add_test(tests, size);
    tcase_add_test(tests, limits);
    tcase_add_test(tests, keys);
    tcase_add_test(tests, no_context);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
