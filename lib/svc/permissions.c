/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/permissions.h"

#include "access/view.h"
#include "svc/access_subject.h"

static void sum_up(struct call *c, const struct membership *m, size_t only, struct permissions *ret)
{
    struct policy_work work = work_new(WORK_REQUEST, &c->sandbox->stopping);
    ret->scps = m ? &m->scps : NULL;
    ret->sum =
        authz_permissions(c->arena, ret->principal, ret->scps, m ? &m->rcps : NULL, only, &work);
}

int permissions_of(struct call *c, const struct authz_principal *principal, size_t only,
                   struct permissions *ret)
{
    const struct membership *membership = NULL;
    if (principal->account)
        TRY(membership_of(c, principal->account, &membership));
    ret->principal = principal;
    sum_up(c, membership, only, ret);
    return OK;
}

static int read_view(struct call *c, const char *arn, struct view **ret)
{
    const char *subject;
    bool root = strcmp(arn, arena_printf(c->arena, "arn:aws:iam::%s:root", c->account)) == 0;
    TRY(root ? view_acquire(c->sandbox, c->arena, c->account, ret)
             : access_subject_read(c, arn, true, &subject, ret));
    cached_keep(&(*ret)->base, c->arena);
    return OK;
}

int permissions_read(struct call *c, const char *arn, size_t only, struct permissions *ret)
{
    struct view *view;
    TRY(read_view(c, arn, &view));
    if (view->principal.account)
        return permissions_of(c, &view->principal, only, ret);
    struct authz_principal *giver = NEW(c->arena, struct authz_principal);
    *giver = view->principal;
    giver->kind = PRINCIPAL_USER;
    giver->account = c->account;
    ret->principal = giver;
    sum_up(c, NULL, only, ret);
    return OK;
}
