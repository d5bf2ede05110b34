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

/* Quotas, and what an account has, in AWS's order, that of a Java hash map. */
static const char *const summary_keys[] = {
    "GroupPolicySizeQuota",
    "InstanceProfilesQuota",
    "Policies",
    "GroupsPerUserQuota",
    "InstanceProfiles",
    "AttachedPoliciesPerUserQuota",
    "Users",
    "PoliciesQuota",
    "Providers",
    "AccountMFAEnabled",
    "AccessKeysPerUserQuota",
    "AssumeRolePolicySizeQuota",
    "PolicyVersionsInUseQuota",
    "GlobalEndpointTokenVersion",
    "VersionsPerPolicyQuota",
    "AttachedPoliciesPerGroupQuota",
    "PolicySizeQuota",
    "Groups",
    "AccountSigningCertificatesPresent",
    "UsersQuota",
    "ServerCertificatesQuota",
    "MFADevices",
    "UserPolicySizeQuota",
    "PolicyVersionsInUse",
    "ServerCertificates",
    "Roles",
    "RolesQuota",
    "SigningCertificatesPerUserQuota",
    "MFADevicesInUse",
    "RolePolicySizeQuota",
    "AttachedPoliciesPerRoleQuota",
    "AccountAccessKeysPresent",
    "AccountPasswordPresent",
    "GroupsQuota",
};

/* What is not there is none. */
static int64_t summary_value(struct call *c, const struct counter_row_list *counters,
                             const char *key)
{
    enum quota quota;
    const char *end = strstr(key, "Quota");
    if (end && quota_find((struct str){key, (size_t)(end - key)}, &quota))
        return call_quota(c, quota);
    for (size_t i = 0; i < counters->n; i++) {
        if (strcmp(counters->v[i].counter, key) == 0)
            return counters->v[i].n;
    }
    return 0;
}

int iam_get_account_summary(struct call *c, UNUSED const struct iam_get_account_summary_in *in,
                            struct iam_get_account_summary_out *out)
{
    struct counter_row_list counters;
    struct iam_summary_entry_list *map = &out->summary_map;
    TRY(q_account_summary(c->tx, &(struct q_account_summary){.account = c->account}, &counters));
    map->v = NEW_ARRAY(c->arena, struct iam_summary_entry, ARRAY_LEN(summary_keys));
    for (; map->n < ARRAY_LEN(summary_keys); map->n++) {
        const char *key = summary_keys[map->n];
        map->v[map->n] = (struct iam_summary_entry){key, summary_value(c, &counters, key)};
    }
    return OK;
}

int iam_set_security_token_service_preferences(
    struct call *c, const struct iam_set_security_token_service_preferences_in *in)
{
    int64_t version = str_starts(str_of(in->global_endpoint_token_version), STR("v2")) ? 2 : 1;
    return q_token_version_set(c->tx, &(struct q_token_version_set){c->account, version});
}
