/* SPDX-License-Identifier: Apache-2.0 */
/* A request as a tree of names and texts: the form that every wire format is brought into. */
#pragma once

#include "base/str.h"

struct node {
    struct str name;
    struct str value;        /* followed by a NUL; p == NULL: no value of its own */
    const struct node *kids; /* sorted by node_order, names are distinct */
    size_t n;
    bool repeated; /* of a form: its value stood there more than once */
};

/* By bytes, but names that begin with a digit by length first, so that "2" is below "10". */
int node_order(struct str a, struct str b);

/* The kid of that name, or NULL. */
const struct node *node_find(const struct node *node, struct str name);

/* The value of the kid of that name; p == NULL when there is none. */
struct str node_text(const struct node *node, const char *name);
