/* SPDX-License-Identifier: Apache-2.0 */
#include "support/dpop.h"

#include <nettle/bignum.h>
#include <nettle/ecc-curve.h>
#include <nettle/sha2.h>

#include "jose/jwt.h"

enum { HALF = 32 };

static void chance(void *context, size_t n, uint8_t *ret)
{
    rand_bytes(context, ret, n);
}

void dpop_client_init(struct dpop_client *client, uint64_t seed)
{
    rand_init_seeded(&client->rand, seed);
    ecc_scalar_init(&client->secret, nettle_get_secp_256r1());
    ecc_point_init(&client->point, nettle_get_secp_256r1());
    ecdsa_generate_keypair(&client->point, &client->secret, &client->rand, chance);
}

void dpop_client_done(struct dpop_client *client)
{
    ecc_scalar_clear(&client->secret);
    ecc_point_clear(&client->point);
    rand_done(&client->rand);
}

static const char *encoded(struct arena *a, const void *bytes, size_t n)
{
    struct buf b = buf_new(a, 64);
    jwt_encode(&b, bytes, n);
    return buf_text(&b);
}

static const char *number(struct arena *a, const mpz_t value)
{
    uint8_t bytes[HALF];
    nettle_mpz_get_str_256(HALF, bytes, value);
    return encoded(a, bytes, HALF);
}

const char *dpop_client_jwk(struct dpop_client *client, struct arena *a)
{
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    ecc_point_get(&client->point, x, y);
    const char *text = arena_printf(a, "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"",
                                    number(a, x), number(a, y));
    mpz_clears(x, y, NULL);
    return text;
}

const char *dpop_client_sign(struct dpop_client *client, struct arena *a, const char *head,
                             const char *claims)
{
    const char *content = arena_printf(a, "%s.%s", encoded(a, head, strlen(head)),
                                       encoded(a, claims, strlen(claims)));
    struct sha256_ctx sha;
    struct dsa_signature signature;
    uint8_t digest[SHA256_DIGEST_SIZE], bytes[2 * HALF];
    sha256_init(&sha);
    sha256_update(&sha, strlen(content), (const uint8_t *)content);
    sha256_digest(&sha, sizeof digest, digest);
    dsa_signature_init(&signature);
    ecdsa_sign(&client->secret, &client->rand, chance, sizeof digest, digest, &signature);
    nettle_mpz_get_str_256(HALF, bytes, signature.r);
    nettle_mpz_get_str_256(HALF, bytes + HALF, signature.s);
    dsa_signature_clear(&signature);
    return arena_printf(a, "%s.%s", content, encoded(a, bytes, sizeof bytes));
}

const char *dpop_client_proof(struct dpop_client *client, struct arena *a, const char *url,
                              int64_t at, const char *id)
{
    const char *head = arena_printf(a, "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{%s}}",
                                    dpop_client_jwk(client, a));
    const char *claims = arena_printf(
        a, "{\"htm\":\"POST\",\"htu\":\"%s\",\"iat\":%lld,\"jti\":\"%s\"}", url, (long long)at, id);
    return dpop_client_sign(client, a, head, claims);
}
