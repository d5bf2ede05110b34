/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/access_subject.h"

#include "entities.h"
#include "svc/policies.h"

/* AWS undocumented: the sentences about what is no entity, or not under that path. */
static int no_such_arn(struct call *c, const char *arn)
{
    return call_fail(c, ERR_NO_SUCH_ENTITY, "The entity with ARN %s cannot be found.", arn);
}

static int invalid_arn(struct call *c, const char *arn)
{
    return call_fail(c, ERR_INVALID_INPUT, "Invalid ARN: %s", arn);
}

static int read_user(struct call *c, const char *arn, const char *name, const char **ret_subject,
                     struct view **ret)
{
    struct iam_user *user;
    TRY(entity_find_user(c, name, &user));
    if (strcmp(user->arn, arn) != 0)
        return no_such_arn(c, arn);
    *ret_subject = user->user_id;
    return ret ? view_read(c->sandbox, c->tx, user->user_id, ret) : OK;
}

static int read_role(struct call *c, const char *arn, const char *name, const char **ret_subject,
                     struct view **ret)
{
    struct iam_role *role;
    TRY(entity_find_role(c, name, &role));
    if (strcmp(role->arn, arn) != 0)
        return no_such_arn(c, arn);
    *ret_subject = role->role_id;
    return ret ? view_read(c->sandbox, c->tx, role->role_id, ret) : OK;
}

static int read_group(struct call *c, const char *arn, const char *name, const char **ret_subject,
                      struct view **ret)
{
    struct iam_group *group;
    TRY(entity_find_group(c, name, &group));
    if (strcmp(group->arn, arn) != 0)
        return no_such_arn(c, arn);
    *ret_subject = group->group_id;
    return ret ? view_read_group(c->sandbox, c->tx, group, ret) : OK;
}

static int read_policy(struct call *c, const char *arn, const char **ret_subject, struct view **ret)
{
    struct iam_policy *policy;
    TRY(policy_find(c, arn, &policy));
    *ret_subject = policy->arn;
    return ret ? view_read_policy(c->sandbox, c->tx, policy->arn, ret) : OK;
}

int access_subject_read(struct call *c, const char *text, bool policies, const char **ret_subject,
                        struct view **ret)
{
    struct arn arn;
    struct str kind = {NULL, 0}, name = {NULL, 0};
    if (!arn_parse(str_of(text), &arn) || !str_is(arn.service, "iam") ||
        !arn_entity(&arn, &kind, &name))
        return invalid_arn(c, text);
    const char *entity = str_dup(c->arena, name);
    if (policies && str_is(kind, "policy"))
        return read_policy(c, text, ret_subject, ret);
    if (str_is(kind, "group"))
        return read_group(c, text, entity, ret_subject, ret);
    if (str_is(kind, "role"))
        return read_role(c, text, entity, ret_subject, ret);
    return str_is(kind, "user") ? read_user(c, text, entity, ret_subject, ret)
                                : invalid_arn(c, text);
}
