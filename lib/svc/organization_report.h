/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which services SCPs allow to a part of an organization, and when accounts of it last used them
 * (IAM User Guide, "View last accessed information for Organizations").
 */
#pragma once

#include "svc/job_report.h"

struct organization_report {
    struct job_report base;
    struct iam_access_detail_list services; /* when it is completed */
};

/* Begins the report about PATH, or about one POLICY of it, as the job of the call; its id. */
const char *organization_report_begin(struct call *c, const char *organization, const char *path,
                                      const char *policy);

/* One of the caller's, until the end of the call; NoSuchEntity for all others. */
int organization_report_find(struct call *c, const char *id,
                             const struct organization_report **ret) MUST_USE;
