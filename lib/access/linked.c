/* SPDX-License-Identifier: Apache-2.0 */
#include "access/linked.h"

#include "access/policy_use.h"
#include "entity/entity.h"
#include "err.h"
#include "iam_api.h"
#include "model/ids.h"
#include "model/managed.h"
#include "queries.h"

int linked_attach(struct tx *tx, const char *account, const char *role_id,
                  const struct linked_role *role)
{
    struct managed_policy managed;
    if (!managed_find(str_of(role->policy), &managed))
        return ERR_NOT_FOUND;
    TRY(q_attachment_insert(tx, &(struct q_attachment_insert){.owner = role_id,
                                                              .policy = role->policy,
                                                              .account = account,
                                                              .name = managed.name,
                                                              .path = managed.path}));
    return policy_use_count(tx, account, role->policy, 1, 0);
}

static const char *id_of(struct arena *a, const struct linked_role *role, const char *account)
{
    struct rand source;
    char *id = arena_alloc(a, ID_SIZE);
    rand_init_seeded(&source, str_hash(str_of(role->name)));
    id_new(&source, "AROA", account, id);
    rand_done(&source);
    return id;
}

static int give(struct tx *tx, const struct linked_role *role, const char *account, int64_t created)
{
    struct arena *a = tx->arena;
    const char *id = id_of(a, role, account), *path = linked_role_path(a, str_of(role->service));
    TRY(q_role_insert(tx, &(struct q_role_insert){.account = account,
                                                  .name = role->name,
                                                  .name_key = str_fold(a, str_of(role->name)),
                                                  .path = path,
                                                  .id = id,
                                                  .arn = iam_role_arn(a, account, path, role->name),
                                                  .trust = linked_role_trust(a, role, false),
                                                  .description = role->description,
                                                  .max_session = LINKED_ROLE_SESSION,
                                                  .created = created}));
    TRY(entity_count(tx, account, entity_kinds[RESOURCE_ROLE].counter, 1, INT64_MAX));
    return linked_attach(tx, account, id, role);
}

int linked_give(struct tx *tx, const char *account, int64_t created)
{
    for (size_t i = 0; i < linked_roles_n; i++) {
        if (linked_roles[i].everywhere)
            TRY(give(tx, &linked_roles[i], account, created));
    }
    return OK;
}

static const struct linked_role *role_of(const char *service)
{
    const struct linked_role *role = linked_role_find(str_of(service));
    ENSURE(role);
    return role;
}

const char *linked_role_key(struct arena *a, const char *service)
{
    return str_fold(a, str_of(role_of(service)->name));
}

int linked_give_service(struct tx *tx, const char *account, const char *service, int64_t created)
{
    struct iam_role had;
    const struct q_role_get wanted = {account, linked_role_key(tx->arena, service)};
    int code = q_role_get(tx, &wanted, &had);
    return code == ERR_NOT_FOUND ? give(tx, role_of(service), account, created) : code;
}

static int give_where_missing(struct tx *tx, const struct linked_role *role)
{
    struct account_row_list accounts;
    const char *key = str_fold(tx->arena, str_of(role->name));
    TRY(q_account_without_role(tx, &(struct q_account_without_role){key}, &accounts));
    for (size_t i = 0; i < accounts.n; i++)
        TRY(give(tx, role, accounts.v[i].id, accounts.v[i].created));
    return OK;
}

int linked_give_all(struct store *store, struct arena *a)
{
    struct tx tx;
    int code = OK;
    TRY(store_begin(store, true, a, &tx));
    for (size_t i = 0; i < linked_roles_n && code == OK; i++) {
        if (linked_roles[i].everywhere)
            code = give_where_missing(&tx, &linked_roles[i]);
    }
    int end = store_end(&tx, code == OK);
    return code < 0 ? code : end;
}
