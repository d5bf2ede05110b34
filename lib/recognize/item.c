/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/item_priv.h"

enum recognize_why item_members(struct reading *r, const struct aspect *aspect, struct str path,
                                struct found *ret)
{
    for (const struct path_known *known = r->paths; known; known = known->next) {
        if (str_eq(known->path, path)) {
            *ret = found_at(&known->found, aspect);
            return RECOGNIZED;
        }
    }
    struct path_known *known = NEW(r->arena, struct path_known);
    READ(source_path(r, path, &known->found));
    known->path = path;
    known->next = r->paths;
    r->paths = known;
    *ret = found_at(&known->found, aspect);
    return RECOGNIZED;
}

struct str item_hash(const struct reading *r, const struct aspect *aspect)
{
    return reading_told(r, aspect->resource, "hash");
}
