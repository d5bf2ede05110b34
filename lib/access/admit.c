/* SPDX-License-Identifier: Apache-2.0 */
#include "access/admit.h"

#include "access/organization.h"
#include "record/record.h"

/* Whether it is asked about itself, by name or without one. */
static bool is_own(const struct call *c, const void *in)
{
    const char *named = *(const char *const *)((const char *)in + c->op->own);
    return !named || strcmp(named, c->account) == 0;
}

static bool is_served(const struct call *c, const void *in)
{
    const struct membership *membership = c->membership;
    unsigned standing = c->op->standing;
    if (!membership->organization)
        return standing & API_FOR_STANDALONE;
    return (standing & API_FOR_MEMBER) ||
           ((standing & API_FOR_MANAGEMENT) && membership->is_management) ||
           ((standing & API_FOR_DELEGATE) && membership->services.n) ||
           ((standing & API_FOR_OWN) && is_own(c, in));
}

static int refuse(struct call *c)
{
    struct record *record = record_of(c);
    if (!c->membership->organization)
        return call_fail(c, ERR_AWS_ORGANIZATIONS_NOT_IN_USE,
                         "Your account is not a member of an organization.");
    record->kind = RECORD_DECIDED;
    record->why = "The account may not call this operation where it stands in its organization.";
    return call_fail(c, ERR_ACCESS_DENIED, "You don't have permissions to access this resource.");
}

int access_admit(struct call *c, const void *in)
{
    if (!c->op->standing)
        return OK;
    TRY(membership_of(c, c->account, &c->membership));
    return is_served(c, in) ? OK : refuse(c);
}
