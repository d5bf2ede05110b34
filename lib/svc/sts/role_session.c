/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/sts/role_session.h"

#include "access/claims.h"
#include "authz/authz.h"
#include "entities.h"
#include "model/arn.h"

int role_session_check_duration(struct call *c, const struct iam_role *role, int64_t seconds)
{
    if (seconds > role->max_session_duration)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "The requested DurationSeconds exceeds the MaxSessionDuration set for "
                         "this role.");
    return OK;
}

bool role_session_name_ok(const char *text)
{
    enum { LEAST = 2, MOST = 64 };
    size_t n = strlen(text);
    for (const char *p = text; *p; p++) {
        if (!ascii_is_alnum(*p) && !strchr("_+=,.@-", *p))
            return false;
    }
    return n >= LEAST && n <= MOST;
}

/* A role that does not exist is found out here only when denials are let through. */
int role_session_federated(struct call *c, const char *role_arn, const char *name, int64_t seconds,
                           struct session *ret)
{
    struct iam_role *role;
    bool known = !str_starts(str_of(c->claims->provider), STR("arn:"));
    int code = entity_trusting_role(c, role_arn, &role);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_ACCESS_DENIED, "Not authorized to perform sts:%s", c->op->name);
    TRY(code);
    TRY(role_session_check_duration(c, role, seconds));
    *ret = (struct session){
        .kind = PRINCIPAL_SESSION,
        .account = arn_account(c->arena, role->arn),
        .owner = role->role_id,
        .name = name,
        .provider = c->claims->provider,
        .audience = known ? c->claims->audience : NULL,
        .subject = known ? c->claims->subject : NULL,
        .source_identity = c->claims->source_identity ? c->claims->source_identity : "",
    };
    return OK;
}

void role_session_claimed_tags(struct call *c, struct grant_scope *ret)
{
    const struct claims *claims = c->claims;
    struct sts_tag_list *tags = NEW(c->arena, struct sts_tag_list);
    tags->v = NEW_ARRAY(c->arena, struct sts_tag, claims->n_tags);
    for (size_t i = 0; i < claims->n_tags; i++)
        tags->v[tags->n++] = (struct sts_tag){claims->tags[i].key, claims->tags[i].value};
    ret->tags = tags;
    ret->transitive = &claims->transitive;
}

struct sts_assumed_role_user *role_session_user(struct call *c, const struct iam_role *role,
                                                const struct session *session)
{
    struct sts_assumed_role_user *user = NEW(c->arena, struct sts_assumed_role_user);
    user->assumed_role_id = arena_printf(c->arena, "%s:%s", session->owner, session->name);
    user->arn = arena_printf(c->arena, "arn:aws:sts::%s:assumed-role/%s/%s", session->account,
                             role->role_name, session->name);
    return user;
}
