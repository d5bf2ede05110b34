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
