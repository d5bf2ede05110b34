/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/principals.h"

#include "policy/json.h"

/* Places in the order of the text. */
struct places {
    struct arena *arena;
    const struct node **v;
    size_t n, cap;
};

static void add(struct places *places, const struct node *node)
{
    if (places->n == places->cap) {
        size_t size = sizeof(const struct node *), cap = places->cap ? places->cap * 2 : 8;
        places->v = arena_grow(places->arena, places->v, places->cap * size, cap * size);
        places->cap = cap;
    }
    places->v[places->n++] = node;
}

/* A statement has one of the two elements, so that theirs is the order of the text. */
static void add_element(struct places *places, const struct node *element)
{
    const struct node *list = NULL;
    if (element && element->kind == NODE_OBJECT)
        list = node_get(element, "AWS");
    for (const struct node *e = entries_first(list); e; e = entries_next(list, e)) {
        if (e->kind == NODE_STRING)
            add(places, e);
    }
}

static struct places find(struct arena *a, struct str text)
{
    struct places places = {.arena = a};
    const struct node *root, *statements = NULL;
    size_t bad;
    if (node_read(a, text, &root, &bad) && root->kind == NODE_OBJECT)
        statements = node_get(root, "Statement");
    for (const struct node *s = entries_first(statements); s; s = entries_next(statements, s)) {
        if (s->kind != NODE_OBJECT)
            continue;
        add_element(&places, node_get(s, "Principal"));
        add_element(&places, node_get(s, "NotPrincipal"));
    }
    return places;
}

size_t principals_named(struct arena *a, struct str text, struct str **ret)
{
    struct places places = find(a, text);
    struct str *names = NEW_ARRAY(a, struct str, places.n);
    size_t n = 0;
    for (size_t i = 0; i < places.n; i++) {
        size_t k = 0;
        while (k < n && !str_eq(names[k], places.v[i]->text))
            k++;
        names[k] = places.v[i]->text;
        n += k == n;
    }
    *ret = names;
    return n;
}

static const char *name_for(struct str name, const struct principal_name *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_is(name, names[i].from))
            return names[i].to;
    }
    return NULL;
}

char *principals_rename(struct arena *a, struct str text, const struct principal_name *names,
                        size_t n)
{
    struct places places = find(a, text);
    struct buf b = buf_new(a, text.n + 64);
    size_t at = 0;
    for (size_t i = 0; i < places.n; i++) {
        const struct node *place = places.v[i];
        const char *name = name_for(place->text, names, n);
        if (!name)
            continue;
        buf_add(&b, (struct str){text.p + at, place->start - at});
        buf_json(&b, str_of(name));
        at = place->end;
    }
    buf_add(&b, (struct str){text.p + at, text.n - at});
    return buf_text(&b);
}
