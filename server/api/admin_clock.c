/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/admin_clock.h"

#include "base/instant.h"

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR, WEEK = 7 * DAY };

/* The years that dates of four digits have, less what sessions last. */
static const int64_t earliest = -62135596800, latest = 253402300799 - 2 * DAY;

/* A number and a letter at the start of S, as seconds. */
static bool take_part(struct str *s, bool time, int64_t *ret)
{
    size_t n = 0;
    int64_t number, unit = 0;
    while (n < s->n && ascii_is_digit(s->p[n]))
        n++;
    if (n == s->n || n > 9 || !str_to_int64((struct str){s->p, n}, &number))
        return false;
    switch (s->p[n]) {
    case 'W':
        unit = time ? 0 : WEEK;
        break;
    case 'D':
        unit = time ? 0 : DAY;
        break;
    case 'H':
        unit = time ? HOUR : 0;
        break;
    case 'M':
        unit = time ? MINUTE : 0;
        break;
    case 'S':
        unit = time ? 1 : 0;
        break;
    default:
        break;
    }
    *s = (struct str){s->p + n + 1, s->n - n - 1};
    *ret += number * unit;
    return unit > 0 && *ret <= latest - earliest;
}

/* P1DT12H30M5S, PT90M, P2W; months and years have no length. */
static bool parse_duration(struct str s, int64_t *ret)
{
    bool time = false;
    *ret = 0;
    if (s.n < 3 || s.p[0] != 'P')
        return false;
    s = (struct str){s.p + 1, s.n - 1};
    while (s.n) {
        if (!time && s.p[0] == 'T') {
            time = true;
            s = (struct str){s.p + 1, s.n - 1};
        }
        if (!take_part(&s, time, ret))
            return false;
    }
    return true;
}

static const char *move_to(struct clock *clock, int64_t at)
{
    if (at < earliest || at > latest)
        return "The clock shows the years 1 to 9999.";
    if (clock_is_frozen(clock))
        clock_freeze(clock, at);
    else
        clock_shift(clock, at - clock_real());
    return NULL;
}

const char *admin_clock_move(struct clock *clock, struct str name, struct str value)
{
    struct instant instant;
    int64_t seconds;
    if (str_is(name, "set"))
        return instant_parse(value, &instant)
                   ? move_to(clock, instant.seconds)
                   : "set: expected a date, such as 2026-01-31T12:00:00Z";
    if (str_is(name, "advance"))
        return parse_duration(value, &seconds) ? move_to(clock, clock_now(clock) + seconds)
                                               : "advance: expected a duration, such as PT90M";
    if (!str_is(name, "freeze") && !str_is(name, "release"))
        return "expected one of set, advance, freeze and release";
    if (!str_is(value, "true"))
        return "freeze and release: expected true";
    if (str_is(name, "freeze"))
        clock_freeze(clock, clock_now(clock));
    else
        clock_shift(clock, 0);
    return NULL;
}
