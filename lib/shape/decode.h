/* SPDX-License-Identifier: Apache-2.0 */
/* From the tree of a request to the struct that a handler reads, checked by its descriptor. */
#pragma once

#include "shape/node.h"
#include "shape/shape.h"

enum { LIST_INDEX_MAX = 1000 };

/*
 * Fills the struct of SHAPE at RET (shape->size bytes; whole after ERR_VALIDATION_ERROR, undefined
 * after other failures). Its texts are those of the tree, the rest belongs to the arena. Unknown
 * names are ignored.
 * ERR_VALIDATION_ERROR comes with AWS's sentence in *message; ERR_MALFORMED_INPUT (a number or a
 * boolean that is none, a text for a list or a list for a text, a list index beyond
 * LIST_INDEX_MAX) with a message or with NULL.
 */
int shape_decode(struct arena *a, const struct shape *shape, const struct node *tree, void *ret,
                 const char **message) MUST_USE;

/*
 * The same from a JSON body. ELSEWHERE: the texts of members that stand in the path, the query or
 * a header, by the names of the members; NULL: the protocol has only bodies, which then are never
 * empty. ERR_SERIALIZATION: no JSON, or a value of a wrong type.
 */
int shape_decode_json(struct arena *a, const struct shape *shape, const struct node *elsewhere,
                      struct str body, void *ret, const char **message) MUST_USE;

/*
 * Checks a struct in two stages, as IAM does: the sentence tells all failures of presence, size,
 * choice and pattern together, or else the first text with characters it must not have.
 * *message is arena-owned, and written with ERR_VALIDATION_ERROR only.
 */
int shape_check(struct arena *a, const struct shape *shape, const void *v,
                const char **message) MUST_USE;

/* What the first failure is about of a struct that shape_check refuses. */
struct shape_fault shape_first_fault(struct arena *a, const struct shape *shape, const void *v);
