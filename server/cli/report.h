/* SPDX-License-Identifier: Apache-2.0 */
/* The command `iam-local report`: what goes against AWS's best practices in an account. */
#pragma once

#include "base/arena.h"

/* ARGV: what follows the command, up to NULL. Returns the exit status: 0 when there is nothing, 1
   when there is something, 2 when the arguments are wrong or the server cannot be asked. */
int report_main(struct arena *a, char *const argv[]);
