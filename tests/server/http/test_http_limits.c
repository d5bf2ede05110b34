/* SPDX-License-Identifier: Apache-2.0 */
/* What bounds a request and a connection in size, time and number. */
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/http/http_box.h"
#include "support/suite.h"

enum { PATIENCE_MS = 15000 };

#define CHUNKED "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

static const char get[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

static struct http_limits limits;

static void setup(void)
{
    limits = box_limits();
    box_start("127.0.0.1:0", &limits);
}

static void teardown(void)
{
    box_stop();
}

static void restart(void)
{
    box_stop();
    box_start("127.0.0.1:0", &limits);
}

START_TEST(test_slow_sender)
{
    int fd = box_dial(0);
    struct str text = STR("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
    for (size_t i = 0; i < text.n; i++) {
        box_send(fd, (struct str){text.p + i, 1});
        poll(NULL, 0, 1);
    }
    ck_assert_contains(box_receive(fd, "=3]"), "body 3=abc");
    close(fd);
}
END_TEST

static char *post_of(size_t n)
{
    struct buf b = buf_new(&box.arena, n + 128);
    buf_printf(&b, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n\r\n", n);
    for (size_t i = 0; i < n; i++)
        buf_add_char(&b, 'x');
    return buf_text(&b);
}

START_TEST(test_body_limit)
{
    ck_assert_contains(box_ask(post_of(BOX_BODY), "36]"), "body 65536");
    ck_assert_contains(box_ask(post_of(BOX_BODY + 1), "bytes."),
                       "The body of the request exceeds 65536 bytes.");

    struct buf b = buf_new(&box.arena, BOX_BODY + 1024);
    buf_add_text(&b, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n");
    for (int i = 0; i < BOX_BODY + 1; i++)
        buf_add_char(&b, 'x');
    buf_add_text(&b, "\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n");
    char *answer = box_ask(buf_text(&b), "h]");
    ck_assert_contains(answer, " 413 ");
    ck_assert_contains(answer, "GET /next  from");
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
        int fd = box_dial(0);
        box_send(fd, str_of(parts[i]));
        close(fd);
    }
    ck_assert_contains(box_ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "h]"), " 200 ");
}
END_TEST

/* The last bytes and the end arrive together, which libmicrohttpd overlooks. */
START_TEST(test_left_alone)
{
    static const char *const parts[] = {
        "", "GET", "GET / HTTP/1.1\r\nHost: h",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"};
    int fds[ARRAY_LEN(parts)];
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        fds[i] = box_dial(0);
        box_send(fds[i], str_of(parts[i]));
        ck_assert_int_eq(shutdown(fds[i], SHUT_WR), 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        ck_assert_msg(box_is_closed(fds[i], PATIENCE_MS), "not closed: %s", parts[i]);
        close(fds[i]);
    }
}
END_TEST

START_TEST(test_many_connections)
{
    enum { N = 400 };
    int fds[N];
    for (int i = 0; i < N; i++)
        fds[i] = box_dial(0);
    for (int i = 0; i < N; i++)
        box_send(fds[i], STR("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    for (int i = 0; i < N; i++) {
        ck_assert_contains(box_receive(fds[i], "h]"), " 200 ");
        close(fds[i]);
    }
}
END_TEST

struct drip {
    const char *text;
    char byte;
    int fd;
};

/* Sends each TEXT and then its byte again and again, until the server has put an end to all. */
static void drip(struct drip *v, size_t n)
{
    int64_t end = clock_monotonic_ms() + PATIENCE_MS;
    for (size_t i = 0; i < n; i++)
        box_send(v[i].fd, str_of(v[i].text));
    for (size_t i = 0; i < n; i++) {
        while (!box_readable(v[i].fd, 50) && clock_monotonic_ms() < end) {
            for (size_t k = i; k < n; k++)
                box_send(v[k].fd, (struct str){&v[k].byte, 1});
        }
        ck_assert_msg(box_is_closed(v[i].fd, 0), "not closed: %s", v[i].text);
        close(v[i].fd);
    }
}

/* The server is told after the connections have been looked at. */
static void wait_for_ticks(int n)
{
    int64_t end = clock_monotonic_ms() + PATIENCE_MS;
    while (atomic_load(&box.ticks) < n && clock_monotonic_ms() < end)
        poll(NULL, 0, 1);
    ck_assert_int_ge(atomic_load(&box.ticks), n);
}

START_TEST(test_slow_drip)
{
    limits.request_seconds = limits.idle_seconds = 1;
    restart();
    struct drip slow[] = {
        {.text = "", .byte = 'a'}, /* the first line never ends */
        {.text = "", .byte = '\n'},
        {.text = "GET / HTTP/1.1\r\nX: ", .byte = 'a'},
        {.text = "GET / HTTP/1.1\r\nHost: h\r\n", .byte = 'a'},
        {.text = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n", .byte = 'a'},
        {.text = CHUNKED "9999\r\n", .byte = 'a'},
        {.text = CHUNKED "0\r\nX: ", .byte = 'a'},
    };
    for (size_t i = 0; i < ARRAY_LEN(slow); i++)
        slow[i].fd = box_dial(0);
    drip(slow, ARRAY_LEN(slow));
    wait_for_ticks(2);
}
END_TEST

/* A connection that has had an answer is not more patient with the line of the next request. */
START_TEST(test_slow_drip_after_an_answer)
{
    limits.idle_seconds = 1;
    restart();
    struct drip slow = {"GET /", 'a', box_dial(0)};
    box_send(slow.fd, str_of(get));
    ck_assert_contains(box_receive(slow.fd, "h]"), " 200 ");
    drip(&slow, 1);
}
END_TEST

START_TEST(test_slow_requests_do_not_end_idle_connections)
{
    limits.request_seconds = 1;
    restart();
    int idle = box_dial(0);
    box_send(idle, str_of(get));
    box_receive(idle, "h]");
    drip(&(struct drip){"GET / HTTP/1.1\r\n", 'a', box_dial(0)}, 1);
    ck_assert(!box_readable(idle, 0));
    close(idle);
}
END_TEST

START_TEST(test_silence)
{
    limits.request_seconds = limits.idle_seconds = 1;
    restart();
    static const char *const beginnings[] = {"", "GET", "GET / HTTP/1.1\r\n",
                                             "GET / HTTP/1.1\r\nHost: h\r\n\r\n"};
    int fds[ARRAY_LEN(beginnings)];
    for (size_t i = 0; i < ARRAY_LEN(beginnings); i++) {
        fds[i] = box_dial(0);
        box_send(fds[i], str_of(beginnings[i]));
    }
    box_receive(fds[ARRAY_LEN(fds) - 1], "h]");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        ck_assert(box_is_closed(fds[i], PATIENCE_MS));
        close(fds[i]);
    }
}
END_TEST

/* Bytes that arrive until the connection ends. */
static size_t drain(int fd)
{
    char *text = arena_alloc(&box.arena, BOX_BODY);
    size_t n = 0;
    ssize_t more;
    while (box_readable(fd, PATIENCE_MS) && (more = read(fd, text, BOX_BODY)) > 0)
        n += (size_t)more;
    return n;
}

START_TEST(test_slow_reader)
{
    const char *request = "GET /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    int fd = box_dial(0);
    box_send(fd, str_of(request));
    ck_assert_uint_gt(drain(fd), BOX_LARGE);
    close(fd);

    limits.request_seconds = 1;
    restart();
    fd = box_dial(0);
    box_send(fd, str_of(request));
    ck_assert(box_readable(fd, PATIENCE_MS));
    drip(&(struct drip){"GET / HTTP/1.1\r\n", 'a', box_dial(0)}, 1);
    poll(NULL, 0, 200); /* this one was asked for before and is ended by the same round */
    ck_assert_uint_lt(drain(fd), BOX_LARGE);
    close(fd);
}
END_TEST

/* A connection whose request was answered. The server gives memory back when it knows that the
   answer is gone, which may be later than that it is here. */
static int dial_and_post(void)
{
    int64_t end = clock_monotonic_ms() + PATIENCE_MS;
    for (;;) {
        int fd = box_dial(0);
        box_send(fd, str_of(post_of(BOX_BODY)));
        const char *answer = box_receive(fd, "\r\n\r\n");
        if (strstr(answer, " 200 "))
            return fd;
        ck_assert_msg(strstr(answer, " 503 ") && clock_monotonic_ms() < end, "%s", answer);
        close(fd);
    }
}

START_TEST(test_memory_of_idle_connections)
{
    enum { SENDERS = 8 };
    limits.memory_bytes = 4 * BOX_BODY;
    limits.connections = 2 * SENDERS;
    restart();
    int fds[SENDERS];
    for (int i = 0; i < SENDERS; i++)
        fds[i] = dial_and_post();
    for (int i = 0; i < SENDERS; i++)
        close(fds[i]);
}
END_TEST

/* Whatever the length of a head, it is answered: libmicrohttpd alone closes without a word. */
START_TEST(test_length_of_heads)
{
    char filler[17 * 1024];
    memset(filler, 'a', sizeof filler);
    for (size_t n = 13 * 1024; n < sizeof filler; n += 61) {
        char *answer = box_ask(
            arena_printf(&box.arena, "GET /%.*s HTTP/1.1\r\nHost: h\r\n\r\n", (int)n, filler),
            "\r\n\r\n");
        ck_assert_msg(strstr(answer, " 200 ") || strstr(answer, " 431 ") || strstr(answer, " 414 "),
                      "target of %zu: %s", n, answer);
        answer = box_ask(arena_printf(&box.arena,
                                      "POST / HTTP/1.1\r\nHost: h\r\nX: %.*s\r\n"
                                      "Content-Length: 3\r\n\r\nabc",
                                      (int)n, filler),
                         "\r\n\r\n");
        ck_assert_msg(strstr(answer, " 200 ") || strstr(answer, " 431 "), "header of %zu: %s", n,
                      answer);
    }
}
END_TEST

START_TEST(test_number_of_headers)
{
    for (int n = 150; n < 400; n++) {
        struct buf b = buf_new(&box.arena, 4096);
        buf_add_text(&b, "GET / HTTP/1.1\r\nHost: h\r\n");
        for (int i = 0; i < n; i++)
            buf_add_text(&b, "X: a\r\n");
        buf_add_text(&b, "\r\n");
        char *answer = box_ask(buf_text(&b), "\r\n\r\n");
        ck_assert_msg(strstr(answer, " 200 ") || strstr(answer, " 431 "), "%d headers: %s", n,
                      answer);
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_slow_sender);
    tcase_add_test(tc, test_body_limit);
    tcase_add_test(tc, test_aborted);
    tcase_add_test(tc, test_left_alone);
    tcase_add_test(tc, test_many_connections);
    tcase_add_test(tc, test_slow_drip);
    tcase_add_test(tc, test_slow_drip_after_an_answer);
    tcase_add_test(tc, test_slow_requests_do_not_end_idle_connections);
    tcase_add_test(tc, test_silence);
    tcase_add_test(tc, test_slow_reader);
    tcase_add_test(tc, test_memory_of_idle_connections);
    tcase_add_test(tc, test_length_of_heads);
    tcase_add_test(tc, test_number_of_headers);
    return suite_run("http_limits", tc);
}
