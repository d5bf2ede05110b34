/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The users, roles and accounts that a document's Principal and NotPrincipal elements name under
 * "AWS", and the same text with other names in their places. IAM keeps users and roles of trust
 * policies by their unique ids and shows them as what they are called now (IAM User Guide, "AWS
 * JSON policy elements: Principal").
 */
#pragma once

#include "base/str.h"

/* Each name once, in the order of the text; none in what is not a policy. Returns how many. */
size_t principals_named(struct arena *a, struct str text, struct str **ret);

struct principal_name {
    const char *from, *to;
};

/* TEXT with FROM written as TO wherever it is such a name; the other bytes stay as they are. */
char *principals_rename(struct arena *a, struct str text, const struct principal_name *names,
                        size_t n);
