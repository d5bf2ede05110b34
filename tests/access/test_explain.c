/* SPDX-License-Identifier: Apache-2.0 */
#include "access/explain.h"
#include "access/sealed.h"
#include "record/events.h"
#include "record/records.h"
#include "support/suite.h"

#define ID(n) "01234567-89ab-4def-8123-00000000000" #n

static const struct api_service service = {.name = "iam"};
static const struct api_op op = {.name = "GetUser", .service = &service};

static const struct events_options few = {.capacity = 10, .max_bytes = 1 << 20};
static struct arena a;
static struct authz_principal user;
static struct sandbox sandbox;
static struct request rq;
static struct call c;
static struct cached view;  /* stands for what the user's policies belong to */
static const char *failure; /* what the last denial's message says */

static void setup(void)
{
    arena_init(&a);
    atomic_store(&view.refs, 1);
    sandbox = (struct sandbox){
        .name = "default", .records = records_new(3, 64 << 20), .events = events_new(&few)};
    sealed_key(STR("secret"), sandbox.message_key);
    rq = (struct request){.source_ip = "127.0.0.1"};
    user = (struct authz_principal){
        .kind = PRINCIPAL_USER,
        .account = "123456789012",
        .arn = "arn:aws:iam::123456789012:user/alice",
        .id = "AIDAZL6XWCR2MLDRO6EIG",
        .name = "alice",
    };
    c = (struct call){.arena = &a,
                      .sandbox = &sandbox,
                      .rq = &rq,
                      .op = &op,
                      .request_id = ID(1),
                      .principal = &user,
                      .account = "123456789012"};
}

static void teardown(void)
{
    records_free(sandbox.records);
    events_release(sandbox.events);
    arena_done(&a);
}

static const char *get(const char *id)
{
    struct str found = explain_get(&sandbox, &a, str_of(id));
    if (found.p)
        ck_assert_uint_eq(strlen(found.p), found.n);
    return found.p;
}

/* Ends the call with CODE; what is explained of it. */
static const char *end(int code, const char *would_deny)
{
    record_complete(&c, code, would_deny);
    record_end(&c);
    return get(ID(1));
}

/* Adds a decision about the user to the record of the call. */
static void decide(struct str action, struct str resource)
{
    struct record *record = record_of(&c);
    struct record_decision *d = NEW(&a, struct record_decision), **last = &record->decisions;
    struct authz_context context;
    while (*last)
        last = &(*last)->next;
    *last = d;
    record->principal = &user;
    d->action = action;
    d->resource = resource;
    record_context(record, d, &context);
    const struct authz_request request = {
        .principal = &user, .action = action, .resource = resource, .context = &context.base};
    d->trace = authz_trace_new(&a, &request);
    d->decision = authz_decide(&request, &d->trace);
    record->kind = RECORD_DECIDED;
    record->allowed = d->decision.outcome == AUTHZ_ALLOW;
    if (!record->allowed)
        failure = authz_failure(&a, &request, &d->decision);
}

/* The text without the encoded message, and with ' for quotes to keep tests readable. */
static const char *plain(const char *text)
{
    const char *from = strstr(text, ",\"encoded_message\":\"");
    const char *to = from ? strchr(from + strlen(",\"encoded_message\":\""), '"') + 1 : text;
    char *ret = arena_printf(&a, "%.*s%s", from ? (int)(from - text) : 0, text, to);
    for (char *p = ret; *p; p++)
        *p = (char)(*p == '"' ? '\'' : *p);
    return ret;
}

/* The record of one call with one decision. */
static const char *record(struct str action, struct str resource)
{
    decide(action, resource);
    return plain(end(c.record->allowed ? OK : ERR_ACCESS_DENIED, NULL));
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
    c.view = &view;
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
    decide(STR("iam:\"x\""), STR("*"));
    decide(STR("iam:\"x\""), STR("*"));
    const char *one = "{\"action\":\"iam:\\\"x\\\"\",\"resource\":\"*\",\"decision\":\"Allow\","
                      "\"layer\":\"root\",\"policy\":null,\"attached_to\":null}";
    const char *decisions = strstr(end(OK, NULL), "\"decisions\":");
    same(decisions, arena_printf(&a, "\"decisions\":[%s,%s],\"allowed\":true}", one, one));
}
END_TEST

static const char *ending(int code, const char *would_deny)
{
    return strstr(end(code, would_deny), "\"allowed\"");
}

/* A request that was allowed and failed all the same says so. */
START_TEST(test_failure_of_what_was_allowed)
{
    const char *failed = "\"allowed\":true,\"error\":\"NoSuchEntity\",\"reason\":";
    user.kind = PRINCIPAL_ROOT;
    c.message = "It is not there.";
    ck_assert_ptr_null(end(ERR_NO_SUCH_ENTITY, NULL)); /* nothing was decided */
    decide(ACTION, BOB);
    same(ending(ERR_NO_SUCH_ENTITY, NULL), arena_printf(&a, "%s\"It is not there.\"}", failed));
    decide(ACTION, BOB);
    c.reason = "line 1";
    same(ending(ERR_NO_SUCH_ENTITY, NULL), arena_printf(&a, "%s\"line 1\"}", failed));
    decide(ACTION, BOB); /* failures of our own are told nobody */
    same(ending(ERR_SERVICE_FAILURE, NULL), "\"allowed\":true}");
}
END_TEST

START_TEST(test_reason_of_a_denial)
{
    decide(ACTION, BOB);
    c.message = "Not authorized.";
    same(ending(ERR_ACCESS_DENIED, NULL), "\"allowed\":false}");
    decide(ACTION, BOB);
    c.record->why = c.reason = "There is no such role.";
    same(ending(ERR_ACCESS_DENIED, NULL),
         "\"allowed\":false,\"reason\":\"There is no such role.\"}");
}
END_TEST

/* What soft enforcement lets pass may fail later, even by another denial. */
START_TEST(test_failure_of_what_was_let_pass)
{
    decide(ACTION, BOB);
    same(ending(OK, "Not authorized."), "\"allowed\":false}");
    decide(ACTION, BOB);
    c.message = "It is not there.";
    same(ending(ERR_NO_SUCH_ENTITY, "Not authorized."),
         "\"allowed\":false,\"error\":\"NoSuchEntity\",\"reason\":\"It is not there.\"}");
    decide(ACTION, BOB);
    c.record->why = "There is no such role.";
    same(ending(ERR_ACCESS_DENIED, "Not authorized."),
         "\"allowed\":false,\"reason\":\"It is not there.\",\"error\":\"AccessDenied\"}");
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

START_TEST(test_encoded_message)
{
    decide(ACTION, BOB);
    const char *text = end(ERR_ACCESS_DENIED, NULL);
    struct str rest = str_of(strstr(text, "\"encoded_message\":\"") + 19);
    struct str message = str_cut(&rest, '"');
    ck_assert(str_is(rest, "}],\"allowed\":false}"));
    ck_assert(str_is(sealed_read(&a, sandbox.message_key, "123456789012", message), failure));
    ck_assert_ptr_null(sealed_read(&a, sandbox.message_key, "111122223333", message).p);
}
END_TEST

START_TEST(test_signature)
{
    record_signature_refused(&c, STR("POST\n/"), STR("AWS4-HMAC-SHA256\n\"x\""));
    c.record->access_key_id = STR("AKIAIOSFODNN7EXAMPLE");
    c.reason = "Why.";
    same(
        end(ERR_SIGNATURE_DOES_NOT_MATCH, NULL),
        "{\"request_id\":\"" ID(1) "\",\"error\":\"SignatureDoesNotMatch\","
                                   "\"access_key_id\":\"AKIAIOSFODNN7EXAMPLE\",\"reason\":\"Why.\","
                                   "\"expected_canonical_request\":\"POST\\n/\","
                                   "\"expected_string_to_sign\":\"AWS4-HMAC-SHA256\\n\\\"x\\\"\"}");
}
END_TEST

static const char *refused_key(struct str access_key_id)
{
    record_key_refused(&c, "The session has expired.");
    c.record->access_key_id = access_key_id;
    return end(ERR_EXPIRED_SESSION, NULL);
}

static void expect_key(struct str access_key_id, const char *shown)
{
    same(refused_key(access_key_id),
         arena_printf(&a,
                      "{\"request_id\":\"%s\",\"error\":\"%s\",\"access_key_id\":%s,"
                      "\"reason\":\"The session has expired.\"}",
                      ID(1), err_face(ERR_EXPIRED_SESSION)->code, shown));
}

/* An id that no key can have is left out. */
START_TEST(test_key)
{
    char id[129];
    memset(id, 'A', sizeof id);
    expect_key((struct str){id, 128}, arena_printf(&a, "\"%.128s\"", id));
    expect_key((struct str){id, 129}, "null");
    expect_key(STR("\xff"), "null");
}
END_TEST

static void expect_proof(const char *reason)
{
    record_proof_refused(&c);
    same(end(ERR_ACCESS_DENIED, NULL),
         arena_printf(&a,
                      "{\"request_id\":\"%s\",\"operation\":\"iam:GetUser\","
                      "\"error\":\"AccessDenied\",\"reason\":\"%s\"}",
                      ID(1), reason));
}

START_TEST(test_proof)
{
    c.message = "It failed.";
    expect_proof("It failed.");
    c.reason = "The code was used.";
    expect_proof("The code was used.");
}
END_TEST

/* The list has of each record what can be said in a line. */
START_TEST(test_recent)
{
    struct explain_line lines[4];
    ck_assert_uint_eq(explain_recent(&sandbox, &a, lines, 4), 0);
    refused_key(STR("AKIAIOSFODNN7EXAMPLE"));
    c.request_id = ID(2);
    record_proof_refused(&c);
    end(ERR_ACCESS_DENIED, NULL);
    c.request_id = ID(3);
    decide(ACTION, BOB);
    end(ERR_ACCESS_DENIED, NULL);
    ck_assert_uint_eq(explain_recent(&sandbox, &a, lines, 4), 3);
    ck_assert_str_eq(lines[0].request_id, ID(3));
    ck_assert_str_eq(lines[0].service, "iam");
    ck_assert_str_eq(lines[0].operation, "GetUser");
    ck_assert_str_eq(lines[0].principal, user.arn);
    ck_assert(lines[0].decided && !lines[0].allowed);
    ck_assert(str_is(ACTION, lines[0].action) && str_is(BOB, lines[0].resource));
    ck_assert_int_eq(lines[0].at, c.now);
    ck_assert_ptr_null(lines[0].error);
    ck_assert_str_eq(lines[1].operation, "GetUser");
    ck_assert_ptr_null(lines[1].principal);
    ck_assert(!lines[1].decided);
    ck_assert_ptr_null(lines[1].action);
    ck_assert_str_eq(lines[1].error, "AccessDenied");
    ck_assert_str_eq(lines[2].request_id, ID(1));
    ck_assert_ptr_null(lines[2].operation);
    ck_assert(!lines[2].decided);
    ck_assert_str_eq(lines[2].error, err_face(ERR_EXPIRED_SESSION)->code);
    ck_assert_uint_eq(explain_recent(&sandbox, &a, lines, 1), 1);
    ck_assert_str_eq(lines[0].request_id, ID(3));
    ck_assert_ptr_null(get(ID(4)));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
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
    tcase_add_test(tc, test_reason_of_a_denial);
    tcase_add_test(tc, test_failure_of_what_was_let_pass);
    tcase_add_test(tc, test_signature);
    tcase_add_test(tc, test_key);
    tcase_add_test(tc, test_proof);
    tcase_add_test(tc, test_recent);
    return suite_run("explain", tc);
}
