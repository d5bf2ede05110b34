/* SPDX-License-Identifier: Apache-2.0 */
/* `iam-local policy`. */
#pragma once

#include "base/arena.h"

/* ARGV are the words behind the command, ended by NULL. Returns the exit status. */
int policy_main(struct arena *a, char *const argv[]);
