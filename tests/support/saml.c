/* SPDX-License-Identifier: Apache-2.0 */
#include "support/saml.h"

/* The base64 between the lines of a PEM. */
static struct str pem_body(const char *pem)
{
    const char *begin = strchr(pem, '\n') + 1;
    return (struct str){begin, (size_t)(strstr(begin, "-----END") - begin)};
}

char *saml_metadata(struct arena *a, const char *certificate, const char *attributes)
{
    static const char sso[] = "<md:SingleSignOnService Binding="
                              "\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" "
                              "Location=\"https://idp.example.com/sso\"/>";
    struct str body = pem_body(certificate);
    return arena_printf(a,
                        "<?xml version=\"1.0\"?>\n"
                        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\""
                        " xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" entityID=\"" SAML_IDP
                        "\"%s>\n<md:IDPSSODescriptor protocolSupportEnumeration="
                        "\"urn:oasis:names:tc:SAML:2.0:protocol\">\n"
                        "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo><ds:X509Data>"
                        "<ds:X509Certificate>\n%.*s</ds:X509Certificate></ds:X509Data>"
                        "</ds:KeyInfo></md:KeyDescriptor>\n%s\n"
                        "</md:IDPSSODescriptor>\n</md:EntityDescriptor>\n",
                        attributes, STR_FMT(body), sso);
}
