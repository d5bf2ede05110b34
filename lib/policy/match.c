/* SPDX-License-Identifier: Apache-2.0 */
/* Compares text with compiled patterns. Neither allocates nor parses. */
#include "policy/policy_priv.h"

/* Names are compared one by one, or hashed. */
static size_t finding_cost(const struct policy_context *context, const struct policy_key *key)
{
    size_t lines = key->folded.n / 64;
    return 1 + lines + context->keys / 4 + context->keys * lines;
}

bool scope_find(const struct scope *scope, const struct policy_key *key, struct policy_values *ret)
{
    const struct policy_context *context = scope->context;
    return context && work_spend(scope->work, finding_cost(context, key)) &&
           context->find(context, key, ret);
}

bool variable_text(const struct piece *piece, const struct scope *scope, struct str *ret)
{
    struct policy_values values;
    *ret = piece->text;
    if (!scope_find(scope, &piece->key, &values) || values.n == 0)
        return piece->text.p != NULL;
    *ret = values.v[0];
    return values.n == 1 && !values.multivalued;
}

/* FOLDED bytes at the start of TEXT ignore case. */
static bool has_at(struct str text, size_t at, struct str part, size_t folded)
{
    if (part.n == 0 || text.n - at < part.n)
        return part.n == 0;
    const char *here = text.p + at;
    if (at >= folded)
        return memcmp(here, part.p, part.n) == 0;
    size_t fold = folded - at < part.n ? folded - at : part.n;
    return str_same_fold(here, part.p, fold) &&
           memcmp(here + fold, part.p + fold, part.n - fold) == 0;
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
static bool next_try(const struct piece *piece, struct str text, size_t folded, size_t *at,
                     size_t *steps)
{
    if (*at < folded || piece->kind != PIECE_TEXT || *at == text.n)
        return skip(text, 1, at);
    size_t from = *at + 1;
    const char *found = memmem(text.p + from, text.n - from, piece->text.p, piece->text.n);
    size_t passed = found ? (size_t)(found - text.p) - *at : text.n - *at;
    /* glibc compares needles of up to 256 bytes as a whole, wherever they might be. */
    *steps += passed / 8 + passed * (piece->text.n < 256 ? piece->text.n : 256) / 64;
    if (found)
        *at = (size_t)(found - text.p);
    return found != NULL;
}

static bool ends_with(struct str text, size_t from, struct str part, size_t folded)
{
    return text.n - from >= part.n && has_at(text, text.n - part.n, part, folded);
}

/* Moves *AT over what PIECE takes, without the further text of a `*`; false: it is not there. */
static bool pass(const struct piece *piece, struct str text, size_t folded,
                 const struct scope *scope, size_t *at, size_t *steps)
{
    struct str part;
    if (piece->kind == PIECE_WILD) {
        *steps += piece->count / 8;
        return skip(text, piece->count, at);
    }
    if (!piece_text(piece, scope, &part))
        return false;
    *steps += part.n / 8;
    if (!has_at(text, *at, part, folded))
        return false;
    *at += part.n;
    return true;
}

enum answer { NO, YES, TOO_LONG };

/* Backtracks to the last `*` only, which is exact, and gives up when that takes MOST steps. */
static enum answer backtrack(const struct pattern *pattern, struct str text, size_t folded,
                             const struct scope *scope, size_t most, size_t *steps)
{
    size_t i = 0, at = 0;
    size_t star = 0, star_at = 0; /* piece behind the last `*`, and where it was last tried */
    while (i < pattern->n || at < text.n) {
        const struct piece *piece = i < pattern->n ? &pattern->v[i] : NULL;
        if (++*steps > most)
            return TOO_LONG;
        if (piece && text.n - at < piece->least)
            return NO; /* nor will it do further on */
        if (piece && pass(piece, text, folded, scope, &at, steps)) {
            i++;
            if (!piece->open)
                continue;
            if (i == pattern->n)
                return YES;
            if (is_last_text(pattern, i))
                return ends_with(text, at, pattern->v[i].text, folded) ? YES : NO;
            star = i;
            star_at = at;
            continue;
        }
        if (star == 0 || !next_try(&pattern->v[star], text, folded, &star_at, steps))
            return NO;
        i = star;
        at = star_at;
    }
    return YES;
}

/* A text, alone or in front of a `*`: what most patterns are. */
static bool is_simple(const struct pattern *pattern)
{
    const struct piece *v = pattern->v;
    return pattern->n && v[0].kind == PIECE_TEXT &&
           (pattern->n == 1 ||
            (pattern->n == 2 && v[1].kind == PIECE_WILD && v[1].open && v[1].count == 0));
}

bool pattern_ends_open(const struct pattern *pattern)
{
    return pattern->n && pattern->v[pattern->n - 1].ends_open;
}

bool pattern_matches(const struct pattern *pattern, struct str text, size_t folded,
                     const struct scope *scope)
{
    size_t least = pattern->n ? pattern->v[0].least : 0;
    if (text.n < least)
        return false;
    if (is_simple(pattern))
        return (pattern->n == 2 || text.n == least) && work_spend(scope->work, least / 16) &&
               has_at(text, 0, pattern->v[0].text, folded);
    size_t steps = 0;
    enum answer answer = backtrack(pattern, text, folded, scope, text.n + least + 64, &steps);
    if (!work_spend(scope->work, steps))
        return false;
    return answer == TOO_LONG ? glob_matches(pattern, 1, 0, text, folded, scope) : answer == YES;
}

/* Field by field, which is all there is unless a `*` runs on over a colon. */
static bool fields_match(const struct arn_pattern *pattern, const struct arn *arn, bool fold,
                         const struct scope *scope)
{
    const struct str fields[ARN_FIELDS] = {arn->partition, arn->service, arn->region, arn->account,
                                           arn->resource};
    for (size_t i = 0; i < pattern->n; i++) {
        size_t folded = fold && i < ARN_FIELDS - 1 ? FOLD_ALL : FOLD_NOTHING;
        if (!pattern_matches(&pattern->field[i], fields[i], folded, scope))
            return false;
    }
    return pattern->n == ARN_FIELDS || pattern_ends_open(&pattern->field[pattern->n - 1]);
}

bool arn_pattern_matches(const struct arn_pattern *pattern, const struct arn *arn, bool fold,
                         const struct scope *scope)
{
    if (pattern->all)
        return true;
    if (!arn || pattern->never)
        return false;
    if (fields_match(pattern, arn, fold, scope))
        return true;
    if (!pattern->runs_on)
        return false;
    /* As many colons as the pattern has leave nothing to run on over. */
    struct str resource = arn->resource;
    bool colons = pattern->n < ARN_FIELDS || memchr(resource.p, ':', resource.n);
    const char *start = arn->partition.p;
    struct str text = {start, (size_t)(resource.p + resource.n - start)};
    size_t folded = fold ? (size_t)(resource.p - start) : 0;
    return (colons &&
            glob_matches(pattern->field, pattern->n, ARN_FIELDS - 1, text, folded, scope)) ||
           (pattern->written < pattern->n &&
            glob_matches(pattern->field, pattern->written, ARN_FIELDS - 1, text, folded, scope));
}
