/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash map from text to pointer, on the heap. Keys are not copied: they must live as long as
 * their entry. Not thread-safe.
 */
#pragma once

#include "base/str.h"

struct map_entry {
    struct str key; /* p == NULL: free */
    void *value;
};

struct map {
    struct map_entry *entries; /* open addressing; size is a power of two */
    size_t size, n;
    uint64_t secret; /* of the hash, so that nobody knows which keys collide */
};

void map_done(struct map *m); /* frees the table, not what the entries point at */
void *map_get(const struct map *m, struct str key);
/* Returns the value that was there before, whose entry (key included) is replaced, or NULL. */
void *map_put(struct map *m, struct str key, void *value);
void *map_remove(struct map *m, struct str key); /* the value removed, or NULL */

/* Iterates in no particular order: start with *at = 0; NULL at the end. */
const struct map_entry *map_next(const struct map *m, size_t *at);
