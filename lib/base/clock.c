/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t milliseconds(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_real(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

/* Shifts an arithmetic right, as gcc and clang do. */
int64_t clock_now(const struct clock *clock)
{
    int64_t state = atomic_load(&clock->state);
    return state & 1 ? state >> 1 : clock_real() + (state >> 1);
}

int64_t clock_now_ms(const struct clock *clock)
{
    int64_t state = atomic_load(&clock->state), seconds = state >> 1;
    return seconds * 1000 + (state & 1 ? 0 : milliseconds(CLOCK_REALTIME));
}

bool clock_is_frozen(const struct clock *clock)
{
    return atomic_load(&clock->state) & 1;
}

void clock_freeze(struct clock *clock, int64_t at)
{
    atomic_store(&clock->state, 2 * at + 1);
}

void clock_shift(struct clock *clock, int64_t seconds)
{
    atomic_store(&clock->state, 2 * seconds);
}

int64_t clock_monotonic_ms(void)
{
    return milliseconds(CLOCK_MONOTONIC);
}

int64_t clock_monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_coarse_ms(void)
{
    return milliseconds(CLOCK_MONOTONIC_COARSE);
}

/* Counts from 1 March, so that the leap day is the last day of the year. */
int64_t clock_days(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

/* Splits a count of days into year, month and day: clock_days, backwards. */
static void date_of(int64_t days, int ret[static 3])
{
    int64_t since = days + 719468; /* days since 0000-03-01 */
    int64_t era = (since >= 0 ? since : since - 146096) / 146097;
    int64_t day_of_era = since - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153; /* March is 0 */
    ret[0] = (int)(year_of_era + era * 400 + (month >= 10));
    ret[1] = (int)(month < 10 ? month + 3 : month - 9);
    ret[2] = (int)(day_of_year - (153 * month + 2) / 5 + 1);
}

/* The last two digits of VALUE, which is not negative, and what stands behind them, if anything. */
static char *put(char *to, int value, char behind)
{
    unsigned digits = (unsigned)value % 100;
    to[0] = (char)('0' + digits / 10);
    to[1] = (char)('0' + digits % 10);
    to[2] = behind;
    return to + 2 + (behind != '\0');
}

/* Every answer prints dates, which is why strftime and its lock on the time zone are not used.
   DASH and COLON stand between the parts; '\0': nothing does. The end of what is written. */
static char *format(int64_t at, char dash, char colon, char behind, char *to)
{
    int64_t days = at / 86400 - (at % 86400 < 0);
    int second_of_day = (int)((at % 86400 + 86400) % 86400), date[3];
    date_of(days, date);
    to = put(to, date[0] / 100, '\0');
    to = put(to, date[0], dash);
    to = put(to, date[1], dash);
    to = put(to, date[2], 'T');
    to = put(to, second_of_day / 3600, colon);
    to = put(to, second_of_day / 60 % 60, colon);
    return put(to, second_of_day % 60, behind);
}

void clock_iso8601(int64_t at, char ret[static CLOCK_TEXT_SIZE])
{
    *format(at, '-', ':', 'Z', ret) = '\0';
}

void clock_iso8601_ms(int64_t at, char ret[static CLOCK_TEXT_SIZE])
{
    int millis = (int)((at % 1000 + 1000) % 1000);
    char *end = format((at - millis) / 1000, '-', ':', '.', ret);
    *end = (char)('0' + millis / 100);
    *put(end + 1, millis, 'Z') = '\0';
}

void clock_basic(int64_t at, char ret[static CLOCK_TEXT_SIZE])
{
    *format(at, '\0', '\0', 'Z', ret) = '\0';
}

void clock_us(int64_t at, bool comma, char ret[static CLOCK_TEXT_SIZE])
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t days = at / 86400 - (at % 86400 < 0);
    int minute = (int)((at % 86400 + 86400) % 86400) / 60, second = (int)((at % 60 + 60) % 60);
    int date[3], hour = minute / 60;
    date_of(days, date);
    snprintf(ret, CLOCK_TEXT_SIZE, "%.3s %d, %04d%s %d:%02d:%02d %s", months + 3 * (date[1] - 1),
             date[2], date[0] % 10000, comma ? "," : "", hour % 12 ? hour % 12 : 12, minute % 60,
             second, hour < 12 ? "AM" : "PM");
}

static int digits(const char *text, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool clock_parse_basic(const char *text, size_t n, int64_t *ret)
{
    if (n != 16 || text[8] != 'T' || text[15] != 'Z')
        return false;
    int year = digits(text, 4), month = digits(text + 4, 2), day = digits(text + 6, 2);
    int hour = digits(text + 9, 2), minute = digits(text + 11, 2), second = digits(text + 13, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59 || second < 0 || second > 59)
        return false;
    int64_t first = clock_days(year, month, 1);
    int64_t next = month == 12 ? clock_days(year + 1, 1, 1) : clock_days(year, month + 1, 1);
    if (day > next - first)
        return false;
    *ret = (first + day - 1) * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}
