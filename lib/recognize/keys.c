/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/reading_priv.h"

/* kms:EncryptionContext:*: a key for each member of a map. */
static enum recognize_why add_family(struct reading *r, const struct request_key *key,
                                     struct key_list *keys)
{
    struct str path = str_of(request_text(source_step(key->source)->name));
    struct member_list names, values;
    READ(source_members(r, text_concat(r, path, STR(".@")), &names));
    READ(source_members(r, text_concat(r, path, STR(".*")), &values));
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
