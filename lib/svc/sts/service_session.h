/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions of roles that an AWS service assumes for what runs on it, as EC2 does for instances and
 * ECS for containers. Nobody signs for them: the trust policy of the role alone decides.
 */
#pragma once

#include "call/call.h"
#include "sts_api.h"

struct iam_role;

/* What EC2 and ECS ask for. A role's MaxSessionDuration does not limit sessions of services (IAM
   User Guide, "Update the maximum session duration for a role"). */
enum { SERVICE_SESSION_SECONDS = 6 * 3600 };

struct service_session {
    const char *service; /* "ec2.amazonaws.com" */
    struct iam_role *role;
    const char *name;       /* of the session */
    const char *source_arn; /* what the service assumes the role for: aws:SourceArn */
    const char *delivery;   /* version of EC2's metadata service; NULL: it is not that */
};

/*
 * Decides a call of AssumeRole by the service, which is explained under the request id of C, and
 * gives out credentials. C comes with a transaction and without a caller. Fails with
 * ERR_ACCESS_DENIED and AWS's sentence; see access_authorize for would_deny.
 */
int service_session_issue(struct call *c, const struct service_session *s, const char **would_deny,
                          struct sts_credentials **ret) MUST_USE;
