/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "observe/cover.h"

enum { COVER_CELLS = 64 * 1024 }; /* larger tables are covered by whole rows or columns */

/* A table of groups of lines, no two of which have the same crosses, both ways round. */
struct table {
    struct arena *arena;
    uint32_t *row_group, *col_group; /* of each line */
    size_t n_rows, n_cols, row_words, col_words;
    uint64_t *rows; /* of each row the columns with a cross */
    uint64_t *cols;
};

struct rect {
    uint64_t *rows, *cols;
    size_t gain; /* crosses that it may still cover, or fewer */
};

struct found {
    struct rect *v;
    size_t n;
    bool least;
};

static inline bool bits_has(const uint64_t *bits, size_t i)
{
    return bits[i / 64] >> i % 64 & 1;
}

static inline void bits_set(uint64_t *bits, size_t i)
{
    bits[i / 64] |= (uint64_t)1 << i % 64;
}

/* Of two rows and two columns at least. */
void cover_search(const struct table *t, struct found *ret);
