/* SPDX-License-Identifier: Apache-2.0 */
/* What an account is called. */
#include "account_api.h"
#include "queries.h"
#include "svc/account/standalone.h"

/* Closed accounts refuse whoever might ask them. */
static const char active[] = "ACTIVE";

int account_get_account_information(struct call *c,
                                    const struct account_get_account_information_in *in,
                                    struct account_get_account_information_out *out)
{
    struct account_row row;
    TRY(account_standalone(c, in->account_id));
    TRY(q_account_get(c->tx, &(struct q_account_get){.id = c->account}, &row));
    *out = (struct account_get_account_information_out){.account_id = c->account,
                                                        .account_name = row.name,
                                                        .account_created_date = row.created,
                                                        .account_state = active};
    return OK;
}

/* AWS tells of a blank name without the header x-amzn-errortype, so that each client makes another
   type of it; here it has the type of all else that is no good. */
int account_put_account_name(struct call *c, const struct account_put_account_name_in *in)
{
    TRY(account_standalone(c, in->account_id));
    const char *name = str_dup(c->arena, str_trim(str_of(in->account_name)));
    if (!*name)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "The input AccountName must not be null or only whitespace.");
    return q_account_set_name(c->tx, &(struct q_account_set_name){.id = c->account, .name = name});
}

/* No account is linked to one of AWS GovCloud (US). */
int account_get_gov_cloud_account_information(
    struct call *c, const struct account_get_gov_cloud_account_information_in *in,
    UNUSED struct account_get_gov_cloud_account_information_out *out)
{
    TRY(account_standalone(c, in->standard_account_id));
    return call_fail(c, ERR_RESOURCE_NOT_FOUND,
                     "GovCloud Account ID not found for Standard Account - %s.", c->account);
}
