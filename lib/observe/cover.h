/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of crosses, as few rectangles of rows and columns that have crosses everywhere, and no
 * cross is in none. The least number is found for what is small; in general that is NP-hard (Orlin,
 * "Contentment in graph theory: covering graphs with cliques", 1977), and a number near it has to
 * do. Every rectangle is needed: without it some cross is in none. The same table has the same
 * rectangles every time.
 */
#pragma once

#include "base/arena.h"

struct cover_cell {
    uint32_t row, col;
};

struct cover_rect {
    const uint32_t *rows, *cols; /* ascending */
    size_t n_rows, n_cols;
};

struct cover {
    const struct cover_rect *v;
    size_t n;
    bool least; /* it is certain that there can be no fewer */
};

/* CELLS are sorted by row, then by column, and distinct; rows are 0 to N_ROWS - 1, and so on. */
void cover_find(struct arena *a, const struct cover_cell *cells, size_t n, size_t n_rows,
                size_t n_cols, struct cover *ret);
