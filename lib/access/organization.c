/* SPDX-License-Identifier: Apache-2.0 */
#include "access/organization.h"

#include <inttypes.h>

#include "access/levels.h"
#include "base/mem.h"
#include "queries.h"

enum { MEMBERSHIP_BYTES = 512 }; /* of texts, mostly */

static void destroy(struct cached *entry)
{
    struct membership *membership = (struct membership *)entry;
    for (size_t i = 0; i < entry->n_parts; i++)
        cached_release(entry->parts[i]);
    arena_done(&membership->arena);
    mem_free(membership);
}

void membership_release(struct membership *membership)
{
    if (membership)
        cached_release(&membership->base);
}

static int read_services(struct tx *tx, struct membership *membership)
{
    struct delegated_service_row_list rows;
    TRY(q_delegate_services(tx, &(struct q_delegate_services){membership->account}, &rows));
    const char **services = NEW_ARRAY(&membership->arena, const char *, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        services[i] = rows.v[i].service;
    membership->services = (struct str_list){rows.n, services};
    return OK;
}

/* All texts are those of the rows, which go into the memory of the membership. */
static int fill(struct tx *tx, struct membership *membership)
{
    struct membership_row row;
    int code =
        q_membership_get(tx, &(struct q_membership_get){.account = membership->account}, &row);
    if (code < 0)
        return code == ERR_NOT_FOUND ? OK : code;
    membership->organization = row.organization;
    membership->management = row.management;
    membership->root = row.root;
    membership->parent = row.parent;
    membership->path = row.path;
    membership->is_management = strcmp(row.management, membership->account) == 0;
    membership->all_features = row.all_features;
    membership->root_credentials = row.root_credentials;
    membership->root_sessions = row.root_sessions;
    membership->place = (struct authz_place){row.organization, row.management, row.path};
    return read_services(tx, membership);
}

static struct membership *new_membership(const char *account)
{
    struct membership *membership = mem_alloc(sizeof *membership);
    arena_init_small(&membership->arena, MEMBERSHIP_BYTES);
    membership->base.destroy = destroy;
    atomic_store(&membership->base.refs, 1);
    membership->account = arena_strdup(&membership->arena, account);
    return membership;
}

int membership_read(struct tx *tx, const char *account, struct membership **ret)
{
    struct membership *membership = new_membership(account);
    struct arena *usual = tx->arena;
    tx->arena = &membership->arena;
    int code = fill(tx, membership);
    tx->arena = usual;
    if (code < 0)
        membership_release(membership);
    else
        *ret = membership;
    return code;
}

static int read_committed(struct sandbox *sandbox, struct arena *a, const char *account,
                          struct membership **ret)
{
    struct tx tx;
    TRY(store_begin(sandbox->store, false, a, &tx));
    struct membership *membership = NULL;
    int code = membership_read(&tx, account, &membership);
    if (code == OK)
        code = levels_read(sandbox, &tx, membership);
    int end = store_end(&tx, true);
    code = code < 0 ? code : end;
    if (code < 0)
        membership_release(membership);
    else
        *ret = membership;
    return code;
}

/* What was built before the last change has another key, and is forgotten in its time. */
int membership_acquire(struct sandbox *sandbox, struct arena *a, const char *account,
                       struct membership **ret)
{
    struct str key = str_of(
        arena_printf(a, "%s %" PRIu64, account, atomic_load(&sandbox->organization_changes)));
    *ret = (struct membership *)cache_acquire(sandbox->memberships, key);
    if (*ret)
        return OK;
    uint64_t ticket = cache_ticket(sandbox->memberships);
    struct membership *membership;
    TRY(read_committed(sandbox, a, account, &membership));
    membership->base.key = str_of(str_dup(&membership->arena, key));
    membership->base.size = sizeof *membership + membership->arena.total;
    *ret = (struct membership *)cache_insert(sandbox->memberships, &membership->base, ticket);
    return OK;
}

int membership_of(struct call *c, const char *account, const struct membership **ret)
{
    struct membership *membership;
    if (c->tx && c->tx->write)
        TRY(membership_read(c->tx, account, &membership));
    else
        TRY(membership_acquire(c->sandbox, c->arena, account, &membership));
    cached_keep(&membership->base, c->arena);
    *ret = membership;
    return OK;
}

bool membership_delegates(const struct membership *membership, const char *service)
{
    for (size_t i = 0; i < membership->services.n; i++) {
        if (strcmp(membership->services.v[i], service) == 0)
            return true;
    }
    return false;
}

void membership_publish(struct sandbox *sandbox, const char *id)
{
    if (str_starts(str_of(id), STR("o-")))
        atomic_fetch_add(&sandbox->organization_changes, 1);
}
