/* SPDX-License-Identifier: Apache-2.0 */
/* Splits texts with wildcards and policy variables into pieces, once per policy. */
#include "policy/policy_priv.h"

struct splitter {
    struct arena *arena;
    struct piece *v;
    size_t n, cap;
};

static void add_piece(struct splitter *s, struct piece piece)
{
    if (piece.kind == PIECE_ANY && s->n && s->v[s->n - 1].kind == PIECE_ANY)
        return;
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 1;
        s->v = arena_grow(s->arena, s->v, s->cap * sizeof *s->v, cap * sizeof *s->v);
        s->cap = cap;
    }
    s->v[s->n++] = piece;
}

static void add_text(struct splitter *s, struct str text)
{
    if (text.n)
        add_piece(s, (struct piece){.kind = PIECE_TEXT, .text = text});
}

/* Offset of NEEDLE in TEXT, or its length. */
static size_t find_text(struct str text, struct str needle)
{
    const char *at = text.n ? memmem(text.p, text.n, needle.p, needle.n) : NULL;
    return at ? (size_t)(at - text.p) : text.n;
}

/*
 * The variable at the start of TEXT, which begins with "${": `${key}`, `${key, 'default'}`, or an
 * escape for one special character (IAM User Guide, "Variables and tags"). Returns its length, 0
 * when it has no end. A default may contain "}"; a default that is not quoted counts as part of
 * the key, and no request has such a key.
 */
static size_t split_variable(struct arena *a, struct str text, struct piece *ret)
{
    size_t close = find_text(text, STR("}"));
    if (close == text.n)
        return 0;
    struct str name = {text.p + 2, close - 2};
    if (name.n == 1 && strchr("*?$", name.p[0])) {
        *ret = (struct piece){.kind = PIECE_TEXT, .text = name};
        return close + 1;
    }
    struct str dflt = {NULL, 0};
    size_t comma = find_text(name, STR(", '"));
    if (comma < name.n) {
        struct str rest = {name.p + comma + 3, text.n - 2 - comma - 3};
        size_t quote = find_text(rest, STR("'}"));
        if (quote < rest.n) {
            dflt = (struct str){rest.p, quote};
            name.n = comma;
            close = (size_t)(rest.p - text.p) + quote + 1;
        }
    }
    struct policy_key key = {name, {str_fold(a, name), name.n}};
    *ret = (struct piece){.kind = PIECE_VARIABLE, .text = dflt, .key = key};
    return close + 1;
}

static bool starts_variable(struct str text, unsigned special)
{
    return special & PATTERN_VARIABLES && str_starts(text, STR("${"));
}

struct pattern pattern_compile(struct arena *a, struct str text, unsigned special)
{
    struct splitter s = {.arena = a};
    size_t plain = 0, at = 0;
    while (at < text.n) {
        struct str rest = {text.p + at, text.n - at};
        struct piece piece = {.kind = PIECE_TEXT};
        size_t length = 0;
        if (starts_variable(rest, special)) {
            length = split_variable(a, rest, &piece);
        } else if (special & PATTERN_WILDCARDS && (*rest.p == '*' || *rest.p == '?')) {
            piece.kind = *rest.p == '*' ? PIECE_ANY : PIECE_ONE;
            length = 1;
        }
        if (length) {
            add_text(&s, (struct str){text.p + plain, at - plain});
            add_piece(&s, piece);
            plain = at + length;
        }
        at += length ? length : 1;
    }
    if (plain < text.n)
        add_text(&s, (struct str){text.p + plain, text.n - plain});
    return (struct pattern){s.v, s.n};
}

bool pattern_has_variable(const struct pattern *pattern)
{
    for (size_t i = 0; i < pattern->n; i++) {
        if (pattern->v[i].kind == PIECE_VARIABLE)
            return true;
    }
    return false;
}

/* Cuts a field off like str_cut, but colons inside of variables do not end it. */
static struct str cut_field(struct arena *a, struct str *text, unsigned special)
{
    size_t at = 0;
    while (at < text->n && text->p[at] != ':') {
        struct str rest = {text->p + at, text->n - at};
        struct piece ignored;
        size_t length = starts_variable(rest, special) ? split_variable(a, rest, &ignored) : 0;
        at += length ? length : 1;
    }
    struct str field = {text->p, at};
    *text = at < text->n ? (struct str){text->p + at + 1, text->n - at - 1} : (struct str){0};
    return field;
}

/*
 * Variables stand for parts of the resource only (IAM User Guide, "Variables and tags", "Where
 * you can use policy variables"); in front of it `${` is literal text, which no ARN contains.
 * The first field is not looked at: AWS takes "aws:s3:::b" for "arn:s3:::b:*".
 */
struct arn_pattern arn_pattern_of_resource(struct arena *a, struct str text, unsigned special,
                                           bool pad)
{
    if (str_is(text, "*"))
        return (struct arn_pattern){.all = true};
    struct arn_pattern pattern = {.all = false};
    str_cut(&text, ':');
    for (size_t i = 0; i < ARN_FIELDS; i++) {
        bool last = i == ARN_FIELDS - 1;
        struct str field = text.p || !pad ? text : STR("*");
        if (!last && text.p)
            field = str_cut(&text, ':');
        unsigned here = last ? special : special & ~(unsigned)PATTERN_VARIABLES;
        pattern.field[i] = pattern_compile(a, field, here);
    }
    return pattern;
}

/*
 * AWS undocumented: a value of fewer than six fields matches nothing, "*" included: its resource
 * is empty, and no ARN's is.
 */
struct arn_pattern arn_pattern_of_value(struct arena *a, struct str text, unsigned special)
{
    struct arn_pattern pattern = {.all = false};
    struct pattern first = pattern_compile(a, cut_field(a, &text, special), special);
    pattern.never = !pattern_matches(&first, STR("arn"), false, NULL);
    for (size_t i = 0; i < ARN_FIELDS; i++) {
        struct str field = i == ARN_FIELDS - 1 ? text : cut_field(a, &text, special);
        pattern.field[i] = pattern_compile(a, field, special);
    }
    return pattern;
}
