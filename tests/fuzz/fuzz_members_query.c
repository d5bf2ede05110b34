/* SPDX-License-Identifier: Apache-2.0 */
/* Any body as a form of the Query protocols. */
#include "members.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str body = {(const char *)data, size};
    enum recognize_why why;
    struct arena a;
    arena_init(&a);
    fuzz_members(&a, RECOGNIZE_QUERY, "application/x-www-form-urlencoded", body, &why);
    arena_done(&a);
    return 0;
}
