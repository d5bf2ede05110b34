/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ids.h"

#include <inttypes.h>
#include <stdio.h>

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { PREFIX = 4, ACCOUNT_DIGITS = 10, ACCOUNT_SHIFT = 7 };

/* Ten digits are 50 bits; the account's 48 sit at the top and chance fills what is left. */
static uint64_t account_bits(struct rand *r, const char *account)
{
    int64_t number = 0;
    str_to_int64(str_of(account), &number);
    unsigned char chance[2];
    rand_bytes(r, chance, sizeof chance);
    uint64_t low = (uint64_t)chance[0] << 8 | chance[1];
    uint64_t bits = UINT64_C(1) << 47 | (uint64_t)number << ACCOUNT_SHIFT | (low & 0x7f);
    return bits << 2 | (low >> 14);
}

static void make(struct rand *r, const char *prefix, const char *account, char *ret, size_t size)
{
    memcpy(ret, prefix, PREFIX);
    uint64_t bits = account_bits(r, account);
    for (int i = 0; i < ACCOUNT_DIGITS; i++)
        ret[PREFIX + i] = base32[bits >> (45 - 5 * i) & 31];
    unsigned char chance[ID_SIZE];
    size_t at = PREFIX + ACCOUNT_DIGITS;
    rand_bytes(r, chance, size - 1 - at);
    for (size_t i = 0; at < size - 1; i++, at++)
        ret[at] = base32[chance[i] & 31];
    ret[at] = '\0';
}

void id_new(struct rand *r, const char *prefix, const char *account, char ret[static ID_SIZE])
{
    make(r, prefix, account, ret, ID_SIZE);
}

void access_key_new(struct rand *r, const char *prefix, const char *account,
                    char ret[static ACCESS_KEY_SIZE])
{
    make(r, prefix, account, ret, ACCESS_KEY_SIZE);
}

void secret_new(struct rand *r, char ret[static SECRET_SIZE])
{
    unsigned char chance[SECRET_SIZE - 1];
    rand_bytes(r, chance, sizeof chance);
    for (size_t i = 0; i < sizeof chance; i++)
        ret[i] = base64[chance[i] & 63];
    ret[sizeof chance] = '\0';
}

void mfa_seed_new(struct rand *r, char ret[static MFA_SEED_SIZE])
{
    unsigned char chance[MFA_SEED_SIZE - 1];
    rand_bytes(r, chance, sizeof chance);
    for (size_t i = 0; i < sizeof chance; i++)
        ret[i] = base32[chance[i] & 31];
    ret[sizeof chance] = '\0';
}

void uuid_new(struct rand *r, char ret[static UUID_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    unsigned char b[16];
    rand_bytes(r, b, sizeof b);
    b[6] = (b[6] & 0x0f) | 0x40; /* RFC 4122: version 4, */
    b[8] = (b[8] & 0x3f) | 0x80; /* variant 1 */
    char *p = ret;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = hex[b[i] >> 4];
        *p++ = hex[b[i] & 15];
    }
    *p = '\0';
}

void alnum_new(struct rand *r, char ret[static ALNUM_SIZE])
{
    unsigned char chance[ALNUM_SIZE - 1];
    rand_bytes(r, chance, sizeof chance);
    for (size_t i = 0; i < sizeof chance; i++)
        ret[i] = base64[chance[i] % 62];
    ret[sizeof chance] = '\0';
}

static void lower_id_new(struct rand *r, const char *prefix, size_t n, size_t digits, char *ret)
{
    static const char chars[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    unsigned char chance[32];
    size_t at = strlen(prefix);
    memcpy(ret, prefix, at);
    rand_bytes(r, chance, sizeof chance);
    for (size_t i = 0; i < n; i++)
        ret[at++] = chars[chance[i] % digits];
    ret[at] = '\0';
}

void organization_id_new(struct rand *r, const char *prefix, size_t n,
                         char ret[static ORGANIZATION_ID_SIZE])
{
    lower_id_new(r, prefix, n, 36, ret);
}

void organization_hex_id_new(struct rand *r, const char *prefix,
                             char ret[static ORGANIZATION_ID_SIZE])
{
    lower_id_new(r, prefix, 32, 16, ret);
}

bool id_account(struct str id, char ret[static ACCOUNT_SIZE])
{
    if (id.n < ACCESS_KEY_SIZE - 1)
        return false;
    uint64_t bits = 0;
    for (int i = 0; i < ACCOUNT_DIGITS; i++) {
        char c = id.p[PREFIX + i];
        const char *digit = c ? strchr(base32, c) : NULL;
        if (!digit)
            return false;
        bits = bits << 5 | (uint64_t)(digit - base32);
    }
    uint64_t account = bits >> (2 + ACCOUNT_SHIFT) & UINT64_C(0xffffffffff);
    if (!(bits >> 49 & 1) || account > UINT64_C(999999999999))
        return false;
    snprintf(ret, ACCOUNT_SIZE, "%012" PRIu64, account);
    return true;
}

void account_id_new(struct rand *r, char ret[static ACCOUNT_SIZE])
{
    unsigned char chance[ACCOUNT_SIZE - 1];
    rand_bytes(r, chance, sizeof chance);
    ret[0] = (char)('1' + chance[0] % 9);
    for (size_t i = 1; i < sizeof chance; i++)
        ret[i] = (char)('0' + chance[i] % 10);
    ret[sizeof chance] = '\0';
}

bool account_id_ok(struct str id)
{
    for (size_t i = 0; i < id.n; i++) {
        if (!ascii_is_digit(id.p[i]))
            return false;
    }
    return id.n == ACCOUNT_SIZE - 1;
}
