/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"
#include "federation/federation_priv.h"
#include "support/saml.h"
#include "support/suite.h"

static struct arena arena;
static const char *why;

static int read_text(const char *document, struct saml_metadata *ret)
{
    why = NULL;
    return saml_metadata_read(&arena, str_of(document), ret, &why);
}

/* TEXT with the first OLD replaced. */
static char *with(const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);
    ck_assert_ptr_nonnull(at);
    return arena_printf(&arena, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

START_TEST(test_what_it_says)
{
    arena_init(&arena);
    struct saml_metadata found;
    const char *good = saml_metadata(&arena, saml_idp_certificate, "");
    ck_assert_int_eq(read_text(good, &found), OK);
    ck_assert_str_eq(found.issuer, SAML_IDP);
    ck_assert_int_eq(found.valid_until, 0);
    ck_assert_uint_eq(found.n, 1);
    ck_assert_uint_gt(found.certificates[0].der.n, 500);
    ck_assert_int_eq(read_text(saml_metadata(&arena, saml_idp_certificate,
                                             " validUntil=\"2033-05-18T03:33:20.25Z\""),
                               &found),
                     OK);
    ck_assert_int_eq(found.valid_until, 2000000000);
    /* A key without a use is for all uses; one in a group of one is found. */
    ck_assert_int_eq(read_text(with(good, " use=\"signing\"", ""), &found), OK);
    const char *group = with(good, "<md:Entity",
                             "<md:EntitiesDescriptor xmlns:md=\"" SAML_METADATA "\"><md:Entity");
    ck_assert_int_eq(read_text(arena_printf(&arena, "%s</md:EntitiesDescriptor>", group), &found),
                     OK);
    arena_done(&arena);
}
END_TEST

static void check_refused(const char *old, const char *new, const char *words)
{
    struct saml_metadata found;
    const char *good = saml_metadata(&arena, saml_idp_certificate, "");
    ck_assert_int_eq(read_text(with(good, old, new), &found), ERR_INVALID_INPUT);
    ck_assert_str_eq(why, words);
}

START_TEST(test_what_is_refused)
{
    arena_init(&arena);
    const char *malformed = "it is not well-formed XML without a DOCTYPE";
    check_refused("</md:EntityDescriptor>", "", malformed);
    check_refused("<md:Entity", "<!DOCTYPE x><md:Entity", malformed);
    check_refused("<md:Entity",
                  "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><md:Entity",
                  malformed);
    check_refused("<md:Entity", "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><md:Entity", malformed);
    check_refused("<md:IDPSSO", "&undeclared;<md:IDPSSO", malformed);
    check_refused(SAML_METADATA, "urn:something:else", "it is no EntityDescriptor");
    check_refused("entityID", "ID", "there is no entityID");
    check_refused(SAML_IDP, "", "there is no entityID");
    check_refused(" entityID", " validUntil=\"2033\" entityID", "validUntil is no time in UTC");
    check_refused("\"signing\"", "\"encryption\"", "there is no certificate that signs");
    check_refused("<ds:X509Certificate>\nMII", "<ds:X509Certificate>\nMI",
                  "an X509Certificate cannot be read");
    check_refused("<ds:X509Certificate>\nMII", "<ds:X509Certificate>\nAII",
                  "an X509Certificate cannot be read");
    arena_done(&arena);
}
END_TEST

START_TEST(test_keys_that_are_no_good)
{
    static const char small[] = "-----BEGIN CERTIFICATE-----\n"
                                "MIIBZjCCARCgAwIBAgIBATANBgkqhkiG9w0BAQsFADAQMQ4wDAYDVQQDDAVzbWFs\n"
                                "bDAgFw0yNjExMjgxNTIwMDNaGA8yMTI2MTEwNDE1MjAwM1owEDEOMAwGA1UEAwwF\n"
                                "c21hbGwwXDANBgkqhkiG9w0BAQEFAANLADBIAkEAt/aru21uHukSCUPiB/ACCf9e\n"
                                "oYxlgo3VxqwMRWsl5vFGBPt0H9/N1jiKQLyJh844Lwurns4Ty8vV3sMcmrf9owID\n"
                                "AQABo1MwUTAdBgNVHQ4EFgQUBLwkHfAxKCf5qgqmLLj7abYZR/wwHwYDVR0jBBgw\n"
                                "FoAUBLwkHfAxKCf5qgqmLLj7abYZR/wwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG\n"
                                "9w0BAQsFAANBAKvEAnwx1qfpy4p/0fDd4FGb2XCNZK77uJHklSgDKyasRN1RlIIS\n"
                                "TvmMhLJPkH5h5e8qC8D0pff6seoeQz4MchQ=\n"
                                "-----END CERTIFICATE-----\n";
    static const char elliptic[] =
        "-----BEGIN CERTIFICATE-----\n"
        "MIIBXjCCAQSgAwIBAgIBATAKBggqhkjOPQQDAjANMQswCQYDVQQDDAJlYzAgFw0y\n"
        "NjExMjgxNTIwMjhaGA8yMTI2MTEwNDE1MjAyOFowDTELMAkGA1UEAwwCZWMwWTAT\n"
        "BgcqhkjOPQIBBggqhkjOPQMBBwNCAAT8GR/yKBjlrdHkqS8GFUvbe8YArwxy5XuB\n"
        "zd16LYIVsB+GwQ9GIoctkpTEA0x4DjIRIyD7pn1W4yyhTUvViGFuo1MwUTAdBgNV\n"
        "HQ4EFgQUY8dBUw+3KOzM2iv6Bo59lPmN2bEwHwYDVR0jBBgwFoAUY8dBUw+3KOzM\n"
        "2iv6Bo59lPmN2bEwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiA6\n"
        "sm+A2M6BgeyeP9RZkMJWcwb3zEWtdwSQff2xyV29qgIhAJfR4AHqSngK96pFYkyt\n"
        "D7RjBF6d2hY1XSHfGsSjuH41\n"
        "-----END CERTIFICATE-----\n";
    struct saml_metadata found;
    arena_init(&arena);
    ck_assert_int_eq(read_text(saml_metadata(&arena, small, ""), &found), ERR_INVALID_INPUT);
    ck_assert_str_eq(why, "a key that signs has less than 1024 bits");
    ck_assert_int_eq(read_text(saml_metadata(&arena, elliptic, ""), &found), ERR_INVALID_INPUT);
    ck_assert_str_eq(why, "a certificate that signs is not for RSA");
    arena_done(&arena);
}
END_TEST

START_TEST(test_no_role)
{
    arena_init(&arena);
    struct saml_metadata found;
    ck_assert_int_eq(
        read_text("<EntityDescriptor xmlns='" SAML_METADATA "' entityID='a'/>", &found),
        ERR_INVALID_INPUT);
    ck_assert_str_eq(why, "there is no IDPSSODescriptor");
    arena_done(&arena);
}
END_TEST

START_TEST(test_ten_keys)
{
    struct saml_metadata found;
    arena_init(&arena);
    const char *good = saml_metadata(&arena, saml_idp_certificate, "");
    const char *begin = strstr(good, "<md:KeyDescriptor"),
               *end = strstr(good, "</md:KeyDescriptor>");
    for (int n = 10; n <= 11; n++) {
        struct buf text = buf_new(&arena, 4096);
        buf_add(&text, (struct str){good, (size_t)(begin - good)});
        for (int i = 0; i < n; i++)
            buf_printf(&text, "%.*s</md:KeyDescriptor>", (int)(end - begin), begin);
        buf_add_text(&text, end + strlen("</md:KeyDescriptor>"));
        ck_assert_int_eq(read_text(buf_text(&text), &found), n == 10 ? OK : ERR_INVALID_INPUT);
    }
    ck_assert_str_eq(why, "there are more than 10 certificates that sign");
    arena_done(&arena);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, test_ten_keys);
    tcase_add_test(tc, test_what_it_says);
    tcase_add_test(tc, test_what_is_refused);
    tcase_add_test(tc, test_keys_that_are_no_good);
    tcase_add_test(tc, test_no_role);
    return suite_run("saml_metadata", tc);
}
