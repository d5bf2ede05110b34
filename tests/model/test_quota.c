/* SPDX-License-Identifier: Apache-2.0 */
#include "model/quota.h"
#include "support/suite.h"

/* IAM User Guide, "IAM and AWS STS quotas". */
static const struct {
    const char *name;
    enum quota quota;
    int64_t dflt;
} known[] = {
    {"Users", QUOTA_USERS, 5000},
    {"Groups", QUOTA_GROUPS, 300},
    {"GroupsPerUser", QUOTA_GROUPS_PER_USER, 10},
    {"AccessKeysPerUser", QUOTA_ACCESS_KEYS_PER_USER, 2},
    {"UserPolicySize", QUOTA_USER_POLICY_SIZE, 2048},
    {"GroupPolicySize", QUOTA_GROUP_POLICY_SIZE, 5120},
    {"Roles", QUOTA_ROLES, 1000},
    {"RolePolicySize", QUOTA_ROLE_POLICY_SIZE, 10240},
    {"AttachedPoliciesPerRole", QUOTA_ATTACHED_POLICIES_PER_ROLE, 10},
    {"AssumeRolePolicySize", QUOTA_ASSUME_ROLE_POLICY_SIZE, 2048},
    {"InstanceProfiles", QUOTA_INSTANCE_PROFILES, 1000},
    {"MFADevicesPerUser", QUOTA_MFA_DEVICES_PER_USER, 8},
    {"OpenIdConnectProviders", QUOTA_OPEN_ID_CONNECT_PROVIDERS, 100},
    {"SAMLProviders", QUOTA_SAML_PROVIDERS, 100},
};

START_TEST(test_known_quotas)
{
    enum quota quota;
    ck_assert(quota_find(str_of(known[_i].name), &quota));
    ck_assert_int_eq(quota, known[_i].quota);
    ck_assert_int_eq(quota_rows[quota].dflt, known[_i].dflt);
}
END_TEST

START_TEST(test_every_quota_is_found_under_its_name)
{
    for (int i = 0; i < QUOTA_COUNT; i++) {
        enum quota quota;
        ck_assert_ptr_nonnull(quota_rows[i].name);
        ck_assert_int_gt(quota_rows[i].dflt, 0);
        ck_assert(quota_find(str_of(quota_rows[i].name), &quota));
        ck_assert_int_eq(quota, i);
    }
}
END_TEST

START_TEST(test_unknown_quotas)
{
    static const char *const unknown[] = {"", "users", "User", "UsersX", "Groups "};
    enum quota quota = QUOTA_COUNT;
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
        ck_assert_msg(!quota_find(str_of(unknown[i]), &quota), "%s", unknown[i]);
    ck_assert_int_eq(quota, QUOTA_COUNT);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, test_known_quotas, 0, ARRAY_LEN(known));
    tcase_add_test(tc, test_every_quota_is_found_under_its_name);
    tcase_add_test(tc, test_unknown_quotas);
    return suite_run("quota", tc);
}
