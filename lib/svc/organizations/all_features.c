/* SPDX-License-Identifier: Apache-2.0 */
/* How an organization for consolidated billing becomes one with all features: invited members have
   to approve, and all have to have the service-linked role, which is a handshake each, below that
   of the organization with itself. */
#include "access/linked.h"
#include "svc/organizations/answers.h"

#define MIGRATION_MS (90 * DAY_MS)

static int check(struct call *c)
{
    struct count_row pending;
    const struct membership *membership = c->membership;
    if (membership->all_features)
        return handshake_fails(c, "ORGANIZATION_ALREADY_HAS_ALL_FEATURES",
                               "All features are already enabled on this organization.");
    TRY(q_handshake_pending(
        c->tx,
        &(struct q_handshake_pending){membership->organization, "ENABLE_ALL_FEATURES",
                                      membership->management, membership->management,
                                      clock_now_ms(&c->sandbox->clock)},
        &pending));
    if (pending.n == 0)
        return OK;
    /* AWS undocumented: wording */
    return handshake_fails(c, "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION",
                           "The handshake request is invalid because the organization has already "
                           "started the process to enable all features.");
}

static int ask(struct call *c, const struct asked_row *asked, const char *parent)
{
    struct handshake_row row;
    bool invited = strcmp(asked->method, "INVITED") == 0;
    return handshake_send(
        c,
        &(struct handshake_new){.action = invited ? "APPROVE_ALL_FEATURES"
                                                  : "ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE",
                                .state = "OPEN",
                                .party_type = "ACCOUNT",
                                .party = asked->account,
                                .parent = parent,
                                .lasts = MIGRATION_MS},
        &row);
}

static int ask_all(struct call *c, const char *parent)
{
    struct asked_row_list asked;
    const char *role_key = linked_role_key(c->arena, LINKED_ORGANIZATIONS);
    TRY(q_organization_asked(
        c->tx, &(struct q_organization_asked){c->membership->organization, role_key}, &asked));
    for (size_t i = 0; i < asked.n; i++)
        TRY(ask(c, &asked.v[i], parent));
    return OK;
}

/* Once nobody has to approve any more, the management account can go on. */
static int open_when_ready(struct call *c, const char *parent)
{
    struct count_row waiting;
    TRY(q_handshake_pending_children(c->tx, &(struct q_handshake_pending_children){parent},
                                     &waiting));
    return waiting.n ? OK : q_handshake_open(c->tx, &(struct q_handshake_open){parent});
}

/* AWS undocumented: that it is open at once when nobody has to be asked. */
int organizations_enable_all_features(struct call *c,
                                      UNUSED const struct organizations_enable_all_features_in *in,
                                      struct organizations_enable_all_features_out *out)
{
    struct handshake_row row;
    const char *organization = c->membership->organization;
    int64_t now = clock_now_ms(&c->sandbox->clock);
    TRY(check(c));
    TRY(handshake_check_rate(c));
    TRY(q_handshake_cancel_sent(c->tx,
                                &(struct q_handshake_cancel_sent){organization, "INVITE", now}));
    TRY(handshake_send(c,
                       &(struct handshake_new){.action = "ENABLE_ALL_FEATURES",
                                               .state = "REQUESTED",
                                               .party_type = "ORGANIZATION",
                                               .party = organization,
                                               .lasts = MIGRATION_MS},
                       &row));
    TRY(ask_all(c, row.id));
    TRY(open_when_ready(c, row.id));
    TRY(handshake_get(c, row.id, &row));
    out->handshake = handshake_show(c, &row);
    return OK;
}

int all_features_accept(struct call *c, const struct handshake_row *row)
{
    TRY(linked_give_service(c->tx, c->account, LINKED_ORGANIZATIONS, c->now));
    if (*row->parent)
        return open_when_ready(c, row->parent);
    return q_organization_set_features(
        c->tx, &(struct q_organization_set_features){row->organization, "ALL"});
}

int all_features_without(struct call *c, const char *account, const char *organization)
{
    struct content_row_list parents;
    TRY(q_handshake_parents(c->tx, &(struct q_handshake_parents){organization, account}, &parents));
    TRY(q_handshake_cancel_received(
        c->tx, &(struct q_handshake_cancel_received){organization, account,
                                                     clock_now_ms(&c->sandbox->clock)}));
    for (size_t i = 0; i < parents.n; i++)
        TRY(open_when_ready(c, parents.v[i].id));
    return OK;
}
