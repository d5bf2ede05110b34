/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may use the server's own endpoints: programs of this host, or whoever has the admin token.
 * Web pages may use neither them nor the API, whatever name they were loaded from (DNS rebinding,
 * cross-site requests).
 */
#pragma once

#include "call/request.h"
#include "server/cli/config.h"

/* NULL: go on. Otherwise one sentence that says why not. */
const char *admin_guard(const struct config *config, const struct request *rq, bool needs_token);

/* The same where requests to other services are shown, with the Host and perhaps the Origin that
   those have: no page of another site has the token, which so is enough. */
const char *admin_guard_shown(const struct config *config, const struct request *rq);

/* Whether such a request comes from where no token is needed. */
bool admin_is_open(const struct config *config, const struct request *rq);
/* Whether that is the token; it takes as long if it is not. */
bool admin_token_is(const struct config *config, struct str given);

/*
 * The same for requests to the API. GUESSABLE: a page needs no secret to be let in, so that one
 * that DNS has moved to this host must be told by its Host; AWS's own names are fine.
 */
/* Refused, but a link that a person may follow once it is said where it comes from. */
bool page_is_near(const struct request *rq);
const char *page_guard(const struct config *config, const struct request *rq);
const char *api_guard(const struct config *config, const struct request *rq, bool guessable);
