/* SPDX-License-Identifier: Apache-2.0 */
/* The command `iam-local events`: what happened in a server, and what happens. */
#pragma once

#include "base/arena.h"

/* ARGV: what follows the command, up to NULL. Returns the exit status: 0, 1 when the server cannot
   be asked, 2 when the arguments are wrong. */
int events_main(struct arena *a, char *const argv[]);
