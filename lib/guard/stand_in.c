/* SPDX-License-Identifier: Apache-2.0 */
/* Principals that somebody asks about: nobody signs for them. */
#include "entities.h"
#include "guard/guard_priv.h"
#include "model/arn.h"
#include "model/ids.h"

static int no_principal(struct call *c, const char *name)
{
    return call_fail(c, ERR_NO_SUCH_ENTITY, "There is no principal %s in this sandbox.", name);
}

static int invalid_principal(struct call *c, const char *name)
{
    return call_fail(c, ERR_VALIDATION_ERROR,
                     "%s is no principal: expected the ARN of a user, a role, a session "
                     "(arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION), a federated user or a root "
                     "user, the name of a service, or anonymous.",
                     name);
}

/* The view stays as long as the call. */
static int take_view(struct call *c, const char *id)
{
    struct view *view;
    TRY(view_acquire(c->sandbox, c->arena, id, &view));
    cached_keep(&view->base, c->arena);
    if (account_is_closed(&view->account, &c->sandbox->clock))
        return call_fail(c, ERR_ACCESS_DENIED, "The account of the principal is closed.");
    c->view = &view->base;
    c->principal = &view->principal;
    c->account = view->principal.account;
    return OK;
}

/* A principal with names of its own, which has the policies and tags of the view or none. */
static void rename_to(struct call *c, const struct authz_principal *made)
{
    struct authz_principal *principal = NEW(c->arena, struct authz_principal);
    *principal = *made;
    c->principal = principal;
    record_of(c)->stands_in = true;
}

static int of_user(struct call *c, const char *arn, struct str name)
{
    struct iam_user *user;
    TRY(entity_user(c, str_dup(c->arena, name), &user));
    return strcmp(user->arn, arn) == 0 ? take_view(c, user->user_id) : ERR_NOT_FOUND;
}

static int of_role(struct call *c, const char *arn, struct str name)
{
    struct iam_role *role;
    TRY(entity_role(c, str_dup(c->arena, name), &role));
    return strcmp(role->arn, arn) == 0 ? take_view(c, role->role_id) : ERR_NOT_FOUND;
}

static int of_root(struct call *c)
{
    return take_view(c, c->account);
}

/* Without session policies, and as if the role had been assumed this moment. */
static int of_session(struct call *c, const char *arn, struct str rest)
{
    struct iam_role *role;
    struct str name = str_cut(&rest, '/');
    if (!rest.n)
        return ERR_NOT_FOUND;
    TRY(entity_role(c, str_dup(c->arena, name), &role));
    if (strcmp(role->role_name, str_dup(c->arena, name)) != 0) /* ARNs do not ignore letter case */
        return ERR_NOT_FOUND;
    TRY(take_view(c, role->role_id));
    struct authz_principal made = *c->principal;
    made.kind = PRINCIPAL_SESSION;
    made.issuer = made.arn;
    made.arn = arn;
    made.id = arena_printf(c->arena, "%s:%.*s", role->role_id, STR_FMT(rest));
    made.temporary = true;
    made.issued = c->now;
    rename_to(c, &made);
    return OK;
}

/* Without session policies: identity policies give him nothing then (STS API Reference,
   GetFederationToken), so that it does not matter whose they would be. */
static int of_federated(struct call *c, const char *arn, struct str name)
{
    TRY(take_view(c, c->account));
    rename_to(c, &(struct authz_principal){
                     .kind = PRINCIPAL_FEDERATED,
                     .account = c->account,
                     .arn = arn,
                     .issuer = c->principal->arn,
                     .id = arena_printf(c->arena, "%s:%.*s", c->account, STR_FMT(name)),
                     .temporary = true,
                     .issued = c->now,
                 });
    return OK;
}

static int of_arn(struct call *c, const char *name, const struct arn *arn)
{
    bool iam = str_is(arn->service, "iam"), sts = str_is(arn->service, "sts");
    struct str kind, entity = arn->resource;
    c->account = str_dup(c->arena, arn->account);
    if (iam && str_is(entity, "root"))
        return of_root(c);
    if (iam && arn_entity(arn, &kind, &entity)) {
        if (str_is(kind, "user"))
            return of_user(c, name, entity);
        return str_is(kind, "role") ? of_role(c, name, entity) : invalid_principal(c, name);
    }
    kind = str_cut(&entity, '/');
    if (sts && entity.n && str_is(kind, "assumed-role"))
        return of_session(c, name, entity);
    return sts && entity.n && str_is(kind, "federated-user") ? of_federated(c, name, entity)
                                                             : invalid_principal(c, name);
}

/* Neither a service nor who does not sign is of an account. */
static void of_none(struct call *c, enum principal_kind kind, const char *name)
{
    struct authz_principal *principal = NEW(c->arena, struct authz_principal);
    principal->kind = kind;
    principal->arn = name;
    c->principal = principal;
    c->account = NULL;
}

static bool is_service(struct str name)
{
    const struct str end = STR(".amazonaws.com");
    return name.n > end.n && str_is((struct str){name.p + name.n - end.n, end.n}, end.p) &&
           !memchr(name.p, ':', name.n) && !memchr(name.p, '/', name.n);
}

int guard_stand_in(struct call *c, const char *name)
{
    struct arn arn;
    if (strcmp(name, "anonymous") == 0 || is_service(str_of(name))) {
        bool service = is_service(str_of(name));
        of_none(c, service ? PRINCIPAL_SERVICE : PRINCIPAL_ANONYMOUS, service ? name : NULL);
        return OK;
    }
    if (!arn_parse(str_of(name), &arn) || !account_id_ok(arn.account))
        return invalid_principal(c, name);
    int code = of_arn(c, name, &arn);
    return code == ERR_NOT_FOUND ? no_principal(c, name) : code;
}
