/* SPDX-License-Identifier: Apache-2.0 */
/* Times in the parameters of own endpoints. */
#pragma once

#include "call/call.h"

/* ISO 8601, or seconds since 1970; TEXT == NULL: DFLT. */
int time_read(struct call *c, const char *text, int64_t dflt, int64_t *ret) MUST_USE;
