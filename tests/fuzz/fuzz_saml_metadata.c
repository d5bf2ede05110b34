/* SPDX-License-Identifier: Apache-2.0 */
#include "federation/federation_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    arena_init(&a);
    struct str text = {(const char *)data, size};
    struct saml_metadata metadata;
    const char *why = NULL;
    if (saml_metadata_read(&a, text, &metadata, &why) != 0) {
        if (!why)
            __builtin_trap();
    } else if (!*metadata.issuer || metadata.n == 0) {
        __builtin_trap();
    }
    saml_private_key_check(text);
    arena_done(&a);
    return 0;
}
