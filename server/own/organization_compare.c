/* SPDX-License-Identifier: Apache-2.0 */
/* What an organization is otherwise than its document says. */
#include <jansson.h>
#include <stdarg.h>

#include "server/own/organization.h"

enum { ALL = INT32_MAX };

struct comparison {
    struct landing *landing;
    struct arena *arena;
    struct tx *tx;
    struct str_list told;
    size_t room;
};

static void tell(struct comparison *c, const char *format, ...) PRINTF_LIKE(2, 3);

static void tell(struct comparison *c, const char *format, ...)
{
    struct str_list *told = &c->told;
    va_list arguments;
    if (told->n == c->room) {
        size_t room = c->room ? 2 * c->room : 16;
        told->v = arena_grow(c->arena, told->v, c->room * sizeof *told->v, room * sizeof *told->v);
        c->room = room;
    }
    va_start(arguments, format);
    told->v[told->n++] = arena_vprintf(c->arena, format, arguments);
    va_end(arguments);
}

static bool has(const struct str_list *list, const char *text)
{
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->v[i], text) == 0)
            return true;
    }
    return false;
}

static bool is_same_json(const char *a, const char *b)
{
    json_t *left = json_loads(a, 0, NULL), *right = json_loads(b, 0, NULL);
    bool same = left && right && json_equal(left, right);
    json_decref(left);
    json_decref(right);
    return same;
}

static void compare_type(struct comparison *c,
                         const struct organization_policy_kind_row_list *enabled, const char *type)
{
    size_t k = 0;
    while (k < enabled->n && strcmp(enabled->v[k].type, type) != 0)
        k++;
    const char *text = arena_printf(c->arena, "policies of the type %s are not enabled", type);
    if (k == enabled->n && !has(&c->told, text))
        tell(c, "%s", text);
}

static int compare_features(struct comparison *c)
{
    struct landing *l = c->landing;
    const struct own_post_organization_in *document = l->document;
    const char *features = l->call->membership->all_features ? "ALL" : "CONSOLIDATED_BILLING";
    struct organization_policy_kind_row_list kinds;
    if (strcmp(features, document->features) != 0)
        tell(c, "the features are %s", features);
    TRY(q_organization_policy_kinds(
        c->tx, &(struct q_organization_policy_kinds){l->call->membership->organization}, &kinds));
    for (size_t i = 0; i < document->policy_types.n; i++)
        compare_type(c, &kinds, document->policy_types.v[i]);
    for (size_t i = 0; i < document->policies.n; i++) {
        const struct landing_policy *policy =
            map_get(&l->policies, str_of(document->policies.v[i].name));
        compare_type(c, &kinds, policy->type);
    }
    return OK;
}

static int compare_policies(struct comparison *c)
{
    struct landing *l = c->landing;
    struct stored_policy_row_list rows;
    TRY(q_document_policies(c->tx, &(struct q_document_policies){l->call->membership->organization},
                            &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct stored_policy_row *row = &rows.v[i];
        struct landing_policy *policy = map_get(&l->policies, str_of(row->name));
        if (!policy || strcmp(policy->type, row->type) != 0) {
            tell(c, "the policy %s is not in the document", row->name);
            continue;
        }
        policy->id = row->id;
        if (!is_same_json(row->content, policy->document->content))
            tell(c, "the policy %s has another content", row->name);
        const char *description = policy->document->description;
        if (strcmp(row->description, description ? description : "") != 0)
            tell(c, "the policy %s has another description", row->name);
    }
    for (size_t i = 0; i < l->document->policies.n; i++) {
        const char *name = l->document->policies.v[i].name;
        const struct landing_policy *policy = map_get(&l->policies, str_of(name));
        if (!policy->id)
            tell(c, "the policy %s is not there", name);
    }
    return OK;
}

/* The policies of a document are named, and so are AWS's own, by their ids. */
static int compare_attached(struct comparison *c, const char *target, const char *name,
                            const struct str_list *policies, bool full_access)
{
    struct attached_row_list rows;
    TRY(q_document_attached(c->tx, &(struct q_document_attached){target}, &rows));
    struct str_list attached = {.v = NEW_ARRAY(c->arena, const char *, rows.n)};
    bool has_full_access = false, has_scps = false;
    for (size_t i = 0; i < rows.n; i++) {
        const struct attached_row *row = &rows.v[i];
        has_scps |= strcmp(row->type, "SERVICE_CONTROL_POLICY") == 0;
        has_full_access |= strcmp(row->policy, "p-FullAWSAccess") == 0;
        if (!row->name)
            continue;
        attached.v[attached.n++] = row->name;
        if (!has(policies, row->name))
            tell(c, "the policy %s, attached to %s, is not in the document there", row->name, name);
    }
    for (size_t i = 0; i < policies->n; i++) {
        if (!has(&attached, policies->v[i]))
            tell(c, "the policy %s is not attached to %s", policies->v[i], name);
    }
    if (has_scps && has_full_access != full_access)
        tell(c, "FullAWSAccess is %s to %s", full_access ? "not attached" : "still attached", name);
    return OK;
}

/* An account that was taken in keeps the name and the address that it came with. */
static int compare_account(struct comparison *c, const struct own_organization_account *account,
                           const struct organization_member_row *row)
{
    bool made = strcmp(row->method, "CREATED") == 0;
    if (made && account->name && strcmp(account->name, row->name) != 0)
        tell(c, "the name of the account %s is %s", row->account, row->name);
    if (made && account->email && strcmp(account->email, row->email) != 0)
        tell(c, "the e-mail address of the account %s is %s", row->account, row->email);
    return compare_attached(
        c, row->account, row->account, &account->policies,
        landing_has_full_access(account->has_full_access, account->full_access));
}

/* The accounts of a unit. Where else those of the document may be is told there. */
static int compare_accounts(struct comparison *c, const struct own_organization_unit *unit,
                            const char *id, const char *name)
{
    struct landing *l = c->landing;
    struct organization_member_row_list rows;
    struct q_organization_member_page_of_parent all = {.parent = id, .after = "", .limit = ALL};
    TRY(q_organization_member_page_of_parent(c->tx, &all, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const char *account = rows.v[i].account;
        bool known =
            map_get(&l->accounts, str_of(account)) || strcmp(account, l->call->account) == 0;
        if (!known)
            tell(c, "the account %s, in %s, is not in the document", account, name);
    }
    for (size_t i = 0; i < unit->accounts.n; i++) {
        const struct own_organization_account *account = &unit->accounts.v[i];
        size_t k = 0;
        while (k < rows.n && strcmp(rows.v[k].account, account->id) != 0)
            k++;
        if (k == rows.n)
            tell(c, "the account %s is not in %s", account->id, name);
        else
            TRY(compare_account(c, account, &rows.v[k]));
    }
    return OK;
}

static int compare_unit(struct comparison *c, const struct own_organization_unit *unit,
                        const char *id, const char *name);

static const struct unit_row *find_named(const struct unit_row_list *rows, const char *name)
{
    for (size_t i = 0; i < rows->n; i++) {
        if (strcmp(rows->v[i].name, name) == 0)
            return &rows->v[i];
    }
    return NULL;
}

static int compare_below(struct comparison *c, const struct own_organization_unit *unit,
                         const char *id, const char *name)
{
    struct unit_row_list rows;
    struct q_unit_page all = {.parent = id, .after = "", .limit = ALL};
    TRY(q_unit_page(c->tx, &all, &rows));
    for (size_t i = 0; i < unit->units.n; i++) {
        const struct own_organization_unit *below = &unit->units.v[i];
        const struct unit_row *row = find_named(&rows, below->name);
        const char *path = arena_printf(c->arena, "%s/%s", name, below->name);
        if (row)
            TRY(compare_unit(c, below, row->id, path));
        else
            tell(c, "the unit %s is not there", path);
    }
    for (size_t i = 0; i < rows.n; i++) {
        size_t k = 0;
        while (k < unit->units.n && strcmp(unit->units.v[k].name, rows.v[i].name) != 0)
            k++;
        if (k == unit->units.n)
            tell(c, "the unit %s/%s is not in the document", name, rows.v[i].name);
    }
    return OK;
}

static int compare_unit(struct comparison *c, const struct own_organization_unit *unit,
                        const char *id, const char *name)
{
    TRY(compare_attached(c, id, name, &unit->policies,
                         landing_has_full_access(unit->has_full_access, unit->full_access)));
    TRY(compare_accounts(c, unit, id, name));
    return compare_below(c, unit, id, name);
}

static int compare_services(struct comparison *c)
{
    const struct landing *l = c->landing;
    const struct str_list *services = &l->document->services;
    struct trusted_row_list rows;
    TRY(q_document_services(c->tx, &(struct q_document_services){l->call->membership->organization},
                            &rows));
    struct str_list trusted = {rows.n, NEW_ARRAY(c->arena, const char *, rows.n)};
    for (size_t i = 0; i < rows.n; i++) {
        trusted.v[i] = rows.v[i].service;
        if (!has(services, rows.v[i].service))
            tell(c, "the trusted service %s is not in the document", rows.v[i].service);
    }
    for (size_t i = 0; i < services->n; i++) {
        if (!has(&trusted, services->v[i]))
            tell(c, "the service %s is not trusted", services->v[i]);
    }
    return OK;
}

static bool is_delegate(const struct own_organization_delegate *a, const struct delegated_row *b)
{
    return strcmp(a->account, b->account) == 0 && strcmp(a->service, b->service) == 0;
}

static int compare_delegates(struct comparison *c)
{
    const struct landing *l = c->landing;
    const struct own_organization_delegate_list *delegates = &l->document->delegates;
    struct delegated_row_list rows;
    TRY(q_document_delegates(
        c->tx, &(struct q_document_delegates){l->call->membership->organization}, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        size_t k = 0;
        while (k < delegates->n && !is_delegate(&delegates->v[k], &rows.v[i]))
            k++;
        if (k == delegates->n)
            tell(c, "the delegated administrator %s for %s is not in the document",
                 rows.v[i].account, rows.v[i].service);
    }
    for (size_t i = 0; i < delegates->n; i++) {
        size_t k = 0;
        while (k < rows.n && !is_delegate(&delegates->v[i], &rows.v[k]))
            k++;
        if (k == rows.n)
            tell(c, "%s is no delegated administrator for %s", delegates->v[i].account,
                 delegates->v[i].service);
    }
    return OK;
}

int landing_compare(struct landing *l, struct str_list *ret)
{
    static const struct own_organization_unit nothing;
    const struct own_organization_unit *root = l->document->root;
    struct comparison c = {.landing = l, .arena = l->call->arena, .tx = l->call->tx};
    TRY(compare_features(&c));
    TRY(compare_policies(&c));
    TRY(compare_services(&c));
    TRY(compare_delegates(&c));
    TRY(compare_unit(&c, root ? root : &nothing, l->call->membership->root, "Root"));
    *ret = c.told;
    return OK;
}
