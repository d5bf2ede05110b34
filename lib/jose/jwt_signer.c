/* SPDX-License-Identifier: Apache-2.0 */
#include "jose/jwt_signer.h"

#include <nettle/bignum.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/rsa.h>

#include "base/mem.h"
#include "jose/jwt.h"
#include "queries.h"

enum { RSA_BITS = 2048, EXPONENT = 65537, CURVE_BYTES = 48, KEY_ID_SIZE = 33, SHA_SIZE = 16 };

/* Fields of both RSA structures, and the secret number of the curve: what is kept of a signer. */
enum { NUMBERS = 9 };

#define SETTING "token-signing-keys"

struct jwt_signer {
    struct rsa_public_key rsa_public;
    struct rsa_private_key rsa;
    struct ecc_scalar curve;
    struct ecc_point curve_public;
    char rsa_id[KEY_ID_SIZE], curve_id[KEY_ID_SIZE];
};

static void random_bytes(void *rand, size_t n, uint8_t *ret)
{
    rand_bytes(rand, ret, n);
}

static struct jwt_signer *jwt_signer_new(void)
{
    struct jwt_signer *s = mem_alloc(sizeof *s);
    rsa_public_key_init(&s->rsa_public);
    rsa_private_key_init(&s->rsa);
    ecc_scalar_init(&s->curve, nettle_get_secp_384r1());
    ecc_point_init(&s->curve_public, nettle_get_secp_384r1());
    return s;
}

void jwt_signer_free(struct jwt_signer *s)
{
    if (!s)
        return;
    rsa_public_key_clear(&s->rsa_public);
    rsa_private_key_clear(&s->rsa);
    ecc_scalar_clear(&s->curve);
    ecc_point_clear(&s->curve_public);
    mem_free(s);
}

static void numbers_of(struct jwt_signer *s, mpz_ptr ret[static NUMBERS - 1])
{
    mpz_ptr const all[] = {s->rsa_public.n, s->rsa_public.e, s->rsa.d, s->rsa.p,
                           s->rsa.q,        s->rsa.a,        s->rsa.b, s->rsa.c};
    memcpy(ret, all, sizeof all);
}

static void add_number(struct buf *b, mpz_srcptr number)
{
    char *text = arena_alloc(b->arena, mpz_sizeinbase(number, 16) + 2);
    buf_add_text(b, mpz_get_str(text, 16, number));
    buf_add_char(b, ' ');
}

static char *make(struct arena *a, struct rand *rand)
{
    struct jwt_signer *s = jwt_signer_new();
    mpz_ptr numbers[NUMBERS - 1];
    struct buf b = buf_new(a, 4096);
    mpz_t secret;
    mpz_set_ui(s->rsa_public.e, EXPONENT);
    rsa_generate_keypair(&s->rsa_public, &s->rsa, rand, random_bytes, NULL, NULL, RSA_BITS, 0);
    ecdsa_generate_keypair(&s->curve_public, &s->curve, rand, random_bytes);
    numbers_of(s, numbers);
    for (size_t i = 0; i < NUMBERS - 1; i++)
        add_number(&b, numbers[i]);
    mpz_init(secret);
    ecc_scalar_get(&s->curve, secret);
    add_number(&b, secret);
    mpz_clear(secret);
    jwt_signer_free(s);
    return buf_text(&b);
}

/* Names of keys are digests of them, so that new keys have new names. */
static void name_key(mpz_srcptr number, char ret[static KEY_ID_SIZE])
{
    struct sha256_ctx sha;
    uint8_t digest[SHA_SIZE], bytes[RSA_BITS / 8];
    nettle_mpz_get_str_256(sizeof bytes, bytes, number);
    sha256_init(&sha);
    sha256_update(&sha, sizeof bytes, bytes);
    sha256_digest(&sha, sizeof digest, digest);
    for (size_t i = 0; i < SHA_SIZE; i++) {
        ret[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        ret[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    ret[KEY_ID_SIZE - 1] = '\0';
}

static bool read_numbers(struct arena *a, struct jwt_signer *s, struct str text)
{
    mpz_ptr numbers[NUMBERS - 1];
    mpz_t secret;
    bool ok = true;
    numbers_of(s, numbers);
    for (size_t i = 0; i < NUMBERS - 1; i++)
        ok &= mpz_set_str(numbers[i], str_dup(a, str_cut(&text, ' ')), 16) == 0;
    mpz_init(secret);
    ok = ok && mpz_set_str(secret, str_dup(a, str_cut(&text, ' ')), 16) == 0 &&
         ecc_scalar_set(&s->curve, secret) && rsa_public_key_prepare(&s->rsa_public) &&
         rsa_private_key_prepare(&s->rsa);
    mpz_clear(secret);
    return ok;
}

static struct jwt_signer *read_signer(struct arena *a, struct str text)
{
    struct jwt_signer *s = jwt_signer_new();
    mpz_t x, y;
    if (!read_numbers(a, s, text)) {
        jwt_signer_free(s);
        return NULL;
    }
    ecc_point_mul_g(&s->curve_public, &s->curve);
    mpz_inits(x, y, NULL);
    ecc_point_get(&s->curve_public, x, y);
    name_key(s->rsa_public.n, s->rsa_id);
    name_key(x, s->curve_id);
    mpz_clears(x, y, NULL);
    return s;
}

static int read_text(struct sandbox *sandbox, struct arena *a, struct setting_row *ret)
{
    struct tx tx;
    TRY(store_begin(sandbox->store, false, a, &tx));
    int code = q_setting_get(&tx, &(struct q_setting_get){.name = SETTING}, ret);
    int end = store_end(&tx, true);
    return code < 0 ? code : end;
}

int jwt_signer_find(struct sandbox *sandbox, struct arena *a, const struct jwt_signer **ret)
{
    struct jwt_signer *known = atomic_load(&sandbox->signer);
    struct setting_row row;
    if (!known) {
        TRY(read_text(sandbox, a, &row));
        struct jwt_signer *made = read_signer(a, str_of(row.value));
        if (!made)
            return ERR_STORE;
        if (atomic_compare_exchange_strong(&sandbox->signer, &known, made))
            known = made;
        else
            jwt_signer_free(made);
    }
    *ret = known;
    return OK;
}

/* The keys that come first stay. */
int jwt_signer_need(struct sandbox *sandbox, struct arena *a, const struct jwt_signer **ret)
{
    struct tx tx;
    int code = jwt_signer_find(sandbox, a, ret);
    if (code != ERR_NOT_FOUND)
        return code;
    const char *keys = make(a, &sandbox->rand);
    TRY(store_begin(sandbox->store, true, a, &tx));
    code = q_setting_put(&tx, &(struct q_setting_put){SETTING, keys});
    int end = store_end(&tx, code == OK);
    TRY(code < 0 ? code : end);
    return jwt_signer_find(sandbox, a, ret);
}

static void add_member(struct buf *b, const char *name, mpz_srcptr number, size_t size)
{
    size_t n = size ? size : nettle_mpz_sizeinbase_256_u(number);
    uint8_t *bytes = arena_alloc(b->arena, n);
    nettle_mpz_get_str_256(n, bytes, number);
    buf_printf(b, ",\"%s\":\"", name);
    jwt_encode(b, bytes, n);
    buf_add_char(b, '"');
}

char *jwt_signer_keys(struct arena *a, const struct jwt_signer *s)
{
    struct buf b = buf_new(a, 1024);
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    ecc_point_get(&s->curve_public, x, y);
    buf_printf(&b, "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"%s\"",
               s->rsa_id);
    add_member(&b, "n", s->rsa_public.n, 0);
    add_member(&b, "e", s->rsa_public.e, 0);
    buf_printf(&b,
               "},{\"kty\":\"EC\",\"use\":\"sig\",\"alg\":\"ES384\",\"crv\":\"P-384\","
               "\"kid\":\"%s\"",
               s->curve_id);
    add_member(&b, "x", x, CURVE_BYTES);
    add_member(&b, "y", y, CURVE_BYTES);
    buf_add(&b, STR("}]}"));
    mpz_clears(x, y, NULL);
    return buf_text(&b);
}

static void add_rsa(struct buf *b, const struct jwt_signer *s, struct rand *rand)
{
    struct sha256_ctx sha;
    uint8_t bytes[RSA_BITS / 8];
    mpz_t signature;
    mpz_init(signature);
    sha256_init(&sha);
    sha256_update(&sha, b->n, (const uint8_t *)b->p);
    rsa_sha256_sign_tr(&s->rsa_public, &s->rsa, rand, random_bytes, &sha, signature);
    nettle_mpz_get_str_256(sizeof bytes, bytes, signature);
    mpz_clear(signature);
    buf_add_char(b, '.');
    jwt_encode(b, bytes, sizeof bytes);
}

static void add_curve(struct buf *b, const struct jwt_signer *s, struct rand *rand)
{
    struct sha384_ctx sha;
    uint8_t digest[SHA384_DIGEST_SIZE], bytes[2 * CURVE_BYTES];
    struct dsa_signature signature;
    dsa_signature_init(&signature);
    sha384_init(&sha);
    sha384_update(&sha, b->n, (const uint8_t *)b->p);
    sha384_digest(&sha, sizeof digest, digest);
    ecdsa_sign(&s->curve, rand, random_bytes, sizeof digest, digest, &signature);
    nettle_mpz_get_str_256(CURVE_BYTES, bytes, signature.r);
    nettle_mpz_get_str_256(CURVE_BYTES, bytes + CURVE_BYTES, signature.s);
    dsa_signature_clear(&signature);
    buf_add_char(b, '.');
    jwt_encode(b, bytes, sizeof bytes);
}

char *jwt_signer_sign(struct arena *a, const struct jwt_signer *s, struct rand *rand,
                      const char *algorithm, struct str claims)
{
    bool rsa = strcmp(algorithm, "RS256") == 0;
    struct buf b = buf_new(a, 1024 + 2 * claims.n);
    const char *head = arena_printf(a, "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}", algorithm,
                                    rsa ? s->rsa_id : s->curve_id);
    jwt_encode(&b, (const unsigned char *)head, strlen(head));
    buf_add_char(&b, '.');
    jwt_encode(&b, (const unsigned char *)claims.p, claims.n);
    if (rsa)
        add_rsa(&b, s, rand);
    else
        add_curve(&b, s, rand);
    return buf_text(&b);
}
