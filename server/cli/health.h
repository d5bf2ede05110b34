/* SPDX-License-Identifier: Apache-2.0 */
/* The client behind `iam-local health`. */
#pragma once

#include "server/cli/url.h"

/*
 * Whether the server answers GET /_iam-local/health with 200 and "ok" within seconds, asked until
 * it does or WAIT_MS are over, once with 0; otherwise *message (arena-owned) is one line that says
 * why not. URL is not https.
 */
bool health_check(struct arena *a, const struct url *url, int64_t wait_ms,
                  const char **message) MUST_USE;
