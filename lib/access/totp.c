/* SPDX-License-Identifier: Apache-2.0 */
#include "access/totp.h"

#include <inttypes.h>
#include <nettle/hmac.h>
#include <stdio.h>

enum { SECRET_MAX = 64 };

/* Five bits each, RFC 4648. The seeds are our own, or checked, in capitals and
   without padding. */
static size_t decode(struct str base32, uint8_t ret[static SECRET_MAX])
{
    size_t n = 0;
    uint32_t bits = 0;
    int waiting = 0;
    for (size_t i = 0; i < base32.n && n < SECRET_MAX; i++) {
        char c = base32.p[i];
        bits = bits << 5 | (uint32_t)(c >= 'A' ? c - 'A' : c - '2' + 26);
        waiting += 5;
        if (waiting >= 8) {
            waiting -= 8;
            ret[n++] = (uint8_t)(bits >> waiting);
        }
    }
    return n;
}

static struct hmac_sha1_ctx begin(struct str seed)
{
    struct hmac_sha1_ctx hmac;
    uint8_t secret[SECRET_MAX];
    hmac_sha1_set_key(&hmac, decode(seed, secret), secret);
    return hmac;
}

/* RFC 4226, 5.3. */
static void make(struct hmac_sha1_ctx *hmac, int64_t step, char ret[static TOTP_SIZE])
{
    uint8_t counter[8], digest[SHA1_DIGEST_SIZE];
    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    hmac_sha1_update(hmac, sizeof counter, counter);
    hmac_sha1_digest(hmac, sizeof digest, digest); /* and is ready for the next message */
    const uint8_t *at = digest + (digest[SHA1_DIGEST_SIZE - 1] & 15);
    uint32_t number =
        (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    snprintf(ret, TOTP_SIZE, "%06" PRIu32, number % 1000000);
}

bool totp_find(struct str seed, const char *const *codes, size_t n, int64_t first, int64_t last,
               int64_t *ret)
{
    if (seed.n == 0)
        return false;
    struct hmac_sha1_ctx hmac = begin(seed);
    char code[TOTP_SIZE];
    for (int64_t step = first; step <= last; step++) {
        size_t i = 0;
        do
            make(&hmac, step + (int64_t)i, code);
        while (secret_equal(str_of(code), str_of(codes[i])) && ++i < n);
        if (i == n) {
            *ret = step;
            return true;
        }
    }
    return false;
}
