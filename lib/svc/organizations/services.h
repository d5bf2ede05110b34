/* SPDX-License-Identifier: Apache-2.0 */
/* What trusted access and delegated administrators ask of a service. */
#pragma once

#include "model/trusted_service.h"
#include "queries.h"
#include "svc/organizations/find.h"

/* InvalidInput: no service works with Organizations by that name. */
int service_check_known(struct call *c, const char *principal) MUST_USE;
