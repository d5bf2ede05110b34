/* SPDX-License-Identifier: Apache-2.0 */
/* Connections of the commands that ask a server. */
#pragma once

#include "server/cli/url.h"

/* A connected socket, whose reads and writes take TIMEOUT_MS at most (0: as long as they like), or
   -1 and one line in *message (arena-owned). */
int dial_url(struct arena *a, const struct url *url, int64_t timeout_ms, const char **message);

/* The status of an answer that begins with that; 0: it is none. */
int dial_status(struct str answer);
