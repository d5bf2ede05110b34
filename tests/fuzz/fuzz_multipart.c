/* SPDX-License-Identifier: Apache-2.0 */
/* A Content-Type, a line end and a body. */
#include "base/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_within(struct str whole, struct str part)
{
    return !part.p || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str body = {(const char *)data, size}, type = str_cut(&body, '\n');
    struct multipart m;
    struct multipart_field field;
    size_t total = 0;
    if (!body.p || !multipart_begin(&m, type, body))
        return 0;
    while (multipart_next(&m, &field) == MULTIPART_FIELD) {
        total += field.name.n + field.value.n;
        if (field.name.n == 0 || total > size || !is_within(body, field.value) ||
            !is_within(body, field.filename) || !is_within(body, field.type))
            __builtin_trap();
    }
    return 0;
}
