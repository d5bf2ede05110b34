/* SPDX-License-Identifier: Apache-2.0 */
/* One decision in a line, and whose lines somebody sees. */
#pragma once

#include <jansson.h>

#include "access/explain.h"

/* What a list shows. */
struct decision_filter {
    const char *own;       /* only those of this ARN: who looks may not see others; NULL: all */
    const char *principal; /* ARN, or the name at its end; NULL: anybody */
    bool denied;           /* only what was denied or refused */
};

bool decision_fits(const struct decision_filter *filter, const struct explain_line *line);

/* {"link", "decision", "time", "principal", "action", "resource", "words"}, for decisions.html. The
   link begins with PREFIX, `decision` is the kind of badge. */
json_t *decision_line(struct arena *a, const struct explain_line *line, const char *prefix);

/* The same as live.js takes it. */
json_t *decision_event(const json_t *line);
