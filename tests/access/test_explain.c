/* SPDX-License-Identifier: Apache-2.0 */
#include "access/explain.h"
#include "access/sealed.h"
#include "authz/context.h"
#include "support/suite.h"

#define ID(n) "01234567-89ab-4def-8123-00000000000" #n

static const struct api_service service = {.name = "iam"};
static const struct api_op op = {.name = "GetUser", .service = &service};

static struct arena a;
static struct explain *explain;
static struct authz_principal user;
static struct authz_context context;
static struct sandbox sandbox;
static struct call c;

static void setup(void)
{
    arena_init(&a);
    explain = explain_new(3, 16 << 20);
    sandbox = (struct sandbox){.explain = explain};
    sealed_key(STR("secret"), sandbox.message_key);
    c = (struct call){.arena = &a,
                      .sandbox = &sandbox,
                      .op = &op,
                      .request_id = ID(1),
                      .principal = &user,
                      .account = "123456789012"};
    user = (struct authz_principal){
        .kind = PRINCIPAL_USER,
        .account = "123456789012",
        .arn = "arn:aws:iam::123456789012:user/alice",
        .id = "AIDAZL6XWCR2MLDRO6EIG",
        .name = "alice",
    };
    authz_context_init(&context);
    context.principal = &user;
}

static void teardown(void)
{
    explain_free(explain);
    arena_done(&a);
}

static const char *get(const char *id)
{
    struct str found = explain_get(explain, &a, str_of(id));
    if (found.p)
        ck_assert_uint_eq(strlen(found.p), found.n);
    return found.p;
}

static size_t expect_recent(size_t limit, const char *newest)
{
    struct str recent[4];
    size_t n = explain_recent(explain, &a, recent, limit);
    if (n)
        ck_assert_str_eq(str_dup(&a, recent[0]), newest);
    return n;
}

START_TEST(test_recent_records)
{
    ck_assert_uint_eq(expect_recent(4, NULL), 0);
    explain_put(explain, ID(1), STR("one"));
    explain_put(explain, ID(2), STR("two"));
    ck_assert_uint_eq(expect_recent(4, "two"), 2);
    explain_put(explain, ID(3), STR("three"));
    explain_put(explain, ID(4), STR("four"));
    ck_assert_uint_eq(expect_recent(4, "four"), 3);
    ck_assert_uint_eq(expect_recent(2, "four"), 2);
    explain_clear(explain);
    ck_assert_uint_eq(expect_recent(4, NULL), 0);
}
END_TEST

START_TEST(test_last_records_are_kept)
{
    ck_assert_ptr_null(get(ID(1)));
    explain_put(explain, ID(1), STR("one"));
    explain_put(explain, ID(2), STR("two"));
    explain_put(explain, ID(3), STR("three"));
    ck_assert_str_eq(get(ID(1)), "one");
    explain_put(explain, ID(4), STR("a longer text takes the place"));
    ck_assert_ptr_null(get(ID(1)));
    ck_assert_str_eq(get(ID(2)), "two");
    ck_assert_str_eq(get(ID(3)), "three");
    ck_assert_str_eq(get(ID(4)), "a longer text takes the place");
    explain_put(explain, ID(5), STR("2"));
    explain_put(explain, ID(6), STR("3"));
    explain_put(explain, ID(7), STR("short"));
    ck_assert_str_eq(get(ID(7)), "short");
    ck_assert_ptr_null(get(ID(4)));
}
END_TEST

START_TEST(test_texts_are_limited_in_all)
{
    explain_free(explain);
    explain = explain_new(3, 64);
    char text[65];
    memset(text, 'x', sizeof text);
    explain_put(explain, ID(1), (struct str){text, 20});
    explain_put(explain, ID(2), (struct str){text, 20});
    explain_put(explain, ID(3), (struct str){text, 24});
    ck_assert_ptr_nonnull(get(ID(1)));
    explain_put(explain, ID(4), (struct str){text, 30}); /* the room of 1 and of 2 */
    ck_assert_ptr_null(get(ID(1)));
    ck_assert_ptr_null(get(ID(2)));
    ck_assert_ptr_nonnull(get(ID(3)));
    ck_assert_ptr_nonnull(get(ID(4)));
    explain_put(explain, ID(5), (struct str){text, 65}); /* more than there is ever room for */
    ck_assert_ptr_null(get(ID(5)));
    ck_assert_ptr_nonnull(get(ID(4)));
    explain_put(explain, ID(5), (struct str){text, 64});
    ck_assert_ptr_nonnull(get(ID(5)));
    ck_assert_ptr_null(get(ID(3)));
    ck_assert_ptr_null(get(ID(4)));
    explain_put(explain, ID(6), (struct str){text, 10});
    ck_assert_ptr_nonnull(get(ID(6)));
    ck_assert_ptr_null(get(ID(5)));
}
END_TEST

START_TEST(test_unknown_requests)
{
    explain_put(explain, ID(1), STR("one"));
    ck_assert_ptr_null(get(""));
    ck_assert_ptr_null(get("01234567"));
    ck_assert_ptr_null(get(ID(1) "0"));
    explain_clear(explain);
    ck_assert_ptr_null(get(ID(1)));
    explain_put(explain, ID(1), STR("again"));
    ck_assert_str_eq(get(ID(1)), "again");
    explain_free(NULL);
}
END_TEST

/* The record of one call with one decision. Quotes are written as ' to keep tests readable. */
static const char *record(struct str action, struct str resource)
{
    const struct authz_request request = {
        .principal = &user, .action = action, .resource = resource, .context = &context.base};
    struct authz_trace trace = {
        .steps = {.arena = &a},
        .asked = NEW_ARRAY(&a, struct authz_asked, user.n_policies + 1),
    };
    struct authz_decision decision = authz_decide(&request, &trace);
    struct explanation e;
    explain_begin(&e, &c);
    explain_add(&e, &(struct authz_report){&request, &trace, &decision}, NULL);
    explain_end(&e, &c, decision.outcome == AUTHZ_ALLOW);
    char *text = arena_strdup(&a, get(ID(1)));
    for (char *p = text; *p; p++)
        *p = (char)(*p == '"' ? '\'' : *p);
    return text;
}

/* Shows the place where long texts differ; check itself cannot print them. */
static void same(const char *text, const char *expected)
{
    size_t at = 0;
    while (text[at] && text[at] == expected[at])
        at++;
    ck_assert_msg(text[at] == expected[at], "...%.200s\nexpected ...%.200s", text + at,
                  expected + at);
}

/* An inline policy of the user; STATEMENTS with ' for quotes. */
static void attach(const char *statements)
{
    char *text = arena_printf(&a, "{'Version':'2012-10-17',\n'Statement':[%s]}", statements);
    for (char *p = text; *p; p++)
        *p = (char)(*p == '\'' ? '"' : *p);
    struct authz_policy *policy = NEW(&a, struct authz_policy);
    struct policy_error error = {.message = ""};
    int code = policy_compile(&a, str_of(text), POLICY_IDENTITY, &policy->policy, &error);
    ck_assert_msg(code == OK, "%s", error.message);
    policy->layer = AUTHZ_LAYER_IDENTITY;
    policy->name = "mine";
    policy->owner = "user alice";
    user.policies = policy;
    user.n_policies = 1;
}

#define HEAD                                                                                       \
    "{'request_id':'" ID(                                                                          \
        1) "','operation':'iam:GetUser',"                                                          \
           "'principal':'arn:aws:iam::123456789012:user/alice','decisions':["                      \
           "{'action':'iam:GetUser','resource':'arn:aws:iam::123456789012:user/bob',"
#define ACTION STR("iam:GetUser")
#define BOB STR("arn:aws:iam::123456789012:user/bob")
#define NOBODY "'layer':'identity','policy':null,'attached_to':null,"
#define MINE "'layer':'identity','policy':'mine','attached_to':'user alice',"
#define WOULD                                                                                      \
    "'would_allow':{'Effect':'Allow','Action':'iam:GetUser',"                                      \
    "'Resource':'arn:aws:iam::123456789012:user/bob'}}],'allowed':false}"

START_TEST(test_root)
{
    user.kind = PRINCIPAL_ROOT;
    same(record(ACTION, BOB),
         HEAD "'decision':'Allow','layer':'root','policy':null,'attached_to':null}],"
              "'allowed':true}");
}
END_TEST

START_TEST(test_nothing_attached)
{
    same(record(ACTION, BOB),
         HEAD "'decision':'ImplicitDeny'," NOBODY "'policies':[],"
              "'missing':'No statement of the policies in effect allows iam:GetUser.'," WOULD);
}
END_TEST

START_TEST(test_allow)
{
    attach("{'Sid':'Read','Effect':'Allow','Action':'iam:Get*','Resource':'*'}");
    same(record(ACTION, BOB), HEAD
         "'decision':'Allow'," MINE "'statement':0,'policies':["
         "{'policy':'mine','arn':null,'layer':'identity','attached_to':'user alice','statements':["
         "{'statement':0,'sid':'Read','line':2,'column':14,'effect':'Allow',"
         "'result':'applies','conditions':[]}]}]}],'allowed':true}");
}
END_TEST

START_TEST(test_explicit_deny)
{
    attach("{'Effect':'Allow','Action':'s3:*','Resource':'*'},\n"
           "{'Effect':'Deny','Action':'iam:GetUser','Resource':'*'}");
    same(record(ACTION, BOB), HEAD
         "'decision':'ExplicitDeny'," MINE "'statement':1,'policies':["
         "{'policy':'mine','arn':null,'layer':'identity','attached_to':'user alice','statements':["
         "{'statement':1,'sid':null,'line':3,'column':1,'effect':'Deny',"
         "'result':'applies','conditions':[]}]}],"
         "'missing':'Statement 1 of policy mine (user alice) denies it; no allow "
         "can outweigh that.'}],'allowed':false}");
}
END_TEST

/* A deny elsewhere is about the action, and no reason for anything. */
START_TEST(test_deny_elsewhere)
{
    attach("{'Effect':'Deny','Action':'iam:GetUser','Resource':'arn:aws:iam::*:user/eve'}");
    same(record(ACTION, BOB), HEAD
         "'decision':'ImplicitDeny'," NOBODY "'policies':["
         "{'policy':'mine','arn':null,'layer':'identity','attached_to':'user alice','statements':["
         "{'statement':0,'sid':null,'line':2,'column':14,'effect':'Deny',"
         "'result':'resource does not match','conditions':[]}]}],"
         "'missing':'No statement of the policies in effect allows iam:GetUser.'," WOULD);
}
END_TEST

START_TEST(test_other_resource)
{
    attach("{'Effect':'Allow','Action':'iam:GetUser','Resource':"
           "'arn:aws:iam::123456789012:user/carol','Condition':{'Null':{'aws:username':'true'}}}");
    same(record(ACTION, BOB), HEAD
         "'decision':'ImplicitDeny'," NOBODY "'policies':["
         "{'policy':'mine','arn':null,'layer':'identity','attached_to':'user alice','statements':["
         "{'statement':0,'sid':null,'line':2,'column':14,'effect':'Allow',"
         "'result':'resource does not match','conditions':[]}]}],"
         "'missing':'Statement 0 of policy mine (user alice) allows it, but on other "
         "resources.'," WOULD);
}
END_TEST

START_TEST(test_condition_not_met)
{
    attach("{'Effect':'Allow','Action':'iam:GetUser','Resource':'*','Condition':{"
           "'StringEquals':{'aws:username':['bob','carol'],'aws:PrincipalTag/Team':'Blue'},"
           "'StringLike':{'aws:PrincipalArn':'*'}}}");
    same(record(ACTION, BOB), HEAD
         "'decision':'ImplicitDeny'," NOBODY "'policies':["
         "{'policy':'mine','arn':null,'layer':'identity','attached_to':'user alice','statements':["
         "{'statement':0,'sid':null,'line':2,'column':14,'effect':'Allow',"
         "'result':'condition not met','conditions':["
         "{'operator':'StringEquals','key':'aws:username',"
         "'policy_values':['bob','carol'],'request_values':['alice'],"
         "'met':false},"
         "{'operator':'StringEquals','key':'aws:PrincipalTag/Team',"
         "'policy_values':['Blue'],'request_values':null,'met':false},"
         "{'operator':'StringLike','key':'aws:PrincipalArn',"
         "'policy_values':['*'],'request_values':"
         "['arn:aws:iam::123456789012:user/alice'],'met':true}]}]}],"
         "'missing':'Statement 0 of policy mine (user alice) allows it, but not under "
         "this condition: StringEquals aws:username, StringEquals "
         "aws:PrincipalTag/Team.'}],'allowed':false}");
}
END_TEST

/* A boundary that does not mention the action is what keeps an allowed user from it. */
START_TEST(test_boundary)
{
    attach("{'Sid':'Read','Effect':'Allow','Action':'iam:Get*','Resource':'*'}");
    struct authz_policy *policies = NEW_ARRAY(&a, struct authz_policy, 2);
    policies[0] = user.policies[0];
    attach("{'Effect':'Allow','Action':'s3:*','Resource':'*'}");
    policies[1] = user.policies[0];
    policies[1].layer = AUTHZ_LAYER_BOUNDARY;
    policies[1].arn = "arn:aws:iam::123456789012:policy/mine";
    user.policies = policies;
    user.n_policies = 2;
    user.bounded = true;
    same(record(ACTION, BOB), HEAD
         "'decision':'ImplicitDeny','layer':'boundary','policy':null,'attached_to':null,"
         "'policies':[{'policy':'mine','arn':null,'layer':'identity','attached_to':'user alice',"
         "'statements':[{'statement':0,'sid':'Read','line':2,'column':14,'effect':'Allow',"
         "'result':'applies','conditions':[]}]},{'policy':'mine',"
         "'arn':'arn:aws:iam::123456789012:policy/mine','layer':'boundary',"
         "'attached_to':'user alice','statements':[]}],"
         "'missing':'No statement of the permissions boundary allows iam:GetUser.'," WOULD);
    user.bounded = false;
}
END_TEST

/* Several decisions of one request are separated. */
START_TEST(test_two_decisions)
{
    user.kind = PRINCIPAL_ROOT;
    const struct authz_request request = {.principal = &user,
                                          .action = STR("iam:\"x\""),
                                          .resource = STR("*"),
                                          .context = &context.base};
    const struct authz_trace trace = {.asked = NULL};
    const struct authz_decision decision = {.outcome = AUTHZ_ALLOW, .layer = AUTHZ_LAYER_ROOT};
    const struct authz_report d = {&request, &trace, &decision};
    struct explanation e;
    explain_begin(&e, &c);
    explain_add(&e, &d, NULL);
    explain_add(&e, &d, NULL);
    explain_end(&e, &c, true);
    const char *one = "{\"action\":\"iam:\\\"x\\\"\",\"resource\":\"*\",\"decision\":\"Allow\","
                      "\"layer\":\"root\",\"policy\":null,\"attached_to\":null}";
    const char *decisions = strstr(get(ID(1)), "\"decisions\":");
    same(decisions, arena_printf(&a, "\"decisions\":[%s,%s],\"allowed\":true}", one, one));
}
END_TEST

/* A request that was allowed and failed all the same says so, however little room there is. */
START_TEST(test_failure_of_what_was_allowed)
{
    user.kind = PRINCIPAL_ROOT;
    c.message = "It is not there.";
    explain_failure(&c, ERR_NO_SUCH_ENTITY); /* nothing was decided: nothing to add to */
    ck_assert_ptr_null(explain_get(explain, &a, STR(ID(1))).p);
    record(ACTION, BOB);
    explain_failure(&c, ERR_NO_SUCH_ENTITY);
    const char *end = "\"allowed\":true,\"error\":\"NoSuchEntity\",\"reason\":";
    same(strstr(get(ID(1)), "\"allowed\""), arena_printf(&a, "%s\"It is not there.\"}", end));
    c.reason = "line 1";
    size_t n = strlen(record(ACTION, BOB));
    explain_failure(&c, ERR_NO_SUCH_ENTITY);
    same(strstr(get(ID(1)), "\"allowed\""), arena_printf(&a, "%s\"line 1\"}", end));
    explain_free(explain);
    sandbox.explain = explain = explain_new(3, n + 8);
    record(ACTION, BOB);
    explain_failure(&c, ERR_NO_SUCH_ENTITY);
    ck_assert_uint_eq(strlen(get(ID(1))), n);
}
END_TEST

#define STATEMENTS 15000

/* Of as many statements as a principal may have, the last of which decides. */
START_TEST(test_all_statements)
{
    struct buf b = buf_new(&a, STATEMENTS * 64);
    for (int i = 0; i < STATEMENTS - 1; i++)
        buf_add_text(&b, "{'Effect':'Allow','Action':'*','Resource':'*'},");
    buf_add_text(&b, "{'Sid':'Last','Effect':'Deny','Action':'*','Resource':'*'}");
    attach(buf_text(&b));
    const char *text = record(ACTION, BOB);
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, "{'statement':")) != NULL; at++)
        n++;
    ck_assert_uint_eq(n, STATEMENTS);
    ck_assert_ptr_null(strstr(text, "left_out"));
    ck_assert_ptr_nonnull(strstr(text, "'missing':'Statement 14999 (Last) of policy mine"));
}
END_TEST

/* What the limits of AWS do not allow is counted, but for the statement that decides. */
START_TEST(test_too_many_statements)
{
    const int n = 4 * STATEMENTS;
    struct buf b = buf_new(&a, (size_t)n * 64);
    for (int i = 0; i < n; i++)
        buf_printf(&b, "{'Sid':'%0200d','Effect':'Allow','Action':'*','Resource':'*'},", i);
    buf_add_text(&b, "{'Effect':'Deny','Action':'*','Resource':'*',"
                     "'Condition':{'Null':{'aws:username':'false'}}}");
    attach(buf_text(&b));
    const char *text = record(ACTION, BOB), *left_out = strstr(text, "],'statements_left_out':");
    ck_assert_ptr_nonnull(strstr(text, "{'statement':60000,"));
    ck_assert_ptr_nonnull(strstr(text, "'policy_values':['false'],'request_values':['alice']"));
    ck_assert_ptr_nonnull(left_out);
    int64_t number;
    struct str rest = str_of(left_out + strlen("],'statements_left_out':"));
    ck_assert(str_to_int64(str_cut(&rest, ','), &number));
    size_t shown = 0;
    for (const char *at = text; (at = strstr(at, "{'statement':")) != NULL; at++)
        shown++;
    ck_assert_int_eq((int64_t)shown + number, n + 1);
    ck_assert_uint_lt(strlen(text), 9 << 20);
}
END_TEST

/* All of a statement's conditions, and whether they held. */
START_TEST(test_many_conditions)
{
    struct buf b = buf_new(&a, 4096);
    buf_add_text(&b, "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'StringEquals':{");
    for (int i = 0; i < 200; i++)
        buf_printf(&b, "'aws:PrincipalTag/t%d':'x',", i);
    buf_add_text(&b, "'aws:username':'alice'},'StringLike':{'aws:username':'b*'}}}");
    attach(buf_text(&b));
    const char *text = record(ACTION, BOB), *last;
    ck_assert_ptr_nonnull(strstr(text, "'key':'aws:PrincipalTag/t199',"));
    last = strstr(text, "{'operator':'StringEquals','key':'aws:username',");
    ck_assert_ptr_nonnull(last);
    ck_assert_ptr_nonnull(strstr(last, "'met':true}"));
    ck_assert_ptr_nonnull(strstr(text, "StringEquals aws:PrincipalTag/t199, StringLike "
                                       "aws:username.'"));
}
END_TEST

/* The message is what is asked for; until then it is the failure in clear. */
START_TEST(test_encoded_message)
{
    const struct authz_request request = {
        .principal = &user, .action = ACTION, .resource = BOB, .context = &context.base};
    struct authz_trace trace = {.steps = {.arena = &a}, .asked = NEW(&a, struct authz_asked)};
    struct authz_decision decision = authz_decide(&request, &trace);
    const char *failure = authz_failure(&a, &request, &decision);
    struct explanation e;
    explain_begin(&e, &c);
    explain_add(&e, &(struct authz_report){&request, &trace, &decision}, failure);
    explain_end(&e, &c, false);
    struct str recent[1];
    ck_assert_uint_eq(explain_recent(explain, &a, recent, 1), 1);
    const char *text = get(ID(1));
    ck_assert_ptr_nonnull(strstr(recent[0].p, "\"encoded_message\":\"\"}],\"allowed\":false}"));
    ck_assert_ptr_null(strstr(text, "matchedStatements"));
    struct str rest = str_of(strstr(text, "\"encoded_message\":\"") + 19);
    struct str message = str_cut(&rest, '"');
    ck_assert(str_is(rest, "}],\"allowed\":false}"));
    ck_assert(str_is(sealed_read(&a, sandbox.message_key, "123456789012", message), failure));
    ck_assert_ptr_null(sealed_read(&a, sandbox.message_key, "111122223333", message).p);
    explain_put(explain, ID(2), STR("two"));
    explain_put(explain, ID(3), STR("three"));
    explain_put(explain, ID(4), STR("four")); /* in the place of the first */
    ck_assert_str_eq(get(ID(4)), "four");
}
END_TEST

START_TEST(test_signature)
{
    c.reason = "Why.";
    explain_signature(&c, STR("AKIAIOSFODNN7EXAMPLE"), STR("POST\n/"),
                      STR("AWS4-HMAC-SHA256\n\"x\""));
    same(get(ID(1)), "{\"request_id\":\"" ID(
                         1) "\",\"error\":\"SignatureDoesNotMatch\","
                            "\"access_key_id\":\"AKIAIOSFODNN7EXAMPLE\",\"reason\":\"Why.\","
                            "\"expected_canonical_request\":\"POST\\n/\","
                            "\"expected_string_to_sign\":\"AWS4-HMAC-SHA256\\n\\\"x\\\"\"}");
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_recent_records);
    tcase_add_test(tc, test_last_records_are_kept);
    tcase_add_test(tc, test_texts_are_limited_in_all);
    tcase_add_test(tc, test_unknown_requests);
    tcase_add_test(tc, test_root);
    tcase_add_test(tc, test_nothing_attached);
    tcase_add_test(tc, test_allow);
    tcase_add_test(tc, test_explicit_deny);
    tcase_add_test(tc, test_deny_elsewhere);
    tcase_add_test(tc, test_other_resource);
    tcase_add_test(tc, test_condition_not_met);
    tcase_add_test(tc, test_boundary);
    tcase_add_test(tc, test_two_decisions);
    tcase_add_test(tc, test_all_statements);
    tcase_add_test(tc, test_too_many_statements);
    tcase_add_test(tc, test_many_conditions);
    tcase_add_test(tc, test_encoded_message);
    tcase_add_test(tc, test_failure_of_what_was_allowed);
    tcase_add_test(tc, test_signature);
    return suite_run("explain", tc);
}
