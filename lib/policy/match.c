/* SPDX-License-Identifier: Apache-2.0 */
/* Compares text with compiled patterns. Neither allocates nor parses. */
#include "policy/policy_priv.h"

/*
 * The literal characters PIECE stands for; false when its variable has no value. A variable needs
 * a key with one value; values are inserted as they are, without further meaning.
 */
static bool piece_text(const struct piece *piece, const struct policy_context *context,
                       struct str *ret)
{
    *ret = piece->text;
    if (piece->kind == PIECE_TEXT)
        return true;
    struct policy_values values;
    bool found = context && context->find(context, &piece->key, &values) && values.n;
    if (!found)
        return piece->text.p != NULL;
    *ret = values.v[0];
    return values.n == 1 && !values.multivalued;
}

static bool has_at(struct str text, size_t at, struct str part, bool fold)
{
    if (part.n == 0 || text.n - at < part.n)
        return part.n == 0;
    struct str here = {text.p + at, part.n};
    return fold ? str_eq_fold(here, part) : str_eq(here, part);
}

/* How many of eight bytes begin a character of UTF-8. */
static size_t count_starts(const char *eight)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t bytes;
    memcpy(&bytes, eight, sizeof bytes);
    uint64_t inner = bytes >> 7 & ~(bytes >> 6) & each; /* 10xxxxxx */
    return 8 - (inner * each >> 56);
}

/* Moves *AT over COUNT characters, which are code points, not bytes; false: there are fewer. */
static bool skip(struct str text, size_t count, size_t *at)
{
    size_t i = *at;
    if (count == 0 || i == text.n)
        return count == 0;
    for (i++, count--; text.n - i >= 8 && count >= 8; i += 8)
        count -= count_starts(text.p + i);
    for (; i < text.n; i++) {
        bool starts = ((unsigned char)text.p[i] & 0xc0) != 0x80;
        if (starts && count == 0)
            break;
        count -= starts;
    }
    *at = i;
    return count == 0;
}

/* Behind a `*` the last piece of a pattern can only be the end of the text. */
static bool is_last_text(const struct pattern *pattern, size_t i)
{
    return i == pattern->n - 1 && pattern->v[i].kind == PIECE_TEXT;
}

/* Moves *AT on to the next place where what stands behind a `*`, PIECE, may begin. */
static bool next_try(const struct piece *piece, struct str text, bool fold, size_t *at)
{
    if (fold || piece->kind != PIECE_TEXT || *at == text.n)
        return skip(text, 1, at);
    size_t from = *at + 1;
    const char *found = memmem(text.p + from, text.n - from, piece->text.p, piece->text.n);
    if (found)
        *at = (size_t)(found - text.p);
    return found != NULL;
}

bool pattern_matches(const struct pattern *pattern, struct str text, bool fold,
                     const struct policy_context *context)
{
    size_t i = 0, at = 0;
    size_t star = 0, star_at = 0; /* piece behind the last `*`, and where it was last tried */
    while (i < pattern->n || at < text.n) {
        const struct piece *piece = i < pattern->n ? &pattern->v[i] : NULL;
        if (piece && text.n - at < piece->least)
            return false; /* nor will it do further on */
        if (piece && piece->kind == PIECE_WILD && skip(text, piece->count, &at)) {
            i++;
            if (!piece->open)
                continue;
            if (i == pattern->n)
                return true;
            if (is_last_text(pattern, i))
                return text.n - at >= pattern->v[i].text.n &&
                       has_at(text, text.n - pattern->v[i].text.n, pattern->v[i].text, fold);
            star = i;
            star_at = at;
            continue;
        }
        if (piece && piece->kind != PIECE_WILD) {
            struct str part;
            if (!piece_text(piece, context, &part))
                return false;
            if (has_at(text, at, part, fold)) {
                at += part.n;
                i++;
                continue;
            }
        }
        if (star == 0 || !next_try(&pattern->v[star], text, fold, &star_at))
            return false;
        i = star;
        at = star_at;
    }
    return true;
}

bool arn_pattern_matches(const struct arn_pattern *pattern, const struct arn *arn, bool fold,
                         const struct policy_context *context)
{
    if (pattern->all)
        return true;
    if (!arn || pattern->never)
        return false;
    const struct str fields[ARN_FIELDS] = {arn->partition, arn->service, arn->region, arn->account,
                                           arn->resource};
    for (size_t i = 0; i < ARN_FIELDS; i++) {
        bool fold_here = fold && i < ARN_FIELDS - 1;
        if (!pattern_matches(&pattern->field[i], fields[i], fold_here, context))
            return false;
    }
    return true;
}
