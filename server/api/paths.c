/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/paths.h"

#include <ctype.h>
#include <jansson.h>

#include "call/rest.h"

const char *paths_methods(const struct call *c, const struct api_service *service)
{
    struct buf b = buf_new(c->arena, 32);
    for (size_t i = 0; i < service->n_routes; i++) {
        const struct api_route *way = &service->routes[i];
        bool known = strstr(buf_text(&b), way->method); /* ways can differ by their query alone */
        if (!known && api_route_fits(way, c->rq->path))
            buf_printf(&b, "%s%s", b.n ? ", " : "", way->method);
    }
    return b.n ? buf_text(&b) : NULL;
}

/* Members stand in capitals: {request_id} is REQUEST-ID. */
static void add_path(struct buf *b, const char *path)
{
    bool inside = false;
    for (; *path; path++) {
        char c = *path;
        if (c == '{' || c == '}')
            inside = c == '{';
        else
            buf_add_char(b, inside && c == '_' ? '-'
                            : inside           ? (char)toupper((unsigned char)c)
                                               : c);
    }
}

const char *paths_list(struct arena *a, const struct api_service *service)
{
    struct buf b = buf_new(a, 2048);
    for (size_t i = 0; i < service->n_routes; i++) {
        const char *method = service->routes[i].method;
        buf_printf(&b, "%s %s ", i ? "," : "", strcmp(method, "*") == 0 ? "ANY" : method);
        add_path(&b, service->routes[i].path);
        if (service->routes[i].query)
            buf_printf(&b, "?%s", service->routes[i].query);
    }
    return buf_text(&b);
}

int paths_decode(struct call *c, const struct exchange *x, void *in)
{
    return rest_decode(c->arena, x->way, c->rq, c->rq->path, in, &c->message);
}

struct str paths_indented(struct arena *a, struct str json)
{
    const size_t flags = JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_ENCODE_ANY;
    json_t *value = json_loadb(json.p, json.n, JSON_DECODE_ANY, NULL);
    size_t n = json_dumpb(value, NULL, 0, flags);
    char *text = arena_alloc(a, n + 1);
    json_dumpb(value, text, n, flags);
    json_decref(value);
    text[n] = '\n';
    return (struct str){text, n + 1};
}

static bool is_raw(const struct shape *out)
{
    bool raw = false;
    for (size_t i = 0; i < out->n; i++)
        raw |= out->fields[i].kind == SHAPE_RAW;
    return raw;
}

void paths_result(struct call *c, const struct exchange *x, const void *out, struct response *ret)
{
    rest_encode(c->arena, x->way, out, ret);
    if (!is_raw(c->op->out))
        ret->body = paths_indented(c->arena, ret->body);
    response_add(ret, "x-amzn-requestid", c->request_id);
    response_add(ret, "cache-control", "no-store");
}
