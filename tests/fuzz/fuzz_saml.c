/* SPDX-License-Identifier: Apache-2.0 */
/* Responses of SAML identity providers: XML, signatures, encryption, and what they say. */
#include "federation/federation_priv.h"
#include "support/saml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    arena_init(&a);
    struct buf response = buf_new(&a, 2 * size + 4);
    buf_base64(&response, data, size);
    const char *key = saml_sp_key;
    const struct saml_question question = {
        .response = buf_str(&response),
        .metadata = saml_metadata(&a, saml_idp_certificate, ""),
        .provider = "123456789012/idp",
        .provider_id = "SAMLSPEXAMPLE",
        .keys = &key,
        .n_keys = 1,
        .now = 1700000000,
    };
    struct saml_assertion facts;
    struct saml_refusal why = {NULL, NULL};
    if (saml_verify(&a, &question, &facts, &why) != 0 && !(why.message && why.reason))
        __builtin_trap();
    arena_done(&a);
    return 0;
}
