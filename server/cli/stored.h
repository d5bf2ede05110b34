/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of `iam-local evaluate` about principals that a running server has stored. */
#pragma once

#include "evaluate/evaluate.h"
#include "server/cli/url.h"

/* A line with "stored": true. */
bool stored_is(struct str line);

/* Has the server at URL decide it, and adds the answer and a newline to OUT, as evaluate_line
   does. NUMBER is that of the line. */
enum evaluated stored_evaluate(struct arena *a, const struct url *url, struct str line,
                               size_t number, struct buf *out, const char **reason) MUST_USE;
