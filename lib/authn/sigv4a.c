/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/sigv4a.h"

#include <nettle/asn1.h>
#include <nettle/bignum.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/hmac.h>

#include "authn/sigv4_priv.h"
#include "model/region.h"

enum {
    NUMBER = SIGV4A_NUMBER_SIZE,
    NUMBER_BITS = 8 * NUMBER,
    SIGNATURE_MAX = 72, /* bytes of two such numbers in DER */
};

/* One candidate of SP 800-108's counter mode, with one block: the counter that counts is in the
   context, behind the access key's id. */
static void candidate(struct str id, struct str key, uint8_t counter, uint8_t ret[static NUMBER])
{
    static const uint8_t block[] = {0, 0, 0, 1}, bits[] = {0, 0, 1, 0};
    static const char label[] = SIGV4A_ALGORITHM; /* its NUL parts it from the context */
    struct hmac_sha256_ctx mac;
    hmac_sha256_set_key(&mac, key.n, (const uint8_t *)key.p);
    hmac_sha256_update(&mac, sizeof block, block);
    hmac_sha256_update(&mac, sizeof label, (const uint8_t *)label);
    hmac_sha256_update(&mac, id.n, (const uint8_t *)id.p);
    hmac_sha256_update(&mac, 1, &counter);
    hmac_sha256_update(&mac, sizeof bits, bits);
    hmac_sha256_digest(&mac, NUMBER, ret);
}

/* The private number: the first candidate below the order of the curve less one, plus one. */
static void derive(struct str id, struct str key, struct ecc_scalar *ret)
{
    uint8_t bytes[NUMBER];
    mpz_t number;
    bool found = false;
    mpz_init(number);
    for (unsigned counter = 1; counter < 255 && !found; counter++) {
        candidate(id, key, (uint8_t)counter, bytes);
        nettle_mpz_set_str_256_u(number, sizeof bytes, bytes);
        mpz_add_ui(number, number, 1);
        found = ecc_scalar_set(ret, number) != 0;
    }
    ENSURE(found);
    mpz_set_ui(number, 0);
    mpz_clear(number);
    explicit_bzero(bytes, sizeof bytes);
}

void sigv4a_key_of(struct str access_key_id, struct str secret, struct sigv4a_key *ret)
{
    char key[5 + SIGV4_SECRET_MAX] = "AWS4A";
    struct ecc_scalar scalar;
    struct ecc_point point;
    mpz_t x, y;
    ENSURE(secret.n <= SIGV4_SECRET_MAX);
    memcpy(key + 5, secret.p, secret.n);
    mpz_inits(x, y, NULL);
    ecc_scalar_init(&scalar, nettle_get_secp_256r1());
    ecc_point_init(&point, nettle_get_secp_256r1());
    derive(access_key_id, (struct str){key, 5 + secret.n}, &scalar);
    ecc_point_mul_g(&point, &scalar);
    ecc_point_get(&point, x, y);
    nettle_mpz_get_str_256(NUMBER, ret->x, x);
    nettle_mpz_get_str_256(NUMBER, ret->y, y);
    ecc_point_clear(&point);
    ecc_scalar_clear(&scalar);
    mpz_clears(x, y, NULL);
    explicit_bzero(key, sizeof key);
}

static int hex_digit(char c)
{
    if (ascii_is_digit(c))
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Lower-case hexadecimal of DER of two numbers. */
static size_t decode_hex(struct str text, uint8_t ret[static SIGNATURE_MAX])
{
    if (text.n % 2 || text.n / 2 > SIGNATURE_MAX)
        return 0;
    for (size_t i = 0; i < text.n; i += 2) {
        int high = hex_digit(text.p[i]), low = hex_digit(text.p[i + 1]);
        if (high < 0 || low < 0)
            return 0;
        ret[i / 2] = (uint8_t)(high << 4 | low);
    }
    return text.n / 2;
}

static bool read_number(enum asn1_iterator_result step, struct asn1_der_iterator *i, mpz_t ret)
{
    return step == ASN1_ITERATOR_PRIMITIVE && i->type == ASN1_INTEGER &&
           asn1_der_get_bignum(i, ret, NUMBER_BITS) && mpz_sgn(ret) > 0;
}

static bool read_signature(struct str text, struct dsa_signature *ret)
{
    uint8_t bytes[SIGNATURE_MAX];
    struct asn1_der_iterator i;
    size_t n = decode_hex(text, bytes);
    return n && asn1_der_iterator_first(&i, n, bytes) == ASN1_ITERATOR_CONSTRUCTED &&
           i.type == ASN1_SEQUENCE &&
           read_number(asn1_der_decode_constructed_last(&i), &i, ret->r) &&
           read_number(asn1_der_iterator_next(&i), &i, ret->s) &&
           asn1_der_iterator_next(&i) == ASN1_ITERATOR_END;
}

static bool check(struct str text, const struct sigv4a_key *key,
                  const struct dsa_signature *signature)
{
    struct sha256_ctx sha;
    uint8_t digest[SHA256_DIGEST_SIZE];
    struct ecc_point point;
    mpz_t x, y;
    sha256_init(&sha);
    sha256_update(&sha, text.n, (const uint8_t *)text.p);
    sha256_digest(&sha, sizeof digest, digest);
    mpz_inits(x, y, NULL);
    ecc_point_init(&point, nettle_get_secp_256r1());
    nettle_mpz_set_str_256_u(x, NUMBER, key->x);
    nettle_mpz_set_str_256_u(y, NUMBER, key->y);
    bool good =
        ecc_point_set(&point, x, y) && ecdsa_verify(&point, sizeof digest, digest, signature);
    ecc_point_clear(&point);
    mpz_clears(x, y, NULL);
    return good;
}

bool sigv4a_verify(struct arena *a, const struct request *rq, const struct sigv4_auth *auth,
                   const struct sigv4_rules *rules, const struct sigv4a_key *key)
{
    struct dsa_signature signature;
    struct str canonical = sigv4_canonical_request(a, rq, auth, rules);
    if (!canonical.p)
        return false;
    dsa_signature_init(&signature);
    bool good = read_signature(auth->signature, &signature) &&
                check(sigv4_string_to_sign(a, auth, canonical), key, &signature);
    dsa_signature_clear(&signature);
    return good;
}

/* The last label that is a region's name: a bucket, which comes first, may have any. */
static struct str region_of_host(const struct request *rq)
{
    struct str host = request_header(rq, "host"), found = {NULL, 0};
    host = str_cut(&host, ':');
    while (host.p) {
        struct str label = str_cut(&host, '.');
        if (region_find(label))
            found = label;
    }
    return found;
}

/* A star at the end stands for any rest. */
static bool covers(struct str pattern, struct str region)
{
    bool star = pattern.n && pattern.p[pattern.n - 1] == '*';
    struct str start = {pattern.p, pattern.n - 1};
    return star ? str_starts(region, start) : str_eq(pattern, region);
}

struct str sigv4a_region(const struct request *rq, struct str set)
{
    struct str named = region_of_host(rq), first = {NULL, 0};
    bool any = false;
    while (set.p) {
        struct str part = str_cut(&set, ',');
        struct str pattern = str_trim(part);
        if (named.p && covers(pattern, named))
            return named;
        bool star = pattern.n && pattern.p[pattern.n - 1] == '*';
        if (!star && !first.p)
            first = pattern;
        any |= star;
    }
    if (named.p)
        return (struct str){NULL, 0};
    return !first.p && any ? STR("us-east-1") : first;
}
