/* SPDX-License-Identifier: Apache-2.0 */
/* Operations that fit a request, and which of them is meant. */
#include "recognize/find_priv.h"

const struct request_op *find_op(const struct request_service *service, struct str name)
{
    uint32_t first = service->ops, end = service->ops + service->n_ops;
    while (first < end) {
        uint32_t middle = (first + end) / 2;
        const char *other = request_text(request_ops[middle].name);
        int order = strncmp(name.p, other, name.n);
        if (order == 0 && other[name.n] == '\0')
            return &request_ops[middle];
        if (order > 0)
            first = middle + 1;
        else
            end = middle;
    }
    return NULL;
}

/* Which of services that share a request is meant. */
static int rank(const struct find *find, const struct request_service *service)
{
    if (!find->is_signed)
        return find_has(service, REQUEST_PUBLIC);
    return str_eq(find->scope, str_of(request_text(service->id)));
}

void find_offer(const struct find *find, struct found *best, const struct found *other)
{
    if (!best->op) {
        *best = *other;
        return;
    }
    int order = other->literals - best->literals;
    if (order == 0)
        order = other->needs - best->needs;
    if (order == 0)
        order = other->slash_fits - best->slash_fits;
    if (order == 0)
        order = rank(find, other->service) - rank(find, best->service);
    bool ambiguous = order < 0 && best->ambiguous;
    if (order == 0)
        ambiguous = !find->is_signed ||
                    strcmp(request_text(best->op->name), request_text(other->op->name)) != 0;
    if (order > 0)
        *best = *other;
    best->rivals = true;
    best->ambiguous = ambiguous;
}
