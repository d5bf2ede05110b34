/* SPDX-License-Identifier: Apache-2.0 */
/* What both sides do with a handshake. */
#include "svc/organizations/handshakes.h"

#include "call/page.h"
#include "svc/organizations/answers.h"

static int find_sent(struct call *c, const char *id, struct handshake_row *ret)
{
    TRY(handshake_find(c, id, ret));
    return handshake_is_from(c, ret) && c->membership->is_management
               ? OK
               : find_missing(c, ERR_ACCESS_DENIED);
}

static int find_received(struct call *c, const char *id, struct handshake_row *ret)
{
    bool received;
    TRY(handshake_find(c, id, ret));
    TRY(handshake_is_for(c, ret, &received));
    return received ? OK : find_missing(c, ERR_ACCESS_DENIED);
}

int organizations_describe_handshake(struct call *c,
                                     const struct organizations_describe_handshake_in *in,
                                     struct organizations_describe_handshake_out *out)
{
    bool received;
    struct handshake_row row;
    TRY(handshake_find(c, in->handshake_id, &row));
    TRY(handshake_is_for(c, &row, &received));
    bool sent = handshake_is_from(c, &row) &&
                (c->membership->is_management || c->membership->services.n > 0);
    if (!received && !sent)
        return find_missing(c, ERR_ACCESS_DENIED);
    out->handshake = handshake_show(c, &row);
    return OK;
}

int organizations_accept_handshake(struct call *c,
                                   const struct organizations_accept_handshake_in *in,
                                   struct organizations_accept_handshake_out *out)
{
    struct handshake_row row;
    TRY(find_received(c, in->handshake_id, &row));
    TRY(handshake_set(c, &row, "ACCEPTED"));
    if (strcmp(row.action, "INVITE") == 0)
        TRY(invitation_accept(c, &row));
    else if (strcmp(row.action, "TRANSFER_RESPONSIBILITY") == 0)
        TRY(transfer_accept(c, &row));
    else
        TRY(all_features_accept(c, &row));
    out->handshake = handshake_show(c, &row);
    return OK;
}

/* What the handshake was about does not come to be. */
static int end(struct call *c, struct handshake_row *row, const char *state)
{
    TRY(handshake_set(c, row, state));
    TRY(q_tag_delete_all(c->tx, &(struct q_tag_delete_all){row->id}));
    TRY(q_handshake_cancel_children(c->tx,
                                    &(struct q_handshake_cancel_children){row->id, row->ended}));
    if (!*row->transfer)
        return OK;
    return q_transfer_set_status(c->tx, &(struct q_transfer_set_status){row->transfer, state});
}

int organizations_decline_handshake(struct call *c,
                                    const struct organizations_decline_handshake_in *in,
                                    struct organizations_decline_handshake_out *out)
{
    struct handshake_row row;
    TRY(find_received(c, in->handshake_id, &row));
    TRY(end(c, &row, "DECLINED"));
    out->handshake = handshake_show(c, &row);
    return OK;
}

/* AWS undocumented: how it refuses to take back what a member is asked for all features, without
   which they would be enabled. */
int organizations_cancel_handshake(struct call *c,
                                   const struct organizations_cancel_handshake_in *in,
                                   struct organizations_cancel_handshake_out *out)
{
    struct handshake_row row;
    TRY(find_sent(c, in->handshake_id, &row));
    if (*row.parent)
        return find_missing(c, ERR_INVALID_HANDSHAKE_TRANSITION);
    TRY(end(c, &row, "CANCELED"));
    out->handshake = handshake_show(c, &row);
    return OK;
}

static int check_filter(struct call *c, const struct organizations_handshake_filter *filter)
{
    if (!filter || !filter->action_type || !filter->parent_handshake_id)
        return OK;
    return call_violates(c, ERR_INVALID_INPUT, "MAX_LIMIT_EXCEEDED_FILTER",
                         "You specified too many filter parameters.");
}

static const char *action_of(const struct organizations_handshake_filter *filter)
{
    return filter && filter->action_type ? filter->action_type : "";
}

static const char *parent_of(const struct organizations_handshake_filter *filter)
{
    return filter && filter->parent_handshake_id ? filter->parent_handshake_id : "";
}

/* The first rows, and where the page ends when there are more. */
static void show_page(struct call *c, int64_t max, struct handshake_row_list *rows,
                      struct organizations_handshake_list *ret, const char **ret_next)
{
    PAGE_CUT_AT(c, max, *rows,
                page_made(c, rows->v[rows->n - 1].requested, rows->v[rows->n - 1].id), *ret_next);
    ret->n = rows->n;
    ret->v = NEW_ARRAY(c->arena, struct organizations_handshake, rows->n);
    for (size_t i = 0; i < rows->n; i++)
        ret->v[i] = *handshake_show(c, &rows->v[i]);
}

int organizations_list_handshakes_for_account(
    struct call *c, const struct organizations_list_handshakes_for_account_in *in,
    struct organizations_list_handshakes_for_account_out *out)
{
    const char *key;
    struct page_made after;
    struct handshake_row_list rows;
    TRY(check_filter(c, in->filter));
    TRY(page_after_made(c, in->next_token, &after));
    TRY(handshake_email_key(c, c->account, &key));
    TRY(q_handshake_received(c->tx,
                             &(struct q_handshake_received){
                                 .account = c->account,
                                 .email_key = key,
                                 .action = action_of(in->filter),
                                 .parent = parent_of(in->filter),
                                 .ended = clock_now_ms(&c->sandbox->clock) - HANDSHAKE_KEPT_MS,
                                 .after = after.at,
                                 .after_id = after.id,
                                 .limit = in->max_results + 1},
                             &rows));
    show_page(c, in->max_results, &rows, &out->handshakes, &out->next_token);
    return OK;
}

int organizations_list_handshakes_for_organization(
    struct call *c, const struct organizations_list_handshakes_for_organization_in *in,
    struct organizations_list_handshakes_for_organization_out *out)
{
    struct page_made after;
    struct handshake_row_list rows;
    TRY(check_filter(c, in->filter));
    TRY(page_after_made(c, in->next_token, &after));
    TRY(q_handshake_sent(
        c->tx,
        &(struct q_handshake_sent){.organization = c->membership->organization,
                                   .action = action_of(in->filter),
                                   .parent = parent_of(in->filter),
                                   .ended = clock_now_ms(&c->sandbox->clock) - HANDSHAKE_KEPT_MS,
                                   .after = after.at,
                                   .after_id = after.id,
                                   .limit = in->max_results + 1},
        &rows));
    show_page(c, in->max_results, &rows, &out->handshakes, &out->next_token);
    return OK;
}
