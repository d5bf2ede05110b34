/* SPDX-License-Identifier: Apache-2.0 */
/* Enforcement of our own operations: the loop over the authorization rows of the model. */
#pragma once

#include "call/call.h"

/*
 * Decides every authorization row of the operation for the caller and notes how under the
 * request id. ERR_ACCESS_DENIED with AWS's sentence when one of them is denied.
 */
int access_enforce(struct call *c, const void *in) MUST_USE;

/* The same as far as the call's enforcement goes. A denial that soft enforcement lets pass is OK,
   and its sentence is in *would_deny. */
int access_authorize(struct call *c, const void *in, const char **would_deny) MUST_USE;
