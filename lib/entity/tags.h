/* SPDX-License-Identifier: Apache-2.0 */
/* Tags of any taggable entity, by the id of the entity. */
#pragma once

#include "call/page.h"
#include "iam_api.h"

/* Adds and replaces. InvalidInput for keys that occur twice or are reserved, LimitExceeded for
   more tags than an entity may have. */
int tags_put(struct call *c, const char *owner, const struct iam_tag_list *tags) MUST_USE;
/* Keys that are not there are ignored. */
int tags_drop(struct call *c, const char *owner, const struct str_list *keys) MUST_USE;
/* In the order of folded keys, one more than LIMIT when there are more. */
int tags_page(struct call *c, const char *owner, const char *marker, int64_t limit,
              struct iam_tag_list *ret) MUST_USE;
int tags_read(struct tx *tx, const char *owner, struct iam_tag_list *ret) MUST_USE; /* all */
