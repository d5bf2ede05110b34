/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals as the services write them. */
#include "guard/refusal_priv.h"
#include "shape/encode.h"

enum { HEADERS_MAX = 6 };

#define XML_DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define FUNCTION_URL_MESSAGE                                                                       \
    "Forbidden. For troubleshooting Function URL authorization issues, see: "                      \
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"

/* An answer that is being written. */
struct writing {
    struct call *call;
    const struct refusal *refusal;
    struct request_header *headers;
    size_t n_headers;
    struct buf body;
};

static void add_header(struct writing *w, struct str name, const char *value)
{
    ENSURE(w->n_headers < HEADERS_MAX);
    w->headers[w->n_headers++] = (struct request_header){name, str_of(value)};
}

static void add_element(struct buf *b, const char *name, const char *text)
{
    buf_printf(b, "<%s>", name);
    xml_text(b, str_of(text));
    buf_printf(b, "</%s>", name);
}

static void write_json(struct writing *w, const char *member)
{
    buf_add_char(&w->body, '{');
    if (w->refusal->form == REFUSAL_JSON) {
        buf_json_text(&w->body, "__type", w->refusal->type);
        buf_add_char(&w->body, ',');
    }
    buf_json_text(&w->body, member, w->refusal->message);
    buf_add_char(&w->body, '}');
}

/* "AccessDenied;Sender": whose fault it is. */
static void add_query_error(struct writing *w)
{
    if (w->refusal->denial.query_compatible)
        add_header(w, STR("x-amzn-query-error"),
                   arena_printf(w->call->arena, "%s;Sender", w->refusal->query_code));
}

static void write_json_rpc(struct writing *w)
{
    const char *version = w->refusal->denial.json_version;
    add_header(
        w, STR("content-type"),
        arena_printf(w->call->arena, "application/x-amz-json-%s", version ? version : "1.1"));
    add_query_error(w);
    write_json(w, "Message");
}

/* API Gateway's own refusal of who does not sign has the other spelling. */
static void write_rest_json(struct writing *w)
{
    const struct refusal *r = w->refusal;
    bool unsigned_there = strcmp(r->code, "MissingAuthenticationTokenException") == 0;
    add_header(w, STR("content-type"), "application/json");
    add_header(w, STR("x-amzn-errortype"), r->code);
    write_json(w, unsigned_there ? "message" : "Message");
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

static void write_cbor(struct writing *w)
{
    add_header(w, STR("content-type"), "application/cbor");
    add_header(w, STR("smithy-protocol"), "rpc-v2-cbor");
    add_query_error(w);
    buf_add_char(&w->body, '\xa2'); /* a map of two pairs */
    add_cbor_text(&w->body, "__type");
    add_cbor_text(&w->body, w->refusal->type);
    add_cbor_text(&w->body, "message");
    add_cbor_text(&w->body, w->refusal->message);
}

static void add_error(struct buf *b, const struct refusal *r)
{
    add_element(b, "Code", r->code);
    add_element(b, "Message", r->message);
}

static void write_ec2(struct writing *w)
{
    struct buf *b = &w->body;
    add_header(w, STR("content-type"), "text/xml;charset=UTF-8");
    buf_add(b, STR(XML_DECLARATION "<Response><Errors><Error>"));
    add_error(b, w->refusal);
    buf_add(b, STR("</Error></Errors>"));
    add_element(b, "RequestID", w->call->request_id);
    buf_add(b, STR("</Response>"));
}

/* Of Query, and of what S3 Control, Route 53 and CloudFront have after it. */
static void write_envelope(struct writing *w)
{
    const struct refusal *r = w->refusal;
    struct buf *b = &w->body;
    bool sqs = r->denial.form && strcmp(r->denial.form, "sqs") == 0;
    add_header(w, STR("content-type"), "text/xml");
    buf_add(b, STR("<ErrorResponse"));
    if (r->denial.xmlns)
        buf_printf(b, " xmlns=\"%s\"", r->denial.xmlns);
    buf_add(b, STR("><Error><Type>Sender</Type>"));
    add_error(b, r);
    buf_add_text(b, sqs ? "<Detail/></Error>" : "</Error>");
    add_element(b, "RequestId", w->call->request_id);
    buf_add(b, STR("</ErrorResponse>"));
}

/* The second id of S3, of which AWS tells nothing. */
static const char *host_id(const struct call *c)
{
    struct buf b = buf_new(c->arena, 128);
    buf_base64(&b, (const unsigned char *)c->request_id, strlen(c->request_id));
    return buf_text(&b);
}

static void write_s3(struct writing *w)
{
    struct buf *b = &w->body;
    const char *host = host_id(w->call);
    add_header(w, STR("content-type"), "application/xml");
    add_header(w, STR("x-amz-id-2"), host);
    buf_add(b, STR(XML_DECLARATION "<Error>"));
    add_error(b, w->refusal);
    add_element(b, "RequestId", w->call->request_id);
    add_element(b, "HostId", host);
    buf_add(b, STR("</Error>"));
}

static void write_refusal(struct writing *w)
{
    static void (*const writers[])(struct writing * w) = {
        [REFUSAL_QUERY] = write_envelope,
        [REFUSAL_EC2] = write_ec2,
        [REFUSAL_S3] = write_s3,
        [REFUSAL_JSON] = write_json_rpc,
        [REFUSAL_CBOR] = write_cbor,
        [REFUSAL_REST_JSON] = write_rest_json,
        [REFUSAL_REST_XML] = write_envelope,
    };
    bool s3 = w->refusal->form == REFUSAL_S3;
    writers[w->refusal->form](w);
    add_header(w, s3 ? STR("x-amz-request-id") : STR("x-amzn-requestid"), w->call->request_id);
}

/* The key behind the bucket, or behind what an access point calls objects. */
static struct str key_of(struct str resource)
{
    struct str rest = resource, objects = STR("/object/");
    const char *at = memmem(resource.p, resource.n, objects.p, objects.n);
    if (str_starts(resource, STR("arn:aws:s3:::")) || !at) {
        str_cut(&rest, '/');
        return rest;
    }
    at += objects.n;
    return (struct str){at, (size_t)(resource.p + resource.n - at)};
}

/* Each key is told apart. Those that might be deleted are not, since the request is not carried
   out: nobody must take them for deleted. */
static void add_key_error(struct buf *b, const struct guard_decision *d)
{
    struct str key = key_of(d->resource);
    bool allowed = d->outcome == AUTHZ_ALLOW;
    buf_add(b, STR("<Error><Key>"));
    xml_text(b, key);
    buf_add(b, STR("</Key>"));
    add_element(b, "Code", allowed ? "OperationAborted" : "AccessDenied");
    add_element(b, "Message",
                allowed ? "Nothing was deleted, because other keys of the request were refused."
                        : d->message);
    buf_add(b, STR("</Error>"));
}

/* S3 API Reference, DeleteObjects: the answer is 200, and says of each key what came of it. */
static void write_keys(struct writing *w, const struct guard_answer *answer)
{
    struct buf *b = &w->body;
    add_header(w, STR("content-type"), "application/xml");
    add_header(w, STR("x-amz-id-2"), host_id(w->call));
    add_header(w, STR("x-amz-request-id"), w->call->request_id);
    buf_add(
        b, STR(XML_DECLARATION "<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"));
    for (size_t i = 0; i < answer->n_decisions; i++) {
        const struct guard_decision *d = &answer->decisions[i];
        if (d->element != SIZE_MAX)
            add_key_error(b, d);
    }
    buf_add(b, STR("</DeleteResult>"));
}

/* All that is refused are single keys. */
static bool refuses_keys(const struct refusal *r, const struct guard_answer *answer)
{
    const char *operation = answer->op.operation;
    bool deletes = operation && strcmp(operation, "DeleteObjects") == 0 && r->form == REFUSAL_S3;
    size_t refused = 0;
    for (size_t i = 0; deletes && i < answer->n_decisions; i++) {
        const struct guard_decision *d = &answer->decisions[i];
        if (d->outcome == AUTHZ_ALLOW || d->is_hint)
            continue;
        if (d->element == SIZE_MAX)
            return false;
        refused++;
    }
    return refused > 0;
}

/* What a client that named no known service might understand. */
static enum refusal_form guess_form(const struct request *rq)
{
    struct str type = request_header(rq, "content-type");
    if (str_is(request_header(rq, "smithy-protocol"), "rpc-v2-cbor"))
        return REFUSAL_CBOR;
    if (request_header(rq, "x-amz-target").p)
        return REFUSAL_JSON;
    if (str_starts(type, STR("application/json")))
        return REFUSAL_REST_JSON;
    return REFUSAL_REST_XML;
}

static enum refusal_form form_of(const struct recognized *op, const struct recognize_denial *denial,
                                 const struct request *rq)
{
    static const enum refusal_form forms[] = {
        [RECOGNIZE_QUERY] = REFUSAL_QUERY,       [RECOGNIZE_EC2] = REFUSAL_EC2,
        [RECOGNIZE_JSON] = REFUSAL_JSON,         [RECOGNIZE_REST_JSON] = REFUSAL_REST_JSON,
        [RECOGNIZE_REST_XML] = REFUSAL_REST_XML, [RECOGNIZE_CBOR] = REFUSAL_CBOR,
        [RECOGNIZE_HTTP] = REFUSAL_REST_JSON,
    };
    if (!op->service)
        return guess_form(rq);
    return denial->form && strcmp(denial->form, "s3") == 0 ? REFUSAL_S3 : forms[op->protocol];
}

void guard_refuse(struct call *c, const struct guard_question *question,
                  const struct guard_answer *answer, struct guard_refusal *ret)
{
    struct refusal r = {.status = 0};
    struct writing w = {.call = c, .refusal = &r, .body = buf_new(c->arena, 1024)};
    if (answer->op.service)
        recognize_denial(&answer->op, &r.denial);
    r.form = form_of(&answer->op, &r.denial, question->rq);
    refusal_tell(answer, &r);
    if (r.denial.form && strcmp(r.denial.form, "lambda-url") == 0)
        r.message = FUNCTION_URL_MESSAGE;
    w.headers = NEW_ARRAY(c->arena, struct request_header, HEADERS_MAX);
    bool keys = answer->code == OK && refuses_keys(&r, answer);
    if (keys)
        write_keys(&w, answer);
    else
        write_refusal(&w);
    bool head = str_is(question->rq->method, "HEAD");
    *ret = (struct guard_refusal){.status = keys ? 200 : r.status,
                                  .headers = w.headers,
                                  .n_headers = w.n_headers,
                                  .body = head ? STR("") : buf_str(&w.body)};
}
