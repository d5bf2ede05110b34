/* SPDX-License-Identifier: Apache-2.0 */
#include "server/page/json.h"

const char *json_member(const json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

const char *json_written(struct arena *a, const json_t *json, size_t flags)
{
    size_t n = json_dumpb(json, NULL, 0, flags);
    char *text = arena_alloc(a, n + 1);
    json_dumpb(json, text, n, flags);
    text[n] = '\0';
    return text;
}

static void free_json(void *json)
{
    json_decref(json);
}

json_t *json_kept(struct arena *a, json_t *json)
{
    arena_keep(a, free_json, json);
    return json;
}
