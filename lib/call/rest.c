/* SPDX-License-Identifier: Apache-2.0 */
#include "call/rest.h"

#include "err.h"
#include "shape/decode.h"
#include "shape/encode.h"
#include "shape/form.h"

/* What members are looked for in. */
struct source {
    struct arena *arena;
    const struct api_route *route;
    const struct request *rq;
    struct str path;
    struct node query;
};

/* As it stands there; p == NULL: it does not. */
static struct str find_text(const struct source *s, const struct shape_field *field)
{
    switch (field->place) {
    case SHAPE_IN_QUERY:
        return node_text(&s->query, field->name);
    case SHAPE_IN_HEADER:
        return request_header(s->rq, field->header);
    case SHAPE_IN_PATH:
        return api_route_part(s->route, s->path, field->name);
    default:
        return (struct str){NULL, 0};
    }
}

/* The query has been decoded already. */
static int decode_text(const struct source *s, const struct shape_field *field, struct str *text)
{
    struct buf b = buf_new(s->arena, text->n + 1);
    if (field->place == SHAPE_IN_QUERY)
        return OK;
    if (field->place == SHAPE_IN_HEADER)
        buf_add(&b, *text);
    else if (!buf_pct_decode(&b, *text, false))
        return ERR_MALFORMED_REQUEST;
    buf_text(&b);
    *text = buf_str(&b);
    return str_is_utf8(*text) ? OK : ERR_MALFORMED_REQUEST;
}

/* The members that stand elsewhere than in the body, sorted by name. */
static int find_elsewhere(struct source *s, struct node *ret)
{
    const struct shape *shape = s->route->op->in;
    struct node *kids = NEW_ARRAY(s->arena, struct node, shape->n);
    TRY(form_parse(s->arena, s->rq->query, &s->query));
    *ret = (struct node){.kids = kids};
    for (size_t i = 0; i < shape->n; i++) {
        const struct shape_field *field = &shape->fields[shape->sorted[i]];
        struct str text = find_text(s, field);
        if (!text.p)
            continue;
        TRY(decode_text(s, field, &text));
        kids[ret->n++] = (struct node){.name = str_of(field->name), .value = text};
    }
    return OK;
}

int rest_decode(struct arena *a, const struct api_route *route, const struct request *rq,
                struct str path, void *ret, const char **message)
{
    struct source source = {.arena = a, .route = route, .rq = rq, .path = path};
    struct node elsewhere;
    *message = NULL;
    TRY(find_elsewhere(&source, &elsewhere));
    return shape_decode_json(a, route->op->in, &elsewhere, rq->body, ret, message);
}

static const char *text_of(struct arena *a, const struct shape_field *field, const void *from)
{
    if (field->kind == SHAPE_INT)
        return arena_printf(a, "%lld", (long long)*(const int64_t *)from);
    if (field->kind == SHAPE_BOOL)
        return *(const bool *)from ? "true" : "false";
    return *(const char *const *)from;
}

static void set_body(struct response *ret, struct str body, const char *type)
{
    ret->body = body;
    response_add(ret, "content-type", type);
}

/* A member that is not in the body. A payload without a media type has a header that tells it. */
static void place_member(struct arena *a, const struct shape_field *field, const void *from,
                         struct response *ret)
{
    if (field->place == SHAPE_IN_STATUS)
        ret->status = (int)*(const int64_t *)from;
    else if (field->place == SHAPE_IN_HEADER)
        response_add(ret, field->header, text_of(a, field, from));
    else if (field->kind == SHAPE_DOCUMENT)
        set_body(ret, str_of(*(const char *const *)from), "application/json");
    else if (field->header)
        set_body(ret, *(const struct str *)from, field->header);
    else
        ret->body = *(const struct str *)from;
}

void rest_encode(struct arena *a, const struct api_route *route, const void *out,
                 struct response *ret)
{
    const struct shape *shape = route->op->out;
    bool object = false;
    ret->status = route->status;
    for (size_t i = 0; shape && i < shape->n; i++) {
        const struct shape_field *field = &shape->fields[i];
        const unsigned char *base = out;
        object |= field->place == SHAPE_IN_BODY;
        if (field->place != SHAPE_IN_BODY && shape_is_set(shape, out, i))
            place_member(a, field, base + field->off, ret);
    }
    if (!object)
        return;
    struct buf b = buf_new(a, 1024);
    shape_encode_json(&b, shape, out, false);
    set_body(ret, buf_str(&b), "application/json");
}
