/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which services somebody may use, by policies alone, and when that was last done (IAM User Guide,
 * "Refine permissions using last accessed information").
 */
#pragma once

#include "access/view.h"
#include "svc/job_report.h"

struct access_report {
    struct job_report base;
    const char *account;
    const char *subject; /* as access_use.sql has it */
    const char *granularity;
    struct iam_service_last_accessed_list services; /* when it is completed */
};

/* The time behind which use counts. */
int64_t access_report_since(const struct call *c);

/* Begins a report about SUBJECT, which ARN names, as the job of the call; its id. */
const char *access_report_begin(struct call *c, const char *arn, const char *subject,
                                const char *granularity);

/* One of the caller's, until the end of the call; NoSuchEntity for all others. */
int access_report_find(struct call *c, const char *id, const struct access_report **ret) MUST_USE;

/* Whether a policy is one that somebody made. */
bool access_report_counts(const struct authz_policy *policy);
