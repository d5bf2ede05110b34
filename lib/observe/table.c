/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/smallest_priv.h"

const struct reference_service *need_reference(struct smallest *s, struct str prefix)
{
    for (size_t i = 0; i < s->n_references; i++) {
        if (str_eq_fold(s->references[i].prefix, prefix))
            return s->references[i].service;
    }
    const struct reference_service *service = reference_load(s->arena, prefix);
    if (s->n_references < ARRAY_LEN(s->references))
        s->references[s->n_references++] = (struct reference_of){prefix, service};
    return service;
}

static bool is_before(const struct cover_cell *cell, uint32_t row, uint32_t col)
{
    return cell->row < row || (cell->row == row && cell->col < col);
}

size_t need_cell(const struct need_table *t, uint32_t row, uint32_t col)
{
    size_t low = 0, n = t->n;
    while (n) {
        size_t half = n / 2;
        if (is_before(&t->cells[low + half], row, col)) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    ENSURE(low < t->n && t->cells[low].row == row && t->cells[low].col == col);
    return low;
}
