/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/last_used.h"
#include "authz/authz.h"
#include "call/page.h"
#include "iam_api.h"
#include "model/ids.h"
#include "queries.h"
#include "svc/find.h"

static int no_such_key(struct call *c, const char *id)
{
    return call_fail(c, ERR_NO_SUCH_ENTITY, "The Access Key with id %s cannot be found.", id);
}

int iam_create_access_key(struct call *c, const struct iam_create_access_key_in *in,
                          struct iam_create_access_key_out *out)
{
    struct holder holder;
    TRY(find_holder(c, in->user_name, &holder));
    TRY(entity_check_room(c, RESOURCE_ACCESS_KEY, holder.id));
    char *id = arena_alloc(c->arena, ACCESS_KEY_SIZE), *secret = arena_alloc(c->arena, SECRET_SIZE);
    access_key_new(&c->sandbox->rand, "AKIA", c->account, id);
    secret_new(&c->sandbox->rand, secret);
    TRY(q_key_insert(c->tx, &(struct q_key_insert){.id = id,
                                                   .account = c->account,
                                                   .owner = holder.id,
                                                   .secret = secret,
                                                   .created = c->now}));
    if (c->tx->changes == 0) /* the id is taken: somebody else's key must not be handed out */
        return ERR_SERVICE_FAILURE;
    struct iam_access_key *key = NEW(c->arena, struct iam_access_key);
    key->user_name = holder.user_name;
    key->access_key_id = id;
    key->status = "Active";
    key->secret_access_key = secret;
    key->create_date = c->now;
    key->has_create_date = true;
    out->access_key = key;
    return OK;
}

int iam_list_access_keys(struct call *c, const struct iam_list_access_keys_in *in,
                         struct iam_list_access_keys_out *out)
{
    struct holder holder;
    struct page_made after;
    struct key_row_list rows;
    TRY(find_holder(c, in->user_name, &holder));
    TRY(page_after_made(c, in->marker, &after));
    TRY(q_key_page(c->tx, &(struct q_key_page){holder.id, after.at, after.id, in->max_items + 1},
                   &rows));
    struct iam_access_key_metadata *keys =
        NEW_ARRAY(c->arena, struct iam_access_key_metadata, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        keys[i] = (struct iam_access_key_metadata){
            .user_name = holder.user_name,
            .access_key_id = rows.v[i].id,
            .status = rows.v[i].status,
            .create_date = rows.v[i].created,
            .has_create_date = true,
        };
    }
    out->access_key_metadata.n = rows.n;
    out->access_key_metadata.v = keys;
    PAGE_CUT(c, in, out, access_key_metadata,
             page_made(c, rows.v[in->max_items - 1].created, rows.v[in->max_items - 1].id));
    return OK;
}

int iam_update_access_key(struct call *c, const struct iam_update_access_key_in *in)
{
    struct holder holder;
    TRY(find_holder(c, in->user_name, &holder));
    TRY(q_key_set_status(c->tx, &(struct q_key_set_status){.id = in->access_key_id,
                                                           .owner = holder.id,
                                                           .status = in->status,
                                                           .now = c->now}));
    return c->tx->changes == 0 ? no_such_key(c, in->access_key_id) : OK;
}

int iam_delete_access_key(struct call *c, const struct iam_delete_access_key_in *in)
{
    struct holder holder;
    TRY(find_holder(c, in->user_name, &holder));
    TRY(q_key_delete(c->tx, &(struct q_key_delete){.id = in->access_key_id, .owner = holder.id}));
    return c->tx->changes == 0 ? no_such_key(c, in->access_key_id) : OK;
}

/* The use noted in memory is newer than the stored one. A key never used has no date. */
static struct iam_access_key_last_used *last_used(struct call *c, const struct key_row *key)
{
    struct iam_access_key_last_used *used = NEW(c->arena, struct iam_access_key_last_used);
    struct key_usage usage = {key->last_used, key->last_service, key->last_region};
    bool known = last_used_get(c->sandbox->last_used, c->arena, str_of(key->id), &usage) ||
                 key->has_last_used;
    used->last_used_date = usage.at;
    used->has_last_used_date = known;
    used->service_name = known ? usage.service : "N/A";
    used->region = known ? usage.region : "N/A";
    return used;
}

int iam_get_access_key_last_used(struct call *c, const struct iam_get_access_key_last_used_in *in,
                                 struct iam_get_access_key_last_used_out *out)
{
    struct key_row *key;
    int code = entity_access_key(c, in->access_key_id, &key);
    if (code == ERR_NOT_FOUND)
        return no_such_key(c, in->access_key_id);
    TRY(code);
    bool of_root = strcmp(key->owner, c->account) == 0;
    if (of_root && c->principal->kind != PRINCIPAL_ROOT) /* AWS undocumented */
        return no_such_key(c, in->access_key_id);
    if (!of_root) {
        struct iam_user *user;
        TRY(entity_user_by_id(c, key->owner, &user));
        out->user_name = user->user_name;
    }
    out->access_key_last_used = last_used(c, key);
    return OK;
}
