/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which table a statement of PartiQL is about: Amazon DynamoDB Developer Guide, "PartiQL
 * statements for DynamoDB". It has one table, "TABLE" or "TABLE"."INDEX", whose name may be an ARN.
 */
#include "recognize/transform_priv.h"

static bool is_word(char c)
{
    return ascii_is_alnum(c) || c == '_' || c == '#' || c == ':' || c == '$' || (c & 0x80);
}

/* A text in quotes; two of them are one in it. */
static bool quoted(struct str *rest, struct str *ret)
{
    char quote = rest->p[0];
    for (size_t i = 1; i < rest->n; i++) {
        if (rest->p[i] != quote)
            continue;
        if (i + 1 < rest->n && rest->p[i + 1] == quote) {
            i++;
            continue;
        }
        *ret = (struct str){rest->p + 1, i - 1};
        *rest = (struct str){rest->p + i + 1, rest->n - i - 1};
        return true;
    }
    return false;
}

static bool starts_comment(struct str rest)
{
    return str_starts(rest, STR("--")) || str_starts(rest, STR("/*"));
}

bool token_next(struct str *rest, struct token *ret)
{
    while (rest->n && (unsigned char)rest->p[0] <= ' ')
        *rest = (struct str){rest->p + 1, rest->n - 1};
    *ret = (struct token){.kind = TOKEN_END};
    if (rest->n == 0)
        return true;
    char c = rest->p[0];
    if (c == '\'' || c == '"') {
        ret->kind = c == '"' ? TOKEN_QUOTED : TOKEN_TEXT;
        return quoted(rest, &ret->text);
    }
    if (starts_comment(*rest))
        return false;
    size_t n = 0;
    while (n < rest->n && (is_word(rest->p[n]) || (ascii_is_digit(c) && rest->p[n] == '.')))
        n++;
    ret->kind = n == 0 ? TOKEN_MARK : ascii_is_digit(c) ? TOKEN_NUMBER : TOKEN_WORD;
    ret->text = (struct str){rest->p, n ? n : 1};
    *rest = (struct str){rest->p + ret->text.n, rest->n - ret->text.n};
    return true;
}

bool token_is(const struct token *token, const char *word)
{
    return (token->kind == TOKEN_WORD || token->kind == TOKEN_MARK) &&
           str_eq_fold(token->text, str_of(word));
}

/* A name, and ."INDEX" behind it. */
static bool read_table(struct partiql *ret)
{
    struct token token;
    if (!token_next(&ret->rest, &token) ||
        (token.kind != TOKEN_WORD && token.kind != TOKEN_QUOTED) || token.text.n == 0)
        return false;
    ret->table = token.text;
    struct str rest = ret->rest;
    if (!token_next(&rest, &token))
        return false;
    if (!token_is(&token, "."))
        return true;
    if (!token_next(&rest, &token) || (token.kind != TOKEN_WORD && token.kind != TOKEN_QUOTED))
        return false;
    ret->index = token.text;
    ret->rest = rest;
    return true;
}

/* Goes on behind WORD, which is outside of quotes. */
static bool skip_to(struct partiql *s, const char *word)
{
    const char *from = s->rest.p;
    struct token token;
    do {
        if (!token_next(&s->rest, &token) || token.kind == TOKEN_END)
            return false;
    } while (!token_is(&token, word));
    s->columns = (struct str){from, (size_t)(s->rest.p - from) - token.text.n};
    return true;
}

/* Whether there is a second table, as of a join or of a query in a query, or whether the name goes
   on in a way that only some read as part of it. */
static bool has_more(struct str rest)
{
    struct token token;
    for (bool first = true;; first = false) {
        if (!token_next(&rest, &token))
            return true;
        if (token.kind == TOKEN_END)
            return false;
        bool goes_on = first && token.kind != TOKEN_WORD && !token_is(&token, ")");
        if (goes_on || token_is(&token, "from") || token_is(&token, "join") ||
            token_is(&token, ";"))
            return true;
    }
}

/* EXISTS(SELECT ...) of transactions is a condition that reads. */
static bool skip_exists(struct partiql *s, struct token *token)
{
    if (!token_is(token, "exists"))
        return true;
    return token_next(&s->rest, token) && token_is(token, "(") && token_next(&s->rest, token) &&
           token_is(token, "select");
}

bool partiql_read(struct str statement, struct partiql *ret)
{
    static const struct {
        const char *word, *before;
        enum partiql_kind kind;
    } kinds[] = {{"select", "from", PARTIQL_SELECT},
                 {"insert", "into", PARTIQL_INSERT},
                 {"update", NULL, PARTIQL_UPDATE},
                 {"delete", "from", PARTIQL_DELETE}};
    struct token token;
    *ret = (struct partiql){.rest = statement};
    if (!token_next(&ret->rest, &token) || !skip_exists(ret, &token))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (!token_is(&token, kinds[i].word))
            continue;
        ret->kind = kinds[i].kind;
        return (!kinds[i].before || skip_to(ret, kinds[i].before)) && read_table(ret) &&
               !has_more(ret->rest);
    }
    return false;
}

enum recognize_why to_partiql(struct reading *r, const char *argument UNUSED, struct value *v)
{
    struct partiql statement;
    if (!partiql_read(v->text, &statement))
        return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                            "It cannot be told which table a statement of PartiQL is about.");
    struct str table = statement.table;
    if (statement.index.p) {
        table = text_concat(r, table, STR("/index/"));
        table = text_concat(r, table, statement.index);
    }
    v->text = table;
    return RECOGNIZED;
}
