/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amazon DynamoDB Developer Guide, "IAM security policies with PartiQL for DynamoDB" and "PartiQL
 * select statements for DynamoDB": a SELECT reads the whole table unless WHERE compares the
 * partition key by equality or IN.
 */
#include "recognize/item_priv.h"

static const char *const keywords[] = {
    "select", "insert", "into",    "update", "delete",  "from", "where", "and",      "or",
    "not",    "in",     "between", "set",    "remove",  "add",  "value", "order",    "by",
    "asc",    "desc",   "is",      "null",   "missing", "true", "false", "returning"};

enum { TOKENS_MAX = 2048 }; /* of one statement, which AWS limits to 8192 characters */

static bool is_keyword(struct str word)
{
    for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
        if (str_eq_fold(word, str_of(keywords[i])))
            return true;
    }
    return false;
}

enum recognize_why statement_of(struct reading *r, const struct aspect *aspect,
                                struct statement *statement, bool *ret)
{
    struct found found;
    *ret = false;
    if (!aspect->entry || aspect->entry->n_fills == 0)
        return RECOGNIZED;
    const struct request_step *step = source_step(request_fills[aspect->entry->fills].source);
    if (step->transform[0] != REQUEST_PARTIQL)
        return RECOGNIZED;
    struct str path = str_of(request_text(step->name));
    READ(item_members(r, aspect, path, &found));
    *statement = (struct statement){.r = r, .aspect = aspect, .path = path};
    if (found.n == 0 || !partiql_read(found.v[0].text, &statement->parsed))
        return RECOGNIZED;
    statement->text = found.v[0].text;
    *ret = true;
    return RECOGNIZED;
}

static enum recognize_why too_long(const struct statement *s)
{
    return reading_fail(s->r, RECOGNIZE_TOO_MANY, "A statement of PartiQL is too long.");
}

/* Reads its tokens; `?` are numbered. */
struct scan {
    struct str rest;
    struct token token, last;
    size_t n, parameter; /* of the last `?`, from 1 */
};

/* False at the end. */
static bool scan_next(struct scan *scan)
{
    scan->last = scan->token;
    if (!token_next(&scan->rest, &scan->token) || scan->token.kind == TOKEN_END)
        return false;
    scan->parameter += token_is(&scan->token, "?");
    return ++scan->n < TOKENS_MAX;
}

static bool is_name(const struct token *token)
{
    return token->kind == TOKEN_QUOTED || (token->kind == TOKEN_WORD && !is_keyword(token->text));
}

/* The value at SCAN: a text, a number, or the parameter that `?` stands for. */
static enum recognize_why add_value(const struct statement *s, const struct scan *scan,
                                    struct key_values *values)
{
    static const char name[] = "Statement";
    if (!token_is(&scan->token, "?")) {
        key_values_add(values, scan->token.text);
        return RECOGNIZED;
    }
    struct reading *r = s->r;
    struct str front = {s->path.p, s->path.n - (sizeof name - 1)};
    struct found found;
    READ(item_members(r, s->aspect, text_concat(r, front, STR("Parameters.#.*")), &found));
    /* Each has one type and stands at its number, unless the list is no list of values. */
    size_t at = scan->parameter - 1;
    const struct value *value = at < found.n ? &found.v[at] : NULL;
    bool there = value && value->text.p && value->n_at >= 2 && value->at[value->n_at - 2] == at;
    key_values_add(values, there ? value->text : ANY_VALUE);
    return RECOGNIZED;
}

static bool is_value(const struct token *token)
{
    return token->kind == TOKEN_TEXT || token->kind == TOKEN_NUMBER || token_is(token, "?");
}

/* name IN [a, b]: all of them. */
static enum recognize_why add_list(const struct statement *s, struct scan *scan,
                                   struct key_values *values)
{
    while (scan_next(scan) && !token_is(&scan->token, "]") && !token_is(&scan->token, ")")) {
        if (is_value(&scan->token))
            READ(add_value(s, scan, values));
    }
    return RECOGNIZED;
}

static bool may_lead(struct str hash, const struct token *name)
{
    return is_name(name) && (!hash.p || str_eq(name->text, hash));
}

/* *RET_SCAN: not every item that is looked at has one of these. */
static enum recognize_why of_where(const struct statement *s, struct scan *scan, struct str hash,
                                   struct key_values *values, bool *ret_scan)
{
    bool other = false;
    while (scan_next(scan)) {
        struct token name = scan->last;
        other |= token_is(&scan->token, "or") || token_is(&scan->token, "not");
        if (!may_lead(hash, &name))
            continue;
        if (token_is(&scan->token, "in")) {
            READ(add_list(s, scan, values));
        } else if (token_is(&scan->token, "=") && scan_next(scan)) {
            if (is_value(&scan->token))
                READ(add_value(s, scan, values));
            else
                other = true;
        }
    }
    *ret_scan = other || values->n == 0 || (!hash.p && values->n > 1);
    if (other || values->n == 0)
        key_values_add(values, ANY_VALUE);
    return scan->n < TOKENS_MAX ? RECOGNIZED : too_long(s);
}

/* INSERT INTO t VALUE {'name': value, ...}: the colon may be part of a word. */
static bool is_colon(const struct token *token)
{
    return token->kind == TOKEN_WORD && token->text.p[0] == ':';
}

static enum recognize_why of_value(const struct statement *s, struct scan *scan, struct str hash,
                                   struct key_values *values)
{
    while (scan_next(scan)) {
        bool named = scan->last.kind == TOKEN_TEXT && is_colon(&scan->token) &&
                     (!hash.p || str_eq(scan->last.text, hash));
        if (!named)
            continue;
        if (scan->token.text.n > 1) {
            struct str number = {scan->token.text.p + 1, scan->token.text.n - 1};
            key_values_add(values, number);
        } else if (scan_next(scan) && is_value(&scan->token)) {
            READ(add_value(s, scan, values));
        }
    }
    if (values->n == 0)
        key_values_add(values, ANY_VALUE);
    return scan->n < TOKENS_MAX ? RECOGNIZED : too_long(s);
}

enum recognize_why statement_leading(const struct statement *s, struct key_values *values,
                                     bool *ret_scan)
{
    struct scan scan = {.rest = s->text};
    struct str hash = item_hash(s->r, s->aspect);
    bool insert = s->parsed.kind == PARTIQL_INSERT;
    *ret_scan = !insert;
    while (scan_next(&scan)) {
        if (token_is(&scan.token, insert ? "value" : "where"))
            return insert ? of_value(s, &scan, hash, values)
                          : of_where(s, &scan, hash, values, ret_scan);
    }
    key_values_add(values, ANY_VALUE);
    return scan.n < TOKENS_MAX ? RECOGNIZED : too_long(s);
}

enum recognize_why statement_attributes(const struct statement *s, struct key_values *values)
{
    bool insert = s->parsed.kind == PARTIQL_INSERT;
    const struct str texts[] = {s->parsed.columns, s->parsed.rest};
    for (size_t i = insert; i < ARRAY_LEN(texts); i++) {
        struct scan scan = {.rest = texts[i]};
        while (scan_next(&scan)) {
            bool nested = token_is(&scan.last, ".") || token_is(&scan.last, "[");
            if (insert && scan.last.kind == TOKEN_TEXT && is_colon(&scan.token))
                key_values_add(values, scan.last.text);
            else if (!insert && !nested && is_name(&scan.token))
                key_values_add(values, scan.token.text);
            else if (i == 0 && token_is(&scan.token, "*"))
                key_values_add(values, ANY_VALUE);
        }
        if (scan.n >= TOKENS_MAX)
            return too_long(s);
    }
    return RECOGNIZED;
}
