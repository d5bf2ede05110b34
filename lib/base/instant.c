/* SPDX-License-Identifier: Apache-2.0 */
#include "base/instant.h"

#include "base/clock.h"

/* A run of MIN to MAX digits. */
static bool take_int(struct str *s, size_t min, size_t max, int64_t *ret)
{
    struct str digits = str_take_digits(s);
    return digits.n >= min && digits.n <= max && str_to_int64(digits, ret);
}

/* The digits behind a decimal point; more than nine are no fraction of a second. */
static bool take_nanos(struct str *s, int32_t *ret)
{
    struct str digits = str_take_digits(s);
    if (digits.n == 0 || digits.n > 9)
        return false;
    int32_t nanos = 0;
    for (size_t i = 0; i < 9; i++)
        nanos = nanos * 10 + (i < digits.n ? digits.p[i] - '0' : 0);
    *ret = nanos;
    return true;
}

static bool seconds_parse(struct str text, struct instant *ret)
{
    struct instant instant = {.nanos = 0};
    bool negative = str_take_char(&text, '-');
    if (!str_to_int64(str_take_digits(&text), &instant.seconds))
        return false;
    if (str_take_char(&text, '.') && !take_nanos(&text, &instant.nanos))
        return false;
    if (negative) {
        instant.seconds = -instant.seconds - (instant.nanos > 0);
        instant.nanos = instant.nanos ? 1000000000 - instant.nanos : 0;
    }
    if (text.n)
        return false;
    *ret = instant;
    return true;
}

static bool take_date(struct str *s, int64_t *ret_days)
{
    enum { YEAR_MAX = 292278993 }; /* the last whose milliseconds fit 63 bits */
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t year, month = 1, day = 1;
    bool negative = str_take_char(s, '-');
    if (!take_int(s, 1, 9, &year) || year > YEAR_MAX)
        return false;
    year = negative ? -year : year;
    if (str_take_char(s, '-') && !take_int(s, 1, 2, &month))
        return false;
    if (month < 1 || month > 12)
        return false;
    if (str_take_char(s, '-') && !take_int(s, 1, 2, &day))
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day < 1 || day > month_days[month - 1] + (month == 2 && leap))
        return false;
    *ret_days = clock_days(year, (int)month, (int)day);
    return true;
}

static bool take_time(struct str *s, struct instant *ret)
{
    int64_t hour, minute = 0, second = 0;
    if (s->n == 0)
        return true;
    if (!take_int(s, 1, 2, &hour) || hour > 24)
        return false;
    if (str_take_char(s, ':') && (!take_int(s, 1, 2, &minute) || minute > 59))
        return false;
    if (str_take_char(s, ':') && (!take_int(s, 1, 2, &second) || second > 60))
        return false;
    if (str_take_char(s, '.') && !take_nanos(s, &ret->nanos))
        return false;
    if (hour == 24 && (minute || second || ret->nanos))
        return false;
    ret->seconds += hour * 3600 + minute * 60 + second;
    return true;
}

/* Z, or hours and minutes ahead of UTC; nothing at all is UTC. */
static bool take_zone(struct str *s, int64_t *ret)
{
    int64_t hours, minutes = 0;
    if (s->n == 0 || str_take_char(s, 'z'))
        return true;
    bool ahead = str_take_char(s, '+');
    if (!ahead && !str_take_char(s, '-'))
        return false;
    struct str rest = *s;
    bool joined = take_int(&rest, 4, 4, &hours);
    if (joined) {
        *s = rest;
        minutes = hours % 100;
        hours /= 100;
    } else if (!take_int(s, 2, 2, &hours)) {
        return false;
    } else if (str_take_char(s, ':') && !take_int(s, 2, 2, &minutes)) {
        return false;
    }
    if (hours > 23 || minutes > 59)
        return false;
    *ret = (ahead ? 1 : -1) * (hours * 3600 + minutes * 60);
    return true;
}

bool instant_parse(struct str text, struct instant *ret)
{
    if (seconds_parse(text, ret))
        return true;
    struct instant instant = {.nanos = 0};
    int64_t days, ahead = 0;
    if (!take_date(&text, &days))
        return false;
    instant.seconds = days * 86400;
    if (str_take_char(&text, 't') && (!take_time(&text, &instant) || !take_zone(&text, &ahead)))
        return false;
    if (text.n)
        return false;
    instant.seconds -= ahead;
    *ret = instant;
    return true;
}

int instant_compare(const struct instant *a, const struct instant *b)
{
    if (a->seconds != b->seconds)
        return a->seconds < b->seconds ? -1 : 1;
    return (a->nanos > b->nanos) - (a->nanos < b->nanos);
}
