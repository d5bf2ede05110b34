/* SPDX-License-Identifier: Apache-2.0 */
#include "server/vend/service_role.h"

#include "server/api/respond.h"

static void log_decision(const struct own_call *own, const struct service_session *s, int code,
                         const char *message)
{
    LOG(&own->server->log, LOG_INFO, code == OK ? "would deny" : "refused",
        {"request_id", own->call.request_id}, {"operation", "AssumeRole"},
        {"principal", s->service}, {"message", message});
}

int service_role_issue(struct own_call *own, const struct service_session *s,
                       struct response *response, struct sts_credentials **ret)
{
    struct call *c = &own->call;
    const char *would_deny = NULL;
    int code = service_session_issue(c, s, &would_deny, ret);
    response_add(response, "x-amzn-requestid", c->request_id);
    if (c->enforcement != ENFORCE_STRICT)
        response_add(response, "x-iam-local-enforcement", config_enforcement_name(c->enforcement));
    if (would_deny)
        response_add(response, "x-iam-local-would-deny", would_deny);
    if (would_deny || code == ERR_ACCESS_DENIED)
        log_decision(own, s, code, would_deny ? would_deny : c->message);
    return code;
}

void service_role_describe(json_t *object, const struct sts_credentials *credentials)
{
    char expiration[CLOCK_TEXT_SIZE];
    clock_iso8601(credentials->expiration, expiration);
    json_object_set_new(object, "AccessKeyId", json_string(credentials->access_key_id));
    json_object_set_new(object, "SecretAccessKey", json_string(credentials->secret_access_key));
    json_object_set_new(object, "Token", json_string(credentials->session_token));
    json_object_set_new(object, "Expiration", json_string(expiration));
}
