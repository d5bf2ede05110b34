/* SPDX-License-Identifier: Apache-2.0 */
/* The values conditions compare: numbers, dates, addresses, binary data and truth values. */
#include "policy/value.h"

#include <arpa/inet.h>

#include "base/clock.h"

static struct str take_digits(struct str *s)
{
    size_t n = 0;
    while (n < s->n && ascii_is_digit(s->p[n]))
        n++;
    struct str digits = {s->p, n};
    *s = (struct str){s->p + n, s->n - n};
    return digits;
}

static bool take_char(struct str *s, char c)
{
    if (s->n == 0 || ascii_lower(s->p[0]) != c)
        return false;
    *s = (struct str){s->p + 1, s->n - 1};
    return true;
}

bool number_parse(struct str text, struct number *ret)
{
    struct number number = {.negative = take_char(&text, '-')};
    if (!number.negative)
        take_char(&text, '+');
    number.whole = take_digits(&text);
    bool point = take_char(&text, '.');
    if (point)
        number.fraction = take_digits(&text);
    if (text.n || number.whole.n == 0 || (point && number.fraction.n == 0))
        return false;
    while (take_char(&number.whole, '0'))
        continue;
    while (number.fraction.n && number.fraction.p[number.fraction.n - 1] == '0')
        number.fraction.n--;
    if (number.whole.n == 0 && number.fraction.n == 0)
        number.negative = false;
    *ret = number;
    return true;
}

static int compare_size(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_magnitude(const struct number *a, const struct number *b)
{
    if (a->whole.n != b->whole.n)
        return compare_size(a->whole.n, b->whole.n);
    int order = a->whole.n ? memcmp(a->whole.p, b->whole.p, a->whole.n) : 0;
    if (order)
        return order;
    size_t shared = a->fraction.n < b->fraction.n ? a->fraction.n : b->fraction.n;
    order = shared ? memcmp(a->fraction.p, b->fraction.p, shared) : 0;
    return order ? order : compare_size(a->fraction.n, b->fraction.n);
}

int number_compare(const struct number *a, const struct number *b)
{
    if (a->negative != b->negative)
        return a->negative ? -1 : 1;
    return a->negative ? compare_magnitude(b, a) : compare_magnitude(a, b);
}

/* A run of MIN to MAX digits. */
static bool take_int(struct str *s, size_t min, size_t max, int64_t *ret)
{
    struct str digits = take_digits(s);
    return digits.n >= min && digits.n <= max && str_to_int64(digits, ret);
}

/* The digits behind a decimal point; more than nine are no fraction of a second. */
static bool take_nanos(struct str *s, int32_t *ret)
{
    struct str digits = take_digits(s);
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
    bool negative = take_char(&text, '-');
    if (!str_to_int64(take_digits(&text), &instant.seconds))
        return false;
    if (take_char(&text, '.') && !take_nanos(&text, &instant.nanos))
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
    bool negative = take_char(s, '-');
    if (!take_int(s, 1, 9, &year) || year > YEAR_MAX)
        return false;
    year = negative ? -year : year;
    if (take_char(s, '-') && !take_int(s, 1, 2, &month))
        return false;
    if (month < 1 || month > 12)
        return false;
    if (take_char(s, '-') && !take_int(s, 1, 2, &day))
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
    if (take_char(s, ':') && (!take_int(s, 1, 2, &minute) || minute > 59))
        return false;
    if (take_char(s, ':') && (!take_int(s, 1, 2, &second) || second > 60))
        return false;
    if (take_char(s, '.') && !take_nanos(s, &ret->nanos))
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
    if (s->n == 0 || take_char(s, 'z'))
        return true;
    bool ahead = take_char(s, '+');
    if (!ahead && !take_char(s, '-'))
        return false;
    struct str rest = *s;
    bool joined = take_int(&rest, 4, 4, &hours);
    if (joined) {
        *s = rest;
        minutes = hours % 100;
        hours /= 100;
    } else if (!take_int(s, 2, 2, &hours)) {
        return false;
    } else if (take_char(s, ':') && !take_int(s, 2, 2, &minutes)) {
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
    if (take_char(&text, 't') && (!take_time(&text, &instant) || !take_zone(&text, &ahead)))
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

bool cidr_parse(struct str text, struct cidr *ret)
{
    struct str address = str_cut(&text, '/');
    struct cidr range = {.family = memchr(address.p, ':', address.n) ? AF_INET6 : AF_INET};
    unsigned most = range.family == AF_INET6 ? 128 : 32;
    char terminated[INET6_ADDRSTRLEN];
    if (address.n >= sizeof terminated)
        return false;
    memcpy(terminated, address.p, address.n);
    terminated[address.n] = '\0';
    if (inet_pton(range.family, terminated, range.bytes) != 1)
        return false;
    int64_t bits = most;
    if (text.p && (!str_to_int64(text, &bits) || bits > most))
        return false;
    range.bits = (unsigned)bits;
    *ret = range;
    return true;
}

bool cidr_contains(const struct cidr *range, const struct cidr *address)
{
    if (range->family != address->family || range->bits > address->bits)
        return false;
    size_t whole = range->bits / 8;
    if (memcmp(range->bytes, address->bytes, whole) != 0)
        return false;
    unsigned rest = range->bits % 8;
    return rest == 0 || (range->bytes[whole] ^ address->bytes[whole]) >> (8 - rest) == 0;
}

/* Six bits, or -1. */
static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (ascii_is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Without the padding. */
static struct str base64_digits(struct str text)
{
    for (int i = 0; i < 2 && text.n && text.p[text.n - 1] == '='; i++)
        text.n--;
    return text;
}

bool base64_ok(struct str text)
{
    struct str digits = base64_digits(text);
    if (text.n % 4 != 0)
        return false;
    for (size_t i = 0; i < digits.n; i++) {
        if (base64_digit(digits.p[i]) < 0)
            return false;
    }
    return true;
}

bool base64_same(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    struct str x = base64_digits(a), y = base64_digits(b);
    if (x.n != y.n)
        return false;
    if (x.n == 0)
        return base64_ok(a);
    /* In front of padding, the last digit has bits that belong to no byte. */
    size_t last = x.n - 1, unused = 2 * (a.n - x.n);
    return memcmp(x.p, y.p, last) == 0 &&
           base64_digit(x.p[last]) >> unused == base64_digit(y.p[last]) >> unused && base64_ok(a) &&
           base64_ok(b);
}

bool bool_parse(struct str text, bool *ret)
{
    bool truth = str_eq_fold(text, STR("true"));
    if (!truth && !str_eq_fold(text, STR("false")))
        return false;
    *ret = truth;
    return true;
}
