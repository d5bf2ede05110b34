/* SPDX-License-Identifier: Apache-2.0 */
#include "server/vend/service_role.h"

int service_role_issue(struct call *c, const struct service_session *s, struct vended *ret)
{
    struct sts_credentials *credentials;
    TRY(service_session_issue(c, s, &c->would_deny, &credentials));
    char *expiration = arena_alloc(c->arena, CLOCK_TEXT_SIZE);
    clock_iso8601(credentials->expiration, expiration);
    *ret = (struct vended){.access_key_id = credentials->access_key_id,
                           .secret = credentials->secret_access_key,
                           .token = credentials->session_token,
                           .expiration = expiration};
    return OK;
}
