/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "entity/entity.h"

struct entity_wanted {
    enum api_resource kind;
    bool by_id;          /* KEY is its id, in whatever account */
    const char *account; /* else KEY is what it is stored under there */
    const char *key;
};

/* The row, which is the call's own, although what it points at may be shared: the call keeps it. */
int entity_read(struct call *c, const struct entity_wanted *wanted,
                struct call_entity *ret) MUST_USE;

/* A text of the row, by an offset of struct entity_kind; NULL: it has none. */
static inline const char *entity_text(const void *row, uint16_t at)
{
    return at ? *(const char *const *)((const char *)row + at - 1) : NULL;
}

static inline const char *entity_id_of(enum api_resource kind, const void *row)
{
    return entity_text(row, entity_kinds[kind].id_at);
}
