/* SPDX-License-Identifier: Apache-2.0 */
#include "access/sealed.h"

#include <nettle/base64.h>
#include <nettle/hmac.h>
#include <nettle/siv-cmac.h>
#include <zlib.h>

enum {
    LENGTH_SIZE = 4,            /* of the text, in front of what it is compressed to */
    PLAIN_MAX = 1024,           /* no longer texts stay as they are: compressing takes its time */
    TEXT_MAX = 1 << 20,         /* no more is unpacked */
    MESSAGE_MAX = 2 * TEXT_MAX, /* in base64 */
};

/* SIV asks for a nonce of some length, and needs none: equal texts become equal messages. */
static const uint8_t nonce[] = {1};

void sealed_key(struct str secret, unsigned char ret[static SEALED_KEY_SIZE])
{
    static const char purpose[] = "authorization messages";
    struct hmac_sha256_ctx hmac;
    hmac_sha256_set_key(&hmac, secret.n, (const uint8_t *)secret.p);
    hmac_sha256_update(&hmac, sizeof purpose - 1, (const uint8_t *)purpose);
    hmac_sha256_digest(&hmac, SEALED_KEY_SIZE, ret);
}

static unsigned char *pack(struct arena *a, struct str text, size_t *ret_n)
{
    uLongf n = compressBound(text.n);
    unsigned char *packed = arena_alloc(a, LENGTH_SIZE + n);
    for (int i = 0; i < LENGTH_SIZE; i++)
        packed[i] = (unsigned char)(text.n >> (8 * i));
    if (text.n > PLAIN_MAX) {
        compress2(packed + LENGTH_SIZE, &n, (const Bytef *)text.p, text.n, Z_BEST_SPEED);
    } else {
        n = text.n;
        memcpy(packed + LENGTH_SIZE, text.p ? text.p : "", n);
    }
    *ret_n = LENGTH_SIZE + n;
    return packed;
}

size_t sealed_packed(struct arena *a, struct str text)
{
    size_t n;
    pack(a, text, &n);
    return n;
}

static struct str unpack(struct arena *a, const unsigned char *packed, size_t n)
{
    const struct str nothing = {NULL, 0};
    uLongf size = 0;
    for (size_t i = 0; i < LENGTH_SIZE && i < n; i++)
        size |= (uLongf)packed[i] << (8 * i);
    if (n < LENGTH_SIZE || size > TEXT_MAX)
        return nothing;
    uLongf got = n - LENGTH_SIZE;
    char *text = arena_zalloc(a, size + 1);
    if (size > PLAIN_MAX) {
        got = size;
        if (uncompress((Bytef *)text, &got, packed + LENGTH_SIZE, n - LENGTH_SIZE) != Z_OK)
            return nothing;
    } else if (got == size) {
        memcpy(text, packed + LENGTH_SIZE, size);
    }
    return got == size ? (struct str){text, size} : nothing;
}

struct str sealed_bytes(struct arena *a, const unsigned char key[static SEALED_KEY_SIZE],
                        const char *account, struct str text)
{
    struct siv_cmac_aes128_ctx siv;
    size_t n;
    unsigned char *packed = pack(a, text, &n);
    size_t sealed_n = n + SIV_DIGEST_SIZE;
    unsigned char *sealed = arena_alloc(a, sealed_n);
    siv_cmac_aes128_set_key(&siv, key);
    siv_cmac_aes128_encrypt_message(&siv, sizeof nonce, nonce, strlen(account),
                                    (const uint8_t *)account, sealed_n, sealed, packed);
    return (struct str){(const char *)sealed, sealed_n};
}

struct str sealed_open(struct arena *a, const unsigned char key[static SEALED_KEY_SIZE],
                       const char *account, struct str sealed)
{
    const struct str nothing = {NULL, 0};
    struct siv_cmac_aes128_ctx siv;
    if (sealed.n < SIV_DIGEST_SIZE)
        return nothing;
    size_t n = sealed.n - SIV_DIGEST_SIZE;
    unsigned char *packed = arena_alloc(a, n + 1);
    siv_cmac_aes128_set_key(&siv, key);
    if (!siv_cmac_aes128_decrypt_message(&siv, sizeof nonce, nonce, strlen(account),
                                         (const uint8_t *)account, n, packed,
                                         (const uint8_t *)sealed.p))
        return nothing;
    return unpack(a, packed, n);
}

char *sealed_write(struct arena *a, const unsigned char key[static SEALED_KEY_SIZE],
                   const char *account, struct str text)
{
    struct str sealed = sealed_bytes(a, key, account, text);
    struct base64_encode_ctx base64;
    char *message = arena_alloc(a, BASE64_ENCODE_LENGTH(sealed.n) + BASE64_ENCODE_FINAL_LENGTH + 1);
    base64url_encode_init(&base64);
    size_t length = base64_encode_update(&base64, message, sealed.n, (const uint8_t *)sealed.p);
    length += base64_encode_final(&base64, message + length);
    while (length && message[length - 1] == '=')
        length--;
    message[length] = '\0';
    return message;
}

struct str sealed_read(struct arena *a, const unsigned char key[static SEALED_KEY_SIZE],
                       const char *account, struct str message)
{
    const struct str nothing = {NULL, 0};
    struct base64_decode_ctx base64;
    if (message.n > MESSAGE_MAX)
        return nothing;
    size_t padding = (4 - message.n % 4) % 4, n = BASE64_DECODE_LENGTH(message.n + padding), last;
    unsigned char *sealed = arena_alloc(a, n + 3);
    base64url_decode_init(&base64);
    if (!base64_decode_update(&base64, &n, sealed, message.n, message.p) ||
        !base64_decode_update(&base64, &last, sealed + n, padding, "===") ||
        !base64_decode_final(&base64))
        return nothing;
    return sealed_open(a, key, account, (struct str){(const char *)sealed, n + last});
}
