/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/attachments.h"

#include "access/policy_use.h"
#include "call/page.h"

/* AWS undocumented: the word for users and groups; that for roles is known. */
static int check_kind(struct call *c, const struct attachment_owner *owner,
                      const struct iam_policy *policy)
{
    if (str_starts(str_of(policy->arn), STR(MANAGED_ARN_PREFIX "/aws-service-role/")))
        return call_fail(c, ERR_POLICY_NOT_ATTACHABLE,
                         "Cannot attach a Service Role Policy to a Customer %s.", owner->kind);
    return OK;
}

int attachment_add(struct call *c, const struct attachment_owner *owner, const char *arn)
{
    struct iam_policy *policy;
    struct count_row attached;
    TRY(policy_find_attachable(c, arn, &policy));
    TRY(check_kind(c, owner, policy));
    TRY(q_attachment_insert(c->tx, &(struct q_attachment_insert){.owner = owner->id,
                                                                 .policy = policy->arn,
                                                                 .account = c->account,
                                                                 .name = policy->policy_name,
                                                                 .path = policy->path}));
    if (c->tx->changes == 0)
        return OK;
    TRY(q_attachment_count(c->tx, &(struct q_attachment_count){.owner = owner->id}, &attached));
    TRY(call_check_quota(c, owner->quota, attached.n));
    return policy_use_count(c->tx, c->account, policy->arn, 1, 0);
}

int attachment_drop(struct call *c, const char *owner, const char *arn)
{
    struct iam_policy *policy;
    TRY(policy_find(c, arn, &policy));
    TRY(q_attachment_delete(c->tx,
                            &(struct q_attachment_delete){.owner = owner, .policy = policy->arn}));
    if (c->tx->changes == 0)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "Policy %s was not found.", arn);
    return policy_use_count(c->tx, c->account, policy->arn, -1, 0);
}

int attachment_page(struct call *c, const char *owner, const char *path_prefix, const char *marker,
                    int64_t limit, struct iam_attached_policy_list *ret)
{
    const char *after;
    TRY(page_after(c, marker, &after));
    return q_attachment_page(
        c->tx,
        &(struct q_attachment_page){.owner = owner,
                                    .prefix = path_prefix,
                                    .prefix_end = str_prefix_end(c->arena, path_prefix),
                                    .after = after,
                                    .limit = limit + 1},
        ret);
}

int attachment_all(struct call *c, const char *owner, struct iam_attached_policy_list *ret)
{
    return attachment_page(c, owner, "/", NULL, INT32_MAX, ret);
}
