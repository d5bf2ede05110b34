/* SPDX-License-Identifier: Apache-2.0 */
/* Text as an ARN: the parts are the text again. */
#include "model/arn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena a;
    struct arn arn;
    if (!arn_parse(text, &arn))
        return 0;
    const struct str parts[] = {STR("arn"), arn.partition, arn.service,
                                arn.region, arn.account,   arn.resource};
    arena_init(&a);
    struct buf b = buf_new(&a, size);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        buf_add(&b, parts[i]);
        if (i + 1 < ARRAY_LEN(parts))
            buf_add_char(&b, ':');
    }
    if (!str_eq(buf_str(&b), text) || arn.service.n == 0 || arn.resource.n == 0)
        __builtin_trap();
    arena_done(&a);
    return 0;
}
