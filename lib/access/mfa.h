/* SPDX-License-Identifier: Apache-2.0 */
/* Codes of MFA devices: each is good once, whatever comes of the request that had it. */
#pragma once

#include "call/call.h"

struct mfa_row;

/* How far the codes may be from the time of the device, in steps. */
enum mfa_window {
    MFA_WINDOW_USE = 1,
    MFA_WINDOW_ENABLE = 10,   /* five minutes */
    MFA_WINDOW_RESYNC = 2880, /* a day */
};

/* The step of the first of N codes, which are of steps that follow each other and of none before
   the last that was taken, unless that lies so far ahead that the clock must have been set back
   since. A day of them takes half a millisecond to look through. */
bool mfa_find(const struct call *c, const struct mfa_row *device, const char *const *codes,
              size_t n, enum mfa_window window, int64_t *ret) MUST_USE;

/* Takes codes that were found there, which may have been before the transaction: ERR_NOT_FOUND when
   the device, as it is now, has no use for them any more. Two codes set the device's clock. */
int mfa_take(struct call *c, const struct mfa_row *device, int64_t step, size_t n,
             enum mfa_window window) MUST_USE;

/* A code that is for now, of a device whose wrong codes are counted. ERR_NOT_FOUND: it is not good,
   and c->reason says why. */
int mfa_try(struct call *c, const struct mfa_row *device, const char *code) MUST_USE;

/* Whether it came with a code, or a half of what belongs to one. */
bool mfa_is_given(const struct call *c, const void *in);

/*
 * Checks the code that the request came with, if it came with one, in a transaction of its own,
 * and notes that in c->mfa_at. ERR_ACCESS_DENIED with STS's sentence when it is not good.
 */
int mfa_check(struct call *c, const void *in) MUST_USE;

/* The same of a serial number and a code that did not come in members; the call may be in a
   transaction, which reads. Nothing is noted. */
int mfa_prove(struct call *c, const char *serial, const char *code) MUST_USE;
