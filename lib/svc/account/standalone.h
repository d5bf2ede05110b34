/* SPDX-License-Identifier: Apache-2.0 */
/* No account belongs to an organization: each may name nobody but itself, by naming nobody. */
#pragma once

#include "call/call.h"

int account_standalone(struct call *c, const char *account_id) MUST_USE;

/* The service's own denial, which no policy is the reason of. WHY is appended. */
int account_refused(struct call *c, const char *why) MUST_USE;
