/* SPDX-License-Identifier: Apache-2.0 */
/* What a signature refers to, read as xmlsec reads it. */
#include "err.h"
#include "federation/federation_priv.h"
#include "support/saml.h"
#include "support/suite.h"

enum { NOW = 1700000000 };

static struct arena arena;
static struct saml_refusal why;

static void setup(void)
{
    arena_init(&arena);
}

static void teardown(void)
{
    arena_done(&arena);
}

static int verify(const char *xml)
{
    const struct saml_question question = {
        .response = str_of(saml_base64(&arena, xml)),
        .metadata = saml_metadata(&arena, saml_idp_certificate, ""),
        .provider = "123456789012/idp",
        .provider_id = "SAMLSPEXAMPLE",
        .now = NOW,
    };
    struct saml_assertion facts;
    why = (struct saml_refusal){"", ""};
    return saml_verify(&arena, &question, &facts, &why);
}

/* A response whose provider signed it with these attributes of the reference; NULL: as usual. */
static const char *respond(const char *reference)
{
    return saml_respond(&arena, &(struct saml_response){.at = NOW, .reference = reference});
}

static const char *with(const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);
    ck_assert_ptr_nonnull(at);
    return arena_printf(&arena, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

static void refuses(const char *xml, const char *reason)
{
    ck_assert_int_eq(verify(xml), ERR_INVALID_IDENTITY_TOKEN);
    ck_assert_str_eq(why.reason, reason);
}

static const char other[] = "the signature refers to another element than the one that has it";
static const char foreign[] = "the signature has an attribute of another namespace";

static const char *const references[] = {
    "URI=\"\"",
    "URI=\"#_assertion \"",
    "URI=\"#_assertion&#10;\"",
    "URI=\"#_assertion&#9;_response\"",
    "URI=\"#xpointer(id('_assertion'))\"",
    "URI=\"#xpointer(/)\"",
};

/* Signed like that by the provider itself. */
START_TEST(test_signed_references)
{
    refuses(respond(references[_i]), other);
}
END_TEST

START_TEST(test_reference_is_the_id)
{
    static const char *const changed[] = {
        "URI=\" #_assertion\"", "URI=\"#%5Fassertion\"", "URI=\"#_Assertion\"",
        "URI=\"x#_assertion\"", "URI=\"##_assertion\"",  "URI=\"#\"",
        "Uri=\"#_assertion\"",  "URI=\"_assertion\"",    "Id=\"x\"",
    };
    ck_assert_int_eq(verify(respond(NULL)), OK);
    ck_assert_int_eq(verify(respond("URI=\"&#35;_assertion\"")), OK);
    for (size_t i = 0; i < ARRAY_LEN(changed); i++)
        refuses(with(respond(NULL), "URI=\"#_assertion\"", changed[i]), other);
    refuses(with(respond(NULL), " ID=\"_assertion\"", " ID=\" _assertion\""),
            "what is signed has no ID that is a name");
}
END_TEST

/* xmlsec takes an attribute for its namesake without a namespace. */
START_TEST(test_attributes_of_other_namespaces)
{
    static const char *const places[] = {"<ds:Signature ", "<ds:CanonicalizationMethod ",
                                         "<ds:SignatureMethod ", "<ds:Transform ",
                                         "<ds:DigestMethod "};
    refuses(respond("xmlns:x=\"urn:x\" x:URI=\"#_assertion\" URI=\"#_assertion\""), foreign);
    refuses(respond("xmlns:x=\"urn:x\" x:URI=\"\" URI=\"#_assertion\""), foreign);
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const char *more =
            arena_printf(&arena, "%sxmlns:x=\"urn:x\" x:Algorithm=\"y\" ", places[i]);
        refuses(with(respond(NULL), places[i], more), foreign);
    }
    const char *list = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">"
                       "<x:InclusiveNamespaces xmlns:x=\"http://www.w3.org/2001/10/xml-exc-c14n#\" "
                       "x:PrefixList=\"a b c\"/></ds:Transform>";
    refuses(with(respond(NULL),
                 "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>", list),
            foreign);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("saml_signature");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, test_signed_references, 0, ARRAY_LEN(references));
    tcase_add_test(t, test_reference_is_the_id);
    tcase_add_test(t, test_attributes_of_other_namespaces);
    return suite_run("saml_signature", t);
}
