/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/pipeline.h"

#include <inttypes.h>

#include "access/enforce.h"
#include "access/explain.h"
#include "access/mfa.h"
#include "authn/credential.h"
#include "authz/authz.h"
#include "model/ids.h"
#include "server/api/admin.h"
#include "server/api/admin_guard.h"
#include "server/api/foreign.h"
#include "server/api/landing_page.h"
#include "server/api/respond.h"
#include "server/api/route.h"
#include "server/server.h"
#include "server/vend/imds.h"
#include "shape/decode.h"
#include "shape/form.h"

/* One request on its way through the stages. */
struct flow {
    struct server *server;
    struct response *response;
    struct call call;
    struct envelope envelope;
    struct node params;
    const struct api_service *service; /* whose endpoint was called; NULL: not known */
    struct sigv4_auth auth;
    int auth_code; /* what sigv4_parse said; told when it is authentication's turn */
    const char *auth_message;
    struct caller caller;
    struct tx tx;
    void *in, *out;
    const char *would_deny; /* the sentence of a denial that soft enforcement let pass */
    bool answered;          /* a stage has written the response itself */
};

static int stage_guard(struct flow *f)
{
    bool guessable = f->call.enforcement == ENFORCE_OFF || f->server->guessable;
    const char *why_not = api_guard(&f->server->config, f->call.rq, guessable);
    return why_not ? call_fail(&f->call, ERR_ACCESS_DENIED, "%s", why_not) : OK;
}

/* Parameters of the query string come before those of a form body. */
static int stage_params(struct flow *f)
{
    struct call *c = &f->call;
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
    if (form_parse(c->arena, buf_str(&text), &f->params) < 0) {
        return call_fail(c, ERR_MALFORMED_REQUEST,
                         "The request parameters cannot be read: %d or more of them, a name of "
                         "more than %d parts, or bytes that are not UTF-8.",
                         FORM_PAIRS_MAX, FORM_DEPTH_MAX);
    }
    return OK;
}

/* For the log: what the request was signed with, or NULL. */
static const char *access_key(const struct flow *f)
{
    struct str id = f->auth.access_key_id;
    return id.p ? str_dup(f->call.arena, id) : NULL;
}

/*
 * What AWS's front door does with requests that name no action.
 * AWS undocumented: where a long query ends; here the location goes without it.
 */
static void redirect(struct flow *f)
{
    static const char site[] = "https://aws.amazon.com/iam";
    struct arena *a = f->call.arena;
    struct str query = f->call.rq->query;
    const char *location =
        query.n ? response_printable(a, arena_printf(a, "%s?%.*s", site, STR_FMT(query))) : site;
    if (strlen(location) > RESPONSE_VALUE_MAX)
        location = site;
    f->response->status = 302;
    response_add(f->response, "location", location);
    response_add(f->response, "x-amzn-requestid", f->call.request_id);
    f->answered = true;
    LOG(&f->server->log, LOG_INFO, "redirected: no Action in a GET or POST",
        {"request_id", f->call.request_id}, {"access_key", access_key(f)});
}

/* The Query protocol has no other methods. AWS undocumented: that its front door takes requests
   with others for ones that name no action. */
static bool is_query_method(struct str method)
{
    return str_is(method, "GET") || str_is(method, "POST");
}

static int refuse_foreign(struct flow *f, const char *service)
{
    return call_fail(&f->call, ERR_NOT_IMPLEMENTED,
                     "IAM Local serves only iam and sts, not %s. Set AWS_ENDPOINT_URL_IAM and "
                     "AWS_ENDPOINT_URL_STS instead of AWS_ENDPOINT_URL.",
                     service);
}

static int stage_route(struct flow *f)
{
    struct call *c = &f->call;
    f->auth_code = sigv4_parse(c->arena, c->rq, &f->auth, &f->auth_message);
    struct route_query query = {
        .scope = f->auth_code == OK ? f->auth.service : (struct str){NULL, 0},
        .action = node_text(&f->params, "Action"),
        .version = node_text(&f->params, "Version"),
        .host = request_header(c->rq, "host"),
    };
    struct route route = route_find(&query);
    const char *service;
    if (!route.op && foreign_request(c->arena, c->rq, query.scope, query.action.p != NULL,
                                     &f->envelope.form, &service))
        return refuse_foreign(f, service);
    f->service = route.service;
    if (!query.action.p || !is_query_method(c->rq->method)) {
        redirect(f);
        return OK;
    }
    if (!route.op)
        return call_fail(c, ERR_INVALID_ACTION, "Could not find operation %.*s for version %s",
                         STR_FMT(query.action),
                         query.version.p ? query.version.p : "NO_VERSION_SPECIFIED");
    f->envelope.service = route.service;
    f->envelope.op = c->op = route.op;
    return OK;
}

/* Callers with a token of an identity provider are found out when the request is decoded. */
static int stage_authenticate(struct flow *f)
{
    struct call *c = &f->call;
    if (c->op->identify)
        return OK;
    if (f->call.enforcement == ENFORCE_OFF)
        return caller_assume(c, f->auth_code == OK ? &f->auth : NULL, &f->caller);
    if (f->auth_code < 0) {
        c->message = f->auth_message;
        return f->auth_code;
    }
    return caller_authenticate(c, &f->auth, c->op->service->name, &f->caller);
}

static int stage_decode(struct flow *f)
{
    struct call *c = &f->call;
    if (!c->op->run)
        return call_fail(c, ERR_NOT_IMPLEMENTED, "The operation %s:%s is not implemented.",
                         c->op->service->name, c->op->name);
    f->in = arena_zalloc(c->arena, c->op->in->size);
    f->out = c->op->out ? arena_zalloc(c->arena, c->op->out->size) : NULL;
    return shape_decode(c->arena, c->op->in, &f->params, f->in, &c->message);
}

/* Before authorization: trust policies ask whether this very request came with a code. */
static int stage_mfa(struct flow *f)
{
    int code = f->call.enforcement == ENFORCE_OFF ? OK : mfa_check(&f->call, f->in);
    if (code == ERR_ACCESS_DENIED)
        explain_refusal(&f->call, code);
    return code;
}

/* Begins with the first query, if there is one. Operations that need no permission read nothing. */
static int stage_begin(struct flow *f)
{
    struct call *c = &f->call;
    if (!c->op->auth)
        return OK;
    bool write = c->op->access != API_LIST && c->op->access != API_READ && !c->op->stores_nothing;
    store_begin_later(c->sandbox->store, write, c->arena, &f->tx);
    c->tx = &f->tx;
    return OK;
}

static int stage_identify(struct flow *f)
{
    struct call *c = &f->call;
    int code = c->op->identify ? c->op->identify(c, f->in) : OK;
    if (code != OK && err_face(code)->status != 500)
        explain_refusal(c, code);
    return code;
}

static int stage_authorize(struct flow *f)
{
    return access_authorize(&f->call, f->in, &f->would_deny);
}

static int stage_run(struct flow *f)
{
    const struct call *c = &f->call;
    int code = c->op->run(&f->call, f->in, f->out);
    if (code < 0 && c->op->auth && err_face(code)->status != 500)
        explain_failure(c, code);
    return code;
}

/* The answer goes out after the commit, and after everybody sees the change. */
static int stage_commit(struct flow *f)
{
    struct call *c = &f->call;
    if (!c->tx)
        return OK;
    c->tx = NULL;
    TRY(store_end(&f->tx, true));
    view_publish(c->sandbox, f->tx.touched);
    return OK;
}

static int (*const stages[])(struct flow *f) = {
    stage_guard, stage_params,   stage_route,     stage_authenticate, stage_decode, stage_mfa,
    stage_begin, stage_identify, stage_authorize, stage_run,          stage_commit,
};

static int run_stages(struct flow *f)
{
    for (size_t i = 0; i < ARRAY_LEN(stages) && !f->answered; i++) {
        int code = stages[i](f);
        if (code < 0)
            return code;
    }
    return OK;
}

/* Failures of our own are told in AWS's words; what really happened is in the log. */
static int public_code(struct flow *f, int code)
{
    const struct err_face *face = err_face(code);
    if (face->status != 500 || code == ERR_POLICY_EVALUATION) /* that is about the request */
        return code;
    if (code == ERR_STORE_LOST)
        server_trouble(f->server, f->call.sandbox); /* which has one line for all requests */
    else
        LOG(&f->server->log, LOG_ERROR, "request failed", {"request_id", f->call.request_id},
            {"error", face->name}, {"operation", f->call.op ? f->call.op->name : NULL});
    f->call.message = "The request processing has failed because of an unknown error, exception "
                      "or failure.";
    return ERR_SERVICE_FAILURE;
}

static void log_refusal(struct flow *f, int code, const char *message)
{
    const struct call *c = &f->call;
    LOG(&f->server->log, LOG_INFO, code == OK ? "would deny" : "refused",
        {"request_id", c->request_id}, {"operation", c->op ? c->op->name : NULL},
        {"principal", c->principal ? c->principal->arn : NULL}, {"access_key", access_key(f)},
        {"code", code == OK ? NULL : err_face(code)->code}, {"message", message},
        {"reason", c->reason});
}

/* CALL: NULL for the server's own endpoints. */
static void log_request(const struct log *log, const struct request *rq, const struct call *c,
                        const struct response *response, struct arena *a)
{
    LOG(log, LOG_DEBUG, "request", {"request_id", c ? c->request_id : NULL},
        {"method", str_dup(a, rq->method)}, {"path", str_dup(a, rq->path)},
        {"operation", c && c->op ? c->op->name : NULL},
        {"principal", c && c->principal ? c->principal->arn : NULL},
        {"status", arena_printf(a, "%d", response->status)});
}

/* What every answer of STS carries. AWS undocumented: what the random part is for. */
static void add_extended_id(struct flow *f)
{
    struct call *c = &f->call;
    char chance[ALNUM_SIZE];
    if (!f->service || strcmp(f->service->name, "sts") != 0)
        return;
    alnum_new(&c->sandbox->rand, chance);
    struct buf id = buf_new(c->arena, 128), base64 = buf_new(c->arena, 128);
    buf_add_text(&id, "1:");
    buf_add(&id, sigv4_region(&f->auth));
    buf_printf(&id, ":S:%" PRId64 ":R:%s", clock_now_ms(&c->sandbox->clock), chance);
    buf_base64(&base64, (const unsigned char *)id.p, id.n);
    response_add(f->response, "x-amz-sts-extended-request-id", buf_text(&base64));
}

static void finish(struct flow *f, int code)
{
    struct call *c = &f->call;
    if (c->tx) {
        /* A failure: the refusal may be due to something that was never committed. */
        int ended = store_end(&f->tx, false);
        code = ended < 0 ? ended : code;
        c->tx = NULL;
    }
    if (code == ERR_WANTED) {
        f->response->wanted = c->wanted;
        return;
    }
    if (code < 0) {
        bool told = code == ERR_STORE_LOST;
        code = public_code(f, code);
        respond_error(c->arena, &f->envelope, code, c->message, f->response);
        if (!told)
            log_refusal(f, code, c->message);
    } else if (!f->answered) {
        respond_result(c->arena, &f->envelope, f->out, f->response);
    }
    add_extended_id(f);
    if (f->would_deny) {
        response_add(f->response, "x-iam-local-would-deny", f->would_deny);
        log_refusal(f, OK, f->would_deny);
    }
    if (f->call.enforcement != ENFORCE_STRICT)
        response_add(f->response, "x-iam-local-enforcement",
                     config_enforcement_name(f->call.enforcement));
    log_request(&f->server->log, c->rq, c, f->response, c->arena);
    caller_release(&f->caller);
}

static const char *new_request_id(struct sandbox *sandbox, struct arena *a)
{
    char *id = arena_alloc(a, UUID_SIZE);
    uuid_new(&sandbox->rand, id);
    return id;
}

void pipeline_run(struct server *server, struct arena *a, const struct request *rq,
                  struct response *ret)
{
    *ret = (struct response){.arena = a};
    if (admin_run(server, a, rq, ret) || imds_run(server, a, rq, ret) ||
        landing_page_run(server, a, rq, ret)) {
        log_request(&server->log, rq, NULL, ret, a);
        return;
    }
    struct sandbox *sandbox = server->sandbox;
    const char *request_id = new_request_id(sandbox, a);
    struct flow f = {
        .server = server,
        .response = ret,
        .envelope = {.request_id = request_id,
                     .form =
                         request_accepts(rq, "application/json") ? ENVELOPE_JSON : ENVELOPE_XML},
        .call = {.arena = a,
                 .sandbox = sandbox,
                 .rq = rq,
                 .request_id = request_id,
                 .now = clock_now(&sandbox->clock),
                 .enforcement = (enum enforcement)atomic_load(&sandbox->enforcement)},
    };
    ENSURE(sandbox_enter(sandbox)); /* it is never deleted */
    finish(&f, run_stages(&f));
    sandbox_leave(sandbox);
}

void pipeline_refuse(struct server *server, struct arena *a, int code, const char *message,
                     struct response *ret)
{
    *ret = (struct response){.arena = a};
    struct envelope envelope = {.request_id = new_request_id(server->sandbox, a)};
    respond_error(a, &envelope, code, message, ret);
    LOG(&server->log, LOG_INFO, "refused", {"request_id", envelope.request_id},
        {"code", err_face(code)->code}, {"message", message});
}
