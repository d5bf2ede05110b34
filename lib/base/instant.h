/* SPDX-License-Identifier: Apache-2.0 */
/* Dates and times as texts have them. */
#pragma once

#include "base/str.h"

struct instant {
    int64_t seconds; /* since 1970-01-01T00:00:00Z */
    int32_t nanos;   /* 0 to 999,999,999 */
};

/* ISO 8601 (missing parts are the least ones, no zone is UTC) or seconds since 1970; false for
   anything that is not wholly such a text. */
bool instant_parse(struct str text, struct instant *ret);
int instant_compare(const struct instant *a, const struct instant *b);
