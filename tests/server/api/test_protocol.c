/* SPDX-License-Identifier: Apache-2.0 */
/* The Query protocol before an operation is known, and the frame around every answer. */
#include "support/client.h"
#include "support/suite.h"

#define FORM_TYPE "application/x-www-form-urlencoded"
#define IDENTITY "Action=GetCallerIdentity&Version=2011-06-15"
#define USERS "Action=ListUsers&Version=2010-05-08"
#define MAKE "Action=CreateUser&Version=2010-05-08&UserName=x"
#define FAULT "http://webservices.amazon.com/AWSFault/2005-15-09"
#define SENT_AWAY "https://aws.amazon.com/iam"

static struct client client;

static void start(void)
{
    client_start(&client, NULL);
}

static void stop(void)
{
    client_stop(&client);
}

/* A request as it arrives; NULL: without. */
struct arrival {
    const char *method, *query, *type, *accept, *body;
};

static struct response send_as_root(const struct arrival *arrival, const char *service)
{
    const struct signer root = client_signer(&client, NULL, service);
    struct request_header headers[2];
    struct request rq = {.method = str_of(arrival->method),
                         .path = STR("/"),
                         .headers = headers,
                         .source_ip = "127.0.0.1",
                         .loopback = true};
    if (arrival->query)
        rq.query = str_of(arrival->query);
    if (arrival->body)
        rq.body = str_of(arrival->body);
    if (arrival->type)
        headers[rq.n_headers++] =
            (struct request_header){STR("Content-Type"), str_of(arrival->type)};
    if (arrival->accept)
        headers[rq.n_headers++] = (struct request_header){STR("Accept"), str_of(arrival->accept)};
    sign_header(&client.arena, &root, &rq);
    return client_send(&client, &rq);
}

static void expect_text(const struct response *response, const char *part)
{
    const char *body = str_dup(&client.arena, response->body);
    ck_assert_msg(strstr(body, part) != NULL, "%s", body);
}

START_TEST(test_forms_and_query_strings)
{
    static const struct arrival taken[] = {
        {"POST", NULL, FORM_TYPE, NULL, IDENTITY},
        {"POST", NULL, FORM_TYPE "; charset=utf-8", NULL, IDENTITY},
        {"POST", NULL, "Application/X-WWW-Form-Urlencoded ;charset=UTF-8", NULL, IDENTITY},
        {"POST", IDENTITY, NULL, NULL, NULL},
        {"POST", "Version=2011-06-15", FORM_TYPE, NULL, "Action=GetCallerIdentity"},
        {"GET", IDENTITY, NULL, NULL, NULL},
    };
    struct response response = send_as_root(&taken[_i], "sts");
    ck_assert_int_eq(response.status, 200);
    expect_text(&response, "<GetCallerIdentityResponse");
}
END_TEST

/* The front door sends away what names no action: what is not known to be a form has none. */
START_TEST(test_sent_away_without_an_action)
{
    static const struct {
        struct arrival arrival;
        const char *location;
    } cases[] = {
        {{"POST", NULL, NULL, NULL, IDENTITY}, SENT_AWAY},
        {{"POST", NULL, "text/plain", NULL, IDENTITY}, SENT_AWAY},
        {{"POST", NULL, "application/x-www-form-urlencodedx", NULL, IDENTITY}, SENT_AWAY},
        {{"POST", NULL, FORM_TYPE, NULL, "Version=2011-06-15"}, SENT_AWAY},
        {{"POST", NULL, FORM_TYPE, "application/json", "Version=2011-06-15"}, SENT_AWAY},
        {{"POST", "A=%20&b", FORM_TYPE, NULL, "X=1"}, SENT_AWAY "?A=%20&b"},
        {{"GET", "Version=2011-06-15", NULL, NULL, NULL}, SENT_AWAY "?Version=2011-06-15"},
        {{"PUT", NULL, FORM_TYPE, NULL, MAKE}, SENT_AWAY},
        {{"PATCH", NULL, FORM_TYPE, NULL, MAKE}, SENT_AWAY},
        {{"DELETE", MAKE, NULL, NULL, NULL}, SENT_AWAY "?" MAKE},
        {{"HEAD", MAKE, NULL, NULL, NULL}, SENT_AWAY "?" MAKE},
        {{"OPTIONS", MAKE, NULL, NULL, NULL}, SENT_AWAY "?" MAKE},
        {{"get", MAKE, NULL, NULL, NULL}, SENT_AWAY "?" MAKE},
    };
    struct response response = send_as_root(&cases[_i].arrival, "sts");
    ck_assert_int_eq(response.status, 302);
    ck_assert_uint_eq(response.body.n, 0);
    ck_assert_str_eq(client_header(&response, "location"), cases[_i].location);
    ck_assert_ptr_nonnull(client_header(&response, "x-amzn-requestid"));
    ck_assert_ptr_null(client_header(&response, "content-type"));
    const struct arrival users = {"GET", USERS, NULL, NULL, NULL};
    response = send_as_root(&users, "iam");
    expect_text(&response, "<Users/>");
}
END_TEST

START_TEST(test_operations_that_do_not_exist)
{
    static const struct {
        const char *query, *sentence;
    } cases[] = {
        {"Action=Frobnicate&Version=2010-05-08",
         "Could not find operation Frobnicate for version 2010-05-08<"},
        {"Action=ListUsers",
         "Could not find operation ListUsers for version NO_VERSION_SPECIFIED<"},
        {"Action=ListUsers&Version=", "Could not find operation ListUsers for version <"},
        {"Action=&Version=2010-05-08", "Could not find operation  for version 2010-05-08<"},
        {"Action=", "Could not find operation  for version NO_VERSION_SPECIFIED<"},
        {"Action=listusers&Version=2010-05-08",
         "Could not find operation listusers for version 2010-05-08<"},
        {"Action=ListUsers&Version=2011-06-15",
         "Could not find operation ListUsers for version 2011-06-15<"},
        {"Action=A%26b&Version=x%3Cy", "Could not find operation A&amp;b for version x&lt;y<"},
    };
    static const char *const services[] = {"iam", "sts"};
    for (size_t i = 0; i < ARRAY_LEN(services); i++) {
        const struct arrival get = {"GET", cases[_i].query, NULL, NULL, NULL};
        struct response response = send_as_root(&get, services[i]);
        ck_assert_int_eq(response.status, 400);
        ck_assert_str_eq(client_element(&client, &response, "Code"), "InvalidAction");
        expect_text(&response, cases[_i].sentence);
        expect_text(&response, "<ErrorResponse xmlns=\"" FAULT "\">\n");
    }
}
END_TEST

/* Without a signature, too: who asks is looked at only when it is known what for. */
START_TEST(test_what_is_asked_comes_before_who_asks)
{
    struct response response =
        client_ask(&client, "GET", "/?Action=Frobnicate", NULL, 0, (struct str){NULL, 0});
    ck_assert_str_eq(client_element(&client, &response, "Code"), "InvalidAction");
    response = client_ask(&client, "GET", "/?" USERS, NULL, 0, (struct str){NULL, 0});
    ck_assert_int_eq(response.status, 403);
    ck_assert_str_eq(client_element(&client, &response, "Code"), "MissingAuthenticationToken");
    expect_text(&response, "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\n");
    response = client_ask(&client, "GET", "/?" IDENTITY, NULL, 0, (struct str){NULL, 0});
    expect_text(&response, "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n");
}
END_TEST

/* Who signs for a service of another protocol is answered in that one, whatever is asked. */
START_TEST(test_services_of_other_protocols)
{
    static const struct {
        const char *service, *method, *path, *query, *target, *type;
        int status;
    } cases[] = {
        {"organizations", "POST", "/", "", "AWSOrganizationsV20161128.ListRoots",
         "AWSOrganizationsNotInUseException", 400},
        {"organizations", "POST", "/", "", "Other.ListRoots", "UnknownOperationException", 404},
        {"organizations", "POST", "/", "", "ListRoots", "UnknownOperationException", 404},
        {"organizations", "POST", "/", "", NULL, "UnknownOperationException", 404},
        {"organizations", "POST", "/", "a=%", NULL, "UnknownOperationException", 404},
        {"organizations", "GET", "/", "", "AWSOrganizationsV20161128.ListRoots",
         "UnknownOperationException", 404},
        {"account", "POST", "/listRegions", "", NULL, NULL, 200},
        {"account", "POST", "/listRegions", USERS, NULL, NULL, 200},
        {"account", "GET", "/listRegions", "", NULL, "MissingAuthenticationTokenException", 403},
        {"account", "POST", "/", USERS, NULL, "MissingAuthenticationTokenException", 403},
        {"account", "POST", "/a%2", "", NULL, "MissingAuthenticationTokenException", 403},
        {"account", "POST", "/getContactInformation", "", NULL, "ResourceNotFoundException", 404},
    };
    const struct signer root = client_signer(&client, NULL, cases[_i].service);
    struct request_header target = {STR("X-Amz-Target"),
                                    str_of(cases[_i].target ? cases[_i].target : "")};
    struct request rq = {.method = str_of(cases[_i].method),
                         .path = str_of(cases[_i].path),
                         .query = str_of(cases[_i].query),
                         .headers = &target,
                         .n_headers = cases[_i].target != NULL,
                         .body = STR("{}"),
                         .source_ip = "127.0.0.1",
                         .loopback = true};
    sign_header(&client.arena, &root, &rq);
    struct response response = client_send(&client, &rq);
    const char *type = client_header(&response, "x-amzn-errortype");
    ck_assert_msg(response.status == cases[_i].status, "%.*s", STR_FMT(response.body));
    ck_assert_pstr_eq(type ? type : client_member(&client, response.body, "__type"),
                      cases[_i].type);
}
END_TEST

START_TEST(test_explanations_have_the_code_that_was_told)
{
    struct signer other = client_signer(&client, NULL, "account");
    other.secret = "of somebody else";
    struct request rq = {
        .method = STR("POST"), .path = STR("/listRegions"), .source_ip = "127.0.0.1"};
    sign_header(&client.arena, &other, &rq);
    struct response response = client_send(&client, &rq);
    ck_assert_str_eq(client_header(&response, "x-amzn-errortype"), "InvalidSignatureException");
    const char *path = arena_printf(&client.arena, "/_iam-local/explain/%s",
                                    client_header(&response, "x-amzn-requestid"));
    response = client_ask(&client, "GET", path, NULL, 0, (struct str){NULL, 0});
    ck_assert_str_eq(client_member(&client, response.body, "error"), "InvalidSignatureException");
}
END_TEST

START_TEST(test_first_of_two_values)
{
    const struct arrival twice = {
        "POST", "UserName=first", FORM_TYPE, NULL,
        "UserName=second&Action=CreateUser&Action=DeleteUser&Version=2010-05-08&Version=x&More=1"};
    struct response response = send_as_root(&twice, "iam");
    ck_assert_int_eq(response.status, 200);
    ck_assert_str_eq(client_element(&client, &response, "UserName"), "first");
}
END_TEST

static bool is_request_id(const char *id)
{
    static const char pattern[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    for (size_t i = 0; i < sizeof pattern; i++) {
        const char *may_be = pattern[i] == 'x'   ? "0123456789abcdef"
                             : pattern[i] == 'y' ? "89ab"
                                                 : NULL;
        if (may_be ? !id[i] || !strchr(may_be, id[i]) : id[i] != pattern[i])
            return false;
    }
    return true;
}

/* Names in small letters, the exact type, and the same id in the head as in the body. */
static void expect_frame(const struct response *response, const char *type, const char *service)
{
    bool sts = strcmp(service, "sts") == 0;
    ck_assert_uint_eq(response->n_headers, sts ? 3 : 2);
    ck_assert_str_eq(client_header(response, "content-type"), type);
    ck_assert(!sts == !client_header(response, "x-amz-sts-extended-request-id"));
    const char *id = client_header(response, "x-amzn-requestid");
    ck_assert_msg(id && is_request_id(id), "%s", id);
    bool xml = strcmp(type, "text/xml") == 0;
    expect_text(response,
                arena_printf(&client.arena,
                             xml ? "<RequestId>%s</RequestId>\n" : "\"RequestId\":\"%s\"}", id));
    ck_assert(!xml == (response->body.p[response->body.n - 1] != '\n'));
}

START_TEST(test_frame_of_every_kind_of_answer)
{
    static const struct {
        const char *service, *query;
        int status;
    } cases[] = {
        {"iam", USERS, 200},
        {"sts", IDENTITY, 200},
        {"iam", "Action=TagUser&Version=2010-05-08&UserName=x", 400},
        {"sts", "Action=GetAccessKeyInfo&Version=2011-06-15", 400},
        {"sts", "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=x", 400},
        {"iam", USERS "&MaxItems=x", 400},
        {"s3", USERS, 403},
        {"iam", "Action=GetUser&Version=2010-05-08&UserName=x", 404},
    };
    struct arrival get = {"GET", cases[_i].query, NULL, NULL, NULL};
    struct response response = send_as_root(&get, cases[_i].service);
    ck_assert_int_eq(response.status, cases[_i].status);
    expect_frame(&response, "text/xml", cases[_i].service);
    get.accept = "application/json";
    response = send_as_root(&get, cases[_i].service);
    ck_assert_int_eq(response.status, cases[_i].status);
    expect_frame(&response, "application/json", cases[_i].service);
}
END_TEST

/* Content-Lengths of answers of AWS, which these have to repeat to the byte. */
START_TEST(test_lengths_that_were_recorded)
{
    static const char trust[] =
        "&AssumeRolePolicyDocument=%7B%22Statement%22:%7B%22Effect%22:%22Allow%22,%22Principal%22:"
        "%22*%22,%22Action%22:%22sts:AssumeRole%22%7D%7D";
    static const struct {
        const char *query;
        int status;
        size_t length; /* 0: not recorded */
    } steps[] = {
        {"Action=CreateRole&RoleName=r", 200, 0},
        {"Action=AttachRolePolicy&RoleName=r&PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess", 200,
         0},
        {"Action=DetachRolePolicy&RoleName=r&PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess", 200,
         212},
        {"Action=DeleteRole&RoleName=r", 200, 200},
        {"Action=CreateUser&UserName=u", 200, 0},
        {"Action=TagUser&UserName=u&Tags.member.1.Key=k&Tags.member.1.Value=v", 200, 194},
        {"Action=ListMFADevices&UserName=u", 200, 314},
        {"Action=GetRole&RoleName=c7n-test-delete", 404, 295},
        {"Action=DeleteRole&RoleName=AWSServiceRoleForSupport", 400, 365},
    };
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        const char *query =
            arena_printf(&client.arena, "%s&Version=2010-05-08%s", steps[i].query, i ? "" : trust);
        const struct arrival get = {"GET", query, NULL, NULL, NULL};
        struct response response = send_as_root(&get, "iam");
        ck_assert_msg(response.status == steps[i].status, "%s", steps[i].query);
        if (steps[i].length)
            ck_assert_msg(response.body.n == steps[i].length, "%s: %zu", steps[i].query,
                          response.body.n);
    }
}
END_TEST

START_TEST(test_json_for_those_who_accept_it_only)
{
    static const struct {
        const char *accept;
        bool json;
    } cases[] = {
        {"application/json", true},
        {"Application/JSON", true},
        {"text/html, application/json;q=0.5", true},
        {"*/*", false},
        {"application/xml", false},
        {"application/jsonx", false},
        {"text/json", false},
        {"", false},
    };
    const struct arrival get = {"GET", IDENTITY, NULL, cases[_i].accept, NULL};
    struct response response = send_as_root(&get, "sts");
    ck_assert_str_eq(client_header(&response, "content-type"),
                     cases[_i].json ? "application/json" : "text/xml");
}
END_TEST

/* Integers that cannot be read have no sentence: no element, and no member. */
START_TEST(test_errors_without_a_message)
{
    struct arrival get = {"GET", USERS "&MaxItems=x", NULL, NULL, NULL};
    struct response response = send_as_root(&get, "iam");
    expect_text(&response, "    <Code>MalformedInput</Code>\n  </Error>\n");
    get.accept = "application/json";
    response = send_as_root(&get, "iam");
    expect_text(&response, "{\"Error\":{\"Code\":\"MalformedInput\",\"Type\":\"Sender\"},");
}
END_TEST

/* An id that is given out twice is nobody's fault but ours. */
/* A marker may have 320 characters, a key of a tag 512 bytes. */
START_TEST(test_long_keys_of_tags_come_in_pages)
{
    enum { TAGS = 5, CHARACTERS = 128 };
    struct buf form = buf_new(&client.arena, 8192);
    buf_add_text(&form, "Action=CreateUser&Version=2010-05-08&UserName=u");
    for (int i = 0; i < TAGS; i++) {
        buf_printf(&form, "&Tags.member.%d.Value=v&Tags.member.%d.Key=%c", i + 1, i + 1, 'a' + i);
        for (int k = 1; k < CHARACTERS; k++)
            buf_add_text(&form, "%F0%A0%80%80");
    }
    const struct arrival make = {"POST", NULL, FORM_TYPE, NULL, buf_text(&form)};
    ck_assert_int_eq(send_as_root(&make, "iam").status, 200);
    const char *marker = NULL;
    for (int i = 0; i < TAGS; i++) {
        struct buf query = buf_new(&client.arena, 512);
        buf_add_text(&query, "Action=ListUserTags&Version=2010-05-08&UserName=u&MaxItems=1");
        buf_add_text(&query, marker ? "&Marker=" : "");
        buf_pct_encode(&query, str_of(marker ? marker : ""), "");
        const struct arrival list = {"GET", buf_text(&query), NULL, NULL, NULL};
        struct response page = send_as_root(&list, "iam");
        ck_assert_msg(page.status == 200, "%.*s", STR_FMT(page.body));
        ck_assert_int_eq(client_element(&client, &page, "Key")[0], 'a' + i);
        marker = client_element(&client, &page, "Marker");
        ck_assert(!marker == (i == TAGS - 1));
    }
}
END_TEST

START_TEST(test_a_session_ends_to_the_second)
{
    const struct arrival make = {"GET", "Action=GetSessionToken&Version=2011-06-15", NULL, NULL,
                                 NULL};
    struct response made = send_as_root(&make, "sts");
    const struct client_key key = {client_element(&client, &made, "AccessKeyId"),
                                   client_element(&client, &made, "SecretAccessKey"),
                                   client_element(&client, &made, "SessionToken")};
    struct clock *clock = &client.server->sandbox->clock;
    clock_freeze(clock, CLIENT_TIME + 3599);
    ck_assert_int_eq(client_post(&client, &key, "sts", IDENTITY).status, 200);
    clock_freeze(clock, CLIENT_TIME + 3600);
    struct response response = client_post(&client, &key, "sts", IDENTITY);
    ck_assert_int_eq(response.status, 403);
    ck_assert_str_eq(client_element(&client, &response, "Code"), "ExpiredToken");
    ck_assert_str_eq(client_element(&client, &response, "Message"),
                     "The security token included in the request is expired");
}
END_TEST

START_TEST(test_our_own_failures_are_the_receiver_s)
{
    const struct arrival make = {"GET", "Action=CreateAccessKey&Version=2010-05-08", NULL, NULL,
                                 NULL};
    rand_restart(&client.server->sandbox->rand, 7);
    ck_assert_int_eq(send_as_root(&make, "iam").status, 200);
    rand_restart(&client.server->sandbox->rand, 7);
    atomic_store(&client.server->sandbox->quotas[QUOTA_ACCESS_KEYS_PER_USER], 9);
    struct response response = send_as_root(&make, "iam");
    ck_assert_int_eq(response.status, 500);
    ck_assert_str_eq(client_element(&client, &response, "Type"), "Receiver");
    ck_assert_str_eq(client_element(&client, &response, "Code"), "ServiceFailure");
    expect_frame(&response, "text/xml", "iam");
}
END_TEST

START_TEST(test_a_page_is_a_hundred_unless_told_otherwise)
{
    for (int i = 0; i <= 100; i++) {
        const char *make =
            arena_printf(&client.arena, "Action=CreateUser&Version=2010-05-08&UserName=u%03d", i);
        const struct arrival get = {"GET", make, NULL, NULL, NULL};
        ck_assert_int_eq(send_as_root(&get, "iam").status, 200);
    }
    const struct arrival usual = {"GET", USERS, NULL, NULL, NULL};
    struct response response = send_as_root(&usual, "iam");
    ck_assert_str_eq(client_element(&client, &response, "IsTruncated"), "true");
    expect_text(&response, "<UserName>u099</UserName>");
    ck_assert_ptr_null(strstr(str_dup(&client.arena, response.body), "<UserName>u100</UserName>"));
    const struct arrival most = {"GET", USERS "&MaxItems=1000", NULL, NULL, NULL};
    response = send_as_root(&most, "iam");
    ck_assert_str_eq(client_element(&client, &response, "IsTruncated"), "false");
    ck_assert_ptr_null(client_element(&client, &response, "Marker"));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("protocol");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_loop_test(t, test_forms_and_query_strings, 0, 6);
    tcase_add_loop_test(t, test_sent_away_without_an_action, 0, 13);
    tcase_add_loop_test(t, test_operations_that_do_not_exist, 0, 8);
    tcase_add_test(t, test_what_is_asked_comes_before_who_asks);
    tcase_add_loop_test(t, test_services_of_other_protocols, 0, 12);
    tcase_add_test(t, test_explanations_have_the_code_that_was_told);
    tcase_add_test(t, test_first_of_two_values);
    tcase_add_loop_test(t, test_frame_of_every_kind_of_answer, 0, 8);
    tcase_add_test(t, test_lengths_that_were_recorded);
    tcase_add_loop_test(t, test_json_for_those_who_accept_it_only, 0, 8);
    tcase_add_test(t, test_errors_without_a_message);
    tcase_add_test(t, test_a_page_is_a_hundred_unless_told_otherwise);
    tcase_add_test(t, test_long_keys_of_tags_come_in_pages);
    tcase_add_test(t, test_a_session_ends_to_the_second);
    tcase_add_test(t, test_our_own_failures_are_the_receiver_s);
    return suite_run("protocol", t);
}
