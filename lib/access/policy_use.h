/* SPDX-License-Identifier: Apache-2.0 */
/* How often managed policies are in use, and how many are, which quotas and answers ask for. */
#pragma once

#include "store/store.h"

/* So many entities of the account more have the policy attached, or as their boundary: 1, 0 or -1
   of each. */
int policy_use_count(struct tx *tx, const char *account, const char *arn, int attachments,
                     int boundaries) MUST_USE;
