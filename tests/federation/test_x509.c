/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"
#include "federation/federation_priv.h"
#include "support/certificates.h"
#include "support/suite.h"

enum { NOW = 1700000000 };

/* openssl x509 -in person.pem -outform DER | openssl sha1 -binary | base32 */
#define PERSON_ID "Q2J57Q5CEMOOOSJQXJ6W667ZCXZJFYND"

#define UNREADABLE "Unable to parse certificate. Please ensure the certificate is in PEM format."
#define PASSED                                                                                     \
    "Certificate is no longer valid. The 'Not After' date restriction on the certificate has "     \
    "passed."
#define BAD_CHAIN                                                                                  \
    "Unable to validate certificate chain. The certificate chain must start with the immediate "   \
    "signing certificate, followed by any intermediaries in order. The index within the chain of " \
    "the invalid certificate is: "
#define BAD_KEY "Invalid Private Key."

static struct arena arena;
static struct x509_certificate found;

static struct str file(const char *name)
{
    return str_of(certificate_text(&arena, name));
}

/* One behind the other, as files or, what is no name of a file, as they are. */
static struct str joined(const char *const *parts)
{
    struct buf b = buf_new(&arena, 4096);
    for (; *parts; parts++)
        buf_add(&b, strstr(*parts, ".pem") ? file(*parts) : str_of(*parts));
    return buf_str(&b);
}

#define JOINED(...) joined((const char *const[]){__VA_ARGS__, NULL})

static void check(struct str certificate, struct str chain, struct str key, int code,
                  const char *words)
{
    const char *why = NULL;
    const struct x509_upload upload = {certificate, chain, key};
    int got = x509_read(&arena, &upload, NOW, &found, &why);
    ck_assert_msg(got == code, "%d: %s", got, why);
    if (code != OK)
        ck_assert_str_eq(why, words);
}

static const struct str none;

START_TEST(test_what_it_says)
{
    arena_init(&arena);
    check(file("person.pem"), none, none, OK, NULL);
    ck_assert_int_eq(found.expires, INT64_C(4733510400)); /* 2120 */
    ck_assert_uint_eq(strlen(found.id), 32);
    ck_assert_str_eq(found.id, PERSON_ID);
    check(JOINED(" \r\n", "person.pem", "\n\n\t"), none, none, OK, NULL);
    ck_assert_str_eq(found.id, PERSON_ID);
    check(file("rsa1024.pem"), none, none, OK, NULL);
    check(file("ed25519.pem"), none, none, OK, NULL);
    arena_done(&arena);
}
END_TEST

START_TEST(test_what_is_no_certificate)
{
    arena_init(&arena);
    static const char *const texts[] = {
        "",
        "\n",
        "x",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE----------END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----",
        "-----END CERTIFICATE-----",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        check(str_of(texts[i]), none, none, ERR_MALFORMED_CERTIFICATE, UNREADABLE);
    check(JOINED("text\n", "person.pem"), none, none, ERR_MALFORMED_CERTIFICATE, UNREADABLE);
    check(JOINED("person.pem", "text\n"), none, none, ERR_MALFORMED_CERTIFICATE, UNREADABLE);
    check(JOINED("server.pem", "intermediate.pem"), none, none, ERR_MALFORMED_CERTIFICATE,
          UNREADABLE);
    check(file("server.key"), none, none, ERR_MALFORMED_CERTIFICATE, UNREADABLE);
    arena_done(&arena);
}
END_TEST

START_TEST(test_dates)
{
    arena_init(&arena);
    check(file("expired.pem"), none, none, ERR_MALFORMED_CERTIFICATE, PASSED);
    check(file("early.pem"), none, none, ERR_MALFORMED_CERTIFICATE, UNREADABLE);
    arena_done(&arena);
}
END_TEST

START_TEST(test_keys)
{
    arena_init(&arena);
    check(file("server.pem"), none, file("server.key"), OK, NULL);
    check(file("server.pem"), none, file("ec.key"), OK, NULL);
    check(file("rsa1024.pem"), none, file("rsa1024.key"), OK, NULL);
    check(file("rsa2048.pem"), none, file("rsa2048.key"), OK, NULL);
    check(file("rsa2048.pem"), none, file("traditional.key"), OK, NULL);
    check(file("rsa4096.pem"), none, file("rsa4096.key"), OK, NULL);
    static const char mismatch[] =
        "The private key does not match the public key of the certificate.";
    check(file("server.pem"), none, file("person.key"), ERR_KEY_PAIR_MISMATCH, mismatch);
    check(file("server.pem"), none, file("rsa2048.key"), ERR_KEY_PAIR_MISMATCH, mismatch);
    check(file("rsa1024.pem"), none, file("rsa2048.key"), ERR_KEY_PAIR_MISMATCH, mismatch);
    arena_done(&arena);
}
END_TEST

START_TEST(test_keys_that_are_no_good)
{
    arena_init(&arena);
    static const char *const names[] = {"encrypted.key", "encrypted-traditional.key", "server.pem",
                                        "rsa3072.key", "ed25519.key"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        check(file("server.pem"), none, file(names[i]), ERR_MALFORMED_CERTIFICATE, BAD_KEY);
    check(file("server.pem"), none, STR("x"), ERR_MALFORMED_CERTIFICATE, BAD_KEY);
    arena_done(&arena);
}
END_TEST

static void check_chain(struct str chain, const char *index)
{
    check(file("server.pem"), chain, file("server.key"), index ? ERR_MALFORMED_CERTIFICATE : OK,
          index ? arena_printf(&arena, BAD_CHAIN "%s", index) : NULL);
}

START_TEST(test_chains)
{
    arena_init(&arena);
    check_chain(JOINED("intermediate.pem"), NULL);
    check_chain(JOINED("intermediate.pem", "root.pem"), NULL);
    check_chain(JOINED("intermediate.pem", "\n\n", "root.pem", "root.pem", "\n"), NULL);
    check_chain(JOINED("root.pem"), "-1");
    check_chain(JOINED("false.pem"), "-1");
    check_chain(JOINED("root.pem", "intermediate.pem"), "-1");
    check_chain(JOINED("server.pem", "intermediate.pem"), "0");
    check_chain(JOINED("intermediate.pem", "server.pem"), "1");
    check_chain(JOINED("intermediate.pem", "intermediate.pem"), "0");
    check_chain(JOINED("intermediate.pem", "root.pem", "person.pem"), "1");
    check_chain(JOINED("intermediate.pem", "root.pem", "text"), "2");
    check_chain(JOINED("text\n", "intermediate.pem"), "0");
    check_chain(JOINED("\n"), "0");
    check(file("person.pem"), file("person.pem"), none, ERR_MALFORMED_CERTIFICATE, BAD_CHAIN "0");
    arena_done(&arena);
}
END_TEST

/* The last digits of a certificate are of its signature. */
START_TEST(test_forged)
{
    arena_init(&arena);
    struct str forged = file("server.pem");
    char *end = strstr((char *)(uintptr_t)forged.p, "\n-----END");
    for (char *at = end - 8; at > end - 12; at--)
        *at = *at == 'A' ? 'B' : 'A';
    check(forged, none, file("server.key"), OK, NULL);
    check(forged, file("intermediate.pem"), none, ERR_MALFORMED_CERTIFICATE, BAD_CHAIN "-1");
    arena_done(&arena);
}
END_TEST

START_TEST(test_what_costs_too_much)
{
    arena_init(&arena);
    check(file("by-huge.pem"), none, file("server.key"), OK, NULL);
    check(file("by-huge.pem"), file("huge.pem"), none, ERR_MALFORMED_CERTIFICATE, BAD_CHAIN "-1");
    struct buf chain = buf_new(&arena, 65536);
    buf_add(&chain, file("intermediate.pem"));
    for (int i = 0; i < 63; i++)
        buf_add(&chain, file("root.pem"));
    check_chain(buf_str(&chain), NULL);
    buf_add(&chain, file("root.pem"));
    check_chain(buf_str(&chain), "64");
    /* One block without an end. */
    struct buf long_one = buf_new(&arena, 65536);
    buf_add_text(&long_one, "-----BEGIN CERTIFICATE-----\n");
    for (int i = 0; i < 1000; i++)
        buf_add_text(&long_one, "MIIBMIIBMIIBMIIBMIIBMIIBMIIBMIIB\n");
    check_chain(buf_str(&long_one), "0");
    buf_add_text(&long_one, "-----END CERTIFICATE-----\n");
    check_chain(buf_str(&long_one), "0");
    arena_done(&arena);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, test_what_it_says);
    tcase_add_test(tc, test_what_is_no_certificate);
    tcase_add_test(tc, test_dates);
    tcase_add_test(tc, test_keys);
    tcase_add_test(tc, test_keys_that_are_no_good);
    tcase_add_test(tc, test_chains);
    tcase_add_test(tc, test_forged);
    tcase_add_test(tc, test_what_costs_too_much);
    return suite_run("x509", tc);
}
