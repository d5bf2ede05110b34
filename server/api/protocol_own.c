/* SPDX-License-Identifier: Apache-2.0 */
/* Own endpoints: rest-json, written for people to read. */
#include <jansson.h>

#include "server/api/admin_guard.h"
#include "server/api/paths.h"
#include "server/server.h"

/* Who calls as an account shows a signature instead of the token. */
static int guard(struct call *c, UNUSED const struct exchange *x)
{
    bool needs_token = c->op && c->op->callers == API_ADMIN;
    bool shown = needs_token && c->op->verbatim;
    const struct config *config = &c->server->config;
    const char *why_not =
        shown ? admin_guard_shown(config, c->rq) : admin_guard(config, c->rq, needs_token);
    return why_not ? call_fail(c, ERR_ACCESS_DENIED, "%s", why_not) : OK;
}

static int route(struct call *c, struct exchange *x)
{
    if (c->op)
        return OK;
    const char *methods = paths_methods(c, x->service);
    if (methods)
        return call_fail(c, ERR_METHOD_NOT_ALLOWED, "This endpoint takes %s.", methods);
    return call_fail(c, ERR_NO_SUCH_ENDPOINT, "There is no such endpoint. There are:%s.",
                     paths_list(c->arena, x->service));
}

static const struct shape_field *find_member(const struct shape *in, enum shape_place place,
                                             struct str name)
{
    for (size_t i = 0; i < in->n; i++) {
        if (in->fields[i].place == place && str_is(name, in->fields[i].name))
            return &in->fields[i];
    }
    return NULL;
}

/* AWS ignores names that it does not know; here a slip of the pen is told. */
static int check_query(struct call *c)
{
    struct str rest = c->rq->query;
    while (rest.n) {
        struct str pair = str_cut(&rest, '&'), name = str_cut(&pair, '=');
        if (name.n && !find_member(c->op->in, SHAPE_IN_QUERY, name))
            return call_fail(c, ERR_VALIDATION_ERROR, "This endpoint has no parameter %s.",
                             response_printable(c->arena, str_dup(c->arena, name)));
    }
    return OK;
}

/* Where there are no members: parameters that are more than texts. */
static const char *expected_parameters(struct call *c, const struct shape *in)
{
    struct buf b = buf_new(c->arena, 128);
    for (size_t i = 0; i < in->n; i++) {
        const struct shape_field *field = &in->fields[i];
        bool is_number = field->kind == SHAPE_INT;
        if (field->place == SHAPE_IN_QUERY && (is_number || field->kind == SHAPE_BOOL))
            buf_printf(&b, "%s %s as %s", b.n ? "," : "", is_number ? "a number" : "true or false",
                       field->name);
    }
    return b.n ? arena_printf(c->arena, "Expected%s.", buf_text(&b)) : "Expected JSON.";
}

static const char *expected(struct call *c, const struct shape *in)
{
    struct buf b = buf_new(c->arena, 128);
    for (size_t i = 0; i < in->n; i++) {
        if (in->fields[i].place == SHAPE_IN_BODY)
            buf_printf(&b, "%s %s", b.n ? "," : "", in->fields[i].name);
    }
    return b.n ? arena_printf(c->arena, "Expected a JSON object with members among:%s.",
                              buf_text(&b))
               : expected_parameters(c, in);
}

/* NULL: it is of the kind that the member has. */
static const char *wanted(const struct shape_field *field, const json_t *json)
{
    switch (json_is_null(json) ? SHAPE_DOCUMENT : field->kind) {
    case SHAPE_STR:
        return json_is_string(json) ? NULL : "a string";
    case SHAPE_BOOL:
        return json_is_boolean(json) ? NULL : "true or false";
    case SHAPE_INT:
        return json_is_integer(json) ? NULL : "a number";
    case SHAPE_LIST:
        return json_is_array(json) || field->map ? NULL : "a list";
    case SHAPE_STRUCT:
        return json_is_object(json) ? NULL : "an object";
    default:
        return NULL;
    }
}

static int check_members(struct call *c, const struct shape *in, json_t *json);

/* The members of what a member holds: an object, or a list of them. */
static int check_value(struct call *c, const struct shape_field *field, json_t *json)
{
    size_t i;
    json_t *item;
    if (!field->shape || field->map)
        return OK;
    if (field->kind == SHAPE_STRUCT)
        return check_members(c, field->shape, json);
    json_array_foreach(json, i, item)
    {
        if (!json_is_object(item))
            return call_fail(c, ERR_VALIDATION_ERROR, "Each of %s has to be an object. %s",
                             field->name, expected(c, field->shape));
        TRY(check_members(c, field->shape, item));
    }
    return OK;
}

/* Of what is no object there are none. */
static int check_members(struct call *c, const struct shape *in, json_t *json)
{
    const char *name;
    json_t *value;
    json_object_foreach(json, name, value)
    {
        const struct shape_field *field = find_member(in, SHAPE_IN_BODY, str_of(name));
        if (!field)
            return call_fail(c, ERR_VALIDATION_ERROR, "There is no member %s. %s", name,
                             expected(c, in));
        const char *kind = in == c->op->in ? NULL : wanted(field, value); /* else decoding tells */
        if (kind)
            return call_fail(c, ERR_VALIDATION_ERROR, "%s has to be %s. %s", name, kind,
                             expected(c, in));
        TRY(check_value(c, field, value));
    }
    return OK;
}

static int check_body(struct call *c)
{
    json_t *body = json_loadb(c->rq->body.p, c->rq->body.n, 0, NULL);
    int code = check_members(c, c->op->in, body);
    json_decref(body);
    return code;
}

static bool has_place(const struct shape *in, enum shape_place place)
{
    for (size_t i = 0; i < in->n; i++) {
        if (in->fields[i].place == place)
            return true;
    }
    return false;
}

static int decode(struct call *c, const struct exchange *x, void *in)
{
    if (c->op->verbatim)
        return OK;
    TRY(check_query(c));
    if (has_place(c->op->in, SHAPE_IN_BODY))
        TRY(check_body(c));
    int code = paths_decode(c, x, in);
    if (code == ERR_SERIALIZATION)
        c->message = arena_printf(c->arena, "%s%s%s", c->message ? c->message : "",
                                  c->message ? ". " : "", expected(c, c->op->in));
    return code;
}

static void add_error(const struct call *c, const struct protocol *protocol, int code,
                      struct buf *b, struct response *ret)
{
    struct str json = paths_indented(c->arena, buf_str(b));
    *b = (struct buf){.arena = c->arena};
    buf_add(b, json);
    protocol_finish(c, protocol, err_face(code)->status, b, ret);
    response_add(ret, "cache-control", "no-store");
}

static void error(struct call *c, const struct exchange *x, int code, struct response *ret)
{
    struct buf b = buf_new(c->arena, 256);
    buf_add_char(&b, '{');
    buf_json_text(&b, "error", c->message ? c->message : "The request cannot be read.");
    buf_add_char(&b, '}');
    add_error(c, &protocol_own, code, &b, ret);
    if (code == ERR_METHOD_NOT_ALLOWED)
        response_add(ret, "allow", paths_methods(c, x->service));
}

/* AWS undocumented: codes and words of the refusals; ECS has members of these names. */
static void container_error(struct call *c, UNUSED const struct exchange *x, int code,
                            struct response *ret)
{
    struct buf b = buf_new(c->arena, 256);
    buf_add_char(&b, '{');
    buf_json_text(&b, "code", err_face(code)->code);
    buf_add_char(&b, ',');
    buf_json_text(&b, "message", c->message ? c->message : "");
    buf_add_char(&b, '}');
    add_error(c, &protocol_container, code, &b, ret);
}

const struct protocol protocol_own = {"application/json", guard, route, decode,
                                      paths_result,       error};
const struct protocol protocol_container = {"application/json", guard,          route, decode,
                                            paths_result,       container_error};
