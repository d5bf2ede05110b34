/* SPDX-License-Identifier: Apache-2.0 */
/* What an account is called. */
#include "access/account_state.h"
#include "account_api.h"
#include "queries.h"
#include "svc/account/target.h"

int account_get_account_information(struct call *c,
                                    const struct account_get_account_information_in *in,
                                    struct account_get_account_information_out *out)
{
    const char *account;
    struct account_row row;
    struct account_state state;
    TRY(account_target(c, in->account_id, &account));
    TRY(q_account_get(c->tx, &(struct q_account_get){.id = account}, &row));
    TRY(account_state_get(c->tx, account, &state));
    *out = (struct account_get_account_information_out){.account_id = account,
                                                        .account_name = row.name,
                                                        .account_created_date = row.created,
                                                        .account_state =
                                                            state.closed ? "CLOSED" : "ACTIVE"};
    return OK;
}

/* AWS tells of a blank name without the header x-amzn-errortype, so that each client makes another
   type of it; here it has the type of all else that is no good. */
int account_put_account_name(struct call *c, const struct account_put_account_name_in *in)
{
    const char *account;
    TRY(account_target(c, in->account_id, &account));
    const char *name = str_dup(c->arena, str_trim(str_of(in->account_name)));
    if (!*name)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "The input AccountName must not be null or only whitespace.");
    return q_account_set_name(c->tx, &(struct q_account_set_name){.id = account, .name = name});
}

/* No account is linked to one of AWS GovCloud (US). */
int account_get_gov_cloud_account_information(
    struct call *c, const struct account_get_gov_cloud_account_information_in *in,
    UNUSED struct account_get_gov_cloud_account_information_out *out)
{
    const char *account;
    TRY(account_target(c, in->standard_account_id, &account));
    return call_fail(c, ERR_RESOURCE_NOT_FOUND,
                     "GovCloud Account ID not found for Standard Account - %s.", account);
}
