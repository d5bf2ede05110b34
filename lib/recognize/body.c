/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/json_text.h"
#include "recognize/body_priv.h"

static const char *const twice = "A member of the body stands there twice.";
static const char *const cased =
    "The body has a name in another letter case than the operation's member.";
static const char *const misshapen = "A member of the body is not of the operation's kind.";
static const char *const too_many = "The body has too many elements.";

uint32_t tape_add(struct tape *t)
{
    if (t->n == t->cap) {
        uint32_t cap = t->cap ? t->cap * 2 : (uint32_t)(t->text.n / 24) + 8;
        t->v = arena_grow(t->arena, t->v, t->cap * sizeof *t->v, cap * sizeof *t->v);
        t->cap = cap;
    }
    t->v[t->n] = (struct item){.end = t->n + 1};
    return t->n++;
}

void tape_rename(struct tape *t, uint32_t item, struct str name)
{
    t->names.arena = t->arena;
    t->v[item].name = (uint32_t)t->names.n;
    t->v[item].name_n = (uint32_t)name.n;
    t->v[item].renamed = true;
    buf_add(&t->names, name);
}

static struct str item_name(const struct tape *t, const struct item *item)
{
    return (struct str){(item->renamed ? t->names.p : t->text.p) + item->name, item->name_n};
}

bool finding_refuse(struct finding *f, enum recognize_why why, const char *reason)
{
    f->why = why;
    f->reason = reason;
    return false;
}

bool finding_add(struct finding *f, struct str value, bool inner)
{
    if (f->found.n == MEMBERS_MAX)
        return finding_refuse(f, RECOGNIZE_TOO_MANY, too_many);
    if (f->found.n == f->cap) {
        size_t cap = f->cap ? f->cap * 4 : 4;
        f->found.v =
            arena_grow(f->arena, f->found.v, f->cap * sizeof *f->found.v, cap * sizeof *f->found.v);
        f->cap = cap;
    }
    f->now.value = value;
    f->now.inner = inner;
    f->found.v[f->found.n++] = f->now;
    return true;
}

static bool add_item(const struct tape *t, struct finding *f, const struct item *item)
{
    struct str text = {t->text.p + item->text, item->text_n};
    if (item->kind == ITEM_NULL)
        return true;
    if (item->kind != ITEM_TEXT)
        return finding_add(f, STR(""), true);
    if (item->coding)
        text = t->decode(t, text, item->coding);
    if (!text.p)
        return finding_refuse(f, RECOGNIZE_MALFORMED,
                              "A value in the body is no text, and no number in range.");
    return finding_add(f, text, false);
}

static bool walk(const struct tape *t, struct finding *f, uint32_t at, struct str path);

/* AT is element N of a list. */
static bool walk_element(const struct tape *t, struct finding *f, uint32_t at, uint32_t n,
                         struct str path)
{
    ENSURE(f->now.n_at < MEMBER_DEPTH);
    f->now.at[f->now.n_at++] = n;
    bool goes_on = walk(t, f, at, path);
    f->now.n_at--;
    return goes_on;
}

static bool walk_elements(const struct tape *t, struct finding *f, uint32_t at, struct str path)
{
    uint32_t n = 0;
    for (uint32_t kid = at + 1; kid < t->v[at].end; kid = t->v[kid].end) {
        if (!walk_element(t, f, kid, n++, path))
            return false;
    }
    return true;
}

static bool keys_differ(const struct tape *t, struct finding *f, uint32_t at)
{
    size_t n = 0;
    for (uint32_t kid = at + 1; kid < t->v[at].end; kid = t->v[kid].end)
        n++;
    if (n > MEMBERS_MAX) /* before they are sorted */
        return finding_refuse(f, RECOGNIZE_TOO_MANY, too_many);
    struct named *keys = arena_alloc(f->arena, n * sizeof *keys);
    n = 0;
    for (uint32_t kid = at + 1; kid < t->v[at].end; kid = t->v[kid].end)
        keys[n++] = (struct named){item_name(t, &t->v[kid]), kid};
    return named_repeats(keys, n) == SIZE_MAX || finding_refuse(f, RECOGNIZE_AMBIGUOUS, twice);
}

static bool walk_keys(const struct tape *t, struct finding *f, uint32_t at)
{
    uint32_t n = 0;
    ENSURE(f->now.n_at < MEMBER_DEPTH);
    bool goes_on = keys_differ(t, f, at);
    for (uint32_t kid = at + 1; goes_on && kid < t->v[at].end; kid = t->v[kid].end) {
        f->now.at[f->now.n_at++] = n++;
        goes_on = finding_add(f, item_name(t, &t->v[kid]), false);
        f->now.n_at--;
    }
    return goes_on;
}

static bool is_name(struct str s, char c)
{
    return s.n == 1 && s.p[0] == c;
}

/* The one kid of that name: 0 when there is none. */
static bool find_kid(const struct tape *t, struct finding *f, uint32_t at, struct str name,
                     uint32_t *ret)
{
    uint32_t found = 0;
    for (uint32_t kid = at + 1; kid < t->v[at].end; kid = t->v[kid].end) {
        struct str other = item_name(t, &t->v[kid]);
        if (other.n != name.n || !str_same_fold(other.p, name.p, name.n))
            continue;
        if (found)
            return finding_refuse(f, RECOGNIZE_AMBIGUOUS, twice);
        if (!t->flat && !str_eq(other, name))
            return finding_refuse(f, RECOGNIZE_AMBIGUOUS, cased);
        found = kid;
    }
    *ret = found;
    return true;
}

/* Elements of that name, each of which is one of a list. */
static bool walk_repeated(const struct tape *t, struct finding *f, uint32_t at, struct str name,
                          struct str path)
{
    uint32_t n = 0;
    for (uint32_t kid = at + 1; kid < t->v[at].end; kid = t->v[kid].end) {
        struct str other = item_name(t, &t->v[kid]);
        if (other.n != name.n || !str_same_fold(other.p, name.p, name.n))
            continue;
        if (!str_eq(other, name))
            return finding_refuse(f, RECOGNIZE_AMBIGUOUS, cased);
        if (!walk_element(t, f, kid, n++, path))
            return false;
    }
    return true;
}

static bool is_blank(const struct tape *t, const struct item *item)
{
    for (uint32_t i = 0; i < item->text_n; i++) {
        if (!strchr(" \t\r\n", t->text.p[item->text + i]))
            return false;
    }
    return true;
}

static bool walk_named(const struct tape *t, struct finding *f, uint32_t at, struct str name,
                       struct str path)
{
    struct str rest = path;
    uint32_t kid = 0;
    if (t->elements && is_name(str_cut(&rest, '.'), '#'))
        return walk_repeated(t, f, at, name, rest);
    if (!find_kid(t, f, at, name, &kid))
        return false;
    return kid == 0 || walk(t, f, kid, path);
}

/* PATH with p == NULL has been walked to its end. */
static bool walk(const struct tape *t, struct finding *f, uint32_t at, struct str path)
{
    const struct item *item = &t->v[at];
    if (!path.p)
        return add_item(t, f, item);
    struct str step = str_cut(&path, '.');
    bool list = is_name(step, '#');
    if (item->kind == ITEM_NULL || (t->elements && item->kind == ITEM_TEXT && is_blank(t, item)))
        return true;
    if (item->kind != (list ? ITEM_LIST : ITEM_MAP))
        return finding_refuse(f, RECOGNIZE_MALFORMED, misshapen);
    if (is_name(step, '@'))
        return walk_keys(t, f, at);
    if (is_name(step, '*'))
        return keys_differ(t, f, at) && walk_elements(t, f, at, path);
    return list ? walk_elements(t, f, at, path) : walk_named(t, f, at, step, path);
}

void tape_find(const struct tape *t, struct finding *f, struct str path)
{
    if (t->n)
        walk(t, f, 0, path);
}
