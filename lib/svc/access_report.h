/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which services somebody may use, by policies alone, and when that was last done (IAM User Guide,
 * "Refine permissions using last accessed information"). A report does not change any more; the
 * last ones are kept, as long as there is room for them.
 */
#pragma once

#include "access/view.h"
#include "call/call.h"
#include "iam_api.h"
#include "model/reference.h"

struct access_report {
    struct cached base;
    struct arena arena;
    const char *account, *asker; /* who had it made */
    const char *subject;         /* as access_use.sql has it */
    const char *granularity;
    int64_t created, completed; /* milliseconds */
    struct iam_service_last_accessed_list services;
};

/* The time behind which use counts. */
int64_t access_report_since(const struct call *c);

/* Makes the report of what VIEW shows, and its id. */
int access_report_make(struct call *c, const char *subject, const struct view *view,
                       const char *granularity, const char **ret_id) MUST_USE;

/* One of the caller's, until the end of the call; NoSuchEntity for all others. */
int access_report_find(struct call *c, const char *id, const struct access_report **ret) MUST_USE;

/* Whether a policy is one that somebody made. */
bool access_report_counts(const struct authz_policy *policy);
