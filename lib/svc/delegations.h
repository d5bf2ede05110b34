/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delegation requests: their life, by the sandbox's clock (IAM User Guide, "Temporary delegation").
 * A request that nothing happens to expires; nothing has to run for that.
 */
#pragma once

#include "call/call.h"
#include "iam_api.h"
#include "queries.h"

/* How long an expired request can be seen. AWS undocumented: it says "later". */
enum { DELEGATION_SEEN_FOR = 7 * 24 * 3600 };

/* One that the caller's account may see, in the state it is in now; NoSuchEntity. */
int delegation_find(struct call *c, const char *id, struct delegation_row *ret) MUST_USE;

/* When a request that comes to the state now expires. */
int64_t delegation_expiry(const char *state, int64_t now);

/* What the tokens are sealed for that are given to the partner of that account. */
const char *delegation_purpose(struct arena *a, const char *requestor);

/* What is to be seen of it. */
void delegation_show(struct call *c, const struct delegation_row *row,
                     struct iam_delegation_request *ret);
