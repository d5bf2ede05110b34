/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree as the identity may see it, by the operations that everybody has. It is read level by
 * level, with so many calls that the page stays quick, and so many bytes that it stays small; what
 * is left has pages of its own.
 */
#include "server/console/organization.h"

enum {
    CALLS_MAX = 120,
    BYTES_MAX = 64 * 1024, /* of the tree in the page, which is to have less than 100 KB */
    NODE_BYTES = 320,      /* beside its name, which stands there up to three times */
    POLICY_BYTES = 70,     /* beside its name */
    DEPTH_MAX = 6, /* of the lists in each other that the template has: units may be five deep */
};

struct node {
    const char *id;
    size_t depth;
    bool account;
    json_t *json; /* of its parent */
};

struct tree {
    struct call *call;
    json_t *data;
    json_t *types;
    const char *management;
    struct node *nodes; /* level by level */
    size_t n, room;
    int calls; /* that are left */
    size_t bytes;
};

static const char *text(json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? value : "";
}

/* Whether the page has room for so much more. */
static bool fits(struct tree *t, size_t bytes)
{
    bool room = bytes <= t->bytes;
    t->bytes -= room ? bytes : 0;
    return room;
}

/* False: there is no room. */
static bool add(struct tree *t, json_t *list, size_t depth, bool account, json_t *of)
{
    struct arena *a = t->call->arena;
    if (!fits(t, NODE_BYTES + 3 * strlen(text(of, "Name"))))
        return false;
    if (t->n == t->room) {
        size_t room = t->room ? 2 * t->room : 64;
        t->nodes = arena_grow(a, t->nodes, t->room * sizeof *t->nodes, room * sizeof *t->nodes);
        t->room = room;
    }
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:b, s:[]}", "id", text(of, "Id"), "name", text(of, "Name"),
                  "state", text(of, "State"), "account", account, "children");
    json_array_append_new(list, json);
    t->nodes[t->n++] = (struct node){arena_strdup(a, text(of, "Id")), depth, account, json};
    return true;
}

/* NULL: it was refused, which DATA tells once as NAME, or the calls are used up. */
static json_t *look(struct tree *t, const char *name, const char *op, json_t *in)
{
    struct asked asked;
    if (t->calls <= 0 || json_object_get(t->data, name)) {
        json_decref(in);
        return NULL;
    }
    t->calls--;
    ask(t->call, "organizations", op, in, &asked);
    if (!asked.body)
        json_object_set_new(t->data, name, asked_json(&asked));
    return asked.body;
}

/* Whether the page has room for them. */
static bool policies_fit(struct tree *t, json_t *policies)
{
    size_t i, bytes = 0;
    json_t *policy;
    json_array_foreach(policies, i, policy) bytes += POLICY_BYTES + strlen(text(policy, "Name"));
    return fits(t, bytes);
}

/* What is attached to it, by type. */
static void add_policies(struct tree *t, struct node *node)
{
    size_t i;
    json_t *type, *levels = json_array();
    json_object_set_new(node->json, "levels", levels);
    if (strcmp(node->id, t->management) == 0) {
        json_object_set_new(node->json, "unbound", json_true());
        return;
    }
    json_array_foreach(t->types, i, type)
    {
        json_t *in = json_pack("{s:s, s:s}", "TargetId", node->id, "Filter", text(type, "type"));
        json_t *body = look(t, "policies", "ListPoliciesForTarget", in);
        json_t *policies = json_object_get(body, "Policies");
        bool shown = body && policies_fit(t, policies);
        if (shown && json_array_size(policies))
            json_array_append_new(levels, json_pack("{s:s, s:O}", "label", text(type, "short"),
                                                    "policies", policies));
        if (!shown && !json_object_get(t->data, "policies"))
            json_object_set_new(node->json, "unread", json_true());
    }
}

/* True: all that are there. */
static bool add_list(struct tree *t, const struct node *node, bool accounts)
{
    size_t i, depth = node->depth + 1;
    json_t *item, *children = json_object_get(node->json, "children");
    const char *op = accounts ? "ListAccountsForParent" : "ListOrganizationalUnitsForParent";
    json_t *body =
        look(t, accounts ? "accounts" : "units", op, json_pack("{s:s}", "ParentId", node->id));
    json_t *list = json_object_get(body, accounts ? "Accounts" : "OrganizationalUnits");
    bool all = body && !json_is_string(json_object_get(body, "NextToken"));
    json_array_foreach(list, i, item) all &= add(t, children, depth, accounts, item);
    return all;
}

/* Its page has what is not here. */
static void add_children(struct tree *t, size_t at)
{
    const struct node node = t->nodes[at];
    if (node.account)
        return;
    bool all = node.depth < DEPTH_MAX && add_list(t, &node, true);
    all = node.depth < DEPTH_MAX && add_list(t, &node, false) && all;
    if (!all)
        json_object_set_new(node.json, "more", json_true());
}

void organization_tree(struct call *c, json_t *data, json_t *root, json_t *types,
                       const char *management)
{
    struct tree t = {.call = c,
                     .data = json_object(),
                     .types = types,
                     .management = management ? management : "",
                     .calls = CALLS_MAX,
                     .bytes = BYTES_MAX};
    json_t *list = json_array();
    add(&t, list, 0, false, root);
    for (size_t i = 0; i < t.n; i++) {
        add_policies(&t, &t.nodes[i]);
        add_children(&t, i);
    }
    json_object_set_new(data, "tree", list);
    json_object_set_new(data, "tree_refusals", t.data);
}
