/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/cover.h"

#include <stdlib.h>

#include "base/base.h"
#include "observe/cover_priv.h"

/* A row or a column, and where its crosses are. */
struct line {
    uint32_t number;
    const uint32_t *at;
    size_t n;
};

static int by_content(const void *one, const void *other)
{
    const struct line *a = one, *b = other;
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    for (size_t i = 0; i < a->n; i++) {
        if (a->at[i] != b->at[i])
            return a->at[i] < b->at[i] ? -1 : 1;
    }
    return a->number < b->number ? -1 : a->number > b->number;
}

static bool same_content(const struct line *a, const struct line *b)
{
    return a->n == b->n && (a->n == 0 || memcmp(a->at, b->at, a->n * sizeof *a->at) == 0);
}

/* Lines that have the same crosses become one group; groups are in the order of their first. */
static size_t group(struct arena *a, const struct line *lines, size_t n, uint32_t *ret_group)
{
    struct line *sorted = NEW_ARRAY(a, struct line, n + 1);
    uint32_t *first = NEW_ARRAY(a, uint32_t, n + 1), groups = 0;
    memcpy(sorted, lines, n * sizeof *lines);
    qsort(sorted, n, sizeof *sorted, by_content);
    for (size_t i = 0; i < n; i++) {
        bool more = i && same_content(&sorted[i - 1], &sorted[i]);
        first[sorted[i].number] = more ? first[sorted[i - 1].number] : sorted[i].number;
    }
    for (size_t i = 0; i < n; i++)
        ret_group[i] = first[i] == i ? groups++ : ret_group[first[i]];
    return groups;
}

/* The lines of one side, of cells that are sorted by it. */
static struct line *lines_of(struct arena *a, const uint32_t *side, const uint32_t *other, size_t n,
                             size_t n_lines)
{
    struct line *lines = NEW_ARRAY(a, struct line, n_lines + 1);
    for (size_t i = 0; i < n_lines; i++)
        lines[i].number = (uint32_t)i;
    for (size_t i = 0; i < n; i++) {
        struct line *line = &lines[side[i]];
        if (line->n++ == 0)
            line->at = &other[i];
    }
    return lines;
}

/* Cells, sorted by row or, by counting, by column. */
struct sides {
    uint32_t *row, *col;
};

static struct sides by_row(struct arena *a, const struct cover_cell *cells, size_t n)
{
    struct sides s = {NEW_ARRAY(a, uint32_t, n + 1), NEW_ARRAY(a, uint32_t, n + 1)};
    for (size_t i = 0; i < n; i++) {
        s.row[i] = cells[i].row;
        s.col[i] = cells[i].col;
    }
    return s;
}

static struct sides by_col(struct arena *a, const struct cover_cell *cells, size_t n, size_t n_cols)
{
    struct sides s = {NEW_ARRAY(a, uint32_t, n + 1), NEW_ARRAY(a, uint32_t, n + 1)};
    size_t *place = NEW_ARRAY(a, size_t, n_cols + 1);
    for (size_t i = 0; i < n; i++)
        place[cells[i].col + 1]++;
    for (size_t i = 0; i < n_cols; i++)
        place[i + 1] += place[i];
    for (size_t i = 0; i < n; i++) {
        size_t at = place[cells[i].col]++;
        s.row[at] = cells[i].row;
        s.col[at] = cells[i].col;
    }
    return s;
}

static uint64_t *bits_new(struct arena *a, size_t words, size_t n)
{
    return NEW_ARRAY(a, uint64_t, words * n + 1);
}

static void fill_table(struct table *t, const struct cover_cell *cells, size_t n)
{
    t->row_words = (t->n_rows + 63) / 64;
    t->col_words = (t->n_cols + 63) / 64;
    t->rows = bits_new(t->arena, t->col_words, t->n_rows);
    t->cols = bits_new(t->arena, t->row_words, t->n_cols);
    for (size_t i = 0; i < n; i++) {
        uint32_t row = t->row_group[cells[i].row], col = t->col_group[cells[i].col];
        bits_set(t->rows + row * t->col_words, col);
        bits_set(t->cols + col * t->row_words, row);
    }
}

/* The lines of the groups that BITS has, ascending. */
static const uint32_t *spread(struct arena *a, const uint64_t *bits, const uint32_t *group,
                              size_t n_lines, size_t *ret_n)
{
    uint32_t *v = NEW_ARRAY(a, uint32_t, n_lines + 1);
    size_t n = 0;
    for (size_t i = 0; i < n_lines; i++) {
        if (bits_has(bits, group[i]))
            v[n++] = (uint32_t)i;
    }
    *ret_n = n;
    return v;
}

/* The first member of its group brings the crosses, all have them. */
static void add_member(struct cover_rect *rect, const struct line *line, bool is_row,
                       uint32_t *room)
{
    size_t *n = is_row ? &rect->n_rows : &rect->n_cols;
    if (*n == 0) {
        *(is_row ? &rect->rows : &rect->cols) = room;
        *(is_row ? &rect->cols : &rect->rows) = line->at;
        *(is_row ? &rect->n_cols : &rect->n_rows) = line->n;
    }
    room[(*n)++] = line->number;
}

/* Where the members of each group begin in a list of all. */
static size_t *places_of(struct arena *a, const uint32_t *group, size_t n, size_t groups)
{
    size_t *place = NEW_ARRAY(a, size_t, groups + 1);
    for (size_t i = 0; i < n; i++)
        place[group[i] + 1]++;
    for (size_t i = 0; i < groups; i++)
        place[i + 1] += place[i];
    return place;
}

/* One rectangle for each group of lines. */
static void cover_by_lines(struct arena *a, const struct line *lines, size_t n,
                           const uint32_t *group, bool rows, struct cover *ret)
{
    size_t groups = 0;
    for (size_t i = 0; i < n; i++)
        groups = group[i] >= groups ? group[i] + 1 : groups;
    const size_t *place = places_of(a, group, n, groups);
    struct cover_rect *v = NEW_ARRAY(a, struct cover_rect, groups + 1);
    uint32_t *members = NEW_ARRAY(a, uint32_t, n + 1);
    for (size_t i = 0; i < n; i++)
        add_member(&v[group[i]], &lines[i], rows, &members[place[group[i]]]);
    *ret = (struct cover){v, groups, groups <= 1};
}

static void tell(const struct table *t, const struct found *found, size_t n_rows, size_t n_cols,
                 struct cover *ret)
{
    struct cover_rect *v = NEW_ARRAY(t->arena, struct cover_rect, found->n + 1);
    for (size_t i = 0; i < found->n; i++) {
        const struct rect *rect = &found->v[i];
        v[i].rows = spread(t->arena, rect->rows, t->row_group, n_rows, &v[i].n_rows);
        v[i].cols = spread(t->arena, rect->cols, t->col_group, n_cols, &v[i].n_cols);
    }
    *ret = (struct cover){v, found->n, found->least};
}

void cover_find(struct arena *a, const struct cover_cell *cells, size_t n, size_t n_rows,
                size_t n_cols, struct cover *ret)
{
    struct table t = {.arena = a,
                      .row_group = NEW_ARRAY(a, uint32_t, n_rows + 1),
                      .col_group = NEW_ARRAY(a, uint32_t, n_cols + 1)};
    struct found found = {.n = SIZE_MAX};
    struct sides r = by_row(a, cells, n), c = by_col(a, cells, n, n_cols);
    const struct line *rows = lines_of(a, r.row, r.col, n, n_rows),
                      *cols = lines_of(a, c.col, c.row, n, n_cols);
    t.n_rows = group(a, rows, n_rows, t.row_group);
    t.n_cols = group(a, cols, n_cols, t.col_group);
    size_t fewest = t.n_rows < t.n_cols ? t.n_rows : t.n_cols;
    if (fewest > 1 && t.n_rows * t.n_cols <= COVER_CELLS) {
        fill_table(&t, cells, n);
        cover_search(&t, &found);
    }
    if (found.n <= fewest)
        tell(&t, &found, n_rows, n_cols, ret);
    else if (t.n_rows <= t.n_cols)
        cover_by_lines(a, rows, n_rows, t.row_group, true, ret);
    else
        cover_by_lines(a, cols, n_cols, t.col_group, false, ret);
}
