/* SPDX-License-Identifier: Apache-2.0 */
/* Regions that accounts have to enable before anybody can use them. */
#pragma once

#include "call/call.h"
#include "model/region.h"

/* Whether the region is enabled in an account that never switched it: the server's own is, so that
   nobody has to enable where he is. */
bool account_region_at_first(const struct sandbox *sandbox, const struct region *region);

/* Whether the region of that name can be used in the account. Names that are none of AWS's can. */
int account_region_usable(struct call *c, struct tx *tx, const char *account, struct str name,
                          bool *ret) MUST_USE;
