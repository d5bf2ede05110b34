/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/json_text.h"

#include <stdlib.h>

static char peek(struct str text, size_t at)
{
    return at < text.n ? text.p[at] : '\0';
}

static bool take(struct str text, size_t *at, char c)
{
    if (peek(text, *at) != c)
        return false;
    ++*at;
    return true;
}

static bool scan_hex4(struct str text, size_t *at, uint32_t *ret)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++, ++*at) {
        char c = ascii_lower(peek(text, *at));
        if (ascii_is_digit(c))
            value = value << 4 | (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value << 4 | (uint32_t)(c - 'a' + 10);
        else
            return false;
    }
    *ret = value;
    return true;
}

/* The four digits behind \u, and a second escape for code points above U+FFFF. */
static bool scan_code_point(struct str text, size_t *at, uint32_t *ret)
{
    uint32_t c, low;
    if (!scan_hex4(text, at, &c) || c == 0)
        return false;
    if (c >= 0xd800 && c <= 0xdfff) {
        if (c > 0xdbff || !take(text, at, '\\') || !take(text, at, 'u') ||
            !scan_hex4(text, at, &low))
            return false;
        if (low < 0xdc00 || low > 0xdfff)
            return false;
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
    *ret = c;
    return true;
}

/* What an escape stands for, behind its backslash. */
static bool scan_escape(struct str text, size_t *at, uint32_t *ret)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    char c = peek(text, *at);
    const char *letter = c ? strchr(letters, c) : NULL;
    if (!letter && c != 'u')
        return false;
    ++*at;
    if (c == 'u')
        return scan_code_point(text, at, ret);
    *ret = (unsigned char)meant[letter - letters];
    return true;
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/* A run of plain characters inside a string. */
static void skip_plain(struct str text, size_t *at)
{
    const char *p = text.p + *at, *end = text.p + text.n;
    uint64_t marks = 0;
    for (; !marks && (size_t)(end - p) >= WORD_SIZE; p += marks ? word_first(marks) : WORD_SIZE) {
        uint64_t word = word_at(p);
        /* A quote and the control characters become what is less than 0x21. */
        marks = word_less(word ^ word_of('"' ^ 0x20), 0x21) | word_equal(word, '\\');
    }
    while (!marks && p < end && is_plain(*p))
        p++;
    *at = (size_t)(p - text.p);
}

bool json_scan_string(struct str text, size_t *at, struct str *ret, bool *ret_escaped)
{
    uint32_t ignored;
    bool escaped = false;
    if (!take(text, at, '"'))
        return false;
    size_t start = *at;
    for (skip_plain(text, at); take(text, at, '\\'); skip_plain(text, at)) {
        escaped = true;
        if (!scan_escape(text, at, &ignored))
            return false;
    }
    size_t end = *at;
    if (!take(text, at, '"'))
        return false;
    *ret = (struct str){text.p + start, end - start};
    *ret_escaped = escaped;
    return true;
}

struct str json_unescape(struct arena *a, struct str raw)
{
    struct buf b = buf_new(a, raw.n);
    for (size_t at = 0; at < raw.n;) {
        size_t start = at;
        uint32_t c;
        skip_plain(raw, &at);
        buf_add(&b, (struct str){raw.p + start, at - start});
        if (!take(raw, &at, '\\'))
            break;
        ENSURE(scan_escape(raw, &at, &c));
        buf_add_utf8(&b, c);
    }
    return buf_str(&b);
}

static bool skip_digits(struct str text, size_t *at)
{
    size_t start = *at;
    while (ascii_is_digit(peek(text, *at)))
        ++*at;
    return *at > start;
}

bool json_scan_number(struct str text, size_t *at)
{
    take(text, at, '-');
    if (!take(text, at, '0') && !skip_digits(text, at))
        return false;
    if (take(text, at, '.') && !skip_digits(text, at))
        return false;
    if (!take(text, at, 'e') && !take(text, at, 'E'))
        return true;
    if (!take(text, at, '+'))
        take(text, at, '-');
    return skip_digits(text, at);
}

bool json_scan_word(struct str text, size_t *at, const char *word)
{
    if (!str_starts((struct str){text.p + *at, text.n - *at}, str_of(word)))
        return false;
    *at += strlen(word);
    return true;
}

static int compare_named(const void *one, const void *other)
{
    const struct named *a = one, *b = other;
    size_t n = a->name.n < b->name.n ? a->name.n : b->name.n;
    int order = n ? memcmp(a->name.p, b->name.p, n) : 0;
    if (order)
        return order;
    if (a->name.n != b->name.n)
        return a->name.n < b->name.n ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

static size_t few_repeat(const struct named *v, size_t n)
{
    size_t first = SIZE_MAX;
    for (size_t i = 1; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            size_t later = v[i].at > v[j].at ? v[i].at : v[j].at;
            if (str_eq(v[i].name, v[j].name) && later < first)
                first = later;
        }
    }
    return first;
}

/* Sorted, so that what repeats stands side by side. */
size_t named_repeats(struct named *v, size_t n)
{
    size_t first = SIZE_MAX;
    if (n <= NAMED_FEW)
        return few_repeat(v, n);
    qsort(v, n, sizeof *v, compare_named);
    for (size_t i = 1; i < n; i++) {
        if (v[i].at < first && str_eq(v[i].name, v[i - 1].name))
            first = v[i].at;
    }
    return first;
}
