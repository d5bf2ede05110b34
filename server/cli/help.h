/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of the program: their names and what they say about themselves. */
#pragma once

#include "server/cli/config.h"

/* False: no command is called so. */
bool help_find(const char *word, enum config_command *ret) MUST_USE;

/* "serve, env, ... or version", for complaints. Arena-owned. */
char *help_names(struct arena *a);

/* What `iam-local COMMAND --help` prints; of COMMAND_HELP, all commands. Arena-owned. */
char *help_text(struct arena *a, enum config_command command);
