/* SPDX-License-Identifier: Apache-2.0 */
/* Tags in requests: aws:RequestTag and aws:TagKeys. */
#include "recognize/reading_priv.h"

/* IAM User Guide, "Tags for AWS resources": a resource has at most 50. Some calls tell those of
   several. */
enum { TAGS_MAX = 256 };

static enum recognize_why add_key(struct reading *r, struct str key, struct tag_list *ret)
{
    for (size_t i = 0; i < ret->n_keys; i++) {
        if (str_eq(ret->keys[i], key))
            return reading_fail(r, RECOGNIZE_AMBIGUOUS, "A tag is there more than once.");
    }
    if (ret->n_keys == TAGS_MAX)
        return reading_fail(r, RECOGNIZE_TOO_MANY, "There are too many tags.");
    ret->keys[ret->n_keys++] = key;
    return RECOGNIZED;
}

static enum recognize_why add_tag(struct reading *r, struct str key, struct str value,
                                  struct tag_list *ret)
{
    READ(add_key(r, key, ret));
    ret->tags[ret->n++] = (struct authz_tag){key, value.p ? value : STR("")};
    return RECOGNIZED;
}

/* Of VALUES, which are in the order of KEYS, the one at the same numbers; *AT goes on. */
static struct str value_beside(const struct found *values, const struct value *key, size_t *at)
{
    while (*at < values->n) {
        const struct value *value = &values->v[*at];
        int order = 0;
        for (size_t i = 0; i < key->n_at && i < value->n_at; i++) {
            order = (value->at[i] > key->at[i]) - (value->at[i] < key->at[i]);
            if (order)
                break;
        }
        if (order == 0)
            return value->text;
        if (order > 0)
            break;
        ++*at;
    }
    return (struct str){NULL, 0};
}

/* Whether tags of the element at KEY's first number are for resources of TYPE. */
static bool is_for(const struct found *types, const struct value *key, const struct aspect *aspect,
                   size_t *at)
{
    if (!aspect->type)
        return true;
    struct value first = *key;
    first.n_at = 1;
    struct str type = value_beside(types, &first, at);
    return str_is(type, aspect->type);
}

static enum recognize_why add_pairs(struct reading *r, const struct request_tag *tag,
                                    const struct aspect *aspect, struct tag_list *ret)
{
    const struct found *all, *values, *types = NULL;
    READ(source_find(r, tag->keys, &all));
    READ(source_find(r, tag->values, &values));
    if (tag->types != UINT32_MAX)
        READ(source_find(r, tag->types, &types));
    const struct found keys = found_at(all, aspect);
    bool aligned = found_is_of(all, aspect);
    size_t at = 0, type_at = 0;
    for (size_t i = 0; i < keys.n; i++) {
        const struct value *key = &keys.v[i];
        if (key->text.p && (!types || aligned || is_for(types, key, aspect, &type_at)))
            READ(add_tag(r, key->text, value_beside(values, key, &at), ret));
    }
    return RECOGNIZED;
}

static enum recognize_why add_keys(struct reading *r, const struct request_tag *tag,
                                   const struct aspect *aspect, struct tag_list *ret)
{
    const struct found *all;
    READ(source_find(r, tag->keys, &all));
    const struct found keys = found_at(all, aspect);
    for (size_t i = 0; i < keys.n; i++) {
        if (keys.v[i].text.p)
            READ(add_key(r, keys.v[i].text, ret));
    }
    return RECOGNIZED;
}

/* Amazon S3 API Reference, PutObject, x-amz-tagging: encoded as URL query parameters. */
static enum recognize_why add_form(struct reading *r, const struct request_tag *tag,
                                   struct tag_list *ret)
{
    const struct found *found;
    struct member_pair *pairs;
    size_t n;
    READ(source_find(r, tag->keys, &found));
    if (found->n == 0)
        return RECOGNIZED;
    enum recognize_why why = members_form(r->arena, found->v->text, &pairs, &n);
    if (why != RECOGNIZED)
        return reading_fail(r, why, "The tags in a header cannot be read.");
    for (size_t i = 0; i < n; i++)
        READ(add_tag(r, pairs[i].name, pairs[i].value, ret));
    return RECOGNIZED;
}

static enum recognize_why add_all(struct reading *r, const struct aspect *aspect,
                                  struct tag_list *ret)
{
    for (size_t i = 0; i < r->row->n_tags; i++) {
        const struct request_tag *tag = &request_tags[r->row->tags + i];
        if (tag->form == REQUEST_TAG_PAIRS)
            READ(add_pairs(r, tag, aspect, ret));
        else if (tag->form == REQUEST_TAG_KEYS)
            READ(add_keys(r, tag, aspect, ret));
        else
            READ(add_form(r, tag, ret));
    }
    return RECOGNIZED;
}

enum recognize_why tags_differ(struct reading *r, const struct aspect *aspect, bool *ret)
{
    *ret = false;
    for (size_t i = 0; i < r->row->n_tags; i++) {
        const struct request_tag *tag = &request_tags[r->row->tags + i];
        const struct found *keys;
        READ(source_find(r, tag->keys, &keys));
        *ret |= tag->types != UINT32_MAX || found_is_of(keys, aspect);
    }
    return RECOGNIZED;
}

static enum recognize_why count(struct reading *r, size_t *ret)
{
    *ret = 1;
    for (size_t i = 0; i < r->row->n_tags; i++) {
        const struct found *keys;
        READ(source_find(r, request_tags[r->row->tags + i].keys, &keys));
        *ret += keys->n;
        for (size_t at = 0; keys->n && at < keys->v->text.n; at++)
            *ret += request_tags[r->row->tags + i].form == REQUEST_TAG_FORM &&
                    keys->v->text.p[at] == '&';
    }
    *ret = *ret < TAGS_MAX ? *ret : TAGS_MAX;
    return RECOGNIZED;
}

enum recognize_why tags_find(struct reading *r, const struct aspect *aspect, struct tag_list *ret)
{
    bool own;
    size_t n;
    READ(tags_differ(r, aspect, &own));
    if (r->tags && !own) {
        *ret = *r->tags;
        return RECOGNIZED;
    }
    READ(count(r, &n));
    struct tag_list *tags = NEW(r->arena, struct tag_list);
    tags->tags = arena_alloc(r->arena, n * sizeof *tags->tags);
    tags->keys = arena_alloc(r->arena, n * sizeof *tags->keys);
    READ(add_all(r, aspect, tags));
    if (!own)
        r->tags = tags;
    *ret = *tags;
    return RECOGNIZED;
}
