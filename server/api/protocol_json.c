/* SPDX-License-Identifier: Apache-2.0 */
/* AWS's JSON protocols: the header X-Amz-Target names service and operation. */
#include "server/api/protocol.h"
#include "server/api/route.h"
#include "shape/decode.h"
#include "shape/encode.h"

/* Which service it is has been found out by the target, or else by who signed for it. */
static int route(struct call *c, struct exchange *x)
{
    struct str name = request_header(c->rq, "x-amz-target"), prefix = str_cut(&name, '.');
    bool ours = prefix.p && name.p && str_is(prefix, x->service->target);
    c->op = ours && str_is(c->rq->method, "POST") ? api_find(x->service, name) : NULL;
    return c->op ? OK : ERR_UNKNOWN_OPERATION;
}

static int decode(struct call *c, UNUSED const struct exchange *x, void *in)
{
    const struct shape *shape = c->op->in;
    int code = shape_decode_json(c->arena, shape, NULL, c->rq->body, in, &c->message);
    return code == ERR_VALIDATION_ERROR
               ? call_invalid(c, shape_first_fault(c->arena, shape, in), c->message)
               : code;
}

static void result(struct call *c, const struct exchange *x, const void *out, struct response *ret)
{
    struct buf b = buf_new(c->arena, 1024);
    if (c->op->out)
        shape_encode_json(&b, c->op->out, out, false);
    protocol_finish(c, x->protocol, 200, &b, ret);
}

static void add_member(struct buf *b, const char *name, const char *text)
{
    if (!text)
        return;
    buf_add_char(b, b->n ? ',' : '{');
    buf_json_text(b, name, text);
}

/* Whether the operation has the error, or its policies deny: else it is one of all services. */
static bool is_modelled(const struct call *c, int code)
{
    for (const int *error = c->op ? c->op->errors : NULL; error && *error; error++) {
        if (*error == code)
            return true;
    }
    return code == ERR_ACCESS_DENIED;
}

/*
 * Organizations tells all its errors with 400, denials too, and with 403 whom it does not know.
 * Clients of services that are not served read the message in small letters everywhere.
 */
static void error(struct call *c, const struct exchange *x, int code, struct response *ret)
{
    const struct err_face *face = err_face(code);
    struct buf b = buf_new(c->arena, 1024);
    add_member(&b, "__type", face->json_code);
    add_member(&b, x->service ? "Message" : "message", c->message);
    add_member(&b, "Reason", c->reason_code);
    buf_add_char(&b, '}');
    protocol_finish(c, x->protocol, is_modelled(c, code) ? 400 : face->status, &b, ret);
    if (!x->service)
        protocol_add_query_error(c, face, ret);
}

const struct protocol protocol_json_1_0 = {
    "application/x-amz-json-1.0", protocol_guard, route, decode, result, error};
const struct protocol protocol_json_1_1 = {
    "application/x-amz-json-1.1", protocol_guard, route, decode, result, error};
