/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations whose resources nobody knows, all of schema/requests.jsonl, signed and shown: they are
 * allowed only to who may do them whatever they are about.
 */
#include "../../recognize/row_requests.h"
#include "authorize_box.h"

static json_t *rows;

/* Each has statements that some resource, or some request, would not get past: $ is the prefix of
   the service, @ a list of ARNs, some resources of each type that it has. */
static const char *const partly[] = {
    "{'Effect':'Allow','Action':'$:*','Resource':'*'},"
    "{'Effect':'Deny','Action':'$:*','Resource':[@]}",
    "{'Effect':'Allow','Action':'$:*','Resource':[@]}",
    "{'Effect':'Allow','Action':'$:*','NotResource':[@]}",
    "{'Effect':'Allow','Action':'$:*','Resource':'*',"
    "'Condition':{'StringNotEqualsIfExists':{'aws:ResourceTag/team':'red'}}}",
    "{'Effect':'Allow','Action':'$:*','Resource':'*'},{'Effect':'Deny','Action':'*',"
    "'Resource':'*','Condition':{'StringEquals':{'aws:ResourceTag/team':'red'}}}",
    "{'Effect':'Deny','Action':'$:*','Resource':'*'}",
    "{'Effect':'Allow','NotAction':'$:*','Resource':'*'}",
};
static const char *may_partly;
static json_t *allowed_of; /* the service that it is about now */

/* Resources may be those of another service. */
static void add_arns(struct buf *b, const struct row_request *asked)
{
    const char *name;
    json_t *arn;
    buf_printf(b, "'arn:aws:%s:*:*:*x*'", row_text(asked->service, "iam"));
    json_object_foreach(json_object_get(asked->service, "types"), name, arn)
    {
        struct str rest = str_of(json_string_value(arn));
        str_cut(&rest, ':');
        str_cut(&rest, ':');
        struct str service = str_cut(&rest, ':');
        const char *some = arena_printf(&client.arena, ",'arn:aws:%.*s:*:*:*x*'", STR_FMT(service));
        if (!strstr(buf_text(b), some + 1))
            buf_add_text(b, some);
    }
}

/* Those of one service come one after the other. */
static void allow_partly(const struct row_request *asked)
{
    struct buf b = buf_new(&client.arena, 512);
    if (asked->service == allowed_of)
        return;
    for (const char *c = may_partly; *c; c++) {
        if (*c == '@')
            add_arns(&b, asked);
        else if (*c == '$')
            buf_add_text(&b, row_text(asked->service, "iam"));
        else
            buf_add_char(&b, *c);
    }
    box_allow(buf_text(&b));
    allowed_of = asked->service;
}

static json_t *show_row(struct row_request *asked)
{
    struct request *rq = NEW(&client.arena, struct request);
    *rq = asked->rq;
    rq->source_ip = "127.0.0.1";
    return show(sign(rq, NULL, asked->scope, NULL), true);
}

static void expect_refused(struct row_request *asked)
{
    allow_partly(asked);
    json_t *json = show_row(asked);
    ck_assert_str_eq(text_of(json, "operation"), asked->name);
    ck_assert_msg(strcmp(text_of(json, "decision"), "Allow") != 0 &&
                      json_is_string(json_object_get(json, "message")),
                  "%s.%s", asked->id, asked->name);
    json_decref(json);
}

START_TEST(test_not_to_who_may_partly)
{
    allowed_of = NULL;
    may_partly = partly[_i];
    box_start(NULL, "{'Effect':'Deny','Action':'*','Resource':'*'}");
    ck_assert_uint_eq(rows_ask(rows, "u", expect_refused), 569);
    box_stop();
}
END_TEST

static size_t allowed_n;

static void count_allowed(struct row_request *asked)
{
    json_t *json = show_row(asked);
    const char *decision = text_of(json, "decision");
    bool allowed = strcmp(decision, "Allow") == 0;
    allowed_n += allowed;
    ck_assert_msg(allowed || strcmp(decision, "NotRecognized") == 0, "%s.%s %s", asked->id,
                  asked->name, text_of(json, "message"));
    json_decref(json);
}

/* But for actions that the reference does not have. */
START_TEST(test_to_who_may_all)
{
    box_start(NULL, "{'Effect':'Allow','Action':'*','Resource':'*'}");
    ck_assert_uint_eq(rows_ask(rows, "u", count_allowed), 569);
    ck_assert_uint_eq(allowed_n, 536);
    box_stop();
}
END_TEST

/* Resource control policies deny some of the account's own resources, of which it may be one. */
START_TEST(test_not_what_may_be_kept)
{
    static const char organization[] =
        "{'policy_types':['RESOURCE_CONTROL_POLICY'],'management':'999999999999','policies':[{"
        "'name':'Kept','type':'RESOURCE_CONTROL_POLICY','content':{'Version':'2012-10-17',"
        "'Statement':[{'Effect':'Deny','Principal':'*','Action':'codecommit:UpdateComment',"
        "'Resource':'arn:aws:codecommit:*:*:kept'},{'Effect':'Deny','Principal':'*','Action':"
        "'comprehendmedical:*','Resource':'arn:aws:comprehendmedical:*:*:kept'}]}}],'root':{'name':"
        "'Root','accounts':[{'id':"
        "'" ACCOUNT "','name':'dev','policies':['Kept']}]}}";
    box_start(NULL, "{'Effect':'Allow','Action':'*','Resource':'*'}");
    const char *update = "CodeCommit_20150413.UpdateComment";
    json_t *json = show(json_request("codecommit", update, "{'commentId':'c'}"), true);
    ck_assert_str_eq(text_of(json, "decision"), "Allow");
    json_decref(json);
    client_ask(&client, "POST", "/_iam-local/accounts", NULL, 0,
               str_of(quoted("{'account':'999999999999'}")));
    struct response response = client_ask(&client, "POST", "/_iam-local/organization", NULL, 0,
                                          str_of(quoted(organization)));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    json = show(json_request("codecommit", update, "{'commentId':'c'}"), true);
    ck_assert_str_eq(text_of(json, "decision"), "NotRecognized");
    json_decref(json);
    json = show(json_request("comprehendmedical", "ComprehendMedical_20181030.DetectEntities",
                             "{'Text':'t'}"),
                true); /* which seems to be about nothing */
    ck_assert_str_eq(text_of(json, "decision"), "NotRecognized");
    json_decref(json);
    box_stop();
}
END_TEST

/* Services that are signed otherwise have no caller whom anybody knows. */
START_TEST(test_other_signatures)
{
    static const char *const asked[][3] = {
        {"codecatalyst.global.api.aws", "/v1/spaces", "Authorization: Bearer abc"},
        {"sdb.amazonaws.com",
         "/?Action=ListDomains&Version=2009-04-15&SignatureVersion=2&AWSAccessKeyId=A&Signature=x",
         NULL},
    };
    box_start(NULL, "{'Effect':'Allow','Action':'*','Resource':'*'}");
    for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
        json_t *json = show(make("GET", asked[i][0], asked[i][1], asked[i][2], ""), true);
        ck_assert_str_eq(text_of(json, "decision"), "NotAuthenticated");
        ck_assert_ptr_nonnull(strstr(text_of(json, "message"), "is not supported"));
        json_decref(json);
    }
    box_stop();
}
END_TEST

int main(int argc, char **argv)
{
    TCase *tc = tcase_create("all");
    rows = row_services(argc == 2 ? argv[1] : "");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, test_not_to_who_may_partly, 0, ARRAY_LEN(partly));
    tcase_add_test(tc, test_to_who_may_all);
    tcase_add_test(tc, test_not_what_may_be_kept);
    tcase_add_test(tc, test_other_signatures);
    int status = suite_run("authorize unknown", tc);
    json_decref(rows);
    return status;
}
