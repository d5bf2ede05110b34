/* SPDX-License-Identifier: Apache-2.0 */
/* What users and roles can do in Billing, which root users open to them. */
#pragma once

#include "base/str.h"

/* Whether it is an action of the pages of Billing and Cost Management; in any case of letters. */
bool billing_action_is(struct str service, struct str name);

/* One service: NAMES ends with NULL. Sorted by nothing: there are a dozen. */
struct billing_service {
    const char *service;
    const char *const *names;
};

extern const size_t billing_services_n;
extern const struct billing_service billing_services[];
