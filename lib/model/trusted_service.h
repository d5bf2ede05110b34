/* SPDX-License-Identifier: Apache-2.0 */
/* The services that organizations can trust. */
#pragma once

#include "base/str.h"

struct trusted_service {
    const char *principal; /* "iam.amazonaws.com" */
    size_t administrators; /* delegated ones that it may have; 0: nobody knows of a limit */
};

extern const struct trusted_service trusted_services[]; /* the last has no principal */

/* NULL: there is no such service. */
const struct trusted_service *trusted_service_find(const char *principal);
