/* SPDX-License-Identifier: Apache-2.0 */
#include "call/page.h"
#include "iam_api.h"
#include "queries.h"

int iam_create_account_alias(struct call *c, const struct iam_create_account_alias_in *in)
{
    struct count_row taken;
    TRY(q_alias_taken(c->tx, &(struct q_alias_taken){.alias = in->account_alias}, &taken));
    if (taken.n > 0)
        return call_fail(c, ERR_ENTITY_ALREADY_EXISTS, "The account alias %s already exists.",
                         in->account_alias);
    return q_alias_set(c->tx,
                       &(struct q_alias_set){.account = c->account, .alias = in->account_alias});
}

int iam_delete_account_alias(struct call *c, const struct iam_delete_account_alias_in *in)
{
    TRY(q_alias_delete(
        c->tx, &(struct q_alias_delete){.account = c->account, .alias = in->account_alias}));
    if (c->tx->changes == 0) /* AWS undocumented: wording */
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The account alias %s cannot be found.",
                         in->account_alias);
    return OK;
}

/* An account has at most one alias. */
int iam_list_account_aliases(struct call *c, const struct iam_list_account_aliases_in *in,
                             struct iam_list_account_aliases_out *out)
{
    const char *after;
    struct alias_row_list rows;
    TRY(page_after(c, in->marker, &after));
    TRY(q_alias_get(c->tx, &(struct q_alias_get){.account = c->account}, &rows));
    out->account_aliases.v = NEW_ARRAY(c->arena, const char *, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        out->account_aliases.v[out->account_aliases.n++] = rows.v[i].alias;
    return OK;
}

/*
 * In AWS's order, that of a Java hash map. What is not built has a true count: none. AWS
 * undocumented: that PolicyVersionsInUse counts the policies, AWS's own included, that are
 * attached or are a boundary; each of them is used in its default version.
 */
static void add_summary(struct call *c, const struct summary_row *row,
                        struct iam_summary_entry_list *ret)
{
    const struct iam_summary_entry entries[] = {
        {"GroupPolicySizeQuota", call_quota(c, QUOTA_GROUP_POLICY_SIZE)},
        {"InstanceProfilesQuota", call_quota(c, QUOTA_INSTANCE_PROFILES)},
        {"Policies", row->policies},
        {"GroupsPerUserQuota", call_quota(c, QUOTA_GROUPS_PER_USER)},
        {"InstanceProfiles", row->instance_profiles},
        {"AttachedPoliciesPerUserQuota", call_quota(c, QUOTA_ATTACHED_POLICIES_PER_USER)},
        {"Users", row->users},
        {"PoliciesQuota", call_quota(c, QUOTA_POLICIES)},
        {"Providers", row->oidc_providers + row->saml_providers},
        {"AccountMFAEnabled", row->root_mfa},
        {"AccessKeysPerUserQuota", call_quota(c, QUOTA_ACCESS_KEYS_PER_USER)},
        {"AssumeRolePolicySizeQuota", call_quota(c, QUOTA_TRUST_POLICY_SIZE)},
        {"PolicyVersionsInUseQuota", 10000},
        {"GlobalEndpointTokenVersion", 1},
        {"VersionsPerPolicyQuota", call_quota(c, QUOTA_VERSIONS_PER_POLICY)},
        {"AttachedPoliciesPerGroupQuota", call_quota(c, QUOTA_ATTACHED_POLICIES_PER_GROUP)},
        {"PolicySizeQuota", call_quota(c, QUOTA_POLICY_SIZE)},
        {"Groups", row->user_groups},
        {"AccountSigningCertificatesPresent", 0},
        {"UsersQuota", call_quota(c, QUOTA_USERS)},
        {"ServerCertificatesQuota", 20},
        {"MFADevices", row->mfa_devices},
        {"UserPolicySizeQuota", call_quota(c, QUOTA_USER_POLICY_SIZE)},
        {"PolicyVersionsInUse", row->policies_in_use},
        {"ServerCertificates", 0},
        {"Roles", row->roles},
        {"RolesQuota", call_quota(c, QUOTA_ROLES)},
        {"SigningCertificatesPerUserQuota", 2},
        {"MFADevicesInUse", row->mfa_in_use},
        {"RolePolicySizeQuota", call_quota(c, QUOTA_ROLE_POLICY_SIZE)},
        {"AttachedPoliciesPerRoleQuota", call_quota(c, QUOTA_ATTACHED_POLICIES_PER_ROLE)},
        {"AccountAccessKeysPresent", row->root_keys},
        {"AccountPasswordPresent", 0},
        {"GroupsQuota", call_quota(c, QUOTA_GROUPS)},
    };
    ret->n = ARRAY_LEN(entries);
    ret->v = NEW_ARRAY(c->arena, struct iam_summary_entry, ret->n);
    memcpy(ret->v, entries, sizeof entries);
}

int iam_get_account_summary(struct call *c, UNUSED const struct iam_get_account_summary_in *in,
                            struct iam_get_account_summary_out *out)
{
    struct summary_row row;
    TRY(q_account_summary(c->tx, &(struct q_account_summary){.id = c->account}, &row));
    add_summary(c, &row, &out->summary_map);
    return OK;
}
