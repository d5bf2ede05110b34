/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which services SCPs allow to a part of an organization, and when accounts of it last used them
 * (IAM User Guide, "View last accessed information for Organizations"). A job makes the report.
 */
#pragma once

#include "base/cache.h"
#include "call/call.h"
#include "iam_api.h"

struct organization_report {
    struct cached base;
    struct arena arena;
    const char *asker; /* who had it made */
    const char *status;
    int64_t created, completed; /* milliseconds; completed 0: it is in progress */
    struct iam_access_detail_list services;
    struct iam_error_details *error; /* why it has failed; NULL: it has not */
};

/* Begins the report about PATH, or about one POLICY of it, as the job of the call; its id. */
const char *organization_report_begin(struct call *c, const char *organization, const char *path,
                                      const char *policy);

/* One of the caller's, until the end of the call; NoSuchEntity for all others. */
int organization_report_find(struct call *c, const char *id,
                             const struct organization_report **ret) MUST_USE;
