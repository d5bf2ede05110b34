/* SPDX-License-Identifier: Apache-2.0 */
#include "access/account_state.h"

#include "queries.h"

int account_state_get(struct tx *tx, const char *id, struct account_state *ret)
{
    struct account_state_row row;
    TRY(q_account_state(tx, &(struct q_account_state){.id = id}, &row));
    *ret = (struct account_state){.closed = row.has_closed,
                                  .closed_at = row.closed,
                                  .has_closing = row.has_closing,
                                  .closing = row.closing,
                                  .reopened = row.reopened,
                                  .billing_access = row.billing_access,
                                  .token_version = row.token_version};
    return OK;
}

int64_t account_settled(const struct clock *clock)
{
    return clock_now_ms(clock) - (clock_is_frozen(clock) ? 1 : BACKGROUND_MS);
}

bool account_is_closed(const struct account_state *state, const struct clock *clock)
{
    return state->closed && (!state->has_closing || state->closing <= account_settled(clock));
}

bool account_is_gone(const struct account_state *state, int64_t now)
{
    return state->closed && now - state->closed_at >= ACCOUNT_CLOSED_FOR;
}

/* AWS undocumented: what keys of a closed account are told; here, what unknown ones are. */
const char *account_refuses(const struct call *c, const struct account_state *state, bool root,
                            const struct session *session)
{
    if (account_is_gone(state, c->now))
        return "The account was closed more than 90 days ago, and is gone.";
    if (account_is_closed(state, &c->sandbox->clock) && !(root && c->op->while_closed))
        return "The account is closed. Its root user can reopen it: POST "
               "/_iam-local/account-tasks/reopen-account.";
    bool ended = session && session->reopened != state->reopened;
    return ended ? "The session is from before the account was closed." : NULL;
}
