/* SPDX-License-Identifier: Apache-2.0 */
/* Where the accounts of a decision stand in their organizations, and so which SCPs and RCPs bind
   it. What is found is part of the call's record. */
#pragma once

#include "call/call.h"
#include "record/record.h"

/* Where ACCOUNT, the caller's, stands; with SCPs. NULL: the caller is of no account. */
int place_caller(struct call *c, const char *account) MUST_USE;
/* Where the account that owns the resource of D stands; with RCPs. p == NULL: nobody's. */
int place_owner(struct call *c, struct record_decision *d, struct str owner) MUST_USE;
/* Whether both are in the same one. */
bool place_is_shared(const struct record *record, const struct record_decision *d);
