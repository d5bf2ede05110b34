/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CBOR (RFC 8949), as the protocol "Smithy RPC v2 CBOR" (smithy.io) and older clients of Kinesis
 * write it: maps whose keys are text, of definite or indefinite length. Tags are read past: they
 * say that a number is a time, or that bytes are one that is too large for anything here.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "recognize/body_priv.h"

enum cbor_major {
    CBOR_UNSIGNED,
    CBOR_NEGATIVE,
    CBOR_BYTES,
    CBOR_TEXT,
    CBOR_ARRAY,
    CBOR_MAP,
    CBOR_TAG,
    CBOR_SIMPLE,
};

enum { CBOR_FALSE = 20, CBOR_TRUE, CBOR_NULL, CBOR_UNDEFINED };
enum { CBOR_HALF = 25, CBOR_SINGLE, CBOR_DOUBLE, CBOR_INDEFINITE = 31 };

/* Codings: text of chunks, what begins with a head, and what is neither text nor number. */
enum { CODED_CHUNKS = 1, CODED_HEAD, CODED_BYTES };

struct head {
    enum cbor_major major;
    uint8_t info;   /* the low bits of the first byte */
    uint64_t value; /* 0 of indefinite length */
};

struct reader {
    struct str text;
    size_t at;
    struct tape *tape;
    unsigned depth;
};

static bool read_value(struct reader *r, uint32_t to);

static bool read_head(struct reader *r, struct head *ret)
{
    if (r->at == r->text.n)
        return false;
    unsigned char first = (unsigned char)r->text.p[r->at++];
    *ret = (struct head){.major = first >> 5, .info = first & 0x1f};
    bool sized = ret->info >= 24 && ret->info <= 27;
    size_t n = sized ? (size_t)1 << (ret->info - 24) : 0;
    if (r->text.n - r->at < n || (ret->info > 27 && ret->info < CBOR_INDEFINITE))
        return false;
    ret->value = ret->info < 24 ? ret->info : 0;
    while (n--)
        ret->value = ret->value << 8 | (unsigned char)r->text.p[r->at++];
    return true;
}

/* What breaks off an indefinite length. */
static bool take_break(struct reader *r)
{
    if (r->at == r->text.n || (unsigned char)r->text.p[r->at] != 0xff)
        return false;
    r->at++;
    return true;
}

/* The bytes of a string of definite length. */
static bool read_bytes(struct reader *r, const struct head *head, struct str *ret)
{
    if (head->info == CBOR_INDEFINITE || head->value > r->text.n - r->at)
        return false;
    *ret = (struct str){r->text.p + r->at, (size_t)head->value};
    r->at += ret->n;
    return head->major == CBOR_BYTES || str_is_utf8(*ret);
}

/* Chunks up to the break are of the same kind, and of definite length. */
static bool skip_chunks(struct reader *r, enum cbor_major major)
{
    struct head head;
    struct str chunk;
    while (!take_break(r)) {
        if (!read_head(r, &head) || head.major != major || !read_bytes(r, &head, &chunk))
            return false;
    }
    return true;
}

/* CHUNKS ends with its break. */
static struct str join_chunks(struct arena *a, struct str chunks)
{
    struct reader r = {.text = chunks};
    struct buf b = buf_new(a, chunks.n);
    struct head head;
    struct str chunk;
    while (!take_break(&r)) {
        ENSURE(read_head(&r, &head) && read_bytes(&r, &head, &chunk));
        buf_add(&b, chunk);
    }
    return buf_str(&b);
}

static bool read_string(struct reader *r, const struct head *head, uint32_t to)
{
    struct item *item = &r->tape->v[to];
    bool bytes = head->major == CBOR_BYTES;
    struct str text = {r->text.p + r->at, 0};
    if (head->info == CBOR_INDEFINITE) {
        if (!skip_chunks(r, head->major))
            return false;
        text.n = (size_t)(r->text.p + r->at - text.p);
        item->coding = bytes ? CODED_BYTES : CODED_CHUNKS;
    } else {
        if (!read_bytes(r, head, &text))
            return false;
        item->coding = bytes ? CODED_BYTES : 0;
    }
    item->text = (uint32_t)(text.p - r->text.p);
    item->text_n = (uint32_t)text.n;
    return true;
}

static bool read_name(struct reader *r, uint32_t to)
{
    struct head head;
    struct item *item = &r->tape->v[to];
    if (!read_head(r, &head) || head.major != CBOR_TEXT || !read_string(r, &head, to))
        return false;
    struct str text = {r->text.p + item->text, item->text_n};
    if (item->coding == CODED_CHUNKS) {
        tape_rename(r->tape, to, join_chunks(r->tape->arena, text));
    } else {
        item->name = item->text;
        item->name_n = item->text_n;
    }
    item->coding = 0;
    return true;
}

static bool read_nested(struct reader *r, const struct head *head, uint32_t to)
{
    struct tape *t = r->tape;
    bool map = head->major == CBOR_MAP;
    uint64_t left = head->info == CBOR_INDEFINITE ? UINT64_MAX : head->value;
    t->v[to].kind = map ? ITEM_MAP : ITEM_LIST;
    while (left-- && !(head->info == CBOR_INDEFINITE && take_break(r))) {
        uint32_t kid = tape_add(t);
        if ((map && !read_name(r, kid)) || !read_value(r, kid))
            return false;
    }
    t->v[to].end = t->n;
    return true;
}

static bool read_simple(const struct head *head, struct item *item)
{
    item->coding = CODED_HEAD;
    if (head->info == CBOR_NULL || head->info == CBOR_UNDEFINED)
        item->kind = ITEM_NULL;
    return (head->info >= CBOR_FALSE && head->info <= CBOR_UNDEFINED) ||
           (head->info >= CBOR_HALF && head->info <= CBOR_DOUBLE);
}

static bool read_headed(struct reader *r, const struct head *head, uint32_t to)
{
    struct item *item = &r->tape->v[to];
    switch (head->major) {
    case CBOR_BYTES:
    case CBOR_TEXT:
        return read_string(r, head, to);
    case CBOR_ARRAY:
    case CBOR_MAP:
        return read_nested(r, head, to);
    case CBOR_TAG:
        return head->info != CBOR_INDEFINITE && read_value(r, to);
    case CBOR_SIMPLE:
        return read_simple(head, item);
    case CBOR_UNSIGNED:
    case CBOR_NEGATIVE:
        break;
    }
    item->coding = CODED_HEAD;
    return head->info != CBOR_INDEFINITE;
}

static bool read_value(struct reader *r, uint32_t to)
{
    struct head head;
    size_t start = r->at;
    if (++r->depth > BODY_DEPTH || !read_head(r, &head))
        return false;
    r->tape->v[to].kind = ITEM_TEXT;
    r->tape->v[to].text = (uint32_t)start;
    r->tape->v[to].text_n = (uint32_t)(r->at - start);
    bool good = read_headed(r, &head, to);
    r->depth--;
    return good;
}

/* RFC 8949, appendix D. */
static double half_of(uint64_t bits)
{
    int exponent = (int)(bits >> 10 & 0x1f), mantissa = (int)(bits & 0x3ff);
    double value = exponent == 0    ? ldexp(mantissa, -24)
                   : exponent != 31 ? ldexp(mantissa + 1024, exponent - 25)
                                    : INFINITY;
    return bits & 0x8000 ? -value : value;
}

static double double_of(const struct head *head)
{
    double value;
    float single;
    uint32_t bits = (uint32_t)head->value;
    if (head->info == CBOR_HALF)
        return half_of(head->value);
    memcpy(&value, &head->value, sizeof value);
    memcpy(&single, &bits, sizeof single);
    return head->info == CBOR_SINGLE ? (double)single : value;
}

/* As JSON would have it; p == NULL: no number. */
static struct str print_double(struct arena *a, double value)
{
    if (!isfinite(value))
        return (struct str){NULL, 0};
    return str_of(arena_printf(a, "%.15g", value));
}

static struct str print_head(struct arena *a, struct str written)
{
    struct reader r = {.text = written};
    struct head head;
    ENSURE(read_head(&r, &head));
    if (head.major == CBOR_UNSIGNED)
        return str_of(arena_printf(a, "%" PRIu64, head.value));
    if (head.major == CBOR_NEGATIVE && head.value < INT64_MAX)
        return str_of(arena_printf(a, "%" PRId64, -1 - (int64_t)head.value));
    if (head.major == CBOR_NEGATIVE)
        return (struct str){NULL, 0};
    if (head.info <= CBOR_TRUE)
        return head.info == CBOR_TRUE ? STR("true") : STR("false");
    return print_double(a, double_of(&head));
}

/* Bytes are no text: readers that take them for one differ in what they make of them. */
static struct str decode(const struct tape *t, struct str written, uint8_t coding)
{
    if (coding == CODED_CHUNKS)
        return join_chunks(t->arena, written);
    return coding == CODED_HEAD ? print_head(t->arena, written) : (struct str){NULL, 0};
}

enum recognize_why body_read_cbor(struct tape *t)
{
    struct reader r = {.text = t->text, .tape = t};
    t->decode = decode;
    t->reason = "The body is no CBOR map, or nests too deeply.";
    if (!read_value(&r, tape_add(t)) || r.at != t->text.n || t->v[0].kind != ITEM_MAP)
        return RECOGNIZE_MALFORMED;
    return RECOGNIZED;
}
