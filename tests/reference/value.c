/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, dates, bytes and addresses: "IAM JSON policy elements: Condition operators". */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evaluator.h"

/* A decimal number as text, without the zeros that say nothing. */
struct decimal {
    bool negative;
    const char *whole, *fraction;
    size_t whole_n, fraction_n;
};

static size_t digits(const char *s)
{
    return strspn(s, "0123456789");
}

static bool read_decimal(const char *s, struct decimal *ret)
{
    *ret = (struct decimal){.negative = *s == '-'};
    s += ret->negative;
    ret->whole = s;
    ret->whole_n = digits(s);
    s += ret->whole_n;
    if (*s == '.') {
        ret->fraction = s + 1;
        ret->fraction_n = digits(s + 1);
        s += 1 + ret->fraction_n;
    }
    if (*s || ret->whole_n == 0 || (ret->fraction && ret->fraction_n == 0))
        return false;
    for (; ret->whole_n > 0 && *ret->whole == '0'; ret->whole_n--)
        ret->whole++;
    while (ret->fraction_n > 0 && ret->fraction[ret->fraction_n - 1] == '0')
        ret->fraction_n--;
    if (ret->whole_n == 0 && ret->fraction_n == 0)
        ret->negative = false;
    return true;
}

static int compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_digits(const char *a, const char *b, size_t n)
{
    return n ? memcmp(a, b, n) : 0;
}

static int compare_magnitudes(const struct decimal *a, const struct decimal *b)
{
    if (a->whole_n != b->whole_n)
        return compare_sizes(a->whole_n, b->whole_n);
    int whole = compare_digits(a->whole, b->whole, a->whole_n);
    if (whole != 0)
        return whole;
    size_t common = a->fraction_n < b->fraction_n ? a->fraction_n : b->fraction_n;
    int fraction = compare_digits(a->fraction, b->fraction, common);
    return fraction ? fraction : compare_sizes(a->fraction_n, b->fraction_n);
}

bool ref_compare_numbers(const char *a, const char *b, int *ret)
{
    struct decimal x, y;
    if (!read_decimal(a, &x) || !read_decimal(b, &y))
        return false;
    if (x.negative != y.negative)
        *ret = x.negative ? -1 : 1;
    else
        *ret = x.negative ? -compare_magnitudes(&x, &y) : compare_magnitudes(&x, &y);
    return true;
}

/* A time: seconds since 1970, and the billionths of a second behind them. */
struct instant {
    int64_t seconds, billionths;
};

/* Takes exactly N digits. */
static bool take(const char **s, size_t n, int *ret)
{
    if (digits(*s) < n)
        return false;
    *ret = 0;
    for (; n > 0; n--)
        *ret = *ret * 10 + (*(*s)++ - '0');
    return true;
}

static int64_t take_billionths(const char **s)
{
    int64_t value = 0, unit = 100000000;
    for (; digits(*s) > 0; (*s)++, unit /= 10)
        value += (**s - '0') * unit;
    return value;
}

/* "1588334400", "-0.5" */
static bool read_epoch(const char *s, struct instant *ret)
{
    struct decimal d;
    if (!read_decimal(s, &d) || d.whole_n > 12)
        return false;
    *ret = (struct instant){0, 0};
    for (size_t i = 0; i < d.whole_n; i++)
        ret->seconds = ret->seconds * 10 + (d.whole[i] - '0');
    const char *fraction = d.fraction ? d.fraction : "";
    ret->billionths = take_billionths(&fraction);
    if (d.negative) {
        ret->seconds = -ret->seconds - (ret->billionths > 0);
        ret->billionths = ret->billionths ? 1000000000 - ret->billionths : 0;
    }
    return true;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Counted one by one, from 1970 forwards or backwards. */
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t count = day - 1;
    for (int y = 1970; y < year; y++)
        count += 365 + is_leap(y);
    for (int y = year; y < 1970; y++)
        count -= 365 + is_leap(y);
    for (int m = 1; m < month; m++)
        count += month_days(year, m);
    return count;
}

/* "Z", "+02:00", "+0200", "-02" or nothing: the seconds that local time is ahead. */
static bool take_zone(const char **s, int *ret)
{
    int hours = 0, minutes = 0;
    *ret = 0;
    if (**s == 'Z' || **s == 'z') {
        (*s)++;
        return true;
    }
    if (**s != '+' && **s != '-')
        return true;
    int sign = *(*s)++ == '-' ? -1 : 1;
    if (!take(s, 2, &hours))
        return false;
    if (**s == ':')
        (*s)++;
    if (digits(*s) > 0 && !take(s, 2, &minutes))
        return false;
    *ret = sign * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60;
}

/* "12:00", "12:00:00", "12:00:00.5", or nothing */
static bool take_time(const char **s, struct instant *t)
{
    int hour = 0, minute = 0, second = 0;
    if (digits(*s) == 0)
        return true;
    if (!take(s, 2, &hour) || *(*s)++ != ':' || !take(s, 2, &minute))
        return false;
    if (**s == ':') {
        (*s)++;
        if (!take(s, 2, &second))
            return false;
    }
    if (**s == '.') {
        (*s)++;
        t->billionths = take_billionths(s);
    }
    t->seconds += hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

/* ISO 8601 as W3C's note has it: "2020-05-01T12:00:00Z" and what is shorter. */
static bool read_iso(const char *s, struct instant *ret)
{
    int year, month = 1, day = 1, ahead = 0;
    if (!take(&s, 4, &year))
        return false;
    if (*s == '-' && (s++, !take(&s, 2, &month)))
        return false;
    if (*s == '-' && (s++, !take(&s, 2, &day)))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return false;
    *ret = (struct instant){days_since_1970(year, month, day) * 86400, 0};
    if (*s == 'T' || *s == 't') {
        s++;
        if (!take_time(&s, ret) || !take_zone(&s, &ahead))
            return false;
    }
    ret->seconds -= ahead;
    return *s == '\0';
}

static bool read_instant(const char *s, struct instant *ret)
{
    return read_epoch(s, ret) || read_iso(s, ret);
}

bool ref_compare_dates(const char *a, const char *b, int *ret)
{
    struct instant x, y;
    if (!read_instant(a, &x) || !read_instant(b, &y))
        return false;
    *ret = x.seconds != y.seconds ? (x.seconds > y.seconds) - (x.seconds < y.seconds)
                                  : (x.billionths > y.billionths) - (x.billionths < y.billionths);
    return true;
}

/* The value of a base64 character; 64 for the padding, 65 for anything else. */
static unsigned sextet(char c)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (unsigned)(at - alphabet) : 65;
}

/* The number of bytes, or -1 for a text that is not base64. */
static int decode_base64(const char *s, unsigned char *ret)
{
    size_t n = strlen(s), padding = 0;
    while (padding < 2 && padding < n && s[n - 1 - padding] == '=')
        padding++;
    if (n % 4 != 0)
        return -1;
    int count = 0;
    for (size_t i = 0; i < n; i += 4) {
        unsigned bits = 0;
        for (size_t j = i; j < i + 4; j++) {
            unsigned value = sextet(s[j]);
            if (value > 63 && j < n - padding)
                return -1;
            bits = bits << 6 | (value & 63);
        }
        for (int shift = 16; shift >= 0; shift -= 8)
            ret[count++] = (unsigned char)(bits >> shift);
    }
    return count - (int)padding;
}

bool ref_same_bytes(const char *a, const char *b)
{
    unsigned char *x = malloc(strlen(a) + 1), *y = malloc(strlen(b) + 1);
    int x_n = decode_base64(a, x), y_n = decode_base64(b, y);
    bool same = x_n >= 0 && x_n == y_n && !memcmp(x, y, (size_t)x_n);
    free(x);
    free(y);
    return same;
}

/* An address: its bytes, and how many there are: 4, 16, or 0 for what is none. */
static size_t read_address(const char *s, unsigned char ret[16])
{
    if (inet_pton(AF_INET, s, ret) == 1)
        return 4;
    return inet_pton(AF_INET6, s, ret) == 1 ? 16 : 0;
}

bool ref_in_network(const char *network, const char *address)
{
    unsigned char net[16], addr[16];
    char host[64];
    const char *slash = strchr(network, '/');
    snprintf(host, sizeof(host), "%.*s", (int)strcspn(network, "/"), network);
    size_t n = read_address(host, net), bits = n * 8;
    if (n == 0 || read_address(address, addr) != n)
        return false;
    if (slash) {
        size_t prefix = 0;
        for (const char *s = slash + 1; digits(s) > 0 && prefix < 1000; s++)
            prefix = prefix * 10 + (size_t)(*s - '0');
        bits = prefix < bits ? prefix : bits;
    }
    for (size_t i = 0; i < bits; i++)
        if ((net[i / 8] ^ addr[i / 8]) >> (7 - i % 8) & 1)
            return false;
    return true;
}
