/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/organizations/policy_type.h"

#include "model/rcp.h"

#define MANAGEMENT(type)                                                                           \
    {                                                                                              \
        .name = (type), .number = QUOTA_MANAGEMENT_POLICIES, .size = QUOTA_MANAGEMENT_POLICY_SIZE, \
        .attached = QUOTA_MANAGEMENT_POLICIES_PER_TARGET                                           \
    }

/* AWS undocumented: which other types need trusted access first. */
static const struct policy_type types[] = {
    {.name = "SERVICE_CONTROL_POLICY",
     .number = QUOTA_SERVICE_CONTROL_POLICIES,
     .size = QUOTA_SERVICE_CONTROL_POLICY_SIZE,
     .attached = QUOTA_SERVICE_CONTROL_POLICIES_PER_TARGET,
     .least = 1},
    {.name = "RESOURCE_CONTROL_POLICY",
     .number = QUOTA_RESOURCE_CONTROL_POLICIES,
     .size = QUOTA_RESOURCE_CONTROL_POLICY_SIZE,
     .attached = QUOTA_RESOURCE_CONTROL_POLICIES_PER_TARGET},
    {.name = "AISERVICES_OPT_OUT_POLICY",
     .number = QUOTA_MANAGEMENT_POLICIES,
     .size = QUOTA_AI_SERVICES_OPT_OUT_POLICY_SIZE,
     .attached = QUOTA_AI_SERVICES_OPT_OUT_POLICIES_PER_TARGET},
    {.name = "CHATBOT_POLICY",
     .number = QUOTA_MANAGEMENT_POLICIES,
     .size = QUOTA_MANAGEMENT_POLICY_SIZE,
     .attached = QUOTA_CHATBOT_POLICIES_PER_TARGET},
    {.name = "SECURITYHUB_POLICY",
     .number = QUOTA_MANAGEMENT_POLICIES,
     .size = QUOTA_MANAGEMENT_POLICY_SIZE,
     .attached = QUOTA_MANAGEMENT_POLICIES_PER_TARGET,
     .service = "securityhub.amazonaws.com"},
    MANAGEMENT("TAG_POLICY"),
    MANAGEMENT("BACKUP_POLICY"),
    MANAGEMENT("DECLARATIVE_POLICY_EC2"),
    MANAGEMENT("INSPECTOR_POLICY"),
    MANAGEMENT("UPGRADE_ROLLOUT_POLICY"),
    MANAGEMENT("BEDROCK_POLICY"),
    MANAGEMENT("S3_POLICY"),
    MANAGEMENT("NETWORK_SECURITY_DIRECTOR_POLICY"),
};

const struct policy_type *policy_type_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (strcmp(types[i].name, name) == 0)
            return &types[i];
    }
    ENSURE(!"a type of policies that the model does not have");
    return NULL;
}

/* One sentence for whatever is wrong; what it is, the explanation tells. */
static int malformed(struct call *c, const char *reason)
{
    c->reason = reason;
    return call_fail(c, ERR_MALFORMED_POLICY_DOCUMENT,
                     "The provided policy document does not meet the requirements of the specified "
                     "policy type.");
}

static int check_grammar(struct call *c, const char *content, enum policy_kind kind)
{
    const struct policy *policy;
    struct policy_error error;
    int code = policy_compile(c->arena, str_of(content), kind, &policy, &error);
    if (code != ERR_MALFORMED)
        return code;
    return malformed(
        c, arena_printf(c->arena, "%s (%s)", error.message, policy_error_place(c->arena, &error)));
}

/* Of a statement of a resource control policy that is formally good. */
static int check_covered(struct call *c, const struct node *statement)
{
    const struct node *actions = node_get(statement, "Action");
    if (!str_is(node_get(statement, "Effect")->text, "Deny"))
        return malformed(c, "Only AWS's own resource control policy allows anything.");
    for (const struct node *e = entries_first(actions); e; e = entries_next(actions, e)) {
        struct str rest = e->text, service = str_cut(&rest, ':');
        if (!rcp_covers(service))
            return malformed(c,
                             arena_printf(c->arena, "Resource control policies do not cover %.*s.",
                                          STR_FMT(service)));
    }
    return OK;
}

/* What customers may write is less than what RCPFullAWSAccess has. */
static int check_rcp(struct call *c, const char *content)
{
    const struct node *root;
    size_t bad;
    TRY(check_grammar(c, content, POLICY_RCP));
    ENSURE(node_read(c->arena, str_of(content), &root, &bad)); /* it was compiled */
    const struct node *statements = node_get(root, "Statement");
    for (const struct node *e = entries_first(statements); e; e = entries_next(statements, e))
        TRY(check_covered(c, e));
    return OK;
}

static int check_settings(struct call *c, const struct policy_type *type, const char *content)
{
    const struct node *document;
    struct policy_error error;
    int code =
        inherit_read(c->arena, str_of(content), inherit_grammar(type->name), &document, &error);
    return code == ERR_MALFORMED ? malformed(c, policy_error_place(c->arena, &error)) : code;
}

int policy_type_check(struct call *c, const struct policy_type *type, const char *content)
{
    if ((int64_t)str_utf8_len(str_of(content)) > call_quota(c, type->size))
        return call_violates(c, ERR_CONSTRAINT_VIOLATION, "POLICY_CONTENT_LIMIT_EXCEEDED",
                             "You have exceeded the maximum policy size.");
    if (strcmp(type->name, "SERVICE_CONTROL_POLICY") == 0)
        return check_grammar(c, content, POLICY_SCP);
    if (strcmp(type->name, "RESOURCE_CONTROL_POLICY") == 0)
        return check_rcp(c, content);
    return check_settings(c, type, content);
}

int policy_type_enabled(struct call *c, const char *type, bool *ret)
{
    const char *organization = c->organization;
    struct organization_policy_kind_row row;
    int code = q_organization_policy_kind_get(
        c->tx, &(struct q_organization_policy_kind_get){organization, type}, &row);
    *ret = code == OK;
    return code == ERR_NOT_FOUND ? OK : code;
}

int policy_type_check_enabled(struct call *c, const char *type)
{
    bool enabled;
    TRY(policy_type_enabled(c, type, &enabled));
    return enabled ? OK
                   : call_fail(c, ERR_POLICY_TYPE_NOT_ENABLED,
                               "This operation can be performed only for enabled policy types.");
}

int policy_type_changed(struct call *c, const char *type)
{
    if (!inherit_grammar(type))
        return OK;
    return q_organization_policy_kind_update(
        c->tx, &(struct q_organization_policy_kind_update){c->organization, type,
                                                           clock_now_ms(&c->sandbox->clock)});
}

/* AWS undocumented: the sentence. */
int policy_type_check_unneeded(struct call *c, const char *service)
{
    bool enabled = false;
    for (size_t i = 0; i < ARRAY_LEN(types) && !enabled; i++) {
        if (types[i].service && strcmp(types[i].service, service) == 0)
            TRY(policy_type_enabled(c, types[i].name, &enabled));
    }
    if (!enabled)
        return OK;
    return call_violates(c, ERR_CONSTRAINT_VIOLATION, "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE",
                         "You must disable the policy type of this service before you disable "
                         "service access.");
}

/* AWS undocumented: the sentence; it is the beginning of its documentation's. */
int policy_type_check_available(struct call *c)
{
    if (c->membership->all_features)
        return OK;
    return call_fail(c, ERR_POLICY_TYPE_NOT_AVAILABLE_FOR_ORGANIZATION,
                     "You can't use the specified policy type with the feature set currently "
                     "enabled for this organization.");
}
