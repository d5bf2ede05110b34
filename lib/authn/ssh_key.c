/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/ssh_key.h"

#include <nettle/asn1.h>
#include <nettle/md5.h>

#include "err.h"

enum { BITS_MIN = 2048, BITS_MAX = 16384, BITS_PER_BYTE = 8, PEM_LINE = 64 };

#define PEM_BEGIN "-----BEGIN "
#define PEM_PUBLIC "-----BEGIN PUBLIC KEY-----"
#define PEM_END "-----END PUBLIC KEY-----"

/* DER of the algorithm: SEQUENCE { OBJECT IDENTIFIER rsaEncryption, NULL } (RFC 3279). */
static const char algorithm[] = "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
static const char object_id[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";

/* Big-endian, positive, and no byte more than that takes: contents of a DER INTEGER and of SSH's
   mpint alike. */
struct rsa {
    struct str exponent, modulus;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct str trim(struct str s)
{
    while (s.n && is_space(s.p[0]))
        s = (struct str){s.p + 1, s.n - 1};
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

static bool is_negative(struct str number)
{
    return number.n && ((unsigned char)number.p[0] & 0x80);
}

/* Leading zeros are dropped, but for the one that keeps the number positive. */
static bool shorten(struct str *number)
{
    if (is_negative(*number))
        return false;
    while (number->n > 1 && number->p[0] == '\0' &&
           !is_negative((struct str){number->p + 1, number->n - 1}))
        *number = (struct str){number->p + 1, number->n - 1};
    return number->n > 0;
}

static size_t bits_of(struct str number)
{
    unsigned char first = (unsigned char)number.p[0];
    size_t bits = (number.n - 1) * BITS_PER_BYTE;
    for (; first; first >>= 1)
        bits++;
    return bits;
}

static bool is_odd(struct str number)
{
    return number.p[number.n - 1] & 1;
}

/* What no key has is refused: an even number, an exponent of 1 or as long as the modulus. */
static bool is_good(struct rsa *key)
{
    if (!shorten(&key->exponent) || !shorten(&key->modulus))
        return false;
    size_t bits = bits_of(key->modulus), exponent = bits_of(key->exponent);
    return bits >= BITS_MIN && bits <= BITS_MAX && is_odd(key->modulus) && exponent > 1 &&
           exponent < bits && is_odd(key->exponent);
}

/* A string of SSH: four bytes of length, and the bytes. */
static bool take_string(struct str *s, struct str *ret)
{
    uint32_t n;
    if (s->n < sizeof n)
        return false;
    memcpy(&n, s->p, sizeof n);
    n = be32toh(n);
    if (s->n - sizeof n < n)
        return false;
    *ret = (struct str){s->p + sizeof n, n};
    *s = (struct str){ret->p + n, s->n - sizeof n - n};
    return true;
}

static bool read_blob(struct str blob, struct rsa *ret)
{
    struct str kind;
    return take_string(&blob, &kind) && str_is(kind, "ssh-rsa") &&
           take_string(&blob, &ret->exponent) && take_string(&blob, &ret->modulus) && blob.n == 0;
}

static void add_string(struct buf *b, struct str s)
{
    uint32_t n = htobe32((uint32_t)s.n);
    buf_add(b, (struct str){(const char *)&n, sizeof n});
    buf_add(b, s);
}

static struct str make_blob(struct arena *a, const struct rsa *key)
{
    struct buf b = buf_new(a, key->modulus.n + key->exponent.n + 32);
    add_string(&b, STR("ssh-rsa"));
    add_string(&b, key->exponent);
    add_string(&b, key->modulus);
    return buf_str(&b);
}

/* What stands behind the kind, up to a blank: the rest is a comment. */
static bool read_line(struct arena *a, struct str rest, struct rsa *ret)
{
    rest = trim(rest);
    size_t n = 0;
    while (n < rest.n && !is_space(rest.p[n]))
        n++;
    struct buf blob = buf_new(a, n);
    return !memchr(rest.p, '\n', rest.n) && buf_base64_decode(&blob, (struct str){rest.p, n}) &&
           read_blob(buf_str(&blob), ret);
}

/* The integers of an RSAPublicKey (RFC 8017, appendix A.1.1), and nothing behind them. */
static bool read_integers(struct asn1_der_iterator *at, struct rsa *ret)
{
    struct str *const numbers[] = {&ret->modulus, &ret->exponent};
    enum asn1_iterator_result got = asn1_der_decode_constructed_last(at);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        if (got != ASN1_ITERATOR_PRIMITIVE || at->type != ASN1_INTEGER)
            return false;
        *numbers[i] = (struct str){(const char *)at->data, at->length};
        got = asn1_der_iterator_next(at);
    }
    return got == ASN1_ITERATOR_END;
}

/* A SubjectPublicKeyInfo (RFC 5280, section 4.1) whose algorithm is RSA. */
static bool read_der(struct str der, struct rsa *ret)
{
    struct asn1_der_iterator at, name;
    bool outside =
        asn1_der_iterator_first(&at, der.n, (const uint8_t *)der.p) == ASN1_ITERATOR_CONSTRUCTED &&
        at.type == ASN1_SEQUENCE &&
        asn1_der_decode_constructed_last(&at) == ASN1_ITERATOR_CONSTRUCTED &&
        at.type == ASN1_SEQUENCE;
    if (!outside || asn1_der_decode_constructed(&at, &name) != ASN1_ITERATOR_PRIMITIVE)
        return false;
    struct str id = {(const char *)name.data, name.length};
    return name.type == ASN1_IDENTIFIER && str_eq(id, STR(object_id)) &&
           asn1_der_iterator_next(&at) == ASN1_ITERATOR_PRIMITIVE && at.type == ASN1_BITSTRING &&
           asn1_der_decode_bitstring_last(&at) == ASN1_ITERATOR_CONSTRUCTED &&
           at.type == ASN1_SEQUENCE && read_integers(&at, ret);
}

static bool read_pem(struct arena *a, struct str text, struct rsa *ret)
{
    const struct str begin = STR(PEM_PUBLIC), end = STR(PEM_END);
    if (text.n < begin.n + end.n || !str_starts(text, begin) ||
        memcmp(text.p + text.n - end.n, end.p, end.n) != 0)
        return false;
    struct buf digits = buf_new(a, text.n), der = buf_new(a, text.n);
    for (size_t i = begin.n; i < text.n - end.n; i++) {
        if (!is_space(text.p[i]))
            buf_add_char(&digits, text.p[i]);
    }
    return buf_base64_decode(&der, buf_str(&digits)) && read_der(buf_str(&der), ret);
}

/* Whether it names a kind of key of SSH, of which RSA is one. */
static bool is_ssh(struct str text)
{
    return str_starts(text, STR("ssh-")) || str_starts(text, STR("ecdsa-")) ||
           str_starts(text, STR("sk-"));
}

int ssh_key_read(struct arena *a, struct str text, struct str *ret)
{
    const struct str kind = STR("ssh-rsa");
    struct rsa key;
    bool ok = false;
    text = trim(text);
    if (str_starts(text, STR(PEM_BEGIN)))
        ok = read_pem(a, text, &key);
    else if (!is_ssh(text))
        return ERR_UNRECOGNIZED_PUBLIC_KEY_ENCODING;
    else if (str_starts(text, kind) && text.n > kind.n && is_space(text.p[kind.n]))
        ok = read_line(a, (struct str){text.p + kind.n, text.n - kind.n}, &key);
    if (!ok || !is_good(&key))
        return ERR_INVALID_PUBLIC_KEY;
    *ret = make_blob(a, &key);
    return OK;
}

char *ssh_key_line(struct arena *a, struct str blob)
{
    struct buf b = buf_new(a, blob.n * 4 / 3 + 16);
    buf_add(&b, STR("ssh-rsa "));
    buf_base64(&b, (const unsigned char *)blob.p, blob.n);
    return buf_text(&b);
}

/* A DER value of less than 64 KiB. */
static struct str wrap(struct arena *a, char tag, struct str first, struct str second)
{
    size_t n = first.n + second.n;
    struct buf b = buf_new(a, n + 4);
    buf_add_char(&b, tag);
    if (n > 0xff)
        buf_add_char(&b, (char)0x82);
    else if (n > 0x7f)
        buf_add_char(&b, (char)0x81);
    if (n > 0xff)
        buf_add_char(&b, (char)(n >> 8));
    buf_add_char(&b, (char)n);
    buf_add(&b, first);
    buf_add(&b, second);
    return buf_str(&b);
}

static struct str make_der(struct arena *a, const struct rsa *key)
{
    enum { INTEGER = 0x02, BIT_STRING = 0x03, SEQUENCE = 0x30 };
    const struct str none = {"", 0};
    struct str numbers = wrap(a, SEQUENCE, wrap(a, INTEGER, key->modulus, none),
                              wrap(a, INTEGER, key->exponent, none));
    return wrap(a, SEQUENCE, STR(algorithm), wrap(a, BIT_STRING, STR("\0"), numbers));
}

char *ssh_key_pem(struct arena *a, struct str blob)
{
    struct rsa key;
    ENSURE(read_blob(blob, &key));
    struct str der = make_der(a, &key);
    struct buf digits = buf_new(a, der.n * 4 / 3 + 4), b = buf_new(a, der.n * 2);
    buf_base64(&digits, (const unsigned char *)der.p, der.n);
    buf_add(&b, STR(PEM_PUBLIC "\n"));
    for (size_t i = 0; i < digits.n; i += PEM_LINE) {
        size_t left = digits.n - i;
        buf_add(&b, (struct str){digits.p + i, left < PEM_LINE ? left : PEM_LINE});
        buf_add_char(&b, '\n');
    }
    buf_add(&b, STR(PEM_END "\n"));
    return buf_text(&b);
}

char *ssh_key_fingerprint(struct arena *a, struct str blob)
{
    struct md5_ctx md5;
    uint8_t digest[MD5_DIGEST_SIZE];
    md5_init(&md5);
    md5_update(&md5, blob.n, (const uint8_t *)blob.p);
    md5_digest(&md5, sizeof digest, digest);
    struct buf b = buf_new(a, SSH_FINGERPRINT_SIZE);
    for (size_t i = 0; i < sizeof digest; i++)
        buf_printf(&b, i ? ":%02x" : "%02x", digest[i]);
    return buf_text(&b);
}
