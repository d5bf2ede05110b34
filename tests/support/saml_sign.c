/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include <gcrypt.h>
#include <gnutls/x509.h>
#include <libxml/parser.h>
#include <xmlsec/app.h>
#include <xmlsec/crypto.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmltree.h>

#include "base/clock.h"
#include "federation/federation_priv.h"
#include "support/saml.h"

#define EXCLUSIVE "http://www.w3.org/2001/10/xml-exc-c14n#"

enum { KEY = 32 };

char *saml_attribute(struct arena *a, const char *name, const char *value)
{
    return arena_printf(a,
                        "<saml:Attribute Name=\"%s\"><saml:AttributeValue>%s"
                        "</saml:AttributeValue></saml:Attribute>",
                        name, value);
}

static const char *time_text(struct arena *a, int64_t at)
{
    char *text = arena_alloc(a, CLOCK_TEXT_SIZE);
    clock_iso8601(at, text);
    return text;
}

/* A signature that still has to be computed. */
static const char *template(struct arena *a, const struct saml_response *r, const char *id)
{
    return arena_printf(
        a,
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>"
        "<ds:CanonicalizationMethod Algorithm=\"" EXCLUSIVE "\"/>"
        "<ds:SignatureMethod Algorithm=\"%s\"/><ds:Reference %s><ds:Transforms>"
        "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>"
        "<ds:Transform Algorithm=\"" EXCLUSIVE "\"/></ds:Transforms>"
        "<ds:DigestMethod Algorithm=\"%s\"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>"
        "<ds:SignatureValue/></ds:Signature>",
        r->method ? r->method : "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        r->reference ? r->reference : arena_printf(a, "URI=\"#%s\"", id),
        r->digest ? r->digest : "http://www.w3.org/2001/04/xmlenc#sha256");
}

static const char *statements(struct arena *a, const struct saml_response *r)
{
    const char *role = r->role ? r->role
                               : "arn:aws:iam::123456789012:role/federated,"
                                 "arn:aws:iam::123456789012:saml-provider/idp";
    const char *name = r->session_name ? r->session_name : "alice";
    return arena_printf(a,
                        "<saml:AuthnStatement AuthnInstant=\"%s\" SessionIndex=\"_s\"%s/>"
                        "<saml:AttributeStatement>%s%s%s</saml:AttributeStatement>",
                        time_text(a, r->at), r->session_until ? r->session_until : "",
                        *role ? saml_attribute(a, SAML_ROLE_ATTRIBUTE "Role", role) : "",
                        *name ? saml_attribute(a, SAML_ROLE_ATTRIBUTE "RoleSessionName", name) : "",
                        r->attributes ? r->attributes : "");
}

static const char *assertion(struct arena *a, const struct saml_response *r, bool with_signature)
{
    const char *until = time_text(a, r->at + (r->lasts ? r->lasts : 300));
    const char *subject = r->subject ? r->subject
                                     : "<saml:NameID Format=\"" SAML_SUBJECT_FORMAT
                                       "\">alice</saml:NameID>";
    return arena_printf(
        a,
        "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_assertion\" "
        "IssueInstant=\"%s\" Version=\"2.0\"><saml:Issuer>%s</saml:Issuer>%s<saml:Subject>%s"
        "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">"
        "<saml:SubjectConfirmationData NotOnOrAfter=\"%s\" Recipient=\"%s\"/>"
        "</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore=\"%s\" "
        "NotOnOrAfter=\"%s\"><saml:AudienceRestriction><saml:Audience>%s</saml:Audience>"
        "</saml:AudienceRestriction></saml:Conditions>%s</saml:Assertion>",
        time_text(a, r->at), r->issuer ? r->issuer : SAML_IDP,
        with_signature ? template(a, r, "_assertion") : "", subject, until,
        r->recipient ? r->recipient : "https://signin.aws.amazon.com/saml", time_text(a, r->at),
        until, r->audience ? r->audience : "urn:amazon:webservices", statements(a, r));
}

static const char *response(struct arena *a, const struct saml_response *r, const char *content,
                            bool with_signature)
{
    return arena_printf(
        a,
        "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_response\" "
        "IssueInstant=\"%s\" Version=\"2.0\" Destination=\"https://signin.aws.amazon.com/saml\">"
        "<saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">%s</saml:Issuer>%s"
        "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:%s\"/>"
        "</samlp:Status>%s</samlp:Response>",
        time_text(a, r->at), r->issuer ? r->issuer : SAML_IDP,
        with_signature ? template(a, r, "_response") : "", r->status ? r->status : "Success",
        content);
}

static void must(bool true_value)
{
    if (!true_value)
        abort();
}

static gnutls_x509_privkey_t load(const char *pem)
{
    gnutls_x509_privkey_t key;
    const gnutls_datum_t datum = {(unsigned char *)(uintptr_t)pem, (unsigned)strlen(pem)};
    gnutls_x509_privkey_init(&key);
    must(gnutls_x509_privkey_import2(key, &datum, GNUTLS_X509_FMT_PEM, NULL, 0) >= 0);
    return key;
}

/* PEM is not for xmlsec1-gnutls. */
static xmlSecKeyPtr sign_key(const char *pem)
{
    gnutls_datum_t der;
    gnutls_x509_privkey_t key = load(pem);
    must(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_DER, &der) >= 0);
    xmlSecKeyPtr result =
        xmlSecCryptoAppKeyLoadMemory(der.data, der.size, xmlSecKeyDataFormatDer, NULL, NULL, NULL);
    gnutls_free(der.data);
    gnutls_x509_privkey_deinit(key);
    return result;
}

/* Fills in the signature that the element with this ID has. */
static char *sign(struct arena *a, const char *xml, const char *key, const char *id)
{
    xmlDoc *doc = xmlReadMemory(xml, (int)strlen(xml), NULL, NULL, 0);
    must(doc != NULL);
    xmlNode *element = xmlDocGetRootElement(doc);
    xmlAttr *attribute = xmlHasNsProp(element, (const xmlChar *)"ID", NULL);
    while (strcmp((const char *)attribute->children->content, id) != 0) {
        element = xmlSecFindNode(element, (const xmlChar *)"Assertion",
                                 (const xmlChar *)"urn:oasis:names:tc:SAML:2.0:assertion");
        attribute = xmlHasNsProp(element, (const xmlChar *)"ID", NULL);
    }
    must(xmlAddID(NULL, doc, (const xmlChar *)id, attribute) != NULL);
    xmlNode *signature = xmlSecFindChild(element, xmlSecNodeSignature, xmlSecDSigNs);
    xmlSecDSigCtx *context = xmlSecDSigCtxCreate(NULL);
    context->signKey = sign_key(key);
    must(context->signKey && xmlSecDSigCtxSign(context, signature) == 0);
    xmlSecDSigCtxDestroy(context);
    xmlChar *text = NULL;
    int n = 0;
    xmlDocDumpMemory(doc, &text, &n);
    char *copy = arena_strndup(a, (const char *)text, (size_t)n);
    xmlFree(text);
    xmlFreeDoc(doc);
    char *begin = strstr(copy, "?>\n"); /* without the declaration */
    begin[strlen(begin) - 1] = '\0';
    return begin + 3;
}

/* The key of the content, encrypted for whom SAML_SP is. */
static struct str wrap(struct arena *a, const unsigned char *key, size_t size, const char *hash)
{
    gnutls_x509_privkey_t private = load(saml_sp_key);
    gnutls_datum_t n, e, d, p, q, u;
    gnutls_x509_privkey_export_rsa_raw(private, &n, &e, &d, &p, &q, &u);
    gcry_sexp_t public, data, result;
    must(gcry_sexp_build(&public, NULL, "(public-key (rsa (n %b) (e %b)))", (int)n.size, n.data,
                         (int)e.size, e.data) == 0);
    must(gcry_sexp_build(&data, NULL, "(data (flags oaep) (hash-algo %s) (value %b))", hash,
                         (int)size, key) == 0);
    must(gcry_pk_encrypt(&result, data, public) == 0);
    gcry_sexp_t value = gcry_sexp_find_token(result, "a", 0);
    size_t length = 0;
    const char *bytes = gcry_sexp_nth_data(value, 1, &length);
    struct str wrapped = {arena_strndup(a, bytes, length), length};
    gnutls_datum_t *const parts[] = {&n, &e, &d, &p, &q, &u};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        gnutls_free(parts[i]->data);
    gcry_sexp_release(value);
    gcry_sexp_release(result);
    gcry_sexp_release(data);
    gcry_sexp_release(public);
    gnutls_x509_privkey_deinit(private);
    return wrapped;
}

static char *base64(struct arena *a, struct str bytes)
{
    struct buf b = buf_new(a, bytes.n * 2);
    buf_base64(&b, (const unsigned char *)bytes.p, bytes.n);
    return buf_text(&b);
}

static struct str encrypt(struct arena *a, const char *text, const char *cipher,
                          const unsigned char *key, size_t size)
{
    bool gcm = strstr(cipher, "gcm") != NULL;
    size_t n = strlen(text), before = gcm ? 12 : 16, padding = gcm ? 0 : 16 - n % 16;
    int algorithm = size == 16   ? GCRY_CIPHER_AES128
                    : size == 24 ? GCRY_CIPHER_AES192
                                 : GCRY_CIPHER_AES256;
    unsigned char *out = arena_zalloc(a, before + n + padding + 16);
    memset(out, 'n', before);
    memcpy(out + before, text, n);
    if (padding)
        out[before + n + padding - 1] = (unsigned char)padding;
    gcry_cipher_hd_t handle;
    must(gcry_cipher_open(&handle, algorithm, gcm ? GCRY_CIPHER_MODE_GCM : GCRY_CIPHER_MODE_CBC,
                          0) == 0);
    must(gcry_cipher_setkey(handle, key, size) == 0);
    must(gcry_cipher_setiv(handle, out, before) == 0);
    must(gcry_cipher_encrypt(handle, out + before, n + padding, NULL, 0) == 0);
    if (gcm)
        must(gcry_cipher_gettag(handle, out + before + n, 16) == 0);
    gcry_cipher_close(handle);
    return (struct str){(char *)out, before + n + padding + (gcm ? 16 : 0)};
}

static const char *encrypted(struct arena *a, const struct saml_response *r, const char *plain)
{
    const unsigned char key[KEY] = "0123456789abcdef0123456789abcde";
    const char *digits = strstr(r->cipher, "aes") + 3;
    size_t size = (size_t)((digits[0] - '0') * 100 + (digits[1] - '0') * 10 + digits[2] - '0') / 8;
    const char *oaep =
        r->oaep && strcmp(r->oaep, "sha256") == 0
            ? "<xenc:EncryptionMethod "
              "Algorithm=\"http://www.w3.org/2009/xmlenc11#rsa-oaep\">"
              "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>"
              "<xenc11:MGF xmlns:xenc11=\"http://www.w3.org/2009/xmlenc11#\" "
              "Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha256\"/>"
              "</xenc:EncryptionMethod>"
            : "<xenc:EncryptionMethod "
              "Algorithm=\"http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p\"/>";
    return arena_printf(
        a,
        "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">"
        "<xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" "
        "Type=\"http://www.w3.org/2001/04/xmlenc#Element\">"
        "<xenc:EncryptionMethod Algorithm=\"%s\"/>"
        "<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><xenc:EncryptedKey>%s"
        "<xenc:CipherData><xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData>"
        "</xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>%s"
        "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>",
        r->cipher, oaep, base64(a, wrap(a, key, size, r->oaep ? r->oaep : "sha1")),
        base64(a, encrypt(a, plain, r->cipher, key, size)));
}

char *saml_respond(struct arena *a, const struct saml_response *r)
{
    saml_init();
    const char *key = r->key ? r->key : saml_idp_key;
    bool inner = r->by == SAML_ASSERTION_SIGNED || r->by == SAML_BOTH_SIGNED;
    bool outer = r->by == SAML_RESPONSE_SIGNED || r->by == SAML_BOTH_SIGNED;
    const char *content = assertion(a, r, inner);
    if (inner)
        content = sign(a, content, key, "_assertion");
    if (r->cipher)
        content = encrypted(a, r, content);
    const char *whole = response(a, r, content, outer);
    return outer ? sign(a, whole, key, "_response") : arena_strdup(a, whole);
}

char *saml_base64(struct arena *a, const char *xml)
{
    return base64(a, str_of(xml));
}
