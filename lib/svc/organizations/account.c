/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts of an organization: what is told of them. */
#include "call/page.h"
#include "svc/organizations/find.h"

static struct organizations_account_list show_all(struct call *c,
                                                  struct organization_member_row_list rows)
{
    struct organizations_account *accounts =
        NEW_ARRAY(c->arena, struct organizations_account, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        member_show(c, &rows.v[i], &accounts[i]);
    return (struct organizations_account_list){rows.n, accounts};
}

int organizations_list_accounts(struct call *c, const struct organizations_list_accounts_in *in,
                                struct organizations_list_accounts_out *out)
{
    struct organization_member_row_list rows;
    const char *after;
    TRY(page_after(c, in->next_token, &after));
    TRY(q_organization_member_page(c->tx,
                                   &(struct q_organization_member_page){c->membership->organization,
                                                                        after, in->max_results + 1},
                                   &rows));
    out->accounts = show_all(c, rows);
    PAGE_CUT_NEXT(c, in, out, accounts, out->accounts.v[out->accounts.n - 1].id);
    return OK;
}
