/* SPDX-License-Identifier: Apache-2.0 */
#include "access/place.h"

#include "access/organization.h"
#include "model/ids.h"

/* Takes the reference. */
static struct record_place place_of(struct membership *membership,
                                    const struct authz_levels *levels)
{
    const struct authz_place *place = membership->organization ? &membership->place : NULL;
    return (struct record_place){&membership->base, place, levels};
}

int place_caller(struct call *c, const char *account)
{
    struct membership *membership;
    if (!account)
        return OK;
    TRY(membership_acquire(c->sandbox, c->arena, account, &membership));
    record_of(c)->place = place_of(membership, &membership->scps);
    return OK;
}

int place_owner(struct call *c, struct record_decision *d, struct str owner)
{
    struct membership *membership = (struct membership *)record_of(c)->place.membership;
    if (!owner.p || !account_id_ok(owner))
        return OK;
    if (membership && str_is(owner, membership->account))
        cached_hold(&membership->base);
    else
        TRY(membership_acquire(c->sandbox, c->arena, str_dup(c->arena, owner), &membership));
    d->owner_place = place_of(membership, &membership->rcps);
    return OK;
}

bool place_is_shared(const struct record *record, const struct record_decision *d)
{
    const struct authz_place *a = record->place.place, *b = d->owner_place.place;
    return a && b && strcmp(a->organization, b->organization) == 0;
}
