/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/find.h"

#include "authz/authz.h"
#include "model/arn.h"

int find_user(struct call *c, const char *name, struct iam_user **ret)
{
    int code = resolve_user(c, name, ret);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The user with name %s cannot be found.", name);
    return code;
}

int find_group(struct call *c, const char *name, struct iam_group **ret)
{
    int code = resolve_group(c, name, ret);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The group with name %s cannot be found.", name);
    return code;
}

int find_role(struct call *c, const char *name, struct iam_role **ret)
{
    int code = resolve_role(c, name, ret);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The role with name %s cannot be found.", name);
    return code;
}

int find_instance_profile(struct call *c, const char *name, struct iam_instance_profile **ret)
{
    int code = resolve_instance_profile(c, name, ret);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "Instance Profile %s cannot be found.", name);
    return code;
}

int find_oidc_provider(struct call *c, const char *arn, struct oidc_row **ret)
{
    int code = resolve_oidc_provider(c, arn, ret);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "OpenIDConnect Provider not found for arn %s", arn);
    return code;
}

int find_saml_provider(struct call *c, const char *text, struct saml_row **ret)
{
    struct arn arn;
    /* AWS undocumented: the words; they are those of policies. */
    if (!arn_parse(str_of(text), &arn) || !str_starts(arn.resource, STR("saml-provider/")))
        return call_fail(c, ERR_INVALID_INPUT, "ARN %s is not valid.", text);
    int code =
        str_is(arn.account, c->account) ? resolve_saml_provider(c, text, ret) : ERR_NOT_FOUND;
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "Manifest not found for arn %s", text);
    return code;
}

int find_user_or_self(struct call *c, const char *name, struct iam_user **ret)
{
    if (name)
        return find_user(c, name, ret);
    if (c->principal->kind == PRINCIPAL_ROOT) {
        *ret = NULL;
        return OK;
    }
    if (c->principal->kind != PRINCIPAL_USER)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "Must specify userName when calling with non-User credentials");
    int code = resolve_user_by_id(c, c->principal->id, ret);
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
