/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <stdlib.h>
#include <string.h>

void text_add(struct text *t, unsigned code, bool wild)
{
    if (t->n == TEXT_MAX)
        abort();
    t->at[t->n++] = (struct glyph){code, wild, false};
}

/* One code point of at most N bytes; jansson has checked that the text is UTF-8. */
static size_t decode(const unsigned char *s, size_t n, unsigned *ret)
{
    size_t length = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    if (length == 1 || length > n) {
        *ret = s[0];
        return 1;
    }
    *ret = s[0] & (0x7fU >> length);
    for (size_t i = 1; i < length; i++)
        *ret = *ret << 6 | (s[i] & 0x3f);
    return length;
}

void text_append(struct text *t, const char *s, size_t n, bool wild)
{
    const unsigned char *bytes = (const unsigned char *)s;
    for (size_t i = 0; i < n;) {
        unsigned code;
        i += decode(bytes + i, n - i, &code);
        text_add(t, code, wild && (code == '*' || code == '?'));
    }
}

struct span text_all(const struct text *t)
{
    return (struct span){t->at, t->n};
}

struct span text_plain(struct text *t, const char *s)
{
    t->n = 0;
    text_append(t, s, strlen(s), false);
    return text_all(t);
}

struct span text_pattern(struct text *t, const char *s)
{
    t->n = 0;
    text_append(t, s, strlen(s), true);
    return text_all(t);
}

static unsigned lower(unsigned code)
{
    return code >= 'A' && code <= 'Z' ? code - 'A' + 'a' : code;
}

static bool same(unsigned a, unsigned b, bool ignore_case)
{
    return a == b || (ignore_case && lower(a) == lower(b));
}

bool span_equal(struct span a, struct span b, bool ignore_case)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (!same(a.at[i].code, b.at[i].code, ignore_case))
            return false;
    return true;
}

/*
 * Row i of the table says which beginnings of the value the first i characters of the pattern
 * match; a row needs the one before it only.
 */
bool span_matches_from(struct span pattern, struct span value, size_t spelt)
{
    bool row[TEXT_MAX + 1] = {true};
    for (size_t i = 0; i < pattern.n; i++) {
        struct glyph p = pattern.at[i];
        bool star = p.wild && p.code == '*', before = row[0];
        row[0] = star && before;
        for (size_t j = 0; j < value.n; j++) {
            unsigned code = value.at[j].code;
            bool fits = p.wild ? !p.bound || code != ':' : same(p.code, code, j < spelt);
            bool above = row[j + 1];
            row[j + 1] = star ? (fits && row[j]) || above : fits && before;
            before = above;
        }
    }
    return row[value.n];
}

bool span_matches(struct span pattern, struct span value, bool ignore_case)
{
    return span_matches_from(pattern, value, ignore_case ? value.n : 0);
}

size_t span_arn(struct span whole, struct span ret[ARN_FIELDS])
{
    size_t fields = 0, start = 0;
    for (size_t i = 0; i < whole.n && fields < ARN_FIELDS - 1; i++) {
        if (whole.at[i].code != ':')
            continue;
        ret[fields++] = (struct span){whole.at + start, i - start};
        start = i + 1;
    }
    ret[fields++] = (struct span){whole.at + start, whole.n - start};
    return fields;
}
