/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/sts/service_session.h"

#include "access/enforce.h"
#include "iam_api.h"
#include "svc/sts/grant.h"

static int authorize(struct call *c, const struct service_session *s, const char **would_deny)
{
    const struct authz_principal service = {.kind = PRINCIPAL_SERVICE, .arn = s->service};
    const struct sts_assume_role_in in = {.role_arn = s->role->arn, .role_session_name = s->name};
    c->principal = &service;
    int code = access_authorize(c, &in, would_deny);
    c->principal = NULL;
    return code;
}

int service_session_issue(struct call *c, const struct service_session *s, const char **would_deny,
                          struct sts_credentials **ret)
{
    char *account = arena_strndup(c->arena, s->role->arn + sizeof "arn:aws:iam::" - 1, 12);
    c->op = api_find(&sts_service, STR("AssumeRole"));
    c->account = account;
    c->source_arn = s->source_arn;
    c->found.role = s->role;
    TRY(authorize(c, s, would_deny));
    struct session session = {.kind = PRINCIPAL_SESSION,
                              .account = account,
                              .owner = s->role->role_id,
                              .name = s->name,
                              .source_identity = "",
                              .provider = "",
                              .policy = ""};
    return grant_issue(c, &session, SERVICE_SESSION_SECONDS, ret);
}
