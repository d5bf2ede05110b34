/* SPDX-License-Identifier: Apache-2.0 */
#include "model/linked_role.h"

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

/* AWS undocumented: the layout of both. */
char *linked_role_trust(struct arena *a, const struct linked_role *role, bool lists)
{
    return arena_printf(a,
                        lists ? "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Action\":"
                                "[\"sts:AssumeRole\"],\"Effect\":\"Allow\",\"Principal\":"
                                "{\"Service\":[\"%s\"]}}]}"
                              : "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
                                "\"Principal\":{\"Service\":\"%s\"},\"Action\":"
                                "\"sts:AssumeRole\"}]}",
                        role->service);
}

bool linked_role_is(const char *path)
{
    return str_starts(str_of(path), STR(LINKED_ROLE_PATH));
}
