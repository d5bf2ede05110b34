/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/coverage.h"

#include "policy/policy_priv.h"

/* A statement and whose it is; its number is its place. */
struct item {
    size_t policy;
    const struct policy_statement *statement;
};

/* An action pattern of a statement, by its number. */
struct entry {
    size_t item;
    const struct action_pattern *pattern;
};

struct entries {
    struct entry *v;
    size_t n;
};

struct coverage {
    struct arena arena;
    struct arena scratch; /* of the service in hand */
    struct policy_work *work;
    const struct item *items;
    size_t n_items;
    const size_t *wide; /* statements that may be about any service */
    size_t n_wide;
    struct entries any;   /* patterns without a service, which are all of wide statements */
    struct entries named; /* the others, by service */
    size_t *first;        /* of the named ones, by the number of a service, and one more */
    unsigned char *about;

    /* Of the service in hand: */
    size_t number;
    const struct reference_labels *labels;
    const struct reference_service *loaded; /* NULL: not yet */
    enum policy_effect effect;
    size_t at_wide, at_any, at_named;
};

/* Patterns of one service mostly stand together. */
struct finder {
    struct str prefix;
    size_t number;
    bool found;
};

static bool find_number(struct finder *f, struct str prefix, size_t *ret)
{
    if (!f->prefix.p || !str_eq(f->prefix, prefix)) {
        f->found = reference_number(prefix, &f->number);
        f->prefix = prefix;
    }
    *ret = f->number;
    return f->found;
}

typedef void entry_fn(struct coverage *c, struct entry entry, size_t number);

static void count_entry(struct coverage *c, UNUSED struct entry entry, size_t number)
{
    c->first[number + 1]++;
}

/* FIRST is where the next of each service goes. */
static void place_entry(struct coverage *c, struct entry entry, size_t number)
{
    c->named.v[c->first[number]++] = entry;
}

static void each_named(struct coverage *c, entry_fn *see)
{
    struct finder finder = {.prefix = {NULL, 0}};
    for (size_t i = 0; i < c->n_items; i++) {
        const struct policy_match *m = c->items[i].statement->match;
        if (!work_spend(c->work, 4 * m->n_actions))
            return;
        for (size_t j = 0; j < m->n_actions; j++) {
            size_t number;
            if (m->actions[j].service.p && find_number(&finder, m->actions[j].service, &number))
                see(c, (struct entry){i, &m->actions[j]}, number);
        }
    }
}

/* Counting sort, which keeps statements in their order. */
static void sort_named(struct coverage *c, size_t n_services)
{
    c->first = NEW_ARRAY(&c->arena, size_t, n_services + 2);
    each_named(c, count_entry);
    for (size_t i = 0; i < n_services; i++)
        c->first[i + 1] += c->first[i];
    c->named.n = c->first[n_services];
    c->named.v = NEW_ARRAY(&c->arena, struct entry, c->named.n);
    each_named(c, place_entry);
    memmove(c->first + 1, c->first, n_services * sizeof *c->first);
    c->first[0] = 0;
}

static size_t count_any(const struct policy_match *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_actions; i++)
        n += !m->actions[i].service.p;
    return n;
}

static void find_wide(struct coverage *c)
{
    size_t *wide = NEW_ARRAY(&c->arena, size_t, c->n_items), n = 0;
    for (size_t i = 0; i < c->n_items; i++)
        n += count_any(c->items[i].statement->match);
    c->any.v = NEW_ARRAY(&c->arena, struct entry, n);
    for (size_t i = 0; i < c->n_items; i++) {
        const struct policy_match *m = c->items[i].statement->match;
        size_t before = c->any.n;
        for (size_t j = 0; j < m->n_actions; j++) {
            if (!m->actions[j].service.p)
                c->any.v[c->any.n++] = (struct entry){i, &m->actions[j]};
        }
        if (c->any.n > before || m->not_action)
            wide[c->n_wide++] = i;
    }
    c->wide = wide;
}

static void add_items(struct coverage *c, const struct policy *const *policies, size_t n)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most += policies[i]->n;
    struct item *items = NEW_ARRAY(&c->arena, struct item, most);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < policies[i]->n; j++)
            items[c->n_items++] = (struct item){i, &policies[i]->statements[j]};
    }
    c->items = items;
}

struct coverage *coverage_new(const struct policy *const *policies, size_t n,
                              struct policy_work *work)
{
    struct arena arena;
    arena_init(&arena);
    struct coverage *c = NEW(&arena, struct coverage);
    c->arena = arena;
    c->work = work;
    c->about = arena_alloc(&c->arena, reference_most_actions());
    arena_init(&c->scratch);
    add_items(c, policies, n);
    find_wide(c);
    sort_named(c, reference_count());
    return c;
}

void coverage_done(struct coverage *c)
{
    arena_done(&c->scratch);
    struct arena arena = c->arena;
    arena_done(&arena);
}

void coverage_begin(struct coverage *c, const struct reference_labels *labels,
                    enum policy_effect effect)
{
    if (labels->number != c->number)
        c->loaded = NULL;
    c->number = labels->number;
    c->labels = labels;
    c->effect = effect;
    c->at_wide = c->at_any = 0;
    c->at_named = c->first[c->number];
}

const struct reference_service *coverage_service(struct coverage *c)
{
    if (!c->loaded) {
        arena_reset(&c->scratch);
        work_spend(c->work, 1000 + 20 * c->labels->n_actions);
        c->loaded = reference_load(&c->scratch, str_of(c->labels->service));
    }
    return c->loaded;
}

/* NAME and PREFIX in the order of labels; 0: it begins with that. */
static int compare(struct str name, struct str prefix)
{
    for (size_t i = 0; i < prefix.n; i++) {
        if (i == name.n)
            return -1;
        int difference =
            (unsigned char)ascii_lower(name.p[i]) - (unsigned char)ascii_lower(prefix.p[i]);
        if (difference)
            return difference;
    }
    return 0;
}

/* The first label at or behind those that begin with PREFIX. */
static size_t bound(const struct reference_labels *labels, struct str prefix, bool behind)
{
    size_t low = 0, high = labels->n_actions;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(labels->actions[middle].name, prefix);
        if (order < 0 || (behind && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Nothing but what it begins with matters. */
static bool is_open(const struct pattern *name, bool text)
{
    const struct piece *wild = name->n == (size_t)text + 1 ? &name->v[text] : NULL;
    return wild && wild->kind == PIECE_WILD && wild->open && wild->count == 0;
}

static void mark(struct coverage *c, const struct pattern *name)
{
    const struct reference_labels *labels = c->labels;
    const struct scope scope = {NULL, c->work};
    bool text = name->n && name->v[0].kind == PIECE_TEXT;
    struct str prefix = text ? name->v[0].text : STR("");
    size_t from = bound(labels, prefix, false), to = bound(labels, prefix, true);
    if (!work_spend(c->work, 16 + (to - from) / 16))
        return;
    if (is_open(name, text)) {
        memset(c->about + from, 1, to - from);
        return;
    }
    for (size_t i = from; i < to; i++) {
        if (!c->about[i])
            c->about[i] = pattern_matches(name, labels->actions[i].name, FOLD_ALL, &scope);
    }
}

static void mark_all(struct coverage *c, const struct entries *entries, size_t end, size_t item,
                     size_t *at)
{
    for (; *at < end && entries->v[*at].item == item; (*at)++)
        mark(c, &entries->v[*at].pattern->name);
}

/* Actions that can be about none of the resources are taken out. */
static void limit(struct coverage *c, const struct policy_match *m)
{
    const struct reference_service *service = coverage_service(c);
    for (size_t i = 0; i < c->labels->n_actions; i++) {
        if (c->about[i])
            c->about[i] = match_reaches(m, service, &service->actions[i], c->work);
    }
}

/* The statement that is next in the order of all; false: none. */
static bool next_item(const struct coverage *c, size_t *ret)
{
    bool wide = c->at_wide < c->n_wide, named = c->at_named < c->first[c->number + 1];
    size_t a = wide ? c->wide[c->at_wide] : SIZE_MAX;
    size_t b = named ? c->named.v[c->at_named].item : SIZE_MAX;
    *ret = a < b ? a : b;
    return wide || named;
}

/* Marks what ITEM is about, and moves on behind it. */
static void cover(struct coverage *c, size_t item)
{
    const struct policy_match *m = c->items[item].statement->match;
    memset(c->about, 0, c->labels->n_actions);
    c->at_wide += c->at_wide < c->n_wide && c->wide[c->at_wide] == item;
    mark_all(c, &c->any, c->any.n, item, &c->at_any);
    mark_all(c, &c->named, c->first[c->number + 1], item, &c->at_named);
    for (size_t i = 0; i < c->labels->n_actions && m->not_action; i++)
        c->about[i] = !c->about[i];
}

/* Moves on behind ITEM without a look at it. */
static void pass_over(struct coverage *c, size_t item)
{
    c->at_wide += c->at_wide < c->n_wide && c->wide[c->at_wide] == item;
    while (c->at_any < c->any.n && c->any.v[c->at_any].item == item)
        c->at_any++;
    while (c->at_named < c->first[c->number + 1] && c->named.v[c->at_named].item == item)
        c->at_named++;
}

bool coverage_next(struct coverage *c, struct coverage_part *ret)
{
    size_t item;
    while (next_item(c, &item) && work_spend(c->work, 8 + c->labels->n_actions / 16)) {
        const struct policy_statement *statement = c->items[item].statement;
        if (statement->effect != c->effect) {
            pass_over(c, item);
            continue;
        }
        cover(c, item);
        bool all = match_is_of_all(statement->match);
        if (!all && memchr(c->about, 1, c->labels->n_actions))
            limit(c, statement->match);
        *ret = (struct coverage_part){c->items[item].policy, statement, all, c->about, 0};
        for (size_t i = 0; i < c->labels->n_actions; i++)
            ret->n += c->about[i];
        if (ret->n)
            return true;
    }
    return false;
}
