/* SPDX-License-Identifier: Apache-2.0 */
#include "model/billing.h"

bool billing_action_is(struct str service, struct str name)
{
    const struct billing_service *found = NULL;
    for (size_t i = 0; i < billing_services_n && !found; i++) {
        if (str_eq_fold(service, str_of(billing_services[i].service)))
            found = &billing_services[i];
    }
    for (const char *const *at = found ? found->names : NULL; at && *at; at++) {
        if (str_eq_fold(name, str_of(*at)))
            return true;
    }
    return false;
}
