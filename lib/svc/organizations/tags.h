/* SPDX-License-Identifier: Apache-2.0 */
/* Tags of what is in an organization, by its id. Letter case of keys counts there. */
#pragma once

#include "call/call.h"
#include "organizations_api.h"

enum { TAGS_MAX = 50 }; /* that something may have */

/* Adds and replaces. InvalidInput for keys that occur twice or are reserved, ConstraintViolation
   for more tags than something may have. */
int organization_tags_put(struct call *c, const char *owner,
                          const struct organizations_tag_list *tags) MUST_USE;
