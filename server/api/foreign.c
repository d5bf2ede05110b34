/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/foreign.h"

#include "server/api/route.h"
#include "shape/encode.h"

enum { NAME_MAX_SHOWN = 64 };

static bool is_one_of(struct str name, const char *const *names)
{
    while (*names && !str_is(name, *names))
        names++;
    return *names != NULL;
}

/* As scopes and targets have them; nothing else is repeated. */
static bool is_name(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        if (!ascii_is_alnum(name.p[i]) && name.p[i] != '-' && name.p[i] != '_')
            return false;
    }
    return name.n > 0 && name.n <= NAME_MAX_SHOWN;
}

static bool sends_json(const struct request *rq)
{
    static const char *const types[] = {"application/json", "application/x-amz-json-1.0",
                                        "application/x-amz-json-1.1", NULL};
    struct str type = request_header(rq, "content-type");
    return is_one_of(str_trim(str_cut(&type, ';')), types);
}

/*
 * The protocols of AWS's services, by what their requests have of their own. Those that have
 * nothing are REST, whose answers are JSON but for a few services.
 */
static const struct protocol *protocol_of(const struct request *rq, struct str scope, bool action)
{
    static const char *const like_s3[] = {"s3", "s3express", "s3-object-lambda", "s3-outposts",
                                          NULL};
    static const char *const rest_xml[] = {"cloudfront", "route53", NULL};
    if (str_is(request_header(rq, "smithy-protocol"), "rpc-v2-cbor"))
        return &protocol_cbor;
    if (request_header(rq, "x-amz-target").p || sends_json(rq))
        return &protocol_json_1_1;
    if (is_one_of(scope, like_s3))
        return &protocol_s3;
    if (str_is(scope, "ec2"))
        return &protocol_ec2;
    return action || is_one_of(scope, rest_xml) ? &protocol_query : &protocol_json_1_1;
}

/* What is not signed tells what it is for by nothing but its target, or a path of its own. */
static bool is_for_somebody_else(const struct request *rq, struct str scope)
{
    if (scope.p)
        return !route_service(scope);
    return request_header(rq, "x-amz-target").p || request_header(rq, "smithy-protocol").p ||
           (sends_json(rq) && !str_is(rq->path, "/"));
}

bool foreign_request(struct arena *a, const struct request *rq, struct str scope, bool action,
                     const struct protocol **ret, const char **service)
{
    if (!is_for_somebody_else(rq, scope))
        return false;
    struct str target = request_header(rq, "x-amz-target");
    struct str name = scope.p ? scope : str_cut(&target, '.');
    *ret = protocol_of(rq, scope, action);
    *service = is_name(name) ? str_dup(a, name) : "this service";
    return true;
}

#define XML_DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static void add_xml_error(struct buf *b, const struct err_face *face, const char *message)
{
    buf_printf(b, "<Error><Code>%s</Code><Message>", face->code);
    xml_text(b, str_of(message ? message : ""));
    buf_add(b, STR("</Message>"));
}

static void error_ec2(struct call *c, UNUSED const struct exchange *x, int code,
                      struct response *ret)
{
    const struct err_face *face = err_face(code);
    struct buf b = buf_new(c->arena, 1024);
    buf_add(&b, STR(XML_DECLARATION "<Response><Errors>"));
    add_xml_error(&b, face, c->message);
    buf_printf(&b, "</Error></Errors><RequestID>%s</RequestID></Response>", c->request_id);
    protocol_finish(c, &protocol_ec2, face->status, &b, ret);
}

static void error_s3(struct call *c, UNUSED const struct exchange *x, int code,
                     struct response *ret)
{
    const struct err_face *face = err_face(code);
    struct buf b = buf_new(c->arena, 1024);
    buf_add(&b, STR(XML_DECLARATION));
    add_xml_error(&b, face, c->message);
    buf_printf(&b, "<RequestId>%s</RequestId></Error>", c->request_id);
    protocol_finish(c, &protocol_s3, face->status, &b, ret);
}

/* RFC 8949: text (major type 3), whose length is in the two bytes behind its first one. */
static void add_cbor_text(struct buf *b, const char *text)
{
    size_t n = strlen(text);
    n = n < UINT16_MAX ? n : UINT16_MAX;
    buf_add_char(b, '\x79');
    buf_add_char(b, (char)(n >> 8));
    buf_add_char(b, (char)n);
    buf_add(b, (struct str){text, n});
}

static void error_cbor(struct call *c, UNUSED const struct exchange *x, int code,
                       struct response *ret)
{
    const struct err_face *face = err_face(code);
    struct buf b = buf_new(c->arena, 1024);
    buf_add_char(&b, '\xa2'); /* a map of two pairs */
    add_cbor_text(&b, "__type");
    add_cbor_text(&b, face->code);
    add_cbor_text(&b, "message");
    add_cbor_text(&b, c->message ? c->message : "");
    protocol_finish(c, &protocol_cbor, face->status, &b, ret);
    response_add(ret, "smithy-protocol", "rpc-v2-cbor");
    protocol_add_query_error(c, face, ret);
}

const struct protocol protocol_ec2 = {"application/xml", NULL, NULL, NULL, NULL, error_ec2};
const struct protocol protocol_s3 = {"application/xml", NULL, NULL, NULL, NULL, error_s3};
const struct protocol protocol_cbor = {"application/cbor", NULL, NULL, NULL, NULL, error_cbor};
