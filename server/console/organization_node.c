/* SPDX-License-Identifier: Apache-2.0 */
/* A root, a unit or an account of an organization: what is attached to it, what it inherits, what
   is below it, and the forms to change that. */
#include "console_api.h"
#include "pages.h"
#include "server/console/organization.h"
#include "server/page/json.h"
#include "server/page/show.h"

enum { LEVELS_MAX = 12 };

/* Where the node is: its ancestors from the root down, and itself. */
struct place {
    const char *ids[LEVELS_MAX], *names[LEVELS_MAX];
    size_t n;
};

static const char *text(json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? value : "";
}

static bool is_account(const char *id)
{
    return ascii_is_digit(*id);
}

static bool is_unit(const char *id)
{
    return str_starts(str_of(id), STR("ou-"));
}

/* NULL: it was refused, and nothing tells. */
static json_t *look(struct call *c, const char *op, json_t *in)
{
    struct asked asked;
    ask(c, "organizations", op, in, &asked);
    return asked.body;
}

static const char *unit_name(struct call *c, const char *id)
{
    json_t *body =
        look(c, "DescribeOrganizationalUnit", json_pack("{s:s}", "OrganizationalUnitId", id));
    return text(json_object_get(body, "OrganizationalUnit"), "Name");
}

/* From the node up, then turned. */
static void find_place(struct call *c, const char *id, const char *name, struct place *ret)
{
    *ret = (struct place){.ids[0] = id, .names[0] = name, .n = 1};
    while (ret->n < LEVELS_MAX && (is_unit(id) || is_account(id))) {
        json_t *body = look(c, "ListParents", json_pack("{s:s}", "ChildId", id));
        id = text(json_array_get(json_object_get(body, "Parents"), 0), "Id");
        if (!*id)
            break;
        ret->ids[ret->n] = id;
        ret->names[ret->n++] = is_unit(id) ? unit_name(c, id) : "Root";
    }
    for (size_t i = 0; i < ret->n / 2; i++) {
        size_t j = ret->n - 1 - i;
        const char *other = ret->ids[i], *other_name = ret->names[i];
        ret->ids[i] = ret->ids[j];
        ret->names[i] = ret->names[j];
        ret->ids[j] = other;
        ret->names[j] = other_name;
    }
}

static void show_place(json_t *data, const struct place *place)
{
    json_t *trail = json_array();
    for (size_t i = 0; i + 1 < place->n; i++)
        json_array_append_new(trail, json_pack("{s:s, s:s}", "id", place->ids[i], "name",
                                               *place->names[i] ? place->names[i] : place->ids[i]));
    json_object_set_new(data, "trail", trail);
    if (place->n > 1)
        json_object_set_new(data, "parent", json_string(place->ids[place->n - 2]));
}

/* What is attached at one level, perhaps a refusal. */
static json_t *read_level(struct call *c, const char *type, const struct place *place, size_t i)
{
    bool own = i == place->n - 1;
    json_t *level =
        json_pack("{s:s, s:s, s:b}", "at", place->names[i], "at_id", place->ids[i], "own", own);
    rooms_ask(c, level, "list", "organizations", "ListPoliciesForTarget",
              json_pack("{s:s, s:s}", "TargetId", place->ids[i], "Filter", type));
    return level;
}

/* By type, from the root down; and which there are to be attached. */
static void add_levels(struct call *c, json_t *types, const struct place *place)
{
    size_t i;
    json_t *type;
    json_array_foreach(types, i, type)
    {
        json_t *levels = json_array();
        for (size_t k = 0; k < place->n; k++)
            json_array_append_new(levels, read_level(c, text(type, "type"), place, k));
        json_object_set_new(type, "levels", levels);
        rooms_ask(c, type, "choice", "organizations", "ListPolicies",
                  json_pack("{s:s}", "Filter", text(type, "type")));
    }
}

/* Without those for authorization, which are not merged. */
static bool has_effective(const char *type)
{
    return strcmp(type, "SERVICE_CONTROL_POLICY") != 0 &&
           strcmp(type, "RESOURCE_CONTROL_POLICY") != 0;
}

/* As a text with line ends. */
static void show_document(struct arena *a, json_t *effective)
{
    json_t *policy = json_object_get(effective, "EffectivePolicy");
    json_t *document = json_loads(text(policy, "PolicyContent"), 0, NULL);
    const char *indented = document ? json_written(a, document, JSON_INDENT(2)) : "";
    json_object_set_new(policy, "document", json_string(indented));
    json_decref(document);
}

/* Members may ask about themselves, and do not know which types there are. */
static void add_effective(struct call *c, json_t *data, json_t *types, const char *id)
{
    size_t i;
    json_t *type, *list = json_array();
    json_array_foreach(types ? types : json_object_get(data, "other_types"), i, type)
    {
        if (!has_effective(text(type, "type")))
            continue;
        struct asked asked;
        json_t *in = json_pack("{s:s, s:s}", "PolicyType", text(type, "type"), "TargetId", id);
        ask(c, "organizations", "DescribeEffectivePolicy", in, &asked);
        if (asked.body)
            show_document(c->arena, asked.body);
        if (asked.body || asked.denied || types) {
            json_t *shown = asked_json(&asked);
            json_object_set(shown, "label", json_object_get(type, "label"));
            json_array_append_new(list, shown);
        }
    }
    json_object_set_new(data, "effective", list);
}

static json_t *page_of(const char *parent, const char *token)
{
    json_t *in = json_pack("{s:s}", "ParentId", parent);
    if (token && *token)
        json_object_set_new(in, "NextToken", json_string(token));
    return in;
}

static void add_children(struct call *c, json_t *data,
                         const struct console_get_organization_node_in *in)
{
    rooms_ask(c, data, "units", "organizations", "ListOrganizationalUnitsForParent",
              page_of(in->id, in->units));
    json_t *accounts = rooms_ask(c, data, "accounts", "organizations", "ListAccountsForParent",
                                 page_of(in->id, in->accounts));
    rooms_dates(json_object_get(accounts, "Accounts"), "JoinedTimestamp");
}

/* Where an account may be moved to: the root, and the units below it and beside the account. */
static void add_destinations(struct call *c, json_t *data, const struct place *place)
{
    if (place->n < 2)
        return;
    json_t *list = json_array();
    for (size_t i = 0; i + 1 < place->n; i++) {
        json_t *body = look(c, "ListOrganizationalUnitsForParent",
                            json_pack("{s:s}", "ParentId", place->ids[i]));
        json_array_append_new(
            list, json_pack("{s:s, s:s}", "Id", place->ids[i], "Name", place->names[i]));
        json_array_extend(list, json_object_get(body, "OrganizationalUnits"));
    }
    json_object_set_new(data, "destinations", list);
}

static void add_account(struct call *c, json_t *data, const char *id)
{
    json_t *organization = look(c, "DescribeOrganization", NULL);
    const char *management = text(json_object_get(organization, "Organization"), "MasterAccountId");
    json_object_set_new(data, "unbound", json_boolean(strcmp(management, id) == 0));
    json_t *body =
        rooms_ask(c, data, "delegated", "organizations", "ListDelegatedServicesForAccount",
                  json_pack("{s:s}", "AccountId", id));
    rooms_dates(json_object_get(body, "DelegatedServices"), "DelegationEnabledDate");
}

/* The node itself: its name, or "" when nobody may know. */
static const char *describe(struct call *c, json_t *data, const char *id, json_t *roots)
{
    const char *op = is_account(id) ? "DescribeAccount" : "DescribeOrganizationalUnit";
    const char *member = is_account(id) ? "AccountId" : "OrganizationalUnitId";
    if (!is_account(id) && !is_unit(id)) {
        json_t *root = json_array_get(json_object_get(roots, "Roots"), 0);
        json_object_set_new(data, "entity", json_pack("{s:O*}", "Root", root));
        return text(root, "Name");
    }
    json_t *body =
        rooms_ask(c, data, "entity", "organizations", op, json_pack("{s:s}", member, id));
    json_t *entity = json_object_get(body, is_account(id) ? "Account" : "OrganizationalUnit");
    rooms_date(entity, "JoinedTimestamp");
    return text(entity, "Name");
}

int console_get_organization_node(struct call *c, const struct console_get_organization_node_in *in)
{
    struct place place;
    json_t *data = json_pack("{s:s, s:s, s:b, s:b}", "id", in->id, "here", "organization",
                             "is_account", is_account(in->id), "is_unit", is_unit(in->id));
    json_t *roots = rooms_ask(c, data, "roots", "organizations", "ListRoots", NULL);
    json_t *types = organization_types(data, roots);
    const char *name = describe(c, data, in->id, roots);
    json_object_set_new(data, "title", json_string(*name ? name : in->id));
    find_place(c, in->id, name, &place);
    show_place(data, &place);
    add_levels(c, types, &place);
    if (is_account(in->id)) {
        add_account(c, data, in->id);
        add_effective(c, data, types, in->id);
        add_destinations(c, data, &place);
    } else {
        add_children(c, data, in);
    }
    rooms_ask(c, data, "tags", "organizations", "ListTagsForResource",
              json_pack("{s:s}", "ResourceId", in->id));
    return page_show(c, &page_organization_node, data);
}
