/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the module share. */
#pragma once

#include <libxml/tree.h>

#include "federation/federation.h"

#define SAML_METADATA "urn:oasis:names:tc:SAML:2.0:metadata"
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
const char *xml_text(struct arena *a, const xmlNode *node);
/* An attribute without a namespace; NULL: there is none. */
const char *xml_attribute(struct arena *a, const xmlNode *node, const char *name);
/* An xs:dateTime in UTC, without fractions of a second; 0 when it is none. */
int64_t xml_time(const char *text);

int fetch_url(struct arena *a, const char *url, const _Atomic bool *stop, struct str *ret,
              const char **why);

int saml_metadata_read(struct arena *a, struct str document, struct saml_metadata *ret,
                       const char **why);
