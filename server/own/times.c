/* SPDX-License-Identifier: Apache-2.0 */
#include "server/own/times.h"

#include "base/instant.h"

int time_read(struct call *c, const char *text, int64_t dflt, int64_t *ret)
{
    struct instant instant = {.seconds = dflt};
    if (text && !instant_parse(str_of(text), &instant))
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "A time is 2026-01-31T12:00:00Z, or seconds since 1970.");
    *ret = instant.seconds;
    return OK;
}
