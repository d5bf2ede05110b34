/* SPDX-License-Identifier: Apache-2.0 */
#include "server/page/ask.h"

#include "access/console_session.h"
#include "call/rest.h"
#include "own_api.h"
#include "record/record.h"
#include "server/api/admin_guard.h"
#include "server/api/pipeline.h"
#include "server/api/route.h"
#include "server/page/json.h"
#include "server/server.h"
#include "shape/decode.h"
#include "shape/encode.h"

/* Who calls for a page has the rights of the browser's host, or those that it has shown. */
static int guard(struct call *c, UNUSED const struct exchange *x)
{
    bool needs_token = c->op->callers == API_ADMIN && !c->signed_in->by_operator;
    const char *why_not = admin_guard(&c->server->config, c->rq, needs_token);
    return why_not ? call_fail(c, ERR_ACCESS_DENIED, "%s", why_not) : OK;
}

static int route(UNUSED struct call *c, UNUSED struct exchange *x)
{
    return OK;
}

/* The texts of members that stand elsewhere than in the body of a request, sorted by name. */
static struct node find_elsewhere(struct arena *a, const struct shape *in, const json_t *json)
{
    struct node *kids = NEW_ARRAY(a, struct node, in->n);
    struct node ret = {.kids = kids};
    for (size_t i = 0; i < in->n; i++) {
        const struct shape_field *field = &in->fields[in->sorted[i]];
        const json_t *value = json_object_get(json, field->name);
        bool elsewhere = field->place != SHAPE_IN_BODY && field->place != SHAPE_IN_PAYLOAD;
        if (!elsewhere || !value)
            continue;
        const char *text = json_is_string(value) ? json_string_value(value)
                           : json_is_boolean(value)
                               ? json_is_true(value) ? "true" : "false"
                               : arena_printf(a, "%lld", (long long)json_integer_value(value));
        kids[ret.n++] =
            (struct node){.name = str_of(field->name), .value = str_of(arena_strdup(a, text))};
    }
    return ret;
}

static struct str write_json(struct arena *a, const json_t *json)
{
    return str_of(json_written(a, json, JSON_COMPACT | JSON_ENCODE_ANY));
}

/* The payload of an operation that has one; the members of its body otherwise. */
static struct str body_of(struct arena *a, const struct shape *in, json_t *json)
{
    for (size_t i = 0; i < in->n; i++) {
        json_t *value = json_object_get(json, in->fields[i].name);
        if (in->fields[i].place == SHAPE_IN_PAYLOAD)
            return json_is_string(value) ? str_of(arena_strdup(a, json_string_value(value)))
                                         : write_json(a, value);
        if (in->fields[i].place != SHAPE_IN_BODY)
            json_object_del(json, in->fields[i].name);
    }
    return write_json(a, json);
}

static int decode(struct call *c, UNUSED const struct exchange *x, void *in)
{
    struct arena *a = c->arena;
    const struct shape *shape = c->op->in;
    json_t *json = json_loadb(c->rq->body.p, c->rq->body.n, 0, NULL);
    struct node elsewhere = find_elsewhere(a, shape, json);
    struct str body = body_of(a, shape, json);
    json_decref(json);
    int code = shape_decode_json(a, shape, &elsewhere, body, in, &c->message);
    return code == ERR_VALIDATION_ERROR
               ? call_invalid(c, shape_first_fault(a, shape, in), c->message)
               : code;
}

static void result(struct call *c, const struct exchange *x, const void *out, struct response *ret)
{
    struct buf b = buf_new(c->arena, 1024);
    ret->status = 200;
    if (x->way) {
        rest_encode(c->arena, x->way, out, ret);
        return;
    }
    if (c->op->out)
        shape_encode_json(&b, c->op->out, out, c->op->service->protocol == API_QUERY);
    ret->body = buf_str(&b);
}

/* The page tells it. */
static void error(UNUSED struct call *c, UNUSED const struct exchange *x, int code,
                  struct response *ret)
{
    ret->status = err_face(code)->status;
}

static const struct protocol protocol_inner = {NULL, guard, route, decode, result, error};

static const struct api_service *find_service(const char *name)
{
    return strcmp(name, own_service.name) == 0 ? &own_service : route_service(str_of(name));
}

/* Any of its ways: they differ in what nobody looks at here. */
static const struct api_route *find_way(const struct api_op *op)
{
    for (size_t i = 0; i < op->service->n_routes; i++) {
        if (op->service->routes[i].op == op)
            return &op->service->routes[i];
    }
    return NULL;
}

static void read_answer(struct call *c, const struct flow *f, struct asked *ret)
{
    *ret = (struct asked){.status = f->response.status, .request_id = f->call.request_id};
    if (f->code < 0) {
        const struct err_face *face = err_face(f->code);
        const struct api_service *service = f->call.op->service;
        bool json = service->protocol != API_QUERY && service != &own_service;
        ret->code = json ? face->json_code : face->code;
        ret->message = f->call.message ? f->call.message : "The request cannot be read.";
        ret->denied = f->code == ERR_ACCESS_DENIED;
        return;
    }
    struct str body = f->response.body;
    ret->body = body.n ? json_loadb(body.p, body.n, JSON_DECODE_ANY, NULL) : NULL;
    if (!ret->body)
        ret->body = body.n ? json_stringn_nocheck(body.p, body.n) : json_object();
    json_kept(c->arena, ret->body);
}

struct asking {
    struct inner_call as;
    struct flow *flow; /* NULL: it is done */
    enum place here;
};

static void abandon(void *kept)
{
    struct asking *asking = kept;
    if (asking->flow)
        pipeline_abandon(asking->flow);
}

static struct asking *begin(struct call *c, struct inner_call as, const struct api_op *op,
                            json_t *in)
{
    json_t *members = in ? in : json_object();
    struct request *rq = NEW(c->arena, struct request);
    *rq = *c->rq;
    rq->body = write_json(c->arena, members);
    json_decref(members);
    struct exchange exchange = {
        .protocol = &protocol_inner, .service = op->service, .way = find_way(op)};
    struct asking *asking = NEW(c->arena, struct asking);
    asking->as = as;
    asking->here = PLACE_SERVE;
    asking->flow = pipeline_begin_inner(c, rq, &exchange, &asking->as);
    asking->flow->call.op = op;
    asking->flow->call.signed_in = c->signed_in;
    arena_keep(c->arena, abandon, asking);
    return asking;
}

int ask_go_on(struct call *c, struct asking *asking, struct asked *ret)
{
    struct flow *f = asking->flow;
    bool done;
    do {
        done = pipeline_finish_part(f, &asking->here);
    } while (!done && asking->here != PLACE_POOL);
    if (!done)
        return CALL_AGAIN;
    asking->flow = NULL;
    read_answer(c, f, ret);
    return OK;
}

static void finish(struct call *c, struct asking *asking, struct asked *ret)
{
    while (ask_go_on(c, asking, ret) == CALL_AGAIN)
        ;
}

/* Operations that wait for all others would wait for the page, and those whose callers come with
   a token of somebody else's are not for pages. */
static const struct api_op *find_op(const char *service, const char *name)
{
    const struct api_op *op = api_find(find_service(service), str_of(name));
    ENSURE(op && op->entry != API_ALONE && op->entry != API_ENDS && !op->unsigned_call);
    return op;
}

struct asking *ask_begin(struct call *c, const char *service, const char *op, json_t *in)
{
    const struct inner_call as = {str_of(c->signed_in->key_id), str_of(c->signed_in->token)};
    return begin(c, as, find_op(service, op), in);
}

void ask(struct call *c, const char *service, const char *op, json_t *in, struct asked *ret)
{
    finish(c, ask_begin(c, service, op, in), ret);
}

void ask_as_base(struct call *c, const char *service, const char *op, json_t *in, struct asked *ret)
{
    const struct console_session *s = c->signed_in;
    const struct inner_call base = {str_of(s->base_key_id), str_of(s->base_token)};
    if (*s->base_key_id)
        finish(c, begin(c, base, find_op(service, op), in), ret);
    else
        ask(c, service, op, in, ret);
}

json_t *asked_json(const struct asked *asked)
{
    if (asked->body)
        return json_incref(asked->body);
    return json_pack("{s:{s:s, s:s, s:s, s:b}}", "refused", "code", asked->code, "message",
                     asked->message, "request_id", asked->request_id, "denied", asked->denied);
}
