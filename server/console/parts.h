/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of the page of one user, group or role. KIND is "User", "Group" or "Role". */
#pragma once

#include "server/console/people.h"
#include "server/console/permissions.h"

/* Data of a page, with what all of them have. */
json_t *parts_begin(struct call *c, const struct people_kind *kind, const char *name);

/* `attached` and `inline`: its managed and inline policies. Whether both were told. */
bool parts_policies(struct call *c, json_t *data, const char *kind, const char *name);

/* `permissions` of ENTITY, which has an Arn, if all that it is made of was TOLD to the caller by
   IAM; otherwise the refusal that is the first in DATA. */
int parts_permissions(struct call *c, json_t *data, bool told, const json_t *entity,
                      const struct permissions_choice *choice) MUST_USE;

/* Members of a form for TagUser and UntagUser, and their like. KEY may be NULL. */
json_t *parts_tags(const char *key, const char *value);

/* The page, with what has FAILED before; NULL: nothing has. The status is that of the failure, or
   404 when the one that the page is about, the member `user`, `group` or `role`, is not there. */
int parts_show(struct call *c, const struct page *page, json_t *data,
               const struct asked *failed) MUST_USE;
