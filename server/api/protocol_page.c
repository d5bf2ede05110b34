/* SPDX-License-Identifier: Apache-2.0 */
/* Pages for browsers: forms come, and HTML goes. */
#include "pages.h"
#include "record/record.h"
#include "server/api/admin_guard.h"
#include "server/api/paths.h"
#include "server/page/answer.h"
#include "server/page/show.h"
#include "server/page/visit.h"
#include "server/server.h"
#include "shape/decode.h"
#include "shape/form.h"

/* Nothing but our own style sheet and script, and no frame of another page around it. */
#define CONTENT_POLICY                                                                             \
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "              \
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

static int guard(struct call *c, UNUSED const struct exchange *x)
{
    const char *why_not = page_guard(&c->server->config, c->rq);
    return why_not ? call_fail(c, ERR_ACCESS_DENIED, "%s", why_not) : OK;
}

static int route(struct call *c, struct exchange *x)
{
    if (c->op)
        return OK;
    const char *methods = paths_methods(c, x->service);
    return methods ? call_fail(c, ERR_METHOD_NOT_ALLOWED, "This page takes %s.", methods)
                   : call_fail(c, ERR_NO_SUCH_ENDPOINT, "There is no such page.");
}

static const struct shape_field *find_field(const struct shape *in, enum shape_place place,
                                            struct str name)
{
    struct str first = str_cut(&name, '.');
    for (size_t i = 0; i < in->n; i++) {
        if (in->fields[i].place == place && str_is(first, in->fields[i].name))
            return &in->fields[i];
    }
    return NULL;
}

static void add_name(struct buf *b, struct str name)
{
    if (b->n)
        buf_add_char(b, '&');
    buf_add(b, name);
}

/* Parts of the path come first: no parameter takes their place. */
static int add_path(struct call *c, const struct exchange *x, struct buf *b)
{
    const struct shape *in = c->op->in;
    for (size_t i = 0; i < in->n; i++) {
        const struct shape_field *field = &in->fields[i];
        struct buf part = buf_new(c->arena, 64);
        if (field->place != SHAPE_IN_PATH)
            continue;
        if (!buf_pct_decode(&part, api_route_part(x->way, c->rq->path, field->name), false))
            return call_fail(c, ERR_MALFORMED_REQUEST, "The path cannot be read.");
        add_name(b, str_of(field->name));
        buf_add_char(b, '=');
        buf_pct_encode(b, buf_str(&part), "");
    }
    return OK;
}

/*
 * Parameters of the query, or fields of a form. A browser sends fields that nobody filled in: they
 * are absent. One that may be there several times is a list. Returns a name that is none of the
 * operation's; p == NULL: there is none.
 */
static struct str add_fields(struct call *c, enum shape_place place, struct str text, struct buf *b)
{
    int number = 0;
    struct str unknown = {NULL, 0};
    while (text.n) {
        struct str value = str_cut(&text, '&'), name = str_cut(&value, '=');
        const struct shape_field *field = find_field(c->op->in, place, name);
        if (!field && name.n && !str_is(name, "csrf"))
            unknown = name;
        if (!field || value.n == 0)
            continue;
        add_name(b, name);
        if (field->kind == SHAPE_LIST && name.n == field->name_size)
            buf_printf(b, ".member.%d", ++number);
        buf_add_char(b, '=');
        buf_add(b, value);
    }
    return unknown;
}

static bool is_form(const struct request *rq)
{
    struct str type = request_header(rq, "content-type");
    return str_eq_fold(str_trim(str_cut(&type, ';')), STR("application/x-www-form-urlencoded"));
}

static int gather(struct call *c, const struct exchange *x, struct buf *b)
{
    TRY(add_path(c, x, b));
    add_fields(c, SHAPE_IN_QUERY, c->rq->query, b);
    if (!str_is(c->rq->method, "POST"))
        return OK;
    if (c->rq->body.n && !is_form(c->rq))
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "A form is sent as application/x-www-form-urlencoded.");
    struct str unknown = add_fields(c, SHAPE_IN_BODY, c->rq->body, b);
    return unknown.p ? call_fail(c, ERR_VALIDATION_ERROR, "This form has no field %s.",
                                 response_printable(c->arena, str_dup(c->arena, unknown)))
                     : OK;
}

static int decode_gathered(struct call *c, const struct buf *b, void *in)
{
    struct node tree;
    int code = form_parse(c->arena, buf_str(b), &tree);
    if (code == OK)
        code = shape_decode(c->arena, c->op->in, &tree, in, &c->message);
    if (code == ERR_MALFORMED_REQUEST || code == ERR_MALFORMED_INPUT)
        return call_fail(c, ERR_VALIDATION_ERROR, "The form cannot be read.");
    return code;
}

/* Who did not make the page that has the form cannot know what is in it. */
static int decode(struct call *c, const struct exchange *x, void *in)
{
    if (str_is(c->rq->method, "POST") && !visit_sent_form(c))
        return call_fail(c, ERR_ACCESS_DENIED,
                         "The form is not from a page that was made for this browser, or from one "
                         "before the last sign-in. Go back, load it again, and send it once more.");
    struct buf b = buf_new(c->arena, 256);
    TRY(gather(c, x, &b));
    return decode_gathered(c, &b, in);
}

/* Programs send forms, too, which say who they are in what they send: parameters are the same
   there, and those that nobody knows are left alone. */
static int decode_parameters(struct call *c, UNUSED const struct exchange *x, void *in)
{
    struct buf b = buf_new(c->arena, 256);
    add_fields(c, SHAPE_IN_QUERY, c->rq->query, &b);
    if (is_form(c->rq))
        add_fields(c, SHAPE_IN_QUERY, c->rq->body, &b);
    return decode_gathered(c, &b, in);
}

static void add_policy(const struct call *c, struct response *ret)
{
    const char *more = c->page->form_action;
    response_add(ret, "content-security-policy",
                 more ? arena_printf(c->arena, CONTENT_POLICY " %s", more) : CONTENT_POLICY);
    response_add(ret, "x-frame-options", "DENY");
    response_add(ret, "x-content-type-options", "nosniff");
    response_add(ret, "referrer-policy", "same-origin"); /* forms then say where they come from */
    response_add(ret, "cross-origin-opener-policy", "same-origin");
}

static void add_headers(const struct call *c, const char *type, const char *caching,
                        struct response *ret)
{
    response_add(ret, "x-amzn-requestid", c->request_id);
    response_add(ret, "content-type", type);
    response_add(ret, "cache-control", caching);
    add_policy(c, ret);
    for (size_t i = 0; i < c->page->n_headers; i++)
        response_add(ret, c->page->headers[i].name, c->page->headers[i].value);
}

static void send_file(const struct call *c, struct response *ret)
{
    ret->status = 200;
    ret->body = c->page->file->bytes;
    add_headers(c, c->page->file->type, "max-age=31536000, immutable", ret);
}

static void send_page(struct call *c, struct response *ret)
{
    const struct page_answer *answer = c->page;
    ret->status = answer->status;
    ret->body = answer->template ? page_bytes(c) : answer->text;
    add_headers(c, answer->type ? answer->type : "text/html; charset=utf-8", "no-store", ret);
    if (answer->location)
        response_add_whole(ret, "location", answer->location);
}

static const char *asked_target(const struct call *c)
{
    struct buf target = buf_new(c->arena, 256);
    buf_add(&target, c->rq->path);
    if (c->rq->query.n)
        buf_printf(&target, "?%.*s", STR_FMT(c->rq->query));
    return buf_text(&target);
}

/* To the page where one signs in, and back to this one, if its address is not so long that the head
   of an answer might have no room for it. */
static void go_to_sign_in(struct call *c, struct response *ret)
{
    enum { TO_MAX = 1024 };
    struct buf to = buf_new(c->arena, 256);
    buf_add_text(&to, "/signin?next=");
    buf_pct_encode(&to, str_of(asked_target(c)), "/");
    bool back = str_is(c->rq->method, "GET") && to.n <= TO_MAX;
    if (page_go(c, "%s", back ? buf_text(&to) : "/signin") == OK)
        send_page(c, ret);
}

static void error(struct call *c, const struct exchange *x, int code, struct response *ret)
{
    if (code == ERR_SIGN_IN_REQUIRED) {
        go_to_sign_in(c, ret);
        return;
    }
    int status = err_face(code)->status;
    bool decided = c->record && c->record->kind != RECORD_PLAIN;
    json_t *data = json_pack("{s:s, s:i, s:s, s:s, s:b}", "title", "Error", "status", status,
                             "error", c->message ? c->message : "The request cannot be read.",
                             "request_id", c->request_id, "decided", decided);
    if (page_is_near(c->rq))
        json_object_set_new_nocheck(data, "onward", json_string_nocheck(asked_target(c)));
    if (page_show_status(c, status, &page_error, data) == OK)
        send_page(c, ret);
    if (code == ERR_METHOD_NOT_ALLOWED)
        response_add(ret, "allow", paths_methods(c, x->service));
}

static void result(struct call *c, const struct exchange *x, UNUSED const void *out,
                   struct response *ret)
{
    const char *location = c->page->location;
    if (location && strlen(location) > RESPONSE_VALUE_MAX) { /* the head has no room for it */
        c->page->location = NULL;
        c->message = "The address that this leads to is too long.";
        error(c, x, ERR_VALIDATION_ERROR, ret);
    } else if (c->page->file) {
        send_file(c, ret);
    } else {
        send_page(c, ret);
    }
}

const struct protocol protocol_page = {"text/html", guard, route, decode, result, error};
const struct protocol protocol_federation = {"text/html",       guard,  route,
                                             decode_parameters, result, error};
