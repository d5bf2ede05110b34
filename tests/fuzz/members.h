/* SPDX-License-Identifier: Apache-2.0 */
/* What has to hold of the members of any body. */
#pragma once

#include "recognize/members_priv.h"

/* Asks BODY, in that protocol and called TYPE, which may be NULL, for what is likely to be in it.
   Returns what "A" leads to; p == NULL: no text. *RET_WHY: of the body as a whole. */
struct str fuzz_members(struct arena *a, enum recognize_protocol protocol, const char *type,
                        struct str body, enum recognize_why *ret_why);
