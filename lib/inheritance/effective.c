/* SPDX-License-Identifier: Apache-2.0 */
/* What is merged as text, and whether it has more of something than it may. */
#include "inheritance/inheritance_priv.h"

/* AWS undocumented: that an empty list stays when it was assigned, as Security Hub's may be. */
bool setting_shows(const struct inherit_setting *setting)
{
    if (setting->is_setting)
        return setting->n_values > 0 || (setting->many && !setting->emptied);
    for (const struct inherit_setting *m = setting->first; m; m = m->next) {
        if (setting_shows(m))
            return true;
    }
    return false;
}

static void add_value(struct buf *b, const struct node *value)
{
    if (value->kind == NODE_STRING)
        buf_json(b, value->text);
    else
        buf_add(b, value->text);
}

static void add_values(struct buf *b, const struct inherit_setting *setting)
{
    bool first = true;
    buf_add_text(b, setting->many ? "[" : "");
    for (const struct setting_value *v = setting->values; v; v = v->next) {
        if (v->removed)
            continue;
        buf_add_text(b, first ? "" : ",");
        add_value(b, v->node);
        first = false;
    }
    buf_add_text(b, setting->many ? "]" : "");
}

static void add_setting(struct buf *b, const struct inherit_setting *setting)
{
    bool first = true;
    if (setting->is_setting) {
        add_values(b, setting);
        return;
    }
    buf_add_char(b, '{');
    for (const struct inherit_setting *m = setting->first; m; m = m->next) {
        if (!setting_shows(m))
            continue;
        buf_add_text(b, first ? "" : ",");
        buf_json(b, m->name);
        buf_add_char(b, ':');
        add_setting(b, m);
        first = false;
    }
    buf_add_char(b, '}');
}

char *inherit_text(struct arena *a, const struct inherit_setting *merged)
{
    struct buf b = buf_new(a, 256);
    add_setting(&b, merged);
    return buf_text(&b);
}

struct faults {
    struct arena *arena;
    struct buf path; /* of what is looked at: as long as the deepest, however many there are */
    struct inherit_fault *v;
    size_t n, cap;
};

static void add_policy(struct arena *a, struct inherit_fault *fault, const char *policy)
{
    for (size_t i = 0; i < fault->n; i++) {
        if (strcmp(fault->policies[i], policy) == 0)
            return;
    }
    fault->policies = arena_grow(a, fault->policies, fault->n * sizeof *fault->policies,
                                 (fault->n + 1) * sizeof *fault->policies);
    fault->policies[fault->n++] = policy;
}

/* AWS undocumented: that the first element beyond the maximum is the one that is named. */
static void add_fault(struct faults *f, size_t max, struct str name,
                      struct inherit_fault *contributors)
{
    contributors->code = "ELEMENTS_TOO_MANY";
    contributors->message =
        arena_printf(f->arena, "'%.*s' exceeds the allowed maximum limit %zu", STR_FMT(name), max);
    contributors->path = str_dup(f->arena, buf_str(&f->path));
    if (f->n == f->cap) {
        size_t cap = f->cap ? 2 * f->cap : 4;
        f->v = arena_grow(f->arena, f->v, f->cap * sizeof *f->v, cap * sizeof *f->v);
        f->cap = cap;
    }
    f->v[f->n++] = *contributors;
}

/* Returns what leave() needs to go back. */
static size_t enter(struct faults *f, struct str name)
{
    size_t above = f->path.n;
    buf_add_text(&f->path, above ? "/" : "");
    buf_add(&f->path, name);
    return above;
}

static void leave(struct faults *f, size_t above)
{
    f->path.n = above;
}

static void check_values(struct faults *f, const struct inherit_setting *setting)
{
    struct inherit_fault fault = {.policies = NULL};
    if (setting->n_values <= setting->rule->max)
        return;
    for (const struct setting_value *v = setting->values; v; v = v->next) {
        if (!v->removed)
            add_policy(f->arena, &fault, v->policy);
    }
    add_fault(f, setting->rule->max, setting->name, &fault);
}

static void check_members(struct faults *f, const struct inherit_setting *setting)
{
    struct inherit_fault fault = {.policies = NULL};
    struct str beyond = {NULL, 0};
    size_t n = 0;
    for (const struct inherit_setting *m = setting->first; m; m = m->next) {
        if (!setting_shows(m))
            continue;
        add_policy(f->arena, &fault, m->policy);
        if (++n == setting->rule->max + 1)
            beyond = m->name;
    }
    if (!beyond.p)
        return;
    size_t above = enter(f, beyond);
    add_fault(f, setting->rule->max, beyond, &fault);
    leave(f, above);
}

static void check(struct faults *f, const struct inherit_setting *setting)
{
    if (setting->rule->max && setting->is_setting)
        check_values(f, setting);
    else if (setting->rule->max)
        check_members(f, setting);
    for (const struct inherit_setting *m = setting->first; m; m = m->next) {
        size_t above = enter(f, m->name);
        check(f, m);
        leave(f, above);
    }
}

size_t inherit_faults(struct arena *a, const struct inherit_setting *merged,
                      const struct inherit_fault **ret)
{
    struct faults f = {.arena = a, .path = buf_new(a, 256)};
    check(&f, merged);
    *ret = f.v;
    return f.n;
}
