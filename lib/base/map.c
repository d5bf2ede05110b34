/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include <unistd.h>

#include "base/mem.h"

/* Both halves of the product: every bit of either factor counts. */
static uint64_t mix(uint64_t a, uint64_t b)
{
    __extension__ const unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static size_t home_of(const struct map *m, struct str key)
{
    uint64_t hash = m->secret ^ key.n, word = 0;
    for (; key.n > sizeof word; key = (struct str){key.p + sizeof word, key.n - sizeof word}) {
        memcpy(&word, key.p, sizeof word);
        hash = mix(hash ^ word, m->secret | 1) + word;
    }
    word = 0;
    if (key.n)
        memcpy(&word, key.p, key.n);
    return mix(hash ^ word, m->secret | 1) & (m->size - 1);
}

/* The entry of KEY, or the free entry where it belongs. */
static struct map_entry *find(const struct map *m, struct str key)
{
    size_t at = home_of(m, key);
    while (m->entries[at].key.p && !str_eq(m->entries[at].key, key))
        at = (at + 1) & (m->size - 1);
    return &m->entries[at];
}

static void grow(struct map *m)
{
    struct map old = *m;
    if (!old.size)
        ENSURE(getentropy(&m->secret, sizeof m->secret) == 0);
    m->size = old.size ? old.size * 2 : 16;
    m->entries = mem_alloc(m->size * sizeof *m->entries);
    for (size_t i = 0; i < old.size; i++) {
        if (old.entries[i].key.p)
            *find(m, old.entries[i].key) = old.entries[i];
    }
    mem_free(old.entries);
}

void map_done(struct map *m)
{
    mem_free(m->entries);
    *m = (struct map){.entries = NULL};
}

void *map_get(const struct map *m, struct str key)
{
    return m->n ? find(m, key)->value : NULL;
}

void *map_put(struct map *m, struct str key, void *value)
{
    if ((m->n + 1) * 4 > m->size * 3)
        grow(m);
    struct map_entry *entry = find(m, key);
    void *before = entry->value;
    m->n += entry->key.p == NULL;
    *entry = (struct map_entry){key, value};
    return before;
}

/* Moves later members of the probe chain up, so that no tombstones are needed. */
static void close_gap(struct map *m, size_t gap)
{
    for (size_t at = (gap + 1) & (m->size - 1); m->entries[at].key.p;
         at = (at + 1) & (m->size - 1)) {
        size_t home = home_of(m, m->entries[at].key);
        if (((at - home) & (m->size - 1)) < ((at - gap) & (m->size - 1)))
            continue;
        m->entries[gap] = m->entries[at];
        gap = at;
    }
    m->entries[gap] = (struct map_entry){.value = NULL};
}

void *map_remove(struct map *m, struct str key)
{
    if (m->n == 0)
        return NULL;
    struct map_entry *entry = find(m, key);
    if (!entry->key.p)
        return NULL;
    void *value = entry->value;
    m->n--;
    close_gap(m, (size_t)(entry - m->entries));
    return value;
}

const struct map_entry *map_next(const struct map *m, size_t *at)
{
    while (*at < m->size) {
        const struct map_entry *entry = &m->entries[(*at)++];
        if (entry->key.p)
            return entry;
    }
    return NULL;
}
