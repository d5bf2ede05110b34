/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose credential reports are being made at the moment: of each account, one at a time. Who makes
 * one says now and then that he still does; a request that was abandoned does not. Thread-safe.
 */
#pragma once

#include "base/str.h"

struct reports;

struct reports *reports_new(void);
void reports_free(struct reports *reports); /* accepts NULL */

/* A number by which the claim is known; 0: somebody else has it. */
uint64_t reports_claim(struct reports *reports, struct str account);
/* False: it has been given to somebody else since. */
bool reports_renew(struct reports *reports, struct str account, uint64_t claim) MUST_USE;
void reports_release(struct reports *reports, struct str account, uint64_t claim);
bool reports_claimed(struct reports *reports, struct str account);
