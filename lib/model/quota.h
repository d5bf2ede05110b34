/* SPDX-License-Identifier: Apache-2.0 */
/* Quotas under AWS's names (IAM User Guide, "IAM and AWS STS quotas"), adjustable per sandbox. */
#pragma once

#include "base/str.h"

enum quota {
    QUOTA_USERS,
    QUOTA_GROUPS,
    QUOTA_GROUPS_PER_USER,
    QUOTA_ACCESS_KEYS_PER_USER, /* and per root user */
    QUOTA_USER_POLICY_SIZE,     /* bytes of all inline policies, white space not counted */
    QUOTA_GROUP_POLICY_SIZE,
    QUOTA_POLICIES,    /* managed policies of the account */
    QUOTA_POLICY_SIZE, /* bytes of one version, white space not counted */
    QUOTA_VERSIONS_PER_POLICY,
    QUOTA_ATTACHED_POLICIES_PER_USER,
    QUOTA_ATTACHED_POLICIES_PER_GROUP,
    QUOTA_ROLES,
    QUOTA_ROLE_POLICY_SIZE,
    QUOTA_ATTACHED_POLICIES_PER_ROLE,
    QUOTA_TRUST_POLICY_SIZE, /* bytes, white space not counted */
    QUOTA_INSTANCE_PROFILES,
    QUOTA_MFA_DEVICES_PER_USER, /* and per root user */
    QUOTA_OIDC_PROVIDERS,
    QUOTA_CLIENTS_PER_OIDC_PROVIDER,
    QUOTA_SAML_PROVIDERS,
    QUOTA_COUNT
};

struct quota_row {
    const char *name;
    int64_t dflt;
};

extern const struct quota_row quota_rows[QUOTA_COUNT];

bool quota_find(struct str name, enum quota *ret);
