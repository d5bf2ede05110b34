/* SPDX-License-Identifier: Apache-2.0 */
/* Metadata of identity providers: SAML 2.0 metadata, section 2. */
#include "federation/federation_priv.h"

#include <gnutls/x509.h>

#include "err.h"

static int unfit(const char **why, const char *words)
{
    *why = words;
    return ERR_INVALID_INPUT;
}

/* IAM User Guide, "Troubleshoot SAML federation with IAM": keys of 1024 bits at least. */
static const char *check_certificate(struct str der)
{
    enum { BITS_MIN = 1024 };
    gnutls_x509_crt_t certificate = NULL;
    const gnutls_datum_t datum = {(unsigned char *)(uintptr_t)der.p, (unsigned)der.n};
    const char *problem = "an X509Certificate cannot be read";
    unsigned bits = 0;
    if (gnutls_x509_crt_init(&certificate) < 0)
        return problem;
    if (gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_DER) >= 0) {
        bool rsa = gnutls_x509_crt_get_pk_algorithm(certificate, &bits) == GNUTLS_PK_RSA;
        problem = !rsa              ? "a certificate that signs is not for RSA"
                  : bits < BITS_MIN ? "a key that signs has less than 1024 bits"
                                    : NULL;
    }
    gnutls_x509_crt_deinit(certificate);
    return problem;
}

/* The certificates of a KeyDescriptor, all of which may be used. IAM User Guide, "IAM and AWS STS
   quotas": ten. AWS undocumented: the words. */
static int add_key(struct arena *a, const xmlNode *key, struct saml_metadata *ret, const char **why)
{
    enum { KEYS_MAX = 10 };
    const xmlNode *info = xml_child(key, XML_DSIG, "KeyInfo");
    const xmlNode *data = info ? xml_child(info, XML_DSIG, "X509Data") : NULL;
    for (; data; data = xml_next(data, XML_DSIG, "X509Data")) {
        const xmlNode *each = xml_child(data, XML_DSIG, "X509Certificate");
        for (; each; each = xml_next(each, XML_DSIG, "X509Certificate")) {
            const char *text = xml_content(a, each);
            struct saml_certificate found;
            if (!text || !xml_base64(a, str_of(text), &found.der))
                return unfit(why, "an X509Certificate cannot be read");
            const char *problem = check_certificate(found.der);
            if (problem)
                return unfit(why, problem);
            if (ret->n == KEYS_MAX)
                return unfit(why, "there are more than 10 certificates that sign");
            const size_t had = ret->n * sizeof found;
            ret->certificates = arena_grow(a, ret->certificates, had, had + sizeof found);
            ret->certificates[ret->n++] = found;
        }
    }
    return OK;
}

static int add_keys(struct arena *a, const xmlNode *role, struct saml_metadata *ret,
                    const char **why)
{
    const xmlNode *key = xml_child(role, SAML_METADATA, "KeyDescriptor");
    for (; key; key = xml_next(key, SAML_METADATA, "KeyDescriptor")) {
        const char *use = xml_attribute(a, key, "use");
        if (!use || str_is(str_of(use), "signing"))
            TRY(add_key(a, key, ret, why));
    }
    return ret->n ? OK : unfit(why, "there is no certificate that signs");
}

/* The entity: the document, or the only one in a group. */
static const xmlNode *entity_of(const xmlDoc *doc)
{
    const xmlNode *root = xmlDocGetRootElement(doc);
    if (!xml_is(root, SAML_METADATA, "EntitiesDescriptor"))
        return xml_is(root, SAML_METADATA, "EntityDescriptor") ? root : NULL;
    const xmlNode *entity = xml_child(root, SAML_METADATA, "EntityDescriptor");
    return entity && !xml_next(entity, SAML_METADATA, "EntityDescriptor") ? entity : NULL;
}

int saml_metadata_read(struct arena *a, struct str document, struct saml_metadata *ret,
                       const char **why)
{
    CLEANUP(xml_free) xmlDoc *doc = xml_parse(document);
    if (!doc)
        return unfit(why, "it is not well-formed XML without a DOCTYPE");
    const xmlNode *entity = entity_of(doc);
    if (!entity)
        return unfit(why, "it is no EntityDescriptor");
    const xmlNode *role = xml_child(entity, SAML_METADATA, "IDPSSODescriptor");
    if (!role)
        return unfit(why, "there is no IDPSSODescriptor");
    struct saml_metadata found = {.issuer = xml_attribute(a, entity, "entityID")};
    if (!found.issuer || !*found.issuer)
        return unfit(why, "there is no entityID");
    const char *until = xml_attribute(a, entity, "validUntil");
    if (until && (found.valid_until = xml_time(until)) == 0)
        return unfit(why, "validUntil is no time in UTC");
    TRY(add_keys(a, role, &found, why));
    *ret = found;
    return OK;
}
