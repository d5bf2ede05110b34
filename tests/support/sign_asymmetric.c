/* SPDX-License-Identifier: Apache-2.0 */
#include "support/sign_asymmetric.h"

#include <stdio.h>

#include <nettle/bignum.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/hmac.h>

#include "authn/sigv4.h"
#include "base/clock.h"

enum { NUMBER = 32 };

/* The first candidate will do: that it is none has a chance of one in four billion. */
static void derive(const struct signer *by, struct ecc_scalar *ret)
{
    struct hmac_sha256_ctx mac;
    uint8_t bytes[NUMBER];
    char key[64];
    mpz_t number;
    int n = snprintf(key, sizeof key, "AWS4A%s", by->secret);
    ENSURE(n > 0 && (size_t)n < sizeof key);
    hmac_sha256_set_key(&mac, (size_t)n, (const uint8_t *)key);
    hmac_sha256_update(&mac, 4, (const uint8_t *)"\0\0\0\1");
    hmac_sha256_update(&mac, sizeof "AWS4-ECDSA-P256-SHA256",
                       (const uint8_t *)"AWS4-ECDSA-P256-SHA256");
    hmac_sha256_update(&mac, strlen(by->access_key_id), (const uint8_t *)by->access_key_id);
    hmac_sha256_update(&mac, 5, (const uint8_t *)"\1\0\0\1\0");
    hmac_sha256_digest(&mac, sizeof bytes, bytes);
    mpz_init(number);
    nettle_mpz_set_str_256_u(number, sizeof bytes, bytes);
    mpz_add_ui(number, number, 1);
    ENSURE(ecc_scalar_set(ret, number));
    mpz_clear(number);
}

/* The same every time. */
static void numbers(void *state, size_t n, uint8_t *ret)
{
    unsigned char *next = state;
    for (size_t i = 0; i < n; i++)
        ret[i] = (*next)++;
}

static void add_number(struct buf *der, mpz_t number)
{
    uint8_t bytes[NUMBER + 1] = {0};
    size_t at = 0;
    nettle_mpz_get_str_256(NUMBER, bytes + 1, number);
    while (at < NUMBER && bytes[at] == 0 && bytes[at + 1] < 0x80)
        at++;
    buf_add_char(der, 2);
    buf_add_char(der, (char)(sizeof bytes - at));
    buf_add(der, (struct str){(const char *)bytes + at, sizeof bytes - at});
}

static const char *in_der(struct arena *a, struct dsa_signature *signature)
{
    struct buf two = {.arena = a}, der = {.arena = a}, hex = {.arena = a};
    add_number(&two, signature->r);
    add_number(&two, signature->s);
    buf_add_char(&der, 0x30);
    buf_add_char(&der, (char)two.n);
    buf_add(&der, buf_str(&two));
    buf_hex(&hex, (const unsigned char *)der.p, der.n);
    return buf_text(&hex);
}

static const char *signature_of(struct arena *a, const struct signer *by, struct str text)
{
    struct sha256_ctx sha;
    uint8_t digest[SHA256_DIGEST_SIZE];
    unsigned char state = 1;
    struct ecc_scalar key;
    struct dsa_signature signature;
    sha256_init(&sha);
    sha256_update(&sha, text.n, (const uint8_t *)text.p);
    sha256_digest(&sha, sizeof digest, digest);
    ecc_scalar_init(&key, nettle_get_secp_256r1());
    dsa_signature_init(&signature);
    derive(by, &key);
    ecdsa_sign(&key, &state, numbers, sizeof digest, digest, &signature);
    const char *hex = in_der(a, &signature);
    dsa_signature_clear(&signature);
    ecc_scalar_clear(&key);
    return hex;
}

static void add_header(struct arena *a, struct request *rq, const char *name, const char *value)
{
    struct request_header *headers = NEW_ARRAY(a, struct request_header, rq->n_headers + 1);
    memcpy(headers, rq->headers, rq->n_headers * sizeof *headers);
    headers[rq->n_headers++] = (struct request_header){str_of(name), str_of(value)};
    rq->headers = headers;
}

static struct str names_of(struct arena *a, const struct request *rq)
{
    struct buf b = {.arena = a};
    for (size_t i = 0; i < rq->n_headers; i++)
        buf_printf(&b, "%s%s", i ? ";" : "", str_fold(a, rq->headers[i].name));
    return buf_str(&b);
}

void sign_asymmetric(struct arena *a, const struct signer *by, const char *regions,
                     struct request *rq)
{
    char timestamp[CLOCK_TEXT_SIZE];
    struct sigv4_rules rules;
    clock_basic(by->at, timestamp);
    add_header(a, rq, "X-Amz-Date", arena_strdup(a, timestamp));
    add_header(a, rq, "X-Amz-Region-Set", regions);
    if (by->token)
        add_header(a, rq, "X-Amz-Security-Token", by->token);
    struct sigv4_auth auth = {.asymmetric = true,
                              .service = str_of(by->service),
                              .terminator = STR("aws4_request"),
                              .timestamp = str_of(timestamp),
                              .date = {timestamp, 8},
                              .signed_headers = names_of(a, rq)};
    if (by->payload)
        auth.payload = str_of(by->payload);
    sigv4_rules_of(auth.service, NULL, &rules);
    struct str canonical = sigv4_canonical_request(a, rq, &auth, &rules);
    const char *signature = signature_of(a, by, sigv4_string_to_sign(a, &auth, canonical));
    add_header(a, rq, "Authorization",
               arena_printf(a,
                            "AWS4-ECDSA-P256-SHA256 Credential=%s/%.8s/%s/aws4_request, "
                            "SignedHeaders=%.*s, Signature=%s",
                            by->access_key_id, timestamp, by->service, STR_FMT(auth.signed_headers),
                            signature));
}
