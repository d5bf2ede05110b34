/* SPDX-License-Identifier: Apache-2.0 */
/* The condition keys that a line gives. */
#include "evaluate/input_priv.h"

/* Tags of one family are all the same known key. */
static bool is_same(const struct policy_key *a, const struct policy_key *b)
{
    return a->known == b->known && str_eq(a->folded, b->folded);
}

static bool find(const struct policy_context *base, const struct policy_key *key,
                 struct policy_values *ret)
{
    const struct given_context *context = (const struct given_context *)(const void *)base;
    for (size_t i = 0; i < context->n; i++) {
        if (is_same(&context->keys[i].key, key)) {
            *ret = context->keys[i].values;
            return true;
        }
    }
    return false;
}

static void each(const struct policy_context *base, policy_visit_fn *visit, void *owner)
{
    const struct given_context *context = (const struct given_context *)(const void *)base;
    for (size_t i = 0; i < context->n; i++) {
        if (context->keys[i].values.n)
            visit(owner, context->keys[i].key.name, &context->keys[i].values);
    }
}

struct str given_value(const struct given_context *context, enum condition_key_id id)
{
    for (size_t i = 0; i < context->n; i++) {
        const struct given_key *given = &context->keys[i];
        if (given->key.known && condition_key_id(given->key.known) == id)
            return given->values.n == 1 ? given->values.v[0] : (struct str){NULL, 0};
    }
    return (struct str){NULL, 0};
}

void given_notes(const struct given_context *context, struct buf *out)
{
    const char *before = ",\"context_notes\":[";
    for (size_t i = 0; i < context->n; i++) {
        const struct given_key *key = &context->keys[i];
        const char *note = policy_key_note(out->arena, &key->key, &key->values);
        if (!note)
            continue;
        buf_add_text(out, before);
        buf_json(out, str_of(note));
        before = ",";
    }
    if (*before == ',' && !before[1])
        buf_add_char(out, ']');
}

static bool is_scalar(const struct node *node)
{
    return node->kind == NODE_STRING || node->kind == NODE_NUMBER || node->kind == NODE_BOOL;
}

static bool read_values(struct input *in, const struct node *member, struct given_key *ret)
{
    bool list = member->kind == NODE_ARRAY;
    size_t n = list ? member->n : 1;
    struct str *v = NEW_ARRAY(in->arena, struct str, n);
    const struct node *e = list ? member->first : member;
    for (size_t i = 0; i < n; i++, e = e->next) {
        if (!is_scalar(e)) {
            return input_fail(in,
                              "context: %.*s must be a string, a number, a boolean or a list "
                              "of those",
                              STR_FMT(member->key));
        }
        v[i] = e->text;
    }
    ret->key = policy_key_of(in->arena, member->key);
    bool by_nature = ret->key.known && ret->key.known->multivalued;
    ret->values = (struct policy_values){v, n, n > 1 || by_nature};
    return true;
}

enum { KEYS_MAX = 1024 }; /* they are compared one by one */

/* Two spellings of one key would be two answers to one question. */
static bool keys_differ(struct input *in, const struct given_key *keys, size_t n)
{
    struct named *names = NEW_ARRAY(in->arena, struct named, n);
    for (size_t i = 0; i < n; i++)
        names[i] = (struct named){keys[i].key.folded, i};
    size_t again = named_repeats(names, n);
    return again == SIZE_MAX ||
           input_fail(in, "context: %.*s is there twice", STR_FMT(keys[again].key.folded));
}

static bool mark_lists(struct input *in, struct given_key *keys, size_t n)
{
    const struct node *names = in->members[MEMBER_MULTIVALUED];
    if (names && names->n > KEYS_MAX)
        return input_fail(in, "multivalued: more than %d keys", KEYS_MAX);
    for (const struct node *e = names ? names->first : NULL; e; e = e->next) {
        if (e->kind != NODE_STRING)
            return input_fail(in, "multivalued: expected a list of condition keys");
        const struct str folded = {str_fold(in->arena, e->text), e->text.n};
        for (size_t i = 0; i < n; i++)
            keys[i].values.multivalued |= str_eq(keys[i].key.folded, folded);
    }
    return true;
}

bool input_context(struct input *in)
{
    const struct node *context = in->members[MEMBER_CONTEXT];
    size_t n = context ? context->n : 0, at = 0;
    if (n > KEYS_MAX)
        return input_fail(in, "context: more than %d keys", KEYS_MAX);
    struct given_key *keys = NEW_ARRAY(in->arena, struct given_key, n);
    for (const struct node *e = context ? context->first : NULL; e; e = e->next) {
        if (!read_values(in, e, &keys[at++]))
            return false;
    }
    in->context = (struct given_context){{find, each, n}, keys, n};
    return keys_differ(in, keys, n) && mark_lists(in, keys, n);
}
