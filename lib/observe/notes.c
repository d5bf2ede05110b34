/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/smallest_priv.h"

void notes_add(struct smallest *s, struct smallest_notes *notes, struct smallest_note note)
{
    if (notes->n == notes->cap) {
        size_t cap = notes->cap ? notes->cap * 2 : 16;
        notes->v =
            arena_grow(s->arena, notes->v, notes->cap * sizeof *notes->v, cap * sizeof *notes->v);
        notes->cap = cap;
    }
    notes->v[notes->n++] = note;
}
