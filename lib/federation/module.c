/* SPDX-License-Identifier: Apache-2.0 */
#include <gnutls/gnutls.h>

#include "federation/federation_priv.h"

extern const struct federation federation_module;

__attribute__((visibility("default"))) const struct federation federation_module = {
    .fetch = fetch_url,
    .saml_metadata = saml_metadata_read,
    .saml_private_key = saml_private_key_check,
    .saml_verify = saml_verify,
    .x509_read = x509_read,
};

/* The program leaves it to who needs it; what is prepared already stays so. */
__attribute__((constructor)) static void prepare(void)
{
    gnutls_global_init();
}
