/* SPDX-License-Identifier: Apache-2.0 */
/* A request that was decided about, in a line, and what would allow it if it was denied. */
#pragma once

#include "base/str.h"

struct record;

/* What a line has to be like. */
struct allow_filter {
    const char *principal; /* ARN, also of the role or user behind it, or the name at its end; NULL:
                              anybody */
    const char *decision;  /* Allow, ImplicitDeny, ExplicitDeny, NotRecognized, or Deny for all but
                              the  first; NULL: any */
};

bool allow_fits(const struct allow_filter *filter, const struct record *record);

/* {"time", "request_id", "principal", "service", "operation", "decision", "let_pass", "action",
   "resource", "allow", "allow_in", "denied_by", "decisions"}, without a line end; of what was not
   recognized "request" and "reason". `allow` is a statement ready to be put into the policy that
   `allow_in` tells. */
void allow_json(struct buf *b, const struct record *record);
