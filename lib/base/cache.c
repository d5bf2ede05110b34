/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cache.h"

#include <pthread.h>

#include "base/mem.h"

enum {
    SHARDS = 8,
    CHANGES = 64, /* changes remembered per shard, to recognize entries built too early */
};

/* One object of one entry, in the list of all entries of the shard built from that object. */
struct cache_dep {
    struct cached *entry;
    struct str id;
    struct cache_dep *next, **link;
};

struct change {
    uint64_t number;
    uint64_t id_hash;
};

struct shard {
    pthread_mutex_t lock;
    struct map entries; /* key -> struct cached */
    struct map deps;    /* object id -> first struct cache_dep */
    struct cached *newest, *oldest;
    size_t capacity, used; /* bytes */
    uint64_t n_changes;
    struct change changes[CHANGES];
};

struct cache {
    _Atomic uint64_t tickets;
    _Atomic size_t parts; /* bytes of them, wherever the entries are */
    struct shard shards[SHARDS];
};

static struct shard *shard_of(struct cache *cache, struct str key)
{
    return &cache->shards[str_hash(key) >> 61];
}

struct cache *cache_new(size_t capacity)
{
    struct cache *cache = mem_alloc(sizeof *cache);
    for (size_t i = 0; i < SHARDS; i++) {
        pthread_mutex_init(&cache->shards[i].lock, NULL);
        cache->shards[i].capacity = capacity / SHARDS + 1;
    }
    return cache;
}

void cache_free(struct cache *cache)
{
    if (!cache)
        return;
    cache_clear(cache);
    for (size_t i = 0; i < SHARDS; i++) {
        map_done(&cache->shards[i].entries);
        map_done(&cache->shards[i].deps);
        pthread_mutex_destroy(&cache->shards[i].lock);
    }
    mem_free(cache);
}

void cached_hold(struct cached *entry)
{
    if (entry)
        atomic_fetch_add_explicit(&entry->refs, 1, memory_order_relaxed);
}

void cached_release(struct cached *entry)
{
    if (entry && atomic_fetch_sub_explicit(&entry->refs, 1, memory_order_acq_rel) == 1) {
        mem_free(entry->dep_nodes);
        entry->destroy(entry);
    }
}

static void release_kept(void *entry)
{
    cached_release(entry);
}

void cached_keep(struct cached *entry, struct arena *a)
{
    arena_keep(a, release_kept, entry);
}

static void use_unlink(struct shard *shard, struct cached *entry)
{
    *(entry->newer ? &entry->newer->older : &shard->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &shard->oldest) = entry->newer;
}

static void use_push(struct shard *shard, struct cached *entry)
{
    entry->newer = NULL;
    entry->older = shard->newest;
    *(shard->newest ? &shard->newest->newer : &shard->oldest) = entry;
    shard->newest = entry;
}

static void link_deps(struct shard *shard, struct cached *entry)
{
    entry->dep_nodes = mem_alloc((entry->n_deps + 1) * sizeof *entry->dep_nodes);
    for (size_t i = 0; i < entry->n_deps; i++) {
        struct cache_dep *dep = &entry->dep_nodes[i];
        dep->entry = entry;
        dep->id = str_of(entry->deps[i]);
        dep->next = map_put(&shard->deps, dep->id, dep);
        if (dep->next)
            dep->next->link = &dep->next;
    }
}

/* The first of a list has no link: its place is the map, whose key it owns. */
static void unlink_deps(struct shard *shard, struct cached *entry)
{
    for (size_t i = 0; i < entry->n_deps; i++) {
        struct cache_dep *dep = &entry->dep_nodes[i];
        if (dep->link)
            *dep->link = dep->next;
        else if (dep->next)
            map_put(&shard->deps, dep->next->id, dep->next);
        else
            map_remove(&shard->deps, dep->id);
        if (dep->next)
            dep->next->link = dep->link;
    }
}

static void count_parts(struct cache *cache, const struct cached *entry)
{
    for (size_t i = 0; i < entry->n_parts; i++) {
        if (atomic_fetch_add(&entry->parts[i]->holders, 1) == 0)
            atomic_fetch_add(&cache->parts, entry->parts[i]->size);
    }
}

static void discount_parts(struct cache *cache, const struct cached *entry)
{
    for (size_t i = 0; i < entry->n_parts; i++) {
        if (atomic_fetch_sub(&entry->parts[i]->holders, 1) == 1)
            atomic_fetch_sub(&cache->parts, entry->parts[i]->size);
    }
}

/* Takes the entry out; the cache's reference is the caller's to release. */
static void drop(struct cache *cache, struct shard *shard, struct cached *entry)
{
    shard->used -= entry->size;
    discount_parts(cache, entry);
    map_remove(&shard->entries, entry->key);
    use_unlink(shard, entry);
    unlink_deps(shard, entry);
}

/* A list by OLDER. */
static void release_all(struct cached *entry)
{
    while (entry) {
        struct cached *next = entry->older;
        cached_release(entry);
        entry = next;
    }
}

/* Drops what was not used for the longest time, and lists it. */
static struct cached *make_room(struct cache *cache, struct shard *shard, size_t size)
{
    struct cached *dropped = NULL;
    while (shard->oldest &&
           shard->used + size + atomic_load(&cache->parts) / SHARDS > shard->capacity) {
        struct cached *entry = shard->oldest;
        drop(cache, shard, entry);
        entry->older = dropped;
        dropped = entry;
    }
    return dropped;
}

struct cached *cache_acquire(struct cache *cache, struct str key)
{
    struct shard *shard = shard_of(cache, key);
    pthread_mutex_lock(&shard->lock);
    struct cached *entry = map_get(&shard->entries, key);
    if (entry) {
        atomic_fetch_add_explicit(&entry->refs, 1, memory_order_relaxed);
        if (shard->newest != entry) {
            use_unlink(shard, entry);
            use_push(shard, entry);
        }
    }
    pthread_mutex_unlock(&shard->lock);
    return entry;
}

uint64_t cache_ticket(struct cache *cache)
{
    return atomic_load(&cache->tickets);
}

/* Whether an object of the entry changed at or after the ticket, or may have. */
static bool is_stale(const struct shard *shard, const struct cached *entry, uint64_t ticket)
{
    uint64_t kept = shard->n_changes < CHANGES ? shard->n_changes : CHANGES;
    for (uint64_t back = 1; back <= kept; back++) {
        const struct change *change = &shard->changes[(shard->n_changes - back) % CHANGES];
        if (change->number < ticket)
            return false;
        for (size_t i = 0; i < entry->n_deps; i++) {
            if (str_hash(str_of(entry->deps[i])) == change->id_hash)
                return true;
        }
    }
    return kept == CHANGES; /* older changes are forgotten, and may have been about this */
}

struct cached *cache_insert(struct cache *cache, struct cached *entry, uint64_t ticket)
{
    struct shard *shard = shard_of(cache, entry->key);
    struct cached *out = NULL;
    atomic_store(&entry->refs, 2); /* the cache's and the caller's */
    pthread_mutex_lock(&shard->lock);
    struct cached *present = map_get(&shard->entries, entry->key);
    entry->older = NULL;
    if (is_stale(shard, entry, ticket)) {
        out = entry;
    } else if (present) {
        atomic_store(&entry->refs, 1);
        out = entry;
        entry = present;
        atomic_fetch_add_explicit(&entry->refs, 1, memory_order_relaxed);
    } else {
        count_parts(cache, entry);
        out = make_room(cache, shard, entry->size);
        shard->used += entry->size;
        map_put(&shard->entries, entry->key, entry);
        use_push(shard, entry);
        link_deps(shard, entry);
    }
    pthread_mutex_unlock(&shard->lock);
    release_all(out);
    return entry;
}

static void note_change(struct cache *cache, struct shard *shard, struct str id)
{
    shard->changes[shard->n_changes++ % CHANGES] = (struct change){
        .number = atomic_fetch_add(&cache->tickets, 1),
        .id_hash = str_hash(id),
    };
}

void cache_invalidate(struct cache *cache, const char *id)
{
    struct str key = str_of(id);
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &cache->shards[i];
        struct cached *dropped = NULL;
        pthread_mutex_lock(&shard->lock);
        note_change(cache, shard, key);
        struct cache_dep *dep;
        while ((dep = map_get(&shard->deps, key)) != NULL) {
            struct cached *entry = dep->entry;
            drop(cache, shard, entry);
            entry->older = dropped;
            dropped = entry;
        }
        pthread_mutex_unlock(&shard->lock);
        release_all(dropped);
    }
}

void cache_clear(struct cache *cache)
{
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &cache->shards[i];
        pthread_mutex_lock(&shard->lock);
        /* A full history of changes to nothing makes every entry being built look stale. */
        for (size_t k = 0; k < CHANGES; k++)
            note_change(cache, shard, STR(""));
        while (shard->oldest) {
            struct cached *entry = shard->oldest;
            drop(cache, shard, entry);
            cached_release(entry);
        }
        pthread_mutex_unlock(&shard->lock);
    }
}
