/* SPDX-License-Identifier: Apache-2.0 */
/* The policies of an organization, and one of them with what it is attached to. */
#include "console_api.h"
#include "pages.h"
#include "server/console/document.h"
#include "server/console/organization.h"
#include "server/page/show.h"

static json_t *with_token(json_t *in, const char *token)
{
    if (token && *token)
        json_object_set_new(in, "NextToken", json_string(token));
    return in;
}

/* Marks the one that is shown. Whether it is one of them. */
static bool choose(json_t *types, const char *type)
{
    size_t i;
    json_t *item;
    json_array_foreach(types, i, item)
    {
        if (strcmp(json_string_value(json_object_get(item, "type")), type) == 0)
            return json_object_set_new(item, "shown", json_true()) == 0;
    }
    return false;
}

static void show_type(struct call *c, json_t *data, const char *type)
{
    json_t *roots = rooms_ask(c, data, "roots", "organizations", "ListRoots", NULL);
    bool enabled = choose(organization_types(data, roots), type);
    choose(json_object_get(data, "other_types"), type);
    json_object_set_new(data, "enabled", json_boolean(enabled));
    json_t *root = json_array_get(json_object_get(roots, "Roots"), 0);
    json_object_set_new(data, "root", json_pack("{s:O*}", "Id", json_object_get(root, "Id")));
    json_object_set_new(data, "type", json_string(type));
    json_object_set_new(data, "label", json_string(organization_type_label(type)));
}

int console_get_organization_policies(struct call *c,
                                      const struct console_get_organization_policies_in *in)
{
    json_t *data =
        json_pack("{s:s, s:s}", "title", "Policies of the organization", "here", "organization");
    show_type(c, data, in->type);
    rooms_ask(c, data, "policies", "organizations", "ListPolicies",
              with_token(json_pack("{s:s}", "Filter", in->type), in->after));
    json_object_set_new(data, "tab", json_string("policies"));
    return page_show(c, &page_organization_policies, data);
}

/* The document of a policy about permissions, by its statements. AT: one that is asked for. */
static void add_document(struct call *c, json_t *data, const json_t *policy, const char *at)
{
    const json_t *summary = json_object_get(policy, "PolicySummary");
    const char *type = json_string_value(json_object_get(summary, "Type"));
    const char *content = json_string_value(json_object_get(policy, "Content"));
    bool scp = type && strcmp(type, "SERVICE_CONTROL_POLICY") == 0;
    bool rcp = type && strcmp(type, "RESOURCE_CONTROL_POLICY") == 0;
    if (!content || (!scp && !rcp))
        return;
    json_t *document = document_json(c->arena, str_of(content), scp ? POLICY_SCP : POLICY_RCP, at);
    document_cut(document, at);
    json_object_set_new(data, "document", document);
}

int console_get_organization_policy(struct call *c,
                                    const struct console_get_organization_policy_in *in)
{
    json_t *data = json_pack("{s:s, s:s}", "id", in->id, "here", "organization");
    json_t *body = rooms_ask(c, data, "policy", "organizations", "DescribePolicy",
                             json_pack("{s:s}", "PolicyId", in->id));
    json_t *summary = json_object_get(json_object_get(body, "Policy"), "PolicySummary");
    const char *name = json_string_value(json_object_get(summary, "Name"));
    const char *type = json_string_value(json_object_get(summary, "Type"));
    json_object_set_new(data, "title", json_string(name ? name : in->id));
    json_object_set_new(data, "label", json_string(organization_type_label(type ? type : "")));
    add_document(c, data, json_object_get(body, "Policy"), in->at);
    rooms_ask(c, data, "targets", "organizations", "ListTargetsForPolicy",
              with_token(json_pack("{s:s}", "PolicyId", in->id), in->after));
    return page_show(c, &page_organization_policy, data);
}
