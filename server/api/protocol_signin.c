/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token endpoint of AWS Sign-In: rest-json for SDKs, and forms as OAuth has them (RFC 6749,
 * section 4.1.3). Of an error, "error" tells the kind and the header the class.
 */
#include <jansson.h>

#include "server/api/protocol.h"
#include "shape/decode.h"
#include "shape/encode.h"
#include "shape/form.h"

static int route(struct call *c, UNUSED struct exchange *x)
{
    if (c->op)
        return OK;
    return call_fail(c, ERR_NO_SUCH_ENDPOINT, "There is no such endpoint.");
}

/* What it tells of a grant it does not know, and of bodies that it cannot read. */
static int refuse_grant(struct call *c, const char *why)
{
    c->reason = why;
    return call_violates(
        c, ERR_VALIDATION_ERROR, "unsupported_grant_type",
        "The authorization grant type is not supported by the authorization server.");
}

static bool is_form(const struct request *rq)
{
    struct str type = request_header(rq, "content-type");
    return str_eq_fold(str_trim(str_cut(&type, ';')), STR("application/x-www-form-urlencoded"));
}

/* A new reference; NULL: it cannot be read. Parameters of forms have names of their own. */
static json_t *read_form(struct call *c, const struct request *rq)
{
    static const struct {
        const char *sent, *name;
    } names[] = {{"client_id", "clientId"},
                 {"grant_type", "grantType"},
                 {"code", "code"},
                 {"redirect_uri", "redirectUri"},
                 {"code_verifier", "codeVerifier"},
                 {"refresh_token", "refreshToken"}};
    struct node form;
    if (form_parse(c->arena, rq->body, &form) < 0)
        return NULL;
    json_t *json = json_object();
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str value = node_text(&form, names[i].sent);
        if (value.p)
            json_object_set_new(json, names[i].name, json_stringn(value.p, value.n));
    }
    return json;
}

static bool is_grant(const json_t *json)
{
    const json_t *type = json_object_get(json, "grantType");
    const char *text = json_string_value(type);
    bool known =
        text && (strcmp(text, "authorization_code") == 0 || strcmp(text, "refresh_token") == 0);
    return json_is_object(json) && (!type || known);
}

/* The body as JSON; p == NULL: it has no grant that is known. */
static struct str read_body(struct call *c)
{
    const struct request *rq = c->rq;
    struct str body = rq->body;
    json_t *json =
        is_form(rq) ? read_form(c, rq) : json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
    if (!is_grant(json)) {
        body = (struct str){NULL, 0};
    } else if (is_form(rq)) {
        body.n = json_dumpb(json, NULL, 0, JSON_COMPACT);
        char *text = arena_alloc(c->arena, body.n);
        body = (struct str){text, json_dumpb(json, text, body.n, JSON_COMPACT)};
    }
    json_decref(json);
    return body;
}

/* Which member is wrong is not told, and can be asked for. */
static int decode(struct call *c, UNUSED const struct exchange *x, void *in)
{
    const char *message = "a member is of another type";
    struct str body = read_body(c);
    if (!body.p)
        return refuse_grant(c, "the body cannot be read, or has another grant type");
    int code = shape_decode_json(c->arena, c->op->in, NULL, body, in, &message);
    if (code != ERR_VALIDATION_ERROR && code != ERR_SERIALIZATION)
        return code;
    c->reason = message;
    return call_violates(c, ERR_VALIDATION_ERROR, "INVALID_REQUEST",
                         "The request is missing a required parameter, includes an invalid "
                         "parameter value, or is otherwise malformed.");
}

static void finish(const struct call *c, int status, const struct buf *b, struct response *ret)
{
    protocol_finish(c, &protocol_signin, status, b, ret);
    response_add(ret, "cache-control", "no-store");
}

static void result(struct call *c, UNUSED const struct exchange *x, const void *out,
                   struct response *ret)
{
    struct buf b = buf_new(c->arena, 4096);
    shape_encode_json(&b, c->op->out, out, false);
    finish(c, 200, &b, ret);
}

/* Classes, kinds and statuses that go together (AWS Sign-In API Reference, CreateOAuth2Token). */
struct face {
    const char *type, *error;
    int status;
};

static struct face face_of(const struct call *c, int code)
{
    const char *kind = c->reason_code;
    switch (code) {
    case ERR_SERVICE_FAILURE:
        return (struct face){"InternalServerException", "server_error", 500};
    case ERR_SERVICE_UNAVAILABLE:
        return (struct face){"TooManyRequestsError", "INVALID_REQUEST", 429};
    case ERR_ACCESS_DENIED:
        kind = kind ? kind : "INSUFFICIENT_PERMISSIONS";
        return (struct face){"AccessDeniedException", kind, strstr(kind, "EXPIRED") ? 401 : 403};
    default:
        return (struct face){"ValidationException", kind ? kind : "INVALID_REQUEST",
                             err_face(code)->status};
    }
}

static void error(struct call *c, UNUSED const struct exchange *x, int code, struct response *ret)
{
    struct buf b = buf_new(c->arena, 512);
    const struct face face = face_of(c, code);
    bool by_rfc = strcmp(face.error, "unsupported_grant_type") == 0;
    buf_add_char(&b, '{');
    buf_json_text(&b, "error", face.error);
    buf_add_char(&b, ',');
    buf_json_text(&b, by_rfc ? "error_description" : "message", c->message ? c->message : "");
    buf_add_char(&b, '}');
    finish(c, face.status, &b, ret);
    if (!by_rfc)
        response_add(ret, "x-amzn-errortype", face.type);
}

const struct protocol protocol_signin = {
    "application/json", protocol_guard, route, decode, result, error};
