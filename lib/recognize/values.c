/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/reading_priv.h"

bool value_is_at(const struct value *value, const uint32_t *at, uint8_t n_at)
{
    size_t n = value->n_at < n_at ? value->n_at : n_at;
    return n == 0 || memcmp(value->at, at, n * sizeof *at) == 0;
}

bool found_is_of(const struct found *found, const struct aspect *aspect)
{
    return aspect->list.n && str_eq(found->list, aspect->list);
}

/* The first of FOUND whose first number is at least NUMBER; they are sorted by it. */
static size_t lower_bound(const struct found *found, uint32_t number)
{
    size_t low = 0, high = found->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (found->v[middle].at[0] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct found found_at(const struct found *found, const struct aspect *aspect)
{
    if (!found_is_of(found, aspect))
        return *found;
    size_t from = lower_bound(found, aspect->at[0]);
    while (from < found->n && found->v[from].at[0] == aspect->at[0] &&
           !value_is_at(&found->v[from], aspect->at, aspect->n_at))
        from++;
    size_t to = from;
    while (to < found->n && value_is_at(&found->v[to], aspect->at, aspect->n_at))
        to++;
    return (struct found){.v = found->v + from, .n = to - from, .list = found->list};
}

void key_values_add(struct key_values *values, struct str value)
{
    if (values->n == values->cap) {
        size_t size = values->cap * sizeof value;
        values->cap = values->cap ? 2 * values->cap : 4;
        values->v = arena_grow(values->arena, values->v, size, values->cap * sizeof value);
    }
    values->v[values->n++] = value;
}

static struct authz_key_value *next_key(struct key_list *keys)
{
    if (keys->n == keys->cap) {
        size_t size = keys->cap * sizeof *keys->v;
        keys->cap = keys->cap ? 2 * keys->cap : 8;
        keys->v = arena_grow(keys->arena, keys->v, size, keys->cap * sizeof *keys->v);
    }
    keys->v[keys->n] = (struct authz_key_value){.n = 0};
    return &keys->v[keys->n++];
}

void key_list_add(struct key_list *keys, const char *name, const struct key_values *values)
{
    if (values->n == 0)
        return;
    struct authz_key_value *key = next_key(keys);
    key->name = name;
    key->value = values->v[0];
    if (values->is_list) {
        key->list = values->v;
        key->n = values->n;
    }
}

void key_list_add_member(struct key_list *keys, const char *prefix, struct str name,
                         struct str value)
{
    struct authz_key_value *key = next_key(keys);
    key->name =
        arena_printf(keys->arena, "%.*s%.*s", (int)strcspn(prefix, "*"), prefix, STR_FMT(name));
    key->value = value;
}
