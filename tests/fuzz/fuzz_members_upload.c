/* SPDX-License-Identifier: Apache-2.0 */
/* Any body as the upload of a browser. */
#include "members.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str body = {(const char *)data, size};
    enum recognize_why why;
    struct arena a;
    arena_init(&a);
    fuzz_members(&a, RECOGNIZE_REST_XML, "multipart/form-data; boundary=b", body, &why);
    arena_done(&a);
    return 0;
}
