/* SPDX-License-Identifier: Apache-2.0 */
/* The clock of the sandbox, for tests that do not want to wait. */
#include "access/account_purge.h"
#include "base/instant.h"
#include "call/call.h"
#include "own_api.h"

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

/* Does what one of the members asks for; NULL, or a sentence about what is wrong with it. */
static const char *move(struct clock *clock, const struct own_put_clock_in *in)
{
    struct instant instant;
    int64_t seconds;
    if (in->set)
        return instant_parse(str_of(in->set), &instant)
                   ? move_to(clock, instant.seconds)
                   : "set: expected a date, such as 2026-01-31T12:00:00Z";
    if (in->advance)
        return parse_duration(str_of(in->advance), &seconds)
                   ? move_to(clock, clock_now(clock) + seconds)
                   : "advance: expected a duration, such as PT90M";
    if (!in->freeze && !in->release)
        return "freeze and release: expected true";
    if (in->freeze)
        clock_freeze(clock, clock_now(clock));
    else
        clock_shift(clock, 0);
    return NULL;
}

int own_get_clock(struct call *c, UNUSED const struct own_get_clock_in *in,
                  struct own_get_clock_out *out)
{
    const struct clock *clock = &c->sandbox->clock;
    char *now = arena_alloc(c->arena, CLOCK_TEXT_SIZE);
    clock_iso8601(clock_now(clock), now);
    *out = (struct own_get_clock_out){now, clock_is_frozen(clock), clock_now(clock) - clock_real()};
    return OK;
}

int own_put_clock(struct call *c, const struct own_put_clock_in *in, struct own_get_clock_out *out)
{
    int given = (in->set != NULL) + (in->advance != NULL) + in->has_freeze + in->has_release;
    const char *wrong = given == 1 ? move(&c->sandbox->clock, in)
                                   : "expected one of set, advance, freeze and release";
    if (wrong)
        return call_fail(c, ERR_VALIDATION_ERROR, "%s", wrong);
    return own_get_clock(c, NULL, out);
}

/* Accounts that are gone by the new time are so at once. */
int own_put_clock_tell(struct call *c, UNUSED const struct own_put_clock_in *in,
                       UNUSED struct own_get_clock_out *out)
{
    return account_purge_all(c->sandbox);
}
