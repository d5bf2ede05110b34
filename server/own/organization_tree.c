/* SPDX-License-Identifier: Apache-2.0 */
/* An organization as a tree, and what binds each account of it. */
#include "server/own/organization.h"

enum { ALL = INT32_MAX };

/* The policies of a type from the root down to where the walk is. */
struct levels {
    const char *type;
    struct own_organization_level *at;
    size_t room;
};

struct walk {
    struct call *call;
    struct own_organization_node_list nodes;
    size_t room;
    size_t depth;
    struct levels scps, rcps;
};

static struct own_organization_node *add_node(struct walk *w)
{
    struct own_organization_node_list *nodes = &w->nodes;
    if (nodes->n == w->room) {
        size_t room = w->room ? 2 * w->room : 16;
        nodes->v = arena_grow(w->call->arena, nodes->v, w->room * sizeof *nodes->v,
                              room * sizeof *nodes->v);
        w->room = room;
    }
    return &nodes->v[nodes->n++];
}

/* Those of one type. AWS's own are called as their ids are, without the letter. */
static struct str_list names_of(struct arena *a, const struct attached_row_list *rows,
                                const char *type)
{
    struct str_list names = {.v = NEW_ARRAY(a, const char *, rows->n)};
    for (size_t i = 0; i < rows->n; i++) {
        const struct attached_row *row = &rows->v[i];
        if (strcmp(row->type, type) == 0)
            names.v[names.n++] = row->name ? row->name : row->policy + strlen("p-");
    }
    return names;
}

/* How deep units may be is a quota. */
static void set_level(struct walk *w, struct levels *levels, const char *name,
                      const struct attached_row_list *rows)
{
    struct arena *a = w->call->arena;
    if (w->depth >= levels->room) {
        size_t room = 2 * w->depth + 8;
        levels->at =
            arena_grow(a, levels->at, levels->room * sizeof *levels->at, room * sizeof *levels->at);
        levels->room = room;
    }
    levels->at[w->depth] = (struct own_organization_level){name, names_of(a, rows, levels->type)};
}

/* What is attached to the target is the level that the walk has come to. */
static int add_levels(struct walk *w, const char *target, const char *name)
{
    struct attached_row_list rows;
    TRY(q_document_attached(w->call->tx, &(struct q_document_attached){target}, &rows));
    set_level(w, &w->scps, name, &rows);
    set_level(w, &w->rcps, name, &rows);
    return OK;
}

/* Those of the levels from FIRST on; none when no policies of that type are attached anywhere. */
static struct own_organization_level_list copy(struct walk *w, const struct levels *levels,
                                               size_t first)
{
    size_t n = w->depth + 1 - first;
    if (levels->at[w->depth].policies.n == 0)
        return (struct own_organization_level_list){.n = 0};
    struct own_organization_level *v = NEW_ARRAY(w->call->arena, struct own_organization_level, n);
    memcpy(v, levels->at + first, n * sizeof *v);
    return (struct own_organization_level_list){n, v};
}

static int add_account(struct walk *w, const struct organization_member_row *row)
{
    struct own_organization_node node = {
        .depth = (int64_t)w->depth, .name = row->name, .id = row->account};
    node.unbound = strcmp(row->account, row->management) == 0;
    if (!node.unbound) {
        TRY(add_levels(w, row->account, row->name));
        node.service_control_policies = copy(w, &w->scps, 0);
        node.resource_control_policies = copy(w, &w->rcps, 0);
    }
    *add_node(w) = node;
    return OK;
}

static int add_accounts(struct walk *w, const char *unit)
{
    struct organization_member_row_list rows;
    struct q_organization_member_page_of_parent all = {.parent = unit, .after = "", .limit = ALL};
    TRY(q_organization_member_page_of_parent(w->call->tx, &all, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(add_account(w, &rows.v[i]));
    return OK;
}

static int add_unit(struct walk *w, const char *id, const char *name)
{
    struct unit_row_list rows;
    struct q_unit_page all = {.parent = id, .after = "", .limit = ALL};
    TRY(add_levels(w, id, name));
    *add_node(w) =
        (struct own_organization_node){.depth = (int64_t)w->depth,
                                       .name = name,
                                       .id = id,
                                       .service_control_policies = copy(w, &w->scps, w->depth),
                                       .resource_control_policies = copy(w, &w->rcps, w->depth)};
    TRY(q_unit_page(w->call->tx, &all, &rows));
    w->depth++;
    TRY(add_accounts(w, id));
    for (size_t i = 0; i < rows.n; i++)
        TRY(add_unit(w, rows.v[i].id, rows.v[i].name));
    w->depth--;
    return OK;
}

int landing_tree(struct call *c, struct own_organization_node_list *ret)
{
    struct walk w = {
        .call = c, .scps.type = "SERVICE_CONTROL_POLICY", .rcps.type = "RESOURCE_CONTROL_POLICY"};
    TRY(add_unit(&w, c->membership->root, "Root"));
    *ret = w.nodes;
    return OK;
}
