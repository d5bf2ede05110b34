/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths in the form of the Query protocols (smithy.io, "AWS query protocol" and "AWS EC2 query
 * protocol"): names say how values nest, "X.member.2.Y". A list that is written in another way
 * than the service's, with numbers left out or beside what is no number, is read differently by
 * different back ends, and refused.
 */
#include "recognize/body_priv.h"

static const char *const twice = "A parameter stands there twice.";
static const char *const cased =
    "A parameter has a name in another letter case than the operation's member.";
static const char *const mixed = "A list or map is written in more than one way.";
static const char *const gaps = "The numbers of a list do not go 1, 2, 3.";

static bool walk(const struct node *node, struct finding *f, struct str path, bool as_query);

static bool add_node(const struct node *node, struct finding *f)
{
    if (node->repeated)
        return finding_refuse(f, RECOGNIZE_AMBIGUOUS, twice);
    if (node->value.p && node->n)
        return finding_refuse(f, RECOGNIZE_AMBIGUOUS, mixed);
    return finding_add(f, node->value.p ? node->value : STR(""), node->n != 0);
}

static bool is_step(struct str s, char c)
{
    return s.n == 1 && s.p[0] == c;
}

static bool is_number(struct str s, size_t number)
{
    int64_t value;
    return s.n && s.p[0] != '0' && str_to_int64(s, &value) && value == (int64_t)number;
}

/* Kids that are numbers come first, in their order, when there is nothing else. */
static bool numbers_fit(const struct node *list, struct finding *f)
{
    for (size_t i = 0; i < list->n; i++) {
        if (!is_number(list->kids[i].name, i + 1))
            return finding_refuse(f, RECOGNIZE_AMBIGUOUS, gaps);
    }
    return true;
}

static bool walk_list(const struct node *list, struct finding *f, struct str path, bool as_query)
{
    bool goes_on =
        list->value.n ? finding_refuse(f, RECOGNIZE_AMBIGUOUS, mixed) : numbers_fit(list, f);
    ENSURE(f->now.n_at < MEMBER_DEPTH);
    for (size_t i = 0; goes_on && i < list->n; i++) {
        f->now.at[f->now.n_at++] = (uint32_t)i;
        goes_on = walk(&list->kids[i], f, path, as_query);
        f->now.n_at--;
    }
    return goes_on;
}

/* The kid of that name, NULL if there is none. */
static bool find_kid(const struct node *node, struct finding *f, struct str name,
                     const struct node **ret)
{
    *ret = NULL;
    for (size_t i = 0; i < node->n; i++) {
        struct str other = node->kids[i].name;
        if (other.n != name.n || !str_same_fold(other.p, name.p, name.n))
            continue;
        if (!str_eq(other, name))
            return finding_refuse(f, RECOGNIZE_AMBIGUOUS, cased);
        *ret = &node->kids[i];
    }
    return true;
}

static bool has_number(const struct node *node)
{
    return node->n && ascii_is_digit(node->kids[0].name.p[0]);
}

/* "Tags" is "Tag" where a list or map is flattened, "tags", too. */
static struct str singular(struct arena *a, struct str name)
{
    char *copy = str_dup(a, name);
    if (copy[0] >= 'a' && copy[0] <= 'z')
        copy[0] = (char)(copy[0] - 'a' + 'A');
    return (struct str){copy, name.n - (name.n > 1 && copy[name.n - 1] == 's')};
}

/* The one list that NAME is written as: below WRAPPER, under its own name, or under the singular;
   NULL: there is none. */
static bool find_wrapped(const struct node *node, struct finding *f, struct str name,
                         const char *wrapper, const struct node **ret)
{
    struct str single = singular(f->arena, name);
    const struct node *own, *inner = NULL, *flat = NULL;
    if (!find_kid(node, f, name, &own) ||
        (!str_eq(single, name) && !find_kid(node, f, single, &flat)))
        return false;
    if (own && !find_kid(own, f, str_of(wrapper), &inner))
        return false;
    bool own_flat = own && has_number(own);
    flat = flat && has_number(flat) ? flat : NULL;
    if ((inner != NULL) + own_flat + (flat != NULL) > 1)
        return finding_refuse(f, RECOGNIZE_AMBIGUOUS, mixed);
    *ret = inner ? inner : own_flat ? own : flat;
    return true;
}

/* One of the names that keys and values of map entries have. */
static bool find_half(const struct node *entry, struct finding *f, const char *const names[3],
                      const struct node **ret)
{
    *ret = NULL;
    for (int i = 0; i < 3 && names[i]; i++) {
        const struct node *half = node_find(entry, str_of(names[i]));
        if (half && *ret)
            return finding_refuse(f, RECOGNIZE_AMBIGUOUS, mixed);
        *ret = half ? half : *ret;
    }
    return true;
}

static const char *const key_names[3] = {"key", "Key", "Name"};
static const char *const value_names[3] = {"value", "Value", NULL};

/* One entry: its key for "@", its value for "*". */
static bool walk_entry(const struct node *entry, struct finding *f, bool key, struct str path)
{
    const struct node *half = NULL;
    if (!find_half(entry, f, key ? key_names : value_names, &half))
        return false;
    return half == NULL || walk(half, f, path, true);
}

static bool walk_map(const struct node *map, struct finding *f, bool key, struct str path)
{
    bool goes_on = numbers_fit(map, f);
    ENSURE(f->now.n_at < MEMBER_DEPTH);
    for (size_t i = 0; goes_on && i < map->n; i++) {
        f->now.at[f->now.n_at++] = (uint32_t)i;
        goes_on = walk_entry(&map->kids[i], f, key, path);
        f->now.n_at--;
    }
    return goes_on;
}

/* The value of the entry of a map whose key is the next name of PATH. */
static bool walk_key(const struct node *map, struct finding *f, struct str path)
{
    struct str name = str_cut(&path, '.');
    const struct node *key = NULL, *found = NULL;
    for (size_t i = 0; i < map->n; i++) {
        if (!find_half(&map->kids[i], f, key_names, &key))
            return false;
        if (!key || !str_eq(key->value, name))
            continue;
        if (found)
            return finding_refuse(f, RECOGNIZE_AMBIGUOUS, twice);
        found = &map->kids[i];
    }
    return found == NULL || walk_entry(found, f, false, path);
}

/* NAME in the Query form of a service whose paths are those of another protocol. */
static bool walk_as_query(const struct node *node, struct finding *f, struct str name,
                          struct str path)
{
    struct str rest = path, step = str_cut(&rest, '.');
    bool key = is_step(step, '@');
    const struct node *found = NULL;
    if (is_step(step, '#')) {
        return find_wrapped(node, f, name, "member", &found) &&
               (found == NULL || walk_list(found, f, rest, true));
    }
    if (key || is_step(step, '*')) {
        return find_wrapped(node, f, name, "entry", &found) &&
               (found == NULL || walk_map(found, f, key, rest));
    }
    const struct node *kid = NULL;
    if (!find_kid(node, f, name, &kid) || !find_wrapped(node, f, name, "entry", &found))
        return false;
    if (found)
        return path.p == NULL ? finding_add(f, STR(""), true)
                              : numbers_fit(found, f) && walk_key(found, f, path);
    return kid == NULL || walk(kid, f, path, true);
}

/* A list may be written with another wrapper, or without: both are others' ways. */
static bool fits_wrapper(const struct node *parent, struct finding *f, struct str wrapper)
{
    bool other =
        has_number(parent) || (!str_is(wrapper, "member") && node_find(parent, STR("member")));
    return !other || finding_refuse(f, RECOGNIZE_AMBIGUOUS, mixed);
}

static bool walk_name(const struct node *node, struct finding *f, struct str name, struct str path)
{
    struct str rest = path;
    const struct node *kid = NULL;
    if (!find_kid(node, f, name, &kid))
        return false;
    if (!is_step(str_cut(&rest, '.'), '#'))
        return kid == NULL || walk(kid, f, path, false);
    if (!fits_wrapper(node, f, name))
        return false;
    return kid == NULL || walk_list(kid, f, rest, false);
}

/* PATH with p == NULL has been walked to its end. */
static bool walk(const struct node *node, struct finding *f, struct str path, bool as_query)
{
    if (!path.p)
        return add_node(node, f);
    struct str step = str_cut(&path, '.');
    return as_query ? walk_as_query(node, f, step, path) : walk_name(node, f, step, path);
}

void form_find(const struct node *root, struct finding *f, struct str path, bool as_query)
{
    walk(root, f, path, as_query);
}
