/* SPDX-License-Identifier: Apache-2.0 */
/* How members are closed and leave. */
#include "access/account_state.h"
#include "svc/organizations/members.h"

#define CLOSURES_COUNT_FOR_MS ((int64_t)30 * 24 * 3600 * 1000)

/* How many members may be closed in 30 days (AWS Organizations User Guide, "Quotas"). */
static int64_t closures_allowed(int64_t members)
{
    int64_t fifth = members / 5;
    return fifth < 250 ? 250 : fifth < 1000 ? fifth : 1000;
}

static int count_closures(struct call *c, int64_t since, int64_t *ret)
{
    struct count_row count;
    TRY(q_organization_closures_since(
        c->tx, &(struct q_organization_closures_since){c->membership->organization, since},
        &count));
    *ret = count.n;
    return OK;
}

static int check_closures(struct call *c)
{
    struct count_row members;
    int64_t at_once, recent;
    const char *organization = c->membership->organization;
    TRY(count_closures(c, account_settled(&c->sandbox->clock), &at_once));
    if (at_once >= call_quota(c, QUOTA_ACCOUNT_CLOSURES_AT_ONCE)) /* AWS undocumented: wording */
        return call_violates(c, ERR_CONSTRAINT_VIOLATION, "CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED",
                             "You have exceeded the number of accounts that you can close at a "
                             "time.");
    TRY(count_closures(c, clock_now_ms(&c->sandbox->clock) - CLOSURES_COUNT_FOR_MS, &recent));
    TRY(q_organization_member_count(c->tx, &(struct q_organization_member_count){organization},
                                    &members));
    if (recent < closures_allowed(members.n))
        return OK;
    return call_violates(c, ERR_CONSTRAINT_VIOLATION, "CLOSE_ACCOUNT_QUOTA_EXCEEDED",
                         "You have exceeded close account quota for the past 30 days.");
}

/* A member that is still being closed is in the way of nobody but itself. */
static int check_open(struct call *c, const struct organization_member_row *row)
{
    const char *state = member_state(c, row);
    if (strcmp(state, "CLOSED") == 0)
        return call_fail(c, ERR_ACCOUNT_ALREADY_CLOSED, "The provided account is already closed.");
    if (row->has_closed)
        return call_fail(c, ERR_ORGANIZATIONS_CONFLICT, /* AWS undocumented: wording */
                         "The request failed because it conflicts with the current state of the "
                         "specified resource.");
    return OK;
}

int organizations_close_account(struct call *c, const struct organizations_close_account_in *in)
{
    struct organization_member_row row;
    TRY(check_all_features(c));
    TRY(find_member(c, in->account_id, &row));
    if (strcmp(in->account_id, row.management) == 0) /* AWS undocumented: wording */
        return call_violates(c, ERR_CONSTRAINT_VIOLATION, "CANNOT_CLOSE_MANAGEMENT_ACCOUNT",
                             "You attempted to close the management account.");
    TRY(check_open(c, &row));
    TRY(check_closures(c));
    return q_account_close_member(
        c->tx, &(struct q_account_close_member){.id = in->account_id,
                                                .now = c->now,
                                                .closing = clock_now_ms(&c->sandbox->clock)});
}

/* After the commit: it has to be deleted one day. */
int organizations_close_account_tell(struct call *c,
                                     UNUSED const struct organizations_close_account_in *in)
{
    atomic_store(&c->sandbox->has_closed, true);
    return OK;
}

int organizations_remove_account_from_organization(
    struct call *c, const struct organizations_remove_account_from_organization_in *in)
{
    struct organization_member_row row;
    TRY(find_member(c, in->account_id, &row));
    TRY(member_check_leaving(c, row.account));
    return member_leave(c, row.account);
}

int organizations_leave_organization(struct call *c,
                                     UNUSED const struct organizations_leave_organization_in *in)
{
    TRY(member_check_leaving(c, c->account));
    return member_leave(c, c->account);
}
