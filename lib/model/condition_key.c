/* SPDX-License-Identifier: Apache-2.0 */
#include "model/condition_key.h"

#define ROW(symbol, name, type, list) {name, CONDITION_KEY_##type, list},
static const struct condition_key keys[] = {CONDITION_KEYS(ROW)};
#undef ROW

static int compare(struct str folded, const char *name)
{
    for (size_t i = 0; i < folded.n; i++) {
        int order = folded.p[i] - ascii_lower(name[i]);
        if (order)
            return order;
    }
    return name[folded.n] ? -1 : 0;
}

const struct condition_key *condition_key_find(struct str folded)
{
    const char *slash = folded.n ? memchr(folded.p, '/', folded.n) : NULL;
    size_t family = slash ? (size_t)(slash - folded.p) + 1 : 0;
    if (family == folded.n)
        return NULL; /* empty, or a family without a name in it */
    struct str name = {folded.p, family ? family : folded.n};
    size_t low = 0, high = ARRAY_LEN(keys);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(name, keys[middle].name);
        if (order == 0)
            return &keys[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

enum condition_key_id condition_key_id(const struct condition_key *key)
{
    return (enum condition_key_id)(key - keys);
}

const char *condition_key_name(enum condition_key_id id)
{
    return keys[id].name;
}
