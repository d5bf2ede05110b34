/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text: slices for parsers, a growing buffer, and the small conversions AWS formats need. Case
 * folding and character classes are ASCII, as AWS's names are; the C locale is never consulted.
 */
#pragma once

#include <endian.h>
#include <string.h>

#include "base/arena.h"

/* A slice: not NUL-terminated, owned by whoever owns the text it points into. */
struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_FMT(s) (int)(s).n, (s).p /* for "%.*s" */

static inline struct str str_of(const char *text)
{
    return (struct str){text, strlen(text)};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || (a.p && memcmp(a.p, b.p, a.n) == 0));
}

bool str_same_fold(const char *a, const char *b, size_t n); /* n bytes, ignoring ASCII case */

static inline bool str_eq_fold(struct str a, struct str b)
{
    return a.n == b.n && str_same_fold(a.p, b.p, a.n);
}

static inline bool str_is(struct str a, const char *text)
{
    return str_eq(a, str_of(text));
}

static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Eight bytes that are looked at together; the first is the lowest. */
static inline uint64_t word_at(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return le64toh(word);
}

#define WORD_SIZE sizeof(uint64_t)

/* The same byte everywhere. */
static inline uint64_t word_of(unsigned char byte)
{
    return byte * 0x0101010101010101U;
}

/* All bytes are ASCII, and at least LEAST. */
static inline bool word_is_ascii(uint64_t word, unsigned char least)
{
    return (((word - word_of(least)) | word) & word_of(0x80)) == 0;
}

/* Marks, some of bytes behind the first that is marked being wrong: bytes that are C, and bytes
   that are less than LEAST. */
static inline uint64_t word_equal(uint64_t word, char c)
{
    uint64_t differ = word ^ word_of((unsigned char)c);
    return (differ - word_of(1)) & ~differ & word_of(0x80);
}

static inline uint64_t word_less(uint64_t word, unsigned char least)
{
    return (word - word_of(least)) & ~word & word_of(0x80);
}

/* The number of the first byte that is marked; there is one. */
static inline size_t word_first(uint64_t marks)
{
    return (size_t)__builtin_ctzll(marks) / 8;
}

static inline bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_is_alnum(char c)
{
    return ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

bool str_starts(struct str a, struct str prefix);

/* Cuts S at the first C: the part before it is returned, *S becomes the part behind it. Without
   a C the whole of *S is returned and *S becomes empty with p == NULL. */
static inline struct str str_cut(struct str *s, char c)
{
    const char *at = s->p ? (const char *)memchr(s->p, c, s->n) : NULL;
    struct str whole = *s;
    if (!at) {
        *s = (struct str){NULL, 0};
        return whole;
    }
    *s = (struct str){at + 1, (size_t)(whole.p + whole.n - at) - 1};
    return (struct str){whole.p, (size_t)(at - whole.p)};
}

struct str str_take_digits(struct str *s); /* the decimal digits at the start of S */
bool str_take_char(struct str *s, char c); /* the lower-case C, or its capital, if it is next */
struct str str_trim(struct str s);         /* blanks and tabs at both ends */

char *str_dup(struct arena *a, struct str s);        /* NUL-terminated copy */
char *str_fold(struct arena *a, struct str s);       /* lower-case, NUL-terminated copy */
char *str_prefix_end(struct arena *a, const char *); /* least text above all with this prefix */

uint64_t str_hash(struct str s);

/* Edits (insertions, deletions, replacements) that turn one name into the other, ignoring case;
   SIZE_MAX for what is longer than any name. */
size_t str_distance(struct str a, struct str b);

/* Decimal without sign, blanks or overflow. */
bool str_to_int64(struct str s, int64_t *ret);

bool str_is_ascii(struct str s, char least); /* nothing but ASCII, and of it at least LEAST */
bool str_is_utf8(struct str s);              /* well formed, and without NUL */
/* Bytes of the character at the start of S, which is not empty; 0: no well-formed one, or NUL. */
size_t str_utf8_step(struct str s);
size_t str_utf8_len(struct str s); /* code points of well-formed text */
/* Next code point of well-formed UTF-8; advances *S. */
uint32_t str_utf8_next(struct str *s);

/* Constant time in the content; not in the lengths. */
bool secret_equal(struct str a, struct str b);

/* A buffer that grows inside an arena. Zero-initialize with .arena set, or use buf_new. */
struct buf {
    struct arena *arena;
    char *p;
    size_t n, cap;
};

struct buf buf_new(struct arena *a, size_t capacity);
void buf_reserve(struct buf *b, size_t more);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_add_number(struct buf *b, uint64_t number);                      /* decimal */
void buf_add_int(struct buf *b, int64_t number);                          /* decimal */
void buf_pct_encode(struct buf *b, struct str s, const char *also_plain); /* RFC 3986 */
/* Percent-decodes S into B. Malformed escapes are errors; with plus_is_blank, `+` is a blank. */
bool buf_pct_decode(struct buf *b, struct str s, bool plus_is_blank) MUST_USE;
/* As a JSON string, quotes included; U+FFFD for each byte that is not well-formed UTF-8. */
void buf_json(struct buf *b, struct str s);
/* A member of a JSON object. NAME needs no escapes; VALUE == NULL: null. */
void buf_json_text(struct buf *b, const char *name, const char *value);
void buf_json_number(struct buf *b, const char *name, uint64_t value);
void buf_hex(struct buf *b, const unsigned char *bytes, size_t n);
void buf_add_utf8(struct buf *b, uint32_t point); /* a character by its code point */
void buf_base64(struct buf *b, const unsigned char *bytes, size_t n);
bool buf_base64_decode(struct buf *b, struct str s) MUST_USE; /* padding required */
char *buf_text(struct buf *b); /* NUL-terminated; owned by the arena */

static inline void buf_add(struct buf *b, struct str s)
{
    if (s.n == 0)
        return;
    if (b->cap - b->n < s.n)
        buf_reserve(b, s.n);
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
}

static inline void buf_add_text(struct buf *b, const char *text)
{
    buf_add(b, str_of(text));
}

static inline void buf_add_char(struct buf *b, char c)
{
    if (b->cap == b->n)
        buf_reserve(b, 1);
    b->p[b->n++] = c;
}

static inline struct str buf_str(const struct buf *b)
{
    return (struct str){b->p, b->n};
}
