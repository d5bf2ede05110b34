/* SPDX-License-Identifier: Apache-2.0 */
/* What all observations of a statement share: a key that was there each time, with few values. */
#include <stdlib.h>

#include "observe/smallest_priv.h"

/* Says how a request was signed and sent, not what for; it is another one each time. */
static bool tells_nothing(struct str name)
{
    static const char *const names[] = {
        "s3:authType",   "s3:signatureAge",         "s3:signatureversion",
        "s3:TlsVersion", "s3:x-amz-content-sha256", "s3:signatureVersion",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(name, names[i]))
            return true;
    }
    return false;
}

/* A key on its way: of which there may be this many values in all. */
struct shared {
    struct str name;
    bool list;
    struct str v[OBSERVE_VALUES];
    size_t n;
};

static const struct observed_key *find(const struct observation *o, struct str name)
{
    for (size_t i = 0; i < o->n_keys; i++) {
        if (str_eq_fold(o->keys[i].name, name))
            return &o->keys[i];
    }
    return NULL;
}

/* False: there are too many. */
static bool add_value(struct shared *shared, struct str value)
{
    for (size_t i = 0; i < shared->n; i++) {
        if (str_eq(shared->v[i], value))
            return true;
    }
    if (shared->n == OBSERVE_VALUES || !str_is_utf8(value))
        return false;
    shared->v[shared->n++] = value;
    return true;
}

/* False: the key is not shared with this one. */
static bool share(struct shared *shared, const struct observation *o)
{
    const struct observed_key *key = find(o, shared->name);
    bool fits = key && key->always && !key->many && key->list == shared->list;
    for (size_t i = 0; fits && i < key->n; i++)
        fits = add_value(shared, key->values[i]);
    return fits;
}

/* Where something is asked for is in ARNs, but for those that have no region. */
static const char region_key[] = "aws:RequestedRegion";

static bool share_region(struct shared *shared, const struct observation *o)
{
    return o->region.n && add_value(shared, o->region);
}

/* Whether all observations of the draft have the key. */
static bool is_shared(const struct smallest *s, const struct draft *d, struct shared *shared)
{
    const struct need_table *t = &s->table;
    bool region = str_is(shared->name, region_key), fits = true;
    for (size_t i = 0; i < d->n_rows; i++) {
        for (size_t j = 0; j < d->n_cols && fits; j++) {
            size_t cell = need_cell(t, d->rows[i], d->cols[j]);
            for (size_t k = t->first[cell]; k < t->first[cell + 1] && fits; k++) {
                const struct observation *o = s->needed[k].observation;
                fits = region ? share_region(shared, o) : share(shared, o);
            }
        }
    }
    return fits;
}

/* NULL: nobody documents such a key. */
static const struct condition_key *known_key(struct smallest *s, struct str name)
{
    struct str folded = {str_fold(s->arena, name), name.n}, rest = folded;
    const struct condition_key *key = condition_key_find(folded);
    const struct reference_service *service = key ? NULL : need_reference(s, str_cut(&rest, ':'));
    return service ? reference_key_find(service, folded) : key;
}

/* Operators in the order in which they are written. */
enum test { TEST_STRING, TEST_ARN, TEST_NUMBER, TEST_BOOL, TEST_STRINGS, TEST_ARNS, TEST_NULL };
enum { TESTS = TEST_NULL + 1 };

static const char *const test_names[TESTS] = {
    "StringEquals",           "ArnEquals", "NumericEquals", "Bool", "ForAllValues:StringEquals",
    "ForAllValues:ArnEquals", "Null",
};

/* TEST_NULL: none has such values. */
static enum test test_of(const struct condition_key *key, const struct shared *shared)
{
    for (size_t i = 0; i < shared->n; i++) {
        if (!policy_value_is(key->type, shared->v[i]))
            return TEST_NULL;
    }
    switch (key->type) {
    case CONDITION_KEY_STRING:
        return shared->list ? TEST_STRINGS : TEST_STRING;
    case CONDITION_KEY_ARN:
        return shared->list ? TEST_ARNS : TEST_ARN;
    case CONDITION_KEY_NUMERIC:
        return shared->list ? TEST_NULL : TEST_NUMBER;
    case CONDITION_KEY_BOOL:
        return shared->list || shared->n > 1 ? TEST_NULL : TEST_BOOL;
    case CONDITION_KEY_DATE:
    case CONDITION_KEY_IP:
        break;
    }
    return TEST_NULL;
}

/* The tests of a statement. */
struct tests {
    struct buf of[TESTS];
    struct buf names; /* of the keys */
};

static void begin_test(struct tests *tests, enum test test, struct str key)
{
    struct buf *b = &tests->of[test];
    buf_add_char(b, b->n ? ',' : '{');
    write_text(b, key);
    buf_add_char(b, ':');
}

/* By bytes, so that they come in the same order whatever was seen first. */
static int by_text(const void *one, const void *other)
{
    const struct str *a = one, *b = other;
    return order_texts(*a, *b);
}

static void add_test(struct arena *a, struct tests *tests, struct shared *shared, enum test test)
{
    struct str text;
    buf_add(&tests->names, shared->name);
    buf_add_char(&tests->names, ' ');
    qsort(shared->v, shared->n, sizeof *shared->v, by_text);
    begin_test(tests, test, shared->name);
    struct buf *b = &tests->of[test];
    buf_add_text(b, shared->n > 1 ? "[" : "");
    for (size_t i = 0; i < shared->n; i++) {
        if (i)
            buf_add_char(b, ',');
        if (write_pattern(a, shared->v[i], false, &text))
            write_text(b, text);
    }
    buf_add_text(b, shared->n > 1 ? "]" : "");
    if (shared->list) { /* ForAllValues holds without the key, too */
        begin_test(tests, TEST_NULL, shared->name);
        buf_add(&tests->of[TEST_NULL], STR("\"false\""));
    }
}

static void consider(struct smallest *s, const struct draft *d, struct str name, bool list,
                     struct tests *tests)
{
    struct shared shared = {.name = name, .list = list};
    const struct condition_key *key = tells_nothing(name) ? NULL : known_key(s, name);
    if (!key || !is_shared(s, d, &shared) || shared.n == 0)
        return;
    enum test test = test_of(key, &shared);
    if (test != TEST_NULL)
        add_test(s->arena, tests, &shared, test);
}

static int by_name(const void *one, const void *other)
{
    const struct observed_key *a = one, *b = other;
    return order_actions(a->name, b->name);
}

static bool is_about_all(const struct smallest *s, const struct draft *d)
{
    bool all = false;
    for (size_t i = 0; i < d->n_cols; i++)
        all |= str_is(s->table.patterns[d->cols[i]], "*");
    return all;
}

static void collect(struct smallest *s, const struct draft *d, struct tests *ret)
{
    const struct need_table *t = &s->table;
    const struct observation *o =
        s->needed[t->first[need_cell(t, d->rows[0], d->cols[0])]].observation;
    struct observed_key *keys = NEW_ARRAY(s->arena, struct observed_key, o->n_keys + 1);
    for (size_t i = 0; i < TESTS; i++)
        ret->of[i] = (struct buf){.arena = s->arena};
    ret->names = (struct buf){.arena = s->arena};
    memcpy(keys, o->keys, o->n_keys * sizeof *keys);
    qsort(keys, o->n_keys, sizeof *keys, by_name);
    for (size_t i = 0; i < o->n_keys; i++)
        consider(s, d, keys[i].name, keys[i].list, ret);
    if (is_about_all(s, d))
        consider(s, d, str_of(region_key), false, ret);
}

const char *conditions_of(struct smallest *s, const struct draft *d)
{
    enum { LENGTH_MAX = 2048 }; /* a third of a policy */
    struct buf b = {.arena = s->arena};
    struct tests tests;
    collect(s, d, &tests);
    for (size_t i = 0; i < TESTS; i++) {
        if (!tests.of[i].n)
            continue;
        buf_printf(&b, "%s\"%s\":", b.n ? "," : ",\"Condition\":{", test_names[i]);
        buf_add(&b, buf_str(&tests.of[i]));
        buf_add_char(&b, '}');
    }
    if (b.n == 0 || b.n > LENGTH_MAX)
        return "";
    buf_add_char(&b, '}');
    return buf_text(&b);
}

void conditions_tell_apart(struct smallest *s, size_t cell)
{
    const struct need_table *t = &s->table;
    const struct draft draft = {
        .rows = &t->cells[cell].row, .cols = &t->cells[cell].col, .n_rows = 1, .n_cols = 1};
    struct tests tests;
    collect(s, &draft, &tests);
    for (size_t k = t->first[cell]; k < t->first[cell + 1]; k++)
        s->needed[k].keys = buf_str(&tests.names);
}
