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

int organizations_list_accounts_for_parent(
    struct call *c, const struct organizations_list_accounts_for_parent_in *in,
    struct organizations_list_accounts_for_parent_out *out)
{
    struct unit_row parent;
    struct organization_member_row_list rows;
    const char *after;
    TRY(page_after(c, in->next_token, &after));
    TRY(find_unit(c, in->parent_id, ERR_PARENT_NOT_FOUND, &parent));
    TRY(q_organization_member_page_of_parent(
        c->tx,
        &(struct q_organization_member_page_of_parent){parent.id, after, in->max_results + 1},
        &rows));
    out->accounts = show_all(c, rows);
    PAGE_CUT_NEXT(c, in, out, accounts, out->accounts.v[out->accounts.n - 1].id);
    return OK;
}

int organizations_describe_account(struct call *c,
                                   const struct organizations_describe_account_in *in,
                                   struct organizations_describe_account_out *out)
{
    struct organization_member_row row;
    TRY(find_member(c, in->account_id, &row));
    out->account = NEW(c->arena, struct organizations_account);
    member_show(c, &row, out->account);
    return OK;
}

/* An account that is elsewhere than the caller says is none. */
int organizations_move_account(struct call *c, const struct organizations_move_account_in *in)
{
    struct organization_member_row member;
    struct unit_row source, destination;
    TRY(find_member(c, in->account_id, &member));
    TRY(find_unit(c, in->source_parent_id, ERR_SOURCE_PARENT_NOT_FOUND, &source));
    TRY(find_unit(c, in->destination_parent_id, ERR_DESTINATION_PARENT_NOT_FOUND, &destination));
    if (strcmp(member.parent, source.id) != 0)
        return find_missing(c, ERR_ACCOUNT_NOT_FOUND);
    if (strcmp(member.parent, destination.id) == 0)
        return call_fail(c, ERR_DUPLICATE_ACCOUNT,
                         "That account is already present in the specified destination.");
    return q_organization_member_move(
        c->tx,
        &(struct q_organization_member_move){member.account, member.organization, destination.id});
}
