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

/* TEXT, or its beginning with how much more there is: of MAX bytes, or a few less. */
const char *explained_shorten(struct arena *a, const char *text, size_t max);
