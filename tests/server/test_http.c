/* SPDX-License-Identifier: Apache-2.0 */
/* http.c over real sockets, with a pipeline that echoes what it is given. */
#include <check.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "err.h"
#include "server/http.h"
#include "server/pipeline.h"
#include "server/server.h"

enum { ANSWER_MAX = 16384, BODY_LIMIT = 65536, SLOW_MS = 300 };

static struct arena a;
static struct http *http;
static struct listener listeners[LISTEN_MAX];
static size_t n_listeners;
static _Atomic int ticks;

void server_tick(struct server *server UNUSED)
{
    atomic_fetch_add(&ticks, 1);
}

void pipeline_refuse(struct server *server UNUSED, struct arena *arena, int code,
                     const char *message, struct response *ret)
{
    ret->status = code == ERR_REQUEST_TOO_LARGE ? 413 : 400;
    ret->body = str_of(arena_strdup(arena, message));
}

void pipeline_run(struct server *server UNUSED, struct arena *arena, const struct request *rq,
                  struct response *ret)
{
    if (str_is(rq->path, "/slow"))
        poll(NULL, 0, SLOW_MS);
    struct buf b = buf_new(arena, 256);
    buf_printf(&b, "%.*s %.*s %s%.*s from %s body %zu", STR_FMT(rq->method), STR_FMT(rq->path),
               rq->query.p ? "?" : "", STR_FMT(rq->query), rq->source_ip, rq->body.n);
    if (rq->body.n < 64)
        buf_printf(&b, "=%.*s", STR_FMT(rq->body));
    for (size_t i = 0; i < rq->n_headers; i++)
        buf_printf(&b, " [%.*s=%.*s]", STR_FMT(rq->headers[i].name), STR_FMT(rq->headers[i].value));
    ret->status = 200;
    ret->body = buf_str(&b);
    ret->headers[ret->n_headers++] = (struct response_header){"X-Echo", "yes"};
}

static void start(unsigned request_seconds)
{
    struct listen_list list = {.n = 0};
    const char *message = NULL;
    ck_assert(listen_parse(&list, STR("localhost:0")));
    int n = listen_open(&list, &a, listeners, &message);
    ck_assert_int_ge(n, 1);
    n_listeners = (size_t)n;
    struct http_limits limits = http_default_limits;
    limits.connections = 2000;
    limits.request_seconds = request_seconds;
    limits.body_bytes = BODY_LIMIT;
    http = http_start(NULL, listeners, n_listeners, &limits);
    ck_assert_ptr_nonnull(http);
}

static void setup(void)
{
    arena_init(&a);
    start(60);
}

static void teardown(void)
{
    http_stop(http);
    arena_done(&a);
}

static int dial(size_t listener)
{
    const struct listen_address *address = &listeners[listener].address;
    int fd = socket(address->any.sa_family, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, &address->any, sizeof address->v6), 0);
    return fd;
}

static void send_text(int fd, struct str text)
{
    while (text.n > 0) {
        ssize_t n = send(fd, text.p, text.n, MSG_NOSIGNAL);
        if (n <= 0) /* refused in the middle of a body */
            return;
        text = (struct str){text.p + n, text.n - (size_t)n};
    }
}

static bool readable(int fd, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, timeout_ms) == 1;
}

/* What arrives until the text END is there or the connection is closed. */
static char *receive(int fd, const char *end)
{
    char *text = NEW_ARRAY(&a, char, ANSWER_MAX);
    size_t n = 0;
    while (n < ANSWER_MAX - 1 && !strstr(text, end)) {
        ck_assert_msg(readable(fd, 5000), "no answer; so far:\n%s", text);
        ssize_t more = recv(fd, text + n, ANSWER_MAX - 1 - n, 0);
        if (more <= 0)
            break;
        n += (size_t)more;
    }
    return text;
}

static bool is_closed(int fd)
{
    char c;
    return readable(fd, 3000) && recv(fd, &c, 1, 0) <= 0;
}

/* The whole answer to TEXT, which ends with END, on a connection of its own. */
static char *ask(const char *text, const char *end)
{
    int fd = dial(0);
    send_text(fd, str_of(text));
    char *answer = receive(fd, end);
    close(fd);
    return answer;
}

static void ck_assert_contains(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "missing: %s\nin: %s", part, text);
}

START_TEST(test_undecoded)
{
    char *answer = ask("GET /a%2Fb/../c?x=1+2%20&y=%zz&x HTTP/1.1\r\nHost: h\r\nX-A:  one \r\n"
                       "X-B: \r\nx-a: two\r\n\r\n",
                       "two]");
    ck_assert_contains(answer, "GET /a%2Fb/../c ?x=1+2%20&y=%zz&x from 127.0.0.1 body 0="
                               " [Host=h] [X-A=one] [X-B=] [x-a=two]");
    ck_assert_contains(answer, "\r\nX-Echo: yes\r\n");
}
END_TEST

START_TEST(test_query_present_or_not)
{
    ck_assert_contains(ask("GET /a? HTTP/1.1\r\nHost: h\r\n\r\n", "h]"), "GET /a ? from");
    ck_assert_contains(ask("GET /a HTTP/1.1\r\nHost: h\r\n\r\n", "h]"), "GET /a  from");
}
END_TEST

START_TEST(test_pipelined)
{
    int fd = dial(0);
    send_text(fd, STR("POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                      "GET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: last\r\n\r\n"));
    char *answer = receive(fd, "last]");
    ck_assert_contains(answer, "POST /1  from 127.0.0.1 body 3=abc");
    ck_assert_contains(answer, "GET /2  from 127.0.0.1 body 0= [Host=h]");
    ck_assert_contains(answer, "GET /3  from");
    close(fd);
}
END_TEST

START_TEST(test_many_headers)
{
    struct buf b = buf_new(&a, 4096);
    buf_add_text(&b, "GET / HTTP/1.1\r\nHost: h\r\n");
    for (int i = 0; i < 100; i++)
        buf_printf(&b, "X-%d: v\r\n", i);
    buf_add_text(&b, "\r\n");
    char *answer = ask(buf_text(&b), "[X-99=v]");
    for (int i = 0; i < 100; i++)
        ck_assert_contains(answer, arena_printf(&a, " [X-%d=v]", i));
}
END_TEST

START_TEST(test_head)
{
    char *answer = ask("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "\r\n\r\n");
    ck_assert_contains(answer, "200 OK");
    ck_assert_ptr_null(strstr(answer, "\r\nContent-Length: 0\r\n"));
    ck_assert_str_eq(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}
END_TEST

START_TEST(test_chunked_and_expect)
{
    ck_assert_contains(ask("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
                           "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n",
                           "ked]"),
                       "body 7=abcdefg");
    int fd = dial(0);
    send_text(fd, STR("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
                      "Expect: 100-continue\r\n\r\n"));
    ck_assert_contains(receive(fd, "\r\n\r\n"), "100 Continue");
    send_text(fd, STR("ab"));
    ck_assert_contains(receive(fd, "nue]"), "body 2=ab");
    close(fd);
}
END_TEST

START_TEST(test_slow_sender)
{
    int fd = dial(0);
    struct str text = STR("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
    for (size_t i = 0; i < text.n; i++) {
        send_text(fd, (struct str){text.p + i, 1});
        poll(NULL, 0, 1);
    }
    ck_assert_contains(receive(fd, "=3]"), "body 3=abc");
    close(fd);
}
END_TEST

static char *post_of(size_t n)
{
    struct buf b = buf_new(&a, n + 128);
    buf_printf(&b, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n\r\n", n);
    for (size_t i = 0; i < n; i++)
        buf_add_char(&b, 'x');
    return buf_text(&b);
}

START_TEST(test_body_limit)
{
    ck_assert_contains(ask(post_of(BODY_LIMIT), "36]"), "body 65536");
    ck_assert_contains(ask(post_of(BODY_LIMIT + 1), "bytes."),
                       "The body of the request exceeds 65536 bytes.");

    struct buf b = buf_new(&a, BODY_LIMIT + 1024);
    buf_add_text(&b, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n");
    for (int i = 0; i < BODY_LIMIT + 1; i++)
        buf_add_char(&b, 'x');
    buf_add_text(&b, "\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n");
    char *answer = ask(buf_text(&b), "h]");
    ck_assert_contains(answer, " 413 ");
    ck_assert_contains(answer, "GET /next  from");
}
END_TEST

START_TEST(test_malformed)
{
    static const char *const heads[] = {
        "GET / HTTP/1.1\r\nX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: one\r\n two\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\ttwo\r\nY: z\r\n\r\n",
        "GET / HTTP/1.1\r\nX: one\r\n two\r\n three\r\nHost: a\r\n\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        int fd = dial(0);
        send_text(fd, str_of(heads[i]));
        char *answer = receive(fd, "malformed.");
        ck_assert_contains(answer, " 400 ");
        ck_assert_contains(answer, "The headers of the request are malformed.");
        ck_assert(is_closed(fd));
        close(fd);
    }
}
END_TEST

START_TEST(test_other_listener)
{
    if (n_listeners < 2)
        return; /* a host without IPv6 */
    int fd = dial(1);
    send_text(fd, STR("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    ck_assert_contains(receive(fd, "h]"), "from ::1 body");
    close(fd);
}
END_TEST

START_TEST(test_aborted)
{
    static const char *const parts[] = {
        "",
        "GET",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost: h",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc",
        "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        int fd = dial(0);
        send_text(fd, str_of(parts[i]));
        close(fd);
    }
    ck_assert_contains(ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "h]"), " 200 ");
}
END_TEST

START_TEST(test_many_connections)
{
    enum { N = 400 };
    int fds[N];
    for (int i = 0; i < N; i++)
        fds[i] = dial(0);
    for (int i = 0; i < N; i++)
        send_text(fds[i], STR("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    for (int i = 0; i < N; i++) {
        ck_assert_contains(receive(fds[i], "h]"), " 200 ");
        close(fds[i]);
    }
}
END_TEST

START_TEST(test_overdue)
{
    http_stop(http);
    start(1);
    int idle = dial(0);
    send_text(idle, STR("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    receive(idle, "h]");
    int slow = dial(0);
    int64_t began = clock_monotonic_ms();
    send_text(slow, STR("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n"));
    while (!readable(slow, 100) && clock_monotonic_ms() - began < 5000)
        send_text(slow, STR(""));
    ck_assert(is_closed(slow));
    ck_assert_int_lt(clock_monotonic_ms() - began, 4500);
    ck_assert(!readable(idle, 0));
    ck_assert_int_ge(atomic_load(&ticks), 2);
    close(idle);
    close(slow);
}
END_TEST

static void *stop_soon(void *arg UNUSED)
{
    poll(NULL, 0, SLOW_MS / 3);
    http_stop(http);
    http = NULL;
    return NULL;
}

START_TEST(test_stop_finishes_requests)
{
    int idle = dial(0);
    int busy = dial(0);
    send_text(busy, STR("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n"));
    pthread_t stopper;
    ck_assert_int_eq(pthread_create(&stopper, NULL, stop_soon, NULL), 0);
    char *answer = receive(busy, "h]");
    ck_assert_contains(answer, "GET /slow");
    ck_assert_contains(answer, "\r\nConnection: close\r\n");
    pthread_join(stopper, NULL);
    ck_assert(is_closed(busy) && is_closed(idle));
    close(busy);
    close(idle);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("http");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_undecoded);
    tcase_add_test(tc, test_query_present_or_not);
    tcase_add_test(tc, test_pipelined);
    tcase_add_test(tc, test_many_headers);
    tcase_add_test(tc, test_head);
    tcase_add_test(tc, test_chunked_and_expect);
    tcase_add_test(tc, test_slow_sender);
    tcase_add_test(tc, test_body_limit);
    tcase_add_test(tc, test_malformed);
    tcase_add_test(tc, test_other_listener);
    tcase_add_test(tc, test_aborted);
    tcase_add_test(tc, test_many_connections);
    tcase_add_test(tc, test_overdue);
    tcase_add_test(tc, test_stop_finishes_requests);
    Suite *s = suite_create("http");
    suite_add_tcase(s, tc);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
