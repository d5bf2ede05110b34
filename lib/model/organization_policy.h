/* SPDX-License-Identifier: Apache-2.0 */
/* The policies of AWS's own that Organizations has. */
#pragma once

#include "base/arena.h"

struct organization_managed_policy {
    const char *id, *type, *name, *description, *content;
};

/* By its id, or NULL. */
const struct organization_managed_policy *organization_managed_policy(const char *id);

/* The one that everything in an organization has as long as policies of the type are enabled, or
   NULL: there is none. */
const struct organization_managed_policy *organization_full_access(const char *type);

/* Of a policy of the organization, or of AWS's own. */
const char *organization_policy_arn(struct arena *a, const char *management,
                                    const char *organization, const char *type, const char *id);
