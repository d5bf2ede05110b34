/* SPDX-License-Identifier: Apache-2.0 */
/* Quotas, the `quota` lines of the model, under AWS's names; adjustable per sandbox. */
#pragma once

#include "base/str.h"
#include "quotas.h"

struct quota_row {
    const char *name;   /* "AttachedPoliciesPerUser" */
    const char *called; /* in messages: "PoliciesPerUser" */
    int64_t dflt;
};

extern const struct quota_row quota_rows[QUOTA_COUNT];

bool quota_find(struct str name, enum quota *ret);
