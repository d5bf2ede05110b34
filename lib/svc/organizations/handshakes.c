/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/organizations/handshakes.h"

#include "access/account.h"
#include "model/ids.h"
#include "queries.h"

static int64_t now_of(const struct call *c)
{
    return clock_now_ms(&c->sandbox->clock);
}

int handshake_fails(struct call *c, const char *reason, const char *message)
{
    return call_violates(c, ERR_HANDSHAKE_CONSTRAINT_VIOLATION, reason, message);
}

int handshake_get(struct call *c, const char *id, struct handshake_row *ret)
{
    return q_handshake_get(c->tx, &(struct q_handshake_get){id, now_of(c) - HANDSHAKE_KEPT_MS},
                           ret);
}

int handshake_find(struct call *c, const char *id, struct handshake_row *ret)
{
    int code = handshake_get(c, id, ret);
    return code == ERR_NOT_FOUND ? find_missing(c, ERR_HANDSHAKE_NOT_FOUND) : code;
}

static bool is_pending(const struct handshake_row *row)
{
    return strcmp(row->state, "OPEN") == 0 || strcmp(row->state, "REQUESTED") == 0;
}

const char *handshake_state(const struct call *c, const struct handshake_row *row)
{
    return is_pending(row) && row->ended <= now_of(c) ? "EXPIRED" : row->state;
}

bool handshake_is_from(const struct call *c, const struct handshake_row *row)
{
    return c->membership->organization &&
           strcmp(c->membership->organization, row->organization) == 0;
}

int handshake_email_key(struct call *c, const char *account, const char **ret)
{
    struct account_row row;
    TRY(q_account_get(c->tx, &(struct q_account_get){.id = account}, &row));
    *ret = call_fold(c, row.email);
    return OK;
}

int handshake_is_for(struct call *c, const struct handshake_row *row, bool *ret)
{
    const char *key;
    TRY(handshake_email_key(c, c->account, &key));
    *ret = strcmp(row->recipient, c->account) == 0 || strcmp(row->recipient, key) == 0;
    return OK;
}

const char *handshake_recipient(struct call *c, const char *type, const char *party)
{
    return strcmp(type, "EMAIL") == 0 ? call_fold(c, party) : party;
}

static int check_email(struct call *c, const char *email)
{
    if (account_email_ok(str_of(email)))
        return OK;
    return call_violates(c, ERR_INVALID_INPUT, "INVALID_EMAIL_ADDRESS_TARGET",
                         "You specified an invalid email address for the invited account owner.");
}

int handshake_check_target(struct call *c, const struct organizations_handshake_party *target)
{
    if (strcmp(target->type, "EMAIL") == 0)
        return check_email(c, target->id);
    if (strcmp(target->type, "ACCOUNT") != 0)
        return call_violates(c, ERR_INVALID_INPUT, "INVALID_PARTY_TYPE_TARGET",
                             "You specified an invalid party type as the target parameter.");
    return account_id_ok(str_of(target->id))
               ? OK
               : call_invalid(c, (struct shape_fault){.wrong = SHAPE_PATTERN}, NULL);
}

/* The account that the target is, or the address of it, if there is one: the same target under
   another name. */
static int other_name(struct call *c, const struct organizations_handshake_party *target,
                      const char **ret)
{
    struct account_row row;
    bool email = strcmp(target->type, "EMAIL") == 0;
    int code = email ? q_account_by_email(
                           c->tx, &(struct q_account_by_email){call_fold(c, target->id)}, &row)
                     : q_account_get(c->tx, &(struct q_account_get){.id = target->id}, &row);
    *ret = "";
    if (code == ERR_NOT_FOUND)
        return OK;
    TRY(code);
    *ret = email ? row.id : call_fold(c, row.email);
    return OK;
}

int handshake_is_pending(struct call *c, const char *action,
                         const struct organizations_handshake_party *target, bool *ret)
{
    const char *other;
    struct count_row pending;
    TRY(other_name(c, target, &other));
    TRY(q_handshake_pending(
        c->tx,
        &(struct q_handshake_pending){.organization = c->membership->organization,
                                      .action = action,
                                      .recipient = handshake_recipient(c, target->type, target->id),
                                      .other = other,
                                      .now = now_of(c)},
        &pending));
    *ret = pending.n > 0;
    return OK;
}

/* AWS undocumented: that all kinds are counted together. */
int handshake_check_rate(struct call *c)
{
    struct count_row recent;
    int64_t accounts = call_quota(c, QUOTA_ACCOUNTS_PER_ORGANIZATION);
    int64_t invitations = call_quota(c, QUOTA_INVITATIONS_PER_DAY);
    TRY(q_handshake_sent_since(
        c->tx, &(struct q_handshake_sent_since){c->membership->organization, now_of(c) - DAY_MS},
        &recent));
    if (recent.n < (accounts > invitations ? accounts : invitations))
        return OK;
    return handshake_fails(c, "HANDSHAKE_RATE_LIMIT_EXCEEDED", /* AWS undocumented: wording */
                           "You have exceeded the number of handshakes that you can send in one "
                           "day.");
}

static int forget(struct call *c, const char *organization)
{
    int64_t ended = now_of(c) - HANDSHAKE_KEPT_MS;
    TRY(q_transfer_forget_tags(c->tx, &(struct q_transfer_forget_tags){organization, ended}));
    TRY(q_transfer_forget(c->tx, &(struct q_transfer_forget){organization, ended}));
    TRY(q_handshake_forget_tags(c->tx, &(struct q_handshake_forget_tags){organization, ended}));
    return q_handshake_forget(c->tx, &(struct q_handshake_forget){organization, ended});
}

int handshake_send(struct call *c, const struct handshake_new *handshake, struct handshake_row *ret)
{
    const char *id = call_new_hex_id(c, "h-"), *organization = c->membership->organization;
    int64_t now = now_of(c);
    TRY(forget(c, organization));
    TRY(q_handshake_insert(
        c->tx,
        &(struct q_handshake_insert){
            .id = id,
            .organization = organization,
            .action = handshake->action,
            .state = handshake->state,
            .party_type = handshake->party_type,
            .party = handshake->party,
            .recipient = strcmp(handshake->party_type, "ORGANIZATION") == 0
                             ? c->membership->management
                             : handshake_recipient(c, handshake->party_type, handshake->party),
            .parent = handshake->parent ? handshake->parent : "",
            .transfer = handshake->transfer ? handshake->transfer : "",
            .notes = handshake->notes,
            .requested = now,
            .expires = now + handshake->lasts}));
    return handshake_get(c, id, ret);
}

int handshake_set(struct call *c, struct handshake_row *row, const char *state)
{
    const char *before = handshake_state(c, row);
    if (strcmp(before, state) == 0)
        return find_missing(c, ERR_HANDSHAKE_ALREADY_IN_STATE);
    bool refuses = strcmp(state, "ACCEPTED") != 0 && strcmp(before, "REQUESTED") == 0;
    if (strcmp(before, "OPEN") != 0 && !refuses)
        return find_missing(c, ERR_INVALID_HANDSHAKE_TRANSITION);
    row->state = state;
    row->ended = now_of(c);
    return q_handshake_set_state(c->tx,
                                 &(struct q_handshake_set_state){row->id, state, row->ended});
}

int handshakes_forget(struct call *c, const char *organization)
{
    TRY(q_transfer_forget_all_tags(c->tx, &(struct q_transfer_forget_all_tags){organization}));
    TRY(q_transfer_forget_all(c->tx, &(struct q_transfer_forget_all){organization}));
    TRY(q_handshake_forget_all_tags(c->tx, &(struct q_handshake_forget_all_tags){organization}));
    TRY(q_handshake_forget_all(c->tx, &(struct q_handshake_forget_all){organization}));
    return q_account_request_forget_all(c->tx,
                                        &(struct q_account_request_forget_all){organization});
}
