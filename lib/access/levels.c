/* SPDX-License-Identifier: Apache-2.0 */
#include "access/levels.h"

#include "access/document.h"
#include "model/organization_policy.h"
#include "queries.h"

/* A type of policies. */
struct kind {
    const char *type; /* in the API */
    enum policy_kind kind;
    enum authz_layer layer;
};

static const struct kind scps = {"SERVICE_CONTROL_POLICY", POLICY_SCP, AUTHZ_LAYER_SCP},
                         rcps = {"RESOURCE_CONTROL_POLICY", POLICY_RCP, AUTHZ_LAYER_RCP};

struct reader {
    struct sandbox *sandbox;
    struct tx *tx;
    struct membership *membership;
    const struct str_list *targets; /* from the root of the organization down to the account */
    struct cached **parts;          /* of the membership, with room for more */
    size_t cap_parts;
};

/* The root and the units that a path leads through, behind the organization, and the account. */
static struct str_list targets_of(struct arena *a, const struct membership *m)
{
    struct str path = str_of(m->path);
    size_t most = 1;
    for (size_t i = 0; i < path.n; i++)
        most += path.p[i] == '/';
    struct str_list list = {.v = NEW_ARRAY(a, const char *, most)};
    str_cut(&path, '/');
    while (path.n)
        list.v[list.n++] = str_dup(a, str_cut(&path, '/'));
    list.v[list.n++] = m->account;
    return list;
}

/* Documents of a type are compiled in its own way: no other kind of document begins like the key.
 */
static int find_document(const struct reader *r, const struct kind *kind, const char *content,
                         struct document **ret)
{
    struct str key = str_of(arena_printf(r->tx->arena, "%s\n%s", kind->type, content));
    *ret = document_find(r->sandbox, key);
    return *ret ? OK : document_add(r->sandbox, key, kind->kind, str_of(content), ret);
}

/* The membership takes the reference to the document. */
static void hold(struct reader *r, struct document *document)
{
    struct cached *const **parts = &r->membership->base.parts;
    size_t n = r->membership->base.n_parts++, size = sizeof(struct cached *);
    if (n >= r->cap_parts) {
        size_t cap = n ? n * 2 : 8;
        r->parts = arena_grow(&r->membership->arena, r->parts, n * size, cap * size);
        r->cap_parts = cap;
        *parts = r->parts;
    }
    r->parts[n] = &document->base;
}

/* Where policies of a level are attached, in words. */
static const char *owner_of(const struct reader *r, size_t level, const struct level_row *row)
{
    const char *target = r->targets->v[level];
    if (level + 1 == r->targets->n)
        return arena_printf(&r->membership->arena, "account %s", target);
    return level == 0 ? arena_printf(&r->membership->arena, "root %s", target)
                      : arena_printf(&r->membership->arena, "organizational unit %s", row->unit);
}

/* AWS's own policies are in no table. */
static int add(struct reader *r, const struct kind *kind, size_t level, const struct level_row *row,
               struct authz_policy *ret)
{
    struct membership *m = r->membership;
    const struct organization_managed_policy *managed = organization_managed_policy(row->policy);
    struct document *document;
    TRY(find_document(r, kind, managed ? managed->content : row->content, &document));
    hold(r, document);
    *ret = (struct authz_policy){
        .policy = document->policy,
        .layer = kind->layer,
        .level = level,
        .name = managed ? managed->name : arena_strdup(&m->arena, row->name),
        .arn = organization_policy_arn(&m->arena, m->management, m->organization, kind->type,
                                       row->policy),
        .owner = owner_of(r, level, row),
    };
    return OK;
}

static int read_type(struct reader *r, const struct kind *kind, struct authz_levels *ret)
{
    struct arena *a = &r->membership->arena;
    size_t n = r->targets->n;
    struct level_row_list *rows = NEW_ARRAY(r->tx->arena, struct level_row_list, n);
    for (size_t i = 0; i < n; i++) {
        struct q_organization_level of = {r->targets->v[i], kind->type};
        TRY(q_organization_level(r->tx, &of, &rows[i]));
        ret->n_policies += rows[i].n;
    }
    struct authz_policy *at = NEW_ARRAY(a, struct authz_policy, ret->n_policies);
    ret->policies = at;
    ret->n = n;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < rows[i].n; k++)
            TRY(add(r, kind, i, &rows[i].v[k], at++));
    }
    return OK;
}

static bool is_enabled(const struct organization_policy_kind_row_list *kinds, const char *type)
{
    for (size_t i = 0; i < kinds->n; i++) {
        if (strcmp(kinds->v[i].type, type) == 0)
            return true;
    }
    return false;
}

int levels_read(struct sandbox *sandbox, struct tx *tx, struct membership *m)
{
    struct organization_policy_kind_row_list kinds;
    if (!m->organization || m->is_management || !m->all_features)
        return OK;
    struct str_list targets = targets_of(tx->arena, m);
    struct reader r = {.sandbox = sandbox, .tx = tx, .membership = m, .targets = &targets};
    TRY(q_organization_policy_kinds(tx, &(struct q_organization_policy_kinds){m->organization},
                                    &kinds));
    if (is_enabled(&kinds, scps.type))
        TRY(read_type(&r, &scps, &m->scps));
    return is_enabled(&kinds, rcps.type) ? read_type(&r, &rcps, &m->rcps) : OK;
}
