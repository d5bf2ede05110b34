/* SPDX-License-Identifier: Apache-2.0 */
#include "resource/resource_priv.h"

/*
 * S3 User Guide, "Bucket policies"; DynamoDB Developer Guide, "Using resource-based policies": that
 * of a table is that of its indexes; SNS, a subscription is its topic's; Lambda Developer Guide,
 * "Working with resource-based policies": versions and aliases have policies of their own, the rest
 * is the function's; OpenSearch Service, "Resource-based policies": of a domain with all its paths;
 * API Gateway, "Resource policies": of an API with all its stages.
 */
static const struct holder_rule rules[] = {
    {"s3", "accesspoint/", "/object/"},
    {"s3", "", "/"},
    {"s3-outposts", "outpost/", "/object/"},
    {"dynamodb", "table/", "/index/"},
    {"sns", "", ":"},
    {"logs", "log-group:", ":"},
    {"lambda", "function:", ":"},
    {"es", "domain/", "/"},
    {"execute-api", "", "/"},
};

const struct holder_rule *holder_rule_of(const struct arn *arn)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        if (str_is(arn->service, rules[i].service) &&
            str_starts(arn->resource, str_of(rules[i].prefix)))
            return &rules[i];
    }
    return NULL;
}

static struct str first_part(struct str arn, struct str resource, const struct holder_rule *rule)
{
    size_t skip = strlen(rule->prefix);
    const char *from = resource.p + skip;
    const char *at = memmem(from, resource.n - skip, rule->mark, strlen(rule->mark));
    return at && at > from ? (struct str){arn.p, (size_t)(at - arn.p)} : arn;
}

/* A Glue catalog has the one policy of all its databases and tables (Glue Developer Guide,
   "Resource-based policies"). */
static struct str catalog(struct arena *a, const struct arn *arn)
{
    return str_of(arena_printf(a, "arn:%.*s:glue:%.*s:%.*s:catalog", STR_FMT(arn->partition),
                               STR_FMT(arn->region), STR_FMT(arn->account)));
}

/* Behind the name of a secret, the six characters that Secrets Manager adds to it. Who names a
   secret without them is about NAME-??????, as the tables have it. */
enum { SUFFIX = 7 };

static struct str secret(struct arena *a, struct str arn)
{
    if (arn.n <= SUFFIX || arn.p[arn.n - SUFFIX] != '-')
        return arn;
    return str_of(arena_printf(a, "%.*s-??????", (int)(arn.n - SUFFIX), arn.p));
}

struct str resource_holder(struct arena *a, struct str arn)
{
    struct arn parts;
    if (!arn_parse(arn, &parts))
        return arn;
    if (str_is(parts.service, "glue") && !str_is(parts.resource, "catalog"))
        return catalog(a, &parts);
    if (str_is(parts.service, "secretsmanager") && str_starts(parts.resource, STR("secret:")))
        return secret(a, arn);
    const struct holder_rule *rule = holder_rule_of(&parts);
    return rule ? first_part(arn, parts.resource, rule) : arn;
}
