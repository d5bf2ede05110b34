/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded cache of immutable, reference-counted entries that are built from stored objects.
 * The least recently used entry goes first. An entry names the objects it was built from; when
 * one of them changes, exactly the entries built from it are dropped, at a cost that does not
 * depend on how many entries or objects there are. Thread-safe.
 */
#pragma once

#include <stdatomic.h>

#include "base/arena.h"
#include "base/map.h"

/* Put it first in the struct to be cached. Set key, size, deps and destroy before cache_insert. */
struct cached {
    struct str key;
    size_t size;             /* bytes that it takes up, its parts aside */
    const char *const *deps; /* ids of the objects behind the entry */
    size_t n_deps;
    void (*destroy)(struct cached *entry); /* runs when the last reference is gone */

    /* Optional, for those who count what they keep alive, as the cache does: */
    struct cached *const *parts; /* entries that it holds a reference to itself */
    size_t n_parts;
    size_t counted;           /* how often it was counted, under the lock of who counts */
    _Atomic unsigned holders; /* entries of a cache that it is a part of, always of the same one */

    _Atomic int refs;             /* owned by the cache from here on */
    struct cached *newer, *older; /* order of use */
    struct cache_dep *dep_nodes;  /* one per dep */
};

struct cache;

/* CAPACITY: in bytes of entries and of their parts, each of which counts once. */
struct cache *cache_new(size_t capacity);
void cache_free(struct cache *cache); /* accepts NULL; no entry may be in use */

/* A reference to the entry, to be given back with cached_release; NULL when it is not there. */
struct cached *cache_acquire(struct cache *cache, struct str key);
void cached_hold(struct cached *entry);                  /* one more reference; accepts NULL */
void cached_release(struct cached *entry);               /* accepts NULL */
void cached_keep(struct cached *entry, struct arena *a); /* until the end of what is in A */

/*
 * Filling the cache: take a ticket, read the objects, insert. When one of the objects changed in
 * between, the entry is not kept, since it may show the state from before the change; the
 * caller's reference is good either way. Returns the entry to use, which is another thread's if
 * that came first (ENTRY is then destroyed).
 */
uint64_t cache_ticket(struct cache *cache);
struct cached *cache_insert(struct cache *cache, struct cached *entry, uint64_t ticket);

void cache_invalidate(struct cache *cache, const char *id); /* after the change is committed */
void cache_clear(struct cache *cache);
