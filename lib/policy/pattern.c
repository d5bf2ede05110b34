/* SPDX-License-Identifier: Apache-2.0 */
/* Splits texts with wildcards and policy variables into pieces, once per policy. */
#include <limits.h>

#include "policy/policy_priv.h"

struct splitter {
    struct arena *arena;
    unsigned special;
    bool no_close, no_quote; /* no `}` or `'}` is ahead: hopeless searches happen only once */
    struct piece *v;
    size_t n, cap;
};

static bool add_to_run(struct splitter *s, const struct piece *piece)
{
    struct piece *last = s->n ? &s->v[s->n - 1] : NULL;
    if (piece->kind != PIECE_WILD || !last || last->kind != PIECE_WILD)
        return false;
    last->count += piece->count;
    last->open |= piece->open;
    last->ends_open = piece->ends_open;
    return true;
}

static void add_piece(struct splitter *s, struct piece piece)
{
    if (add_to_run(s, &piece))
        return;
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 2;
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

/* Like find_text; *NONE remembers for later texts, which start further on, that there is none. */
static size_t find_ahead(struct str text, struct str needle, bool *none)
{
    size_t at = *none ? text.n : find_text(text, needle);
    *none = at == text.n;
    return at;
}

/*
 * The variable at the start of TEXT, which begins with "${": `${key}`, `${key, 'default'}`, or an
 * escape for one special character (IAM User Guide, "Variables and tags"). Returns its length, 0
 * when it has no end. A default may contain "}"; a default that is not quoted counts as part of
 * the key, and no request has such a key.
 */
static size_t split_variable(struct splitter *s, struct str text, struct piece *ret)
{
    size_t close = find_ahead(text, STR("}"), &s->no_close);
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
        size_t quote = find_ahead(rest, STR("'}"), &s->no_quote);
        if (quote < rest.n) {
            dflt = (struct str){rest.p, quote};
            name.n = comma;
            close = (size_t)(rest.p - text.p) + quote + 1;
        }
    }
    struct policy_key key = policy_key_of(s->arena, name);
    *ret = (struct piece){.kind = PIECE_VARIABLE, .text = dflt, .key = key};
    return close + 1;
}

/* The length of the variable or wildcard at the start of TEXT; 0: literal text. */
static size_t split_special(struct splitter *s, struct str text, struct piece *ret)
{
    if (s->special & PATTERN_VARIABLES && str_starts(text, STR("${")))
        return split_variable(s, text, ret);
    bool one = *text.p == '?', any = *text.p == '*';
    if (!(s->special & PATTERN_WILDCARDS) || !(one || any))
        return 0;
    *ret = (struct piece){.kind = PIECE_WILD, .open = any, .ends_open = any, .count = one};
    return 1;
}

/* The pieces so far; the next ones are another pattern's. */
static struct pattern take_pieces(struct splitter *s)
{
    struct pattern pattern = {s->v, s->n};
    size_t least = 0;
    for (size_t i = s->n; i-- > 0;) {
        least += s->v[i].kind == PIECE_TEXT ? s->v[i].text.n : s->v[i].count;
        s->v[i].least = least;
    }
    s->v = NULL;
    s->n = s->cap = 0;
    return pattern;
}

/* Characters at the start of TEXT that are special in no pattern. Texts are short: fields. */
static size_t plain_length(struct str text)
{
    static const bool special[UCHAR_MAX + 1] = {
        ['*'] = true, ['?'] = true, ['$'] = true, [':'] = true};
    size_t n = 0;
    while (n < text.n && !special[(unsigned char)text.p[n]])
        n++;
    return n;
}

/* Reads all of TEXT, or a FIELD of it: up to a colon that is not inside of a variable. AT: its
   plain_length. */
static struct pattern split(struct splitter *s, struct str *text, size_t at, bool field)
{
    size_t plain = 0;
    while (at < text->n && !(field && text->p[at] == ':')) {
        struct piece piece;
        size_t length = split_special(s, (struct str){text->p + at, text->n - at}, &piece);
        if (length) {
            add_text(s, (struct str){text->p + plain, at - plain});
            add_piece(s, piece);
            plain = at + length;
        }
        at += length ? length : 1;
        at += plain_length((struct str){text->p + at, text->n - at});
    }
    if (plain < at)
        add_text(s, (struct str){text->p + plain, at - plain});
    *text = at < text->n ? (struct str){text->p + at + 1, text->n - at - 1} : (struct str){0};
    return take_pieces(s);
}

struct policy_key policy_key_of(struct arena *a, struct str name)
{
    struct str folded = {str_fold(a, name), name.n};
    return (struct policy_key){name, folded, condition_key_find(folded)};
}

/* Without anything special. */
static struct pattern plain_pattern(struct arena *a, struct str text)
{
    if (text.n == 0)
        return (struct pattern){NULL, 0};
    struct piece *piece = arena_alloc(a, sizeof *piece);
    *piece = (struct piece){.kind = PIECE_TEXT, .least = text.n, .text = text};
    return (struct pattern){piece, 1};
}

static struct pattern compile_from(struct arena *a, struct str text, size_t plain, unsigned special)
{
    if (plain == text.n)
        return plain_pattern(a, text);
    struct splitter s = {.arena = a, .special = special};
    return split(&s, &text, plain, false);
}

struct pattern pattern_compile(struct arena *a, struct str text, unsigned special)
{
    return compile_from(a, text, plain_length(text), special);
}

/* What stands in front of the next colon, which may be PLAIN characters on, or all of TEXT. */
static struct str cut_field(struct str *text, size_t plain)
{
    if (plain == text->n || text->p[plain] != ':')
        return str_cut(text, ':');
    struct str field = {text->p, plain};
    *text = (struct str){text->p + plain + 1, text->n - plain - 1};
    return field;
}

bool pattern_has_variable(const struct pattern *pattern)
{
    for (size_t i = 0; i < pattern->n; i++) {
        if (pattern->v[i].kind == PIECE_VARIABLE)
            return true;
    }
    return false;
}

/*
 * Variables stand for parts of the resource only (IAM User Guide, "Variables and tags", "Where
 * you can use policy variables"); in front of it `${` is literal text, which no ARN contains.
 * The first field is not looked at: AWS takes "aws:s3:::b" for "arn:s3:::b:*".
 *
 * A `*` at the end of a field runs on over colons (IAM User Guide, "Resource", "Using wildcards in
 * resource ARNs"). An entry that ends with one therefore needs no further fields, in any kind of
 * policy. AWS undocumented: where a short entry with such a `*` in front lacks its fields; here it
 * may be there or at the end. And other short entries of resource policies, which here stand for
 * themselves.
 */
struct arn_pattern arn_pattern_of_resource(struct arena *a, struct str text, unsigned special,
                                           bool pad)
{
    if (str_is(text, "*"))
        return (struct arn_pattern){.all = true};
    struct arn_pattern pattern = {.n = 0};
    bool complete = !pad || (text.n && text.p[text.n - 1] == '*');
    str_cut(&text, ':');
    while (pattern.n < ARN_FIELDS && (text.p || !complete)) {
        bool last = pattern.n == ARN_FIELDS - 1;
        pattern.written += text.p != NULL;
        size_t plain = plain_length(text);
        struct str field = !text.p ? STR("*") : last ? text : cut_field(&text, plain);
        unsigned here = last ? special : special & ~(unsigned)PATTERN_VARIABLES;
        pattern.field[pattern.n++] = compile_from(a, field, plain, here);
    }
    pattern.never = pattern.n == 0;
    for (size_t i = 0; i + 1 < pattern.written; i++)
        pattern.runs_on |= pattern_ends_open(&pattern.field[i]);
    return pattern;
}

/*
 * Each of the six fields is compared on its own (IAM User Guide, "ARN condition operators"). AWS
 * undocumented: a value of fewer fields matches nothing, a lone "*" included: its resource is
 * empty, and no ARN's is.
 */
struct arn_pattern arn_pattern_of_value(struct arena *a, struct str text, unsigned special)
{
    struct splitter s = {.arena = a, .special = special};
    struct pattern first = split(&s, &text, plain_length(text), true);
    const struct scope none = {NULL, NULL};
    struct arn_pattern pattern = {
        .never = !pattern_matches(&first, STR("arn"), FOLD_NOTHING, &none),
        .n = ARN_FIELDS,
        .written = ARN_FIELDS,
    };
    for (size_t i = 0; i < ARN_FIELDS; i++)
        pattern.field[i] = split(&s, &text, plain_length(text), i < ARN_FIELDS - 1);
    return pattern;
}

bool policy_fits(struct arena *a, struct str pattern, struct str text)
{
    const struct scope scope = {NULL, NULL};
    struct pattern compiled = pattern_compile(a, pattern, PATTERN_WILDCARDS);
    return pattern_matches(&compiled, text, FOLD_ALL, &scope);
}
