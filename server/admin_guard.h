/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may use the server's own endpoints: programs of this host, or whoever has the admin token.
 * Web pages may not, whatever name they were loaded from (DNS rebinding, cross-site requests).
 */
#pragma once

#include "call/request.h"
#include "server/config.h"

/* NULL: go on. Otherwise one sentence that says why not. PUBLIC endpoints need no token. */
const char *admin_guard(const struct config *config, const struct request *rq, bool public);
