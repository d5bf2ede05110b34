/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/find.h"

#include "authz/authz.h"

int find_user_or_self(struct call *c, const char *name, struct iam_user **ret)
{
    if (name)
        return entity_find_user(c, name, ret);
    if (c->principal->kind == PRINCIPAL_ROOT) {
        *ret = NULL;
        return OK;
    }
    if (c->principal->kind != PRINCIPAL_USER)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "Must specify userName when calling with non-User credentials");
    int code = entity_user_by_id(c, c->principal->id, ret);
    if (code == ERR_NOT_FOUND) /* deleted since the signature was checked */
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The user with name %s cannot be found.",
                         c->principal->name);
    return code;
}

int find_holder(struct call *c, const char *name, struct holder *ret)
{
    struct iam_user *user = NULL;
    TRY(find_user_or_self(c, name, &user));
    if (user)
        *ret = (struct holder){user->user_id, user->user_name};
    else
        *ret = (struct holder){c->account, NULL};
    return OK;
}
