/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time. Instants are seconds since 1970-01-01T00:00:00Z. Everything but signature checks reads
 * the time through a struct clock, so that tests can fix it.
 */
#pragma once

#include "base/base.h"

struct clock {
    /* Twice a number of seconds, plus one while the clock stands still: the time it shows then;
       otherwise what it adds to real time. One number, so that no thread sees half a change. */
    _Atomic int64_t state;
};

#define CLOCK_FROZEN_AT(seconds)                                                                   \
    {                                                                                              \
        .state = 2 * (int64_t)(seconds) + 1                                                        \
    }

int64_t clock_now(const struct clock *clock);
int64_t clock_now_ms(const struct clock *clock);
int64_t clock_real(void);
bool clock_is_frozen(const struct clock *clock);
void clock_freeze(struct clock *clock, int64_t at);
void clock_shift(struct clock *clock, int64_t seconds); /* and lets it run */
int64_t clock_monotonic_ms(void);                       /* for durations and timeouts */
int64_t clock_monotonic_us(void);
int64_t clock_coarse_ms(void); /* the same, up to 4 ms behind, for a quarter of the price */

enum { CLOCK_TEXT_SIZE = 28 };

/* 2023-11-14T22:13:20Z, the form of dates in AWS answers. */
void clock_iso8601(int64_t at, char ret[static CLOCK_TEXT_SIZE]);
/* 2023-11-14T22:13:20.679Z, from milliseconds. */
void clock_iso8601_ms(int64_t at, char ret[static CLOCK_TEXT_SIZE]);
/* 20231114T221320Z, ISO 8601 basic format, the form of dates in signatures. */
void clock_basic(int64_t at, char ret[static CLOCK_TEXT_SIZE]);
/* Nov 14, 2023 10:13:20 PM, or with COMMA Nov 14, 2023, 10:13:20 PM: the form of dates in records.
 */
void clock_us(int64_t at, bool comma, char ret[static CLOCK_TEXT_SIZE]);
/* Reads exactly the basic format of an existing date. */
bool clock_parse_basic(const char *text, size_t n, int64_t *ret);

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
int64_t clock_days(int64_t year, int month, int day);
