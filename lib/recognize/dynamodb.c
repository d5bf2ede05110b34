/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amazon DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control":
 * dynamodb:LeadingKeys has the values of the partition key, dynamodb:Attributes the names of the
 * top-level attributes that the request names or that it has returned. Which attribute is the
 * partition key only the back end knows; until it is told, every attribute of a key may be it, so
 * that a condition holds only when it holds for all of them.
 */
#include "recognize/item_priv.h"

/* The members that are about the item stand beside the table's name, or in its value of a map. */
static struct str prefix_of(struct reading *r, const struct aspect *aspect)
{
    static const char table[] = "TableName";
    if (!aspect->entry || aspect->entry->n_fills == 0)
        return (struct str){NULL, 0};
    const struct request_step *step = source_step(request_fills[aspect->entry->fills].source);
    struct str name = str_of(request_text(step->name));
    if (step->from != REQUEST_FROM_BODY || name.n == 0)
        return (struct str){NULL, 0};
    if (name.p[name.n - 1] == '@')
        return text_concat(r, (struct str){name.p, name.n - 1}, STR("*."));
    if (name.n < sizeof table - 1 || !str_is((struct str){name.p + name.n - 9, 9}, table))
        return (struct str){NULL, 0};
    return name.n == 9 ? STR("") : (struct str){name.p, name.n - 9};
}

/* Values of the map at PATH, {"name": {"S": "value"}}: of the attribute HASH, or of all. */
static enum recognize_why add_map(struct reading *r, const struct aspect *aspect, struct str path,
                                  struct key_values *values)
{
    struct found names, types;
    struct str hash = item_hash(r, aspect);
    READ(item_members(r, aspect, text_concat(r, path, STR(".@")), &names));
    READ(item_members(r, aspect, text_concat(r, path, STR(".*.*")), &types));
    size_t at = 0;
    for (size_t i = 0; i < names.n; i++) {
        const struct value *name = &names.v[i];
        size_t size = name->n_at * sizeof *name->at;
        while (at < types.n && memcmp(types.v[at].at, name->at, size) != 0)
            at++;
        bool wanted = name->text.p && (!hash.p || str_eq(name->text, hash));
        for (; at < types.n && memcmp(types.v[at].at, name->at, size) == 0; at++) {
            if (wanted && types.v[at].text.p)
                key_values_add(values, types.v[at].text);
        }
    }
    return RECOGNIZED;
}

static enum recognize_why add_names(struct reading *r, const struct aspect *aspect, struct str path,
                                    struct key_values *values)
{
    struct found names;
    READ(item_members(r, aspect, path, &names));
    for (size_t i = 0; i < names.n; i++) {
        if (names.v[i].text.p)
            key_values_add(values, names.v[i].text);
    }
    return RECOGNIZED;
}

static bool has(const struct found *members, const char *name)
{
    for (size_t i = 0; i < members->n; i++) {
        if (members->v[i].text.p && str_is(members->v[i].text, name))
            return true;
    }
    return false;
}

/* What an item is told by: members that are maps of attributes. */
static const struct {
    const char *member, *map; /* what has to be there, and the map in it */
    bool leads;               /* its values may be those of the partition key */
} maps[] = {
    {"Key", "Key", true},
    {"Item", "Item", true},
    {"Keys", "Keys.#", true},
    {"Expected", "Expected", false},
    {"AttributeUpdates", "AttributeUpdates", false},
    {"KeyConditions", "KeyConditions", false},
    {"QueryFilter", "QueryFilter", false},
    {"ScanFilter", "ScanFilter", false},
};

/* Of BatchWriteItem alone: a list below the table. */
static const char *const batches[] = {"#.PutRequest.Item", "#.DeleteRequest.Key"};

static const char *const expressions[] = {"ProjectionExpression", "UpdateExpression",
                                          "ConditionExpression", "FilterExpression",
                                          "KeyConditionExpression"};

static struct str below(struct reading *r, struct str prefix, const char *name)
{
    return text_concat(r, prefix, str_of(name));
}

static enum recognize_why expression_of(struct reading *r, const struct aspect *aspect,
                                        struct str prefix, const char *name, struct expression *ret)
{
    struct found found;
    READ(item_members(r, aspect, below(r, prefix, name), &found));
    struct str text = found.n ? found.v[0].text : (struct str){NULL, 0};
    *ret = (struct expression){r, aspect, prefix, text};
    return RECOGNIZED;
}

/* Legacy: {"name": {"AttributeValueList": [{"S": "value"}], "ComparisonOperator": "EQ"}} */
static enum recognize_why add_conditions(struct reading *r, const struct aspect *aspect,
                                         struct str prefix, struct key_values *values)
{
    struct found names, types;
    struct str hash = item_hash(r, aspect);
    READ(item_members(r, aspect, below(r, prefix, "KeyConditions.@"), &names));
    READ(item_members(r, aspect, below(r, prefix, "KeyConditions.*.AttributeValueList.#.*"),
                      &types));
    for (size_t i = 0; i < types.n; i++) {
        uint32_t at = types.v[i].at[0];
        bool wanted = !hash.p || (at < names.n && str_eq(names.v[at].text, hash));
        if (wanted && types.v[i].text.p)
            key_values_add(values, types.v[i].text);
    }
    return RECOGNIZED;
}

static enum recognize_why add_query(struct reading *r, const struct aspect *aspect,
                                    struct str prefix, const struct found *members,
                                    struct key_values *values)
{
    struct expression e;
    if (has(members, "KeyConditions"))
        READ(add_conditions(r, aspect, prefix, values));
    if (!has(members, "KeyConditionExpression"))
        return RECOGNIZED;
    READ(expression_of(r, aspect, prefix, "KeyConditionExpression", &e));
    return expression_leading(&e, values);
}

static enum recognize_why add_batches(struct reading *r, const struct aspect *aspect,
                                      struct str prefix, bool names, struct key_values *values)
{
    for (size_t i = 0; i < ARRAY_LEN(batches); i++) {
        struct str path = below(r, prefix, batches[i]);
        if (names)
            READ(add_names(r, aspect, text_concat(r, path, STR(".@")), values));
        else
            READ(add_map(r, aspect, path, values));
    }
    return RECOGNIZED;
}

static bool is_batch(const struct reading *r)
{
    return strcmp(r->op->operation, "BatchWriteItem") == 0;
}

enum recognize_why leading_keys(struct reading *r, const struct aspect *aspect,
                                struct key_values *values)
{
    struct statement statement;
    struct found members;
    bool told, scan;
    values->is_list = true;
    READ(statement_of(r, aspect, &statement, &told));
    if (told)
        return statement_leading(&statement, values, &scan);
    struct str prefix = prefix_of(r, aspect);
    if (!prefix.p)
        return RECOGNIZED;
    if (is_batch(r))
        return add_batches(r, aspect, prefix, false, values);
    READ(item_members(r, aspect, text_concat(r, prefix, STR("@")), &members));
    for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
        if (maps[i].leads && has(&members, maps[i].member))
            READ(add_map(r, aspect, below(r, prefix, maps[i].map), values));
    }
    READ(add_query(r, aspect, prefix, &members, values));
    if (values->n == 0 && (members.n || prefix.n))
        key_values_add(values, ANY_VALUE);
    return RECOGNIZED;
}

/* Reads that name no attributes to return return them all, unless they only count. */
static enum recognize_why returns_all(struct reading *r, const struct aspect *aspect,
                                      struct str prefix, const struct found *members, bool *ret)
{
    static const char *const reads[] = {"GetItem", "BatchGetItem", "TransactGetItems", "Query",
                                        "Scan"};
    struct found select = {.n = 0};
    *ret = false;
    if (has(members, "ProjectionExpression") || has(members, "AttributesToGet"))
        return RECOGNIZED;
    if (has(members, "Select"))
        READ(item_members(r, aspect, below(r, prefix, "Select"), &select));
    if (select.n && select.v[0].text.p && str_is(select.v[0].text, "COUNT"))
        return RECOGNIZED;
    for (size_t i = 0; i < ARRAY_LEN(reads); i++)
        *ret |= strcmp(r->op->operation, reads[i]) == 0;
    return RECOGNIZED;
}

static enum recognize_why add_expressions(struct reading *r, const struct aspect *aspect,
                                          struct str prefix, const struct found *members,
                                          struct key_values *values)
{
    for (size_t i = 0; i < ARRAY_LEN(expressions); i++) {
        struct expression e;
        if (!has(members, expressions[i]))
            continue;
        READ(expression_of(r, aspect, prefix, expressions[i], &e));
        READ(expression_attributes(&e, values));
    }
    return RECOGNIZED;
}

enum recognize_why item_attributes(struct reading *r, const struct aspect *aspect,
                                   struct key_values *values)
{
    struct statement statement;
    struct found members;
    bool told;
    values->is_list = true;
    READ(statement_of(r, aspect, &statement, &told));
    if (told)
        return statement_attributes(&statement, values);
    struct str prefix = prefix_of(r, aspect);
    if (!prefix.p)
        return RECOGNIZED;
    if (is_batch(r))
        return add_batches(r, aspect, prefix, true, values);
    READ(item_members(r, aspect, text_concat(r, prefix, STR("@")), &members));
    for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
        struct str path = below(r, prefix, maps[i].map);
        if (has(&members, maps[i].member))
            READ(add_names(r, aspect, text_concat(r, path, STR(".@")), values));
    }
    if (has(&members, "AttributesToGet"))
        READ(add_names(r, aspect, below(r, prefix, "AttributesToGet.#"), values));
    READ(add_expressions(r, aspect, prefix, &members, values));
    bool all;
    READ(returns_all(r, aspect, prefix, &members, &all));
    if (all)
        key_values_add(values, ANY_VALUE);
    return RECOGNIZED;
}

enum recognize_why full_table_scan(struct reading *r, const struct aspect *aspect,
                                   struct key_values *values)
{
    struct statement statement;
    struct key_values keys = {.arena = r->arena};
    bool told, scan = false;
    READ(statement_of(r, aspect, &statement, &told));
    if (!told || statement.parsed.kind != PARTIQL_SELECT)
        return RECOGNIZED;
    READ(statement_leading(&statement, &keys, &scan));
    key_values_add(values, scan ? STR("true") : STR("false"));
    return RECOGNIZED;
}
