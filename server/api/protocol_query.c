/* SPDX-License-Identifier: Apache-2.0 */
/* AWS's Query protocol: answers are XML, or JSON for those who accept it. */
#include "server/api/foreign.h"
#include "server/api/protocol.h"
#include "server/api/route.h"
#include "shape/decode.h"
#include "shape/encode.h"
#include "shape/form.h"

/* Of errors raised before the operation is known. */
static const char fault_xmlns[] = "http://webservices.amazon.com/AWSFault/2005-15-09";

/* Parameters of the query string come before those of a form body. */
static int read_params(struct call *c, struct node *ret)
{
    const struct request *rq = c->rq;
    struct buf text = buf_new(c->arena, rq->query.n + rq->body.n + 1);
    struct str type = request_header(rq, "content-type");
    bool form =
        str_eq_fold(str_trim(str_cut(&type, ';')), STR("application/x-www-form-urlencoded"));
    buf_add(&text, rq->query);
    if (form && rq->body.n) {
        if (text.n)
            buf_add_char(&text, '&');
        buf_add(&text, rq->body);
    }
    /* AWS undocumented: the limits of parameters, and what it says about them */
    if (form_parse(c->arena, buf_str(&text), ret) < 0) {
        return call_fail(c, ERR_MALFORMED_REQUEST,
                         "The request parameters cannot be read: %d or more of them, a name of "
                         "more than %d parts, or bytes that are not UTF-8.",
                         FORM_PAIRS_MAX, FORM_DEPTH_MAX);
    }
    return OK;
}

/* The protocol has no other methods. AWS undocumented: that its front door takes requests with
   others for ones that name no action. */
static bool is_query_method(struct str method)
{
    return str_is(method, "GET") || str_is(method, "POST");
}

/* A service with another protocol, which nothing before has told. */
static const struct api_service *find_other(const struct call *c, const struct exchange *x)
{
    const struct api_service *service = x->scope.p ? route_service(x->scope) : route_path(c->rq);
    return service && service->protocol != API_QUERY ? service : NULL;
}

static int route(struct call *c, struct exchange *x)
{
    const struct api_service *other = find_other(c, x);
    if (other) {
        x->service = other;
        x->protocol = protocol_of_service(other);
        return x->protocol->route(c, x);
    }
    TRY(read_params(c, &x->params));
    struct route_query query = {
        .scope = x->scope,
        .action = node_text(&x->params, "Action"),
        .version = node_text(&x->params, "Version"),
        .host = request_header(c->rq, "host"),
    };
    struct route route = route_find(&query);
    const char *foreign;
    if (!route.op && foreign_request(c->arena, c->rq, query.scope, query.action.p != NULL,
                                     &x->protocol, &foreign)) {
        return call_fail(c, ERR_NOT_IMPLEMENTED,
                         "IAM Local serves only iam, sts, organizations and account, not %s. Set "
                         "AWS_ENDPOINT_URL_IAM, AWS_ENDPOINT_URL_STS, "
                         "AWS_ENDPOINT_URL_ORGANIZATIONS and AWS_ENDPOINT_URL_ACCOUNT instead of "
                         "AWS_ENDPOINT_URL.",
                         foreign);
    }
    x->service = route.service;
    if (!query.action.p || !is_query_method(c->rq->method))
        return call_fail(c, ERR_NO_ACTION, "redirected: no Action in a GET or POST");
    if (!route.op)
        return call_fail(c, ERR_INVALID_ACTION, "Could not find operation %.*s for version %s",
                         STR_FMT(query.action),
                         query.version.p ? query.version.p : "NO_VERSION_SPECIFIED");
    c->op = route.op;
    return OK;
}

static int decode(struct call *c, const struct exchange *x, void *in)
{
    return shape_decode(c->arena, c->op->in, &x->params, in, &c->message);
}

static void add_tag(struct buf *b, const char *before, const struct str *name, const char *after)
{
    buf_add_text(b, before);
    buf_add(b, *name);
    buf_add_text(b, after);
}

static void result_xml(struct call *c, UNUSED const struct exchange *x, const void *out,
                       struct response *ret)
{
    const struct api_op *op = c->op;
    struct str name = str_of(op->name);
    struct buf b = buf_new(c->arena, 1024);
    add_tag(&b, "<", &name, "Response xmlns=\"");
    buf_add_text(&b, op->service->xmlns);
    buf_add(&b, STR("\">\n"));
    if (op->out) {
        bool empty = op->out->n == 0;
        add_tag(&b, "  <", &name, empty ? "Result/>\n" : "Result>\n");
        shape_encode_xml(&b, op->out, out, 2);
        if (!empty)
            add_tag(&b, "  </", &name, "Result>\n");
    }
    buf_add(&b, STR("  <ResponseMetadata>\n    <RequestId>"));
    buf_add_text(&b, c->request_id);
    buf_add(&b, STR("</RequestId>\n  </ResponseMetadata>\n"));
    add_tag(&b, "</", &name, "Response>\n");
    protocol_finish(c, &protocol_query, 200, &b, ret);
}

static void result_json(struct call *c, UNUSED const struct exchange *x, const void *out,
                        struct response *ret)
{
    const struct api_op *op = c->op;
    struct buf b = buf_new(c->arena, 1024);
    buf_printf(&b, "{\"%sResponse\":{", op->name);
    if (op->out) {
        buf_printf(&b, "\"%sResult\":", op->name);
        shape_encode_json(&b, op->out, out, true);
        buf_add_char(&b, ',');
    }
    buf_printf(&b, "\"ResponseMetadata\":{\"RequestId\":\"%s\"}}}", c->request_id);
    protocol_finish(c, &protocol_query_json, 200, &b, ret);
}

/*
 * What AWS's front door does with requests that name no action.
 * AWS undocumented: where a long query ends; here the location goes without it.
 */
static void redirect(const struct call *c, struct response *ret)
{
    static const char site[] = "https://aws.amazon.com/iam";
    struct arena *a = c->arena;
    struct str query = c->rq->query;
    const char *location =
        query.n ? response_printable(a, arena_printf(a, "%s?%.*s", site, STR_FMT(query))) : site;
    if (strlen(location) > RESPONSE_VALUE_MAX)
        location = site;
    ret->status = 302;
    response_add(ret, "location", location);
    response_add(ret, "x-amzn-requestid", c->request_id);
}

static void add_error_xml(struct buf *b, const struct call *c, const struct err_face *face)
{
    buf_printf(b,
               "<ErrorResponse xmlns=\"%s\">\n  <Error>\n    <Type>%s</Type>\n"
               "    <Code>%s</Code>\n",
               c->op ? c->op->service->xmlns : fault_xmlns, face->fault, face->code);
    if (c->message) {
        buf_add(b, STR("    <Message>"));
        xml_text(b, str_of(c->message));
        buf_add(b, STR("</Message>\n"));
    }
    buf_printf(b, "  </Error>\n  <RequestId>%s</RequestId>\n</ErrorResponse>\n", c->request_id);
}

static void add_error_json(struct buf *b, const struct call *c, const struct err_face *face)
{
    buf_printf(b, "{\"Error\":{\"Code\":\"%s\",", face->code);
    if (c->message) {
        buf_json_text(b, "Message", c->message);
        buf_add_char(b, ',');
    }
    buf_printf(b, "\"Type\":\"%s\"},\"RequestId\":\"%s\"}", face->fault, c->request_id);
}

static void error(struct call *c, const struct exchange *x, int code, struct response *ret)
{
    if (code == ERR_NO_ACTION) {
        redirect(c, ret);
        return;
    }
    const struct err_face *face = err_face(code);
    struct buf b = buf_new(c->arena, 1024);
    (x->protocol == &protocol_query_json ? add_error_json : add_error_xml)(&b, c, face);
    protocol_finish(c, x->protocol, face->status, &b, ret);
}

const struct protocol protocol_query = {"text/xml", protocol_guard, route,
                                        decode,     result_xml,     error};
const struct protocol protocol_query_json = {"application/json", protocol_guard, route, decode,
                                             result_json,        error};
