/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the root users of an organization's members are managed by others (IAM User Guide,
   "Centrally manage root access for member accounts"). */
#include "access/organization.h"
#include "iam_api.h"
#include "queries.h"

/* AWS undocumented: the order of these and, but for what they are about, the words. */
static int check_caller(struct call *c, const struct membership *m)
{
    if (!m->organization)
        return call_fail(c, ERR_ORGANIZATION_NOT_FOUND,
                         "No organization is associated with your account.");
    if (!m->is_management && !membership_delegates(m, "iam.amazonaws.com"))
        return call_fail(c, ERR_ACCOUNT_NOT_MANAGEMENT_OR_DELEGATED_ADMINISTRATOR,
                         "The account making the request is not the management account or "
                         "delegated administrator account for centralized root access.");
    if (!m->all_features)
        return call_fail(c, ERR_ORGANIZATION_NOT_IN_ALL_FEATURES_MODE,
                         "Your organization does not have All features enabled.");
    struct trusted_service_row row;
    const struct q_trusted_service_get iam = {m->organization, "iam.amazonaws.com"};
    int code = q_trusted_service_get(c->tx, &iam, &row);
    return code == ERR_NOT_FOUND
               ? call_fail(c, ERR_SERVICE_ACCESS_NOT_ENABLED,
                           "Trusted Access for IAM not enabled by organization of input account "
                           "%s.",
                           c->account)
               : code;
}

static void show(struct call *c, const struct membership *m, bool credentials, bool sessions,
                 struct iam_list_organizations_features_out *ret)
{
    const char **names = NEW_ARRAY(c->arena, const char *, 2);
    size_t n = 0;
    if (credentials)
        names[n++] = "RootCredentialsManagement";
    if (sessions)
        names[n++] = "RootSessions";
    ret->organization_id = m->organization;
    ret->enabled_features = (struct str_list){n, names};
}

static int find(struct call *c, const struct membership **ret)
{
    TRY(membership_of(c, c->account, ret));
    return check_caller(c, *ret);
}

static int set_credentials(struct call *c, bool on, struct iam_list_organizations_features_out *ret)
{
    const struct membership *m;
    TRY(find(c, &m));
    show(c, m, on, m->root_sessions, ret);
    return q_root_credentials_set(c->tx, &(struct q_root_credentials_set){m->organization, on});
}

static int set_sessions(struct call *c, bool on, struct iam_list_organizations_features_out *ret)
{
    const struct membership *m;
    TRY(find(c, &m));
    show(c, m, m->root_credentials, on, ret);
    return q_root_sessions_set(c->tx, &(struct q_root_sessions_set){m->organization, on});
}

int iam_enable_organizations_root_credentials_management(
    struct call *c, UNUSED const struct iam_enable_organizations_root_credentials_management_in *in,
    struct iam_list_organizations_features_out *out)
{
    return set_credentials(c, true, out);
}

int iam_disable_organizations_root_credentials_management(
    struct call *c,
    UNUSED const struct iam_disable_organizations_root_credentials_management_in *in,
    struct iam_list_organizations_features_out *out)
{
    return set_credentials(c, false, out);
}

int iam_enable_organizations_root_sessions(
    struct call *c, UNUSED const struct iam_enable_organizations_root_sessions_in *in,
    struct iam_list_organizations_features_out *out)
{
    return set_sessions(c, true, out);
}

int iam_disable_organizations_root_sessions(
    struct call *c, UNUSED const struct iam_disable_organizations_root_sessions_in *in,
    struct iam_list_organizations_features_out *out)
{
    return set_sessions(c, false, out);
}

int iam_list_organizations_features(struct call *c,
                                    UNUSED const struct iam_list_organizations_features_in *in,
                                    struct iam_list_organizations_features_out *out)
{
    const struct membership *m;
    TRY(find(c, &m));
    show(c, m, m->root_credentials, m->root_sessions, out);
    return OK;
}
