/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The condition keys that are not one service's: AWS's global keys, and those that the credentials
 * of a session carry (IAM User Guide, "AWS global condition context keys"), among them the tag keys
 * of a session, which are a list.
 */
#pragma once

#include "base/str.h"

enum condition_key_type {
    CONDITION_KEY_STRING,
    CONDITION_KEY_ARN,
    CONDITION_KEY_BOOL,
    CONDITION_KEY_DATE,
    CONDITION_KEY_NUMERIC,
    CONDITION_KEY_IP,
};

struct condition_key {
    const char *name; /* lower case; a family of tags ends with its slash */
    enum condition_key_type type;
    bool multivalued;
};

/* The key with this name in lower case, "aws:principaltag/team" included; NULL: unknown. */
const struct condition_key *condition_key_find(struct str folded);
