/* SPDX-License-Identifier: Apache-2.0 */
/* AWS's rest-json: method and path name the operation. */
#include "call/rest.h"
#include "server/api/protocol.h"
#include "shape/decode.h"

/* Who signs for a service, but for none of its paths, is answered by the gateway before it (API
   Gateway Developer Guide, "Gateway response types": MISSING_AUTHENTICATION_TOKEN). */
static int route(struct call *c, struct exchange *x)
{
    const struct request *rq = c->rq;
    x->way = api_route_find(x->service, rq->method, rq->path, rq->query);
    if (!x->way)
        return call_fail(c, ERR_MISSING_AUTHENTICATION_TOKEN, "Missing Authentication Token");
    c->op = x->way->op;
    return OK;
}

static int decode(struct call *c, const struct exchange *x, void *in)
{
    int code = rest_decode(c->arena, x->way, c->rq, c->rq->path, in, &c->message);
    return code == ERR_VALIDATION_ERROR
               ? call_invalid(c, shape_first_fault(c->arena, c->op->in, in), c->message)
               : code;
}

static void result(struct call *c, const struct exchange *x, const void *out, struct response *ret)
{
    response_add(ret, "x-amzn-requestid", c->request_id);
    rest_encode(c->arena, x->way, out, ret);
}

/* Account calls its own failures otherwise than older services do. */
static const char *type_of(int code)
{
    return code == ERR_SERVICE_FAILURE ? "InternalServerException" : err_face(code)->json_code;
}

/* Which member is no good, and why; what does not fit the model is not told so exactly. */
static void add_reason(const struct call *c, struct buf *b)
{
    buf_add_char(b, ',');
    buf_json_text(b, "reason", c->reason_code);
    buf_add(b, STR(",\"fieldList\":[{"));
    buf_json_text(b, "name", c->no_good);
    buf_add_char(b, ',');
    buf_json_text(b, "message", c->message);
    buf_add(b, STR("}]"));
}

/* Clients take the type from the header. */
static void error(struct call *c, const struct exchange *x, int code, struct response *ret)
{
    struct buf b = buf_new(c->arena, 512);
    buf_add_char(&b, '{');
    buf_json_text(&b, "message", c->message ? c->message : "");
    if (c->no_good)
        add_reason(c, &b);
    buf_add_char(&b, '}');
    protocol_finish(c, x->protocol, err_face(code)->status, &b, ret);
    response_add(ret, "x-amzn-errortype", type_of(code));
}

const struct protocol protocol_rest_json = {
    "application/json", protocol_guard, route, decode, result, error};
