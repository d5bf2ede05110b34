/* SPDX-License-Identifier: Apache-2.0 */
/* The order of the layers: "Policy evaluation logic" and the pages below it. */
#include "reference.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "evaluator.h"

static json_t *outcome(const char *decision, const char *layer, const struct ref_found *found)
{
    if (!found)
        return json_pack("{s:s, s:s, s:n, s:n}", "decision", decision, "layer", layer, "policy",
                         "statement");
    return json_pack("{s:s, s:s, s:s, s:I}", "decision", decision, "layer", layer, "policy",
                     found->policy, "statement", (json_int_t)found->statement);
}

static json_t *implicit_deny(const char *layer)
{
    return outcome("ImplicitDeny", layer, NULL);
}

static const char *layer_name(const struct ref_request *r, enum ref_layer layer)
{
    static const char *const names[] = {
        [REF_SCP] = "scp",
        [REF_RCP] = "rcp",
        [REF_VPC_ENDPOINT] = "vpc_endpoint",
        [REF_RESOURCE] = "resource",
        [REF_IDENTITY] = "identity",
        [REF_BOUNDARY] = "boundary",
        [REF_SESSION_POLICY] = "session",
    };
    return layer == REF_RESOURCE && ref_is_trust(r) ? "trust" : names[layer];
}

static bool is_one_of(const char *text, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strcasecmp(text, names[i]))
            return true;
    return false;
}

#define IS_ONE_OF(text, names) is_one_of(text, names, sizeof(names) / sizeof(*(names)))

/* AWS Organizations: "Resource control policies", the list of services as of 2026-09. */
static const char rcp_services[] =
    " aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront"
    " cloudsearch cloudtrail-data codeartifact codebuild codecommit codepipeline cognito-identity"
    " cognito-idp comprehend comprehendmedical compute-optimizer cost-optimization-hub dax dsql"
    " dynamodb ecr ecr-public events firehose fis fms gamelift health inspector-scan kendra"
    " kinesisvideo kms logs memorydb networkmonitor notifications opensearch pca-connector-ad"
    " personalize polly pricing resource-groups rolesanywhere s3 secretsmanager servicediscovery"
    " signin sqs sts support swf textract timestream-influxdb transcribe transfer translate wafv2"
    " workspaces xray ";

static bool takes_rcps(const struct ref_request *r)
{
    char word[64];
    snprintf(word, sizeof(word), " %.*s ", (int)strcspn(r->action, ":"), r->action);
    bool free = !strcmp(r->resource, "*") || !strcasecmp(r->action, "kms:RetireGrant");
    return !free && strcasestr(rcp_services, word) != NULL;
}

static bool owns_resource(const struct ref_request *r)
{
    return ref_has_account(r) && !strcmp(r->account, r->resource_account);
}

/* So that a bucket whose policy shuts everybody out can be opened again. */
static bool escapes_resource_policy(const struct ref_request *r)
{
    static const char *const actions[] = {"s3:GetBucketPolicy", "s3:PutBucketPolicy",
                                          "s3:DeleteBucketPolicy"};
    return r->caller == REF_ROOT && owns_resource(r) && IS_ONE_OF(r->action, actions);
}

static bool is_subject_to(const struct ref_request *r, enum ref_layer layer)
{
    bool management = ref_is_set(r, "management_account");
    bool service_linked = ref_is_set(r, "service_linked_role");
    switch (layer) {
    case REF_SCP:
        return ref_has_account(r) && !management && !service_linked;
    case REF_RCP:
        return takes_rcps(r) && !service_linked && !(management && owns_resource(r));
    case REF_VPC_ENDPOINT:
        return true;
    case REF_RESOURCE:
        return !escapes_resource_policy(r);
    case REF_IDENTITY:
    case REF_BOUNDARY:
        break;
    case REF_SESSION_POLICY: /* of a root user: what AssumeRoot gives it, which denies */
        return ref_has_account(r);
    }
    return ref_has_identity(r);
}

static bool has(const struct ref_request *r, enum ref_layer layer)
{
    json_t *levels = ref_layer_levels(r, layer);
    bool some = json_array_size(levels) > 0;
    json_decref(levels);
    return some;
}

static bool has_session_policies(const struct ref_request *r)
{
    json_t *levels = ref_layer_levels(r, REF_SESSION_POLICY);
    bool some = json_array_size(json_array_get(levels, 0)) > 0;
    json_decref(levels);
    return some;
}

static bool allows(const struct ref_request *r, enum ref_layer layer)
{
    return ref_first(r, layer, "Allow").level != REF_NOBODY;
}

/* Calls that need no permission. */
static bool is_free(const struct ref_request *r)
{
    if (!strcasecmp(r->action, "sts:GetCallerIdentity"))
        return ref_has_account(r);
    return !strcasecmp(r->action, "sts:GetSessionToken") &&
           (r->caller == REF_ROOT || r->caller == REF_USER);
}

static json_t *explicit_deny(const struct ref_request *r)
{
    static const enum ref_layer order[] = {REF_SCP,           REF_RCP,      REF_VPC_ENDPOINT,
                                           REF_RESOURCE,      REF_IDENTITY, REF_BOUNDARY,
                                           REF_SESSION_POLICY};
    for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
        if (!is_subject_to(r, order[i]))
            continue;
        struct ref_found found = ref_first(r, order[i], "Deny");
        if (found.level != REF_NOBODY)
            return outcome("ExplicitDeny", layer_name(r, order[i]), &found);
    }
    return NULL;
}

/* Boundary and session policies grant nothing, but what they do not allow is not granted. */
static json_t *limit(const struct ref_request *r)
{
    bool needs_session = has_session_policies(r) || r->caller == REF_FEDERATED_USER;
    if (has(r, REF_BOUNDARY) && !allows(r, REF_BOUNDARY))
        return implicit_deny("boundary");
    if (needs_session && !allows(r, REF_SESSION_POLICY))
        return implicit_deny("session");
    return NULL;
}

static json_t *limited(const struct ref_request *r, enum ref_layer layer,
                       const struct ref_found *found)
{
    json_t *denied = limit(r);
    return denied ? denied : outcome("Allow", layer_name(r, layer), found);
}

/* The grant has to come from the caller's own policies. */
static json_t *by_identity(const struct ref_request *r)
{
    struct ref_found found = ref_first(r, REF_IDENTITY, "Allow");
    if (found.level == REF_NOBODY)
        return implicit_deny("identity");
    return limited(r, REF_IDENTITY, &found);
}

/* "Cross-account policy evaluation logic": each account has to allow, with its own policies. */
static json_t *across_accounts(const struct ref_request *r, const struct ref_found *granted)
{
    if (granted->level == REF_NOBODY)
        return implicit_deny(layer_name(r, REF_RESOURCE));
    if (r->caller != REF_ROOT && !allows(r, REF_IDENTITY))
        return implicit_deny("identity");
    if (r->caller == REF_ROOT)
        return outcome("Allow", layer_name(r, REF_RESOURCE), granted);
    return limited(r, REF_RESOURCE, granted);
}

/* Nobody gets at a role or a key, not even its account, unless its policy says so. */
static json_t *within_account(const struct ref_request *r, const struct ref_found *granted)
{
    const char *layer = layer_name(r, REF_RESOURCE);
    bool is_key = !strncasecmp(r->action, "kms:", 4) && ref_is_resource(r, "kms", "key/");
    bool required = ref_is_trust(r) || is_key;
    if (required && granted->level == REF_NOBODY)
        return implicit_deny(layer);
    if (r->caller == REF_ROOT)
        return required ? outcome("Allow", layer, granted) : outcome("Allow", "root", NULL);
    if (granted->level == REF_DIRECT)
        return outcome("Allow", layer, granted);
    if (granted->level == REF_ISSUER)
        return limited(r, REF_RESOURCE, granted);
    return by_identity(r);
}

static json_t *grant(const struct ref_request *r)
{
    struct ref_found granted = ref_closest(r, REF_RESOURCE, "Allow");
    const char *layer = layer_name(r, REF_RESOURCE);
    if (!ref_has_account(r))
        return granted.level == REF_DIRECT ? outcome("Allow", layer, &granted)
                                           : implicit_deny(layer);
    return owns_resource(r) ? within_account(r, &granted) : across_accounts(r, &granted);
}

json_t *reference_decide(json_t *line)
{
    struct ref_request r;
    ref_request_read(line, &r);
    if (is_free(&r))
        return outcome("Allow", "none", NULL);
    if (r.caller == REF_ROOT && (ref_is_trust(&r) || !strcasecmp(r.action, "sts:AssumeRoot")))
        return implicit_deny("root"); /* roles may not be assumed by root, nor other root users */
    json_t *denied = explicit_deny(&r);
    if (denied)
        return denied;
    if (is_subject_to(&r, REF_SCP) && !ref_all_levels_allow(&r, REF_SCP))
        return implicit_deny("scp");
    if (has(&r, REF_VPC_ENDPOINT) && !allows(&r, REF_VPC_ENDPOINT))
        return implicit_deny("vpc_endpoint");
    return grant(&r);
}
