/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures as SAML has them (SAML Core, section 5.4): one reference, to the element that has the
 * signature as a child, by its ID. Their form is checked before anything is computed, so that
 * nothing of XML signatures' wealth of possibilities comes into play.
 */
#include "federation/federation_priv.h"

#include <pthread.h>

#include <libxml/valid.h>
#include <xmlsec/app.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>

static void init(void)
{
    xmlSecErrorsDefaultCallbackEnableOutput(0);
    xmlSecInit();
    xmlSecCryptoAppInit(NULL);
    xmlSecCryptoInit();
}

void saml_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, init);
}

/* The element at *NEXT, which moves on, when it has that name. */
static xmlNode *take(xmlNode **next, const char *name)
{
    xmlNode *node = *next;
    if (!node || !xml_is(node, XML_DSIG, name))
        return NULL;
    *next = xmlNextElementSibling(node);
    return node;
}

static bool algorithm_is(struct arena *a, xmlNode *node, const char *const *wanted)
{
    const char *algorithm = node ? xml_attribute(a, node, "Algorithm") : NULL;
    while (algorithm && *wanted && strcmp(algorithm, *wanted) != 0)
        wanted++;
    return algorithm && *wanted;
}

/* libxml2 looks every prefix of the list up at every element: long lists take it minutes. */
static bool is_short_list(struct arena *a, xmlNode *node)
{
    enum { LIST_MAX = 64 };
    const char *list = xml_attribute(a, node, "PrefixList");
    return !list || strlen(list) <= LIST_MAX;
}

/* Exclusive canonicalization, perhaps with prefixes that are included nevertheless. */
static bool is_exclusive(struct arena *a, xmlNode *node)
{
    static const char *const exclusive[] = {XML_EXC_C14N, NULL};
    if (!algorithm_is(a, node, exclusive))
        return false;
    xmlNode *child = xmlFirstElementChild(node);
    return !child || (xml_is(child, XML_EXC_C14N, "InclusiveNamespaces") &&
                      !xmlNextElementSibling(child) && is_short_list(a, child));
}

static bool has_transforms(struct arena *a, xmlNode *transforms)
{
    static const char *const enveloped[] = {XML_DSIG "enveloped-signature", NULL};
    xmlNode *next = xmlFirstElementChild(transforms);
    xmlNode *first = take(&next, "Transform");
    return algorithm_is(a, first, enveloped) && !xmlFirstElementChild(first) &&
           is_exclusive(a, take(&next, "Transform")) && !next;
}

static const char *check_reference(struct arena *a, xmlNode *reference, const char *id)
{
    static const char *const digests[] = {XML_ENC "sha256", XML_ENC "sha512",
                                          "http://www.w3.org/2001/04/xmldsig-more#sha384", NULL};
    const char *uri = xml_attribute(a, reference, "URI");
    if (!uri || uri[0] != '#' || strcmp(uri + 1, id) != 0)
        return "the signature refers to another element than the one that has it";
    xmlNode *next = xmlFirstElementChild(reference);
    xmlNode *transforms = take(&next, "Transforms");
    if (!transforms || !has_transforms(a, transforms))
        return "the transforms are not those of an enveloped signature and of exclusive "
               "canonicalization";
    if (!algorithm_is(a, take(&next, "DigestMethod"), digests))
        return "the digest is not SHA-256, SHA-384 or SHA-512";
    return take(&next, "DigestValue") && !next ? NULL : "the reference has another form";
}

/* SHA-1 is left out because collisions can be made for it. */
static const char *check_info(struct arena *a, xmlNode *info, const char *id)
{
    static const char *const methods[] = {"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                                          "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
                                          "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
                                          NULL};
    xmlNode *next = xmlFirstElementChild(info);
    if (!is_exclusive(a, take(&next, "CanonicalizationMethod")))
        return "the signature is not canonicalized exclusively";
    if (!algorithm_is(a, take(&next, "SignatureMethod"), methods))
        return "the signature is not made with RSA and SHA-256, SHA-384 or SHA-512";
    xmlNode *reference = take(&next, "Reference");
    if (!reference || next)
        return "the signature does not have exactly one reference";
    return check_reference(a, reference, id);
}

/* xmlsec would take one for the attribute of the same name that has been checked. */
static bool has_foreign_attribute(const xmlNode *node)
{
    for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next) {
        if (attribute->ns)
            return true;
    }
    return false;
}

/* ELEMENT and what is in it. Of what a KeyInfo says nothing counts. */
static bool has_foreign_attributes(const xmlNode *element)
{
    if (xml_is(element, XML_DSIG, "KeyInfo"))
        return false;
    const xmlNode *child = element->children;
    while (child && (child->type != XML_ELEMENT_NODE || !has_foreign_attributes(child)))
        child = child->next;
    return child || has_foreign_attribute(element);
}

static const char *check_form(struct arena *a, xmlNode *signature, const char *id)
{
    xmlNode *next = xmlFirstElementChild(signature);
    xmlNode *info = take(&next, "SignedInfo");
    if (!info || !take(&next, "SignatureValue"))
        return "the signature has another form";
    take(&next, "KeyInfo"); /* says nothing that counts */
    return next ? "the signature has more in it than a signature" : check_info(a, info, id);
}

/* So that the ID cannot be mistaken for anything when it is looked up. */
static bool is_name(const char *id)
{
    size_t n = strlen(id);
    for (size_t i = 0; i < n; i++) {
        if (!ascii_is_alnum(id[i]) && !strchr("_-.", id[i]))
            return false;
    }
    return n > 0;
}

static bool holds(xmlNode *signature, const struct saml_certificate *certificate)
{
    xmlSecDSigCtx *context = xmlSecDSigCtxCreate(NULL);
    if (!context)
        return false;
    context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
    context->signKey = xmlSecCryptoAppKeyLoadMemory((const xmlSecByte *)certificate->der.p,
                                                    (xmlSecSize)certificate->der.n,
                                                    xmlSecKeyDataFormatCertDer, NULL, NULL, NULL);
    bool good = context->signKey && xmlSecDSigCtxVerify(context, signature) == 0 &&
                context->status == xmlSecDSigStatusSucceeded;
    xmlSecDSigCtxDestroy(context);
    return good;
}

const char *saml_signature_check(struct arena *a, xmlNode *element, xmlNode *signature,
                                 const struct saml_metadata *metadata)
{
    const char *id = xml_attribute(a, element, "ID");
    xmlAttr *attribute = xmlHasNsProp(element, (const xmlChar *)"ID", NULL);
    if (!id || !is_name(id))
        return "what is signed has no ID that is a name";
    const char *form = check_form(a, signature, id);
    if (form)
        return form;
    if (has_foreign_attributes(signature))
        return "the signature has an attribute of another namespace";
    /* The only ID that the document knows by now; an xml:id may stand in its way. */
    if (!xmlAddID(NULL, element->doc, (const xmlChar *)id, attribute))
        return "another element has the ID of what is signed";
    for (size_t i = 0; i < metadata->n; i++) {
        if (holds(signature, &metadata->certificates[i]))
            return NULL;
    }
    return "what was signed was changed, or signed with a key that is not in the metadata";
}
