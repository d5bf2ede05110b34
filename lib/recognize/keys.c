/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/reading_priv.h"

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
    size_t from = lower_bound(found, aspect->at[0]), to = from;
    while (from < found->n && found->v[from].at[0] == aspect->at[0] &&
           !value_is_at(&found->v[from], aspect->at, aspect->n_at))
        from++;
    for (to = from; to < found->n && value_is_at(&found->v[to], aspect->at, aspect->n_at); to++) {
    }
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

void key_values_add_once(struct key_values *values, struct str value)
{
    for (size_t i = 0; i < values->n; i++) {
        if (str_eq(values->v[i], value))
            return;
    }
    key_values_add(values, value);
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

/* kms:EncryptionContext:*: a key for each member of a map. */
static enum recognize_why add_family(struct reading *r, const struct request_key *key,
                                     struct key_list *keys)
{
    struct str path = str_of(request_text(source_step(key->source)->name));
    struct member_list names, values;
    READ(source_members(r, source_concat(r, path, STR(".@")), &names));
    READ(source_members(r, source_concat(r, path, STR(".*")), &values));
    for (size_t i = 0; i < names.n && i < values.n; i++)
        key_list_add_member(keys, request_text(key->name), names.v[i].value, values.v[i].value);
    return RECOGNIZED;
}

/* s3:RequestObjectTag/K: tags of an object are no tags of AWS's resources. */
static enum recognize_why add_object_tags(struct reading *r, const char *name,
                                          const struct aspect *aspect, struct key_list *keys)
{
    struct tag_list tags;
    bool of_names = strchr(name, '*') == NULL;
    if (!r->row->tags_as)
        return RECOGNIZED;
    READ(tags_find(r, aspect, &tags));
    const struct key_values names = {.v = tags.keys, .n = tags.n_keys, .is_list = true};
    if (of_names)
        key_list_add(keys, name, &names);
    for (size_t i = 0; !of_names && i < tags.n; i++)
        key_list_add_member(keys, name, tags.tags[i].key, tags.tags[i].value);
    return RECOGNIZED;
}

/*
 * Of a list, what belongs to the element. A parameter of the query string that is there twice would
 * be one value to one reader and another to the next.
 */
static enum recognize_why read_values(struct reading *r, const struct request_key *key,
                                      const struct aspect *aspect, struct key_values *values)
{
    const struct found *found;
    READ(source_find(r, key->source, &found));
    if (found->n > 1 && source_step(key->source)->from == REQUEST_FROM_QUERY)
        return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                            "A parameter of the query string is there more than once.");
    const struct found own = found_at(found, aspect);
    for (size_t i = 0; i < own.n; i++) {
        if (own.v[i].text.p)
            key_values_add(values, own.v[i].text);
    }
    return RECOGNIZED;
}

static enum recognize_why add_key(struct reading *r, const struct request_key *key,
                                  const struct aspect *aspect, struct key_list *keys,
                                  struct key_values *values)
{
    const char *name = request_text(key->name);
    const struct request_step *step = source_step(key->source);
    bool is_family = name[strlen(name) - 1] == '*';
    if (r->row->tags_as && strncmp(name, request_text(r->service->tag_key),
                                   strlen(request_text(r->service->tag_key))) == 0)
        return add_object_tags(r, name, aspect, keys);
    if (is_family)
        return step->from == REQUEST_FROM_BODY ? add_family(r, key, keys) : RECOGNIZED;
    values->is_list = key->list;
    if (step->from == REQUEST_FROM_COMPUTED || step->transform[0] == REQUEST_HASH ||
        is_computed(name))
        return computed_values(r, name, aspect, values);
    return read_values(r, key, aspect, values);
}

enum recognize_why keys_find(struct reading *r, const struct aspect *aspect, size_t turn,
                             struct recognize_permission *ret, size_t *ret_turns)
{
    struct key_list keys = {.arena = r->arena};
    const struct request_op *op = r->row;
    size_t n = op->n_keys + aspect->permission->n_keys;
    *ret_turns = 1;
    for (size_t i = 0; i < n; i++) {
        if (!(request_masks[aspect->mask + i / 32] >> i % 32 & 1))
            continue;
        const struct request_key *key =
            i < op->n_keys ? &request_keys[op->keys + i]
                           : &request_keys[aspect->permission->keys + i - op->n_keys];
        struct key_values values = {.arena = r->arena};
        READ(add_key(r, key, aspect, &keys, &values));
        if (!values.is_list && values.n > 1) {
            *ret_turns = values.n > *ret_turns ? values.n : *ret_turns;
            values = (struct key_values){.v = &values.v[turn % values.n], .n = 1};
        }
        key_list_add(&keys, request_text(key->name), &values);
    }
    ret->keys = keys.v;
    ret->n_keys = keys.n;
    if (!aspect->tagged || op->n_tags == 0 || op->tags_as)
        return RECOGNIZED;
    struct tag_list tags;
    READ(tags_find(r, aspect, &tags));
    ret->tags = tags.tags;
    ret->n_tags = tags.n;
    ret->tag_keys = tags.keys;
    ret->n_tag_keys = tags.n_keys;
    return RECOGNIZED;
}
