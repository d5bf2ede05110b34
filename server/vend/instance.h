/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one EC2 instance there is: this host, with the instance profile that was chosen for it. The
 * choice is kept with the data.
 */
#pragma once

#include "server/api/own_call.h"

struct iam_instance_profile;
struct iam_role;

struct instance {
    const char *account;
    const char *id;          /* i-0...; the same for the same profile */
    const char *profile_arn; /* what was chosen; NULL: nothing */
    const char *profile_id;
    bool gone;             /* it has been deleted since */
    struct iam_role *role; /* of the profile; NULL: it has none */
    bool remote;           /* other hosts are on the instance, too */
};

int instance_read(struct own_call *own, struct instance *ret) MUST_USE;
