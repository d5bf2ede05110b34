/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/input_priv.h"
#include "support/suite.h"

static struct arena a;
static struct evaluator *evaluator;

static void setup(void)
{
    arena_init(&a);
    evaluator = evaluator_new();
}

static void teardown(void)
{
    evaluator_free(evaluator);
    arena_done(&a);
}

/* TEXT with ' for ". */
static struct str quoted(const char *text)
{
    char *copy = arena_strdup(&a, text);
    for (char *p = copy; *p; p++)
        *p = *p == '\'' ? '"' : *p;
    return str_of(copy);
}

static const char *reason;

/* The answer to LINE, without its newline. */
static const char *ask(const char *line, enum evaluated expected, bool explain)
{
    const struct evaluate_options options = {.explain = explain, .number = 7};
    struct buf out = buf_new(&a, 16);
    enum evaluated result = evaluate_line(evaluator, &a, quoted(line), &options, &out, &reason);
    ck_assert_msg(result == expected, "%d for %s: %s", result, line, buf_text(&out));
    ck_assert((result >= EVALUATED_OTHERWISE) == (reason != NULL));
    if (result == EVALUATED_NOTHING) {
        ck_assert_uint_eq(out.n, 0);
        return "";
    }
    ck_assert_int_eq(out.p[out.n - 1], '\n');
    out.n--;
    return buf_text(&out);
}

/* As many numbers as make a decision too much, from FIRST on. */
static const char *numbers(int first)
{
    struct buf b = buf_new(&a, 65536);
    for (int i = 0; i < 4000; i++)
        buf_printf(&b, "%s%d", i ? "," : "", first + i);
    return buf_text(&b);
}

START_TEST(test_too_much_work)
{
    static const char line[] =
        "{'id':1,'principal':'arn:aws:iam::111122223333:user/ann','resource':'arn:aws:s3:::b/k',"
        "'action':'s3:GetObject','context':{'app:n':[%s]},'identity_policies':[{'Version':"
        "'2012-10-17','Statement':{'Effect':'Allow','Action':'*','Resource':'*','Condition':"
        "{'ForAllValues:NumericNotEquals':{'app:n':[%s]}}}}]}";
    const char *text = arena_printf(&a, line, numbers(0), numbers(5000));
    const char *answer = ask(text, EVALUATED_MALFORMED, _i);
    ck_assert_ptr_nonnull(strstr(answer,
                                 "{\"id\":1,\"error\":{\"line\":7,\"message\":\"The decision "
                                 "takes more work than is allowed"));
}
END_TEST

static const char *encode_nothing(UNUSED void *owner, UNUSED struct arena *arena,
                                  UNUSED const char *account, UNUSED struct str failure)
{
    return "encoded";
}

/* Encoded messages are paid for by the lines behind them. */
START_TEST(test_work_of_encoding)
{
    struct policy_work work = work_new(1000, NULL);
    const struct evaluate_options options = {.encode = encode_nothing, .work = &work, .number = 1};
    const char *line =
        "{'principal':'arn:aws:iam::111122223333:user/ann','resource':'arn:aws:s3:::b/k',"
        "'action':'s3:GetObject','identity_policies':[{'Version':'2012-10-17',"
        "'Statement':{'Effect':'Deny','Action':'*','Resource':'*'}}]}";
    struct buf out = buf_new(&a, 16);
    size_t lines = 0;
    while (evaluate_line(evaluator, &a, quoted(line), &options, &out, &reason) == EVALUATED)
        ck_assert_uint_lt(++lines, 10);
    ck_assert_uint_gt(lines, 0);
    ck_assert_ptr_nonnull(strstr(reason, "more work"));
}
END_TEST

/* So are statements that are read anew, of whatever length. */
START_TEST(test_work_of_long_statements)
{
    struct policy_work work = work_new(10000, NULL);
    const struct evaluate_options options = {.encode = encode_nothing, .work = &work, .number = 1};
    const char *line = arena_printf(
        &a,
        "{'principal':'arn:aws:iam::111122223333:user/ann','resource':'arn:aws:s3:::b/k',"
        "'action':'s3:GetObject','identity_policies':[{'Statement':{'Effect':'Deny','Action':'*',"
        "'Resource':%9000s'*'}}]}",
        "");
    struct buf out = buf_new(&a, 16);
    size_t lines = 0;
    while (evaluate_line(evaluator, &a, quoted(line), &options, &out, &reason) == EVALUATED)
        ck_assert_uint_lt(++lines, 4);
    ck_assert_uint_gt(lines, 0);
}
END_TEST

/* A document that is no policy is read once, however many lines refer to it. */
START_TEST(test_malformed_definitions_are_read_once)
{
    static const char line[] =
        "{'principal':'arn:aws:iam::111122223333:user/ann','resource':'*','action':'s3:Get',"
        "'boundary':'p'}";
    const char *start = "{'define':'p','document':{'Statement':[{'Effect':'Allow','Action':['s3:a'";
    struct buf define = buf_new(&a, 65536);
    buf_add_text(&define, start);
    for (int i = 0; i < 1000; i++)
        buf_add_text(&define, ",'s3:GetObject'");
    buf_add_text(&define, "],'Resource':'*'},{'Effect':'No'}]}}");
    ask(buf_text(&define), EVALUATED_NOTHING, false);
    const char *first = ask(line, EVALUATED_MALFORMED, false);
    ck_assert_ptr_nonnull(strstr(first, "boundary: "));
    size_t total = evaluator->arena.total;
    for (int i = 0; i < 100; i++) {
        const char *answer = ask(line, EVALUATED_MALFORMED, false);
        ck_assert_str_eq(answer, first);
    }
    ck_assert_uint_eq(evaluator->arena.total, total);
}
END_TEST

static void expect(const char *line, enum evaluated result, const char *answer)
{
    ck_assert_str_eq(ask(line, result, false), quoted(answer).p);
}

#define READS                                                                                      \
    "{'Version':'2012-10-17','Statement':{'Sid':'Reads','Effect':'Allow','Action':'s3:Get*',"      \
    "'Resource':'*'}}"
#define ASKS "'principal':'arn:aws:iam::111122223333:user/ann','resource':'arn:aws:s3:::b/k',"
#define GET ASKS "'action':'s3:GetObject'"
#define PUT ASKS "'action':'s3:PutObject'"
#define ALLOWED                                                                                    \
    "'decision':'Allow','layer':'identity','policy':'identity[0]','statement':0,'sid':'Reads',"    \
    "'message':null"

START_TEST(test_answers)
{
    expect("{'id':1,'identity_policies':[" READS "]," GET "}", EVALUATED, "{'id':1," ALLOWED "}");
    expect("{" PUT ",'identity_policies':[" READS "],'id':{'n':[1,2.50]}}", EVALUATED,
           "{'id':{'n':[1,2.50]},'decision':'ImplicitDeny','layer':'identity','policy':null,"
           "'statement':null,'sid':null,'message':'User: arn:aws:iam::111122223333:user/ann is "
           "not authorized to perform: s3:PutObject on resource: \\'arn:aws:s3:::b/k\\' because "
           "no identity-based policy allows the s3:PutObject action'}");
    expect("", EVALUATED_NOTHING, "");
    expect(" \t\r", EVALUATED_NOTHING, "");
}
END_TEST

START_TEST(test_definitions)
{
    expect("{'define':'reads','document':" READS "}", EVALUATED_NOTHING, "");
    expect("{" GET ",'identity_policies':['reads']}", EVALUATED,
           "{'id':null,'decision':'Allow','layer':'identity','policy':'reads','statement':0,"
           "'sid':'Reads','message':null}");
    expect("{" GET ",'identity_policies':[{'name':'mine','document':'reads'}],'boundary':'reads',"
           "'scps':[['reads'],['reads']],'session_policy':['reads']}",
           EVALUATED,
           "{'id':null,'decision':'Allow','layer':'identity','policy':'mine','statement':0,"
           "'sid':'Reads','message':null}");
    /* a document may also be its text */
    expect("{" GET ",'identity_policies':['{\\'Statement\\':{\\'Effect\\':\\'Deny\\',"
           "\\'Action\\':\\'*\\',\\'Resource\\':\\'*\\'}}']}",
           EVALUATED,
           "{'id':null,'decision':'ExplicitDeny','layer':'identity','policy':'identity[0]',"
           "'statement':0,'sid':null,'message':'User: arn:aws:iam::111122223333:user/ann is not "
           "authorized to perform: s3:GetObject on resource: \\'arn:aws:s3:::b/k\\' with an "
           "explicit deny in an identity-based policy'}");
}
END_TEST

START_TEST(test_expectations)
{
    expect("{'identity_policies':[" READS "]," GET ",'expected':'Allow'}", EVALUATED_AS_EXPECTED,
           "{'id':null," ALLOWED ",'passed':true}");
    expect("{'identity_policies':[" READS "]," GET ",'expected':{'decision':'Allow','layer':"
           "'identity','policy':'identity[0]','statement':0,'sid':'Reads','message':null}}",
           EVALUATED_AS_EXPECTED, "{'id':null," ALLOWED ",'passed':true}");
    expect("{'id':'x','identity_policies':[" READS "]," GET ",'expected':'ImplicitDeny'}",
           EVALUATED_OTHERWISE, "{'id':'x'," ALLOWED ",'passed':false}");
    ck_assert_str_eq(reason, quoted("x: expected ImplicitDeny, but got {" ALLOWED "}").p);
    static const char *const wrong[] = {
        "{'layer':'boundary'}",   "{'statement':1}",          "{'statement':null}",
        "{'sid':'Read'}",         "{'message':'no'}",         "{'sid':null}",
        "{'decision':'Allowed'}", "{'policy':'identity[1]'}",
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        ask(arena_printf(&a, "{'identity_policies':[" READS "]," GET ",'expected':%s}", wrong[i]),
            EVALUATED_OTHERWISE, false);
}
END_TEST

START_TEST(test_explanation)
{
    const char *answer =
        ask("{" PUT ",'identity_policies':[" READS "],'boundary':" READS "}", EVALUATED, true);
    ck_assert_ptr_nonnull(strstr(answer, quoted("'policies':[{'policy':'identity[0]','arn':null,"
                                                "'layer':'identity','attached_to':null,"
                                                "'statements':[]},{'policy':'boundary'")
                                             .p));
    ck_assert_ptr_nonnull(strstr(answer, quoted("'would_allow':{'Effect':'Allow','Action':'s3:"
                                                "PutObject','Resource':'arn:aws:s3:::b/k'}}")
                                             .p));
}
END_TEST

static const char *shorten(void *owner, struct arena *arena, const char *account,
                           struct str failure)
{
    *(struct str *)owner = failure;
    return arena_printf(arena, "sealed for %s", account);
}

START_TEST(test_encoded_messages)
{
    struct str failure = {NULL, 0};
    const struct evaluate_options options = {.encode = shorten, .owner = &failure};
    struct buf out = buf_new(&a, 16);
    struct str line = quoted("{" ASKS "'action':'ec2:RunInstances','context':{'aws:userid':'AIDA1',"
                             "'aws:TagKeys':['x','y'],'aws:none':[]},'identity_policies':["
                             "{'Statement':{'Effect':'Deny','NotAction':'s3:*','NotResource':["
                             "'arn:aws:s3:::x'],'Condition':{'Null':{'aws:none':true}}}}]}");
    ck_assert_int_eq(evaluate_line(evaluator, &a, line, &options, &out, &reason), EVALUATED);
    const char *answer = buf_text(&out);
    ck_assert_ptr_nonnull(strstr(answer, ". Encoded authorization failure message: sealed for "
                                         "111122223333\",\"encoded_message\":\"sealed for "));
    ck_assert_str_eq(
        str_dup(&a, failure),
        quoted("{'allowed':false,'explicitDeny':true,'matchedStatements':{'items':[{'statementId':"
               "'','effect':'DENY','principals':{'items':[{'value':'AIDA1'}]},'principalGroups':{"
               "'items':[]},'actions':{'items':[{'value':'s3:*'}]},'resources':{'items':[{'value':"
               "'arn:aws:s3:::x'}]},'conditions':{'items':[{'key':'aws:none','values':{'items':[{"
               "'value':'true'}]}}]}}]},'failures':{'items':[]},'context':{'principal':{'id':"
               "'AIDA1','name':'ann','arn':'arn:aws:iam::111122223333:user/ann'},'action':"
               "'ec2:RunInstances','resource':'arn:aws:s3:::b/k','conditions':{'items':[{'key':"
               "'aws:userid','values':{'items':[{'value':'AIDA1'}]}},{'key':'aws:TagKeys',"
               "'values':{'items':[{'value':'x'},{'value':'y'}]}}]}}}")
            .p);
}
END_TEST

/* What an explanation says of a condition: operator, key, value in the request, note. */
static const struct {
    const char *operator, * key, *wanted, *given, *note;
} notes[] = {
    {"Bool", "aws:Secure", "true", "x", "aws:Secure is no global condition key"},
    {"StringLike", "aws:SourceIp", "10.*", "10.1.1.1",
     "aws:SourceIp is an IP address, which StringLike does not compare"},
    {"NumericEquals", "aws:SecureTransport", "1", "true",
     "aws:SecureTransport is a boolean, which NumericEquals does not compare"},
    {"StringEquals", "aws:TagKeys", "a", "a",
     "aws:TagKeys is a list, which needs ForAllValues or ForAnyValue"},
    {"NumericEquals", "s3:max-keys", "1", "many", "NumericEquals cannot read the request's "},
    {"DateLessThan", "aws:CurrentTime", "2026-01-01", "now", "DateLessThan cannot read the "},
    {"ArnLike", "aws:SourceArn", "arn:*:*:*:*:*", "sns", "ArnLike cannot read the request's "},
    {"BinaryEquals", "s3:blob", "QUJD", "?", "BinaryEquals cannot read the request's "},
    {"Null", "aws:SourceIp", "true", "me", "the request's \\\"me\\\" is not an IP address"},
    {"StringLike", "aws:PrincipalArn", "*", "me", "the request's \\\"me\\\" is not an ARN"},
    {"StringEquals", "aws:username", "ann", "ann", NULL},
    {"NumericLessThan", "aws:EpochTime", "9", "8", NULL},
    {"IpAddress", "aws:SourceIp", "10.0.0.0/8", "10.1.1.1", NULL},
    {"Bool", "s3:flag", "true", "false", NULL},
    {"StringEquals", "aws:PrincipalTag/Team", "blue", "red", NULL},
};

START_TEST(test_notes)
{
    const char *line = arena_printf(
        &a,
        "{" GET ",'context':{'%s':'%s'},'identity_policies':[{'Statement':{'Effect':'Allow',"
        "'Action':'*','Resource':'*','Condition':{'%s':{'%s':'%s'}}}}]}",
        notes[_i].key, notes[_i].given, notes[_i].operator, notes[_i].key, notes[_i].wanted);
    const char *answer = ask(line, EVALUATED, true);
    if (notes[_i].note)
        ck_assert_msg(strstr(answer, notes[_i].note) != NULL, "%s", answer);
    else
        ck_assert_msg(!strstr(answer, "note"), "%s", answer);
}
END_TEST

START_TEST(test_context_notes)
{
    const char *answer =
        ask("{" GET ",'context':{'aws:Foo':'x','aws:SourceIp':'me','s3:x':1}}", EVALUATED, true);
    ck_assert_ptr_nonnull(
        strstr(answer, ",\"context_notes\":[\"aws:Foo is no global condition key\",\"the request's "
                       "\\\"me\\\" is not an IP address\"]}"));
}
END_TEST

/* What is wrong with a line, and the id with which its error is answered. */
static const struct {
    const char *line, *id, *message;
} malformed[] = {
    {"nonsense", "null", "not JSON at column 1"},
    {"{'id':1", "null", "the object does not end on this line: jq -c puts it on one"},
    {"{", "null", "the object does not end on this line: jq -c puts it on one"},
    {"{'id':1, ", "null", "the object does not end on this line: jq -c puts it on one"},
    {"'id':1}", "null", "not JSON at column 5"},
    {"[]", "null", "expected an object"},
    {"{'id':1,'id':2}", "null", "not JSON at column 9"},
    {"{'id':5,'identity_polices':[]}", "5", "unknown member \\'identity_polices\\'"},
    {"{'id':'x','action':7}", "'x'", "action: expected a string"},
    {"{'boundary':[]}", "null", "boundary: expected null or a string or an object"},
    {"{'action':'s3:GetObject'}", "null", "principal is missing"},
    {"{'principal':'anonymous'}", "null", "action is missing"},
    {"{'principal':'anonymous','action':'s3:GetObject'}", "null", "resource is missing"},
    {"{" GET ",'expected':'Deny'}", "null",
     "expected: expected Allow, ExplicitDeny or ImplicitDeny"},
    {"{" GET ",'expected':{'decison':'Allow'}}", "null", "expected: unknown member \\'decison\\'"},
    {"{" ASKS "'action':'s3:a:b'}", "null", "action: expected SERVICE:ACTION"},
    {"{" ASKS "'action':'GetObject'}", "null", "action: expected SERVICE:ACTION"},
    {"{" ASKS "'action':'s3:'}", "null", "action: expected SERVICE:ACTION"},
    {"{'principal':'anonymous','resource':'b','action':'s3:GetObject'}", "null",
     "resource: expected an ARN or \\'*\\'"},
    {"{'principal':'ann','resource':'*','action':'s3:Get'}", "null",
     "principal: \\'ann\\' is no principal, such as arn:aws:iam::123456789012:user/alice"},
    {"{'principal':'arn:aws:iam::1:user/ann','resource':'*','action':'s3:Get'}", "null",
     "principal: \\'arn:aws:iam::1:user/ann\\' is no principal, such as "
     "arn:aws:iam::123456789012:user/alice"},
    {"{" GET ",'principal_type':'role'}", "null",
     "principal_type: \\'arn:aws:iam::111122223333:user/ann\\' is no role principal"},
    {"{" GET ",'principal_type':'person'}", "null",
     "principal_type: expected root, user, role, session, federated, service or anonymous"},
    {"{" GET ",'account':'1111'}", "null", "account: expected 12 digits"},
    {"{" GET ",'resource_account':'*'}", "null", "resource_account: expected 12 digits"},
    {"{" GET ",'context':{'aws:username':null}}", "null",
     "context: aws:username must be a string, a number, a boolean or a list of those"},
    {"{" GET ",'context':{'aws:username':[['x']]}}", "null",
     "context: aws:username must be a string, a number, a boolean or a list of those"},
    {"{" GET ",'context':{'aws:username':'x','AWS:UserName':'y'}}", "null",
     "context: aws:username is there twice"},
    {"{" GET ",'multivalued':[1]}", "null", "multivalued: expected a list of condition keys"},
    {"{" GET ",'identity_policies':[1]}", "null",
     "identity[0]: expected a document or the name of one"},
    {"{" GET ",'identity_policies':[" READS ",'x']}", "null",
     "identity[1]: no document is named \\'x\\'"},
    {"{" GET ",'identity_policies':[{'document':" READS "}]}", "null",
     "identity[0]: expected {\\'name\\': ..., \\'document\\': ...}"},
    {"{" GET ",'scps':[" READS "]}", "null",
     "scps: expected a list of levels, each a list of documents"},
    {"{" GET ",'rcps':[[],[{'Statement':[]}]]}", "null",
     "rcp[1][0]: Syntax errors in policy. (line 1, column 14 of the document: expected a "
     "statement, "
     "or a list of one or more)"},
    {"{'define':'x'}", "null", "expected {\\'define\\': NAME, \\'document\\': ...}"},
    {"{'define':'{','document':{}}", "null", "define: a name must not look like a document"},
    {"{'define':'x','document':[]}", "null", "document: \\'x\\' must be an object or its text"},
    {"{'define':'taken','document':{}}", "null", "define: \\'taken\\' is defined already"},
};

START_TEST(test_malformed)
{
    expect("{'define':'taken','document':{}}", EVALUATED_NOTHING, "");
    expect(malformed[_i].line, EVALUATED_MALFORMED,
           arena_printf(&a, "{'id':%s,'error':{'line':7,'message':'%s'}}", malformed[_i].id,
                        malformed[_i].message));
}
END_TEST

/* Who asks, by the name alone and by the type that is said. */
static const struct {
    const char *members, *layer;
} principals[] = {
    {"'principal':'arn:aws:iam::111122223333:root'", "root"},
    {"'principal':'arn:aws:iam::111122223333:role/team/r'", "identity"},
    {"'principal':'arn:aws:sts::111122223333:assumed-role/r/s'", "identity"},
    {"'principal':'arn:aws:sts::111122223333:federated-user/f'", "identity"},
    {"'principal':'ec2.amazonaws.com'", "resource"},
    {"'principal':'ec2.example','principal_type':'service'", "resource"},
    {"'principal':'accounts.google.com'", "resource"},
    {"'principal':'cognito-identity.amazonaws.com','principal_type':'federated'", "resource"},
    {"'principal':'arn:aws:iam::111122223333:saml-provider/p'", "resource"},
    {"'principal':'anonymous'", "resource"},
};

START_TEST(test_principals)
{
    const char *answer = ask(arena_printf(&a, "{%s,'action':'s3:Get','resource':'arn:aws:s3:::b'}",
                                          principals[_i].members),
                             EVALUATED, false);
    const char *layer = arena_printf(&a, "\"layer\":\"%s\"", principals[_i].layer);
    ck_assert_msg(strstr(answer, layer) != NULL, "%s: %s", principals[_i].members, answer);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_answers);
    tcase_add_test(tc, test_definitions);
    tcase_add_test(tc, test_expectations);
    tcase_add_test(tc, test_explanation);
    tcase_add_test(tc, test_encoded_messages);
    tcase_add_loop_test(tc, test_notes, 0, ARRAY_LEN(notes));
    tcase_add_test(tc, test_context_notes);
    tcase_add_loop_test(tc, test_malformed, 0, ARRAY_LEN(malformed));
    tcase_add_loop_test(tc, test_principals, 0, ARRAY_LEN(principals));
    tcase_add_loop_test(tc, test_too_much_work, 0, 2);
    tcase_add_test(tc, test_work_of_encoding);
    tcase_add_test(tc, test_work_of_long_statements);
    tcase_add_test(tc, test_malformed_definitions_are_read_once);
    return suite_run("evaluate", tc);
}
