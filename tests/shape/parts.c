/* SPDX-License-Identifier: Apache-2.0 */
/* The handlers of the service parts: it is there for its descriptors. */
#include "parts_api.h"

#define HANDLER(op)                                                                                \
    int parts_##op(struct call *c, const struct parts_##op##_in *in, struct parts_##op##_out *out) \
    {                                                                                              \
        (void)c, (void)in, (void)out;                                                              \
        return 0;                                                                                  \
    }

HANDLER(get_part)
HANDLER(put_part)
HANDLER(get_rest)
HANDLER(put_text)
HANDLER(put_any)
HANDLER(try_patterns)
HANDLER(list_names)

int parts_drop_parts(struct call *c, const struct parts_drop_parts_in *in)
{
    (void)c, (void)in;
    return 0;
}
