/* SPDX-License-Identifier: Apache-2.0 */
#include "model/linked_role_priv.h"

const struct linked_role *linked_role_find(struct str service)
{
    for (size_t i = 0; i < linked_roles_n; i++) {
        if (str_is(service, linked_roles[i].service))
            return &linked_roles[i];
    }
    return NULL;
}

char *linked_role_name(struct arena *a, const struct linked_role *role, const char *suffix)
{
    return arena_printf(a, "%s%s%s", role->name, suffix ? "_" : "", suffix ? suffix : "");
}

char *linked_role_path(struct arena *a, struct str service)
{
    return arena_printf(a, LINKED_ROLE_PATH "%.*s/", STR_FMT(service));
}

bool linked_role_is(const char *path)
{
    return str_starts(str_of(path), STR(LINKED_ROLE_PATH));
}
