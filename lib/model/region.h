/* SPDX-License-Identifier: Apache-2.0 */
/* The regions of AWS. */
#pragma once

#include "base/str.h"

struct region {
    const char *name;
    bool by_default; /* enabled for all accounts, always; false: who wants it enables it */
};

enum { REGIONS = 34 };

extern const struct region regions[REGIONS]; /* by name */

/* NULL: there is none of that name. */
const struct region *region_find(struct str name);
