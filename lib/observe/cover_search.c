/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rectangles that cannot grow are enough: they are what rows have in common, with all rows that
 * have it. Where these are few, all of them are known, and a search with a limit looks for the
 * least number; before it, and where they are many, the one that covers most is taken, again and
 * again.
 */
#include <stdlib.h>

#include "observe/cover_priv.h"

enum {
    COMMON = 1024,  /* rectangles of what rows have in common */
    SMALL = 1024,   /* places of a table that is searched */
    STEPS = 5000,   /* of the search */
    DEPTH_MAX = 64, /* rectangles that it looks for */
};

struct hunt {
    const struct table *t;
    struct rect *all; /* that cannot grow */
    size_t n, cap;
    bool complete;  /* these are all */
    uint64_t *open; /* crosses that are not covered yet, as rows */
};

static bool is_empty(const uint64_t *bits, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        if (bits[i])
            return false;
    }
    return true;
}

/* RET becomes all lines that have a cross in each of LINES: OF has theirs. */
static void meet(const uint64_t *lines, size_t n, const uint64_t *of, size_t words, uint64_t *ret)
{
    memset(ret, 0xff, words * sizeof *ret);
    for (size_t i = 0; i < n; i++) {
        for (size_t w = 0; bits_has(lines, i) && w < words; w++)
            ret[w] &= of[i * words + w];
    }
}

static bool is_known(const struct hunt *h, const uint64_t *cols)
{
    size_t words = h->t->col_words;
    for (size_t i = 0; i < h->n; i++) {
        if (memcmp(h->all[i].cols, cols, words * sizeof *cols) == 0)
            return true;
    }
    return false;
}

/* The largest rectangle around COLS, which is closed: it is what some rows have in common. */
static void add(struct hunt *h, const uint64_t *cols)
{
    const struct table *t = h->t;
    if (h->n == h->cap || is_empty(cols, t->col_words) || is_known(h, cols))
        return;
    struct rect *rect = &h->all[h->n++];
    rect->rows = NEW_ARRAY(t->arena, uint64_t, t->row_words);
    rect->cols = NEW_ARRAY(t->arena, uint64_t, t->col_words);
    memcpy(rect->cols, cols, t->col_words * sizeof *cols);
    meet(cols, t->n_cols, t->cols, t->row_words, rect->rows);
}

/* What each row has, what the rows of each column have in common, and what those have in common. */
static void find_all(struct hunt *h)
{
    const struct table *t = h->t;
    uint64_t *cols = NEW_ARRAY(t->arena, uint64_t, t->col_words);
    h->cap = t->n_rows + t->n_cols;
    h->all = NEW_ARRAY(t->arena, struct rect, h->cap + COMMON);
    for (size_t i = 0; i < t->n_rows; i++)
        add(h, t->rows + i * t->col_words);
    for (size_t i = 0; i < t->n_cols; i++) {
        meet(t->cols + i * t->row_words, t->n_rows, t->rows, t->col_words, cols);
        add(h, cols);
    }
    h->cap = h->n + (t->n_rows * t->n_cols > SMALL ? 0 : COMMON);
    for (size_t i = 0; i < h->n; i++) {
        for (size_t k = 0; k < t->n_rows && h->n < h->cap; k++) {
            for (size_t w = 0; w < t->col_words; w++)
                cols[w] = h->all[i].cols[w] & t->rows[k * t->col_words + w];
            add(h, cols);
        }
    }
    h->complete = h->n < h->cap;
}

static size_t gain_of(const struct hunt *h, const struct rect *rect)
{
    size_t words = h->t->col_words, gain = 0;
    for (size_t i = 0; i < h->t->n_rows; i++) {
        for (size_t w = 0; bits_has(rect->rows, i) && w < words; w++)
            gain += (size_t)__builtin_popcountll(rect->cols[w] & h->open[i * words + w]);
    }
    return gain;
}

static void take_away(uint64_t *open, const struct table *t, const struct rect *rect)
{
    for (size_t i = 0; i < t->n_rows; i++) {
        for (size_t w = 0; bits_has(rect->rows, i) && w < t->col_words; w++)
            open[i * t->col_words + w] &= ~rect->cols[w];
    }
}

/* The one that covers most; what another one might cover at most was counted before. */
static struct rect *best_of(struct hunt *h)
{
    struct rect *best = NULL;
    for (size_t i = 0; i < h->n; i++) {
        struct rect *rect = &h->all[i];
        if (best && rect->gain <= best->gain)
            continue;
        rect->gain = gain_of(h, rect);
        if (rect->gain && (!best || rect->gain > best->gain))
            best = rect;
    }
    return best;
}

static void take_greedily(struct hunt *h, struct found *ret)
{
    const struct table *t = h->t;
    const struct rect *best;
    memcpy(h->open, t->rows, t->n_rows * t->col_words * sizeof *h->open);
    for (size_t i = 0; i < h->n; i++)
        h->all[i].gain = SIZE_MAX;
    for (ret->n = 0; (best = best_of(h)) != NULL; ret->n++) {
        ret->v[ret->n] = *best;
        take_away(h->open, t, best);
    }
}

/* How many rectangles each cross is in, as rows of the table. */
static uint32_t *count_layers(const struct table *t, const struct found *found)
{
    uint32_t *layers = NEW_ARRAY(t->arena, uint32_t, t->n_rows * t->n_cols);
    for (size_t k = 0; k < found->n; k++) {
        for (size_t i = 0; i < t->n_rows; i++) {
            for (size_t j = 0; bits_has(found->v[k].rows, i) && j < t->n_cols; j++)
                layers[i * t->n_cols + j] += bits_has(found->v[k].cols, j);
        }
    }
    return layers;
}

/* Whether RECT has a cross that is in no other. */
static bool has_own(const struct table *t, const uint32_t *layers, const struct rect *rect)
{
    for (size_t i = 0; i < t->n_rows; i++) {
        for (size_t j = 0; bits_has(rect->rows, i) && j < t->n_cols; j++) {
            if (bits_has(rect->cols, j) && layers[i * t->n_cols + j] == 1)
                return true;
        }
    }
    return false;
}

/* One line of RECT, whose crosses others have, is left out. */
static void drop_row(const struct table *t, uint32_t *layers, const struct rect *rect, size_t row)
{
    bool spare = true;
    for (size_t j = 0; j < t->n_cols; j++)
        spare &= !bits_has(rect->cols, j) || layers[row * t->n_cols + j] > 1;
    if (!spare)
        return;
    for (size_t j = 0; j < t->n_cols; j++)
        layers[row * t->n_cols + j] -= bits_has(rect->cols, j);
    rect->rows[row / 64] &= ~((uint64_t)1 << row % 64);
}

static void drop_col(const struct table *t, uint32_t *layers, const struct rect *rect, size_t col)
{
    bool spare = true;
    for (size_t i = 0; i < t->n_rows; i++)
        spare &= !bits_has(rect->rows, i) || layers[i * t->n_cols + col] > 1;
    if (!spare)
        return;
    for (size_t i = 0; i < t->n_rows; i++)
        layers[i * t->n_cols + col] -= bits_has(rect->rows, i);
    rect->cols[col / 64] &= ~((uint64_t)1 << col % 64);
}

/* Columns are resources, whose names are longer: they go first. Nothing is left of a rectangle that
   the others make superfluous. */
static void shrink(const struct table *t, uint32_t *layers, const struct rect *rect)
{
    for (size_t j = 0; j < t->n_cols; j++) {
        if (bits_has(rect->cols, j))
            drop_col(t, layers, rect, j);
    }
    for (size_t i = 0; i < t->n_rows; i++) {
        if (bits_has(rect->rows, i))
            drop_row(t, layers, rect, i);
    }
}

static void copy_bits(const struct table *t, struct rect *rect)
{
    uint64_t *rows = NEW_ARRAY(t->arena, uint64_t, t->row_words),
             *cols = NEW_ARRAY(t->arena, uint64_t, t->col_words);
    memcpy(rows, rect->rows, t->row_words * sizeof *rows);
    memcpy(cols, rect->cols, t->col_words * sizeof *cols);
    rect->rows = rows;
    rect->cols = cols;
}

/* Leaves out what is superfluous: whole rectangles first, the smallest of them before others. */
static void tidy(const struct table *t, struct found *found)
{
    uint32_t *layers = count_layers(t, found);
    size_t kept = 0;
    for (size_t i = found->n; i-- > 0;) {
        struct rect *rect = &found->v[i];
        copy_bits(t, rect);
        if (!has_own(t, layers, rect))
            shrink(t, layers, rect);
    }
    for (size_t i = 0; i < found->n; i++)
        shrink(t, layers, &found->v[i]);
    for (size_t i = 0; i < found->n; i++) {
        if (has_own(t, layers, &found->v[i]))
            found->v[kept++] = found->v[i];
    }
    found->n = kept;
}

/* The search for fewer. */
struct quest {
    struct hunt *h;
    const struct rect *chosen[DEPTH_MAX];
    uint64_t *open[DEPTH_MAX + 1]; /* at each depth */
    const uint32_t *choices;       /* of each place: rectangles that have it */
    size_t steps;
    struct found *best;
};

/* The open cross that the fewest rectangles have; false: there is none. */
static bool hardest(const struct quest *q, const uint64_t *open, size_t *ret_row, size_t *ret_col)
{
    const struct table *t = q->h->t;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < t->n_rows; i++) {
        for (size_t j = 0; j < t->n_cols; j++) {
            size_t n = q->choices[i * t->n_cols + j];
            if (n >= least || !bits_has(open + i * t->col_words, j))
                continue;
            least = n;
            *ret_row = i;
            *ret_col = j;
        }
    }
    return least != SIZE_MAX;
}

static void keep_chosen(struct quest *q, size_t depth)
{
    for (size_t i = 0; i < depth; i++)
        q->best->v[i] = *q->chosen[i];
    q->best->n = depth;
}

static void descend(struct quest *q, size_t depth)
{
    const struct table *t = q->h->t;
    size_t row = 0, col = 0, size = t->n_rows * t->col_words * sizeof(uint64_t);
    if (!hardest(q, q->open[depth], &row, &col)) {
        keep_chosen(q, depth);
        return;
    }
    for (size_t i = 0; i < q->h->n && depth + 1 < q->best->n && q->steps < STEPS; i++) {
        const struct rect *rect = &q->h->all[i];
        if (!bits_has(rect->rows, row) || !bits_has(rect->cols, col))
            continue;
        q->steps++;
        q->chosen[depth] = rect;
        memcpy(q->open[depth + 1], q->open[depth], size);
        take_away(q->open[depth + 1], t, rect);
        descend(q, depth + 1);
    }
}

static void look_for_fewer(struct hunt *h, struct found *best)
{
    const struct table *t = h->t;
    struct quest *q = NEW(t->arena, struct quest);
    size_t words = t->n_rows * t->col_words;
    const struct found all = {.v = h->all, .n = h->n};
    *q = (struct quest){.h = h, .choices = count_layers(t, &all), .best = best};
    for (size_t i = 0; i <= best->n; i++)
        q->open[i] = NEW_ARRAY(t->arena, uint64_t, words);
    memcpy(q->open[0], t->rows, words * sizeof(uint64_t));
    descend(q, 0);
    best->least = q->steps < STEPS;
}

void cover_search(const struct table *t, struct found *ret)
{
    struct hunt h = {.t = t};
    find_all(&h);
    h.open = NEW_ARRAY(t->arena, uint64_t, t->n_rows * t->col_words);
    *ret = (struct found){.v = NEW_ARRAY(t->arena, struct rect, h.n)};
    take_greedily(&h, ret);
    if (h.complete && ret->n < DEPTH_MAX)
        look_for_fewer(&h, ret);
    tidy(t, ret);
}
