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

bool api_auth_applies(const struct api_op *op, const struct api_auth *row, const void *in)
{
    if (row->if_field < 0)
        return true;
    size_t i = (size_t)row->if_field;
    const struct shape_field *field = &op->in->fields[i];
    const unsigned char *at = (const unsigned char *)in + field->off;
    return shape_is_set(op->in, in, i) && (field->kind != SHAPE_BOOL || *(const bool *)at);
}
