/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as certificate, key and chain, one behind the other with a NUL between them, of which
 * what is not there is not given; and as the bytes of a certificate, with itself as its chain, and
 * of a key.
 */
#include "err.h"
#include "federation/federation_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* tests/certificates/ed25519.pem */
static const char good[] = "-----BEGIN CERTIFICATE-----\n"
                           "MIIBRzCB+qADAgECAhRVIzNIURolFeWqsLf9d/UplJWqYDAFBgMrZXAwHjEcMBoG\n"
                           "A1UEAwwTZWQyNTUxOS5leGFtcGxlLmNvbTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIw\n"
                           "MDEwMTAwMDAwMFowHjEcMBoGA1UEAwwTZWQyNTUxOS5leGFtcGxlLmNvbTAqMAUG\n"
                           "AytlcAMhADqDXa0xouMDKdyD70vsA60evFiVjg683LEg2ZGFp3sZo0gwRjAJBgNV\n"
                           "HRMEAjAAMBoGA1UdEQQTMBGCD3d3dy5leGFtcGxlLmNvbTAdBgNVHQ4EFgQUDX3I\n"
                           "ZVcebUEcZBEAgHSAaUqVfEMwBQYDK2VwA0EArcy7k4Qz4s4OModUcVEaZ8cD/b6D\n"
                           "FK0NlCHKm95vvMktkzPthKZ1ipgsBbTzwLmIdgbfJfy1c0rr6M1HK5vWCQ==\n"
                           "-----END CERTIFICATE-----\n";

static void try_one(struct arena *a, const struct x509_upload *upload)
{
    struct x509_certificate found;
    const char *why = NULL;
    int code = x509_read(a, upload, 1700000000, &found, &why);
    if (code == OK ? strlen(found.id) != 32
                   : !why || (code != ERR_MALFORMED_CERTIFICATE && code != ERR_KEY_PAIR_MISMATCH))
        __builtin_trap();
}

static struct str pem(struct arena *a, const char *name, struct str bytes)
{
    struct buf b = buf_new(a, bytes.n * 2 + 128);
    buf_printf(&b, "-----BEGIN %s-----\n", name);
    buf_base64(&b, (const unsigned char *)bytes.p, bytes.n);
    buf_printf(&b, "\n-----END %s-----\n", name);
    return buf_str(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    arena_init(&a);
    struct str all = {(const char *)data, size}, rest = all;
    struct x509_upload upload = {.certificate = str_cut(&rest, '\0')};
    upload.key = rest.p ? str_cut(&rest, '\0') : rest;
    upload.chain = rest;
    try_one(&a, &upload);
    static const char *const keys[] = {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"};
    upload = (struct x509_upload){.certificate = pem(&a, "CERTIFICATE", all)};
    upload.chain = upload.certificate;
    try_one(&a, &upload);
    upload = (struct x509_upload){.certificate = str_of(good)};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        upload.key = pem(&a, keys[i], all);
        try_one(&a, &upload);
    }
    arena_done(&a);
    return 0;
}
