/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/service_secret.h"

#include <nettle/sha2.h>

enum { PASSWORD_BYTES = 45 }; /* 60 characters of base64 */

static char *base64(struct arena *a, const char *bytes, size_t n)
{
    struct buf b = buf_new(a, n * 4 / 3 + 4);
    buf_base64(&b, (const unsigned char *)bytes, n);
    return buf_text(&b);
}

char *service_secret_new(struct arena *a, struct rand *r, const char *prefix, const char *alias)
{
    unsigned char chance[PASSWORD_BYTES];
    rand_bytes(r, chance, sizeof chance);
    char *password = base64(a, (const char *)chance, sizeof chance);
    if (!prefix)
        return password;
    const char *pair = arena_printf(a, "%s:%s", alias, password);
    return arena_printf(a, "%s%s", prefix, base64(a, pair, strlen(pair)));
}

char *service_secret_hash(struct arena *a, const char *secret)
{
    struct sha256_ctx sha256;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&sha256);
    sha256_update(&sha256, strlen(secret), (const uint8_t *)secret);
    sha256_digest(&sha256, sizeof digest, digest);
    struct buf b = buf_new(a, 2 * sizeof digest + 1);
    buf_hex(&b, digest, sizeof digest);
    return buf_text(&b);
}
