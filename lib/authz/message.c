/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/authz.h"

/* Nothing is told about the policies of other accounts. */
static const struct {
    const char *implicit, *explicit;
} reasons[AUTHZ_LAYER_COUNT] = {
    [AUTHZ_LAYER_IDENTITY] = {"no identity-based policy", "an identity-based policy"},
    [AUTHZ_LAYER_BOUNDARY] = {"no permissions boundary", "a permissions boundary"},
};

char *authz_message(struct arena *a, const struct authz_principal *principal, const char *action,
                    const char *resource, const struct authz_decision *decision)
{
    struct buf b = buf_new(a, 512);
    buf_printf(&b, "User: %s is not authorized to perform: %s on resource: %s", principal->arn,
               action, resource);
    if (!reasons[decision->layer].implicit)
        return buf_text(&b);
    if (decision->outcome == AUTHZ_IMPLICIT_DENY) {
        buf_printf(&b, " because %s allows the %s action", reasons[decision->layer].implicit,
                   action);
        return buf_text(&b);
    }
    buf_printf(&b, " with an explicit deny in %s", reasons[decision->layer].explicit);
    if (decision->policy->arn) /* AWS Security Blog, "Enhanced access denied error messages" */
        buf_printf(&b, ": %s", decision->policy->arn);
    return buf_text(&b);
}
