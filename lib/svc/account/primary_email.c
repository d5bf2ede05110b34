/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address of the root user, which the management account of an organization may change for its
 * members, and nobody for oneself: all of these have to name the account.
 */
#include "account_api.h"
#include "svc/account/standalone.h"

int account_get_primary_email(struct call *c, const struct account_get_primary_email_in *in,
                              UNUSED struct account_get_primary_email_out *out)
{
    return account_standalone(c, in->account_id);
}

int account_start_primary_email_update(struct call *c,
                                       const struct account_start_primary_email_update_in *in,
                                       UNUSED struct account_start_primary_email_update_out *out)
{
    return account_standalone(c, in->account_id);
}

int account_accept_primary_email_update(struct call *c,
                                        const struct account_accept_primary_email_update_in *in,
                                        UNUSED struct account_accept_primary_email_update_out *out)
{
    return account_standalone(c, in->account_id);
}
