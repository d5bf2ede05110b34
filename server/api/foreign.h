/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for services that are not served: SDKs send them when one endpoint is set for all. */
#pragma once

#include "call/request.h"
#include "server/api/protocol.h"

/*
 * Whether RQ is one. SCOPE is the service of its credential scope, p == NULL when it is not signed;
 * ACTION whether it has that parameter. *RET is how its client wants to be answered, *SERVICE
 * (arena-owned) what to call the service.
 */
bool foreign_request(struct arena *a, const struct request *rq, struct str scope, bool action,
                     const struct protocol **ret, const char **service);
