/* SPDX-License-Identifier: Apache-2.0 */
#include "model/quota.h"

const struct quota_row quota_rows[QUOTA_COUNT] = {
    [QUOTA_USERS] = {"Users", 5000},
    [QUOTA_GROUPS] = {"Groups", 300},
    [QUOTA_GROUPS_PER_USER] = {"GroupsPerUser", 10},
    [QUOTA_ACCESS_KEYS_PER_USER] = {"AccessKeysPerUser", 2},
    [QUOTA_USER_POLICY_SIZE] = {"UserPolicySize", 2048},
    [QUOTA_GROUP_POLICY_SIZE] = {"GroupPolicySize", 5120},
    [QUOTA_POLICIES] = {"Policies", 1500},
    [QUOTA_POLICY_SIZE] = {"PolicySize", 6144},
    [QUOTA_VERSIONS_PER_POLICY] = {"VersionsPerPolicy", 5},
    [QUOTA_ATTACHED_POLICIES_PER_USER] = {"AttachedPoliciesPerUser", 10},
    [QUOTA_ATTACHED_POLICIES_PER_GROUP] = {"AttachedPoliciesPerGroup", 10},
    [QUOTA_ROLES] = {"Roles", 1000},
    [QUOTA_ROLE_POLICY_SIZE] = {"RolePolicySize", 10240},
    [QUOTA_ATTACHED_POLICIES_PER_ROLE] = {"AttachedPoliciesPerRole", 10},
    [QUOTA_TRUST_POLICY_SIZE] = {"AssumeRolePolicySize", 2048},
    [QUOTA_INSTANCE_PROFILES] = {"InstanceProfiles", 1000},
    [QUOTA_MFA_DEVICES_PER_USER] = {"MFADevicesPerUser", 8},
    [QUOTA_OIDC_PROVIDERS] = {"OpenIdConnectProviders", 100},
    [QUOTA_CLIENTS_PER_OIDC_PROVIDER] = {"ClientIdsPerOpenIdConnectProvider", 100},
    [QUOTA_SAML_PROVIDERS] = {"SAMLProviders", 100},
};

bool quota_find(struct str name, enum quota *ret)
{
    for (int i = 0; i < QUOTA_COUNT; i++) {
        if (str_is(name, quota_rows[i].name)) {
            *ret = (enum quota)i;
            return true;
        }
    }
    return false;
}
