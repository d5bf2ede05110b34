/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/authz.h"

char *authz_message(struct arena *a, const struct authz_principal *principal, const char *action,
                    const char *resource, const struct authz_decision *decision)
{
    struct buf b = buf_new(a, 512);
    buf_printf(&b, "User: %s is not authorized to perform: %s on resource: %s", principal->arn,
               action, resource);
    if (decision->outcome == AUTHZ_EXPLICIT_DENY)
        buf_add(&b, STR(" with an explicit deny in an identity-based policy"));
    else
        buf_printf(&b, " because no identity-based policy allows the %s action", action);
    return buf_text(&b);
}
