/* SPDX-License-Identifier: Apache-2.0 */
/* Codes of virtual MFA devices: RFC 6238 with HMAC-SHA1, steps of 30 seconds and six digits. */
#pragma once

#include "base/str.h"

enum { TOTP_SECONDS = 30, TOTP_SIZE = 7 };

/* Steps count from 1970, and SEED is in base32. The first step from FIRST to LAST whose code is the
   first of CODES, and so on for the steps behind it. Without a seed there are no codes. */
bool totp_find(struct str seed, const char *const *codes, size_t n, int64_t first, int64_t last,
               int64_t *ret) MUST_USE;
