/* SPDX-License-Identifier: Apache-2.0 */
/* The command `iam-local evaluate`: decisions from lines of JSON. */
#pragma once

/* ARGV: what follows the command, up to NULL. Returns the exit status: 0, 1 when a decision was
   not the expected one, 2 when a line was malformed, no line asked anything, or the command cannot
   run. */
int evaluate_main(char *const argv[]);
