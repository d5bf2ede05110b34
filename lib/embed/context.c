/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "embed/embed_priv.h"

static struct context_key *find_key(const struct iam_context *context, const struct policy_key *key)
{
    for (size_t i = 0; i < context->n; i++) {
        const struct policy_key *other = &context->keys[i].key;
        if (other->known == key->known && str_eq(other->folded, key->folded))
            return &context->keys[i];
    }
    return NULL;
}

static struct policy_values values_of(const struct context_key *key)
{
    bool list = key->key.known && key->key.known->multivalued;
    return (struct policy_values){key->values, key->n, list || key->n > 1};
}

static bool find(const struct policy_context *base, const struct policy_key *key,
                 struct policy_values *ret)
{
    const struct context_key *found = find_key((const struct iam_context *)(const void *)base, key);
    if (found)
        *ret = values_of(found);
    return found != NULL;
}

static void each(const struct policy_context *base, policy_visit_fn *visit, void *owner)
{
    const struct iam_context *context = (const struct iam_context *)(const void *)base;
    for (size_t i = 0; i < context->n; i++) {
        struct policy_values values = values_of(&context->keys[i]);
        visit(owner, context->keys[i].key.name, &values);
    }
}

struct iam_context *iam_context_new(void)
{
    struct iam_context *context = mem_alloc(sizeof *context);
    context->base = (struct policy_context){.find = find, .each = each};
    arena_init(&context->arena);
    return context;
}

void iam_context_free(struct iam_context *context)
{
    if (!context)
        return;
    arena_done(&context->arena);
    mem_free(context);
}

void iam_context_clear(struct iam_context *context)
{
    arena_reset(&context->arena);
    context->keys = NULL;
    context->n = context->cap = context->base.keys = 0;
}

static struct context_key *new_key(struct iam_context *context, const struct policy_key *name)
{
    if (context->n == context->cap) {
        size_t cap = context->cap ? 2 * context->cap : 8, size = sizeof *context->keys;
        context->keys = arena_grow(&context->arena, context->keys, context->cap * size, cap * size);
        context->cap = cap;
    }
    struct context_key *key = &context->keys[context->n++];
    context->base.keys = context->n;
    *key = (struct context_key){.key = *name};
    return key;
}

void iam_context_add(struct iam_context *context, const char *name, const char *value)
{
    struct arena *a = &context->arena;
    struct policy_key named = policy_key_of(a, str_of(arena_strdup(a, name)));
    struct context_key *key = find_key(context, &named);
    if (!key)
        key = new_key(context, &named);
    if (key->n == key->cap) {
        size_t cap = key->cap ? 2 * key->cap : 1, size = sizeof *key->values;
        key->values = arena_grow(a, key->values, key->cap * size, cap * size);
        key->cap = cap;
    }
    key->values[key->n++] = str_of(arena_strdup(a, value));
}
