/* SPDX-License-Identifier: Apache-2.0 */
#include "shape/copy.h"

static bool is_secret(const struct shape_field *field)
{
    return field->kind == SHAPE_RAW || (field->rule && field->rule->sensitive);
}

static void copy_members(struct pack *p, const struct shape *shape, const unsigned char *from,
                         unsigned char *to);

/* FROM and TO may be the same but for what they point to; TO is NULL while it is only counted. */
static void *copy_structs(struct pack *p, const struct shape *shape, const unsigned char *from,
                          size_t n)
{
    unsigned char *to = pack_bytes(p, from, n * shape->size);
    for (size_t i = 0; i < n; i++)
        copy_members(p, shape, from + i * shape->size, to ? to + i * shape->size : NULL);
    return to;
}

static void *copy_texts(struct pack *p, const char *const *from, size_t n)
{
    const char **to = pack_bytes(p, from, n * sizeof *from);
    for (size_t i = 0; i < n; i++) {
        const char *text = pack_text(p, from[i]);
        if (to)
            to[i] = text;
    }
    return to;
}

static void *copy_list(struct pack *p, const struct shape_field *field,
                       const struct shape_list *list)
{
    if (is_secret(field) || !list->v)
        return NULL;
    return field->item == SHAPE_STRUCT ? copy_structs(p, field->shape, list->v, list->n)
                                       : copy_texts(p, list->v, list->n);
}

/* What one member points to. */
static const void *copy_pointer(struct pack *p, const struct shape_field *field, const void *from)
{
    const void *what = *(const void *const *)from;
    if (is_secret(field) || !what)
        return NULL;
    return field->kind == SHAPE_STRUCT ? copy_structs(p, field->shape, what, 1)
                                       : pack_text(p, what);
}

static void copy_member(struct pack *p, const struct shape_field *field, const unsigned char *from,
                        unsigned char *to)
{
    switch (field->kind) {
    case SHAPE_STR:
    case SHAPE_DOCUMENT:
    case SHAPE_STRUCT: {
        const void *made = copy_pointer(p, field, from + field->off);
        if (to)
            *(const void **)(void *)(to + field->off) = made;
        break;
    }
    case SHAPE_LIST: {
        const struct shape_list *list = (const void *)(from + field->off);
        void *made = copy_list(p, field, list);
        if (to)
            *(struct shape_list *)(void *)(to + field->off) =
                (struct shape_list){made ? list->n : 0, made};
        break;
    }
    case SHAPE_RAW:
        if (to)
            *(struct str *)(void *)(to + field->off) = (struct str){NULL, 0};
        break;
    case SHAPE_INT:
    case SHAPE_BOOL:
    case SHAPE_TIME:
        break;
    }
}

static void copy_members(struct pack *p, const struct shape *shape, const unsigned char *from,
                         unsigned char *to)
{
    for (size_t i = 0; i < shape->n; i++)
        copy_member(p, &shape->fields[i], from, to);
}

const void *shape_copy(struct pack *p, const struct shape *shape, const void *v)
{
    return copy_structs(p, shape, v, 1);
}
