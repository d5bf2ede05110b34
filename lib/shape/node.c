/* SPDX-License-Identifier: Apache-2.0 */
#include "shape/node.h"

int node_order(struct str a, struct str b)
{
    bool by_length = a.n && b.n && ascii_is_digit(a.p[0]) && ascii_is_digit(b.p[0]);
    int longer = (a.n > b.n) - (a.n < b.n);
    if (by_length && longer)
        return longer;
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : longer;
}

const struct node *node_find(const struct node *node, struct str name)
{
    size_t low = 0;
    size_t high = node->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = node_order(name, node->kids[middle].name);
        if (order == 0)
            return &node->kids[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

struct str node_text(const struct node *node, const char *name)
{
    const struct node *kid = node_find(node, str_of(name));
    return kid ? kid->value : (struct str){NULL, 0};
}
