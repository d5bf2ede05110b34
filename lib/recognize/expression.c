/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amazon DynamoDB Developer Guide, "Using expressions in DynamoDB": names of attributes stand
 * there as they are, or as #name; values as :name. Of a path only the first part is an attribute of
 * the item.
 */
#include "recognize/item_priv.h"

static const char *const keywords[] = {"set", "remove", "add", "delete", "and",
                                       "or",  "not",    "in",  "between"};

static bool is_keyword(struct str word)
{
    for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
        if (str_eq_fold(word, str_of(keywords[i])))
            return true;
    }
    return false;
}

static enum recognize_why malformed(const struct expression *e)
{
    return reading_fail(e->r, RECOGNIZE_MALFORMED, "An expression cannot be read.");
}

/* Names of a map and what they stand for, to be found by hash. */
struct table {
    struct found names, texts;
    uint32_t *slots; /* numbers from 1 of `names` */
    size_t size;     /* a power of two, greater than there are names */
};

static enum recognize_why read_table(const struct expression *e, const char *names,
                                     const char *texts, struct table *ret)
{
    struct reading *r = e->r;
    READ(item_members(r, e->aspect, text_concat(r, e->prefix, str_of(names)), &ret->names));
    READ(item_members(r, e->aspect, text_concat(r, e->prefix, str_of(texts)), &ret->texts));
    ret->size = 2;
    while (ret->size <= 2 * ret->names.n)
        ret->size *= 2;
    ret->slots = NEW_ARRAY(r->arena, uint32_t, ret->size);
    for (size_t i = 0; i < ret->names.n; i++) {
        struct str name = ret->names.v[i].text;
        size_t at = name.p ? str_hash(name) & (ret->size - 1) : 0;
        while (ret->slots[at])
            at = (at + 1) & (ret->size - 1);
        ret->slots[at] = (uint32_t)i + 1;
    }
    return RECOGNIZED;
}

/* The text at the numbers of NAME: they are in the same order. */
static struct str text_beside(const struct found *texts, const struct value *name)
{
    size_t low = 0, high = texts->n, last = name->n_at - 1U;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (texts->v[middle].at[last] < name->at[last])
            low = middle + 1;
        else
            high = middle;
    }
    bool there = low < texts->n && texts->v[low].at[last] == name->at[last];
    return there ? texts->v[low].text : (struct str){NULL, 0};
}

static enum recognize_why look_up(const struct expression *e, const struct table *table,
                                  struct str name, struct str *ret)
{
    size_t at = str_hash(name) & (table->size - 1);
    for (; table->slots[at]; at = (at + 1) & (table->size - 1)) {
        const struct value *found = &table->names.v[table->slots[at] - 1];
        if (!found->text.p || !str_eq(found->text, name))
            continue;
        *ret = text_beside(&table->texts, found);
        return ret->p ? RECOGNIZED : malformed(e);
    }
    return malformed(e);
}

static enum recognize_why read_names(const struct expression *e, struct table *ret)
{
    return read_table(e, "ExpressionAttributeNames.@", "ExpressionAttributeNames.*", ret);
}

static enum recognize_why name_of(const struct expression *e, const struct table *names,
                                  struct str word, struct str *ret)
{
    *ret = word;
    return word.p[0] == '#' ? look_up(e, names, word, ret) : RECOGNIZED;
}

static bool opens(struct str rest)
{
    struct token token;
    return token_next(&rest, &token) && token_is(&token, "(");
}

static bool is_name(const struct token *token, struct str rest)
{
    return token->kind == TOKEN_WORD && token->text.p[0] != ':' && !is_keyword(token->text) &&
           !opens(rest);
}

enum { NAMES_MAX = 1024 }; /* of one expression, which AWS limits to 4 KiB */

enum recognize_why expression_attributes(const struct expression *e, struct key_values *values)
{
    struct str rest = e->text;
    struct token token;
    bool nested = false;
    struct table names;
    READ(read_names(e, &names));
    for (size_t n = 0; n < NAMES_MAX;) {
        if (!token_next(&rest, &token))
            return malformed(e);
        if (token.kind == TOKEN_END)
            return RECOGNIZED;
        if (!nested && is_name(&token, rest)) {
            struct str name;
            READ(name_of(e, &names, token.text, &name));
            key_values_add(values, name);
            n++;
        }
        nested = token_is(&token, ".") || token_is(&token, "[");
    }
    return reading_fail(e->r, RECOGNIZE_TOO_MANY, "An expression has too many names.");
}

/* What an expression is read with. */
struct tables {
    struct table names, values;
};

/* One equality. HASH.p == NULL: any name may be that of the partition key. */
static enum recognize_why add_equal(const struct expression *e, const struct tables *tables,
                                    struct str name, struct str value, struct key_values *values)
{
    struct str text, hash = item_hash(e->r, e->aspect);
    READ(name_of(e, &tables->names, name, &name));
    if (hash.p && !str_eq(name, hash))
        return RECOGNIZED;
    READ(look_up(e, &tables->values, value, &text));
    key_values_add(values, text);
    return RECOGNIZED;
}

enum recognize_why expression_leading(const struct expression *e, struct key_values *values)
{
    struct str rest = e->text;
    struct token last = {.kind = TOKEN_END}, token;
    struct tables tables;
    READ(read_names(e, &tables.names));
    READ(read_table(e, "ExpressionAttributeValues.@", "ExpressionAttributeValues.*.*",
                    &tables.values));
    for (size_t n = 0; n < NAMES_MAX;) {
        if (!token_next(&rest, &token))
            return malformed(e);
        if (token.kind == TOKEN_END)
            return RECOGNIZED;
        if (token_is(&token, "=") && last.kind == TOKEN_WORD) {
            struct token value;
            if (!token_next(&rest, &value) || value.kind != TOKEN_WORD || value.text.p[0] != ':')
                return malformed(e);
            READ(add_equal(e, &tables, last.text, value.text, values));
            n++;
        }
        last = token;
    }
    return reading_fail(e->r, RECOGNIZE_TOO_MANY, "An expression has too many names.");
}
