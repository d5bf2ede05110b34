/* SPDX-License-Identifier: Apache-2.0 */
#include "access/account_region.h"

#include "err.h"
#include "queries.h"

bool account_region_at_first(const struct sandbox *sandbox, const struct region *region)
{
    return region->by_default || (sandbox->region && strcmp(sandbox->region, region->name) == 0);
}

/* A region that is being disabled can be used until it is. */
int account_region_usable(struct call *c, struct tx *tx, const char *account, struct str name,
                          bool *ret)
{
    struct region_row row;
    const struct region *region = region_find(name);
    *ret = !region || region->by_default;
    if (*ret)
        return OK;
    int code = q_region_get(tx, &(struct q_region_get){account, region->name}, &row);
    bool settled = code == OK && c->now >= row.settled;
    *ret = code == OK ? row.enabled == settled : account_region_at_first(c->sandbox, region);
    return code == ERR_NOT_FOUND ? OK : code;
}
