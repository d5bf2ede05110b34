/* SPDX-License-Identifier: Apache-2.0 */
#include "entity/entity_priv.h"

#include "entity/tags.h"
#include "queries.h"

/*
 * Of N things, M of them below the path, one that looks by name meets page * N / M on average, one
 * that looks by path M: with a million of them and pages of 100 both are the same near 10,000.
 */
enum { FEW = 4000 };

/* What the row is named by. */
static const char *name_of(const struct entity_kind *kind, const void *row)
{
    switch (kind->naming) {
    case ENTITY_BY_NAME:
        return entity_text(row, kind->name_at);
    case ENTITY_BY_ID:
        return entity_text(row, kind->id_at);
    default:
        return entity_text(row, kind->arn_at);
    }
}

static bool is_named(const struct entity_kind *kind, const void *row, const char *name)
{
    const char *has = name_of(kind, row);
    return kind->naming == ENTITY_BY_NAME ? str_eq_fold(str_of(has), str_of(name))
                                          : strcmp(has, name) == 0;
}

int entity_lookup(struct call *c, enum api_resource kind, const char *account, const char *key,
                  struct call_entity *ret)
{
    return entity_read(c, &(struct entity_wanted){kind, false, account, key}, ret);
}

/* AWS undocumented: that serial numbers, which are ARNs, have to be in the letter case of the
   device although names that differ only in that are taken. */
static int look_up(struct call *c, enum api_resource number, const char *name,
                   struct call_entity *ret)
{
    const struct entity_kind *kind = &entity_kinds[number];
    bool folded = kind->naming == ENTITY_BY_NAME || kind->naming == ENTITY_BY_SERIAL;
    const char *key = folded ? call_fold(c, name) : name;
    TRY(kind->read ? kind->read(c, name, ret) : entity_lookup(c, number, c->account, key, ret));
    return kind->naming != ENTITY_BY_SERIAL || is_named(kind, ret->row, name) ? OK : ERR_NOT_FOUND;
}

int entity_get(struct call *c, enum api_resource kind, const char *name, void **ret)
{
    struct call_entity *found = &c->found[kind];
    if (!found->row || !is_named(&entity_kinds[kind], found->row, name)) {
        struct call_entity looked_up;
        TRY(look_up(c, kind, name, &looked_up));
        *found = looked_up;
    }
    *ret = found->row;
    return OK;
}

/* Whether it is the one of its kind that was found last. */
static bool is_found(const struct call *c, enum api_resource kind, const char *id)
{
    const void *row = c->found[kind].row;
    return row && strcmp(entity_id_of(kind, row), id) == 0;
}

int entity_get_by_id(struct call *c, enum api_resource kind, const char *id, void **ret)
{
    struct call_entity *found = &c->found[kind];
    if (!is_found(c, kind, id)) {
        struct call_entity looked_up;
        TRY(entity_read(c, &(struct entity_wanted){kind, true, NULL, id}, &looked_up));
        *found = looked_up;
    }
    *ret = found->row;
    return OK;
}

const char *entity_key(enum api_resource kind, const void *row)
{
    return entity_text(row, entity_kinds[kind].key_at);
}

int entity_tags(struct call *c, enum api_resource kind, const char *owner, struct iam_tag_list *ret)
{
    const struct iam_tag_list *known = c->found[kind].tags;
    if (!known || !is_found(c, kind, owner))
        return tags_read(c->tx, owner, ret);
    *ret = *known;
    return OK;
}

/* SENTENCE of the model, which has one %s. */
static const char *told(struct call *c, const char *sentence, const char *name)
{
    const char *hole = strstr(sentence, "%s");
    if (!hole)
        return sentence;
    return arena_printf(c->arena, "%.*s%s%s", (int)(hole - sentence), sentence, name, hole + 2);
}

int entity_missing(struct call *c, enum api_resource kind, const char *name)
{
    c->message = told(c, entity_kinds[kind].missing, name);
    return ERR_NO_SUCH_ENTITY;
}

int entity_find(struct call *c, enum api_resource kind, const char *name, void **ret)
{
    int code = entity_get(c, kind, name, ret);
    return code == ERR_NOT_FOUND ? entity_missing(c, kind, name) : code;
}

void entity_face_of(const struct call *c, enum api_resource number, struct entity_face *ret)
{
    const struct entity_kind *kind = &entity_kinds[number];
    const void *row = c->found[number].row;
    const char *boundary = entity_text(row, kind->boundary_at);
    ret->name = kind->name_at ? entity_text(row, kind->name_at) : ret->name;
    ret->path = kind->path_at ? entity_text(row, kind->path_at) : ret->path;
    ret->arn = entity_text(row, kind->arn_at);
    ret->id = entity_text(row, kind->id_at);
    ret->told = boundary
                    ? ((const struct iam_attached_permissions_boundary *)(const void *)boundary)
                          ->permissions_boundary_arn
                    : NULL;
}

int entity_face(struct call *c, enum api_resource number, const char *name, struct entity_face *ret)
{
    const struct entity_kind *kind = &entity_kinds[number];
    void *row;
    if (kind->find_face)
        return kind->find_face(c, name, ret);
    if (kind->naming != ENTITY_BY_NAME)
        ret->arn = name;
    TRY(entity_get(c, number, name, &row));
    entity_face_of(c, number, ret);
    return OK;
}

void entity_new_face(struct call *c, enum api_resource kind, const char *name, const char *path,
                     struct entity_face *ret)
{
    *ret = (struct entity_face){.name = name ? name : "", .path = path ? path : "/"};
    if (entity_kinds[kind].new_face)
        entity_kinds[kind].new_face(c, ret->name, path, ret);
}

bool entity_has_arn(enum api_resource kind)
{
    return entity_kinds[kind].arn != NULL;
}

char *entity_arn(struct call *c, enum api_resource kind, const struct entity_face *face)
{
    return entity_kinds[kind].arn(c->arena, c->account, face->path, face->name);
}

int entity_taken(struct call *c, enum api_resource kind, const char *name)
{
    c->message = told(c, entity_kinds[kind].taken, name);
    return ERR_ENTITY_ALREADY_EXISTS;
}

int entity_count(struct tx *tx, const char *account, const char *counter, int64_t more,
                 int64_t most)
{
    if (more > most)
        return ERR_LIMIT_EXCEEDED;
    TRY(q_count_add(tx, &(struct q_count_add){account, counter, more, most}));
    return tx->changes ? OK : ERR_LIMIT_EXCEEDED;
}

int entity_added(struct call *c, enum api_resource number, const char *name)
{
    const struct entity_kind *kind = &entity_kinds[number];
    int64_t quota = call_quota(c, kind->quota);
    if (c->tx->changes == 0)
        return entity_taken(c, number, name);
    int code = entity_count(c->tx, c->account, kind->counter, 1, quota);
    return code == ERR_LIMIT_EXCEEDED ? call_over_quota(c, kind->quota_called, quota) : code;
}

int entity_check_room(struct call *c, enum api_resource kind, const char *owner)
{
    int64_t n;
    TRY(entity_kinds[kind].owned(c->tx, owner, &n));
    return call_check_quota(c, entity_kinds[kind].each, n + 1);
}

/* What of other kinds belongs to it. */
static int find_owned(struct call *c, enum api_resource owner, const char *id, const char **ret)
{
    const enum api_resource *other = entity_kinds[owner].owns;
    for (; other && *other != RESOURCE_NONE && !*ret; other++) {
        const struct entity_kind *kind = &entity_kinds[*other];
        int64_t n;
        TRY(kind->owned(c->tx, id, &n));
        *ret = n ? kind->blocks : NULL;
    }
    return OK;
}

int entity_check_deletable(struct call *c, enum api_resource kind, const char *id)
{
    const char *conflict;
    TRY(entity_kinds[kind].conflicts(c->tx, id, &conflict));
    TRY(find_owned(c, kind, id, &conflict));
    return conflict ? call_fail(c, ERR_DELETE_CONFLICT, "%s", conflict) : OK;
}

int entity_drop(struct call *c, enum api_resource kind, const char *id)
{
    TRY(q_tag_delete_all(c->tx, &(struct q_tag_delete_all){.owner = id}));
    return entity_count(c->tx, c->account, entity_kinds[kind].counter, -1, INT64_MAX);
}

int entity_few_below(struct call *c, enum api_resource kind, const char *prefix, bool *ret)
{
    int64_t n = FEW + 1;
    const char *end = str_prefix_end(c->arena, prefix);
    if (strcmp(prefix, "/") != 0)
        TRY(entity_kinds[kind].below(c->tx, c->account, prefix, end, n, &n));
    *ret = n <= FEW;
    return OK;
}

const char *entity_new_id(struct call *c, enum api_resource kind)
{
    return call_new_id(c, entity_kinds[kind].prefix);
}
