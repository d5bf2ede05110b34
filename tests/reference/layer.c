/* SPDX-License-Identifier: Apache-2.0 */
/* The documents of a decision line, layer by layer, and the statements in them that apply. */
#include <stdio.h>
#include <string.h>

#include "evaluator.h"

static const char *const members[] = {
    [REF_SCP] = "scps",
    [REF_RCP] = "rcps",
    [REF_VPC_ENDPOINT] = "vpc_endpoint_policy",
    [REF_RESOURCE] = "resource_policy",
    [REF_IDENTITY] = "identity_policies",
    [REF_BOUNDARY] = "boundary",
    [REF_SESSION_POLICY] = "session_policy",
};

/* A policy stands there as it is, or with a name. */
static json_t *named(json_t *policy, const char *name)
{
    json_t *document = json_object_get(policy, "document");
    const char *given = json_string_value(json_object_get(policy, "name"));
    return json_pack("{s:s, s:O}", "name", given ? given : name, "document",
                     document ? document : policy);
}

/* PREFIX[0], PREFIX[1], ... */
static json_t *named_list(json_t *policies, const char *prefix)
{
    json_t *result = json_array(), *policy;
    size_t i;
    json_array_foreach(policies, i, policy)
    {
        char name[128];
        snprintf(name, sizeof(name), "%s[%zu]", prefix, i);
        json_array_append_new(result, named(policy, name));
    }
    return result;
}

static json_t *organization_levels(json_t *levels, const char *prefix)
{
    json_t *result = json_array(), *level;
    size_t i;
    json_array_foreach(levels, i, level)
    {
        char name[64];
        snprintf(name, sizeof(name), "%s[%zu]", prefix, i);
        json_array_append_new(result, named_list(level, name));
    }
    return result;
}

json_t *ref_layer_levels(const struct ref_request *r, enum ref_layer layer)
{
    json_t *value = json_object_get(r->line, members[layer]);
    if (!value || json_is_null(value))
        return json_array();
    switch (layer) {
    case REF_SCP:
        return organization_levels(value, "scp");
    case REF_RCP:
        return organization_levels(value, "rcp");
    case REF_IDENTITY:
        return json_pack("[o]", named_list(value, "identity"));
    case REF_SESSION_POLICY:
        if (json_is_array(value))
            return json_pack("[o]", named_list(value, "session"));
        return json_pack("[[o]]", named(value, "session[0]"));
    case REF_VPC_ENDPOINT:
        return json_pack("[[o]]", named(value, "vpc_endpoint"));
    case REF_RESOURCE:
        return json_pack("[[o]]", named(value, "resource"));
    case REF_BOUNDARY:
        break;
    }
    return json_pack("[[o]]", named(value, "boundary"));
}

bool ref_is_trust(const struct ref_request *r)
{
    return ref_is_service(r, "sts") && ref_is_resource(r, "iam", "role/");
}

static struct ref_scope scope_of(const struct ref_request *r, enum ref_layer layer,
                                 json_t *document)
{
    const char *version = json_string_value(json_object_get(document, "Version"));
    return (struct ref_scope){
        .request = r,
        .variables = version && !strcmp(version, "2012-10-17"),
        .short_names = layer != REF_RESOURCE || ref_is_trust(r),
    };
}

/* What a search in a layer looks for. */
struct search {
    const struct ref_request *request;
    enum ref_layer layer;
    const char *effect;
    bool closest; /* or else the first */
};

static bool is_better(const struct search *search, enum ref_level level,
                      const struct ref_found *than)
{
    return search->closest ? level > than->level : level != REF_NOBODY && than->level == REF_NOBODY;
}

static enum ref_level statement_level(const struct search *search, const struct ref_scope *scope,
                                      json_t *statement)
{
    const char *effect = json_string_value(json_object_get(statement, "Effect"));
    if (strcmp(effect, search->effect) != 0 || !ref_statement_matches(scope, statement))
        return REF_NOBODY;
    return ref_principal_level(search->request, statement);
}

static void search_document(const struct search *search, json_t *policy, struct ref_found *found)
{
    json_t *document = json_object_get(policy, "document"), *statement;
    json_t *statements = ref_list(json_object_get(document, "Statement"));
    struct ref_scope scope = scope_of(search->request, search->layer, document);
    const char *name = json_string_value(json_object_get(policy, "name"));
    size_t i;
    json_array_foreach(statements, i, statement)
    {
        enum ref_level level = statement_level(search, &scope, statement);
        if (!is_better(search, level, found))
            continue;
        *found = (struct ref_found){.level = level, .statement = i};
        snprintf(found->policy, sizeof(found->policy), "%s", name);
    }
    json_decref(statements);
}

static void search_level(const struct search *search, json_t *level, struct ref_found *found)
{
    size_t i;
    json_t *policy;
    json_array_foreach(level, i, policy) search_document(search, policy, found);
}

static struct ref_found search_layer(const struct search *search)
{
    struct ref_found found = {.level = REF_NOBODY};
    json_t *levels = ref_layer_levels(search->request, search->layer), *level;
    size_t i;
    json_array_foreach(levels, i, level) search_level(search, level, &found);
    json_decref(levels);
    return found;
}

struct ref_found ref_first(const struct ref_request *r, enum ref_layer layer, const char *effect)
{
    return search_layer(&(struct search){r, layer, effect, false});
}

struct ref_found ref_closest(const struct ref_request *r, enum ref_layer layer, const char *effect)
{
    return search_layer(&(struct search){r, layer, effect, true});
}

bool ref_all_levels_allow(const struct ref_request *r, enum ref_layer layer)
{
    struct search search = {r, layer, "Allow", false};
    json_t *levels = ref_layer_levels(r, layer), *level;
    size_t i;
    bool all = true;
    json_array_foreach(levels, i, level)
    {
        struct ref_found found = {.level = REF_NOBODY};
        search_level(&search, level, &found);
        all = all && found.level != REF_NOBODY;
    }
    json_decref(levels);
    return all;
}
