/* SPDX-License-Identifier: Apache-2.0 */
/* Many connections that keep the server waiting, and what others feel of them: nothing. */
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/http/http_box.h"
#include "support/suite.h"

enum {
    PATIENCE_MS = 15000, /* long before anything times out */
    PLACES = 16,
    CROWD = 40,
    LARGE = 8, /* answers that are not read, or bodies half sent */
};

#define BODY "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 65536\r\n\r\n"

static const char get[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
static const char get_large[] = "GET /large HTTP/1.1\r\nHost: h\r\n\r\n";

static int fds[CROWD];

static void start(size_t memory)
{
    struct http_limits limits = box_limits();
    limits.connections = PLACES;
    if (memory)
        limits.memory_bytes = memory;
    box_start("127.0.0.1:0", &limits);
}

static void setup(void)
{
    start(0);
}

static void restart(size_t memory)
{
    box_stop();
    start(memory);
}

static void dial_all(int n, const char *text)
{
    for (int i = 0; i < n; i++) {
        fds[i] = box_dial(0);
        box_send(fds[i], str_of(text));
    }
}

static void close_all(int n)
{
    for (int i = 0; i < n; i++)
        close(fds[i]);
}

static void expect_service(const char *what)
{
    int fd = box_dial(0);
    box_send(fd, str_of(get));
    ck_assert_msg(box_readable(fd, PATIENCE_MS), "kept waiting by: %s", what);
    ck_assert_contains(box_receive(fd, "h]"), " 200 ");
    close(fd);
}

START_TEST(test_whoever_waits_for_its_client_makes_room)
{
    static const char *const beginnings[] = {"",  "GET",      "GET / HTTP/1.1\r\nHost: h\r\n",
                                             get, BODY "abc", get_large};
    for (size_t i = 0; i < ARRAY_LEN(beginnings); i++) {
        dial_all(CROWD, beginnings[i]);
        expect_service(beginnings[i]);
        close_all(CROWD);
    }
}
END_TEST

START_TEST(test_who_waits_for_the_server_stays)
{
    int slow = box_dial(0);
    box_send(slow, STR("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n"));
    while (atomic_load(&box.runs) == 0)
        poll(NULL, 0, 1);
    dial_all(CROWD, "");
    ck_assert_contains(box_receive(slow, "h]"), " 200 ");
    close(slow);
    close_all(CROWD);
}
END_TEST

START_TEST(test_those_who_waited_longest_go_first)
{
    enum { OLD = PLACES / 2 };
    int used = box_dial(0);
    dial_all(OLD, get);
    for (int i = 0; i < OLD; i++)
        box_receive(fds[i], "h]");
    poll(NULL, 0, 20); /* the server's clock has to go on */
    for (int i = OLD; i < PLACES; i++) {
        box_send(used, str_of(get));
        ck_assert_contains(box_receive(used, "h]"), " 200 ");
        fds[i] = box_dial(0);
    }
    int closed = 0;
    for (int64_t end = clock_monotonic_ms() + PATIENCE_MS; !closed && clock_monotonic_ms() < end;) {
        for (int i = 0; i < OLD; i++)
            closed += box_is_closed(fds[i], 0);
    }
    ck_assert_int_gt(closed, 0);
    for (int i = OLD; i < PLACES; i++)
        ck_assert(!box_readable(fds[i], 0));
    box_send(used, str_of(get));
    ck_assert_contains(box_receive(used, "h]"), " 200 ");
    close(used);
    close_all(PLACES);
}
END_TEST

/* The status of the answer, which is read to its end. */
static int ask_large(void)
{
    int fd = box_dial(0), status = 0;
    size_t n = 0;
    char text[65536];
    box_send(fd, STR("GET /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    for (ssize_t more = 0; box_readable(fd, PATIENCE_MS); n += (size_t)more) {
        more = read(fd, text, sizeof text);
        if (more <= 0)
            break;
        if (n == 0)
            status = (text[9] - '0') * 100 + (text[10] - '0') * 10 + text[11] - '0';
    }
    ck_assert_msg(status != 200 || n > BOX_LARGE, "status %d, %zu bytes", status, n);
    close(fd);
    return status;
}

START_TEST(test_unread_answers_leave_memory_to_others)
{
    restart(3 * BOX_LARGE + BOX_LARGE / 2);
    dial_all(LARGE, get_large);
    for (int i = 0; i < 50; i++)
        expect_service("unread answers");
    /* Large ones are served when those that are not read have stalled. */
    int64_t end = clock_monotonic_ms() + PATIENCE_MS;
    while (ask_large() != 200)
        ck_assert_int_lt(clock_monotonic_ms(), end);
    close_all(LARGE);
}
END_TEST

START_TEST(test_half_sent_bodies_leave_memory_to_others)
{
    restart(4 * BOX_BODY);
    char *half = arena_alloc(&box.arena, BOX_BODY);
    memset(half, 'x', BOX_BODY - 1);
    dial_all(LARGE, BODY);
    for (int i = 0; i < LARGE; i++)
        box_send(fds[i], (struct str){half, BOX_BODY - 1});
    for (int i = 0; i < 50; i++)
        expect_service("bodies half sent");
    int64_t end = clock_monotonic_ms() + PATIENCE_MS;
    half[BOX_BODY - 1] = '\0';
    const char *whole = arena_printf(&box.arena, BODY "%sx", half);
    while (!strstr(box_ask(whole, "\r\n\r\n"), " 200 "))
        ck_assert_int_lt(clock_monotonic_ms(), end);
    close_all(LARGE);
}
END_TEST

START_TEST(test_an_answer_larger_than_all_memory)
{
    restart(BOX_LARGE / 2);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(ask_large(), 503);
    expect_service("an answer that was not sent");
}
END_TEST

START_TEST(test_memory_is_given_back)
{
    restart(BOX_LARGE + BOX_LARGE / 2);
    for (int i = 0; i < 20; i++) {
        int64_t end = clock_monotonic_ms() + PATIENCE_MS;
        while (ask_large() != 200) /* the server may not know yet that the last one is gone */
            ck_assert_int_lt(clock_monotonic_ms(), end);
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, box_stop);
    tcase_add_test(tc, test_whoever_waits_for_its_client_makes_room);
    tcase_add_test(tc, test_who_waits_for_the_server_stays);
    tcase_add_test(tc, test_those_who_waited_longest_go_first);
    tcase_add_test(tc, test_unread_answers_leave_memory_to_others);
    tcase_add_test(tc, test_half_sent_bodies_leave_memory_to_others);
    tcase_add_test(tc, test_an_answer_larger_than_all_memory);
    tcase_add_test(tc, test_memory_is_given_back);
    return suite_run("http_crowd", tc);
}
