/* SPDX-License-Identifier: Apache-2.0 */
/* Instance profiles as answers show them: with their role, if they have one. */
#pragma once

#include "call/call.h"
#include "iam_api.h"

int instance_profile_add_roles(struct call *c, struct iam_instance_profile *profile) MUST_USE;
int instance_profiles_add_roles(struct call *c,
                                const struct iam_instance_profile_list *profiles) MUST_USE;

/* All that the role with this id is in. */
int instance_profiles_of_role(struct call *c, const char *role_id,
                              struct iam_instance_profile_list *ret) MUST_USE;
