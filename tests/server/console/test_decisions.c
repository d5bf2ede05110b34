/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of decisions: the list, the stream, the explanation. */
#include <jansson.h>

#include "record/records.h"
#include "support/browser.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define ALICE "arn:aws:iam::" ACCOUNT ":user/alice"

enum { TEXT_SIZE = 16384 };

static struct client client;
static struct client_key alice;
static struct browser root, hers;

static struct response iam(const struct client_key *as, const char *form)
{
    return client_post(&client, as, "iam",
                       arena_printf(&client.arena, "%s&Version=2010-05-08", form));
}

static void start(void)
{
    client_start(&client, NULL);
    iam(NULL, "Action=CreateUser&UserName=alice");
    struct response key = iam(NULL, "Action=CreateAccessKey&UserName=alice");
    alice = (struct client_key){client_element(&client, &key, "AccessKeyId"),
                                client_element(&client, &key, "SecretAccessKey"), NULL};
    root = browser_signed_in(&client, ACCOUNT, NULL);
    hers = browser_signed_in(&client, ACCOUNT, "alice");
}

static void stop(void)
{
    client_stop(&client);
}

static const char *get(struct browser *as, const char *path, int status)
{
    struct response page = browser_get(as, path);
    ck_assert_msg(page.status == status, "%d: %.*s", page.status, STR_FMT(page.body));
    return str_dup(&client.arena, page.body);
}

/* What cannot be called from here: those who come from elsewhere need a token. */
static void from_afar(void)
{
    client.remote = true;
}

START_TEST(test_list)
{
    iam(&alice, "Action=ListUsers");
    const char *page = get(&root, "/console/decisions", 200);
    ck_assert_ptr_nonnull(strstr(page, "<td>" ALICE "</td><td>iam:ListUsers</td>"));
    ck_assert_ptr_nonnull(strstr(page, "<span class=\"badge implicit\">Not allowed</span>"));
    ck_assert_ptr_nonnull(strstr(page, "<td>iam:CreateUser</td>"));
    ck_assert_ptr_nonnull(strstr(page, "2023-11-14T22:13:20Z"));
    page = get(&root, "/console/decisions?denied=true", 200);
    ck_assert_ptr_nonnull(strstr(page, "<td>iam:ListUsers</td>"));
    ck_assert_ptr_null(strstr(page, "<td>iam:CreateUser</td>"));
    page = get(&root, "/console/decisions?principal=alice", 200);
    ck_assert_ptr_nonnull(strstr(page, "<td>iam:ListUsers</td>"));
    ck_assert_ptr_null(strstr(page, "<td>iam:CreateUser</td>"));
    page = get(&root, "/console/decisions?principal=nobody", 200);
    ck_assert_ptr_nonnull(strstr(page, "Nothing yet."));
}
END_TEST

static const char *authorize(const char *body)
{
    struct response response =
        client_ask(&client, "POST", "/_iam-local/authorize", NULL, 0, str_of(body));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    return client_member(&client, response.body, "request_id");
}

/* Decisions about other services are among them, whatever is known of the request. */
START_TEST(test_other_services)
{
    const char *asked = authorize("{\"principal\":\"" ALICE "\",\"action\":\"s3:GetObject\","
                                  "\"resource\":\"arn:aws:s3:::b/k\"}");
    const char *anonymous = authorize("{\"principal\":\"anonymous\",\"action\":\"s3:GetBucketAcl\","
                                      "\"resource\":\"arn:aws:s3:::b\"}");
    const char *unsigned_one = authorize("{\"method\":\"GET\",\"target\":\"/b/k\",\"headers\":"
                                         "{\"host\":\"s3.us-east-1.amazonaws.com\"}}");
    const char *unknown = authorize("{\"method\":\"GET\",\"target\":\"/\",\"headers\":{}}");
    const char *page = get(&root, "/console/decisions", 200);
    ck_assert_ptr_nonnull(strstr(page, "<td>" ALICE "</td><td>s3:GetObject</td>"));
    ck_assert_ptr_nonnull(strstr(page, "<td>s3:GetBucketAcl</td>"));
    const char *const ids[] = {asked, anonymous, unsigned_one, unknown};
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        get(&root, arena_printf(&client.arena, "/console/decisions/%s", ids[i]), 200);
}
END_TEST

START_TEST(test_refused_signature)
{
    const struct client_key forged = {alice.id, "another secret", NULL};
    struct response refused = iam(&forged, "Action=ListUsers");
    const char *id = client_header(&refused, "x-amzn-requestid");
    const char *page = get(&root, "/console/decisions?denied=true", 200);
    ck_assert_ptr_nonnull(strstr(page, "Refused: SignatureDoesNotMatch"));
    page = get(&root, arena_printf(&client.arena, "/console/decisions/%s", id), 200);
    ck_assert_ptr_nonnull(strstr(page, "Canonical request"));
    ck_assert_ptr_nonnull(strstr(page, alice.id));
}
END_TEST

/* Who is no operator sees what is about his own requests, and is told why not more. */
START_TEST(test_own_requests)
{
    struct response refused = iam(&alice, "Action=ListUsers"),
                    others = iam(NULL, "Action=ListRoles");
    const char *own = arena_printf(&client.arena, "/console/decisions/%s",
                                   client_header(&refused, "x-amzn-requestid"));
    const char *other = arena_printf(&client.arena, "/console/decisions/%s",
                                     client_header(&others, "x-amzn-requestid"));
    get(&hers, other, 200);
    from_afar();
    const char *page = get(&hers, "/console/decisions", 200);
    ck_assert_ptr_nonnull(strstr(page, "<td>iam:ListUsers</td>"));
    ck_assert_ptr_null(strstr(page, "<td>iam:CreateUser</td>"));
    ck_assert_ptr_nonnull(strstr(page, "These are your own requests."));
    page = get(&hers, own, 200);
    ck_assert_ptr_nonnull(strstr(page, "No statement of the policies in effect allows"));
    page = get(&hers, other, 403);
    ck_assert_ptr_null(strstr(page, "iam:ListRoles"));
    get(&hers, "/console/decisions/nothing", 403);
}
END_TEST

START_TEST(test_explanation)
{
    struct response refused = iam(&alice, "Action=CreateUser&UserName=bob");
    const char *path = arena_printf(&client.arena, "/console/decisions/%s",
                                    client_header(&refused, "x-amzn-requestid"));
    const char *page = get(&root, path, 200);
    ck_assert_ptr_nonnull(strstr(page, "Denied"));
    ck_assert_ptr_nonnull(strstr(page, "What would allow it"));
    ck_assert_ptr_nonnull(strstr(
        page, "href=\"/console/users/alice/new-policy?action=iam%3ACreateUser&amp;resource="));
    page = get(&root, "/console/decisions/nothing", 404);
    ck_assert_ptr_nonnull(strstr(page, "Nothing is known about this request id."));
}
END_TEST

/* One click from the decision to the statement. */
START_TEST(test_statement)
{
    iam(NULL, "Action=PutUserPolicy&UserName=alice&PolicyName=own&PolicyDocument={\"Statement\":"
              "[{\"Effect\":\"Allow\",\"Action\":\"iam:ListUsers\",\"Resource\":\"*\"},{\"Sid\":"
              "\"No\",\"Effect\":\"Deny\",\"Action\":\"iam:ListRoles\",\"Resource\":\"*\","
              "\"Condition\":{\"StringEquals\":{\"aws:username\":\"alice\"}}}]}");
    struct response refused = iam(&alice, "Action=ListRoles");
    const char *page = get(&root,
                           arena_printf(&client.arena, "/console/decisions/%s",
                                        client_header(&refused, "x-amzn-requestid")),
                           200);
    ck_assert_ptr_nonnull(
        strstr(page, "href=\"/console/users/alice/policies/own?at=1#statement-1\">Statement 1 of"));
    ck_assert_ptr_nonnull(strstr(page, "<th scope=\"row\">aws:username</th>"));
    page = get(&root, "/console/users/alice/policies/own?at=1", 200);
    ck_assert_ptr_nonnull(strstr(page, "<span id=\"statement-1\"></span><mark>{&quot;Sid&quot;"));
}
END_TEST

static struct response follow(struct browser *as, const char *query)
{
    struct response response =
        browser_get(as, arena_printf(&client.arena, "/console/decisions/stream%s", query));
    ck_assert_msg(response.status == 200, "%d: %.*s", response.status, STR_FMT(response.body));
    ck_assert_ptr_nonnull(response.stream);
    ck_assert_str_eq(client_header(&response, "content-type"), "text/event-stream");
    ck_assert_str_eq(client_header(&response, "cache-control"), "no-store");
    return response;
}

/* What comes next; NULL: it is over. */
static const char *next(const struct response *response)
{
    char text[TEXT_SIZE];
    int64_t n = response->stream->read(response->stream, text, sizeof text - 1);
    if (n < 0)
        return NULL;
    text[n] = '\0';
    return arena_strdup(&client.arena, text);
}

static void expect_next(const struct response *response, const char *part)
{
    const char *text = next(response);
    ck_assert_ptr_nonnull(text);
    ck_assert_msg(*part ? strstr(text, part) != NULL : *text == '\0', "%s in: %s", part, text);
}

static void end(struct response *response)
{
    response->stream->free(response->stream);
}

START_TEST(test_stream)
{
    struct response stream = follow(&root, "?denied=true");
    expect_next(&stream, "retry: 1000\n\n");
    expect_next(&stream, "");
    iam(&alice, "Action=ListUsers");
    iam(NULL, "Action=ListUsers");
    const char *text = next(&stream), *data = strstr(text, "data: ");
    ck_assert_ptr_nonnull(data);
    ck_assert_ptr_null(strstr(data + 1, "data: "));
    json_t *event = json_loads(data + strlen("data: "), JSON_DISABLE_EOF_CHECK, NULL);
    ck_assert_ptr_nonnull(event);
    ck_assert_str_eq(json_string_value(json_object_get(event, "decision")), "implicit");
    const json_t *cells = json_object_get(event, "cells");
    ck_assert_str_eq(json_string_value(json_array_get(cells, 1)), ALICE);
    ck_assert_str_eq(json_string_value(json_array_get(cells, 2)), "iam:ListUsers");
    ck_assert_str_eq(json_string_value(json_array_get(cells, 4)), "Not allowed");
    json_decref(event);
    expect_next(&stream, "");
    end(&stream);
}
END_TEST

/* The page tells the stream where it ends itself, so that nothing is lost in between. */
START_TEST(test_stream_goes_on_behind_the_page)
{
    const char *page = get(&root, "/console/decisions?principal=alice", 200);
    iam(&alice, "Action=ListGroups");
    const char *from = strstr(page, "data-live=\"/console/decisions/stream?");
    ck_assert_ptr_nonnull(from);
    from = strchr(from, '?');
    struct buf query = buf_new(&client.arena, 128);
    for (; *from != '"'; from++) {
        if (strncmp(from, "amp;", 4) == 0)
            from += 4;
        buf_add_char(&query, *from);
    }
    struct response stream = follow(&root, buf_text(&query));
    expect_next(&stream, "retry: 1000\n\n");
    expect_next(&stream, "iam:ListGroups");
    end(&stream);
}
END_TEST

START_TEST(test_stream_of_own_requests)
{
    from_afar();
    struct response stream = follow(&hers, "");
    expect_next(&stream, "retry: 1000\n\n");
    client.remote = false;
    iam(NULL, "Action=ListRoles");
    expect_next(&stream, "");
    iam(&alice, "Action=ListUsers");
    expect_next(&stream, "iam:ListUsers");
    end(&stream);
}
END_TEST

START_TEST(test_stream_ends_with_the_sandbox)
{
    struct response stream = follow(&root, "");
    expect_next(&stream, "retry: 1000\n\n");
    client_ask(&client, "POST", "/_iam-local/reset", NULL, 0, STR(""));
    ck_assert_ptr_null(next(&stream));
    end(&stream);
}
END_TEST

START_TEST(test_stream_ends_with_the_session)
{
    struct response stream = follow(&root, ""), other = follow(&hers, "");
    expect_next(&stream, "retry: 1000\n\n");
    expect_next(&other, "retry: 1000\n\n");
    ck_assert_int_eq(browser_post(&root, "/signout", "").status, 303);
    ck_assert_ptr_null(next(&stream));
    expect_next(&other, "");
    end(&stream);
    end(&other);
    struct response again = browser_get(&root, "/console/decisions/stream");
    ck_assert_int_eq(again.status, 303);
    ck_assert_ptr_null(again.stream);
}
END_TEST

START_TEST(test_streams_are_limited)
{
    struct response streams[RECORDS_FOLLOWERS];
    for (size_t i = 0; i < RECORDS_FOLLOWERS; i++)
        streams[i] = follow(&root, "");
    struct response refused = browser_get(&root, "/console/decisions/stream");
    browser_expect(&refused, 503, "Too many streams of this sandbox are open: it can have 16.");
    ck_assert_ptr_null(refused.stream);
    end(&streams[5]);
    streams[5] = follow(&root, "");
    for (size_t i = 0; i < RECORDS_FOLLOWERS; i++)
        end(&streams[i]);
}
END_TEST

/* ARNs may be of two thousand characters. */
START_TEST(test_long_resources)
{
    for (int i = 0; i < 50; i++)
        iam(&alice,
            arena_printf(&client.arena,
                         "Action=GetPolicy&PolicyArn=arn:aws:iam::" ACCOUNT ":policy/%01900d", i));
    const char *page = get(&root, "/console/decisions", 200);
    ck_assert_ptr_nonnull(strstr(page, " bytes more)"));
    ck_assert_uint_lt(strlen(page), 100 * 1000);
}
END_TEST

/* What clients call themselves and others is text. */
START_TEST(test_hostile_texts)
{
    iam(&alice, "Action=GetUser&UserName=%3Cscript%3E");
    iam(&alice, "Action=SimulatePrincipalPolicy&PolicySourceArn=arn:aws:iam::" ACCOUNT
                ":user/%3Cscript%3E&ActionNames.member.1=s3:*");
    iam(&alice, "Action=ListUsers&PathPrefix=/%3Cscript%3E/");
    ck_assert_ptr_null(strstr(get(&root, "/console/decisions", 200), "<script>"));
    get(&root, "/console/decisions?principal=%22%3E%3Cscript%3E", 200);
    ck_assert_ptr_null(
        strstr(get(&root, "/console/decisions?principal=%22%3E%3Cscript%3E", 200), "<script>"));
    ck_assert_ptr_null(strstr(get(&root, "/console/decisions/%3Cscript%3E", 404), "<script>"));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("decisions");
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, test_list);
    tcase_add_test(tcase, test_other_services);
    tcase_add_test(tcase, test_refused_signature);
    tcase_add_test(tcase, test_own_requests);
    tcase_add_test(tcase, test_explanation);
    tcase_add_test(tcase, test_statement);
    tcase_add_test(tcase, test_stream);
    tcase_add_test(tcase, test_stream_goes_on_behind_the_page);
    tcase_add_test(tcase, test_stream_of_own_requests);
    tcase_add_test(tcase, test_stream_ends_with_the_sandbox);
    tcase_add_test(tcase, test_stream_ends_with_the_session);
    tcase_add_test(tcase, test_streams_are_limited);
    tcase_add_test(tcase, test_long_resources);
    tcase_add_test(tcase, test_hostile_texts);
    return suite_run("decisions", tcase);
}
