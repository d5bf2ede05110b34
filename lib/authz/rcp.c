/* SPDX-License-Identifier: Apache-2.0 */
/* The services that resource control policies cover (Organizations User Guide, "Resource control
   policies", as of September 2026). For others they have no effect. */
#include <stdlib.h>

#include "authz/authz.h"

static const char *const covered[] = {
    "aoss",
    "appconfig",
    "appstream",
    "autoscaling",
    "autoscaling-plans",
    "budgets",
    "clouddirectory",
    "cloudfront",
    "cloudsearch",
    "cloudtrail-data",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "compute-optimizer",
    "cost-optimization-hub",
    "dax",
    "dsql",
    "dynamodb",
    "ecr",
    "ecr-public",
    "events",
    "firehose",
    "fis",
    "fms",
    "gamelift",
    "health",
    "inspector-scan",
    "kendra",
    "kinesisvideo",
    "kms",
    "logs",
    "memorydb",
    "networkmonitor",
    "notifications",
    "opensearch",
    "pca-connector-ad",
    "personalize",
    "polly",
    "pricing",
    "resource-groups",
    "rolesanywhere",
    "s3",
    "secretsmanager",
    "servicediscovery",
    "signin",
    "sqs",
    "sts",
    "support",
    "swf",
    "textract",
    "timestream-influxdb",
    "transcribe",
    "transfer",
    "translate",
    "wafv2",
    "workspaces",
    "xray",
};

static int by_name(const void *wanted, const void *row)
{
    const struct str *service = wanted;
    const char *name = *(const char *const *)row;
    for (size_t i = 0; i < service->n; i++) {
        int order = ascii_lower(service->p[i]) - name[i];
        if (order || !name[i])
            return order ? order : 1; /* SERVICE has a NUL, and is longer */
    }
    return name[service->n] ? -1 : 0;
}

bool authz_rcp_covers(struct str service)
{
    return bsearch(&service, covered, ARRAY_LEN(covered), sizeof *covered, by_name) != NULL;
}
