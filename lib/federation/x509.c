/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates that people upload: IAM User Guide, "Manage server certificates in IAM". What it
 * costs to check a signature is up to whoever chose the key, so keys are looked at before they are
 * used, and chains come to an end.
 */
#include "federation/federation_priv.h"

#include <gnutls/x509.h>

#include "err.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

/* AWS undocumented: how long a chain may be, and how large what is in it. Each certificate may be
   as large as the one that is uploaded. */
enum { CHAIN_MAX = 64, CERTIFICATE_MAX = 16384, RSA_BITS_MAX = 8192, EXPONENT_MAX = 8 };

/* Signatures with hashes that are weak today count, too. AWS undocumented: that neither the dates
   of issuers count nor whether they may issue. */
enum {
    SIGNED = GNUTLS_VERIFY_DISABLE_CA_SIGN | GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
             GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS | GNUTLS_VERIFY_DO_NOT_ALLOW_SAME |
             GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1
};

static void certificate_free(gnutls_x509_crt_t *certificate)
{
    if (*certificate)
        gnutls_x509_crt_deinit(*certificate);
}

static void key_free(gnutls_x509_privkey_t *key)
{
    if (*key)
        gnutls_x509_privkey_deinit(*key);
}

static gnutls_datum_t datum_of(struct str s)
{
    return (gnutls_datum_t){(unsigned char *)(uintptr_t)s.p, (unsigned)s.n};
}

static struct str skip_blanks(struct str s)
{
    while (s.n && strchr(" \t\r\n", *s.p))
        s = (struct str){s.p + 1, s.n - 1};
    return s;
}

/* The certificate that *TEXT, which has blanks at most before it, begins with; *TEXT becomes what
   is behind it and its blanks. NULL: there is something else. The caller frees it. */
static gnutls_x509_crt_t take(struct str *text)
{
    struct str pem = skip_blanks(*text);
    const char *end = pem.n ? memmem(pem.p, pem.n, END, strlen(END)) : NULL;
    gnutls_x509_crt_t certificate = NULL;
    if (!end || !str_starts(pem, STR(BEGIN)))
        return NULL;
    const char *all = pem.p + pem.n;
    pem.n = (size_t)(end - pem.p) + strlen(END);
    *text = skip_blanks((struct str){pem.p + pem.n, (size_t)(all - pem.p) - pem.n});
    const gnutls_datum_t datum = datum_of(pem);
    if (pem.n > CERTIFICATE_MAX || gnutls_x509_crt_init(&certificate) < 0)
        return NULL;
    if (gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_PEM) >= 0)
        return certificate;
    gnutls_x509_crt_deinit(certificate);
    return NULL;
}

/* In groups of five bits (RFC 4648). */
static const char *base32(struct arena *a, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char *text = arena_zalloc(a, n * 8 / 5 + 1);
    for (size_t i = 0; i < n * 8 / 5; i++) {
        size_t bit = i * 5, at = bit / 8;
        unsigned pair = (unsigned)bytes[at] << 8 | (at + 1 < n ? bytes[at + 1] : 0U);
        text[i] = digits[pair >> (11 - bit % 8) & 31];
    }
    return text;
}

static int refuse(const char **why, int code, const char *words)
{
    *why = words;
    return code;
}

/* The time GnuTLS says for a date that it cannot read. */
enum { NO_TIME = -1 };

/* AWS says of one that is not valid yet that it cannot be parsed. */
static int read_certificate(struct arena *a, gnutls_x509_crt_t certificate, int64_t now,
                            struct x509_certificate *ret, const char **why)
{
    static const char unfit[] =
        "Unable to parse certificate. Please ensure the certificate is in PEM format.";
    unsigned char hash[20];
    size_t n = sizeof hash;
    if (!certificate || gnutls_x509_crt_get_fingerprint(certificate, GNUTLS_DIG_SHA1, hash, &n) < 0)
        return refuse(why, ERR_MALFORMED_CERTIFICATE, unfit);
    int64_t begins = gnutls_x509_crt_get_activation_time(certificate);
    int64_t expires = gnutls_x509_crt_get_expiration_time(certificate);
    if (begins == NO_TIME || expires == NO_TIME || begins > now)
        return refuse(why, ERR_MALFORMED_CERTIFICATE, unfit);
    if (expires < now)
        return refuse(why, ERR_MALFORMED_CERTIFICATE,
                      "Certificate is no longer valid. The 'Not After' date restriction on the "
                      "certificate has passed.");
    *ret = (struct x509_certificate){base32(a, hash, n), expires};
    return OK;
}

/* RSA and elliptic curves. */
static bool may_have_signed(gnutls_x509_crt_t issuer)
{
    unsigned bits = 0;
    int algorithm = gnutls_x509_crt_get_pk_algorithm(issuer, &bits);
    if (algorithm != GNUTLS_PK_RSA || bits > RSA_BITS_MAX)
        return algorithm == GNUTLS_PK_ECDSA;
    gnutls_datum_t modulus = {NULL, 0}, exponent = {NULL, 0};
    bool small = gnutls_x509_crt_get_pk_rsa_raw(issuer, &modulus, &exponent) >= 0 &&
                 exponent.size <= EXPONENT_MAX;
    gnutls_free(modulus.data);
    gnutls_free(exponent.data);
    return small;
}

static bool is_signed_by(gnutls_x509_crt_t certificate, gnutls_x509_crt_t issuer)
{
    unsigned status = 0;
    return may_have_signed(issuer) && gnutls_x509_crt_check_issuer(certificate, issuer) &&
           gnutls_x509_crt_verify(certificate, &issuer, 1, SIGNED, &status) >= 0 && status == 0;
}

struct chain {
    gnutls_x509_crt_t v[CHAIN_MAX];
    int n;
};

static void chain_free(struct chain *chain)
{
    while (chain->n)
        gnutls_x509_crt_deinit(chain->v[--chain->n]);
}

/*
 * The first certificate of the chain that is out of place: one that the next one did not sign, or
 * anything else than a certificate, LEAF included. -1 is LEAF itself.
 */
enum { IN_ORDER = -2 };
static int check_chain(struct str text, gnutls_x509_crt_t leaf)
{
    CLEANUP(chain_free) struct chain chain = {.n = 0};
    while (text.n) {
        int i = chain.n;
        gnutls_x509_crt_t next = i < CHAIN_MAX ? take(&text) : NULL;
        if (!next)
            return i;
        chain.v[chain.n++] = next;
        if (gnutls_x509_crt_equals(next, leaf))
            return i;
        if (!is_signed_by(i ? chain.v[i - 1] : leaf, next))
            return i - 1;
    }
    return IN_ORDER;
}

/* Without a password, for one that is encrypted is refused; NULL, too, for those that AWS does not
   take: its guide says 1024, 2048 and 4096 bits. AWS undocumented: that 3072 are none of these. The
   caller frees it. */
static gnutls_x509_privkey_t read_key(struct str pem)
{
    gnutls_x509_privkey_t key = NULL;
    unsigned bits = 0;
    const gnutls_datum_t datum = datum_of(pem);
    if (gnutls_x509_privkey_init(&key) < 0)
        return NULL;
    if (gnutls_x509_privkey_import(key, &datum, GNUTLS_X509_FMT_PEM) >= 0) {
        int algorithm = gnutls_x509_privkey_get_pk_algorithm2(key, &bits);
        bool fits = algorithm == GNUTLS_PK_ECDSA ||
                    (algorithm == GNUTLS_PK_RSA && (bits == 1024 || bits == 2048 || bits == 4096));
        if (fits && gnutls_x509_privkey_verify_params(key) >= 0)
            return key;
    }
    gnutls_x509_privkey_deinit(key);
    return NULL;
}

static bool is_key_of(gnutls_x509_privkey_t key, gnutls_x509_crt_t certificate)
{
    unsigned char of_key[32] = {0}, of_certificate[32] = {0};
    size_t n = sizeof of_key, m = sizeof of_certificate;
    return gnutls_x509_privkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, of_key, &n) >= 0 &&
           gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, of_certificate, &m) >=
               0 &&
           memcmp(of_key, of_certificate, sizeof of_key) == 0;
}

/* AWS undocumented: what is looked at first, and what is said of keys. */
static int check_key(struct str pem, gnutls_x509_crt_t certificate, const char **why)
{
    CLEANUP(key_free) gnutls_x509_privkey_t key = read_key(pem);
    if (!key)
        return refuse(why, ERR_MALFORMED_CERTIFICATE, "Invalid Private Key.");
    return is_key_of(key, certificate)
               ? OK
               : refuse(why, ERR_KEY_PAIR_MISMATCH,
                        "The private key does not match the public key of the certificate.");
}

int x509_read(struct arena *a, const struct x509_upload *upload, int64_t now,
              struct x509_certificate *ret, const char **why)
{
    struct str text = upload->certificate;
    CLEANUP(certificate_free) gnutls_x509_crt_t certificate = take(&text);
    TRY(read_certificate(a, text.n == 0 ? certificate : NULL, now, ret, why));
    if (upload->key.p)
        TRY(check_key(upload->key, certificate, why));
    int index = upload->chain.p ? check_chain(upload->chain, certificate) : IN_ORDER;
    if (index == IN_ORDER)
        return OK;
    return refuse(why, ERR_MALFORMED_CERTIFICATE,
                  arena_printf(a,
                               "Unable to validate certificate chain. The certificate chain must "
                               "start with the immediate signing certificate, followed by any "
                               "intermediaries in order. The index within the chain of the invalid "
                               "certificate is: %d",
                               index));
}
