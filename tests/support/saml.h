/* SPDX-License-Identifier: Apache-2.0 */
/* A SAML identity provider for tests, whose answers are the same bytes every time. */
#pragma once

#include "base/str.h"

/* RSA keys and their certificates, PEM: of the identity provider, of somebody else, and the one
   that assertions are encrypted for. */
extern const char saml_idp_key[], saml_idp_certificate[];
extern const char saml_other_key[], saml_other_certificate[];
extern const char saml_sp_key[], saml_sp_certificate[];

#define SAML_IDP "https://idp.example.com/saml"

/* Metadata of SAML_IDP with a CERTIFICATE; ATTRIBUTES go to the entity: "" or with a blank in
   front. */
char *saml_metadata(struct arena *a, const char *certificate, const char *attributes);

enum saml_signed { SAML_ASSERTION_SIGNED, SAML_RESPONSE_SIGNED, SAML_BOTH_SIGNED, SAML_UNSIGNED };

/* A response; what is NULL or 0 is as AWS wants it. */
struct saml_response {
    int64_t at; /* when it is issued */
    enum saml_signed by;
    const char *key; /* that signs: the identity provider's */
    const char *issuer, *audience, *recipient, *status;
    const char *subject; /* the NameID element */
    const char *role, *session_name;
    const char *attributes;      /* further ones, XML */
    const char *method, *digest; /* algorithms of the signature */
    const char *reference;       /* attributes of its reference: URI="#ID" */
    int64_t lasts;               /* seconds: 300 */
    const char *session_until;   /* SessionNotOnOrAfter, an attribute with a blank in front */
    const char *cipher;          /* algorithm to encrypt the assertion with; NULL: it is plain */
    const char *oaep;            /* "sha1" or "sha256" */
};

#define SAML_SUBJECT_FORMAT "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
#define SAML_ROLE_ATTRIBUTE "https://aws.amazon.com/SAML/Attributes/"

/* An Attribute of one value. */
char *saml_attribute(struct arena *a, const char *name, const char *value);

/* The XML, signed and encrypted. */
char *saml_respond(struct arena *a, const struct saml_response *response);
/* The SAMLAssertion parameter. */
char *saml_base64(struct arena *a, const char *xml);
