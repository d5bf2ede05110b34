/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the module share. */
#pragma once

#include <libxml/tree.h>

#include "federation/federation.h"

#define SAML_METADATA "urn:oasis:names:tc:SAML:2.0:metadata"
#define SAML_PROTOCOL "urn:oasis:names:tc:SAML:2.0:protocol"
#define SAML_ASSERTION "urn:oasis:names:tc:SAML:2.0:assertion"
#define XML_ENC "http://www.w3.org/2001/04/xmlenc#"
#define XML_EXC_C14N "http://www.w3.org/2001/10/xml-exc-c14n#"
#define XML_DSIG "http://www.w3.org/2000/09/xmldsig#"

/*
 * The document, or NULL when it is not well-formed, has a DOCTYPE, or is larger than libxml2 likes
 * documents. Comments and processing instructions are left out, so that no two readers see
 * different texts. The caller frees it with xml_free.
 */
xmlDoc *xml_parse(struct str text);
void xml_free(xmlDoc **doc);

bool xml_is(const xmlNode *node, const char *space, const char *name);
/* The first such child of NODE; the next such sibling of one. NULL: none. */
xmlNode *xml_child(const xmlNode *node, const char *space, const char *name);
xmlNode *xml_next(const xmlNode *node, const char *space, const char *name);
/* The text of an element without elements in it, blanks at its ends left out; NULL otherwise. */
const char *xml_content(struct arena *a, const xmlNode *node);
/* The very value of an attribute without a namespace; NULL: there is none. */
const char *xml_attribute(struct arena *a, const xmlNode *node, const char *name);
/* Base64 with any blanks in between; false when it is none, or of nothing. */
bool xml_base64(struct arena *a, struct str text, struct str *ret) MUST_USE;
/* An xs:dateTime in UTC, without fractions of a second; 0 when it is none. */
int64_t xml_time(const char *text);

int fetch_url(struct arena *a, const char *url, int64_t deadline_ms, const _Atomic bool *stop,
              struct str *ret, const char **why);

int saml_metadata_read(struct arena *a, struct str document, struct saml_metadata *ret,
                       const char **why);
bool saml_private_key_check(struct str pem);
int saml_verify(struct arena *a, const struct saml_question *question, struct saml_assertion *ret,
                struct saml_refusal *why);

/*
 * Whether SIGNATURE, a child of ELEMENT, signs that very element, whole, with the key of one of
 * the certificates: NULL, or why not. No other element of the document may have its ID.
 */
const char *saml_signature_check(struct arena *a, xmlNode *element, xmlNode *signature,
                                 const struct saml_metadata *metadata);
/* What an EncryptedAssertion holds, decrypted with one of the question's keys; NULL with WHY. */
xmlDoc *saml_decrypt(struct arena *a, xmlNode *encrypted, const struct saml_question *question,
                     const char **why);
/* Readies the libraries; safe to use from any thread, again and again. */
void saml_init(void);

int x509_read(struct arena *a, const struct x509_upload *upload, int64_t now,
              struct x509_certificate *ret, const char **why);
