/* SPDX-License-Identifier: Apache-2.0 */
/* The organization of the account, and the forms of all pages about it. */
#include "server/console/organization.h"

#include "console_api.h"
#include "pages.h"
#include "server/page/show.h"

static const struct {
    const char *type, *label;
    const char *small; /* where there is little room; NULL: the label */
} labels[] = {
    {"SERVICE_CONTROL_POLICY", "Service control policies", "SCPs"},
    {"RESOURCE_CONTROL_POLICY", "Resource control policies", "RCPs"},
    {"TAG_POLICY", "Tag policies", NULL},
    {"BACKUP_POLICY", "Backup policies", NULL},
    {"AISERVICES_OPT_OUT_POLICY", "AI services opt-out policies", NULL},
    {"CHATBOT_POLICY", "Chat applications policies", NULL},
    {"DECLARATIVE_POLICY_EC2", "Declarative policies for EC2", NULL},
    {"SECURITYHUB_POLICY", "Security Hub policies", NULL},
    {"INSPECTOR_POLICY", "Inspector policies", NULL},
    {"UPGRADE_ROLLOUT_POLICY", "Upgrade rollout policies", NULL},
    {"BEDROCK_POLICY", "Bedrock policies", NULL},
    {"S3_POLICY", "S3 policies", NULL},
    {"NETWORK_SECURITY_DIRECTOR_POLICY", "Network security director policies", NULL},
};

const char *organization_type_label(const char *type)
{
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        if (strcmp(labels[i].type, type) == 0)
            return labels[i].label;
    }
    return type;
}

static bool is_enabled(json_t *of_root, const char *type)
{
    size_t i;
    json_t *item;
    json_array_foreach(of_root, i, item)
    {
        const char *name = json_string_value(json_object_get(item, "Type"));
        if (name && strcmp(name, type) == 0)
            return true;
    }
    return false;
}

json_t *organization_types(json_t *data, json_t *roots)
{
    json_t *root = json_array_get(json_object_get(roots, "Roots"), 0);
    json_t *of_root = json_object_get(root, "PolicyTypes");
    json_t *enabled = json_array(), *others = json_array();
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        const char *small = labels[i].small ? labels[i].small : labels[i].label;
        json_t *type = json_pack("{s:s, s:s, s:s}", "type", labels[i].type, "label",
                                 labels[i].label, "short", small);
        json_array_append_new(is_enabled(of_root, labels[i].type) ? enabled : others, type);
    }
    json_object_set_new(data, "types", enabled);
    json_object_set_new(data, "other_types", others);
    return root ? enabled : NULL;
}

static void add_delegates(struct call *c, json_t *data)
{
    json_t *body =
        rooms_ask(c, data, "delegates", "organizations", "ListDelegatedAdministrators", NULL);
    rooms_dates(json_object_get(body, "DelegatedAdministrators"), "DelegationEnabledDate");
    body = rooms_ask(c, data, "services", "organizations", "ListAWSServiceAccessForOrganization",
                     NULL);
    rooms_dates(json_object_get(body, "EnabledServicePrincipals"), "DateEnabled");
}

/* Accounts are made behind one's back: the address may be taken, which is told here alone. */
static void add_creations(struct call *c, json_t *data)
{
    json_t *states =
        json_pack("{s:[s, s], s:i}", "States", "IN_PROGRESS", "FAILED", "MaxResults", 10);
    json_t *body =
        rooms_ask(c, data, "creations", "organizations", "ListCreateAccountStatus", states);
    rooms_dates(json_object_get(body, "CreateAccountStatuses"), "RequestedTimestamp");
}

/* Those that accept it need not know its number by heart. */
static void add_handshakes(struct call *c, json_t *data, const char *op)
{
    json_t *body = rooms_ask(c, data, "handshakes", "organizations", op, NULL);
    rooms_dates(json_object_get(body, "Handshakes"), "ExpirationTimestamp");
}

/* What delegates more than services, and what the organization does for root users of members. */
static void add_rights(struct call *c, json_t *data)
{
    rooms_ask(c, data, "resource_policy", "organizations", "DescribeResourcePolicy", NULL);
    json_object_set_new(
        data, "no_resource_policy",
        json_boolean(rooms_is_refused(data, "resource_policy", "ResourcePolicyNotFoundException")));
    size_t i;
    json_t *feature, *on = json_object();
    json_t *body = rooms_ask(c, data, "features", "iam", "ListOrganizationsFeatures", NULL);
    json_array_foreach(json_object_get(body, "EnabledFeatures"), i, feature)
        json_object_set_new(on, json_string_value(feature), json_true());
    json_object_set_new(data, "features_on", on);
}

static void add_tree(struct call *c, json_t *data, const char *management)
{
    json_t *roots = rooms_ask(c, data, "roots", "organizations", "ListRoots", NULL);
    json_t *root = json_array_get(json_object_get(roots, "Roots"), 0);
    json_t *types = organization_types(data, roots);
    if (!root)
        return;
    json_object_set(data, "root", root);
    organization_tree(c, data, root, types, management);
}

int console_get_organization(struct call *c, UNUSED const struct console_get_organization_in *in)
{
    json_t *data = json_pack("{s:s, s:s}", "title", "Organization", "here", "organization");
    json_t *body =
        rooms_ask(c, data, "organization", "organizations", "DescribeOrganization", NULL);
    const char *management = json_string_value(
        json_object_get(json_object_get(body, "Organization"), "MasterAccountId"));
    bool none = rooms_is_refused(data, "organization", "AWSOrganizationsNotInUseException");
    bool manages = management && strcmp(management, c->account) == 0;
    json_object_set_new(data, "none", json_boolean(none));
    json_object_set_new(data, "manages", json_boolean(manages));
    if (!none) {
        add_tree(c, data, management);
        add_delegates(c, data);
        add_rights(c, data);
    }
    if (manages)
        add_creations(c, data);
    add_handshakes(c, data, manages ? "ListHandshakesForOrganization" : "ListHandshakesForAccount");
    json_object_set_new(data, "tab", json_string("organization"));
    return page_show(c, &page_organization, data);
}

#define HERE "organization"
#define NODE "organization/"
#define POLICIES "organization/policies?type="
#define POLICY "organization/policies/"

static const struct room_form forms[] = {
    {"create-organization", "organizations", "CreateOrganization", "FeatureSet", HERE, NULL, false},
    {"delete-organization", "organizations", "DeleteOrganization", "", HERE, NULL, true},
    {"leave-organization", "organizations", "LeaveOrganization", "", HERE, NULL, true},
    {"put-resource-policy", "organizations", "PutResourcePolicy", "Content", HERE, NULL, false},
    {"delete-resource-policy", "organizations", "DeleteResourcePolicy", "", HERE, NULL, true},
    {"enable-root-credentials", "iam", "EnableOrganizationsRootCredentialsManagement", "", HERE,
     NULL, false},
    {"disable-root-credentials", "iam", "DisableOrganizationsRootCredentialsManagement", "", HERE,
     NULL, false},
    {"enable-root-sessions", "iam", "EnableOrganizationsRootSessions", "", HERE, NULL, false},
    {"disable-root-sessions", "iam", "DisableOrganizationsRootSessions", "", HERE, NULL, false},
    {"enable-service", "organizations", "EnableAWSServiceAccess", "ServicePrincipal", HERE, NULL,
     false},
    {"disable-service", "organizations", "DisableAWSServiceAccess", "ServicePrincipal", HERE, NULL,
     false},
    {"register-delegate", "organizations", "RegisterDelegatedAdministrator",
     "AccountId ServicePrincipal", HERE, NULL, false},
    {"deregister-delegate", "organizations", "DeregisterDelegatedAdministrator",
     "AccountId ServicePrincipal", NODE, "AccountId", false},
    {"enable-type", "organizations", "EnablePolicyType", "RootId PolicyType", POLICIES,
     "PolicyType", false},
    {"disable-type", "organizations", "DisablePolicyType", "RootId PolicyType", POLICIES,
     "PolicyType", true},
    {"create-account", "organizations", "CreateAccount",
     "Email AccountName RoleName IamUserAccessToBilling", HERE, NULL, false},
    {"invite-account", "organizations", "InviteAccountToOrganization",
     "Target.Id Target.Type Notes", HERE, NULL, false},
    {"accept-handshake", "organizations", "AcceptHandshake", "HandshakeId", HERE, NULL, false},
    {"decline-handshake", "organizations", "DeclineHandshake", "HandshakeId", HERE, NULL, false},
    {"cancel-handshake", "organizations", "CancelHandshake", "HandshakeId", HERE, NULL, false},
    {"create-unit", "organizations", "CreateOrganizationalUnit", "ParentId Name", NODE, "ParentId",
     false},
    {"rename-unit", "organizations", "UpdateOrganizationalUnit", "OrganizationalUnitId Name", NODE,
     "OrganizationalUnitId", false},
    {"delete-unit", "organizations", "DeleteOrganizationalUnit", "OrganizationalUnitId", HERE, NULL,
     true},
    {"move-account", "organizations", "MoveAccount", "AccountId SourceParentId DestinationParentId",
     NODE, "AccountId", false},
    {"close-account", "organizations", "CloseAccount", "AccountId", NODE, "AccountId", true},
    {"remove-account", "organizations", "RemoveAccountFromOrganization", "AccountId", HERE, NULL,
     true},
    {"attach-policy", "organizations", "AttachPolicy", "PolicyId TargetId", NODE, "TargetId",
     false},
    {"detach-policy", "organizations", "DetachPolicy", "PolicyId TargetId", NODE, "TargetId",
     false},
    {"attach-target", "organizations", "AttachPolicy", "PolicyId TargetId", POLICY, "PolicyId",
     false},
    {"detach-target", "organizations", "DetachPolicy", "PolicyId TargetId", POLICY, "PolicyId",
     false},
    {"create-policy", "organizations", "CreatePolicy", "Content Description! Name Type", POLICIES,
     "Type", false},
    {"update-policy", "organizations", "UpdatePolicy", "PolicyId Name Description! Content", POLICY,
     "PolicyId", false},
    {"delete-policy", "organizations", "DeletePolicy", "PolicyId", POLICIES, "Type", true},
    {"tag", "organizations", "TagResource", "ResourceId Tags[].Key Tags[].Value!", NODE,
     "ResourceId", false},
    {"untag", "organizations", "UntagResource", "ResourceId TagKeys[]", NODE, "ResourceId", false},
};

int console_post_organization_form(struct call *c,
                                   const struct console_post_organization_form_in *in)
{
    return rooms_send(c, forms, ARRAY_LEN(forms), in->form, in);
}
