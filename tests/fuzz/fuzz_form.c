/* SPDX-License-Identifier: Apache-2.0 */
/* A Query body through the whole engine: parse, decode, check, encode. */
#include "iam_api.h"
#include "shape/decode.h"
#include "shape/encode.h"
#include "shape/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode(struct arena *a, const struct shape *shape, const struct node *tree)
{
    const char *message = NULL;
    struct buf b = {.arena = a};
    void *in = arena_alloc(a, shape->size);
    if (shape_decode(a, shape, tree, in, &message) != OK)
        return;
    shape_encode_xml(&b, shape, in, 1);
    shape_encode_json(&b, shape, in, true);
    if (!str_is_utf8(buf_str(&b)) || shape_check(a, shape, in, &message) != OK)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct node tree;
    arena_init(&a);
    if (form_parse(&a, (struct str){(const char *)data, size}, &tree) == OK) {
        decode(&a, &iam_create_user_in_shape, &tree);
        decode(&a, &iam_untag_user_in_shape, &tree);
        decode(&a, &iam_list_users_in_shape, &tree);
        decode(&a, &iam_put_user_policy_in_shape, &tree);
    }
    arena_done(&a);
    return 0;
}
