/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a trust policy lets in, for the page of a role. */
#pragma once

#include <jansson.h>

#include "base/arena.h"

/* A list of {"who", "what", "actions", "conditions", "denies"}, one for each principal of each
   statement. DOCUMENT: JSON, or NULL. */
json_t *trust_json(struct arena *a, const char *document);
