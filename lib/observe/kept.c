/* SPDX-License-Identifier: Apache-2.0 */
/* One observation: what came along with it, and its copies. */
#include "base/mem.h"
#include "observe/observe_priv.h"

enum { OVERHEAD = 16 }; /* bytes of the allocator */

/* A name in two parts, so that nobody has to put them together. */
struct name {
    struct str family, rest;
};

static bool is_named(const struct kept_key *key, const struct name *name)
{
    return key->n_name == name->family.n + name->rest.n &&
           memcmp(key->name, name->family.p, name->family.n) == 0 &&
           (name->rest.n == 0 ||
            memcmp(key->name + name->family.n, name->rest.p, name->rest.n) == 0);
}

/* The key of that name, made when it is new; NULL: there are enough. */
static struct kept_key *key_of(struct kept *kept, const struct name *name, size_t *bytes)
{
    struct kept_key **link = &kept->keys;
    while (*link && !is_named(*link, name))
        link = &(*link)->next;
    if (*link || kept->n_keys == OBSERVE_KEYS)
        return *link;
    size_t n = name->family.n + name->rest.n;
    struct kept_key *key = mem_alloc(sizeof *key + n);
    key->n_name = n;
    memcpy(key->name, name->family.p, name->family.n);
    if (name->rest.n)
        memcpy(key->name + name->family.n, name->rest.p, name->rest.n);
    kept->n_keys++;
    *bytes += sizeof *key + n + OVERHEAD;
    return *link = key;
}

static void free_values(struct kept_value *values)
{
    while (values) {
        struct kept_value *next = values->next;
        mem_free(values);
        values = next;
    }
}

/* From now on it is any value. What its values took up counts on: they were few. */
static void give_up(struct kept_key *key)
{
    free_values(key->values);
    key->values = NULL;
    key->n = 0;
    key->many = true;
}

static void note_value(struct kept_key *key, struct str text, size_t *bytes)
{
    const struct kept_value *at = key->values;
    while (at && (at->n != text.n || memcmp(at->text, text.p, text.n) != 0))
        at = at->next;
    if (at || key->many)
        return;
    if (key->n == OBSERVE_VALUES || text.n > OBSERVE_VALUE_SIZE) {
        give_up(key);
        return;
    }
    struct kept_value *value = mem_alloc(sizeof *value + text.n);
    value->n = text.n;
    if (text.n)
        memcpy(value->text, text.p, text.n);
    value->next = key->values;
    key->values = value;
    key->n++;
    *bytes += sizeof *value + text.n + OVERHEAD;
}

/* An empty list is no key at all. */
static void note_list(struct kept *kept, struct str name, const struct str *v, size_t n,
                      size_t *bytes)
{
    const struct name whole = {name, {NULL, 0}};
    struct kept_key *key = n ? key_of(kept, &whole, bytes) : NULL;
    if (!key)
        return;
    key->list = true;
    key->seen++;
    for (size_t i = 0; i < n; i++)
        note_value(key, v[i], bytes);
}

static void note_one(struct kept *kept, const struct name *name, struct str value, size_t *bytes)
{
    struct kept_key *key = key_of(kept, name, bytes);
    if (!key)
        return;
    key->seen++;
    note_value(key, value, bytes);
}

static void note_all(struct kept *kept, const struct authz_key_value *keys, size_t n, size_t *bytes)
{
    for (size_t i = 0; i < n; i++) {
        const struct name name = {str_of(keys[i].name), {NULL, 0}};
        if (keys[i].list)
            note_list(kept, name.family, keys[i].list, keys[i].n, bytes);
        else
            note_one(kept, &name, keys[i].value, bytes);
    }
}

size_t kept_note_keys(struct kept *kept, const struct record_decision *decision)
{
    size_t bytes = 0;
    const struct record_tags *tags = &decision->tags;
    note_all(kept, decision->keys, decision->n_keys, &bytes);
    for (size_t i = 0; i < tags->n; i++) {
        const struct name name = {STR("aws:RequestTag/"), tags->v[i].key};
        note_one(kept, &name, tags->v[i].value, &bytes);
    }
    note_list(kept, STR("aws:TagKeys"), tags->keys, tags->n_keys, &bytes);
    return bytes;
}

void kept_free(struct kept *kept)
{
    while (kept->keys) {
        struct kept_key *key = kept->keys;
        kept->keys = key->next;
        free_values(key->values);
        mem_free(key);
    }
    mem_free(kept);
}

static const struct str *copy_values(struct arena *a, const struct kept_key *key)
{
    struct str *v = NEW_ARRAY(a, struct str, key->n);
    size_t n = 0;
    for (const struct kept_value *value = key->values; value; value = value->next)
        v[n++] = (struct str){arena_strndup(a, value->text, value->n), value->n};
    return v;
}

static const struct observed_key *copy_keys(struct arena *a, const struct kept *kept)
{
    struct observed_key *v = NEW_ARRAY(a, struct observed_key, kept->n_keys);
    size_t n = 0;
    for (const struct kept_key *key = kept->keys; key; key = key->next) {
        v[n++] = (struct observed_key){
            .name = {arena_strndup(a, key->name, key->n_name), key->n_name},
            .values = copy_values(a, key),
            .n = key->n,
            .list = key->list,
            .always = key->seen == kept->n,
            .many = key->many,
        };
    }
    return v;
}

static struct str take(struct str *rest, size_t n)
{
    struct str part = {rest->p, n};
    *rest = (struct str){rest->p + n, rest->n - n};
    return part;
}

struct observation kept_copy(struct arena *a, const struct kept *kept)
{
    size_t size = kept->n_id + kept->n_source_ip;
    struct kept_head head;
    struct str rest = {arena_strndup(a, kept->id, size), size};
    memcpy(&head, take(&rest, sizeof head).p, sizeof head);
    take(&rest, head.n_principal);
    struct observation ret = {
        .outcome = (enum authz_outcome)head.outcome,
        .layer = (enum authz_layer)head.layer,
        .through = head.through,
        .foreign = head.foreign,
        .mfa = head.mfa,
        .unnamed = head.unnamed,
        .first = kept->first,
        .last = kept->last,
        .n = kept->n,
        .keys = copy_keys(a, kept),
        .n_keys = kept->n_keys,
    };
    ret.region = take(&rest, head.n_region);
    ret.owner = take(&rest, head.n_owner);
    ret.action = take(&rest, head.n_action);
    ret.resource = take(&rest, rest.n - kept->n_source_ip);
    ret.source_ip = rest;
    return ret;
}
