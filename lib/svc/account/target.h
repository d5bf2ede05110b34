/* SPDX-License-Identifier: Apache-2.0 */
/* Which account a request is about. */
#pragma once

#include "call/call.h"

/*
 * The caller's without an ACCOUNT_ID; else a member that the caller's manages: the management
 * account and the delegated administrator of the service may name members, and nobody himself but
 * the latter. AccessDenied with AWS's sentences.
 */
int account_target(struct call *c, const char *account_id, const char **ret) MUST_USE;

/* The service's own denial, which no policy is the reason of. WHY is appended. */
int account_refused(struct call *c, const char *why) MUST_USE;
