/* SPDX-License-Identifier: Apache-2.0 */
/* The client behind `iam-local health`. */
#pragma once

#include "base/arena.h"

/*
 * Whether the server at URL (http://HOST[:PORT][/...]) answers GET /_iam-local/health with 200
 * within seconds; otherwise *message (arena-owned) is one line that says why not. TOKEN is the
 * admin token, or NULL.
 */
bool health_check(struct arena *a, const char *url, const char *token,
                  const char **message) MUST_USE;
