/* SPDX-License-Identifier: Apache-2.0 */
/* Any body as JSON: what is read, jansson reads as well, and finds the same text. */
#include <jansson.h>

#include "members.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Jansson refuses numbers that do not fit, which are none of ours before they are asked for. */
static void compare(struct str body, struct str value)
{
    json_error_t error;
    json_t *root = json_loadb(body.p, body.n, JSON_DECODE_INT_AS_REAL, &error);
    if (!root && json_error_code(&error) != json_error_numeric_overflow)
        __builtin_trap();
    const json_t *found = root ? json_object_get(root, "A") : NULL;
    struct str text = {json_string_value(found), json_string_length(found)};
    if (json_is_string(found) ? !str_eq(text, value)
                              : json_is_array(found) || json_is_object(found))
        __builtin_trap();
    json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str body = {(const char *)data, size};
    enum recognize_why why;
    struct arena a;
    arena_init(&a);
    struct str value = fuzz_members(&a, RECOGNIZE_JSON, NULL, body, &why);
    if (why == RECOGNIZED && value.p && size)
        compare(body, value);
    arena_done(&a);
    return 0;
}
