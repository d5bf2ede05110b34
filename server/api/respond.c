/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/respond.h"

#include "err.h"
#include "shape/encode.h"

/* Of errors raised before the operation is known. */
static const char fault_xmlns[] = "http://webservices.amazon.com/AWSFault/2005-15-09";

static const char *content_type(enum envelope_form form)
{
    switch (form) {
    case ENVELOPE_XML:
        return "text/xml";
    case ENVELOPE_EC2:
    case ENVELOPE_S3:
        return "application/xml";
    case ENVELOPE_TYPED_JSON:
        return "application/x-amz-json-1.1";
    case ENVELOPE_CBOR:
        return "application/cbor";
    case ENVELOPE_JSON:
        break;
    }
    return "application/json";
}

static void finish(const struct envelope *envelope, int status, const struct buf *body,
                   struct response *ret)
{
    ret->status = status;
    ret->body = buf_str(body);
    response_add(ret, "x-amzn-requestid", envelope->request_id);
    response_add(ret, "content-type", content_type(envelope->form));
    if (envelope->form == ENVELOPE_CBOR)
        response_add(ret, "smithy-protocol", "rpc-v2-cbor");
}

static void add_tag(struct buf *b, const char *before, const struct str *name, const char *after)
{
    buf_add_text(b, before);
    buf_add(b, *name);
    buf_add_text(b, after);
}

static void result_xml(struct buf *b, const struct envelope *envelope, const void *out)
{
    const struct api_op *op = envelope->op;
    struct str name = str_of(op->name);
    add_tag(b, "<", &name, "Response xmlns=\"");
    buf_add_text(b, op->service->xmlns);
    buf_add(b, STR("\">\n"));
    if (op->out) {
        bool empty = op->out->n == 0;
        add_tag(b, "  <", &name, empty ? "Result/>\n" : "Result>\n");
        shape_encode_xml(b, op->out, out, 2);
        if (!empty)
            add_tag(b, "  </", &name, "Result>\n");
    }
    buf_add(b, STR("  <ResponseMetadata>\n    <RequestId>"));
    buf_add_text(b, envelope->request_id);
    buf_add(b, STR("</RequestId>\n  </ResponseMetadata>\n"));
    add_tag(b, "</", &name, "Response>\n");
}

static void result_json(struct buf *b, const struct envelope *envelope, const void *out)
{
    const struct api_op *op = envelope->op;
    buf_printf(b, "{\"%sResponse\":{", op->name);
    if (op->out) {
        buf_printf(b, "\"%sResult\":", op->name);
        shape_encode_json(b, op->out, out, true);
        buf_add_char(b, ',');
    }
    buf_printf(b, "\"ResponseMetadata\":{\"RequestId\":\"%s\"}}}", envelope->request_id);
}

void respond_result(struct arena *a, const struct envelope *envelope, const void *out,
                    struct response *ret)
{
    struct buf b = buf_new(a, 1024);
    (envelope->form == ENVELOPE_JSON ? result_json : result_xml)(&b, envelope, out);
    finish(envelope, 200, &b, ret);
}

static void error_xml(struct buf *b, const struct envelope *envelope, const struct err_face *face,
                      const char *message)
{
    const char *xmlns = envelope->op        ? envelope->op->service->xmlns
                        : envelope->service ? envelope->service->xmlns
                                            : fault_xmlns;
    buf_printf(b,
               "<ErrorResponse xmlns=\"%s\">\n  <Error>\n    <Type>%s</Type>\n"
               "    <Code>%s</Code>\n",
               xmlns, face->fault, face->code);
    if (message) {
        buf_add(b, STR("    <Message>"));
        xml_text(b, str_of(message));
        buf_add(b, STR("</Message>\n"));
    }
    buf_printf(b, "  </Error>\n  <RequestId>%s</RequestId>\n</ErrorResponse>\n",
               envelope->request_id);
}

static void error_json(struct buf *b, const struct envelope *envelope, const struct err_face *face,
                       const char *message)
{
    buf_printf(b, "{\"Error\":{\"Code\":\"%s\",", face->code);
    if (message) {
        buf_add(b, STR("\"Message\":"));
        buf_json(b, str_of(message));
        buf_add_char(b, ',');
    }
    buf_printf(b, "\"Type\":\"%s\"},\"RequestId\":\"%s\"}", face->fault, envelope->request_id);
}

static void add_xml_error(struct buf *b, const struct err_face *face, const char *message)
{
    buf_printf(b, "<Error><Code>%s</Code><Message>", face->code);
    xml_text(b, str_of(message ? message : ""));
    buf_add(b, STR("</Message>"));
}

#define XML_DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static void error_ec2(struct buf *b, const struct envelope *envelope, const struct err_face *face,
                      const char *message)
{
    buf_add(b, STR(XML_DECLARATION "<Response><Errors>"));
    add_xml_error(b, face, message);
    buf_printf(b, "</Error></Errors><RequestID>%s</RequestID></Response>", envelope->request_id);
}

static void error_s3(struct buf *b, const struct envelope *envelope, const struct err_face *face,
                     const char *message)
{
    buf_add(b, STR(XML_DECLARATION));
    add_xml_error(b, face, message);
    buf_printf(b, "<RequestId>%s</RequestId></Error>", envelope->request_id);
}

static void error_typed_json(struct buf *b, const struct envelope *envelope UNUSED,
                             const struct err_face *face, const char *message)
{
    buf_add_char(b, '{');
    buf_json_text(b, "__type", face->code);
    buf_add_char(b, ',');
    buf_json_text(b, "message", message ? message : "");
    buf_add_char(b, '}');
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

static void error_cbor(struct buf *b, const struct envelope *envelope UNUSED,
                       const struct err_face *face, const char *message)
{
    buf_add_char(b, '\xa2'); /* a map of two pairs */
    add_cbor_text(b, "__type");
    add_cbor_text(b, face->code);
    add_cbor_text(b, "message");
    add_cbor_text(b, message ? message : "");
}

static void (*const add_error[])(struct buf *b, const struct envelope *envelope,
                                 const struct err_face *face, const char *message) = {
    [ENVELOPE_XML] = error_xml,
    [ENVELOPE_JSON] = error_json,
    [ENVELOPE_EC2] = error_ec2,
    [ENVELOPE_S3] = error_s3,
    [ENVELOPE_TYPED_JSON] = error_typed_json,
    [ENVELOPE_CBOR] = error_cbor,
};

void respond_error(struct arena *a, const struct envelope *envelope, int code, const char *message,
                   struct response *ret)
{
    struct buf b = buf_new(a, 1024);
    const struct err_face *face = err_face(code);
    add_error[envelope->form](&b, envelope, face, message);
    finish(envelope, face->status, &b, ret);
    /* Services that spoke Query before tell the code of those days, too; others may. */
    if (envelope->form == ENVELOPE_TYPED_JSON || envelope->form == ENVELOPE_CBOR)
        response_add(ret, "x-amzn-query-error", arena_printf(a, "%s;%s", face->code, face->fault));
}

void respond_json(struct arena *a, int status, json_t *json, struct response *ret)
{
    const size_t flags = JSON_INDENT(2) | JSON_ENSURE_ASCII;
    if (!json) { /* jansson makes no texts of what is not UTF-8 */
        json = json_pack("{s:s}", "error", "The request is not UTF-8.");
        status = 400;
    }
    size_t n = json_dumpb(json, NULL, 0, flags);
    char *text = arena_alloc(a, n + 1);
    json_dumpb(json, text, n, flags);
    text[n] = '\n';
    json_decref(json);
    ret->status = status;
    ret->body = (struct str){text, n + 1};
    response_add(ret, "content-type", "application/json");
    response_add(ret, "cache-control", "no-store");
}
