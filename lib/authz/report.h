/* SPDX-License-Identifier: Apache-2.0 */
/* A decision in words, as JSON: what decided, what every policy that was asked said, and what an
   allow lacks. Written from the trace of the decision; nothing is evaluated again. */
#pragma once

#include "authz/authz.h"

struct authz_report {
    const struct authz_request *request;
    const struct authz_trace *trace;
    const struct authz_decision *decision;
};

/* Members of an object: decision, layer, policy, attached_to, statement. */
void authz_report_decision(struct buf *b, const struct authz_decision *decision);
/* More members, each behind a comma: policies with their statements about the action, and of a
   denial what it misses. Of a text beyond 8 MiB they tell how many were left out. */
void authz_report_trace(struct buf *b, const struct authz_report *report);
