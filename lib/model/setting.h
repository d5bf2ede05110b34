/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that are ours, not AWS's, adjustable per sandbox. */
#pragma once

#include "base/str.h"

enum setting {
    SETTING_PASSWORD_COST,            /* of a hash, as crypt(5) counts it for yescrypt */
    SETTING_LOCKOUT_FAILURES,         /* wrong passwords in a row for one name; 0: any number */
    SETTING_LOCKOUT_ADDRESS_FAILURES, /* from one address that is not loopback; 0: any number */
    SETTING_LOCKOUT_SECONDS,          /* until the next password is looked at */
    SETTING_PLAIN_HOSTS,              /* hosts of S3 that name no bucket: enum recognize_hosts */
    SETTING_COUNT
};

struct setting_range {
    int64_t least, most;
};

extern const struct setting_range setting_ranges[SETTING_COUNT];
