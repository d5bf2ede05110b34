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

/* The marker for a page that ends with the row at POSITION; the same of an operation by its name,
   for those who want its answer to begin somewhere. */
const char *page_marker(struct call *c, const char *position);
const char *page_marker_of(struct arena *a, const char *operation, const char *position);

/* Positions in lists that are in the order things were made in. */
struct page_made {
    int64_t at; /* -1: before all of them */
    const char *id;
};

int page_after_made(struct call *c, const char *marker, struct page_made *ret) MUST_USE;
const char *page_made(struct call *c, int64_t at, const char *id);

/* A position to go on behind, from those of the last row shown and of the first that is not: a
   shorter one that lies between, when LAST is long. */
const char *page_between(struct call *c, const char *last, const char *next);

/* Cuts LIST, which has one row too many at most, to SIZE rows; MARKER becomes that of the page, or
   NULL when there is no more. POSITION is an expression for the position of the last row of LIST,
   evaluated only when there is. */
#define PAGE_CUT_AT(c, size, list, position, marker)                                               \
    do {                                                                                           \
        (marker) = NULL;                                                                           \
        if ((list).n > (size_t)(size)) {                                                           \
            const char *page_next = (position);                                                    \
            (list).n = (size_t)(size);                                                             \
            (marker) = page_marker((c), page_between((c), (position), page_next));                 \
        }                                                                                          \
    } while (0)

/* Pages of the Query protocol: fills IsTruncated and Marker of OUT. */
#define PAGE_CUT(c, in, out, list, position)                                                       \
    do {                                                                                           \
        PAGE_CUT_AT(c, (in)->max_items, (out)->list, position, (out)->marker);                     \
        (out)->is_truncated = (out)->marker != NULL;                                               \
    } while (0)

/* Pages of the JSON protocols: fills NextToken of OUT. */
#define PAGE_CUT_NEXT(c, in, out, list, position)                                                  \
    PAGE_CUT_AT(c, (in)->max_results, (out)->list, position, (out)->next_token)
