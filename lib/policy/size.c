/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

/*
 * The defaults of the quotas. Inline policies share theirs with the other ones of the user, group
 * or role; a single one can be as large as a role's. Organizations counts what its API is sent,
 * white space as well (Organizations User Guide, "Quotas and service limits").
 */
struct policy_limit policy_limit_of(enum policy_kind kind)
{
    switch (kind) {
    case POLICY_IDENTITY:
        return (struct policy_limit){10240, false};
    case POLICY_MANAGED:
        return (struct policy_limit){6144, false};
    case POLICY_TRUST:
    case POLICY_SESSION:
        return (struct policy_limit){2048, false};
    case POLICY_SCP:
        return (struct policy_limit){10240, true};
    case POLICY_RCP:
        return (struct policy_limit){5120, true};
    case POLICY_ENDPOINT:
        return (struct policy_limit){20480, true};
    case POLICY_RESOURCE:
        break;
    }
    return (struct policy_limit){SIZE_MAX, false};
}
