/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What documents of each type may hold (Organizations User Guide, the pages "... policy syntax and
 * examples", as of September 2026). AWS undocumented: what a document may hold beyond what these
 * pages tell. Where AWS adds members now and then, others are accepted, too.
 */
#include "inheritance/inheritance_priv.h"

#define RULES(array) .members = (array), .n = ARRAY_LEN(array)
#define ONE(text)                                                                                  \
    {                                                                                              \
        .name = (text), .kind = RULE_ONE                                                           \
    }
#define CHOICE(text, words)                                                                        \
    {                                                                                              \
        .name = (text), .kind = RULE_ONE, .choices = (words)                                       \
    }
#define LIST(text)                                                                                 \
    {                                                                                              \
        .name = (text), .kind = RULE_LIST                                                          \
    }
#define EITHER(text)                                                                               \
    {                                                                                              \
        .name = (text), .kind = RULE_EITHER                                                        \
    }
#define FIELDS(text, array)                                                                        \
    {                                                                                              \
        .name = (text), .kind = RULE_FIELDS, RULES(array)                                          \
    }
#define MAP(text, array)                                                                           \
    {                                                                                              \
        .name = (text), .kind = RULE_MAP, RULES(array)                                             \
    }
#define FOLDED(text, array)                                                                        \
    {                                                                                              \
        .name = (text), .kind = RULE_MAP, .folded = true, RULES(array)                             \
    }

/* Tags */
static const struct inherit_rule tag_fields[] = {
    {.name = "tag_key", .kind = RULE_ONE, .tag_key = true},
    {.name = "tag_value", .kind = RULE_LIST, .tag_value = true},
    LIST("enforced_for"),
    LIST("report_required_tag_for"),
};
static const struct inherit_rule tag[] = {FIELDS(NULL, tag_fields)};
static const struct inherit_rule tag_policy[] = {FOLDED("tags", tag)};

/* Backups. The guide's examples have `to_delete_after_days` as well as `delete_after_days`. */
static const struct inherit_rule lifecycle_fields[] = {
    ONE("move_to_cold_storage_after_days"),
    ONE("delete_after_days"),
    ONE("to_delete_after_days"),
    ONE("opt_in_to_archive_for_supported_resources"),
};
static const struct inherit_rule copy_fields[] = {
    ONE("target_backup_vault_arn"),
    FIELDS("lifecycle", lifecycle_fields),
};
static const struct inherit_rule copy[] = {FIELDS(NULL, copy_fields)};
static const struct inherit_rule backup_tag_fields[] = {ONE("tag_key"), EITHER("tag_value")};
static const struct inherit_rule backup_tag[] = {FIELDS(NULL, backup_tag_fields)};
static const struct inherit_rule backup_rule_fields[] = {
    ONE("schedule_expression"),         ONE("schedule_expression_timezone"),
    ONE("start_backup_window_minutes"), ONE("complete_backup_window_minutes"),
    ONE("target_backup_vault_name"),    ONE("target_logically_air_gapped_backup_vault_arn"),
    ONE("enable_continuous_backup"),    FIELDS("lifecycle", lifecycle_fields),
    FOLDED("copy_actions", copy),       FOLDED("recovery_point_tags", backup_tag),
};
static const struct inherit_rule backup_rule[] = {
    {.kind = RULE_FIELDS, .more = true, RULES(backup_rule_fields)}};
static const struct inherit_rule selected_tag_fields[] = {
    ONE("iam_role_arn"),
    ONE("tag_key"),
    LIST("tag_value"),
};
static const struct inherit_rule selected_tag[] = {FIELDS(NULL, selected_tag_fields)};
static const struct inherit_rule selection_fields[] = {FOLDED("tags", selected_tag)};
static const struct inherit_rule plan_fields[] = {
    {.name = "rules", .kind = RULE_MAP, .folded = true, .max = 10, RULES(backup_rule)},
    LIST("regions"),
    {.name = "selections", .kind = RULE_FIELDS, .more = true, RULES(selection_fields)},
    FOLDED("backup_plan_tags", backup_tag),
};
static const struct inherit_rule plan[] = {{.kind = RULE_FIELDS, .more = true, RULES(plan_fields)}};
static const struct inherit_rule backup_policy[] = {MAP("plans", plan)};

/* AI services */
static const struct inherit_rule ai_fields[] = {CHOICE("opt_out_policy", "optIn optOut ")};
static const struct inherit_rule ai_service[] = {FIELDS(NULL, ai_fields)};
static const struct inherit_rule ai_policy[] = {FOLDED("services", ai_service)};

/* Chat applications */
#define CLIENT CHOICE("client", "enabled disabled ")
#define CHANNELS                                                                                   \
    {                                                                                              \
        .name = "supported_channel_types", .kind = RULE_LIST, .choices = "public private "         \
    }
#define ROLES                                                                                      \
    {                                                                                              \
        .name = "supported_role_settings", .kind = RULE_LIST, .choices = "user_role channel_role " \
    }
static const struct inherit_rule slack_rules[] = {CHANNELS, ROLES};
static const struct inherit_rule workspace[] = {FIELDS(NULL, slack_rules)};
static const struct inherit_rule slack_fields[] = {
    CLIENT,
    {.name = "workspaces", .kind = RULE_LIST, .max = 255},
    FIELDS("default", slack_rules),
    {.name = "overrides", .kind = RULE_MAP, .max = 255, RULES(workspace)},
};
static const struct inherit_rule teams_rules[] = {ROLES};
static const struct inherit_rule team[] = {FIELDS(NULL, teams_rules)};
static const struct inherit_rule tenant_teams[] = {{.kind = RULE_LIST, .max = 36}};
static const struct inherit_rule tenant_overrides[] = {{.kind = RULE_MAP, .max = 36, RULES(team)}};
static const struct inherit_rule teams_fields[] = {
    CLIENT,
    {.name = "tenants", .kind = RULE_MAP, .max = 36, RULES(tenant_teams)},
    FIELDS("default", teams_rules),
    {.name = "overrides", .kind = RULE_MAP, .max = 36, RULES(tenant_overrides)},
};
static const struct inherit_rule client_fields[] = {CLIENT};
static const struct inherit_rule platform_fields[] = {
    FIELDS("slack", slack_fields),
    FIELDS("microsoft_teams", teams_fields),
    FIELDS("chime", client_fields),
};
static const struct inherit_rule chatbot_fields[] = {
    FIELDS("platforms", platform_fields),
    FIELDS("default", client_fields),
};
static const struct inherit_rule chatbot_policy[] = {FIELDS("chatbot", chatbot_fields)};

/* Attributes of EC2 */
static const struct inherit_rule ec2_fields[] = {ONE("exception_message")};
static const struct inherit_rule ec2_policy[] = {
    {.name = "ec2_attributes", .kind = RULE_FIELDS, .more = true, RULES(ec2_fields)}};

/* Services that are on or off by region */
static const struct inherit_rule region_fields[] = {
    {.name = "enable_in_regions", .kind = RULE_LIST, .required = true},
    {.name = "disable_in_regions", .kind = RULE_LIST, .required = true},
};
static const struct inherit_rule scanning[] = {
    {.kind = RULE_FIELDS, .more = true, RULES(region_fields)}};
static const struct inherit_rule security_hub_policy[] = {
    {.name = "securityhub", .kind = RULE_FIELDS, .more = true, RULES(region_fields)}};
static const struct inherit_rule enablement_fields[] = {MAP("enablement", scanning)};
static const struct inherit_rule inspector_policy[] = {FIELDS("inspector", enablement_fields)};
static const struct inherit_rule network_policy[] = {
    FIELDS("network_security_director", enablement_fields)};

/* Of the others, the guide tells the name on top; below it, anything goes. */
#define OPEN(text)                                                                                 \
    {                                                                                              \
        .name = (text), .kind = RULE_OPEN                                                          \
    }
static const struct inherit_rule upgrade_policy[] = {OPEN("upgrade_rollout")};
static const struct inherit_rule bedrock_policy[] = {OPEN("bedrock")};
static const struct inherit_rule s3_policy[] = {OPEN("s3_attributes")};

static const struct inherit_rule types[] = {
    FIELDS("TAG_POLICY", tag_policy),
    FIELDS("BACKUP_POLICY", backup_policy),
    FIELDS("AISERVICES_OPT_OUT_POLICY", ai_policy),
    FIELDS("CHATBOT_POLICY", chatbot_policy),
    FIELDS("DECLARATIVE_POLICY_EC2", ec2_policy),
    FIELDS("SECURITYHUB_POLICY", security_hub_policy),
    FIELDS("INSPECTOR_POLICY", inspector_policy),
    FIELDS("UPGRADE_ROLLOUT_POLICY", upgrade_policy),
    FIELDS("BEDROCK_POLICY", bedrock_policy),
    FIELDS("S3_POLICY", s3_policy),
    FIELDS("NETWORK_SECURITY_DIRECTOR_POLICY", network_policy),
};

const struct inherit_rule *inherit_grammar(const char *type)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (str_is(str_of(type), types[i].name))
            return &types[i];
    }
    return NULL;
}
