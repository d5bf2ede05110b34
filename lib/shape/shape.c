/* SPDX-License-Identifier: Apache-2.0 */
#include "shape/shape.h"

static bool is_set(const struct shape_field *field, const unsigned char *v)
{
    const void *at = v + field->off;
    switch (field->kind) {
    case SHAPE_STR:
    case SHAPE_STRUCT:
    case SHAPE_DOCUMENT:
        return *(const void *const *)at;
    case SHAPE_LIST:
        return ((const struct shape_list *)at)->v;
    case SHAPE_RAW:
        return ((const struct str *)at)->p;
    case SHAPE_INT:
    case SHAPE_BOOL:
    case SHAPE_TIME:
        return !field->has_off || *(const bool *)(v + field->has_off);
    }
    return false;
}

bool shape_is_set(const struct shape *shape, const void *v, size_t field)
{
    return is_set(&shape->fields[field], v);
}

bool shape_is_shown(const struct shape_field *field, const void *v)
{
    const unsigned char *base = v;
    if (field->kind == SHAPE_LIST) {
        const struct shape_list *list = (const void *)(base + field->off);
        return field->required || list->n || (field->kept && list->v);
    }
    return is_set(field, v);
}
