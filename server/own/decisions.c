/* SPDX-License-Identifier: Apache-2.0 */
/* Why requests were allowed or denied, and decisions about requests that nobody sends. */
#include <jansson.h>

#include "access/explain.h"
#include "access/sealed.h"
#include "call/call.h"
#include "evaluate/evaluate.h"
#include "own_api.h"

enum {
    RECENT_MAX = 50,
    EVALUATED_MAX = 32 << 20, /* bytes of one answer; its buffer may be twice as large */
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

/* Definitions hold for the lines of one body. */
static bool evaluate_lines(struct str text, struct evaluate_options *options, struct buf *out)
{
    struct evaluator *evaluator = evaluator_new();
    struct arena scratch; /* of one line */
    bool well_formed = true;
    arena_init(&scratch);
    while (text.p && out->n <= EVALUATED_MAX) {
        const char *reason;
        size_t before = out->n;
        options->number++;
        well_formed &= evaluate_line(evaluator, &scratch, str_cut(&text, '\n'), options, out,
                                     &reason) != EVALUATED_MALFORMED;
        work_spend(options->work, (out->n - before) / BYTES_PER_STEP);
        arena_reset(&scratch);
    }
    arena_done(&scratch);
    evaluator_free(evaluator);
    return well_formed;
}

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

/* 400 when the only one is bad. */
int own_evaluate(struct call *c, const struct own_evaluate_in *in, struct own_evaluate_out *out)
{
    struct policy_work work = work_new(WORK_REQUEST, &c->sandbox->stopping);
    struct evaluate_options options = {.owner = c->sandbox,
                                       .work = &work,
                                       .explain = in->explain,
                                       .encode = in->encode ? seal_failure : NULL};
    struct buf decisions = buf_new(c->arena, 4096);
    struct str body = in->lines;
    bool whole = join_lines(c->arena, &body);
    bool well_formed = evaluate_lines(body, &options, &decisions);
    if (decisions.n > EVALUATED_MAX)
        return call_fail(c, ERR_REQUEST_TOO_LARGE,
                         "The answer is too long: send fewer lines, or do not explain them.");
    *out = (struct own_evaluate_out){.has_http_status = true,
                                     .http_status = whole && !well_formed ? 400 : 200,
                                     .content_type =
                                         whole ? "application/json" : "application/x-ndjson",
                                     .decisions = buf_str(&decisions)};
    return OK;
}
