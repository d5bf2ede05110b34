/* SPDX-License-Identifier: Apache-2.0 */
#include "shape/api.h"

const struct api_op *api_find(const struct api_service *service, struct str name)
{
    size_t low = 0;
    size_t high = service->n_ops;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct api_op *op = &service->ops[middle];
        struct str other = str_of(op->name);
        size_t n = name.n < other.n ? name.n : other.n;
        int order = n ? memcmp(name.p, other.p, n) : 0;
        if (order == 0 && name.n == other.n)
            return op;
        if (order < 0 || (order == 0 && name.n < other.n))
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
