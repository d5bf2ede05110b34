/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON (RFC 8259) as a tree that remembers where each value stands in the text. Stricter than
 * the RFC where policies are concerned: object keys are unique, there is no NUL, and values nest
 * no deeper than NODE_MAX_DEPTH. Numbers keep their spelling. Places and spellings are why jansson,
 * which has neither, does not read policies.
 */
#pragma once

#include "policy/json_text.h"

enum { NODE_MAX_DEPTH = 16 }; /* the deepest policy needs 7 */

enum node_kind { NODE_NULL, NODE_BOOL, NODE_NUMBER, NODE_STRING, NODE_ARRAY, NODE_OBJECT };

struct node {
    enum node_kind kind;
    struct str key;  /* in an object: the member's name */
    size_t key_at;   /* offset of its name */
    struct str text; /* of a string: its characters; otherwise as written */
    size_t start;    /* offset of the first byte in the document */
    size_t end;      /* offset one past the last byte */
    const struct node *first, *next;
    size_t n; /* of an array or object: number of members */
};

/* Nodes point into TEXT and into the arena. On failure *RET_BAD is the offset of the error. */
bool node_read(struct arena *a, struct str text, const struct node **ret, size_t *ret_bad);

/* The member of OBJECT with this name, or NULL. */
const struct node *node_get(const struct node *object, const char *name);

/*
 * An element is one value or a list of them:
 * for (e = entries_first(element); e; e = entries_next(element, e)). ELEMENT may be NULL.
 */
size_t entries_count(const struct node *element);
const struct node *entries_first(const struct node *element);
const struct node *entries_next(const struct node *element, const struct node *entry);
bool entry_has_wildcard(struct str text); /* of an entry, or of a part of one */

/* A place in a text; lines and columns count from 1, columns in characters. */
struct place {
    size_t offset, line, column;
};

#define PLACE_START ((struct place){0, 1, 1})

/* Moves on to a later OFFSET. */
void place_move(struct place *place, struct str text, size_t offset);
