/* SPDX-License-Identifier: Apache-2.0 */
/* What sts:DecodeAuthorizationMessage tells (STS API Reference). AWS undocumented: the layout of
   the JSON, known from what users have decoded. */
#include "authz/authz.h"
#include "policy/json.h"

/* A list of AWS's: {"items":[...]}; BETWEEN is "" in front of the first. */
struct items {
    struct buf *b;
    const char *between;
};

static struct items items_open(struct buf *b, const char *name)
{
    buf_printf(b, "\"%s\":{\"items\":[", name);
    return (struct items){b, ""};
}

static void items_next(struct items *items)
{
    buf_add_text(items->b, items->between);
    items->between = ",";
}

static void items_close(struct items *items)
{
    buf_add(items->b, STR("]}"));
}

static void add_value(struct items *items, struct str value)
{
    items_next(items);
    buf_add(items->b, STR("{\"value\":"));
    buf_json(items->b, value);
    buf_add_char(items->b, '}');
}

/* One value or a list of them; NULL: none. */
static void add_entries(struct buf *b, const char *name, const struct node *element)
{
    struct items items = items_open(b, name);
    bool list = element && element->kind == NODE_ARRAY;
    for (const struct node *e = list ? element->first : element; e; e = list ? e->next : NULL)
        add_value(&items, e->text);
    items_close(&items);
}

static void add_conditions(struct buf *b, const struct policy_statement *statement)
{
    struct items items = items_open(b, "conditions");
    for (size_t i = 0; i < statement->n_conditions; i++) {
        const struct policy_condition *condition = &statement->conditions[i];
        items_next(&items);
        buf_add(b, STR("{\"key\":"));
        buf_json(b, condition->key.name);
        buf_add_char(b, ',');
        struct items values = items_open(b, "values");
        for (size_t k = 0; k < condition->n_values; k++)
            add_value(&values, condition->values[k]);
        items_close(&values);
        buf_add_char(b, '}');
    }
    items_close(&items);
}

/* The statement is compiled; its words are in its text. */
static void add_statement(struct buf *b, const struct authz_request *request,
                          const struct policy_statement *statement)
{
    const struct node *root;
    size_t bad;
    if (!node_read(b->arena, statement->text, &root, &bad))
        return;
    const char *id = request->principal->id;
    const struct node *action = node_get(root, "Action"), *resource = node_get(root, "Resource");
    buf_add_char(b, '{');
    buf_json_text(b, "statementId", statement->sid ? statement->sid : "");
    buf_add_text(b, statement->effect == POLICY_DENY ? ",\"effect\":\"DENY\","
                                                     : ",\"effect\":\"ALLOW\",");
    struct items principals = items_open(b, "principals");
    if (id)
        add_value(&principals, str_of(id));
    items_close(&principals);
    buf_add(b, STR(",\"principalGroups\":{\"items\":[]},"));
    add_entries(b, "actions", action ? action : node_get(root, "NotAction"));
    buf_add_char(b, ',');
    add_entries(b, "resources", resource ? resource : node_get(root, "NotResource"));
    buf_add_char(b, ',');
    add_conditions(b, statement);
    buf_add_char(b, '}');
}

static void add_key(void *owner, struct str name, const struct policy_values *values)
{
    struct items *items = owner;
    items_next(items);
    buf_add(items->b, STR("{\"key\":"));
    buf_json(items->b, name);
    buf_add_char(items->b, ',');
    struct items list = items_open(items->b, "values");
    for (size_t i = 0; i < values->n; i++)
        add_value(&list, values->v[i]);
    items_close(&list);
    buf_add_char(items->b, '}');
}

static void add_principal(struct buf *b, const struct authz_principal *principal)
{
    buf_add(b, STR("\"principal\":{"));
    buf_json_text(b, "id", principal->id);
    if (principal->name) {
        buf_add_char(b, ',');
        buf_json_text(b, "name", principal->name);
    }
    buf_add_char(b, ',');
    buf_json_text(b, "arn", principal->arn);
    buf_add(b, STR("},"));
}

char *authz_failure(struct arena *a, const struct authz_request *request,
                    const struct authz_decision *decision)
{
    struct buf b = buf_new(a, 2048);
    buf_add(&b, STR("{\"allowed\":false,\"explicitDeny\":"));
    buf_add_text(&b, decision->outcome == AUTHZ_EXPLICIT_DENY ? "true," : "false,");
    struct items matched = items_open(&b, "matchedStatements");
    if (decision->statement)
        add_statement(&b, request, decision->statement);
    items_close(&matched);
    buf_add(&b, STR(",\"failures\":{\"items\":[]},\"context\":{"));
    add_principal(&b, request->principal);
    buf_add(&b, STR("\"action\":"));
    buf_json(&b, request->action);
    buf_add(&b, STR(",\"resource\":"));
    buf_json(&b, request->resource);
    buf_add_char(&b, ',');
    struct items conditions = items_open(&b, "conditions");
    if (request->context->each)
        request->context->each(request->context, add_key, &conditions);
    items_close(&conditions);
    buf_add(&b, STR("}}"));
    return buf_text(&b);
}
