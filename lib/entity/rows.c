/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows from the store, or from memory. An entry is never filled from what is not committed: a
 * transaction that writes neither fills nor reads the cache, and another one fills it only with
 * what it begins with, so that the ticket is older than what it sees.
 */
#include "base/cache.h"
#include "base/mem.h"
#include "entity/entity_priv.h"
#include "entity/tags.h"
#include "err.h"
#include "iam_api.h"

enum { ENTRY_BYTES = 512 }; /* most entries are not larger */

struct entry {
    struct cached base;
    struct arena arena;
    void *row;
    struct iam_tag_list tags;
    const char *id;
};

static int read_row(struct tx *tx, const struct entity_wanted *w, void *row)
{
    const struct entity_kind *kind = &entity_kinds[w->kind];
    return w->by_id ? kind->get_by_id(tx, w->key, row) : kind->get(tx, w->account, w->key, row);
}

static int read_once(struct call *c, const struct entity_wanted *w, struct call_entity *ret)
{
    void *row = arena_zalloc(c->arena, entity_kinds[w->kind].size);
    TRY(read_row(c->tx, w, row));
    *ret = (struct call_entity){.row = row};
    return OK;
}

static void destroy(struct cached *cached)
{
    struct entry *entry = (struct entry *)cached;
    arena_done(&entry->arena);
    mem_free(entry);
}

static struct entry *new_entry(void)
{
    struct entry *entry = mem_alloc(sizeof *entry);
    arena_init_small(&entry->arena, ENTRY_BYTES);
    entry->base.destroy = destroy;
    entry->base.deps = &entry->id;
    entry->base.n_deps = 1;
    atomic_store(&entry->base.refs, 1);
    return entry;
}

/* The row, its tags and all texts go into the memory of the entry. */
static int fill(struct tx *tx, const struct entity_wanted *w, struct entry *entry)
{
    struct arena *usual = tx->arena;
    tx->arena = &entry->arena;
    entry->row = arena_zalloc(&entry->arena, entity_kinds[w->kind].size);
    int code = read_row(tx, w, entry->row);
    if (code == OK) {
        entry->id = entity_id_of(w->kind, entry->row);
        code = tags_read(tx, entry->id, &entry->tags);
    }
    tx->arena = usual;
    return code;
}

static int add(struct call *c, const struct entity_wanted *w, struct str key, struct entry **ret)
{
    struct cache *cache = c->sandbox->entities;
    bool begins = !store_has_begun(c->tx);
    uint64_t ticket = cache_ticket(cache);
    struct entry *entry = new_entry();
    int code = fill(c->tx, w, entry);
    if (code < 0) {
        destroy(&entry->base);
        return code;
    }
    entry->base.key = str_of(str_dup(&entry->arena, key));
    entry->base.size = sizeof *entry + entry->arena.total;
    *ret = begins ? (struct entry *)cache_insert(cache, &entry->base, ticket) : entry;
    return OK;
}

static struct str key_of(struct arena *a, const struct entity_wanted *w)
{
    struct buf key = buf_new(a, 128);
    buf_add_char(&key, (char)('A' + (int)w->kind));
    buf_add_text(&key, w->by_id ? "" : w->account);
    buf_add_char(&key, ' ');
    buf_add_text(&key, w->key);
    return buf_str(&key);
}

int entity_read(struct call *c, const struct entity_wanted *w, struct call_entity *ret)
{
    if (!entity_kinds[w->kind].cached || c->tx->write)
        return read_once(c, w, ret);
    struct str key = key_of(c->arena, w);
    struct entry *entry = (struct entry *)cache_acquire(c->sandbox->entities, key);
    if (!entry)
        TRY(add(c, w, key, &entry));
    cached_keep(&entry->base, c->arena);
    size_t size = entity_kinds[w->kind].size;
    ret->row = memcpy(arena_alloc(c->arena, size), entry->row, size);
    ret->tags = &entry->tags;
    return OK;
}
