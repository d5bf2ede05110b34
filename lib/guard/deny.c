/* SPDX-License-Identifier: Apache-2.0 */
/* What the limits of the single services share. */
#include "guard/guard_priv.h"

void guard_set_denied(struct guard_permit *p, const char *message, const char *reason)
{
    p->decision->decision =
        (struct authz_decision){.outcome = AUTHZ_IMPLICIT_DENY, .layer = AUTHZ_LAYER_RESOURCE};
    p->message = message;
    p->of->reason = reason;
}

bool guard_is_one_of(struct str action, const struct guard_action *actions, size_t n)
{
    struct str name = action, service = str_cut(&name, ':');
    for (size_t i = 0; i < n; i++) {
        if (str_eq_fold(service, str_of(actions[i].service)) &&
            str_eq_fold(name, str_of(actions[i].name)))
            return true;
    }
    return false;
}
