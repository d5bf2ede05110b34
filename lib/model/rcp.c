/* SPDX-License-Identifier: Apache-2.0 */
#include "model/rcp.h"

#include <stdlib.h>

#include "model/rcp_priv.h"

static int by_name(const void *wanted, const void *row)
{
    const struct str *service = wanted;
    const char *name = *(const char *const *)row;
    for (size_t i = 0; i < service->n; i++) {
        int order = ascii_lower(service->p[i]) - name[i];
        if (order || !name[i])
            return order ? order : 1; /* SERVICE has a NUL, and is longer */
    }
    return name[service->n] ? -1 : 0;
}

bool rcp_covers(struct str service)
{
    return bsearch(&service, rcp_services, rcp_services_n, sizeof *rcp_services, by_name) != NULL;
}
