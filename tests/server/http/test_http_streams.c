/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that have no end yet, and who gets them. */
#include <poll.h>
#include <unistd.h>

#include "server/http/http_box.h"
#include "support/suite.h"

enum { PATIENCE_MS = 10 * 1000, MOST = 64 };

static void start(unsigned request_seconds)
{
    struct http_limits limits = box_limits();
    limits.request_seconds = request_seconds;
    box_start("localhost:0", &limits);
}

static void setup(void)
{
    start(60);
}

static void teardown(void)
{
    box_stop();
    ck_assert_int_eq(atomic_load(&box.streams), 0);
}

/* Without chunks, to be read as it comes. */
static int follow(void)
{
    int fd = box_dial(0);
    box_send(fd, STR("GET /stream HTTP/1.0\r\nHost: h\r\n\r\n"));
    return fd;
}

static int follow_well(void)
{
    int fd = follow();
    ck_assert_contains(box_receive(fd, "\r\n\r\n"), " 200 ");
    return fd;
}

static void feed(void)
{
    atomic_fetch_add(&box.fed, 1);
}

static void expect(int fd, char what)
{
    char c = '\0';
    ck_assert(box_readable(fd, PATIENCE_MS));
    ck_assert_int_eq(read(fd, &c, 1), 1);
    ck_assert_int_eq(c, what);
}

START_TEST(test_what_comes_is_sent)
{
    int one = follow_well(), other = follow_well();
    for (int i = 0; i < 3; i++) {
        feed();
        expect(one, '.');
        expect(other, '.');
        ck_assert(!box_readable(one, 0));
    }
    atomic_store(&box.over, true);
    ck_assert(box_is_closed(one, PATIENCE_MS));
    ck_assert(box_is_closed(other, PATIENCE_MS));
    close(one);
    close(other);
}
END_TEST

START_TEST(test_chunks)
{
    int fd = box_dial(0);
    box_send(fd, STR("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"));
    ck_assert_contains(box_receive(fd, "\r\n\r\n"), "Transfer-Encoding: chunked");
    feed();
    ck_assert_contains(box_receive(fd, "1\r\n.\r\n"), "1\r\n.\r\n");
    atomic_store(&box.over, true);
    ck_assert_contains(box_receive(fd, "0\r\n\r\n"), "0\r\n\r\n");
    close(fd);
}
END_TEST

/* Others that take as long are closed. */
START_TEST(test_no_limit_of_time)
{
    teardown();
    start(1);
    int fd = follow_well(), begun = atomic_load(&box.ticks);
    for (int ms = 0; ms < PATIENCE_MS && atomic_load(&box.ticks) < begun + 4; ms++)
        poll(NULL, 0, 1);
    feed();
    expect(fd, '.');
    close(fd);
}
END_TEST

START_TEST(test_too_many)
{
    int fds[MOST];
    for (size_t i = 0; i < MOST; i++)
        fds[i] = follow_well();
    int fd = follow();
    ck_assert_contains(box_receive(fd, "open."), " 503 ");
    close(fd);
    close(fds[0]);
    for (int ms = 0; ms < PATIENCE_MS && atomic_load(&box.streams) == MOST; ms++)
        poll(NULL, 0, 1);
    fds[0] = follow_well();
    for (size_t i = 0; i < MOST; i++)
        close(fds[i]);
}
END_TEST

START_TEST(test_stop)
{
    int fd = follow_well();
    teardown();
    ck_assert(box_is_closed(fd, PATIENCE_MS));
    close(fd);
    start(60);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("http_streams");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_what_comes_is_sent);
    tcase_add_test(tcase, test_chunks);
    tcase_add_test(tcase, test_no_limit_of_time);
    tcase_add_test(tcase, test_too_many);
    tcase_add_test(tcase, test_stop);
    return suite_run("http_streams", tcase);
}
