/* SPDX-License-Identifier: Apache-2.0 */
/* The client behind `iam-local health`. */
#pragma once

#include "base/arena.h"

/* Whom to ask; texts belong to the arena. */
struct health_target {
    const char *authority; /* as it stands in the URL */
    const char *host;      /* without brackets */
    const char *port;
};

/* False: URL is not http://HOST[:PORT][/...]; what follows the slash is not looked at. */
bool health_target_parse(struct arena *a, const char *url, struct health_target *ret) MUST_USE;

/*
 * Whether the server answers GET /_iam-local/health with 200 and "ok" within seconds; otherwise
 * *message (arena-owned) is one line that says why not.
 */
bool health_check(struct arena *a, const struct health_target *target,
                  const char **message) MUST_USE;
