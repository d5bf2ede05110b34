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

/* What NAME is in the map of MEMBER; itself, when it stands for nothing else. */
static enum recognize_why look_up(const struct expression *e, const char *names, const char *values,
                                  struct str name, struct str *ret)
{
    struct found keys, texts;
    struct reading *r = e->r;
    READ(item_members(r, e->aspect, text_concat(r, e->prefix, str_of(names)), &keys));
    READ(item_members(r, e->aspect, text_concat(r, e->prefix, str_of(values)), &texts));
    for (size_t i = 0; i < keys.n; i++) {
        if (!keys.v[i].text.p || !str_eq(keys.v[i].text, name))
            continue;
        size_t size = keys.v[i].n_at * sizeof *keys.v[i].at;
        for (size_t at = 0; at < texts.n; at++) {
            if (memcmp(texts.v[at].at, keys.v[i].at, size) == 0 && texts.v[at].text.p) {
                *ret = texts.v[at].text;
                return RECOGNIZED;
            }
        }
    }
    return malformed(e);
}

static enum recognize_why name_of(const struct expression *e, struct str word, struct str *ret)
{
    *ret = word;
    if (word.p[0] != '#')
        return RECOGNIZED;
    return look_up(e, "ExpressionAttributeNames.@", "ExpressionAttributeNames.*", word, ret);
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
    for (size_t n = 0; n < NAMES_MAX;) {
        if (!token_next(&rest, &token))
            return malformed(e);
        if (token.kind == TOKEN_END)
            return RECOGNIZED;
        if (!nested && is_name(&token, rest)) {
            struct str name;
            READ(name_of(e, token.text, &name));
            key_values_add_once(values, name);
            n++;
        }
        nested = token_is(&token, ".") || token_is(&token, "[");
    }
    return reading_fail(e->r, RECOGNIZE_TOO_MANY, "An expression has too many names.");
}

/* One equality. HASH.p == NULL: any name may be that of the partition key. */
static enum recognize_why add_equal(const struct expression *e, struct str hash, struct str name,
                                    struct str value, struct key_values *values)
{
    struct str text;
    READ(name_of(e, name, &name));
    if (hash.p && !str_eq(name, hash))
        return RECOGNIZED;
    READ(look_up(e, "ExpressionAttributeValues.@", "ExpressionAttributeValues.*.*", value, &text));
    key_values_add(values, text);
    return RECOGNIZED;
}

enum recognize_why expression_leading(const struct expression *e, struct key_values *values)
{
    struct str rest = e->text, hash = item_hash(e->r, e->aspect);
    struct token last = {.kind = TOKEN_END}, token;
    for (size_t n = 0; n < NAMES_MAX;) {
        if (!token_next(&rest, &token))
            return malformed(e);
        if (token.kind == TOKEN_END)
            return RECOGNIZED;
        if (token_is(&token, "=") && last.kind == TOKEN_WORD) {
            struct token value;
            if (!token_next(&rest, &value) || value.kind != TOKEN_WORD || value.text.p[0] != ':')
                return malformed(e);
            READ(add_equal(e, hash, last.text, value.text, values));
            n++;
        }
        last = token;
    }
    return reading_fail(e->r, RECOGNIZE_TOO_MANY, "An expression has too many names.");
}
