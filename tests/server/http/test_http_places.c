/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that go on elsewhere than in the thread of their connection, and who waits for them. */
#include <poll.h>
#include <unistd.h>

#include "server/http/http_box.h"
#include "support/suite.h"

enum { PATIENCE_MS = 10 * 1000 };

static void setup(void)
{
    struct http_limits limits = box_limits();
    box_start("localhost:0", &limits);
}

static void teardown(void)
{
    box_stop(); /* also of what a test has stopped itself: the memory is left */
}

static int ask(const char *target)
{
    int fd = box_dial(0);
    box_send(fd, str_of(arena_printf(&box.arena, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", target)));
    return fd;
}

static void expect_answer(int fd, const char *start)
{
    ck_assert(box_readable(fd, PATIENCE_MS));
    ck_assert_contains(box_receive(fd, "[Host=h]"), start);
    close(fd);
}

static void wait_for_runs(int runs)
{
    for (int ms = 0; ms < PATIENCE_MS && atomic_load(&box.runs) < runs; ms++)
        poll(NULL, 0, 1);
    ck_assert_int_ge(atomic_load(&box.runs), runs);
}

START_TEST(test_answered_from_the_pool)
{
    expect_answer(ask("/pool"), "GET /pool");
    expect_answer(ask("/pool/slices?one"), "GET /pool/slices");
}
END_TEST

/* More requests than there are threads, of connections and of the pool. */
START_TEST(test_nobody_waits_for_the_pool)
{
    int slow[8];
    for (size_t i = 0; i < ARRAY_LEN(slow); i++)
        slow[i] = ask("/pool/slow");
    wait_for_runs(1);
    expect_answer(ask("/other"), "GET /other");
    ck_assert(!box_readable(slow[ARRAY_LEN(slow) - 1], 0));
    for (size_t i = 0; i < ARRAY_LEN(slow); i++)
        expect_answer(slow[i], "GET /pool/slow");
}
END_TEST

/* Queries stand for callers. */
START_TEST(test_callers_take_turns)
{
    int many[8], waiting = 0;
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = ask("/pool/slow?one");
    wait_for_runs(1);
    expect_answer(ask("/pool?other"), "GET /pool");
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        waiting += !box_readable(many[i], 0);
    ck_assert_int_gt(waiting, 0);
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        expect_answer(many[i], "GET /pool/slow");
}
END_TEST

/* 256 of one caller at most, so that there is room for others. */
START_TEST(test_too_many_of_a_caller)
{
    enum { MANY = 258 };
    int fds[MANY], refused = 0;
    for (int i = 0; i < MANY; i++)
        fds[i] = ask(i < 2 ? "/pool/slow?one" : "/pool?one");
    for (int i = 0; i < MANY; i++) {
        ck_assert(box_readable(fds[i], PATIENCE_MS));
        refused += strstr(box_receive(fds[i], "\r\n\r\n"), " 503 ") != NULL;
        close(fds[i]);
    }
    ck_assert_int_le(refused, 2);
    expect_answer(ask("/pool?one"), "GET /pool");
}
END_TEST

START_TEST(test_writes_go_together)
{
    int fds[32];
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        fds[i] = ask("/write");
    expect_answer(ask("/other"), "GET /other");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        expect_answer(fds[i], "GET /write");
    ck_assert_int_lt(atomic_load(&box.batches), (int)ARRAY_LEN(fds));
}
END_TEST

/* What is there is carried out, once, although nobody is told. */
START_TEST(test_stop_meanwhile)
{
    static const char *const targets[] = {"/pool/slow?one", "/pool/slices?two", "/write",
                                          "/wanting",       "/write/slow",      "/other"};
    struct http_limits limits = box_limits();
    limits.stop_seconds = 0;
    box_stop();
    box_start("127.0.0.1:0", &limits);
    int fds[10 * ARRAY_LEN(targets)];
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        fds[i] = ask(targets[i % ARRAY_LEN(targets)]);
    wait_for_runs(1);
    http_stop(box.http);
    box.http = NULL;
    ck_assert_int_le(atomic_load(&box.runs), (int)ARRAY_LEN(fds));
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
}
END_TEST

/* Those that are on their way when the stop begins are answered. */
START_TEST(test_stop_waits)
{
    int fds[] = {ask("/pool/slow"), ask("/write/slow"), ask("/wanting")};
    wait_for_runs(2);
    http_stop(box.http);
    box.http = NULL;
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        expect_answer(fds[i], "GET /");
}
END_TEST

/* It comes to its end with or without the connection, and however much of it there is. */
START_TEST(test_rest)
{
    enum { MANY = 300 };
    atomic_store(&box.rests, 0);
    for (int i = 0; i < MANY; i++)
        expect_answer(ask(i % 2 ? "/rest" : "/pool/rest"), "GET /");
    for (int ms = 0; ms < PATIENCE_MS && atomic_load(&box.rests) < MANY; ms++)
        poll(NULL, 0, 1);
    ck_assert_int_eq(atomic_load(&box.rests), MANY);
    close(ask("/rest"));
    expect_answer(ask("/rest"), "GET /");
    http_stop(box.http);
    box.http = NULL;
    ck_assert_int_ge(atomic_load(&box.rests), MANY + 1);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("places");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_answered_from_the_pool);
    tcase_add_test(tc, test_nobody_waits_for_the_pool);
    tcase_add_test(tc, test_callers_take_turns);
    tcase_add_test(tc, test_too_many_of_a_caller);
    tcase_add_test(tc, test_writes_go_together);
    tcase_add_test(tc, test_stop_meanwhile);
    tcase_add_test(tc, test_stop_waits);
    tcase_add_test(tc, test_rest);
    return suite_run("places", tc);
}
