/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures of tokens and the keys they are checked with (RFC 7517 and RFC 7518). */
#include <jansson.h>
#include <nettle/bignum.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/nettle-meta.h>
#include <nettle/rsa.h>

#include "jose/jwt.h"

/* RFC 7518, section 3.3, wants 2048 bits; beyond 8192 one check takes milliseconds. */
enum { RSA_BYTES_MIN = 256, RSA_BYTES_MAX = 1024, EXPONENT_BYTES_MAX = 8, KEYS_MAX = 100 };

enum padding { PKCS1, PSS, CURVE };

/* What the names of algorithms stand for. */
static const struct algorithm {
    const char *name, *kind; /* "alg" of the token, "kty" of the key */
    enum padding padding;
    const struct nettle_hash *hash;
    const char *curve;
} algorithms[] = {
    {"RS256", "RSA", PKCS1, &nettle_sha256, NULL},
    {"RS384", "RSA", PKCS1, &nettle_sha384, NULL},
    {"RS512", "RSA", PKCS1, &nettle_sha512, NULL},
    {"PS256", "RSA", PSS, &nettle_sha256, NULL},
    {"ES256", "EC", CURVE, &nettle_sha256, "P-256"},
    {"ES384", "EC", CURVE, &nettle_sha384, "P-384"},
};

static const struct algorithm *find_algorithm(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
        if (strcmp(algorithms[i].name, name) == 0)
            return &algorithms[i];
    }
    return NULL;
}

static uint8_t *hash(struct arena *a, const struct nettle_hash *hash, struct str text)
{
    void *context = arena_alloc(a, hash->context_size);
    uint8_t *digest = arena_alloc(a, hash->digest_size);
    hash->init(context);
    hash->update(context, text.n, (const uint8_t *)text.p);
    hash->digest(context, hash->digest_size, digest);
    return digest;
}

/* The digest as PKCS #1 signs it: in DER, behind the name of its algorithm (RFC 8017, 9.2). */
static bool pkcs1_accepts(const struct rsa_public_key *key, const struct nettle_hash *kind,
                          const uint8_t *digest, const mpz_t signature)
{
    enum { ALL = 1, NUMBER = 14, LENGTH = 18 };
    uint8_t info[19 + SHA512_DIGEST_SIZE] = {0x30, 0x11, 0x30, 0x0d, 0x06, 0x09, 0x60,
                                             0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                                             0x00, 0x05, 0x00, 0x04, 0x00};
    uint8_t n = (uint8_t)kind->digest_size;
    info[ALL] = (uint8_t)(info[ALL] + n);
    info[NUMBER] = (uint8_t)(n / 16 - 1); /* 1, 2 and 3 are SHA-256, 384 and 512 */
    info[LENGTH] = n;
    memcpy(info + LENGTH + 1, digest, n);
    return rsa_pkcs1_verify(key, LENGTH + 1 + n, info, signature);
}

/* A number of a key; false when it is missing, or longer than MAX bytes. */
static bool read_number(struct arena *a, const json_t *key, const char *name, size_t max, mpz_t ret)
{
    const char *text = json_string_value(json_object_get(key, name));
    struct str bytes;
    if (!text || !jwt_decode(a, str_of(text), &bytes) || bytes.n > max)
        return false;
    nettle_mpz_set_str_256_u(ret, bytes.n, (const uint8_t *)bytes.p);
    return true;
}

static bool read_rsa(struct arena *a, const json_t *json, struct rsa_public_key *ret)
{
    return read_number(a, json, "n", RSA_BYTES_MAX, ret->n) &&
           read_number(a, json, "e", EXPONENT_BYTES_MAX, ret->e) && mpz_odd_p(ret->e) &&
           mpz_cmp_ui(ret->e, 1) > 0 && rsa_public_key_prepare(ret) && ret->size >= RSA_BYTES_MIN;
}

static bool verify_rsa(struct arena *a, const struct algorithm *algorithm, const struct jwt *jwt,
                       const json_t *json)
{
    struct rsa_public_key key;
    mpz_t signature;
    mpz_init(signature);
    rsa_public_key_init(&key);
    const uint8_t *digest = hash(a, algorithm->hash, jwt->content);
    bool ok = read_rsa(a, json, &key) && jwt->signature.n == key.size;
    if (ok) {
        nettle_mpz_set_str_256_u(signature, jwt->signature.n, (const uint8_t *)jwt->signature.p);
        ok = algorithm->padding == PSS
                 ? rsa_pss_sha256_verify_digest(&key, SHA256_DIGEST_SIZE, digest, signature)
                 : pkcs1_accepts(&key, algorithm->hash, digest, signature);
    }
    rsa_public_key_clear(&key);
    mpz_clear(signature);
    return ok;
}

/* A point that is not on the curve is no key. */
static bool read_point(struct arena *a, const json_t *json, size_t max, struct ecc_point *ret)
{
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    bool ok = read_number(a, json, "x", max, x) && read_number(a, json, "y", max, y) &&
              ecc_point_set(ret, x, y);
    mpz_clears(x, y, NULL);
    return ok;
}

/* The signature is two numbers of the size of the curve (RFC 7518, section 3.4). */
static bool verify_curve(struct arena *a, const struct algorithm *algorithm, const struct jwt *jwt,
                         const json_t *json)
{
    struct ecc_point point;
    struct dsa_signature signature;
    size_t half = algorithm->hash->digest_size;
    const uint8_t *bytes = (const uint8_t *)jwt->signature.p;
    const char *curve = json_string_value(json_object_get(json, "crv"));
    bool right = curve && strcmp(curve, algorithm->curve) == 0;
    if (!right || jwt->signature.n != 2 * half)
        return false;
    const uint8_t *digest = hash(a, algorithm->hash, jwt->content);
    ecc_point_init(&point, half == 32 ? nettle_get_secp_256r1() : nettle_get_secp_384r1());
    dsa_signature_init(&signature);
    nettle_mpz_set_str_256_u(signature.r, half, bytes);
    nettle_mpz_set_str_256_u(signature.s, half, bytes + half);
    bool ok = read_point(a, json, half, &point) && ecdsa_verify(&point, half, digest, &signature);
    dsa_signature_clear(&signature);
    ecc_point_clear(&point);
    return ok;
}

static bool member_is(const json_t *key, const char *name, const char *value)
{
    const char *text = json_string_value(json_object_get(key, name));
    return text && strcmp(text, value) == 0;
}

/* Whether a key is meant for such signatures: what it does not say, it does not forbid. */
static bool key_fits(const json_t *key, const struct algorithm *algorithm, const char *id)
{
    return member_is(key, "kty", algorithm->kind) && (!id || member_is(key, "kid", id)) &&
           (!json_object_get(key, "use") || member_is(key, "use", "sig")) &&
           (!json_object_get(key, "alg") || member_is(key, "alg", algorithm->name));
}

/* A new reference to the list of keys; NULL: TEXT is no set of keys. */
static json_t *read_keys(struct str text)
{
    json_t *set = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
    json_t *keys = json_incref(json_object_get(set, "keys"));
    json_decref(set);
    if (json_is_array(keys) && json_array_size(keys) <= KEYS_MAX)
        return keys;
    json_decref(keys);
    return NULL;
}

enum jwt_verdict jwt_verify(struct arena *a, const struct jwt *jwt, struct str keys)
{
    const struct algorithm *algorithm = find_algorithm(jwt->algorithm);
    if (!algorithm)
        return JWT_REFUSED;
    enum jwt_verdict verdict = JWT_NO_KEY;
    json_t *list = read_keys(keys);
    for (size_t i = 0; i < json_array_size(list) && verdict != JWT_VERIFIED; i++) {
        const json_t *key = json_array_get(list, i);
        if (!key_fits(key, algorithm, jwt->key_id))
            continue;
        bool ok = algorithm->padding == CURVE ? verify_curve(a, algorithm, jwt, key)
                                              : verify_rsa(a, algorithm, jwt, key);
        verdict = ok ? JWT_VERIFIED : JWT_REFUSED;
    }
    json_decref(list);
    return verdict;
}

/* The numbers of a key; the last two are for keys on curves. */
struct numbers {
    struct rsa_public_key rsa;
    struct ecc_point p256, p384;
};

static bool is_usable(struct arena *a, const json_t *key, struct numbers *numbers)
{
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
        const struct algorithm *algorithm = &algorithms[i];
        if (!key_fits(key, algorithm, NULL))
            continue;
        size_t size = algorithm->hash->digest_size;
        if (algorithm->padding == CURVE
                ? member_is(key, "crv", algorithm->curve) &&
                      read_point(a, key, size, size == 32 ? &numbers->p256 : &numbers->p384)
                : read_rsa(a, key, &numbers->rsa))
            return true;
    }
    return false;
}

bool jwt_keys_ok(struct arena *a, struct str text)
{
    struct numbers numbers;
    bool ok = false;
    json_t *list = read_keys(text);
    rsa_public_key_init(&numbers.rsa);
    ecc_point_init(&numbers.p256, nettle_get_secp_256r1());
    ecc_point_init(&numbers.p384, nettle_get_secp_384r1());
    for (size_t i = 0; i < json_array_size(list) && !ok; i++)
        ok = is_usable(a, json_array_get(list, i), &numbers);
    ecc_point_clear(&numbers.p384);
    ecc_point_clear(&numbers.p256);
    rsa_public_key_clear(&numbers.rsa);
    json_decref(list);
    return ok;
}
