/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to the members of a request, and their answers in one text. */
#pragma once

#include <check.h>

#include "recognize/members_priv.h"

struct sample {
    const char *body, *path, *expected;
};

/* What PATH leads to: "value@0.2 ...", the third of the first; "{}" is what has members of its own;
   or the name of the failure. */
const char *members_found(struct arena *a, struct members *members, const char *path);

void members_check(struct arena *a, struct members *members, const struct sample *s);

/* Of a POST with that body; TYPE NULL: without a content type. */
struct members *members_of(struct arena *a, enum recognize_protocol protocol, bool as_query,
                           struct str body, const char *type);
