/* SPDX-License-Identifier: Apache-2.0 */
/* The clock of the sandbox, for tests that do not want to wait. */
#pragma once

#include "base/clock.h"
#include "base/str.h"

/* Moves the clock as {NAME: VALUE} asks; NULL, or a sentence about what is wrong with it.
   "set": a date, "advance": an ISO 8601 duration, "freeze" and "release": "true". */
const char *admin_clock_move(struct clock *clock, struct str name, struct str value);
