/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts that an organization invites. */
#include "svc/organizations/answers.h"
#include "svc/organizations/members.h"
#include "svc/organizations/organization.h"
#include "svc/organizations/tags.h"

#define INVITATION_MS (15 * DAY_MS)

/* Whether the target is a member already. AWS undocumented: that it is said here, where the
   invitation is made. */
static int check_outside(struct call *c, const struct organizations_handshake_party *target)
{
    struct member_row member;
    struct account_row account;
    bool email = strcmp(target->type, "EMAIL") == 0;
    int code = email ? q_account_by_email(
                           c->tx, &(struct q_account_by_email){call_fold(c, target->id)}, &account)
                     : q_account_get(c->tx, &(struct q_account_get){target->id}, &account);
    if (code == OK)
        code = q_organization_member_state(c->tx, &(struct q_organization_member_state){account.id},
                                           &member);
    if (code != OK) /* AWS undocumented: nobody is told that there is no such account */
        return code == ERR_NOT_FOUND ? OK : code;
    if (strcmp(member.organization, c->membership->organization) != 0)
        return OK;
    return handshake_fails(c, "ALREADY_IN_AN_ORGANIZATION",
                           "The AWS account is already a member of an organization.");
}

static int check_room(struct call *c)
{
    struct count_row size;
    const char *organization = c->membership->organization;
    int64_t now = clock_now_ms(&c->sandbox->clock);
    TRY(q_organization_size(c->tx, &(struct q_organization_size){organization, now}, &size));
    if (size.n < call_quota(c, QUOTA_ACCOUNTS_PER_ORGANIZATION))
        return OK;
    return handshake_fails(c, "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
                           "You have exceeded the allowed number of AWS accounts");
}

static int check_migration(struct call *c)
{
    struct count_row pending;
    TRY(q_handshake_pending(
        c->tx,
        &(struct q_handshake_pending){c->membership->organization, "ENABLE_ALL_FEATURES",
                                      c->account, c->account, clock_now_ms(&c->sandbox->clock)},
        &pending));
    if (pending.n == 0)
        return OK;
    /* AWS undocumented: wording */
    return handshake_fails(c, "INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES",
                           "You can't issue new invitations to join an organization while it's in "
                           "the process of enabling all features.");
}

int organizations_invite_account_to_organization(
    struct call *c, const struct organizations_invite_account_to_organization_in *in,
    struct organizations_invite_account_to_organization_out *out)
{
    bool pending;
    struct handshake_row row;
    TRY(handshake_check_target(c, in->target));
    TRY(check_migration(c));
    TRY(check_outside(c, in->target));
    TRY(handshake_is_pending(c, "INVITE", in->target, &pending));
    if (pending)
        return find_missing(c, ERR_DUPLICATE_HANDSHAKE);
    TRY(check_room(c));
    TRY(handshake_check_rate(c));
    TRY(handshake_send(c,
                       &(struct handshake_new){.action = "INVITE",
                                               .state = "OPEN",
                                               .party_type = in->target->type,
                                               .party = in->target->id,
                                               .notes = in->notes,
                                               .lasts = INVITATION_MS},
                       &row));
    TRY(organization_tags_put(c, row.id, &in->tags));
    out->handshake = handshake_show(c, &row);
    return OK;
}

/* Whoever is in another organization moves, if it may leave that. */
static int leave(struct call *c, const char *organization)
{
    const char *current = c->membership->organization;
    if (!current)
        return OK;
    if (strcmp(current, organization) == 0)
        return handshake_fails(c, "ALREADY_IN_AN_ORGANIZATION",
                               "The AWS account is already a member of an organization.");
    TRY(member_check_leaving(c, c->account));
    return member_leave(c, c->account);
}

int invitation_accept(struct call *c, const struct handshake_row *row)
{
    TRY(leave(c, row->organization));
    TRY(organization_join(c, row->organization, row->root, c->account, "INVITED"));
    return q_tag_move(c->tx, &(struct q_tag_move){row->id, c->account});
}
