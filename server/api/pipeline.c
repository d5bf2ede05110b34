/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/pipeline.h"

#include "access/console_session.h"
#include "access/enforce.h"
#include "access/mfa.h"
#include "call/job.h"
#include "jose/issuer.h"
#include "model/ids.h"
#include "record/record.h"
#include "server/api/background.h"
#include "server/api/enter.h"
#include "server/api/request_log.h"
#include "server/page/visit.h"
#include "server/server.h"

enum {
    LARGE_PAGE = 200,      /* entries, of which a hundred take about 60 microseconds */
    LARGE_BODY = 16 * 1024 /* bytes; to hash and to decode them takes about 100 */
};

/* What was fetched is for prove, which is in the pool; all before it comes once more. */
static enum place place_enter(const struct flow *f)
{
    return f->call.fetched ? PLACE_POOL : PLACE_SERVE;
}

/* To check the signature of a request, and to decode it. */
static enum place place_read(const struct flow *f)
{
    return f->call.rq->body.n > LARGE_BODY ? PLACE_POOL : place_enter(f);
}

static int stage_guard(struct flow *f)
{
    return f->exchange.protocol->guard(&f->call, &f->exchange);
}

static int stage_route(struct flow *f)
{
    struct call *c = &f->call;
    if (!f->inner)
        f->auth_code = sigv4_parse(c->arena, c->rq, &f->auth, &f->auth_message);
    record_of(c)->access_key_id = f->auth.access_key_id;
    record_of(c)->region = sigv4_region(&f->auth);
    if (f->auth_code == OK)
        f->exchange.scope = f->auth.service;
    return f->exchange.protocol->route(c, &f->exchange);
}

static enum place place_authenticate(const struct flow *f)
{
    return f->wants == PLACE_POOL ? PLACE_POOL : place_read(f);
}

/* With enforcement off. An account that nobody has named before is made, which in a directory may
   have to wait for the writer. */
static int assume(struct flow *f)
{
    bool may_add = !store_is_kept(f->call.sandbox->store) || f->wants == PLACE_POOL;
    int code = caller_assume(&f->call, f->auth_code == OK ? &f->auth : NULL, may_add, &f->caller);
    f->wants = PLACE_POOL;
    return code == ERR_WANTED ? STAGE_AGAIN : code;
}

/* ERR_SIGN_IN_REQUIRED: the credentials are no longer good. */
static int adopt_credentials(struct flow *f)
{
    struct call *c = &f->call;
    const struct console_session *session = c->signed_in;
    int code = caller_signed_in(c, str_of(session->key_id), str_of(session->token), &f->caller);
    bool over = code == ERR_INVALID_CLIENT_TOKEN_ID || code == ERR_EXPIRED_SESSION;
    return over ? ERR_SIGN_IN_REQUIRED : code;
}

/* Whose session has ended signs in again. When it is that of a role which was switched to, who
   signed in is that again. */
static int adopt_visitor(struct flow *f)
{
    TRY(visit_find(&f->call));
    int code = adopt_credentials(f);
    if (code != ERR_SIGN_IN_REQUIRED || !visit_leave_role(&f->call))
        return code;
    caller_release(&f->caller);
    f->caller = (struct caller){.credential = NULL};
    f->call.message = f->call.reason = NULL;
    return adopt_credentials(f);
}

/* Callers with a token of an identity provider are found out when the request is decoded. */
static int stage_authenticate(struct flow *f)
{
    struct call *c = &f->call;
    if (c->op->callers != API_PRINCIPALS)
        c->account = c->sandbox->default_account;
    if (c->op->callers == API_SIGNED_IN)
        return adopt_visitor(f);
    if (c->op->unsigned_call || c->op->callers != API_PRINCIPALS)
        return OK;
    if (f->inner)
        return caller_signed_in(c, f->inner->key_id, f->inner->token, &f->caller);
    if (f->call.enforcement == ENFORCE_OFF)
        return assume(f);
    if (f->auth_code < 0) {
        c->message = f->auth_message;
        return f->auth_code;
    }
    return caller_authenticate(c, &f->auth, c->op->service->name, &f->caller);
}

/* What is wrong with a request is told after who may not send it at all. */
static int put_off(struct flow *f, int code)
{
    f->invalid = code;
    f->invalid_message = f->call.message;
    f->invalid_reason = f->call.reason_code;
    f->call.message = f->call.reason_code = NULL;
    return OK;
}

static int stage_check(struct flow *f)
{
    if (f->invalid == OK)
        return OK;
    f->call.message = f->invalid_message;
    f->call.reason_code = f->invalid_reason;
    return f->invalid;
}

static int stage_decode(struct flow *f)
{
    struct call *c = &f->call;
    if (!c->op->run)
        return call_fail(c, ERR_NOT_IMPLEMENTED, "The operation %s:%s is not implemented.",
                         c->op->service->name, c->op->name);
    f->in = arena_zalloc(c->arena, c->op->in->size);
    f->out = c->op->out ? arena_zalloc(c->arena, c->op->out->size) : NULL;
    int code = f->exchange.protocol->decode(c, &f->exchange, f->in);
    if (code == c->op->service->invalid && c->op->standing)
        return put_off(f, code);
    TRY(code);
    record_of(c)->in = f->in;
    return OK;
}

/* Whether the operation takes long, or this request of it. */
static bool is_slow(const struct flow *f)
{
    const struct api_op *op = f->call.op;
    if (!op || op->slow || op->page_size == API_NO_MEMBER)
        return op && op->slow;
    return *(const int64_t *)((const char *)f->in + op->page_size) > LARGE_PAGE;
}

static bool writes(const struct api_op *op)
{
    return op->access != API_LIST && op->access != API_READ && !op->stores_nothing;
}

/* A failure rolls back; and it fails otherwise, when it may be due to something that was never
   committed. */
static int end_transaction(struct flow *f, bool commit)
{
    f->call.tx = NULL;
    return store_end(&f->tx, commit);
}

/* Nobody makes others wait for a proof of what the policies do not let him do. */
static int stage_permit(struct flow *f)
{
    struct call *c = &f->call;
    if (!c->op->prove || !c->op->auth || c->op->unsigned_call)
        return OK;
    store_begin_later(c->sandbox->store, false, c->arena, &f->tx);
    c->tx = &f->tx;
    TRY(access_authorize(c, f->in, &c->would_deny));
    TRY(stage_check(f));
    TRY(end_transaction(f, true));
    memset(c->found, 0, sizeof c->found); /* the next transaction may find something else */
    return OK;
}

static enum place place_prove(const struct flow *f)
{
    return f->call.op->prove ? PLACE_POOL : place_read(f);
}

/* Before the transaction: who came with a token of an identity provider instead of a signature, and
   whatever else takes long and changes nothing. */
static int stage_prove(struct flow *f)
{
    struct call *c = &f->call;
    int code = c->op->prove ? c->op->prove(c, f->in) : OK;
    if (code == CALL_AGAIN) {
        f->wants = PLACE_POOL;
        return STAGE_AGAIN;
    }
    if (code == ERR_WANTED) {
        enter_again(f);
        f->wants = PLACE_FETCH;
        return STAGE_AGAIN;
    }
    if (code != OK && c->op->unsigned_call && err_face(code)->status != 500)
        record_proof_refused(c);
    return code;
}

/* In memory a write takes less than it costs to hand it over. */
static enum place place_act(const struct flow *f)
{
    if (writes(f->call.op) && store_is_kept(f->call.sandbox->store))
        return PLACE_WRITE;
    return is_slow(f) ? PLACE_POOL : PLACE_SERVE;
}

static enum place place_mfa(const struct flow *f)
{
    bool asked = f->call.enforcement != ENFORCE_OFF && mfa_is_given(&f->call, f->in);
    return asked && store_is_kept(f->call.sandbox->store) ? PLACE_WRITE : place_act(f);
}

/* Before authorization: trust policies ask whether this very request came with a code. */
static int stage_mfa(struct flow *f)
{
    int code = f->call.enforcement == ENFORCE_OFF ? OK : mfa_check(&f->call, f->in);
    if (code == ERR_ACCESS_DENIED)
        record_proof_refused(&f->call);
    return code;
}

/* Begins with the first query, if there is one. Operations that every principal may call read
   nothing, and those that have not entered the sandbox must not: it may be gone. */
static int stage_begin(struct flow *f)
{
    struct call *c = &f->call;
    if (!f->entered || (!c->op->auth && c->op->callers == API_PRINCIPALS))
        return OK;
    store_begin_later(c->sandbox->store, writes(c->op), c->arena, &f->tx);
    c->tx = &f->tx;
    return OK;
}

static int stage_authorize(struct flow *f)
{
    return access_authorize(&f->call, f->in, &f->call.would_deny);
}

/* A handler that finds out that the request takes long goes on in the pool. */
static enum place place_run(const struct flow *f)
{
    return f->again ? PLACE_POOL : place_act(f);
}

static int stage_run(struct flow *f)
{
    int code = f->call.op->run(&f->call, f->in, f->out);
    f->again = code == CALL_AGAIN || f->again;
    f->wants = PLACE_POOL;
    return code == CALL_AGAIN ? STAGE_AGAIN : code;
}

static int stage_commit(struct flow *f)
{
    if (!f->call.tx)
        return OK;
    TRY(end_transaction(f, true));
    if (!f->unsettled)
        view_publish(f->call.sandbox, f->tx.touched);
    return OK;
}

static enum place place_answer(const struct flow *f)
{
    bool looks = f->code == ERR_STORE_LOST; /* at the files, when no write is going on */
    bool ends = f->call.ends && f->code != ERR_SERVICE_UNAVAILABLE; /* rather here than never */
    return (f->code == OK && is_slow(f)) || looks || ends ? PLACE_POOL : PLACE_SERVE;
}

static bool has_to_tell(const struct flow *f)
{
    return f->code == OK && f->call.op->tell;
}

static enum place place_tell(const struct flow *f)
{
    return has_to_tell(f) ? PLACE_POOL : place_answer(f);
}

/* After the commit: what takes long and is for the answer alone. */
static int stage_tell(struct flow *f)
{
    return has_to_tell(f) ? f->call.op->tell(&f->call, f->in, f->out) : OK;
}

/* A handler has said what happened, to the caller and to the log. */
static bool is_told(const struct flow *f)
{
    return f->code == ERR_SERVICE_FAILURE && f->call.message;
}

/* Failures of our own are told in AWS's words; what really happened is in the log. */
static int public_code(struct flow *f, int code)
{
    const struct err_face *face = err_face(code);
    if (face->status != 500 || is_told(f) || code == ERR_POLICY_EVALUATION) /* about the request */
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

/* What every answer of STS carries. AWS undocumented: what the random part is for. */
static void add_extended_id(struct flow *f)
{
    struct call *c = &f->call;
    char chance[ALNUM_SIZE];
    if (!f->exchange.service || strcmp(f->exchange.service->name, "sts") != 0)
        return;
    alnum_new(&c->sandbox->rand, chance);
    struct buf id = buf_new(c->arena, 128), base64 = buf_new(c->arena, 128);
    buf_add_text(&id, "1:");
    buf_add(&id, sigv4_region(&f->auth));
    buf_add_text(&id, ":S:");
    buf_add_int(&id, clock_now_ms(&c->sandbox->clock));
    buf_add_text(&id, ":R:");
    buf_add_text(&id, chance);
    buf_base64(&base64, (const unsigned char *)id.p, id.n);
    response_add(&f->response, "x-amz-sts-extended-request-id", buf_text(&base64));
}

/* It goes with the answer; a failure has none. */
static void hand_over_stream(struct flow *f, int code)
{
    struct response_stream *stream = f->call.stream;
    if (code == OK)
        f->response.stream = stream;
    else if (stream)
        stream->free(stream);
}

/* What comes of the call is told on the way. */
static void answer(struct flow *f)
{
    struct call *c = &f->call;
    int code = f->code < 0 ? public_code(f, f->code) : OK;
    if (code < 0)
        f->exchange.protocol->error(c, &f->exchange, code, &f->response);
    else
        f->exchange.protocol->result(c, &f->exchange, f->out, &f->response);
    hand_over_stream(f, code);
    add_extended_id(f);
    if (f->call.would_deny)
        response_add(&f->response, "x-iam-local-would-deny", f->call.would_deny);
    if (c->enforcement != ENFORCE_STRICT)
        response_add(&f->response, "x-iam-local-enforcement",
                     config_enforcement_name(c->enforcement));
    record_of(c)->out = code == OK ? f->out : NULL;
    const struct record *record = record_complete(c, code, f->call.would_deny);
    request_log_outcome(&f->server->log, record, c->arena, f->code == ERR_STORE_LOST || is_told(f));
    request_log(&f->server->log, record, c->rq, &f->response);
}

static void leave_rest(struct flow *f)
{
    if (f->code == OK && f->call.job)
        f->rest = background_begin(f, f->call.job, pipeline_turn(f, PLACE_POOL));
    else
        job_free(f->call.job);
    f->call.job = NULL;
}

static int stage_answer(struct flow *f)
{
    answer(f);
    leave_rest(f);
    enter_leave(f);
    return OK;
}

static const struct stage {
    int (*run)(struct flow *f);
    enum place (*place)(const struct flow *f); /* NULL: place_enter */
} stages[] = {
    {enter_stage, NULL},
    {enter_arrive, NULL},
    {stage_guard, place_read},
    {stage_route, place_read},
    {stage_authenticate, place_authenticate},
    {stage_decode, place_read},
    {stage_permit, place_read},
    {stage_prove, place_prove},
    {stage_mfa, place_mfa},
    {stage_begin, place_act},
    {stage_authorize, place_act},
    {stage_check, place_act},
    {stage_run, place_run},
    {stage_commit, place_run},
    {stage_tell, place_tell},
    {stage_answer, place_answer},
};

/* What comes of it is told from there on. */
enum { STAGE_TELL = ARRAY_LEN(stages) - 2 };

static void go_to_tell(struct flow *f, int code)
{
    f->code = code;
    f->stage = f->stage < STAGE_TELL ? STAGE_TELL : ARRAY_LEN(stages) - 1;
}

enum place pipeline_place(const struct flow *f)
{
    if (f->job)
        return background_place(f);
    if (f->stage == ARRAY_LEN(stages))
        return PLACE_DONE;
    const struct stage *stage = &stages[f->stage];
    return stage->place ? stage->place(f) : place_enter(f);
}

static bool run_stage(struct flow *f)
{
    int code = stages[f->stage].run(f);
    if (code == STAGE_AGAIN)
        return false;
    f->stage++;
    if (code < 0) {
        int end = f->call.tx ? end_transaction(f, false) : OK;
        go_to_tell(f, end < 0 ? end : code);
    }
    return true;
}

enum place pipeline_go_on(struct flow *f, enum place here)
{
    if (f->job)
        return background_go_on(f);
    enum place next = pipeline_place(f);
    for (; next == here; next = pipeline_place(f)) {
        if (!run_stage(f))
            return f->wants;
    }
    return next;
}

/* The answer goes out after the commit, and after everybody sees the change. */
static void settle(struct flow *f, int committed)
{
    f->unsettled = false;
    if (committed < 0)
        go_to_tell(f, committed);
    else if (f->code == OK)
        view_publish(f->call.sandbox, f->tx.touched);
}

void pipeline_write(struct flow *flows)
{
    struct store *store = flows->call.sandbox->store;
    int code = store_batch_begin(store);
    bool begun = code == OK;
    for (struct flow *f = flows; begun && f; f = f->next) {
        f->unsettled = true;
        pipeline_go_on(f, PLACE_WRITE);
    }
    if (begun)
        code = store_batch_end(store);
    for (struct flow *f = flows; f; f = f->next)
        settle(f, code);
}

void pipeline_fetch(struct flow *f, const _Atomic bool *stop)
{
    issuer_fetch(f->call.sandbox, f->call.wanted, stop);
}

void pipeline_fetched(struct flow *f)
{
    f->call.fetched = true;
}

bool pipeline_await(struct flow *f)
{
    return !atomic_exchange(&f->met, true);
}

uint64_t pipeline_turn(const struct flow *f, enum place place)
{
    const struct call *c = &f->call;
    if (f->job)
        return f->turn;
    if (place == PLACE_WRITE)
        return (uint64_t)(uintptr_t)c->sandbox;
    if (place == PLACE_FETCH) /* each sandbox has keys of its own */
        return str_hash(str_of(c->wanted)) ^ (uintptr_t)c->sandbox;
    return str_hash(f->auth.access_key_id.p ? f->auth.access_key_id : str_of(c->rq->source_ip));
}

void pipeline_give_up(struct flow *f)
{
    if (f->job) {
        background_give_up(f);
        return;
    }
    /* AWS undocumented: the words. It tells Throttling to who asks too often; what is too much here
       is what all ask for. */
    f->call.message = "Too many requests wait for their turn.";
    go_to_tell(f, ERR_SERVICE_UNAVAILABLE);
}

void pipeline_abandon(struct flow *f)
{
    if (f->job) {
        background_end(f);
        return;
    }
    job_free(f->call.job);
    enter_leave(f);
}

struct flow *pipeline_begin(struct server *server, struct arena *a, const struct request *rq)
{
    struct flow *f = NEW(a, struct flow);
    f->server = server;
    f->response.arena = a;
    f->call.server = server;
    f->call.arena = a;
    f->call.rq = rq;
    enter_choose(f, rq);
    protocol_find(&f->call, &f->exchange);
    return f;
}

struct flow *pipeline_begin_inner(struct call *outer, const struct request *rq,
                                  const struct exchange *exchange, const struct inner_call *inner)
{
    struct flow *f = NEW(outer->arena, struct flow);
    f->server = outer->server;
    f->response.arena = outer->arena;
    f->stage = 1; /* the sandbox is entered already */
    f->entered = true;
    f->inner = inner;
    f->exchange = *exchange;
    f->auth = (struct sigv4_auth){.access_key_id = inner->key_id,
                                  .service = str_of(exchange->service->name),
                                  .region = record_of(outer)->region};
    f->call.server = outer->server;
    f->call.arena = outer->arena;
    f->call.rq = rq;
    f->call.sandbox = sandbox_keep(outer->sandbox);
    return f;
}

void pipeline_refuse(struct server *server, const struct request *rq, int code, const char *message,
                     struct response *ret)
{
    struct request inner = *rq;
    request_cut_prefix(&inner);
    struct call c = {.arena = ret->arena,
                     .server = server,
                     .rq = &inner,
                     .request_id = enter_request_id(server->sandbox, ret->arena),
                     .message = message};
    struct exchange x = {.protocol = NULL};
    protocol_find(&c, &x);
    protocol_guess(&inner, &x);
    x.protocol->error(&c, &x, code, ret);
    LOG(&server->log, LOG_INFO, "refused", {"request_id", c.request_id},
        {"code", err_face(code)->code}, {"message", message});
}
