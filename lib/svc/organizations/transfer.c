/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Responsibilities that the management account of one organization, the target, takes over from
 * that of another, the source. There is one kind: its bills, which nobody has here.
 */
#include <time.h>

#include "call/page.h"
#include "svc/organizations/answers.h"
#include "svc/organizations/tags.h"

#define ANSWER_MS (15 * DAY_MS)

static int64_t now_of(const struct call *c)
{
    return clock_now_ms(&c->sandbox->clock);
}

static int no_good(struct call *c, const char *reason, const char *message)
{
    return call_violates(c, ERR_INVALID_INPUT, reason, message);
}

/* Of the month that a time is in, or of that N months later: its first millisecond. */
static int64_t month_start(int64_t at, int n)
{
    struct tm tm;
    time_t seconds = (time_t)((at - (at % 1000 + 1000) % 1000) / 1000);
    gmtime_r(&seconds, &tm);
    int month = tm.tm_mon + n;
    return clock_days(tm.tm_year + 1900 + month / 12, month % 12 + 1, 1) * DAY_MS;
}

/* AWS undocumented: that a transfer starts after the month of the request, at most a year later. */
static int check_start(struct call *c, int64_t at)
{
    if (at % DAY_MS != 0)
        return no_good(c, "START_DATE_NOT_BEGINNING_OF_DAY",
                       "You provided an invalid start date. The start date must be the beginning "
                       "of the day (00:00:00.000).");
    if (at != month_start(at, 0))
        return no_good(c, "START_DATE_NOT_BEGINNING_OF_MONTH",
                       "You provided an invalid start date. The start date must be the first day "
                       "of the month.");
    if (at <= now_of(c))
        return no_good(c, "START_DATE_TOO_EARLY",
                       "You provided an invalid start date. The start date is too early.");
    if (at > month_start(now_of(c), 12))
        return no_good(c, "START_DATE_TOO_LATE",
                       "You provided an invalid start date. The start date is too late.");
    return OK;
}

static int check_other(struct call *c, const struct organizations_handshake_party *target)
{
    const char *own, *recipient = handshake_recipient(c, target->type, target->id);
    TRY(handshake_email_key(c, c->account, &own));
    if (strcmp(recipient, c->account) != 0 && strcmp(recipient, own) != 0)
        return OK;
    return handshake_fails(c, "SOURCE_AND_TARGET_CANNOT_MATCH",
                           "An account can't accept a transfer invitation if it is both the sender "
                           "and recipient of the invitation.");
}

static int insert(struct call *c,
                  const struct organizations_invite_organization_to_transfer_responsibility_in *in,
                  const char *id, const struct handshake_row *handshake)
{
    return q_transfer_insert(c->tx, &(struct q_transfer_insert){.id = id,
                                                                .target = handshake->organization,
                                                                .source = handshake->recipient,
                                                                .party_type = in->target->type,
                                                                .party = in->target->id,
                                                                .name = in->source_name,
                                                                .handshake = handshake->id,
                                                                .expires = handshake->expires,
                                                                .starts = in->start_timestamp});
}

int organizations_invite_organization_to_transfer_responsibility(
    struct call *c,
    const struct organizations_invite_organization_to_transfer_responsibility_in *in,
    struct organizations_invite_organization_to_transfer_responsibility_out *out)
{
    bool pending;
    struct handshake_row row;
    const char *id = call_new_organization_id(c, "rt-", 8);
    TRY(handshake_check_target(c, in->target));
    TRY(check_start(c, in->start_timestamp));
    TRY(check_other(c, in->target));
    TRY(handshake_is_pending(c, "TRANSFER_RESPONSIBILITY", in->target, &pending));
    if (pending)
        return find_missing(c, ERR_DUPLICATE_HANDSHAKE);
    TRY(handshake_check_rate(c));
    TRY(handshake_send(c,
                       &(struct handshake_new){.action = "TRANSFER_RESPONSIBILITY",
                                               .state = "OPEN",
                                               .party_type = in->target->type,
                                               .party = in->target->id,
                                               .transfer = id,
                                               .notes = in->notes,
                                               .lasts = ANSWER_MS},
                       &row));
    TRY(insert(c, in, id, &row));
    TRY(organization_tags_put(c, id, &in->tags));
    TRY(handshake_get(c, row.id, &row)); /* with what it is about */
    out->handshake = handshake_show(c, &row);
    return OK;
}

/* Only the management account can speak for the organization that pays. */
int transfer_accept(struct call *c, const struct handshake_row *row)
{
    struct count_row given;
    if (!c->membership->is_management)
        return find_missing(c, ERR_ACCESS_DENIED);
    TRY(q_transfer_given(c->tx, &(struct q_transfer_given){c->account, now_of(c)}, &given));
    if (given.n > 0)
        return handshake_fails(c, "RESPONSIBILITY_TRANSFER_ALREADY_EXISTS",
                               "You cannot perform this operation with the current transfer.");
    return q_transfer_accept(c->tx, &(struct q_transfer_accept){row->transfer, c->account});
}

static const char *status_of(const struct call *c, const struct transfer_row *row)
{
    bool open = strcmp(row->status, "REQUESTED") == 0;
    return open && row->expires <= now_of(c) ? "EXPIRED" : row->status;
}

static bool is_inbound(const struct call *c, const struct transfer_row *row)
{
    return strcmp(row->target, c->membership->organization) == 0;
}

/* Who was asked is told as the target said it, until it has accepted. */
static int show_source(struct call *c, const struct transfer_row *row,
                       struct organizations_transfer_participant **ret)
{
    struct account_row account;
    struct organizations_transfer_participant *source =
        NEW(c->arena, struct organizations_transfer_participant);
    *ret = source;
    if (strcmp(row->source, c->account) != 0 && strcmp(row->status, "ACCEPTED") != 0 &&
        strcmp(row->status, "WITHDRAWN") != 0) {
        if (strcmp(row->party_type, "EMAIL") == 0)
            source->management_account_email = row->party;
        else
            source->management_account_id = row->party;
        return OK;
    }
    TRY(q_account_get(c->tx, &(struct q_account_get){row->source}, &account));
    *source = (struct organizations_transfer_participant){account.id, account.email};
    return OK;
}

static const char *arn_of(struct call *c, const struct transfer_row *row)
{
    const struct membership *membership = c->membership;
    return arena_printf(c->arena, "arn:aws:organizations::%s:transfer/%s/billing/%s/%s",
                        membership->management, membership->organization,
                        is_inbound(c, row) ? "inbound" : "outbound", row->id);
}

static int show(struct call *c, const struct transfer_row *row,
                struct organizations_responsibility_transfer *ret)
{
    struct organizations_transfer_participant *target =
        NEW(c->arena, struct organizations_transfer_participant);
    *target =
        (struct organizations_transfer_participant){row->target_management, row->target_email};
    *ret = (struct organizations_responsibility_transfer){
        .arn = arn_of(c, row),
        .name = row->name,
        .id = row->id,
        .type = "BILLING",
        .status = status_of(c, row),
        .target = target,
        .start_timestamp = row->starts,
        .has_start_timestamp = true,
        .end_timestamp = row->ends,
        .has_end_timestamp = row->has_ends,
        .active_handshake_id = row->handshake,
    };
    return show_source(c, row, &ret->source);
}

static int look(struct call *c, const char *id, struct transfer_row *ret)
{
    const char *key;
    TRY(q_transfer_get(c->tx, &(struct q_transfer_get){id}, ret));
    TRY(handshake_email_key(c, c->account, &key));
    bool ours =
        is_inbound(c, ret) || strcmp(ret->source, c->account) == 0 || strcmp(ret->source, key) == 0;
    return ours ? OK : ERR_NOT_FOUND;
}

int transfer_look(struct call *c, const char *id)
{
    struct transfer_row row;
    return look(c, id, &row);
}

static int find(struct call *c, const char *id, struct transfer_row *ret)
{
    int code = look(c, id, ret);
    return code == ERR_NOT_FOUND ? find_missing(c, ERR_RESPONSIBILITY_TRANSFER_NOT_FOUND) : code;
}

static int find_and_show(struct call *c, const char *id,
                         struct organizations_responsibility_transfer **ret)
{
    struct transfer_row row;
    TRY(find(c, id, &row));
    *ret = NEW(c->arena, struct organizations_responsibility_transfer);
    return show(c, &row, *ret);
}

int organizations_describe_responsibility_transfer(
    struct call *c, const struct organizations_describe_responsibility_transfer_in *in,
    struct organizations_describe_responsibility_transfer_out *out)
{
    return find_and_show(c, in->id, &out->responsibility_transfer);
}

static int show_all(struct call *c, const struct transfer_row_list *rows,
                    struct organizations_responsibility_transfer_list *ret)
{
    ret->n = rows->n;
    ret->v = NEW_ARRAY(c->arena, struct organizations_responsibility_transfer, rows->n);
    for (size_t i = 0; i < rows->n; i++)
        TRY(show(c, &rows->v[i], &ret->v[i]));
    return OK;
}

int organizations_list_inbound_responsibility_transfers(
    struct call *c, const struct organizations_list_inbound_responsibility_transfers_in *in,
    struct organizations_list_inbound_responsibility_transfers_out *out)
{
    const char *after;
    struct transfer_row_list rows;
    TRY(page_after(c, in->next_token, &after));
    TRY(q_transfer_inbound(c->tx,
                           &(struct q_transfer_inbound){c->membership->organization,
                                                        in->id ? in->id : "", after,
                                                        in->max_results + 1},
                           &rows));
    if (in->id && rows.n == 0)
        return find_missing(c, ERR_RESPONSIBILITY_TRANSFER_NOT_FOUND);
    PAGE_CUT_AT(c, in->max_results, rows, rows.v[rows.n - 1].id, out->next_token);
    return show_all(c, &rows, &out->responsibility_transfers);
}

int organizations_list_outbound_responsibility_transfers(
    struct call *c, const struct organizations_list_outbound_responsibility_transfers_in *in,
    struct organizations_list_outbound_responsibility_transfers_out *out)
{
    const char *after, *key;
    struct transfer_row_list rows;
    TRY(page_after(c, in->next_token, &after));
    TRY(handshake_email_key(c, c->account, &key));
    TRY(q_transfer_outbound(
        c->tx, &(struct q_transfer_outbound){c->account, key, after, in->max_results + 1}, &rows));
    PAGE_CUT_AT(c, in->max_results, rows, rows.v[rows.n - 1].id, out->next_token);
    return show_all(c, &rows, &out->responsibility_transfers);
}

/* A transfer ends with a month, which has not ended yet, nor before it has started. */
static int check_end(struct call *c, const struct transfer_row *row, int64_t at)
{
    if (at != month_start(at, 1) - 1)
        return no_good(c, "END_DATE_NOT_END_OF_MONTH",
                       "You provided an invalid end date. The end date must be the end of the last "
                       "day of the month (23.59.59.999).");
    if (at < now_of(c) || at < row->starts)
        return no_good(c, "END_DATE_TOO_EARLY",
                       "You provided an invalid end date. It is too early for the transfer to "
                       "end.");
    return OK;
}

int organizations_terminate_responsibility_transfer(
    struct call *c, const struct organizations_terminate_responsibility_transfer_in *in,
    struct organizations_terminate_responsibility_transfer_out *out)
{
    struct transfer_row row;
    TRY(find(c, in->id, &row));
    if (strcmp(row.status, "WITHDRAWN") == 0)
        return find_missing(c, ERR_RESPONSIBILITY_TRANSFER_ALREADY_IN_STATUS);
    if (strcmp(row.status, "ACCEPTED") != 0)
        return find_missing(c, ERR_INVALID_RESPONSIBILITY_TRANSFER_TRANSITION);
    int64_t now = now_of(c), from = row.starts > now ? row.starts : now;
    int64_t ends = in->has_end_timestamp ? in->end_timestamp : month_start(from, 1) - 1;
    TRY(check_end(c, &row, ends));
    TRY(q_transfer_withdraw(c->tx, &(struct q_transfer_withdraw){row.id, ends}));
    return find_and_show(c, row.id, &out->responsibility_transfer);
}

int organizations_update_responsibility_transfer(
    struct call *c, const struct organizations_update_responsibility_transfer_in *in,
    struct organizations_update_responsibility_transfer_out *out)
{
    struct transfer_row row;
    TRY(find(c, in->id, &row));
    TRY(q_transfer_set_name(c->tx, &(struct q_transfer_set_name){row.id, in->name}));
    return find_and_show(c, row.id, &out->responsibility_transfer);
}

int transfers_check_ended(struct call *c)
{
    const char *key;
    struct count_row open;
    TRY(handshake_email_key(c, c->account, &key));
    TRY(q_transfer_open(
        c->tx, &(struct q_transfer_open){c->membership->organization, c->account, key, now_of(c)},
        &open));
    if (open.n == 0)
        return OK;
    return call_violates(c, ERR_CONSTRAINT_VIOLATION, "ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS",
                         "You cannot delete organization due to an ongoing responsibility transfer "
                         "process.");
}
