/* SPDX-License-Identifier: Apache-2.0 */
/* What only back ends know: asked for by the recogniser, and learned from what is allowed. */
#include "resource/learn.h"
#include "entities.h"
#include "guard/guard_priv.h"
#include "queries.h"
#include "resource/told.h"

/* The path of a role is not in its name. */
static struct str role_arn(struct call *c, struct str name)
{
    struct iam_role *role;
    if (entity_role(c, str_dup(c->arena, name), &role) < 0)
        return (struct str){NULL, 0};
    return str_of(role->arn);
}

/* The one role of an instance profile. */
static struct str profile_role(struct call *c, struct str name)
{
    struct iam_instance_profile *profile;
    struct iam_role_list roles;
    if (entity_instance_profile(c, str_dup(c->arena, name), &profile) < 0)
        return (struct str){NULL, 0};
    struct q_profile_roles wanted = {profile->instance_profile_id};
    if (q_profile_roles(c->tx, &wanted, &roles) < 0 || !roles.n)
        return (struct str){NULL, 0};
    return str_of(roles.v[0].arn);
}

/* Of the caller's own account: of others nobody is told what there is. */
static struct str entity_told(struct call *c, const struct arn *arn, const char *attribute)
{
    struct str kind, name;
    if (!c->account || !str_is(arn->account, c->account) || !arn_entity(arn, &kind, &name))
        return (struct str){NULL, 0};
    if (str_is(kind, "role") && strcmp(attribute, "arn") == 0)
        return role_arn(c, name);
    if (str_is(kind, "instance-profile") && strcmp(attribute, "role") == 0)
        return profile_role(c, name);
    return (struct str){NULL, 0};
}

struct str guard_told(void *call, struct str arn, const char *attribute)
{
    struct call *c = call;
    struct arn parts;
    if (!arn_parse(arn, &parts))
        return (struct str){NULL, 0};
    if (str_is(parts.service, "iam"))
        return entity_told(c, &parts, attribute);
    return resource_told(c->sandbox, c->arena, arn, attribute);
}

int guard_learn(struct guard_case *of, const struct recognize_permissions *permissions, bool body,
                const char **ret_note)
{
    struct call *c = of->call;
    struct resource_changes changes;
    const struct lesson lesson = {.rq = of->rq,
                                  .op = of->op,
                                  .permissions = permissions,
                                  .account = of->record->principal->account,
                                  .body = body};
    *ret_note = NULL;
    TRY(resource_lessons(c->sandbox, c->arena, &lesson, &changes));
    if (!changes.n)
        return OK;
    if (!of->may_wait)
        return CALL_AGAIN;
    return resource_learn(c, changes.v, changes.n, ret_note);
}
