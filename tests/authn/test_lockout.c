/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/lockout.h"

#include <stdio.h>

#include "support/suite.h"

static struct lockout *lockout;
static const struct lockout_rule three = {3, 60}, none = {0, 60};

static void setup(void)
{
    lockout = lockout_new();
}

static void teardown(void)
{
    lockout_free(lockout);
}

static void fail_times(const char *key, int n, int64_t now)
{
    for (int i = 0; i < n; i++)
        lockout_failed(lockout, str_of(key), now, &three);
}

static int64_t left(const char *key, int64_t now)
{
    return lockout_left(lockout, str_of(key), now, &three);
}

START_TEST(test_failures_in_a_row)
{
    ck_assert_int_eq(left("a", 1000), 0);
    fail_times("a", 2, 1000);
    ck_assert_int_eq(left("a", 1000), 0);
    fail_times("a", 1, 1010);
    ck_assert_int_eq(left("a", 1010), 60);
    ck_assert_int_eq(left("a", 1069), 1);
    ck_assert_int_eq(left("a", 1070), 0);
    ck_assert_int_eq(left("b", 1010), 0);
}
END_TEST

START_TEST(test_success_forgets)
{
    fail_times("a", 2, 1000);
    lockout_succeeded(lockout, STR("a"));
    fail_times("a", 2, 1000);
    ck_assert_int_eq(left("a", 1000), 0);
    lockout_succeeded(lockout, STR("unknown"));
}
END_TEST

/* Failures that are over do not count any more. */
START_TEST(test_time_forgets)
{
    fail_times("a", 2, 1000);
    fail_times("a", 2, 1060);
    ck_assert_int_eq(left("a", 1060), 0);
    fail_times("a", 1, 1061);
    ck_assert_int_eq(left("a", 1061), 60);
    fail_times("a", 1, 1121);
    ck_assert_int_eq(left("a", 1121), 0);
}
END_TEST

START_TEST(test_clock_that_was_set_back)
{
    fail_times("a", 3, 1000);
    ck_assert_int_eq(left("a", 999), 0);
    fail_times("a", 1, 500);
    ck_assert_int_eq(left("a", 500), 0);
}
END_TEST

START_TEST(test_off)
{
    fail_times("a", 100, 1000);
    ck_assert_int_eq(lockout_left(lockout, STR("a"), 1000, &none), 0);
    ck_assert_int_eq(left("a", 1000), 60);
    lockout_clear(lockout);
    ck_assert_int_eq(left("a", 1000), 0);
}
END_TEST

/* Those with the newest failures stay, of whatever number. */
START_TEST(test_bound)
{
    char key[32];
    fail_times("old", 3, 1000);
    fail_times("new", 3, 1000);
    for (int i = 0; i < 100000; i++) {
        snprintf(key, sizeof key, "name-%d", i);
        lockout_failed(lockout, str_of(key), 1000, &three);
        if (i % 1000 == 0)
            ck_assert_int_eq(left("new", 1000), 60);
    }
    ck_assert_int_eq(left("old", 1000), 0);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("lockout");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, test_failures_in_a_row);
    tcase_add_test(tests, test_success_forgets);
    tcase_add_test(tests, test_time_forgets);
    tcase_add_test(tests, test_clock_that_was_set_back);
    tcase_add_test(tests, test_off);
    tcase_add_test(tests, test_bound);
    return suite_run("lockout", tests);
}
