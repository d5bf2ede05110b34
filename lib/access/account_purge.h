/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts that were closed for good. */
#pragma once

#include "call/sandbox.h"

/* Deletes some of what such accounts have, in small transactions, and in the end the account; to be
   called again and again. A is for scratch. */
int account_purge(struct sandbox *sandbox, struct arena *a) MUST_USE;

/* All of it, for whoever has moved the clock and looks. It takes as long as there is much. */
int account_purge_all(struct sandbox *sandbox) MUST_USE;
