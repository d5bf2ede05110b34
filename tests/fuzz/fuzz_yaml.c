/* SPDX-License-Identifier: Apache-2.0 */
/* What is read of a document is JSON that can be written, and is read again as the same. */
#include <stdlib.h>

#include "server/cli/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* YAML has characters that only escapes may give, and its names have an end. */
enum { SHORT = 1000 };

static void check_same(struct arena *a, const json_t *json)
{
    const char *message = NULL;
    char *text = json_dumps(json, JSON_ENCODE_ANY);
    bool readable = str_is_ascii(str_of(text), ' ') && !strchr(text, 0x7f) && strlen(text) < SHORT;
    json_t *again = yaml_read(a, str_of(text), &message);
    if (readable ? !again || !json_equal(json, again) : !again && !message)
        __builtin_trap();
    json_decref(again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    const char *message = NULL;
    arena_init(&a);
    json_t *json = yaml_read(&a, (struct str){(const char *)data, size}, &message);
    if (json)
        check_same(&a, json);
    else if (!message)
        __builtin_trap();
    json_decref(json);
    arena_done(&a);
    return 0;
}
