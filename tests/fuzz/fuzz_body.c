/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON body through the whole engine: decode, check, encode, and what was encoded once more. */
#include "parts_api.h"
#include "shape/decode.h"
#include "shape/encode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool decode(struct arena *a, const struct shape *shape, struct str body, void *ret)
{
    static const struct node name = {.name = {"Name", 4}, .value = {"n", 1}};
    static const struct node elsewhere = {.kids = &name, .n = 1};
    const char *message = NULL;
    return shape_decode_json(a, shape, &elsewhere, body, ret, &message) == OK;
}

static void there_and_back(struct arena *a, const struct shape *shape, struct str body)
{
    void *in = arena_alloc(a, shape->size);
    struct buf once = {.arena = a}, twice = {.arena = a};
    if (!decode(a, shape, body, in))
        return;
    shape_encode_json(&once, shape, in, false);
    if (!str_is_utf8(buf_str(&once)) || !decode(a, shape, buf_str(&once), in))
        __builtin_trap();
    shape_encode_json(&twice, shape, in, false);
    if (!str_eq(buf_str(&once), buf_str(&twice)))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct parts_put_any_in any;
    struct str body = {(const char *)data, size};
    arena_init(&a);
    there_and_back(&a, &parts_put_part_in_shape, body);
    if (decode(&a, &parts_put_any_in_shape, body, &any) && any.any && !str_is_utf8(str_of(any.any)))
        __builtin_trap();
    arena_done(&a);
    return 0;
}
