/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of texts, sorted: they are made once and take no memory of their own. */
#include <stdlib.h>

#include "policy/policy_priv.h"

static int compare(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_folded(struct str a, struct str b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++) {
        int order = ascii_lower(a.p[i]) - ascii_lower(b.p[i]);
        if (order)
            return order;
    }
    return (a.n > b.n) - (a.n < b.n);
}

static int by_text(const void *a, const void *b)
{
    return compare(*(const struct str *)a, *(const struct str *)b);
}

static int by_folded_text(const void *a, const void *b)
{
    return compare_folded(*(const struct str *)a, *(const struct str *)b);
}

struct text_set set_of(struct str *v, size_t n, bool fold)
{
    if (n > 1)
        qsort(v, n, sizeof *v, fold ? by_folded_text : by_text);
    return (struct text_set){v, n, fold};
}

bool set_has(const struct text_set *set, struct str text, struct policy_work *work)
{
    size_t from = 0, to = set->n;
    while (from < to && work_spend(work, 1 + text.n / (set->fold ? 1 : 16))) {
        size_t middle = from + (to - from) / 2;
        struct str other = set->v[middle];
        int order = set->fold ? compare_folded(text, other) : compare(text, other);
        if (order == 0)
            return true;
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return false;
}
