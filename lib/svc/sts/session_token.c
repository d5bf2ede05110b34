/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/authz.h"
#include "svc/sts/grant.h"

/* Credentials of root users are good for an hour, however long they were asked for. */
static int64_t limit(const struct call *c, int64_t seconds)
{
    bool capped = c->principal->kind == PRINCIPAL_ROOT && seconds > HOUR;
    return capped ? HOUR : seconds;
}

int sts_get_session_token(struct call *c, const struct sts_get_session_token_in *in,
                          struct sts_get_session_token_out *out)
{
    struct session session = {.kind = c->principal->kind,
                              .account = c->account,
                              .owner = c->principal->id,
                              .name = "",
                              .mfa_at = c->mfa_at,
                              .source_identity = "",
                              .provider = "",
                              .policy = ""};
    return grant_issue(c, &session, limit(c, in->duration_seconds), &out->credentials);
}

int sts_get_federation_token(struct call *c, const struct sts_get_federation_token_in *in,
                             struct sts_get_federation_token_out *out)
{
    struct session session = {.kind = PRINCIPAL_FEDERATED,
                              .account = c->account,
                              .owner = c->principal->id,
                              .name = in->name,
                              .source_identity = "",
                              .provider = ""};
    const struct grant_scope scope = {in->policy, &in->policy_arns, &in->tags, NULL};
    TRY(grant_scope_read(c, &scope, c->account, &session));
    TRY(grant_packed_size(c, &session, &out->packed_policy_size));
    TRY(grant_issue(c, &session, limit(c, in->duration_seconds), &out->credentials));
    struct sts_federated_user *user = NEW(c->arena, struct sts_federated_user);
    user->federated_user_id = arena_printf(c->arena, "%s:%s", c->account, in->name);
    user->arn = sts_federated_user_arn(c->arena, c->account, in->name);
    out->federated_user = user;
    return OK;
}
