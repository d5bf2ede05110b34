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

struct mfa_attempts;

struct mfa_attempts *mfa_attempts_new(void);
void mfa_attempts_free(struct mfa_attempts *attempts); /* accepts NULL */
void mfa_attempts_clear(struct mfa_attempts *attempts);

/* SEED tells the device; times are of the sandbox's clock, in seconds. When a code will be looked
   at: NOW or later. A clock that was set back starts afresh. */
int64_t mfa_attempts_next(struct mfa_attempts *attempts, struct str seed, int64_t now);
void mfa_attempts_failed(struct mfa_attempts *attempts, struct str seed, int64_t now);
/* Forgets the wrong ones. */
void mfa_attempts_succeeded(struct mfa_attempts *attempts, struct str seed);
