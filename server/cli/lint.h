/* SPDX-License-Identifier: Apache-2.0 */
/* `iam-local lint`: findings about policy documents, without a server. */
#pragma once

#include "base/arena.h"

struct lint_result {
    const char *output;     /* for stdout */
    const char *complaints; /* for stderr: lines about files and options that cannot be used */
    int status;             /* 0 nothing worse than suggestions, 1 findings, 2 complaints */
};

/* ARGUMENTS are those behind the command, ended by NULL. The texts belong to the arena. */
struct lint_result lint_command(struct arena *a, char *const arguments[]);
