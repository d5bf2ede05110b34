/* SPDX-License-Identifier: Apache-2.0 */
/* An explanation for people: what GET /_iam-local/explain/ID says, with titles, and with a link
   from everything that decided to where it stands. */
#pragma once

#include <jansson.h>

#include "base/arena.h"

/*
 * EXPLANATION, which is kept as it is, as the page decision.html shows it. Links lead into the
 * console of ACCOUNT; what belongs to others has none.
 */
json_t *explained_json(struct arena *a, const json_t *explanation, const char *account);

/* The name at the end of an ARN of a user, a role, a group or a session; NULL: it has none. */
const char *explained_name(const char *arn);
