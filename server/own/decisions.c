/* SPDX-License-Identifier: Apache-2.0 */
/* Why requests were allowed or denied, and decisions about requests that nobody sends. */
#include <jansson.h>

#include "access/explain.h"
#include "access/sealed.h"
#include "base/clock.h"
#include "call/call.h"
#include "evaluate/evaluate.h"
#include "own_api.h"

enum {
    RECENT_MAX = 50,
    EVALUATED_MAX = 32 << 20, /* bytes of one answer; its buffer may be twice as large */
    SLICE_MS = 2,             /* after which others come first */
    BYTES_PER_STEP = 4,       /* of it: what writing them costs, in the unit of decisions */
};

int own_get_explanation(struct call *c, const struct own_get_explanation_in *in,
                        struct own_get_explanation_out *out)
{
    struct str text = explain_get(c->sandbox, c->arena, str_of(in->request_id));
    if (!text.p)
        return call_fail(c, ERR_NO_SUCH_ENTITY,
                         "Nothing is known about this request id. Only the last requests that "
                         "were decided about are kept.");
    out->explanation = str_dup(c->arena, text);
    return OK;
}

static struct own_explained summary(struct arena *a, const struct explain_line *line)
{
    return (struct own_explained){
        .request_id = line->request_id,
        .operation =
            line->operation ? arena_printf(a, "%s:%s", line->service, line->operation) : NULL,
        .principal = line->principal,
        .has_allowed = line->decided,
        .allowed = line->allowed,
        .error = line->error};
}

int own_get_recent_explanations(struct call *c,
                                UNUSED const struct own_get_recent_explanations_in *in,
                                struct own_get_recent_explanations_out *out)
{
    struct explain_line lines[RECENT_MAX];
    size_t n = explain_recent(c->sandbox, c->arena, lines, RECENT_MAX);
    out->requests.n = n;
    out->requests.v = NEW_ARRAY(c->arena, struct own_explained, n);
    for (size_t i = 0; i < n; i++)
        out->requests.v[i] = summary(c->arena, &lines[i]);
    return OK;
}

static const char *seal_failure(void *owner, struct arena *a, const char *account,
                                struct str failure)
{
    const struct sandbox *sandbox = owner;
    return sealed_write(a, sandbox->message_key, account, failure);
}

/* Lines on their way to decisions. */
struct evaluation {
    struct evaluator *evaluator; /* definitions hold for the lines of one body */
    struct policy_work work;
    struct evaluate_options options;
    struct buf decisions;
    struct str rest; /* p == NULL: all lines are done */
    bool whole;      /* the body is one object */
    bool malformed;  /* some line was */
};

/* One object may be over as many lines as it likes: it becomes one. */
static bool join_lines(struct arena *a, struct str *body)
{
    json_t *whole = json_loadb(body->p, body->n, JSON_REJECT_DUPLICATES, NULL);
    if (!whole)
        return false;
    json_decref(whole);
    char *line = arena_strndup(a, body->p, body->n);
    for (size_t i = 0; i < body->n; i++)
        line[i] = (char)(line[i] == '\n' ? ' ' : line[i]);
    body->p = line;
    return true;
}

static void free_evaluator(void *evaluator)
{
    evaluator_free(evaluator);
}

/* Ends with the request, which may be abandoned between two slices. */
static struct evaluation *begin_evaluation(struct call *c, const struct own_evaluate_in *in)
{
    struct evaluation *e = NEW(c->arena, struct evaluation);
    e->evaluator = evaluator_new();
    arena_keep(c->arena, free_evaluator, e->evaluator);
    e->work = work_new(WORK_REQUEST, &c->sandbox->stopping);
    e->options = (struct evaluate_options){.owner = c->sandbox,
                                           .work = &e->work,
                                           .explain = in->explain,
                                           .encode = in->encode ? seal_failure : NULL};
    e->decisions = buf_new(c->arena, 4096);
    e->rest = in->lines;
    e->whole = join_lines(c->arena, &e->rest);
    return e;
}

/* False: there are more lines, and others should come first. */
static bool evaluate_some(struct evaluation *e)
{
    struct arena scratch; /* of one line */
    int64_t end = clock_monotonic_ms() + SLICE_MS;
    arena_init(&scratch);
    while (e->rest.p && e->decisions.n <= EVALUATED_MAX && clock_monotonic_ms() < end) {
        const char *reason;
        size_t before = e->decisions.n;
        e->options.number++;
        e->malformed |= evaluate_line(e->evaluator, &scratch, str_cut(&e->rest, '\n'), &e->options,
                                      &e->decisions, &reason) == EVALUATED_MALFORMED;
        work_spend(&e->work, (e->decisions.n - before) / BYTES_PER_STEP);
        arena_reset(&scratch);
    }
    arena_done(&scratch);
    return !e->rest.p || e->decisions.n > EVALUATED_MAX;
}

/* 400 when the only one is bad. */
int own_evaluate(struct call *c, const struct own_evaluate_in *in, struct own_evaluate_out *out)
{
    struct evaluation *e = c->progress ? c->progress : begin_evaluation(c, in);
    c->progress = e;
    bool done = evaluate_some(e);
    if (e->work.spent && atomic_load(&c->sandbox->stopping))
        return call_stopped(c);
    if (!done)
        return CALL_AGAIN;
    if (e->decisions.n > EVALUATED_MAX)
        return call_fail(c, ERR_REQUEST_TOO_LARGE,
                         "The answer is too long: send fewer lines, or do not explain them.");
    *out = (struct own_evaluate_out){.has_http_status = true,
                                     .http_status = e->whole && e->malformed ? 400 : 200,
                                     .content_type =
                                         e->whole ? "application/json" : "application/x-ndjson",
                                     .decisions = buf_str(&e->decisions)};
    return OK;
}
