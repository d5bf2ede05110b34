/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/captured.h"

#include <check.h>
#include <stdio.h>

static struct str text_of(struct arena *a, const json_t *value)
{
    ck_assert(json_is_string(value));
    return str_of(str_dup(a, (struct str){json_string_value(value), json_string_length(value)}));
}

static void read_target(struct arena *a, const json_t *line, struct request *ret)
{
    struct str target = text_of(a, json_object_get(line, "target"));
    ret->path = str_cut(&target, '?');
    ret->query = target;
}

static void read_headers(struct arena *a, json_t *headers, struct request *ret)
{
    size_t n = json_object_size(headers);
    struct request_header *v = arena_alloc(a, n * sizeof *v);
    ret->headers = v;
    ret->n_headers = n;
    const char *name;
    json_t *value;
    json_object_foreach(headers, name, value)
    {
        *v++ = (struct request_header){str_of(str_dup(a, str_of(name))), text_of(a, value)};
    }
}

static void read_body(struct arena *a, const json_t *body, struct request *ret)
{
    if (!body)
        return;
    struct buf decoded = buf_new(a, 0);
    ck_assert(buf_base64_decode(&decoded, text_of(a, body)));
    ret->body = buf_str(&decoded);
}

static void release(void *line)
{
    json_decref(line);
}

static struct captured read_line(struct arena *a, const char *text, const char *where)
{
    json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(json_is_object(line), "%s: no JSON object", where);
    arena_keep(a, release, line);
    struct captured one = {
        .service = text_of(a, json_object_get(line, "service")).p,
        .operation = text_of(a, json_object_get(line, "operation")).p,
        .request = {.method = text_of(a, json_object_get(line, "method")),
                    .source_ip = "127.0.0.1",
                    .loopback = true},
        .permissions = json_object_get(line, "permissions"),
        .keys = json_object_get(line, "keys"),
        .line = line,
    };
    one.id = arena_printf(a, "%s %s.%s", where, one.service, one.operation);
    read_target(a, line, &one.request);
    read_headers(a, json_object_get(line, "headers"), &one.request);
    read_body(a, json_object_get(line, "body"), &one.request);
    return one;
}

struct captured_list captured_read(struct arena *a, const char *file)
{
    FILE *lines = fopen(arena_printf(a, "%s/%s", CAPTURED, file), "re");
    ck_assert_msg(lines != NULL, "%s cannot be read", file);
    struct captured_list list = {0};
    size_t size = 0;
    char *text = NULL;
    while (getline(&text, &size, lines) > 0) {
        size_t used = list.n * sizeof *list.v;
        list.v = arena_grow(a, list.v, used, used + sizeof *list.v);
        list.v[list.n] = read_line(a, text, arena_printf(a, "%s:%zu", file, list.n + 1));
        list.n++;
    }
    free(text);
    fclose(lines);
    return list;
}
