/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions as server-sent events. */
#pragma once

#include "call/call.h"
#include "server/console/decision_line.h"

/*
 * What is decided behind the record LAST, or from now on where that is -1. It ends when the
 * caller signs out, in whatever browser, and after some minutes in any case: browsers come back for
 * more by themselves, and whether they may is then looked at anew. NULL: too many are open.
 */
struct response_stream *decision_stream(struct call *c, const struct decision_filter *filter,
                                        int64_t last);
