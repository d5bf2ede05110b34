/* SPDX-License-Identifier: Apache-2.0 */
/* GET /_iam-local/events: filters, pages, and the stream of what happens. */
#include <jansson.h>

#include "record/events.h"
#include "support/client.h"
#include "support/suite.h"

#define OWN "/_iam-local/events"
#define ME "Action=GetCallerIdentity&Version=2011-06-15"

enum { KEPT = 10000, TEXT_SIZE = 16384 };

static struct client client;
static struct client_key alice;

static void iam(const struct client_key *as, const char *form)
{
    client_post(&client, as, "iam", arena_printf(&client.arena, "Version=2010-05-08&%s", form));
}

/* The root user makes alice, who is refused once. */
static void start(void)
{
    client_start(&client, NULL);
    iam(NULL, "Action=CreateUser&UserName=alice");
    struct response key = client_post(&client, NULL, "iam",
                                      "Action=CreateAccessKey&UserName=alice&Version=2010-05-08");
    alice = (struct client_key){client_element(&client, &key, "AccessKeyId"),
                                client_element(&client, &key, "SecretAccessKey"), NULL};
    iam(&alice, "Action=ListUsers");
    client_post(&client, &alice, "sts", ME);
    iam(NULL, "Action=GetUser&UserName=bob");
}

static void stop(void)
{
    client_stop(&client);
}

static json_t *ask(const char *query)
{
    struct response response =
        client_ask(&client, "GET", arena_printf(&client.arena, OWN "%s", query), NULL, 0, STR(""));
    ck_assert_msg(response.status == 200, "%s: %.*s", query, STR_FMT(response.body));
    return json_loadb(response.body.p, response.body.n, 0, NULL);
}

/* The names of the events, one behind the other. */
static const char *names(const char *query)
{
    json_t *answer = ask(query);
    const json_t *events = json_object_get(answer, "events");
    struct buf b = buf_new(&client.arena, 256);
    for (size_t i = 0; i < json_array_size(events); i++)
        buf_printf(&b, "%s%s", i ? " " : "",
                   json_string_value(json_object_get(json_array_get(events, i), "eventName")));
    json_decref(answer);
    return buf_text(&b);
}

START_TEST(test_filters)
{
    static const struct {
        const char *query, *names;
    } cases[] = {
        {"", "GetUser GetCallerIdentity ListUsers CreateAccessKey CreateUser"},
        {"?type=Root", "GetUser CreateAccessKey CreateUser"},
        {"?type=IAMUser", "GetCallerIdentity ListUsers"},
        {"?principal=alice", "GetCallerIdentity ListUsers"},
        {"?principal=arn:aws:iam::123456789012:user/alice", "GetCallerIdentity ListUsers"},
        {"?principal=ali", ""},
        {"?source=sts", "GetCallerIdentity"},
        {"?source=sts.amazonaws.com", "GetCallerIdentity"},
        {"?source=organizations.amazonaws.com", ""},
        {"?source=billing", ""},
        {"?name=CreateUser", "CreateUser"},
        {"?name=CloseAccount", ""},
        {"?error=any", "GetUser ListUsers"},
        {"?error=AccessDenied", "ListUsers"},
        {"?error=NoSuchEntityException", "GetUser"},
        {"?error=CredentialReportNotReadyException", ""},
        {"?error=ValidationError", ""},
        {"?error=ValidationException", ""},
        {"?error=any&type=Root", "GetUser"},
        {"?account=123456789012&name=ListUsers", "ListUsers"},
        {"?account=222222222222", ""},
        {"?since=2023-11-14T22:13:20Z&limit=1", "GetUser"},
        {"?since=2023-11-14T22:13:21Z", ""},
        {"?until=1700000000&name=GetUser", "GetUser"},
        {"?until=1699999999", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        ck_assert_str_eq(names(cases[i].query), cases[i].names);
}
END_TEST

START_TEST(test_bad_filters)
{
    static const char *const queries[] = {"?since=yesterday", "?until=",
                                          "?before=x",        "?limit=0",
                                          "?limit=1001",      "?unknown=1",
                                          "?follow=1",        "?follow=true&since=x",
                                          "?type=root",       "?follow=true&type=Robot",
                                          "?name=createUser", "?follow=true&name=CreateUsers",
                                          "?name=GetEvents",  "?source=sts.example.com",
                                          "?source=s3",       "?error=NoSuchEntity",
                                          "?error=any2",      "?error=ReportNotReady"};
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        struct response response = client_ask(
            &client, "GET", arena_printf(&client.arena, OWN "%s", queries[i]), NULL, 0, STR(""));
        ck_assert_msg(response.status == 400, "%s: %d", queries[i], response.status);
        ck_assert_ptr_null(response.stream);
    }
}
END_TEST

START_TEST(test_pages)
{
    const char *query = "?type=Root&limit=1",
               *expected[] = {"GetUser", "CreateAccessKey", "CreateUser"};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        ck_assert_str_eq(names(query), expected[i]);
        json_t *page = ask(query);
        const char *next = json_string_value(json_object_get(page, "next"));
        ck_assert_int_eq(next != NULL, i < ARRAY_LEN(expected) - 1);
        if (next)
            query = arena_printf(&client.arena, "?type=Root&limit=1&before=%s", next);
        json_decref(page);
    }
}
END_TEST

/* Own endpoints, web pages and bad signatures leave nothing. */
START_TEST(test_what_is_not_recorded)
{
    const struct client_key forged = {alice.id, "another secret", NULL};
    client_post(&client, &forged, "sts", ME);
    client_ask(&client, "GET", "/_iam-local/clock", NULL, 0, STR(""));
    client_ask(&client, "GET", "/", NULL, 0, STR(""));
    ck_assert_str_eq(names(""), "GetUser GetCallerIdentity ListUsers CreateAccessKey CreateUser");
}
END_TEST

/* Of a root user it is the account's alias, from the next request on. */
START_TEST(test_alias)
{
    static const char *const forms[] = {"Action=CreateAccountAlias&AccountAlias=acme",
                                        "Action=DeleteAccountAlias&AccountAlias=acme"};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        iam(NULL, forms[i]);
        iam(NULL, "Action=ListUsers");
        json_t *page = ask("?limit=1");
        const json_t *event = json_array_get(json_object_get(page, "events"), 0);
        const json_t *identity = json_object_get(event, "userIdentity");
        ck_assert_pstr_eq(json_string_value(json_object_get(identity, "userName")),
                          i == 0 ? "acme" : NULL);
        json_decref(page);
    }
}
END_TEST

static struct response_stream *follow(const char *query, const struct request_header *header)
{
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")},
                                             header ? *header
                                                    : (struct request_header){STR("X"), STR("x")}};
    struct response response =
        client_ask(&client, "GET", arena_printf(&client.arena, OWN "?follow=true%s", query),
                   headers, ARRAY_LEN(headers), STR(""));
    ck_assert_int_eq(response.status, 200);
    ck_assert_str_eq(client_header(&response, "content-type"), "text/event-stream");
    ck_assert_ptr_nonnull(response.stream);
    return response.stream;
}

/* All that is there, read in pieces; NULL: it is over. */
static const char *read_all(struct response_stream *stream)
{
    struct buf b = buf_new(&client.arena, TEXT_SIZE);
    char piece[7];
    int64_t n;
    while ((n = stream->read(stream, piece, sizeof piece)) > 0)
        buf_add(&b, (struct str){piece, (size_t)n});
    return n < 0 ? NULL : buf_text(&b);
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (; (text = strstr(text, part)) != NULL; text++)
        n++;
    return n;
}

START_TEST(test_stream)
{
    struct response_stream *stream = follow("&principal=alice", NULL);
    ck_assert_ptr_nonnull(strstr(read_all(stream), ": "));
    ck_assert_str_eq(read_all(stream), "");
    client_post(&client, NULL, "sts", ME);
    client_post(&client, &alice, "sts", ME);
    const char *text = read_all(stream);
    ck_assert_uint_eq(count(text, "data: {\"eventVersion\""), 1);
    ck_assert_ptr_nonnull(strstr(text, "id: 7\n"));
    ck_assert_ptr_nonnull(strstr(text, "user/alice"));
    stream->free(stream);
}
END_TEST

START_TEST(test_stream_goes_on_behind_an_id)
{
    const struct request_header last = {STR("Last-Event-ID"), STR("3")};
    struct response_stream *stream = follow("", &last);
    const char *text = read_all(stream);
    ck_assert_uint_eq(count(text, "\nid: "), 2);
    ck_assert_ptr_nonnull(strstr(text, "id: 4\n"));
    stream->free(stream);
}
END_TEST

START_TEST(test_stream_ends_with_a_reset)
{
    struct response_stream *stream = follow("", NULL);
    read_all(stream);
    client_ask(&client, "POST", "/_iam-local/reset", NULL, 0, STR(""));
    ck_assert_ptr_null(read_all(stream));
    stream->free(stream);
}
END_TEST

START_TEST(test_stream_ends_with_its_sandbox)
{
    client_ask(&client, "PUT", "/_iam-local/sandboxes/w", NULL, 0, STR(""));
    struct response response =
        client_ask(&client, "GET", "/_sandbox/w" OWN "?follow=true", NULL, 0, STR(""));
    ck_assert_ptr_nonnull(response.stream);
    read_all(response.stream);
    client_ask(&client, "DELETE", "/_iam-local/sandboxes/w", NULL, 0, STR(""));
    ck_assert_ptr_null(read_all(response.stream));
    response.stream->free(response.stream);
}
END_TEST

/* Those of another sandbox do not count. */
START_TEST(test_too_many_streams)
{
    struct response_stream *streams[EVENTS_FOLLOWERS];
    client_ask(&client, "PUT", "/_iam-local/sandboxes/w", NULL, 0, STR(""));
    for (size_t i = 0; i < ARRAY_LEN(streams); i++)
        streams[i] = follow("", NULL);
    struct response response = client_ask(&client, "GET", OWN "?follow=true", NULL, 0, STR(""));
    ck_assert_int_eq(response.status, 503);
    ck_assert_ptr_null(response.stream);
    response = client_ask(&client, "GET", "/_sandbox/w" OWN "?follow=true", NULL, 0, STR(""));
    ck_assert_int_eq(response.status, 200);
    response.stream->free(response.stream);
    streams[0]->free(streams[0]);
    streams[0] = follow("", NULL);
    for (size_t i = 0; i < ARRAY_LEN(streams); i++)
        streams[i]->free(streams[i]);
}
END_TEST

/* Nobody waits for him, and he is told. */
START_TEST(test_stream_that_nobody_reads)
{
    enum { MORE = 50 };
    struct response_stream *stream = follow("", NULL);
    read_all(stream);
    for (int i = 0; i < KEPT + MORE; i++)
        client_post(&client, &alice, "sts", ME);
    const char *text = read_all(stream);
    ck_assert_msg(str_starts(str_of(text), STR("event: lost\ndata: {\"lost\":50}\n\n")), "%.100s",
                  text);
    ck_assert_uint_ge(count(text, "data: {\"eventVersion\""), 64);
    json_t *page = ask("?limit=1");
    ck_assert_int_eq(json_integer_value(json_object_get(page, "dropped")), MORE + 5);
    json_decref(page);
    stream->free(stream);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("events");
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, test_filters);
    tcase_add_test(tcase, test_bad_filters);
    tcase_add_test(tcase, test_pages);
    tcase_add_test(tcase, test_what_is_not_recorded);
    tcase_add_test(tcase, test_alias);
    tcase_add_test(tcase, test_stream);
    tcase_add_test(tcase, test_stream_goes_on_behind_an_id);
    tcase_add_test(tcase, test_stream_ends_with_a_reset);
    tcase_add_test(tcase, test_stream_ends_with_its_sandbox);
    tcase_add_test(tcase, test_too_many_streams);
    tcase_add_test(tcase, test_stream_that_nobody_reads);
    return suite_run("events", tcase);
}
