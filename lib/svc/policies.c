/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/policies.h"

#include "model/arn.h"

static int check_arn(struct call *c, const char *text)
{
    struct arn arn;
    if (!arn_parse(str_of(text), &arn))
        return call_fail(c, ERR_VALIDATION_ERROR, "Invalid ARN:  Could not be parsed!");
    bool ok = str_is(arn.partition, "aws") && str_is(arn.service, "iam") && arn.region.n == 0 &&
              str_starts(arn.resource, STR("policy/")) &&
              !memchr(arn.resource.p, ':', arn.resource.n);
    return ok ? OK : call_fail(c, ERR_INVALID_INPUT, "ARN %s is not valid.", text);
}

/* BEFORE and AFTER the ARN: AWS's sentence when there is no such policy. */
static int find(struct call *c, const char *arn, const char *before, const char *after,
                struct iam_policy **ret)
{
    TRY(check_arn(c, arn));
    int code = entity_policy(c, arn, ret);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "%s %s %s", before, arn, after);
    return code;
}

int policy_find(struct call *c, const char *arn, struct iam_policy **ret)
{
    return find(c, arn, "Policy", "was not found.", ret);
}

int policy_find_attachable(struct call *c, const char *arn, struct iam_policy **ret)
{
    return find(c, arn, "Policy", "does not exist or is not attachable.", ret);
}

int policy_find_boundary(struct call *c, const char *arn)
{
    struct iam_policy *policy;
    return find(c, arn, "Scope ARN:", "does not exist or is not attachable.", &policy);
}

int policy_check_grammar(struct call *c, const char *document, enum policy_kind kind)
{
    const struct policy *policy;
    struct policy_error error;
    int code = policy_compile(c->arena, str_of(document), kind, &policy, &error);
    if (code != ERR_MALFORMED)
        return code;
    c->reason = policy_error_place(c->arena, &error);
    return call_fail(c, ERR_MALFORMED_POLICY_DOCUMENT, "%s", error.message);
}

int policy_check_document(struct call *c, const char *document)
{
    TRY(call_check_quota(c, QUOTA_POLICY_SIZE, (int64_t)policy_size(str_of(document))));
    return policy_check_grammar(c, document, POLICY_MANAGED);
}
