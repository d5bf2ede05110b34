/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/clock.h"
#include "support/suite.h"

static const struct {
    const char *basic, *iso8601;
    int64_t at;
} instants[] = {
    {"19700101T000000Z", "1970-01-01T00:00:00Z", 0},
    {"19691231T235959Z", "1969-12-31T23:59:59Z", -1},
    {"20231114T221320Z", "2023-11-14T22:13:20Z", 1700000000},
    {"20150830T123600Z", "2015-08-30T12:36:00Z", 1440938160},
    {"20000229T000000Z", "2000-02-29T00:00:00Z", 951782400},
    {"20240229T235959Z", "2024-02-29T23:59:59Z", 1709251199},
    {"20380119T031408Z", "2038-01-19T03:14:08Z", 2147483648},
    {"21000301T000000Z", "2100-03-01T00:00:00Z", 4107542400},
    {"99991231T235959Z", "9999-12-31T23:59:59Z", 253402300799},
    {"00000101T000000Z", NULL, -62167219200},
};

START_TEST(test_known_instants)
{
    int64_t at = 42;
    ck_assert(clock_parse_basic(instants[_i].basic, 16, &at));
    ck_assert_int_eq(at, instants[_i].at);
    if (!instants[_i].iso8601)
        return;
    char text[CLOCK_TEXT_SIZE];
    clock_basic(at, text);
    ck_assert_str_eq(text, instants[_i].basic);
    clock_iso8601(at, text);
    ck_assert_str_eq(text, instants[_i].iso8601);
}
END_TEST

static const char *const no_dates[] = {
    "",
    "20231114T221320",
    "20231114T221320ZZ",
    "20231114T221320+",
    "20231114t221320Z",
    "20231114T221320z",
    "20231114 221320Z",
    "2023-11-14T22:13",
    "2023111xT221320Z",
    "20231114T2213 0Z",
    "+0231114T221320Z",
    "2023+114T221320Z",
    "20230014T221320Z",
    "20231314T221320Z",
    "20231100T221320Z",
    "20231131T221320Z",
    "20231132T221320Z",
    "20230229T000000Z",
    "21000229T000000Z",
    "19000229T000000Z",
    "20240230T000000Z",
    "20230431T000000Z",
    "20231114T241320Z",
    "20231114T226020Z",
    "20231114T221360Z",
    "20161231T235960Z", /* a leap second */
};

START_TEST(test_no_dates)
{
    int64_t at = 42;
    ck_assert_msg(!clock_parse_basic(no_dates[_i], strlen(no_dates[_i]), &at), "%s", no_dates[_i]);
    ck_assert_int_eq(at, 42);
}
END_TEST

START_TEST(test_nul_is_no_digit)
{
    int64_t at;
    ck_assert(!clock_parse_basic("2023111\0T221320Z", 16, &at));
}
END_TEST

/* Counted by hand: from one day to the next, over all kinds of years. */
START_TEST(test_every_day_of_six_centuries)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t expected = clock_days(1800, 1, 1);
    ck_assert_int_eq(expected, -62091);
    for (int year = 1800; year < 2400; year++) {
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        for (int month = 1; month <= 12; month++) {
            int days = lengths[month - 1] + (leap && month == 2);
            for (int day = 1; day <= days; day++, expected++)
                ck_assert_int_eq(clock_days(year, month, day), expected);
        }
    }
    ck_assert_int_eq(clock_days(-1, 12, 31) + 1, clock_days(0, 1, 1));
    ck_assert_int_eq(clock_days(-400, 3, 1) + 146097, clock_days(0, 3, 1));
}
END_TEST

START_TEST(test_formatted_time_reads_back)
{
    for (int64_t at = -62167219200 + 86400 * 366; at < 253402300799; at += 86400 * 97 + 12345) {
        char text[CLOCK_TEXT_SIZE];
        int64_t back = 0;
        clock_basic(at, text);
        if (strlen(text) != 16)
            continue; /* years before 1000 are printed without zeroes in front */
        ck_assert_msg(clock_parse_basic(text, strlen(text), &back), "%s", text);
        ck_assert_int_eq(back, at);
    }
}
END_TEST

START_TEST(test_years_out_of_reach)
{
    char text[CLOCK_TEXT_SIZE];
    clock_iso8601(INT64_MAX, text);
    ck_assert_uint_lt(strlen(text), sizeof text);
    clock_basic(INT64_MIN, text);
    ck_assert_uint_lt(strlen(text), sizeof text);
}
END_TEST

START_TEST(test_frozen_clock_stands_still)
{
    struct clock clock = CLOCK_FROZEN_AT(1700000000);
    ck_assert(clock_is_frozen(&clock));
    ck_assert_int_eq(clock_now(&clock), 1700000000);
    clock_freeze(&clock, -5);
    ck_assert_int_eq(clock_now(&clock), -5);
    clock_shift(&clock, 0);
    ck_assert(!clock_is_frozen(&clock));
    ck_assert_int_gt(clock_now(&clock), 1700000000);
    clock_shift(&clock, -1000000);
    int64_t behind = clock_real() - clock_now(&clock);
    ck_assert(behind == 1000000 || behind == 999999);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, test_known_instants, 0, ARRAY_LEN(instants));
    tcase_add_loop_test(tc, test_no_dates, 0, ARRAY_LEN(no_dates));
    tcase_add_test(tc, test_nul_is_no_digit);
    tcase_add_test(tc, test_every_day_of_six_centuries);
    tcase_add_test(tc, test_formatted_time_reads_back);
    tcase_add_test(tc, test_years_out_of_reach);
    tcase_add_test(tc, test_frozen_clock_stands_still);
    return suite_run("clock", tc);
}
