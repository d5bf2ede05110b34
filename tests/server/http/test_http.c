/* SPDX-License-Identifier: Apache-2.0 */
/* What of a request reaches the pipeline, and which requests do not. */
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "server/http/http_box.h"
#include "support/suite.h"

static void setup(void)
{
    struct http_limits limits = box_limits();
    box_start("localhost:0", &limits);
}

static void teardown(void)
{
    box_stop();
}

START_TEST(test_undecoded)
{
    char *answer = box_ask("GET /a%2Fb/../c?x=1+2%20&y=%zz&x HTTP/1.1\r\nHost: h\r\nX-A:  one \r\n"
                           "X-B: \r\nx-a: two\r\n\r\n",
                           "two]");
    ck_assert_contains(answer, "GET /a%2Fb/../c ?x=1+2%20&y=%zz&x from 127.0.0.1 body 0="
                               " [Host=h] [X-A=one] [X-B=] [x-a=two]");
    ck_assert_contains(answer, "\r\nX-Echo: yes\r\n");
}
END_TEST

START_TEST(test_query_present_or_not)
{
    ck_assert_contains(box_ask("GET /a? HTTP/1.1\r\nHost: h\r\n\r\n", "h]"), "GET /a ? from");
    ck_assert_contains(box_ask("GET /a HTTP/1.1\r\nHost: h\r\n\r\n", "h]"), "GET /a  from");
}
END_TEST

START_TEST(test_absolute_target)
{
    ck_assert_contains(box_ask("GET http://h:1/a?b HTTP/1.1\r\nHost: h:1\r\n\r\n", "h:1]"),
                       "GET /a ?b from");
    ck_assert_contains(box_ask("GET HTTP://h?b HTTP/1.1\r\nHost: h\r\n\r\n", "h]"),
                       "GET / ?b from");
    ck_assert_contains(box_ask("GET /http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", "h]"),
                       "GET /http://h/  from");
}
END_TEST

START_TEST(test_many_query_arguments)
{
    struct buf b = buf_new(&box.arena, BOX_ANSWER_MAX);
    buf_add_text(&b, "GET /");
    for (int i = 0; i < 2000; i++)
        buf_printf(&b, "%ca=%d", i ? '&' : '?', i % 100);
    struct str target = buf_str(&b);
    char *expected = arena_printf(&box.arena, "GET / %.*s from", (int)target.n - 5, target.p + 5);
    buf_add_text(&b, " HTTP/1.1\r\nHost: h\r\n\r\n");
    ck_assert_contains(box_ask(buf_text(&b), "h]"), expected);
}
END_TEST

START_TEST(test_methods)
{
    static const char *const methods[] = {"PUT", "DELETE", "TRACE", "PATCH", "X-Y_z"};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        const char *text =
            arena_printf(&box.arena, "%s /x HTTP/1.1\r\nHost: h\r\n\r\n", methods[i]);
        ck_assert_contains(box_ask(text, "h]"),
                           arena_printf(&box.arena, "%s /x  from", methods[i]));
    }
    ck_assert_contains(box_ask("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "h]"), "OPTIONS *  from");
}
END_TEST

START_TEST(test_pipelined)
{
    int fd = box_dial(0);
    box_send(fd, STR("POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                     "GET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: last\r\n\r\n"));
    char *answer = box_receive(fd, "last]");
    ck_assert_contains(answer, "POST /1  from 127.0.0.1 body 3=abc");
    ck_assert_contains(answer, "GET /2  from 127.0.0.1 body 0= [Host=h]");
    ck_assert_contains(answer, "GET /3  from");
    close(fd);
}
END_TEST

START_TEST(test_many_headers)
{
    struct buf b = buf_new(&box.arena, 4096);
    buf_add_text(&b, "GET / HTTP/1.1\r\nHost: h\r\n");
    for (int i = 0; i < 100; i++)
        buf_printf(&b, "X-%d: v\r\n", i);
    buf_add_text(&b, "\r\n");
    char *answer = box_ask(buf_text(&b), "[X-99=v]");
    for (int i = 0; i < 100; i++)
        ck_assert_contains(answer, arena_printf(&box.arena, " [X-%d=v]", i));
}
END_TEST

/* Rather no answer than one that lacks something. */
START_TEST(test_headers_that_cannot_be_sent)
{
    ck_assert_str_eq(box_ask("GET /unsendable HTTP/1.1\r\nHost: h\r\n\r\n", "h]"), "");
}
END_TEST

START_TEST(test_head)
{
    char *answer = box_ask("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "\r\n\r\n");
    ck_assert_contains(answer, "200 OK");
    ck_assert_ptr_null(strstr(answer, "\r\nContent-Length: 0\r\n"));
    ck_assert_str_eq(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}
END_TEST

START_TEST(test_chunked_and_expect)
{
    ck_assert_contains(box_ask("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
                               "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n",
                               "ked]"),
                       "body 7=abcdefg");
    int fd = box_dial(0);
    box_send(fd, STR("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
                     "Expect: 100-continue\r\n\r\n"));
    ck_assert_contains(box_receive(fd, "\r\n\r\n"), "100 Continue");
    box_send(fd, STR("ab"));
    ck_assert_contains(box_receive(fd, "nue]"), "body 2=ab");
    close(fd);
}
END_TEST

START_TEST(test_malformed)
{
#define HOST "Host: a\r\n"
#define GET "GET / HTTP/1.1\r\n"
#define POST "POST / HTTP/1.1\r\n" HOST
    const struct str heads[] = {
        STR(GET "X: y\r\n\r\n"),
        STR(GET HOST "Host: b\r\n\r\n"),
        STR(POST "Content-Length: 1\r\nContent-Length: 1\r\n\r\na"),
        STR(POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"),
        STR(POST "Content-Length : 3\r\n\r\nabc"),
        STR(POST "Transfer-Encoding: gzip\r\n\r\n"),
        STR(POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        STR(POST "Transfer-Encoding : chunked\r\nContent-Length: 3\r\n\r\nabc"),
        STR(POST "Content-Length: 1\0\x32\r\n\r\na"),
        STR(GET HOST "X: one\r\n two\r\n\r\n"),
        STR(GET HOST "X:\r\n\ttwo\r\nY: z\r\n\r\n"),
        STR(GET "X: one\r\n two\r\n three\r\n" HOST "\r\n"),
        STR(GET " X: one\r\n" HOST "\r\n"),
        STR(GET HOST ": x\r\n\r\n"),
        STR(GET HOST "X y: z\r\n\r\n"),
        STR(GET HOST "X: a\0b\r\n\r\n"),
        STR(GET HOST "X: a\rb\r\n\r\n"),
        STR(GET HOST "X: \x7f\r\n\r\n"),
        STR(GET "Host: a\nX: b\r\n\r\n"),
        STR(GET HOST "X: a\r\n\n"),
        STR("GET / HTTP/1.1\n" HOST "\r\n"),
        STR("GET /a b HTTP/1.1\r\n" HOST "\r\n"),
        STR("GET  / HTTP/1.1\r\n" HOST "\r\n"),
        STR("GET /a\0b HTTP/1.1\r\n" HOST "\r\n"),
        STR("GET /?a\0b HTTP/1.1\r\n" HOST "\r\n"),
        STR("GET /\r HTTP/1.1\r\n" HOST "\r\n"),
        STR("GE\0T / HTTP/1.1\r\n" HOST "\r\n"),
        STR("G(T / HTTP/1.1\r\n" HOST "\r\n"),
        STR("GET a HTTP/1.1\r\n" HOST "\r\n"),
        STR("GET ? HTTP/1.1\r\n" HOST "\r\n"),
        STR("CONNECT a:80 HTTP/1.1\r\n" HOST "\r\n"),
        STR("GET http://b/ HTTP/1.1\r\n" HOST "\r\n"),
        STR("GET https://a/ HTTP/1.1\r\n" HOST "\r\n"),
    };
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        int fd = box_dial(0);
        box_send(fd, heads[i]);
        char *answer = box_receive(fd, "malformed.");
        ck_assert_msg(strstr(answer, " 400 ") != NULL, "head %zu: %s", i, answer);
        ck_assert_contains(answer, "The headers of the request are malformed.");
        ck_assert(box_is_closed(fd, 3000));
        close(fd);
    }
}
END_TEST

START_TEST(test_malformed_hosts)
{
    static const char *const hosts[] = {
        "",
        " ",
        "[::1].evil.com",
        "127.0.0.1:1@evil.com",
        "a@b",
        "a:65536",
        "a:-1",
        "a:+1",
        "a:0x1",
        "a:1:2",
        "a:b",
        "a:99999999999999999",
        "a/b",
        "a?b",
        "a#b",
        "\"a\"",
        "<a>",
        "a%2eb",
        "a\xff",
        "\xc3\xa4",
        "a b",
        "a,b",
        "a;b",
        "a\\b",
        "[::1",
        "::1]",
        "[::1]x",
        "[127.0.0.1]",
        "[]",
        "[::1%25eth0]",
        "[fe80::1%eth0]",
        "::1",
        ".",
        ".a",
        "a..",
        "a..b",
        ":80",
    };
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        char *answer = box_ask(
            arena_printf(&box.arena, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", hosts[i]), "malformed.");
        ck_assert_msg(strstr(answer, " 400 ") != NULL, "host %s: %s", hosts[i], answer);
    }
}
END_TEST

START_TEST(test_hosts)
{
    static const char *const hosts[] = {"a",          "a:",      "a:0",
                                        "a:00080",    "a:65535", "a.b-c_d.",
                                        "[::]",       "[::1]:1", "[::ffff:127.0.0.1]",
                                        "127.0.0.1:1"};
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        char *end = arena_printf(&box.arena, "[Host=%s]", hosts[i]);
        ck_assert_contains(
            box_ask(arena_printf(&box.arena, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", hosts[i]), end),
            " 200 ");
    }
}
END_TEST

/* What libmicrohttpd refuses before anybody else sees it. */
START_TEST(test_refused_by_the_library)
{
    static const struct {
        const char *text, *status;
    } cases[] = {
        {"GET /\r\n" HOST "\r\n", " 400 "},
        {"GET / HTTP/0.9\r\n" HOST "\r\n", " 505 "},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", " 505 "},
        {GET HOST "no colon\r\n\r\n", " 400 "},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int fd = box_dial(0);
        box_send(fd, str_of(cases[i].text));
        ck_assert_contains(box_receive(fd, "</html>"), cases[i].status);
        ck_assert(box_is_closed(fd, 3000));
        close(fd);
    }
}
END_TEST

/* Everything that arrives until the connection is closed has to be one answer. */
static void expect_one_answer(int fd, const char *status)
{
    char *answer = box_receive(fd, "nothing that an answer has in it");
    const char *head = strstr(answer, "HTTP/1.1 ");
    ck_assert_contains(answer, status);
    ck_assert_msg(head == answer && !strstr(head + 1, "HTTP/1.1 "), "%s", answer);
    close(fd);
}

static const struct {
    const char *length, *status;
} malformed_lengths[] = {
    {"-1", " 400 "},
    {"+5", " 400 "},
    {"0x10", " 400 "},
    {"5,5", " 400 "},
    {"5, 5", " 400 "},
    {"5 5", " 400 "},
    {"5;", " 400 "},
    {"5.0", " 400 "},
    {"5a", " 400 "},
    {"\xff", " 400 "},
    {"", " 400 "},
    {" ", " 400 "},
    {"9223372036854775807", " 413 "},
    {"9223372036854775808", " 413 "},
    {"18446744073709551616", " 413 "},
    {"99999999999999999999999999", " 413 "},
    {"5\r\nContent-Length: 5", " 400 "},
    {"5\r\nContent-Length: x", " 400 "},
    {"x\r\nContent-Length: 5", " 400 "},
};

static struct str with_length(const char *length, const char *more)
{
    return str_of(arena_printf(&box.arena, POST "Content-Length: %s\r\n%s\r\nabcde", length, more));
}

START_TEST(test_malformed_lengths)
{
    for (size_t i = 0; i < ARRAY_LEN(malformed_lengths); i++) {
        const char *length = malformed_lengths[i].length;
        int fd = box_dial(0);
        box_send(fd, with_length(length, ""));
        expect_one_answer(fd, malformed_lengths[i].status);
        fd = box_dial(0);
        box_send(fd, with_length(length, "Expect: 100-continue\r\n"));
        expect_one_answer(fd, malformed_lengths[i].status);
        fd = box_dial(0);
        box_send(fd, with_length(length, "Transfer-Encoding: chunked\r\n"));
        expect_one_answer(fd, " 400 ");
    }
}
END_TEST

/* Also behind another request, and while others are in the middle of their heads. */
START_TEST(test_malformed_length_among_others)
{
    enum { MANY = 4 };
    int before[MANY], bad = box_dial(0), after[MANY];
    for (int i = 0; i < MANY; i++) {
        before[i] = box_dial(0);
        box_send(before[i], STR(POST "Content-Length: 5\r\n"));
    }
    box_send(bad, STR(GET HOST "\r\n"));
    ck_assert_contains(box_receive(bad, "=a]"), " 200 ");
    box_send(bad, STR(POST "Content-Length: 0x5\r\n"));
    for (int i = 0; i < MANY; i++) {
        after[i] = box_dial(0);
        box_send(after[i], STR(POST "X: y\r\n"));
    }
    poll(NULL, 0, 20);
    box_send(bad, STR("\r\nabcde"));
    expect_one_answer(bad, " 400 ");
    for (int i = 0; i < MANY; i++) {
        box_send(before[i], STR("\r\nabcde"));
        ck_assert_contains(box_receive(before[i], "=5]"), "body 5=abcde");
        close(before[i]);
        box_send(after[i], STR("\r\n"));
        ck_assert_contains(box_receive(after[i], "=y]"), "body 0=");
        close(after[i]);
    }
}
END_TEST

START_TEST(test_malformed_chunks)
{
    static const struct {
        const char *chunks, *status;
    } cases[] = {
        {"zz\r\nabc\r\n0\r\n\r\n", " 400 "},
        {"-1\r\nabc\r\n0\r\n\r\n", " 400 "},
        {"\r\nabc\r\n0\r\n\r\n", " 400 "},
        {"3\r\nabcd\r\n0\r\n\r\n", " 400 "},
        {"fffffffffffffffff\r\nabc\r\n0\r\n\r\n", " 413 "},
        {"3\r\nabc\r\n0\r\nno colon\r\n\r\n", " 400 "},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int fd = box_dial(0);
        box_send(fd, STR(POST "Transfer-Encoding: chunked\r\n\r\n"));
        box_send(fd, str_of(cases[i].chunks));
        ck_assert_contains(box_receive(fd, "</html>"), cases[i].status);
        ck_assert(box_is_closed(fd, 3000));
        close(fd);
    }
    ck_assert_contains(box_ask(POST "Transfer-Encoding: chunked\r\n\r\n"
                                    "3\r\nabc\r\n0\r\nX-Trailer: x\r\n\r\n" GET
                                    "Host: last\r\n\r\n",
                               "last]"),
                       "body 3=abc [Host=a] [Transfer-Encoding=chunked]");
}
END_TEST

START_TEST(test_other_listener)
{
    if (box.n_listeners < 2)
        return; /* a host without IPv6 */
    int fd = box_dial(1);
    box_send(fd, STR("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    ck_assert_contains(box_receive(fd, "h]"), "from ::1 body");
    close(fd);
}
END_TEST

static void *stop_soon(void *arg UNUSED)
{
    poll(NULL, 0, BOX_SLOW_MS / 3);
    http_stop(box.http);
    box.http = NULL;
    return NULL;
}

#define WANTING "GET /wanting HTTP/1.1\r\nHost: x\r\n\r\n"

/* Those who want the same thing wait together, and nobody else waits. */
START_TEST(test_wanting)
{
    enum { MANY = 8 };
    int fds[MANY];
    for (int i = 0; i < MANY; i++) {
        fds[i] = box_dial(0);
        box_send(fds[i], STR(WANTING));
    }
    char *other = box_ask("GET /other HTTP/1.1\r\nHost: x\r\n\r\n", "[Host=x]");
    ck_assert_contains(other, "GET /other");
    ck_assert(!box_readable(fds[0], 0));
    for (int i = 0; i < MANY; i++) {
        ck_assert_contains(box_receive(fds[i], "[Host=x]"), "GET /wanting");
        close(fds[i]);
    }
    ck_assert_int_ge(atomic_load(&box.fetches), 1);
    ck_assert_int_le(atomic_load(&box.fetches), 2);
}
END_TEST

/* Not more than 64 of them, so that there is room for others. */
START_TEST(test_too_many_wanting)
{
    enum { MANY = 66 };
    int fds[MANY];
    for (int i = 0; i < MANY; i++) {
        fds[i] = box_dial(0);
        box_send(fds[i], STR(WANTING));
    }
    int early = 0;
    for (int ms = 0; ms < BOX_SLOW_MS / 2 && early < MANY - 64; ms++) {
        early = 0;
        for (int i = 0; i < MANY; i++)
            early += box_readable(fds[i], 0);
        poll(NULL, 0, 1);
    }
    ck_assert_int_eq(early, MANY - 64);
    for (int i = 0; i < MANY; i++) {
        ck_assert_contains(box_receive(fds[i], "[Host=x]"), "GET /wanting");
        close(fds[i]);
    }
}
END_TEST

/* What is being fetched is given up, and who waits for it is answered. */
START_TEST(test_stop_while_wanting)
{
    struct http_limits limits = box_limits();
    limits.stop_seconds = 0;
    box_stop();
    box_start("127.0.0.1:0", &limits);
    int fd = box_dial(0);
    box_send(fd, STR(WANTING));
    while (atomic_load(&box.fetches) == 0)
        poll(NULL, 0, 1);
    http_stop(box.http);
    ck_assert(atomic_load(&box.gave_up));
    box.http = NULL;
    close(fd);
}
END_TEST

/* What is carried out while the server ends is not carried out again, although nobody is told. */
START_TEST(test_stop_while_running)
{
    struct http_limits limits = box_limits();
    limits.stop_seconds = 0;
    box_stop();
    box_start("127.0.0.1:0", &limits);
    int fd = box_dial(0);
    box_send(fd, STR("GET /wanting/slow HTTP/1.1\r\nHost: h\r\n\r\n"));
    while (atomic_load(&box.runs) < 1)
        poll(NULL, 0, 1);
    http_stop(box.http);
    box.http = NULL;
    ck_assert_int_eq(atomic_load(&box.runs), 1);
    close(fd);
}
END_TEST

START_TEST(test_stop_finishes_requests)
{
    int idle = box_dial(0);
    int busy = box_dial(0);
    box_send(busy, STR("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n"));
    pthread_t stopper;
    ck_assert_int_eq(pthread_create(&stopper, NULL, stop_soon, NULL), 0);
    char *answer = box_receive(busy, "h]");
    ck_assert_contains(answer, "GET /slow");
    ck_assert_contains(answer, "\r\nConnection: close\r\n");
    pthread_join(stopper, NULL);
    ck_assert(box_is_closed(busy, 3000) && box_is_closed(idle, 3000));
    close(busy);
    close(idle);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_undecoded);
    tcase_add_test(tc, test_query_present_or_not);
    tcase_add_test(tc, test_absolute_target);
    tcase_add_test(tc, test_many_query_arguments);
    tcase_add_test(tc, test_pipelined);
    tcase_add_test(tc, test_methods);
    tcase_add_test(tc, test_many_headers);
    tcase_add_test(tc, test_headers_that_cannot_be_sent);
    tcase_add_test(tc, test_head);
    tcase_add_test(tc, test_chunked_and_expect);
    tcase_add_test(tc, test_malformed_chunks);
    tcase_add_test(tc, test_malformed);
    tcase_add_test(tc, test_malformed_hosts);
    tcase_add_test(tc, test_hosts);
    tcase_add_test(tc, test_refused_by_the_library);
    tcase_add_test(tc, test_malformed_lengths);
    tcase_add_test(tc, test_malformed_length_among_others);
    tcase_add_test(tc, test_other_listener);
    tcase_add_test(tc, test_wanting);
    tcase_add_test(tc, test_too_many_wanting);
    tcase_add_test(tc, test_stop_while_wanting);
    tcase_add_test(tc, test_stop_while_running);
    tcase_add_test(tc, test_stop_finishes_requests);
    return suite_run("http", tc);
}
