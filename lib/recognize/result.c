/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/result_priv.h"

enum { FEW = 8, SLOTS = 2 * RECOGNIZE_PERMISSIONS_MAX };

static bool same_list(const struct str *a, const struct str *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(a[i], b[i]))
            return false;
    }
    return true;
}

static bool same_keys(const struct recognize_permission *a, const struct recognize_permission *b)
{
    if (a->n_keys != b->n_keys)
        return false;
    for (size_t i = 0; i < a->n_keys; i++) {
        const struct authz_key_value *x = &a->keys[i], *y = &b->keys[i];
        if (strcmp(x->name, y->name) != 0 || !str_eq(x->value, y->value) || x->n != y->n ||
            !same_list(x->list, y->list, x->n))
            return false;
    }
    return true;
}

static bool same_tags(const struct recognize_permission *a, const struct recognize_permission *b)
{
    if (a->n_tags != b->n_tags || a->n_tag_keys != b->n_tag_keys)
        return false;
    for (size_t i = 0; i < a->n_tags && a->tags != b->tags; i++) {
        if (!str_eq(a->tags[i].key, b->tags[i].key) || !str_eq(a->tags[i].value, b->tags[i].value))
            return false;
    }
    return a->tag_keys == b->tag_keys || same_list(a->tag_keys, b->tag_keys, a->n_tag_keys);
}

static bool same(const struct recognize_permission *a, const struct recognize_permission *b)
{
    return str_eq(a->resource, b->resource) && str_eq(a->action, b->action) && a->type == b->type &&
           a->is_hint == b->is_hint && same_keys(a, b) && same_tags(a, b);
}

/* The slot of PERMISSION, which may be free. Permissions that differ in their keys alone share a
   hash: values of a few keys count, too. */
static uint16_t *slot_of(const struct result *result, const struct recognize_permission *p)
{
    uint64_t hash = str_hash(p->resource) ^ (str_hash(p->action) << 1);
    for (size_t i = 0; i < p->n_keys; i++)
        hash = 31 * hash + str_hash(p->keys[i].list ? p->keys[i].list[0] : p->keys[i].value);
    size_t at = (hash ^ hash >> 32) % SLOTS;
    while (result->slots[at] && !same(&result->v[result->slots[at] - 1], p))
        at = (at + 1) % SLOTS;
    return &result->slots[at];
}

static bool is_there(struct result *result, const struct recognize_permission *permission)
{
    if (result->n == FEW && !result->slots) {
        result->slots = NEW_ARRAY(result->arena, uint16_t, SLOTS);
        for (size_t i = 0; i < result->n; i++)
            *slot_of(result, &result->v[i]) = (uint16_t)(i + 1);
    }
    if (result->slots) {
        uint16_t *slot = slot_of(result, permission);
        bool there = *slot != 0;
        if (!there)
            *slot = (uint16_t)(result->n + 1);
        return there;
    }
    for (size_t i = 0; i < result->n; i++) {
        if (same(&result->v[i], permission))
            return true;
    }
    return false;
}

bool result_add(struct result *result, const struct recognize_permission *permission)
{
    if (result->n == RECOGNIZE_PERMISSIONS_MAX)
        return false;
    if (is_there(result, permission))
        return true;
    if (result->n == result->cap) {
        size_t size = result->cap * sizeof *permission;
        result->cap = result->cap ? 2 * result->cap : 2;
        result->v = arena_grow(result->arena, result->v, size, result->cap * sizeof *permission);
    }
    result->v[result->n++] = *permission;
    return true;
}

void result_visit(struct result *result, const struct aspect *aspect, bool holds)
{
    if (result->always || aspect->list.n == 0)
        return;
    if (!result->covered)
        result->covered = NEW_ARRAY(result->arena, uint8_t, MEMBERS_MAX);
    uint32_t at = aspect->at[0];
    ENSURE(at < MEMBERS_MAX); /* each element is a member that was found */
    if (at >= result->n_elements)
        result->n_elements = at + 1;
    result->covered[at] |= holds;
}

bool result_is_complete(const struct result *result)
{
    for (uint32_t i = 0; i < result->n_elements; i++) {
        if (!result->covered[i])
            return false;
    }
    return result->always || result->n;
}

struct str result_first(const struct result *result)
{
    if (result->n == 0 || str_is(result->v[0].resource, "*"))
        return (struct str){NULL, 0};
    return result->v[0].resource;
}
