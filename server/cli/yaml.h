/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents that people write by hand, as JSON. JSON is YAML, too, and read all the same. A scalar
 * without quotes is a truth value, null or a number of at most nine digits if it looks like one;
 * all others, account ids and dates among them, are texts. Anchors, aliases, tags and second
 * documents are refused, and so are members that occur twice.
 */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "base/str.h"

/* The caller owns the result. NULL: *message, in the arena, says what is wrong and in which line.
 */
json_t *yaml_read(struct arena *a, struct str text, const char **message);
