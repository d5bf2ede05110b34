/* SPDX-License-Identifier: Apache-2.0 */
/* Any body as CBOR. */
#include "members.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str body = {(const char *)data, size};
    enum recognize_why why;
    struct arena a;
    arena_init(&a);
    fuzz_members(&a, RECOGNIZE_CBOR, "application/cbor", body, &why);
    arena_done(&a);
    return 0;
}
