/* SPDX-License-Identifier: Apache-2.0 */
/* Amazon Resource Names: arn:partition:service:region:account:resource. */
#pragma once

#include "base/str.h"

/* Slices of the text that was parsed. Region and account may be empty. */
struct arn {
    struct str partition, service, region, account, resource;
};

/* Wildcards are ordinary characters. The resource, the part behind the fifth colon, may contain
   colons of its own. False for anything else, and then *RET is left alone. */
bool arn_parse(struct str text, struct arn *ret);

/* The account of what has this ARN; "" when there is none, or it is no ARN. */
const char *arn_account(struct arena *a, const char *text);

/* Of arn:aws:iam::ACCOUNT:KIND/PATH/NAME the kind and the name. False for anything else. */
bool arn_entity(const struct arn *arn, struct str *ret_kind, struct str *ret_name);
