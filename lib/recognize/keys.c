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
                                      const struct aspect *aspect, struct key_values *values,
                                      bool *ret_own)
{
    const struct found *found;
    READ(source_find(r, key->source, &found));
    if (found->n > 1 && source_step(key->source)->from == REQUEST_FROM_QUERY)
        return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                            "A parameter of the query string is there more than once.");
    *ret_own |= found_is_of(found, aspect);
    const struct found own = found_at(found, aspect);
    for (size_t i = 0; i < own.n; i++) {
        if (own.v[i].text.p)
            key_values_add(values, own.v[i].text);
    }
    return RECOGNIZED;
}

static bool is_object_tag(const struct reading *r, const char *name)
{
    const char *prefix = request_text(r->service->tag_key);
    return r->row->tags_as && strncmp(name, prefix, strlen(prefix)) == 0;
}

/* Of a key with one value by its nature the first; all of them are kept for the turns. */
static void keep_several(struct reading *r, struct key_set *set, struct key_values *values)
{
    if (values->is_list || values->n < 2)
        return;
    struct key_several *several = NEW(r->arena, struct key_several);
    *several = (struct key_several){set->keys.n, *values, set->several};
    set->several = several;
    if (values->n > set->turns)
        set->turns = values->n;
    values->n = 1;
}

static enum recognize_why add_key(struct reading *r, const struct request_key *key,
                                  const struct aspect *aspect, struct key_set *set)
{
    const char *name = request_text(key->name);
    const struct request_step *step = source_step(key->source);
    struct key_values values = {.arena = r->arena, .is_list = key->list};
    if (is_object_tag(r, name))
        return add_object_tags(r, name, aspect, &set->keys);
    if (name[strlen(name) - 1] == '*')
        return step->from == REQUEST_FROM_BODY ? add_family(r, key, &set->keys) : RECOGNIZED;
    if (step->from == REQUEST_FROM_COMPUTED || is_computed(name)) {
        READ(computed_values(r, name, aspect, &values));
        set->own |= is_computed(name);
    } else {
        READ(read_values(r, key, aspect, &values, &set->own));
    }
    keep_several(r, set, &values);
    key_list_add(&set->keys, name, &values);
    return RECOGNIZED;
}

enum recognize_why keys_find(struct reading *r, const struct aspect *aspect, struct key_set *ret)
{
    const struct request_op *op = r->row;
    size_t n = op->n_keys + aspect->permission->n_keys;
    *ret = (struct key_set){.keys = {.arena = r->arena}, .turns = 1};
    for (size_t i = 0; i < n; i++) {
        bool counts = request_masks[aspect->mask + i / 32] >> i % 32 & 1;
        const struct request_key *key =
            i < op->n_keys ? &request_keys[op->keys + i]
                           : &request_keys[aspect->permission->keys + i - op->n_keys];
        if (counts)
            READ(add_key(r, key, aspect, ret));
    }
    if (!aspect->tagged || op->n_tags == 0 || op->tags_as)
        return RECOGNIZED;
    bool own;
    READ(tags_differ(r, aspect, &own));
    ret->own |= own;
    return tags_find(r, aspect, &ret->tags);
}

void keys_turn(struct reading *r, const struct key_set *set, size_t turn,
               struct recognize_permission *ret)
{
    struct authz_key_value *keys = set->keys.v;
    if (set->several) {
        keys = arena_alloc(r->arena, set->keys.n * sizeof *keys);
        memcpy(keys, set->keys.v, set->keys.n * sizeof *keys);
    }
    for (const struct key_several *each = set->several; each; each = each->next)
        keys[each->at].value = each->values.v[turn % each->values.n];
    ret->keys = keys;
    ret->n_keys = set->keys.n;
    ret->tags = set->tags.tags;
    ret->n_tags = set->tags.n;
    ret->tag_keys = set->tags.keys;
    ret->n_tag_keys = set->tags.n_keys;
}
