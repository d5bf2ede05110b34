/* SPDX-License-Identifier: Apache-2.0 */
/* Statements: of the rectangles of the table, cut so that each fits into a policy. */
#include <stdlib.h>

#include "base/map.h"
#include "observe/smallest_priv.h"

enum {
    ENVELOPE = 48, /* bytes of a policy around its statements */
    SID_WORD = 24, /* characters of a name in a Sid */
};

static size_t policy_max(void)
{
    return policy_limit_of(POLICY_MANAGED).max;
}

/* Letters and digits of TEXT, the first of each run a capital. */
static void add_word(struct buf *b, struct str text)
{
    bool begins = true;
    for (size_t i = 0, n = 0; i < text.n && n < SID_WORD; i++) {
        char c = text.p[i];
        bool good = ascii_is_alnum(c);
        if (good) {
            buf_add_char(b, begins && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
            n++;
        }
        begins = !good;
    }
}

/* The last part of an ARN that has letters or digits. */
static struct str name_in(struct str pattern)
{
    struct str rest = pattern, name = pattern;
    while (rest.p) {
        struct str part = str_cut(&rest, ':');
        while (part.p) {
            struct str piece = str_cut(&part, '/');
            bool good = false;
            for (size_t i = 0; i < piece.n; i++)
                good |= ascii_is_alnum(piece.p[i]);
            name = good ? piece : name;
        }
    }
    return name;
}

/* S3GetObjectAnd2MoreOnReports. */
static void name_draft(struct smallest *s, const struct draft *d, struct buf *b)
{
    struct str action = s->table.actions[d->rows[0]], pattern = s->table.patterns[d->cols[0]];
    struct str name = action;
    add_word(b, str_cut(&name, ':'));
    add_word(b, name);
    if (d->n_rows > 1)
        buf_printf(b, "And%zuMore", d->n_rows - 1);
    buf_add(b, STR("On"));
    if (d->n_cols > 1)
        buf_printf(b, "%zuResources", d->n_cols);
    else if (str_is(pattern, "*"))
        buf_add(b, STR("Anything"));
    else
        add_word(b, name_in(pattern));
}

/* Sids are told apart by a number. */
static void name_all(struct smallest *s)
{
    struct map names = {.entries = NULL};
    for (size_t i = 0; i < s->n_drafts; i++) {
        struct buf b = buf_new(s->arena, 64);
        name_draft(s, &s->drafts[i], &b);
        size_t n = b.n;
        for (size_t again = 2; map_get(&names, buf_str(&b)); again++) {
            b.n = n;
            buf_printf(&b, "No%zu", again);
        }
        s->drafts[i].sid = buf_text(&b);
        map_put(&names, str_of(s->drafts[i].sid), &s->drafts[i]);
    }
    map_done(&names);
}

/* Bytes of an entry of a list. */
static size_t entry_size(struct smallest *s, struct str text)
{
    struct buf b = buf_new(s->arena, text.n + 8);
    write_text(&b, text);
    return b.n + 1;
}

/* How many of a list fit into ROOM, one at least; *ROOM becomes what is left. */
static size_t count_fitting(struct smallest *s, const struct str *texts, const uint32_t *v,
                            size_t n, size_t room)
{
    size_t used = 0, fit = 0;
    for (; fit < n; fit++) {
        used += entry_size(s, texts[v[fit]]);
        if (used > room)
            break;
    }
    return fit;
}

static void push(struct smallest *s, const struct draft *d)
{
    if (s->n_drafts == s->cap_drafts) {
        size_t cap = s->cap_drafts ? s->cap_drafts * 2 : 16;
        s->drafts = arena_grow(s->arena, s->drafts, s->cap_drafts * sizeof *d, cap * sizeof *d);
        s->cap_drafts = cap;
    }
    s->drafts[s->n_drafts++] = *d;
}

/* The part of D in front, of as many resources and then as many actions as fit; D is the rest. */
static struct draft cut(struct smallest *s, struct draft *d)
{
    enum { FRAME = 256 }; /* bytes around the lists, Sid included */
    const struct need_table *t = &s->table;
    size_t room = policy_max() - ENVELOPE - FRAME - strlen(d->conditions);
    size_t actions = count_fitting(s, t->actions, d->rows, d->n_rows, room / 2), used = 0;
    struct draft front = *d;
    actions += actions == 0;
    for (size_t i = 0; i < actions; i++)
        used += entry_size(s, t->actions[d->rows[i]]);
    size_t left = used < room ? room - used : 0;
    size_t resources = count_fitting(s, t->patterns, d->cols, d->n_cols, left);
    resources += resources == 0;
    front.n_rows = actions;
    front.n_cols = resources;
    return front;
}

/* A rectangle that is too large becomes a grid of smaller ones. */
static void add_rect(struct smallest *s, const struct cover_rect *rect)
{
    struct draft whole = {.rows = rect->rows,
                          .cols = rect->cols,
                          .n_rows = rect->n_rows,
                          .n_cols = rect->n_cols,
                          .conditions = ""};
    if (s->options.conditions)
        whole.conditions = conditions_of(s, &whole);
    for (struct draft rows = whole; rows.n_rows;) {
        struct draft front = cut(s, &rows), cols = rows;
        cols.n_rows = front.n_rows;
        while (cols.n_cols) {
            struct draft part = cut(s, &cols);
            part.n_rows = front.n_rows;
            push(s, &part);
            cols.cols += part.n_cols;
            cols.n_cols -= part.n_cols;
        }
        rows.rows += front.n_rows;
        rows.n_rows -= front.n_rows;
    }
}

static int by_first(const void *one, const void *other)
{
    const struct cover_rect *a = one, *b = other;
    if (a->rows[0] != b->rows[0])
        return a->rows[0] < b->rows[0] ? -1 : 1;
    return a->cols[0] < b->cols[0] ? -1 : a->cols[0] > b->cols[0];
}

static void add_all(struct smallest *s)
{
    const struct need_table *t = &s->table;
    struct cover cover;
    cover_find(s->arena, t->cells, t->n, t->n_actions, t->n_patterns, &cover);
    struct cover_rect *v = NEW_ARRAY(s->arena, struct cover_rect, cover.n + 1);
    memcpy(v, cover.v, cover.n * sizeof *v);
    qsort(v, cover.n, sizeof *v, by_first);
    for (size_t i = 0; i < cover.n; i++)
        add_rect(s, &v[i]);
    s->result.least = cover.least && s->n_drafts == cover.n;
}

static void count_cells(const struct smallest *s, const struct draft *d, int by, int *counts)
{
    for (size_t i = 0; i < d->n_rows; i++) {
        for (size_t j = 0; j < d->n_cols; j++)
            counts[need_cell(&s->table, d->rows[i], d->cols[j])] += by;
    }
}

/* SIZE_MAX: others have all of it. */
static size_t find_need(const struct smallest *s, const struct draft *d, const int *counts)
{
    for (size_t i = 0; i < d->n_rows; i++) {
        for (size_t j = 0; j < d->n_cols; j++) {
            size_t cell = need_cell(&s->table, d->rows[i], d->cols[j]);
            if (counts[cell] == 1)
                return cell;
        }
    }
    return SIZE_MAX;
}

/* A part of a rectangle may be superfluous where the rectangle is not. */
static void find_needs(struct smallest *s)
{
    int *counts = NEW_ARRAY(s->arena, int, s->table.n + 1);
    size_t kept = 0;
    for (size_t i = 0; i < s->n_drafts; i++)
        count_cells(s, &s->drafts[i], 1, counts);
    for (size_t i = 0; i < s->n_drafts; i++) {
        struct draft *d = &s->drafts[i];
        d->needs = find_need(s, d, counts);
        if (d->needs == SIZE_MAX)
            count_cells(s, d, -1, counts);
        else
            s->drafts[kept++] = *d;
    }
    s->n_drafts = kept;
}

/* Each goes into the first policy that has room. */
static void distribute(struct smallest *s)
{
    size_t *sizes = NEW_ARRAY(s->arena, size_t, s->n_drafts + 1);
    for (size_t i = 0; i < s->n_drafts; i++) {
        struct draft *d = &s->drafts[i];
        size_t k = 0;
        write_statement(s, d);
        while (k < s->result.n && sizes[k] + d->size + 1 > policy_max())
            k++;
        if (k == s->result.n)
            sizes[s->result.n++] = ENVELOPE;
        sizes[k] += d->size + 1;
        d->policy = k;
    }
}

void drafts_make(struct smallest *s)
{
    if (s->table.n == 0)
        return;
    add_all(s);
    find_needs(s);
    name_all(s);
    distribute(s);
}
