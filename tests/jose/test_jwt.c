/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens signed here by nettle, in every algorithm that is taken, and tokens that are none. */
#include <check.h>
#include <nettle/bignum.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/nettle-meta.h>
#include <nettle/rsa.h>

#include "base/rand.h"
#include "jose/jwt.h"
#include "support/suite.h"

enum { BITS = 2048 };

static struct arena a;
static struct rand source;
static struct rsa_public_key rsa_public;
static struct rsa_private_key rsa;
static struct ecc_scalar p256, p384;
static struct ecc_point p256_public, p384_public;

static void chance(void *context, size_t n, uint8_t *ret)
{
    rand_bytes(context, ret, n);
}

static void make_keys(void)
{
    rand_init_seeded(&source, 1);
    rsa_public_key_init(&rsa_public);
    rsa_private_key_init(&rsa);
    mpz_set_ui(rsa_public.e, 65537);
    rsa_generate_keypair(&rsa_public, &rsa, &source, chance, NULL, NULL, BITS, 0);
    ecc_scalar_init(&p256, nettle_get_secp_256r1());
    ecc_scalar_init(&p384, nettle_get_secp_384r1());
    ecc_point_init(&p256_public, nettle_get_secp_256r1());
    ecc_point_init(&p384_public, nettle_get_secp_384r1());
    ecdsa_generate_keypair(&p256_public, &p256, &source, chance);
    ecdsa_generate_keypair(&p384_public, &p384, &source, chance);
}

static void drop_keys(void)
{
    rsa_public_key_clear(&rsa_public);
    rsa_private_key_clear(&rsa);
    ecc_scalar_clear(&p256);
    ecc_scalar_clear(&p384);
    ecc_point_clear(&p256_public);
    ecc_point_clear(&p384_public);
    rand_done(&source);
}

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static const char *encoded(struct str text)
{
    struct buf b = buf_new(&a, 64);
    jwt_encode(&b, (const unsigned char *)text.p, text.n);
    return buf_text(&b);
}

static const char *number(const mpz_t value, size_t size)
{
    uint8_t *bytes = arena_alloc(&a, size);
    nettle_mpz_get_str_256(size, bytes, value);
    return encoded((struct str){(const char *)bytes, size});
}

static const char *curve_key(const char *name, const struct ecc_point *point, size_t size)
{
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    ecc_point_get(point, x, y);
    const char *text =
        arena_printf(&a, "{\"kty\":\"EC\",\"kid\":\"%s\",\"crv\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}",
                     name, name, number(x, size), number(y, size));
    mpz_clears(x, y, NULL);
    return text;
}

static const char *rsa_key(const char *more)
{
    return arena_printf(&a, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"%s}",
                        number(rsa_public.n, BITS / 8), more);
}

static struct str keys(void)
{
    return str_of(arena_printf(&a, "{\"keys\":[%s,%s,%s]}", rsa_key(",\"kid\":\"rsa\""),
                               curve_key("P-256", &p256_public, 32),
                               curve_key("P-384", &p384_public, 48)));
}

static void hash(const struct nettle_hash *kind, struct str text, uint8_t *ret)
{
    void *context = arena_alloc(&a, kind->context_size);
    kind->init(context);
    kind->update(context, text.n, (const uint8_t *)text.p);
    kind->digest(context, kind->digest_size, ret);
}

static const char *sign_curve(const struct ecc_scalar *key, const struct nettle_hash *kind,
                              struct str content)
{
    uint8_t digest[SHA512_DIGEST_SIZE];
    size_t half = kind->digest_size;
    uint8_t *bytes = arena_alloc(&a, 2 * half);
    struct dsa_signature signature;
    dsa_signature_init(&signature);
    hash(kind, content, digest);
    ecdsa_sign(key, &source, chance, half, digest, &signature);
    nettle_mpz_get_str_256(half, bytes, signature.r);
    nettle_mpz_get_str_256(half, bytes + half, signature.s);
    dsa_signature_clear(&signature);
    return encoded((struct str){(const char *)bytes, 2 * half});
}

/* SHA-384 by the DigestInfo of RFC 8017; nettle signs the others by itself. */
static void sign_rsa(const char *algorithm, struct str content, mpz_t ret)
{
    static const uint8_t info[] = {0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                   0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30};
    uint8_t digest[sizeof info + SHA512_DIGEST_SIZE], salt[SHA256_DIGEST_SIZE] = {1, 2, 3};
    struct sha256_ctx sha256;
    struct sha512_ctx sha512;
    if (strcmp(algorithm, "RS256") == 0) {
        sha256_init(&sha256);
        sha256_update(&sha256, content.n, (const uint8_t *)content.p);
        rsa_sha256_sign(&rsa, &sha256, ret);
    } else if (strcmp(algorithm, "RS512") == 0) {
        sha512_init(&sha512);
        sha512_update(&sha512, content.n, (const uint8_t *)content.p);
        rsa_sha512_sign(&rsa, &sha512, ret);
    } else if (strcmp(algorithm, "PS256") == 0) {
        hash(&nettle_sha256, content, digest);
        rsa_pss_sha256_sign_digest_tr(&rsa_public, &rsa, &source, chance, sizeof salt, salt, digest,
                                      ret);
    } else {
        memcpy(digest, info, sizeof info);
        hash(&nettle_sha384, content, digest + sizeof info);
        rsa_pkcs1_sign(&rsa, sizeof info + SHA384_DIGEST_SIZE, digest, ret);
    }
}

static struct str token(const char *algorithm, const char *id, const char *claims)
{
    const char *head = arena_printf(&a, "{\"alg\":\"%s\"%s}", algorithm,
                                    id ? arena_printf(&a, ",\"kid\":\"%s\"", id) : "");
    const char *content = arena_printf(&a, "%s.%s", encoded(str_of(head)), encoded(str_of(claims)));
    const char *signature;
    if (strcmp(algorithm, "ES256") == 0) {
        signature = sign_curve(&p256, &nettle_sha256, str_of(content));
    } else if (strcmp(algorithm, "ES384") == 0) {
        signature = sign_curve(&p384, &nettle_sha384, str_of(content));
    } else {
        mpz_t value;
        mpz_init(value);
        sign_rsa(algorithm, str_of(content), value);
        signature = number(value, BITS / 8);
        mpz_clear(value);
    }
    return str_of(arena_printf(&a, "%s.%s", content, signature));
}

static enum jwt_verdict verdict(struct str text, struct str set)
{
    struct jwt jwt;
    ck_assert(jwt_read(&a, text, &jwt));
    return jwt_verify(&a, &jwt, set);
}

static bool passes(struct str text, struct str set)
{
    struct jwt jwt;
    return jwt_read(&a, text, &jwt) && jwt_verify(&a, &jwt, set) == JWT_VERIFIED;
}

static const struct {
    const char *algorithm, *id;
} algorithms[] = {
    {"RS256", "rsa"}, {"RS384", "rsa"},   {"RS512", "rsa"},
    {"PS256", "rsa"}, {"ES256", "P-256"}, {"ES384", "P-384"},
};

START_TEST(test_algorithms)
{
    const char *name = algorithms[_i].algorithm;
    struct str good = token(name, algorithms[_i].id, "{\"sub\":\"s\"}");
    ck_assert_int_eq(verdict(good, keys()), JWT_VERIFIED);
    ck_assert_int_eq(verdict(token(name, NULL, "{}"), keys()), JWT_VERIFIED);
    ck_assert_int_eq(verdict(token(name, "other", "{}"), keys()), JWT_NO_KEY);
    ck_assert_int_eq(verdict(good, STR("{\"keys\":[]}")), JWT_NO_KEY);
    ck_assert_int_eq(verdict(good, STR("nonsense")), JWT_NO_KEY);
    /* One bit of the claims, and one of the signature. */
    char *altered = arena_strndup(&a, good.p, good.n);
    char *claims = strchr(altered, '.') + 3;
    *claims = *claims == 'A' ? 'B' : 'A';
    ck_assert(!passes(str_of(altered), keys()));
    altered = arena_strndup(&a, good.p, good.n);
    altered[good.n - 10] = altered[good.n - 10] == 'A' ? 'B' : 'A';
    ck_assert_int_eq(verdict(str_of(altered), keys()), JWT_REFUSED);
    good.n -= 4;
    ck_assert(!passes(good, keys()));
}
END_TEST

/* Every algorithm's signature under every other's name: none passes, none crashes. */
START_TEST(test_other_algorithms)
{
    const char *names[] = {"RS256", "RS384", "RS512", "PS256", "ES256",
                           "ES384", "none",  "HS256", "EdDSA", ""};
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
        struct jwt jwt;
        struct str text = token(algorithms[i].algorithm, NULL, "{}");
        ck_assert(jwt_read(&a, text, &jwt));
        for (size_t k = 0; k < ARRAY_LEN(names); k++) {
            jwt.algorithm = names[k];
            ck_assert_int_eq(jwt_verify(&a, &jwt, keys()) == JWT_VERIFIED,
                             strcmp(names[k], algorithms[i].algorithm) == 0);
        }
    }
}
END_TEST

/* What is said of a key counts. */
START_TEST(test_uses_of_keys)
{
    struct str text = token("RS256", NULL, "{}");
    const struct {
        const char *more;
        enum jwt_verdict verdict;
    } cases[] = {
        {",\"use\":\"sig\"", JWT_VERIFIED},       {",\"use\":\"enc\"", JWT_NO_KEY},
        {",\"alg\":\"RS256\"", JWT_VERIFIED},     {",\"alg\":\"RS512\"", JWT_NO_KEY},
        {",\"x5c\":[\"unknown\"]", JWT_VERIFIED},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *set = arena_printf(&a, "{\"keys\":[%s]}", rsa_key(cases[i].more));
        ck_assert_int_eq(verdict(text, str_of(set)), cases[i].verdict);
    }
}
END_TEST

START_TEST(test_keys_ok)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":[1]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}",
        /* 1024 bits, an even exponent, a point that is not on the curve */
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQ\",\"e\":\"AQAB\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"Ag\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"AQ\",\"y\":\"Ag\"}]}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(!jwt_keys_ok(&a, str_of(bad[i])), "%s", bad[i]);
    ck_assert(jwt_keys_ok(&a, keys()));
    const char *even =
        arena_printf(&a, "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAA\"}]}",
                     number(rsa_public.n, BITS / 8));
    ck_assert(!jwt_keys_ok(&a, str_of(even)));
    static const char *const other_uses[] = {",\"use\":\"enc\"", ",\"alg\":\"RSA-OAEP\""};
    for (size_t i = 0; i < ARRAY_LEN(other_uses); i++) {
        const char *set = arena_printf(&a, "{\"keys\":[%s]}", rsa_key(other_uses[i]));
        ck_assert_msg(!jwt_keys_ok(&a, str_of(set)), "%s", set);
    }
}
END_TEST

static bool read_claims(const char *claims, struct jwt *ret)
{
    const char *text =
        arena_printf(&a, "%s.%s.", encoded(STR("{\"alg\":\"RS256\"}")), encoded(str_of(claims)));
    return jwt_read(&a, str_of(text), ret);
}

START_TEST(test_claims)
{
    struct jwt jwt;
    ck_assert(
        read_claims("{\"iss\":\"https://i\",\"sub\":\"s\",\"aud\":[\"a\",\"b\"],\"azp\":\"c\","
                    "\"exp\":1700000000.9,\"iat\":5,\"amr\":\"pwd\",\"admin\":true,\"n\":7,"
                    "\"https://aws.amazon.com/source_identity\":\"alice\","
                    "\"https://aws.amazon.com/tags\":{\"principal_tags\":{\"Team\":[\"x\"],"
                    "\"Stage\":\"y\"},\"transitive_tag_keys\":[\"team\"]}}",
                    &jwt));
    ck_assert_str_eq(jwt.issuer, "https://i");
    ck_assert_str_eq(jwt.subject, "s");
    ck_assert_str_eq(jwt.party, "c");
    ck_assert_uint_eq(jwt.n_audience, 2);
    ck_assert_str_eq(jwt.audience[1], "b");
    ck_assert_uint_eq(jwt.n_methods, 1);
    ck_assert_int_eq(jwt.expires, 1700000000);
    ck_assert_int_eq(jwt.issued, 5);
    ck_assert_int_eq(jwt.not_before, JWT_NEVER);
    ck_assert_str_eq(jwt.source_identity, "alice");
    ck_assert_uint_eq(jwt.n_tags, 2);
    ck_assert_str_eq(jwt.tags[0].key, "Team");
    ck_assert_uint_eq(jwt.n_transitive, 1);
    ck_assert_str_eq(jwt.transitive[0], "team");
    ck_assert_str_eq(jwt.tags[1].value, "y");
    ck_assert(read_claims("{}", &jwt));
    ck_assert_ptr_null(jwt.issuer);
    ck_assert_uint_eq(jwt.n_audience, 0);
    ck_assert(read_claims("{\"https://aws.amazon.com/tags/principal_tags/Team\":[\"x\"],"
                          "\"https://aws.amazon.com/tags/transitive_tag_keys\":[\"Team\"]}",
                          &jwt));
    ck_assert_uint_eq(jwt.n_tags, 1);
    ck_assert_uint_eq(jwt.n_transitive, 1);
    ck_assert_str_eq(jwt.transitive[0], "Team");
}
END_TEST

START_TEST(test_bad_claims)
{
    static const char *const bad[] = {
        "[]",
        "\"x\"",
        "{\"iss\":1}",
        "{\"sub\":null}",
        "{\"aud\":{}}",
        "{\"aud\":[1]}",
        "{\"exp\":\"1\"}",
        "{\"exp\":-1}",
        "{\"exp\":1e300}",
        "{\"sub\":\"a\",\"sub\":\"b\"}",
        "{\"sub\":\"a\\u0000b\"}",
        "{\"https://aws.amazon.com/source_identity\":[]}",
        "{\"https://aws.amazon.com/tags\":{\"principal_tags\":{\"a\":[\"b\",\"c\"]}}}",
        "{\"https://aws.amazon.com/tags\":{\"principal_tags\":{\"a\":[1]}}}",
        "{\"https://aws.amazon.com/tags\":{\"principal_tags\":{\"\":[\"x\"]}}}",
    };
    struct jwt jwt;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(!read_claims(bad[i], &jwt), "%s", bad[i]);
    struct buf many = buf_new(&a, 4096);
    buf_add(&many, STR("{\"aud\":["));
    for (int i = 0; i < 51; i++)
        buf_printf(&many, "%s\"a\"", i ? "," : "");
    buf_add(&many, STR("]}"));
    ck_assert(!read_claims(buf_text(&many), &jwt));
}
END_TEST

START_TEST(test_bad_tokens)
{
    static const char *const bad[] = {"",           ".",         "..",           "a",
                                      "e30",        "e30.",      "e30.e30",      "e30.e30.",
                                      "e30.e30.A",  "e30.e30.=", "e30.e30.AA==", "e30.e30.A+A",
                                      "e30=.e30.AA"};
    struct jwt jwt;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(!jwt_read(&a, str_of(bad[i]), &jwt), "%s", bad[i]);
    const char *critical = arena_printf(
        &a, "%s.e30.AA", encoded(STR("{\"alg\":\"RS256\",\"crit\":[\"exp\"],\"exp\":1}")));
    ck_assert(!jwt_read(&a, str_of(critical), &jwt));
}
END_TEST

int main(void)
{
    make_keys();
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, test_algorithms, 0, ARRAY_LEN(algorithms));
    tcase_add_test(tc, test_other_algorithms);
    tcase_add_test(tc, test_uses_of_keys);
    tcase_add_test(tc, test_keys_ok);
    tcase_add_test(tc, test_claims);
    tcase_add_test(tc, test_bad_claims);
    tcase_add_test(tc, test_bad_tokens);
    int failed = suite_run("jwt", tc);
    drop_keys();
    return failed;
}
