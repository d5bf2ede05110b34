/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

bool str_same_fold(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i] != b[i] && ascii_lower(a[i]) != ascii_lower(b[i]))
            return false;
    }
    return true;
}

bool str_starts(struct str a, struct str prefix)
{
    return a.n >= prefix.n && (prefix.n == 0 || memcmp(a.p, prefix.p, prefix.n) == 0);
}

struct str str_take_digits(struct str *s)
{
    size_t n = 0;
    while (n < s->n && ascii_is_digit(s->p[n]))
        n++;
    struct str digits = {s->p, n};
    *s = (struct str){s->p + n, s->n - n};
    return digits;
}

bool str_take_char(struct str *s, char c)
{
    if (s->n == 0 || ascii_lower(s->p[0]) != c)
        return false;
    *s = (struct str){s->p + 1, s->n - 1};
    return true;
}

struct str str_trim(struct str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t')) {
        s.p++;
        s.n--;
    }
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

char *str_dup(struct arena *a, struct str s)
{
    return arena_strndup(a, s.p, s.n);
}

char *str_fold(struct arena *a, struct str s)
{
    char *copy = str_dup(a, s);
    for (size_t i = 0; i < s.n; i++)
        copy[i] = ascii_lower(copy[i]);
    return copy;
}

char *str_prefix_end(struct arena *a, const char *prefix)
{
    size_t n = strlen(prefix);
    char *end = arena_strndup(a, prefix, n);
    while (n && (unsigned char)end[n - 1] == 0xff)
        n--;
    end[n] = '\0';
    if (n)
        end[n - 1] = (char)(end[n - 1] + 1);
    return end;
}

/* FNV-1a, finished with a multiply-shift so that the low bits are usable as a table index. */
static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t str_distance(struct str a, struct str b)
{
    enum { LONGEST_NAME = 128 };
    size_t row[LONGEST_NAME + 1];
    if (a.n > LONGEST_NAME || b.n > LONGEST_NAME)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t replaced = diagonal + (ascii_lower(a.p[i - 1]) != ascii_lower(b.p[j - 1]));
            diagonal = row[j];
            row[j] = min_size(replaced, 1 + min_size(row[j], row[j - 1]));
        }
    }
    return row[b.n];
}

uint64_t str_hash(struct str s)
{
    uint64_t h = 0xcbf29ce484222325U;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3U;
    h ^= h >> 32;
    return h * 0x9e3779b97f4a7c15U ^ h >> 29;
}

bool str_to_int64(struct str s, int64_t *ret)
{
    if (s.n == 0)
        return false;
    int64_t value = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_is_digit(s.p[i]) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, s.p[i] - '0', &value))
            return false;
    }
    *ret = value;
    return true;
}

/* RFC 3629: no overlong forms, no surrogates. */
size_t str_utf8_step(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    if (p[0] < 0x80)
        return p[0] != 0;
    size_t need = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || s.n < need)
        return 0;
    for (size_t i = 1; i < need; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
        (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return need;
}

/* Without a way out, many bytes are looked at at once. As signed numbers, those beyond ASCII are
   less than all others. */
bool str_is_ascii(struct str s, char least)
{
    unsigned char bad = 0;
    for (size_t i = 0; i < s.n; i++)
        bad |= (signed char)s.p[i] < (signed char)least;
    return bad == 0;
}

bool str_is_utf8(struct str s)
{
    if (str_is_ascii(s, 1))
        return true;
    size_t step = 1;
    for (size_t i = 0; i < s.n && step; i += step) {
        if (s.n - i >= WORD_SIZE && word_is_ascii(word_at(s.p + i), 1))
            step = WORD_SIZE;
        else
            step = str_utf8_step((struct str){s.p + i, s.n - i});
    }
    return step != 0;
}

size_t str_utf8_len(struct str s)
{
    size_t n = 0, step;
    for (size_t i = 0; i < s.n; i += step) {
        bool ascii = s.n - i >= WORD_SIZE && word_is_ascii(word_at(s.p + i), 0);
        step = ascii ? WORD_SIZE : 1;
        n += ascii ? WORD_SIZE : (s.p[i] & 0xc0) != 0x80;
    }
    return n;
}

uint32_t str_utf8_next(struct str *s)
{
    unsigned char first = (unsigned char)s->p[0];
    size_t need = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0x80 ? 2 : 1;
    uint32_t point = need == 1 ? first : first & (0x7fU >> need);
    for (size_t i = 1; i < need && i < s->n; i++)
        point = point << 6 | ((unsigned char)s->p[i] & 0x3f);
    need = need < s->n ? need : s->n;
    s->p += need;
    s->n -= need;
    return point;
}

bool secret_equal(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    unsigned char differ = 0;
    for (size_t i = 0; i < a.n; i++)
        differ |= (unsigned char)(a.p[i] ^ b.p[i]);
    /* Not known before it is read back: nothing to end the loop early for. */
    volatile unsigned char result = differ;
    return result == 0;
}

struct buf buf_new(struct arena *a, size_t capacity)
{
    return (struct buf){.arena = a, .p = arena_alloc(a, capacity), .cap = capacity};
}

void buf_reserve(struct buf *b, size_t more)
{
    if (b->cap - b->n >= more)
        return;
    size_t cap = b->cap < 64 ? 128 : b->cap * 2;
    if (cap < b->n + more)
        cap = b->n + more;
    b->p = arena_grow(b->arena, b->p, b->cap, cap);
    b->cap = cap;
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(b->p ? b->p + b->n : NULL, b->cap - b->n, format, args);
    va_end(args);
    if ((size_t)n >= b->cap - b->n) {
        buf_reserve(b, (size_t)n + 1);
        va_start(args, format);
        vsnprintf(b->p + b->n, (size_t)n + 1, format, args);
        va_end(args);
    }
    b->n += (size_t)n;
}

void buf_add_number(struct buf *b, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    buf_add(b, (struct str){digits + at, sizeof digits - at});
}

void buf_add_int(struct buf *b, int64_t number)
{
    if (number < 0)
        buf_add_char(b, '-');
    buf_add_number(b, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

static const char hex_upper[] = "0123456789ABCDEF";

void buf_pct_encode(struct buf *b, struct str s, const char *also_plain)
{
    buf_reserve(b, s.n * 3);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (ascii_is_alnum((char)c) || (c && (strchr("-_.~", c) || strchr(also_plain, c)))) {
            b->p[b->n++] = (char)c;
            continue;
        }
        b->p[b->n++] = '%';
        b->p[b->n++] = hex_upper[c >> 4];
        b->p[b->n++] = hex_upper[c & 15];
    }
}

static int hex_value(char c)
{
    if (ascii_is_digit(c))
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool buf_pct_decode(struct buf *b, struct str s, bool plus_is_blank)
{
    buf_reserve(b, s.n);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int high = i + 2 < s.n ? hex_value(s.p[i + 1]) : -1;
            int low = high >= 0 ? hex_value(s.p[i + 2]) : -1;
            if (low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        b->p[b->n++] = c;
    }
    return true;
}

static void add_json_escape(struct buf *b, char c)
{
    switch (c) {
    case '"':
    case '\\':
        buf_add_char(b, '\\');
        buf_add_char(b, c);
        break;
    case '\n':
        buf_add(b, STR("\\n"));
        break;
    case '\t':
        buf_add(b, STR("\\t"));
        break;
    default:
        buf_printf(b, "\\u%04x", (unsigned char)c);
    }
}

/* Most texts are; without a way out, many bytes are looked at at once. */
static bool is_plain_ascii(struct str s)
{
    unsigned char found = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        found |= (c < 0x20) | (c >= 0x80) | (c == '"') | (c == '\\');
    }
    return found == 0;
}

enum { WORD = sizeof(uint64_t) };

/* Whether the eight bytes are ASCII, and stand in JSON as they are. What is taken off a byte sets
   its highest bit when it is more than the byte; what that borrows from the next one is borrowed
   from a word that is not plain. */
static bool is_plain_word(const char *p)
{
    const uint64_t ones = 0x0101010101010101U, highest = ones * 0x80;
    uint64_t word;
    memcpy(&word, p, WORD);
    uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
    return ((word | (word - ones * ' ') | (quote - ones) | (backslash - ones)) & highest) == 0;
}

/* Bytes at the start of S that stand in JSON as they are. */
static size_t json_plain(struct str s)
{
    size_t n = 0, step = 1;
    while (s.n - n >= WORD && is_plain_word(s.p + n))
        n += WORD;
    for (; n < s.n && step; n += step) {
        unsigned char c = (unsigned char)s.p[n];
        if (c >= 0x80)
            step = str_utf8_step((struct str){s.p + n, s.n - n});
        else
            step = c >= 0x20 && c != '"' && c != '\\';
    }
    return n;
}

void buf_json(struct buf *b, struct str s)
{
    buf_add_char(b, '"');
    bool all_plain = is_plain_ascii(s);
    while (s.n) {
        size_t plain = all_plain ? s.n : json_plain(s);
        buf_add(b, (struct str){s.p, plain});
        s = (struct str){s.p + plain, s.n - plain};
        if (s.n == 0)
            break;
        if ((unsigned char)s.p[0] >= 0x80)
            buf_add(b, STR("\xef\xbf\xbd")); /* U+FFFD: no UTF-8 */
        else
            add_json_escape(b, s.p[0]);
        s = (struct str){s.p + 1, s.n - 1};
    }
    buf_add_char(b, '"');
}

static void add_json_name(struct buf *b, const char *name)
{
    buf_add_char(b, '"');
    buf_add_text(b, name);
    buf_add(b, STR("\":"));
}

void buf_json_text(struct buf *b, const char *name, const char *value)
{
    add_json_name(b, name);
    if (value)
        buf_json(b, str_of(value));
    else
        buf_add(b, STR("null"));
}

void buf_json_number(struct buf *b, const char *name, uint64_t value)
{
    add_json_name(b, name);
    buf_add_number(b, value);
}

/* Computed, not looked up, so that compilers do many at once. */
static char hex_digit(unsigned nibble)
{
    return (char)(nibble + (nibble < 10 ? '0' : 'a' - 10));
}

void buf_hex(struct buf *b, const unsigned char *bytes, size_t n)
{
    buf_reserve(b, n * 2);
    char *p = b->p + b->n;
    for (size_t i = 0; i < n; i++) {
        p[2 * i] = hex_digit(bytes[i] >> 4);
        p[2 * i + 1] = hex_digit(bytes[i] & 15);
    }
    b->n += n * 2;
}

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void buf_base64(struct buf *b, const unsigned char *bytes, size_t n)
{
    buf_reserve(b, (n + 2) / 3 * 4);
    char *p = b->p + b->n;
    for (size_t i = 0; i < n; i += 3, p += 4) {
        uint32_t word = (uint32_t)bytes[i] << 16;
        word |= i + 1 < n ? (uint32_t)bytes[i + 1] << 8 : 0;
        word |= i + 2 < n ? bytes[i + 2] : 0;
        p[0] = base64_digits[word >> 18];
        p[1] = base64_digits[word >> 12 & 63];
        p[2] = i + 1 < n ? base64_digits[word >> 6 & 63] : '=';
        p[3] = i + 2 < n ? base64_digits[word & 63] : '=';
    }
    b->n = (size_t)(p - b->p);
}

bool buf_base64_decode(struct buf *b, struct str s)
{
    if (s.n % 4 != 0)
        return false;
    size_t padding = s.n && s.p[s.n - 1] == '=' ? 1 + (s.p[s.n - 2] == '=') : 0;
    buf_reserve(b, s.n / 4 * 3);
    uint32_t word = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *digit = i < s.n - padding && s.p[i] ? strchr(base64_digits, s.p[i]) : NULL;
        if (!digit && i < s.n - padding)
            return false;
        word = word << 6 | (digit ? (uint32_t)(digit - base64_digits) : 0);
        if (i % 4 != 3)
            continue;
        const char bytes[] = {(char)(word >> 16), (char)(word >> 8), (char)word};
        buf_add(b, (struct str){bytes, i + 1 == s.n ? sizeof bytes - padding : sizeof bytes});
        word = 0;
    }
    return true;
}

char *buf_text(struct buf *b)
{
    buf_reserve(b, 1);
    b->p[b->n] = '\0';
    return b->p;
}

void buf_add_utf8(struct buf *b, uint32_t point)
{
    static const uint32_t leads[] = {0, 0xc0, 0xe0, 0xf0};
    int more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    buf_add_char(b, (char)(leads[more] | point >> (6 * more)));
    while (more-- > 0)
        buf_add_char(b, (char)(0x80 | (point >> (6 * more) & 0x3f)));
}
