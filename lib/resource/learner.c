/* SPDX-License-Identifier: Apache-2.0 */
#include "resource/learn_priv.h"

struct resource_change *learner_add(struct learner *l, const char *arn)
{
    struct resource_changes *all = l->changes;
    if (all->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 4;
        all->v = arena_grow(l->arena, all->v, l->cap * sizeof *all->v, cap * sizeof *all->v);
        l->cap = cap;
    }
    struct resource_change *change = &all->v[all->n++];
    *change = (struct resource_change){.arn = arn};
    return change;
}

struct resource_change *learner_for(struct learner *l, const char *arn)
{
    for (size_t i = l->changes->n; i; i--) {
        if (strcmp(l->changes->v[i - 1].arn, arn) == 0)
            return &l->changes->v[i - 1];
    }
    return learner_add(l, arn);
}

const char *learner_text(struct learner *l, const char *source)
{
    struct str value = look_for(l->look, source);
    return value.p ? str_dup(l->arena, value) : NULL;
}

/* Of two lists that belong together, the one whose name is wanted. */
static struct str find_pair(struct learner *l, const struct learning *row)
{
    struct seen_list names = look_at(l->look, row->source);
    struct seen_list values = look_at(l->look, row->values);
    for (size_t i = 0; i < names.n && names.n == values.n; i++) {
        if (str_is(names.v[i].value, row->wanted))
            return values.v[i].value;
    }
    return (struct str){NULL, 0};
}

struct str learner_value(struct learner *l, const struct learning *row)
{
    if (row->source[0] == '\'')
        return str_of(row->source + 1);
    struct str value = row->values ? find_pair(l, row) : look_for(l->look, row->source);
    return value.p || !row->fallback ? value : str_of(row->fallback);
}

struct resource_pair *learner_pair(struct learner *l, const char *name, struct str value)
{
    struct resource_pair *pair = NEW(l->arena, struct resource_pair);
    *pair = (struct resource_pair){name, str_dup(l->arena, value)};
    return pair;
}

void learner_attribute(struct learner *l, struct resource_change *change, const char *name,
                       struct str value)
{
    size_t n = change->n_attributes;
    struct resource_pair *v = NEW_ARRAY(l->arena, struct resource_pair, n + 1);
    if (n)
        memcpy(v, change->attributes, n * sizeof *v);
    v[n] = *learner_pair(l, name, value);
    change->attributes = v;
    change->n_attributes = n + 1;
}
