/* SPDX-License-Identifier: Apache-2.0 */
/* Streams of server-sent events of a server. */
#pragma once

#include "server/cli/ask.h"

/*
 * Shows SEE what is behind `data:` in each line of what TARGET answers, until the server ends it or
 * nothing can be printed any more. Returns a message when it cannot be asked, else NULL.
 */
const char *stream_follow(struct arena *a, const struct url *url, const char *target,
                          void (*see)(const void *owner, struct str data), const void *owner);
