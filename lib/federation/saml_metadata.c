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

/* Base64 with any blanks in between; false when it is none. */
static bool decode(struct arena *a, const char *text, struct str *ret)
{
    struct buf packed = buf_new(a, strlen(text)), bytes = buf_new(a, strlen(text));
    for (; *text; text++) {
        if (!strchr(" \t\r\n", *text))
            buf_add_char(&packed, *text);
    }
    if (packed.n == 0 || !buf_base64_decode(&bytes, buf_str(&packed)))
        return false;
    *ret = buf_str(&bytes);
    return true;
}

static bool is_certificate(struct str der)
{
    gnutls_x509_crt_t certificate = NULL;
    if (gnutls_x509_crt_init(&certificate) < 0)
        return false;
    const gnutls_datum_t datum = {(unsigned char *)(uintptr_t)der.p, (unsigned)der.n};
    bool good = gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_DER) >= 0;
    gnutls_x509_crt_deinit(certificate);
    return good;
}

/* The certificates of a KeyDescriptor, all of which may be used. */
static int add_key(struct arena *a, const xmlNode *key, struct saml_metadata *ret, const char **why)
{
    const xmlNode *info = xml_child(key, XML_DSIG, "KeyInfo");
    const xmlNode *data = info ? xml_child(info, XML_DSIG, "X509Data") : NULL;
    for (; data; data = xml_next(data, XML_DSIG, "X509Data")) {
        const xmlNode *each = xml_child(data, XML_DSIG, "X509Certificate");
        for (; each; each = xml_next(each, XML_DSIG, "X509Certificate")) {
            const char *text = xml_text(a, each);
            struct saml_certificate found;
            if (!text || !decode(a, text, &found.der) || !is_certificate(found.der))
                return unfit(why, "an X509Certificate cannot be read");
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
