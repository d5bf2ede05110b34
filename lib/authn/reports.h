/* SPDX-License-Identifier: Apache-2.0 */
/* Whose credential reports are being made at the moment: of each account, one at a time.
   Thread-safe. */
#pragma once

#include "base/str.h"

struct reports;

struct reports *reports_new(void);
void reports_free(struct reports *reports); /* accepts NULL */

/* False: somebody else makes it. */
bool reports_claim(struct reports *reports, struct str account) MUST_USE;
void reports_release(struct reports *reports, struct str account); /* by who has claimed it */
bool reports_claimed(struct reports *reports, struct str account);
