/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pagination: a page is read with one row more than it may hold; the row too many tells that
 * there is more, and the last row shown becomes the marker. Markers are opaque and fit only the
 * operation that gave them out.
 */
#pragma once

#include "call/call.h"

/* Position behind which the page starts: "" on the first page. A marker that this operation did
   not give out fails with ValidationError. */
int page_after(struct call *c, const char *marker, const char **ret) MUST_USE;

/* The marker for a page that ends with the row at POSITION. */
const char *page_marker(struct call *c, const char *position);

/* A position to go on behind, from those of the last row shown and of the first that is not: a
   shorter one that lies between, when LAST is long. */
const char *page_between(struct call *c, const char *last, const char *next);

/* Cuts LIST of OUT, which has one row too many at most, to the page size and fills IsTruncated and
   Marker. POSITION is an expression for the position of the last row of LIST, evaluated only when
   there is more. */
#define PAGE_CUT(c, in, out, list, position)                                                       \
    do {                                                                                           \
        (out)->is_truncated = false;                                                               \
        if ((out)->list.n > (size_t)(in)->max_items) {                                             \
            const char *page_next = (position);                                                    \
            (out)->list.n = (size_t)(in)->max_items;                                               \
            (out)->is_truncated = true;                                                            \
            (out)->marker = page_marker((c), page_between((c), (position), page_next));            \
        }                                                                                          \
    } while (0)
