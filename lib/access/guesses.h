/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wrong codes of MFA devices, so that codes are not found by trying. A device takes ten of them at
 * once, and one more every thirty seconds: who mistypes is not locked out, and who tries day and
 * night finds a code of six digits, of which three are good at a time, once in four months.
 * AWS undocumented: what it does about this.
 *
 * They are kept in memory alone. Who can restart the program can read the seeds. Thread-safe.
 */
#pragma once

#include "base/str.h"

struct guesses;

struct guesses *guesses_new(void);
void guesses_free(struct guesses *guesses); /* accepts NULL */
void guesses_clear(struct guesses *guesses);

/* SEED tells the device; times are of the sandbox's clock, in seconds. When a code will be looked
   at: NOW or later. A clock that was set back starts afresh. */
int64_t guesses_next(struct guesses *guesses, struct str seed, int64_t now);
void guesses_wrong(struct guesses *guesses, struct str seed, int64_t now);
void guesses_right(struct guesses *guesses, struct str seed); /* forgets the wrong ones */
