/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one EC2 instance there is: this host, with the instance profile that was chosen for it. The
 * choice is kept with the data.
 */
#pragma once

#include "call/call.h"

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

/* With a transaction; the account of the call becomes that of the profile. */
int instance_read(struct call *c, struct instance *ret) MUST_USE;
