/* SPDX-License-Identifier: Apache-2.0 */
/* The handlers of the demo service. */
#include "demo_api.h"

int demo_read_thing(struct call *c, const struct demo_read_thing_in *in,
                    struct demo_read_thing_out *out)
{
    (void)c;
    out->outer = NULL;
    return in->has_count ? (int)in->count : 0;
}

int demo_drop_thing(struct call *c, const struct demo_drop_thing_in *in)
{
    (void)c;
    return in->name ? 1 : 0;
}
