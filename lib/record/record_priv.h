/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "record/records.h"

/* A record in one piece of memory, with all that it points to behind it. */
struct kept {
    _Atomic int refs;
    size_t size;
    struct kept *next; /* of those that have to go */
    struct record record;
};

/* A copy with one reference, which holds the view and what its decisions are made from. */
struct kept *record_copy(const struct record *record);

/* Gives back what the decisions are made from. */
void record_release_parts(const struct record *record);
