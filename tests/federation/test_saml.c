/* SPDX-License-Identifier: Apache-2.0 */
/* Responses as they should be, and each thing that can be wrong with one. */
#include "err.h"
#include "federation/federation_priv.h"
#include "support/saml.h"
#include "support/suite.h"

enum { NOW = 1700000000 };

static struct arena arena;
static struct saml_assertion facts;
static struct saml_refusal why;
static bool must_be_encrypted;

static void setup(void)
{
    arena_init(&arena);
    must_be_encrypted = false;
}

static void teardown(void)
{
    arena_done(&arena);
}

static int verify_at(const char *xml, int64_t now)
{
    static const char *const keys[] = {saml_other_key, saml_sp_key};
    const struct saml_question question = {
        .response = str_of(saml_base64(&arena, xml)),
        .metadata = saml_metadata(&arena, saml_idp_certificate, ""),
        .provider = "123456789012/idp",
        .provider_id = "SAMLSPEXAMPLE",
        .keys = keys,
        .n_keys = ARRAY_LEN(keys),
        .encrypted = must_be_encrypted,
        .now = now,
    };
    why = (struct saml_refusal){"", ""};
    return saml_verify(&arena, &question, &facts, &why);
}

static int verify(struct saml_response response)
{
    response.at = response.at ? response.at : NOW;
    return verify_at(saml_respond(&arena, &response), NOW);
}

static void accepts(struct saml_response response)
{
    ck_assert_msg(verify(response) == OK, "%s: %s", why.message, why.reason);
    ck_assert_str_eq(facts.subject, "alice");
}

/* Checks that the CODE of a refusal and the reason are these. */
#define refuses(expression, code, words)                                                           \
    do {                                                                                           \
        ck_assert_int_eq((expression), (code));                                                    \
        ck_assert_str_eq(why.reason, (words));                                                     \
    } while (0)

#define BAD ERR_INVALID_IDENTITY_TOKEN
#define CHANGED "what was signed was changed, or signed with a key that is not in the metadata"

/* TEXT with the first OLD replaced. */
static char *with(const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);
    ck_assert_ptr_nonnull(at);
    return arena_printf(&arena, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

static const char *good(enum saml_signed by)
{
    return saml_respond(&arena, &(struct saml_response){.at = NOW, .by = by});
}

/* The element of XML that begins with BEGIN and ends with END. */
static char *element(const char *xml, const char *begin, const char *end)
{
    const char *from = strstr(xml, begin);
    ck_assert_ptr_nonnull(from);
    const char *to = strstr(from, end);
    ck_assert_ptr_nonnull(to);
    return arena_strndup(&arena, from, (size_t)(to - from) + strlen(end));
}

static char *signature_of(const char *xml)
{
    return element(xml, "<ds:Signature ", "</ds:Signature>");
}

static char *assertion_of(const char *xml)
{
    return element(xml, "<saml:Assertion ", "</saml:Assertion>");
}

/* The assertion that an attacker would like to be believed. */
static char *forged_of(const char *xml)
{
    char *assertion = assertion_of(xml);
    if (strstr(assertion, "<ds:Signature "))
        assertion = with(assertion, signature_of(assertion), "");
    return with(with(assertion, ">alice</saml:NameID>", ">admin</saml:NameID>"), "_assertion",
                "_evil");
}

START_TEST(test_facts)
{
    accepts((struct saml_response){
        .session_until = " SessionNotOnOrAfter=\"2023-11-14T23:13:20Z\"",
        .attributes = "<saml:Attribute Name=\"cn\"><saml:AttributeValue>a</saml:AttributeValue>"
                      "<saml:AttributeValue> b </saml:AttributeValue></saml:Attribute>"});
    ck_assert_str_eq(facts.issuer, SAML_IDP);
    ck_assert_str_eq(facts.format, SAML_SUBJECT_FORMAT);
    ck_assert_str_eq(facts.recipient, "https://signin.aws.amazon.com/saml");
    ck_assert_int_eq(facts.session_until, NOW + 3600);
    /* printf https://idp.example.com/saml123456789012/idp | openssl sha1 -binary | base64 */
    ck_assert_str_eq(facts.name_qualifier, "tWcUjUgpvl4PD4++oKUwl+9UIVg=");
    ck_assert_uint_eq(facts.n_attributes, 3);
    ck_assert_str_eq(facts.attributes[1].name, SAML_ROLE_ATTRIBUTE "RoleSessionName");
    ck_assert_str_eq(facts.attributes[1].values[0], "alice");
    ck_assert_uint_eq(facts.attributes[2].n, 2);
    ck_assert_str_eq(facts.attributes[2].values[1], "b");
}
END_TEST

START_TEST(test_what_may_be_signed)
{
    accepts((struct saml_response){.by = SAML_RESPONSE_SIGNED});
    accepts((struct saml_response){.by = SAML_BOTH_SIGNED});
    refuses(verify((struct saml_response){.by = SAML_UNSIGNED}), BAD,
            "neither the response nor the assertion is signed");
    ck_assert_str_eq(why.message, "Response signature invalid");
    refuses(verify((struct saml_response){.key = saml_other_key}), BAD, CHANGED);
    const char *both = good(SAML_BOTH_SIGNED);
    refuses(verify_at(with(both, "Destination=\"https", "Destination=\"http"), NOW), BAD, CHANGED);
}
END_TEST

START_TEST(test_algorithms)
{
    static const char *const good_ones[][2] = {{"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
                                                "http://www.w3.org/2001/04/xmldsig-more#sha384"},
                                               {"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
                                                "http://www.w3.org/2001/04/xmlenc#sha512"}};
    for (size_t i = 0; i < ARRAY_LEN(good_ones); i++)
        accepts((struct saml_response){.method = good_ones[i][0], .digest = good_ones[i][1]});
    refuses(verify((struct saml_response){.method = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"}),
            BAD, "the signature is not made with RSA and SHA-256, SHA-384 or SHA-512");
    refuses(verify((struct saml_response){.digest = "http://www.w3.org/2000/09/xmldsig#sha1"}), BAD,
            "the digest is not SHA-256, SHA-384 or SHA-512");
}
END_TEST

/* The key that the signature brings along counts for nothing. */
START_TEST(test_key_info_is_not_believed)
{
    const char *xml =
        saml_respond(&arena, &(struct saml_response){.at = NOW, .key = saml_other_key});
    const char *body = strchr(saml_other_certificate, '\n');
    const char *info = arena_printf(
        &arena,
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>%.*s</ds:X509Certificate></ds:X509Data>"
        "</ds:KeyInfo></ds:Signature>",
        (int)(strstr(body, "-----END") - body), body);
    refuses(verify_at(with(xml, "</ds:Signature>", info), NOW), BAD, CHANGED);
    accepts((struct saml_response){.at = NOW});
}
END_TEST

START_TEST(test_changed_after_signing)
{
    static const char *const changes[][2] = {
        {">alice</saml:NameID>", ">admin</saml:NameID>"},
        {"role/federated", "role/admin"},
        {"urn:amazon:webservices", "urn:amazon:webservice"},
        {"<saml:AttributeStatement>", "<saml:AttributeStatement><saml:Attribute Name=\"x\"/>"},
        {">alice</saml:NameID>", "><b/>alice</saml:NameID>"},
        {"SessionIndex=\"_s\"", "SessionIndex=\"_t\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(changes); i++)
        refuses(verify_at(with(good(SAML_ASSERTION_SIGNED), changes[i][0], changes[i][1]), NOW),
                BAD, CHANGED);
    const char *xml = good(SAML_ASSERTION_SIGNED);
    char *value = element(xml, "<ds:SignatureValue>", "</ds:SignatureValue>");
    refuses(verify_at(with(xml, value, "<ds:SignatureValue>AAAA</ds:SignatureValue>"), NOW), BAD,
            CHANGED);
    refuses(verify_at(with(xml, value, "<ds:SignatureValue></ds:SignatureValue>"), NOW), BAD,
            CHANGED);
}
END_TEST

/* A comment is not signed, and so it must not change what is read. */
START_TEST(test_comments)
{
    const char *xml = saml_respond(
        &arena, &(struct saml_response){.at = NOW,
                                        .subject = "<saml:NameID>alice@example.com.evil.org"
                                                   "</saml:NameID>",
                                        .session_name = "admin-not"});
    xml = with(xml, ".com.evil", ".com<!-- -->.evil");
    xml = with(xml, ">admin-not<", ">admin<!-- -->-not<");
    ck_assert_int_eq(verify_at(xml, NOW), OK);
    ck_assert_str_eq(facts.subject, "alice@example.com.evil.org");
    ck_assert_str_eq(facts.attributes[1].values[0], "admin-not");
    xml = with(good(SAML_ASSERTION_SIGNED), ">alice</saml:NameID>", "><?x y?>alice</saml:NameID>");
    ck_assert_int_eq(verify_at(xml, NOW), OK);
    ck_assert_str_eq(facts.subject, "alice");
}
END_TEST

#define TWO "there is more than one assertion"

/* The names are those of "On Breaking SAML: Be Whoever You Want to Be" (Somorovsky et al.). */
START_TEST(test_wrapping_of_a_signed_response)
{
    const char *xml = good(SAML_RESPONSE_SIGNED);
    const char *signature = signature_of(xml), *bare = with(xml, signature, "");
    const char *forged = with(with(bare, ">alice</saml:NameID>", ">admin</saml:NameID>"),
                              "\"_response\"", "\"_evil\"");
    /* XSW1: the original response in the signature of a new one */
    char *inside = with(signature, "</ds:Signature>",
                        arena_printf(&arena, "<ds:Object>%s</ds:Object></ds:Signature>", bare));
    refuses(
        verify_at(with(forged, "<samlp:Status>", arena_printf(&arena, "%s<samlp:Status>", inside)),
                  NOW),
        BAD, TWO);
    /* XSW2: before a detached signature */
    refuses(verify_at(with(forged, "<samlp:Status>",
                           arena_printf(&arena, "%s%s<samlp:Status>", bare, signature)),
                      NOW),
            BAD, TWO);
    /* The same without a second assertion to be seen. */
    const char *no_assertion = with(bare, assertion_of(bare), "");
    refuses(verify_at(with(forged, "<samlp:Status>",
                           arena_printf(&arena, "%s%s<samlp:Status>", no_assertion, signature)),
                      NOW),
            BAD, "the signature refers to another element than the one that has it");
}
END_TEST

START_TEST(test_wrapping_of_a_signed_assertion)
{
    const char *xml = good(SAML_ASSERTION_SIGNED);
    const char *signed_one = assertion_of(xml), *forged = forged_of(xml);
    const char *signature = signature_of(xml), *bare = with(signed_one, signature, "");
    const char *const wrapped[] = {
        /* XSW3: the forged one first */
        with(xml, signed_one, arena_printf(&arena, "%s%s", forged, signed_one)),
        with(xml, signed_one, arena_printf(&arena, "%s%s", signed_one, forged)),
        /* XSW4: the original inside of the forged one */
        with(xml, signed_one,
             with(forged, "</saml:Assertion>",
                  arena_printf(&arena, "%s</saml:Assertion>", signed_one))),
        /* XSW5: the forged one has the signature, the original stands at the end */
        with(xml, signed_one,
             arena_printf(&arena, "%s%s",
                          with(forged, "<saml:Subject>",
                               arena_printf(&arena, "%s<saml:Subject>", signature)),
                          bare)),
        /* XSW6: the original in the signature that the forged one has */
        with(xml, signed_one,
             with(forged, "<saml:Subject>",
                  arena_printf(&arena, "%s<saml:Subject>",
                               with(signature, "</ds:SignatureValue>",
                                    arena_printf(&arena, "</ds:SignatureValue>%s", bare))))),
        /* XSW7: the forged one in extensions */
        with(xml, "<samlp:Status>",
             arena_printf(&arena, "<samlp:Extensions>%s</samlp:Extensions><samlp:Status>", forged)),
        /* XSW8: the original in an Object of the signature that the forged one has */
        with(xml, signed_one,
             with(forged, "<saml:Subject>",
                  arena_printf(&arena, "%s<saml:Subject>",
                               with(signature, "</ds:Signature>",
                                    arena_printf(&arena, "<ds:Object>%s</ds:Object></ds:Signature>",
                                                 bare))))),
    };
    for (size_t i = 0; i < ARRAY_LEN(wrapped); i++)
        refuses(verify_at(wrapped[i], NOW), BAD, TWO);
}
END_TEST

/* The forged assertion has the signature of the original, which is hidden under another name. */
START_TEST(test_wrapping_in_another_name)
{
    const char *xml = good(SAML_ASSERTION_SIGNED);
    const char *signed_one = assertion_of(xml), *forged = forged_of(xml);
    const char *hidden = with(with(signed_one, "<saml:Assertion ", "<saml:Advice "),
                              "</saml:Assertion>", "</saml:Advice>");
    const char *carrier =
        with(forged, "<saml:Subject>", arena_printf(&arena, "%s<saml:Subject>", signature_of(xml)));
    refuses(
        verify_at(with(xml, signed_one,
                       arena_printf(&arena, "%s%s", carrier, with(hidden, signature_of(xml), ""))),
                  NOW),
        BAD, "the signature refers to another element than the one that has it");
    refuses(verify_at(with(xml, signed_one, arena_printf(&arena, "%s%s", forged, hidden)), NOW),
            BAD, "there is a signature where none belongs");
}
END_TEST

START_TEST(test_ids)
{
    const char *xml = good(SAML_ASSERTION_SIGNED);
    refuses(verify_at(with(xml, "<samlp:Status>", "<samlp:Status ID=\"_assertion\">"), NOW), BAD,
            "an ID occurs twice");
    refuses(verify_at(with(xml, "<samlp:Status>", "<samlp:Status Id=\"_assertion\">"), NOW), BAD,
            "an ID occurs twice");
    refuses(verify_at(with(xml, "<samlp:Status>", "<samlp:Status xml:id=\"_assertion\">"), NOW),
            BAD, "another element has the ID of what is signed");
    const char *nameless = with(xml, " ID=\"_assertion\"", "");
    refuses(verify_at(nameless, NOW), BAD, "what is signed has no ID that is a name");
    refuses(verify_at(
                with(with(xml, "\"_assertion\"", "\"a') | id('b\""), "#_assertion", "#a') | id('b"),
                NOW),
            BAD, "what is signed has no ID that is a name");
}
END_TEST

START_TEST(test_form_of_the_signature)
{
    const char *xml = good(SAML_ASSERTION_SIGNED);
    const char *reference = element(xml, "<ds:Reference ", "</ds:Reference>");
    const char *transform = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
    const char *other_form = "the transforms are not those of an enveloped signature and of "
                             "exclusive canonicalization";
    refuses(
        verify_at(with(xml, reference, arena_printf(&arena, "%s%s", reference, reference)), NOW),
        BAD, "the signature does not have exactly one reference");
    refuses(verify_at(with(xml, reference, ""), NOW), BAD,
            "the signature does not have exactly one reference");
    refuses(verify_at(with(xml, "URI=\"#_assertion\"", "URI=\"\""), NOW), BAD,
            "the signature refers to another element than the one that has it");
    refuses(verify_at(with(xml, "URI=\"#_assertion\"", "URI=\"http://example.com/\""), NOW), BAD,
            "the signature refers to another element than the one that has it");
    refuses(verify_at(with(xml, transform, ""), NOW), BAD, other_form);
    struct buf crowded = buf_new(&arena, 1024);
    buf_add_text(&crowded, "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">"
                           "<x:InclusiveNamespaces xmlns:x=\"http://www.w3.org/2001/10/"
                           "xml-exc-c14n#\" PrefixList=\"");
    for (int i = 0; i < 200; i++)
        buf_add_text(&crowded, "a ");
    buf_add_text(&crowded, "\"/></ds:Transform>");
    refuses(verify_at(with(xml, transform, buf_text(&crowded)), NOW), BAD, other_form);
    refuses(verify_at(with(xml, transform,
                           "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/"
                           "REC-xslt-19991116\"><x/></ds:Transform>"),
                      NOW),
            BAD, other_form);
    refuses(verify_at(with(xml, transform,
                           arena_printf(&arena,
                                        "%s<ds:Transform Algorithm=\"http://www.w3.org/TR/"
                                        "1999/REC-xpath-19991116\"/>",
                                        transform)),
                      NOW),
            BAD, other_form);
    refuses(verify_at(with(xml,
                           "CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/"
                           "xml-exc-c14n#",
                           "CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/"
                           "REC-xml-c14n-20010315"),
                      NOW),
            BAD, "the signature is not canonicalized exclusively");
    refuses(verify_at(with(xml, "<saml:Subject>",
                           arena_printf(&arena, "%s<saml:Subject>", signature_of(xml))),
                      NOW),
            BAD, "an element has two signatures");
}
END_TEST

START_TEST(test_documents)
{
    const char *malformed = "it is not well-formed XML without a DOCTYPE";
    const char *xml = good(SAML_ASSERTION_SIGNED);
    static const char *const types[] = {
        "<!DOCTYPE a>", "<!DOCTYPE a SYSTEM \"file:///etc/passwd\">",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        ("<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
         "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>")};
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        refuses(verify_at(arena_printf(&arena, "%s%s", types[i], xml), NOW), BAD, malformed);
    refuses(verify_at(with(xml, ">alice<", ">&c;<"), NOW), BAD, malformed);
    refuses(verify_at("<a>", NOW), BAD, malformed);
    refuses(verify_at("<a/>", NOW), BAD, "it is no Response");
    refuses(verify_at(assertion_of(xml), NOW), BAD, "it is no Response");
    refuses(verify_at(with(xml, assertion_of(xml), ""), NOW), BAD, "there is no assertion");
    char *large = arena_alloc(&arena, 80000);
    memset(large, ' ', 79999);
    large[79999] = '\0';
    refuses(verify_at(arena_printf(&arena, "%s%s", xml, large), NOW), BAD, "it is no base64");
    ck_assert_str_eq(why.message, "Invalid base64 SAMLResponse");
}
END_TEST

START_TEST(test_times)
{
    const char *xml = good(SAML_ASSERTION_SIGNED);
    ck_assert_int_eq(verify_at(xml, NOW - 60), OK);
    ck_assert_int_eq(verify_at(xml, NOW + 300), OK);
    refuses(verify_at(xml, NOW - 61), BAD, "the assertion was issued in the future");
    refuses(verify_at(xml, NOW + 301), ERR_EXPIRED_TOKEN, "the assertion is too old");
    ck_assert_str_eq(why.message, "Token must be redeemed within 5 minutes of issuance");
    refuses(verify((struct saml_response){.at = NOW - 100, .lasts = 40}), ERR_EXPIRED_TOKEN,
            "the assertion is over");
}
END_TEST

START_TEST(test_whom_it_is_for)
{
    static const char *const addresses[] = {
        "https://signin.aws.amazon.com/saml", "https://eu-west-1.signin.aws.amazon.com/saml",
        "https://signin.aws.amazon.com/saml/acs/SAMLSPEXAMPLE",
        "https://us-east-1.signin.aws.amazon.com/saml/acs/SAMLSPEXAMPLE"};
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
        accepts((struct saml_response){.recipient = addresses[i], .audience = addresses[i]});
    static const char *const others[] = {"",
                                         "http://signin.aws.amazon.com/saml",
                                         "https://signin.aws.amazon.com/saml/",
                                         "https://signin.aws.amazon.com/saml/acs/OTHER",
                                         "https://signin.aws.amazon.com.evil.org/saml",
                                         "https://evil.org/.signin.aws.amazon.com/saml",
                                         "https://.signin.aws.amazon.com/saml",
                                         "https://a.b.signin.aws.amazon.com/saml"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        refuses(verify((struct saml_response){.recipient = others[i]}), BAD,
                "the Recipient is no AWS sign-in endpoint");
        refuses(verify((struct saml_response){.audience = others[i]}), BAD,
                "the audience is not urn:amazon:webservices or an AWS sign-in endpoint");
    }
    ck_assert_str_eq(why.message, "Response does not contain the required audience.");
}
END_TEST

START_TEST(test_issuer_and_status)
{
    refuses(verify((struct saml_response){.issuer = "https://other.example.com"}), BAD,
            "the issuer of the assertion is not the entityID of the metadata");
    refuses(verify((struct saml_response){.status = "Responder"}), ERR_IDP_REJECTED_CLAIM,
            "the status of the response is not Success");
}
END_TEST

START_TEST(test_subject)
{
    ck_assert_int_eq(verify((struct saml_response){.subject = ""}), OK);
    ck_assert_ptr_null(facts.subject);
    ck_assert_int_eq(verify((struct saml_response){.subject = "<saml:NameID>a</saml:NameID>"}), OK);
    ck_assert_ptr_null(facts.format);
    refuses(verify((struct saml_response){
                .subject = "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:"
                           "bearer\"/>"}),
            BAD, "there is not exactly one SubjectConfirmation");
}
END_TEST

START_TEST(test_encrypted)
{
    static const char *const ciphers[] = {"http://www.w3.org/2001/04/xmlenc#aes128-cbc",
                                          "http://www.w3.org/2001/04/xmlenc#aes192-cbc",
                                          "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
                                          "http://www.w3.org/2009/xmlenc11#aes128-gcm",
                                          "http://www.w3.org/2009/xmlenc11#aes192-gcm",
                                          "http://www.w3.org/2009/xmlenc11#aes256-gcm"};
    must_be_encrypted = true;
    for (size_t i = 0; i < ARRAY_LEN(ciphers); i++) {
        accepts((struct saml_response){.cipher = ciphers[i]});
        accepts((struct saml_response){.cipher = ciphers[i], .oaep = "sha256"});
        accepts((struct saml_response){.cipher = ciphers[i], .by = SAML_RESPONSE_SIGNED});
        accepts((struct saml_response){.cipher = ciphers[i], .by = SAML_BOTH_SIGNED});
        refuses(verify((struct saml_response){.cipher = ciphers[i], .by = SAML_UNSIGNED}), BAD,
                "neither the response nor the assertion is signed");
    }
    refuses(verify((struct saml_response){.at = NOW}), BAD,
            "the assertion is not encrypted, and has to be");
}
END_TEST

START_TEST(test_encrypted_and_changed)
{
    const char *gcm = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
    const char *xml = saml_respond(&arena, &(struct saml_response){.at = NOW, .cipher = gcm});
    const char *undecryptable = "no private key of the provider decrypts the assertion";
    const char *form = "the assertion is not encrypted with AES-CBC or AES-GCM and RSA-OAEP";
    const char *value = strstr(xml, "</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>");
    char *changed = arena_strdup(&arena, xml);
    char *digit = changed + (value - xml) + 100;
    *digit = *digit == 'A' ? 'B' : 'A';
    refuses(verify_at(changed, NOW), BAD, undecryptable);
    refuses(verify_at(with(xml, "aes256-gcm", "aes128-gcm"), NOW), BAD, undecryptable);
    refuses(verify_at(with(xml, "rsa-oaep-mgf1p", "rsa-1_5"), NOW), BAD, form);
    refuses(verify_at(with(xml, "aes256-gcm", "tripledes-cbc"), NOW), BAD, form);
    refuses(verify_at(with(xml, "</ds:KeyInfo>", "</ds:KeyInfo><x/>"), NOW), OK, "");
    refuses(verify_at(with(xml, "<xenc:CipherValue>", "<xenc:CipherValue>?"), NOW), BAD,
            "the encrypted assertion has another form");
    char *one = element(xml, "<saml:EncryptedAssertion", "</saml:EncryptedAssertion>");
    refuses(verify_at(with(xml, one, arena_printf(&arena, "%s%s", one, one)), NOW), BAD, TWO);
    refuses(
        verify_at(with(xml, one,
                       arena_printf(&arena, "%s%s", one, forged_of(good(SAML_ASSERTION_SIGNED)))),
                  NOW),
        BAD, TWO);
}
END_TEST

START_TEST(test_private_keys)
{
    ck_assert(saml_private_key_check(str_of(saml_sp_key)));
    ck_assert(!saml_private_key_check(str_of(saml_sp_certificate)));
    ck_assert(!saml_private_key_check(STR("key")));
    ck_assert(!saml_private_key_check((struct str){NULL, 0}));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_facts);
    tcase_add_test(tc, test_what_may_be_signed);
    tcase_add_test(tc, test_algorithms);
    tcase_add_test(tc, test_key_info_is_not_believed);
    tcase_add_test(tc, test_changed_after_signing);
    tcase_add_test(tc, test_comments);
    tcase_add_test(tc, test_wrapping_of_a_signed_response);
    tcase_add_test(tc, test_wrapping_of_a_signed_assertion);
    tcase_add_test(tc, test_wrapping_in_another_name);
    tcase_add_test(tc, test_ids);
    tcase_add_test(tc, test_form_of_the_signature);
    tcase_add_test(tc, test_documents);
    tcase_add_test(tc, test_times);
    tcase_add_test(tc, test_whom_it_is_for);
    tcase_add_test(tc, test_issuer_and_status);
    tcase_add_test(tc, test_subject);
    tcase_add_test(tc, test_encrypted);
    tcase_add_test(tc, test_encrypted_and_changed);
    tcase_add_test(tc, test_private_keys);
    return suite_run("saml", tc);
}
