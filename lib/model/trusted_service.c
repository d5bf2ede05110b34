/* SPDX-License-Identifier: Apache-2.0 */
#include "model/trusted_service.h"

const struct trusted_service *trusted_service_find(const char *principal)
{
    for (const struct trusted_service *service = trusted_services; service->principal; service++) {
        if (strcmp(service->principal, principal) == 0)
            return service;
    }
    return NULL;
}
