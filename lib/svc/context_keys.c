/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/context_keys.h"

enum { FIRST_NAMES = 8 };

static void see(void *owner, const struct policy_key *key)
{
    struct context_keys *keys = owner;
    struct policy_values values;
    if (map_get(&keys->seen, key->folded))
        return;
    map_put(&keys->seen, key->folded, keys);
    if (keys->given && keys->given->find(keys->given, key, &values))
        return;
    struct str_list *names = &keys->names;
    if (names->n == keys->cap) {
        size_t cap = keys->cap ? keys->cap * 2 : FIRST_NAMES;
        names->v =
            arena_grow(keys->arena, names->v, keys->cap * sizeof *names->v, cap * sizeof *names->v);
        keys->cap = cap;
    }
    names->v[names->n++] = str_dup(keys->arena, key->name);
}

void context_keys_add(struct context_keys *keys, const struct policy *policy)
{
    policy_each_key(policy, see, keys);
}

struct str_list context_keys_end(struct context_keys *keys)
{
    map_done(&keys->seen);
    return keys->names;
}
