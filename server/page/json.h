/* SPDX-License-Identifier: Apache-2.0 */
/* What pages do with JSON, of the answers that they show and of their own data. */
#pragma once

#include <jansson.h>

#include "base/arena.h"

/* The text that a member of OBJECT is; NULL: it is none, or is not there. OBJECT may be NULL. */
const char *json_member(const json_t *object, const char *member);

/* JSON, written with jansson's FLAGS; of the arena. */
const char *json_written(struct arena *a, const json_t *json, size_t flags);

/* JSON, which is taken, lasts as long as the arena; may be NULL. */
json_t *json_kept(struct arena *a, json_t *json);
