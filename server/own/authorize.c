/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions about requests to other services, for whatever stands before those. */
#include "server/own/authorize_priv.h"

enum {
    AT_ONCE = 16,          /* permissions, of which each takes some microseconds */
    LARGE_BODY = 16 * 1024 /* bytes; to hash and to read them takes about 100 */
};

/* Headers of refusals. The id of the request is in all answers. */
static void set_header(struct arena *a, struct own_authorize_out *out,
                       const struct request_header *header)
{
    const struct {
        const char *name;
        const char **to;
    } places[] = {
        {"content-type", &out->content_type},      {"x-amzn-errortype", &out->error_type},
        {"x-amzn-query-error", &out->query_error}, {"smithy-protocol", &out->smithy_protocol},
        {"x-amz-request-id", &out->s3_request_id}, {"x-amz-id-2", &out->s3_extended_id},
    };
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (str_is(header->name, places[i].name))
            *places[i].to = str_dup(a, header->value);
    }
}

static void stand_in(struct call *c, const struct guard_refusal *refusal,
                     struct own_authorize_out *out)
{
    for (size_t i = 0; i < refusal->n_headers; i++)
        set_header(c->arena, out, &refusal->headers[i]);
    out->has_http_status = true;
    out->http_status = refusal->status;
    out->answer = refusal->body;
}

static void tell(struct call *c, const struct authorize_input *input,
                 const struct guard_answer *answer, struct own_authorize_out *out)
{
    struct guard_refusal refusal;
    bool refuses = !answer->allowed && !input->ask.principal;
    if (refuses)
        guard_refuse(c, &input->question, answer, &refusal);
    if (refuses && input->form == AUTHORIZE_STAND_IN) {
        stand_in(c, &refusal, out);
        return;
    }
    out->content_type = "application/json";
    out->answer = authorize_answer(c, answer, refuses ? &refusal : NULL);
    if (input->form == AUTHORIZE_OBJECT)
        return;
    out->has_http_status = true;
    out->http_status = answer->allowed ? 200 : 403;
    out->decision = authorize_decision(answer);
    out->message = answer->message;
    out->reason = answer->reason;
}

/* What a proxy shows is refused, whatever is enforced, when it can be no request. */
static int decide_proxied(struct call *c, struct authorize_input *input, struct guard_answer *ret)
{
    if (!input->unreadable)
        return guard_decide(c, &input->question, ret);
    const char *reason =
        arena_printf(c->arena, "The request cannot be read: %s.", input->unreadable);
    *ret = (struct guard_answer){.message = reason, .reason = reason};
    return OK;
}

/* Many permissions and long bodies are for the pool. */
static int decide(struct call *c, struct authorize_input *input, struct guard_answer *ret)
{
    bool here = c->progress != NULL;
    if (input->ask.principal)
        return guard_ask(c, &input->ask, ret);
    if (!here && input->rq.body.n > LARGE_BODY)
        return CALL_AGAIN;
    input->question.most = here ? GUARD_ALL : AT_ONCE;
    return decide_proxied(c, input, ret);
}

static int read_question(struct call *c, struct authorize_input *ret)
{
    if (authorize_read_proxied(c, ret))
        return OK;
    if (!str_is(c->rq->method, "POST"))
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "Expected POST with a JSON object that says what is asked, or the headers "
                         "X-Original-Method, X-Original-URI and X-Original-Host.");
    return authorize_read(c, ret);
}

int own_authorize(struct call *c, UNUSED const struct own_authorize_in *in,
                  struct own_authorize_out *out)
{
    struct authorize_input input;
    struct guard_answer answer;
    TRY(read_question(c, &input));
    int code = decide(c, &input, &answer);
    c->progress = c;
    if (code == OK)
        tell(c, &input, &answer, out);
    return code;
}
