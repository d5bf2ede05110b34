/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/sts/service_session.h"

#include "access/enforce.h"
#include "iam_api.h"
#include "model/arn.h"
#include "record/record.h"
#include "svc/sts/grant.h"
#include "svc/sts/role_session.h"

static int issue(struct call *c, const struct service_session *s,
                 const struct sts_assume_role_in *in, const char **would_deny,
                 struct sts_assume_role_out *ret)
{
    TRY(access_authorize(c, in, would_deny));
    struct session session = {.kind = PRINCIPAL_SESSION,
                              .account = c->account,
                              .owner = s->role->role_id,
                              .name = s->name,
                              .source_identity = "",
                              .provider = "",
                              .delivery = s->delivery,
                              .policy = ""};
    ret->assumed_role_user = role_session_user(c, s->role, &session);
    return grant_issue(c, &session, SERVICE_SESSION_SECONDS, &ret->credentials);
}

int service_session_issue(struct call *c, const struct service_session *s, const char **would_deny,
                          struct sts_credentials **ret)
{
    const struct sts_assume_role_in in = {.role_arn = s->role->arn,
                                          .role_session_name = s->name,
                                          .duration_seconds = SERVICE_SESSION_SECONDS};
    struct sts_assume_role_out out = {.credentials = NULL};
    const struct authz_principal service = {.kind = PRINCIPAL_SERVICE, .arn = s->service};
    struct call by_service = *c;
    by_service.op = api_find(&sts_service, STR("AssumeRole"));
    by_service.principal = &service;
    by_service.view = NULL;
    by_service.record = NULL;
    by_service.account = arn_account(c->arena, s->role->arn);
    by_service.source_arn = s->source_arn;
    memset(by_service.found, 0, sizeof by_service.found);
    by_service.found[RESOURCE_TRUSTING_ROLE].row = s->role;
    record_of(&by_service)->in = &in;
    int code = issue(&by_service, s, &in, would_deny, &out);
    record_of(&by_service)->out = &out;
    record_complete(&by_service, code, *would_deny);
    record_end(&by_service);
    *ret = out.credentials;
    c->message = by_service.message;
    c->reason = by_service.reason;
    return code;
}
