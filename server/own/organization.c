/* SPDX-License-Identifier: Apache-2.0 */
#include "server/own/organization.h"

#include "authz/authz.h"
#include "model/organization_policy.h"

/* Units, accounts, policies and what is attached, types, services and delegated administrators; an
   organization of that size is made in less than a tenth of a second. */
enum { THINGS_MAX = 1000 };

static int is_wrong(struct call *c, const char *what)
{
    return call_fail(c, ERR_VALIDATION_ERROR, "%s", what);
}

static int take(struct landing *l, size_t things, size_t *left)
{
    if (things > *left)
        return is_wrong(l->call, "The document has more than 1000 things in it.");
    *left -= things;
    return OK;
}

static int add_policies(struct landing *l)
{
    struct call *c = l->call;
    const struct own_organization_policy_list *policies = &l->document->policies;
    for (size_t i = 0; i < policies->n; i++) {
        const struct own_organization_policy *policy = &policies->v[i];
        struct landing_policy *known = NEW(c->arena, struct landing_policy);
        *known = (struct landing_policy){
            policy, policy->type ? policy->type : "SERVICE_CONTROL_POLICY", NULL};
        if (map_put(&l->policies, str_of(policy->name), known))
            return is_wrong(c, arena_printf(c->arena, "There are two policies with the name %s.",
                                            policy->name));
    }
    return OK;
}

/* AWS's own policies are there without being described. */
static int check_names(struct landing *l, const struct str_list *names)
{
    for (size_t i = 0; i < names->n; i++) {
        if (!map_get(&l->policies, str_of(names->v[i])))
            return is_wrong(l->call, arena_printf(l->call->arena,
                                                  "The document has no policy with the name %s.",
                                                  names->v[i]));
    }
    return OK;
}

static int add_account(struct landing *l, struct own_organization_account *account)
{
    struct call *c = l->call;
    if (map_put(&l->accounts, str_of(account->id), account))
        return is_wrong(c, arena_printf(c->arena, "The account %s is there twice.", account->id));
    return check_names(l, &account->policies);
}

/* What there is below a unit, the unit included. */
static int add_unit(struct landing *l, const struct own_organization_unit *unit, size_t *left)
{
    TRY(take(l, 1 + unit->policies.n + unit->accounts.n, left));
    TRY(check_names(l, &unit->policies));
    for (size_t i = 0; i < unit->accounts.n; i++) {
        TRY(take(l, unit->accounts.v[i].policies.n, left));
        TRY(add_account(l, &unit->accounts.v[i]));
    }
    for (size_t i = 0; i < unit->units.n; i++) {
        if (!unit->units.v[i].name)
            return is_wrong(l->call, "A unit has no name.");
        TRY(add_unit(l, &unit->units.v[i], left));
    }
    return OK;
}

static int read_document(struct landing *l)
{
    static const struct own_organization_unit nothing;
    const struct own_post_organization_in *document = l->document;
    size_t left = THINGS_MAX;
    TRY(take(l, document->policies.n, &left));
    TRY(take(l, document->policy_types.n, &left));
    TRY(take(l, document->services.n, &left));
    TRY(take(l, document->delegates.n, &left));
    TRY(add_policies(l));
    return add_unit(l, document->root ? document->root : &nothing, &left);
}

static int tell(struct landing *l, bool created, struct own_post_organization_out *out)
{
    struct call *c = l->call;
    out->organization = c->membership->organization;
    out->management = c->account;
    out->created = created;
    TRY(landing_compare(l, &out->differences));
    return landing_tree(c, &out->tree);
}

/* Of the management account, whose root user makes it. */
static int make_or_compare(struct landing *l, struct own_post_organization_out *out)
{
    struct call *c = l->call;
    bool created = c->membership->organization == NULL;
    TRY(read_document(l));
    if (created)
        TRY(landing_make(l));
    else if (!c->membership->is_management)
        return is_wrong(c, "The account is a member of an organization that another one manages.");
    return tell(l, created, out);
}

int own_post_organization(struct call *c, const struct own_post_organization_in *in,
                          struct own_post_organization_out *out)
{
    const char *management = in->management ? in->management : c->sandbox->default_account;
    const struct authz_principal root = {
        .kind = PRINCIPAL_ROOT, .account = management, .id = management};
    struct account_row account;
    struct call by_root = *c;
    struct landing l = {.call = &by_root, .document = in};
    int code = q_account_get(c->tx, &(struct q_account_get){.id = management}, &account);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "There is no account %s.", management);
    TRY(code);
    by_root.account = management;
    by_root.principal = &root;
    TRY(landing_look(&l));
    code = make_or_compare(&l, out);
    c->message = by_root.message;
    map_done(&l.policies);
    map_done(&l.accounts);
    return code;
}
