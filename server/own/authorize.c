/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions about requests to other services, for whatever stands before those. */
#include "server/own/authorize_priv.h"

int own_authorize(struct call *c, UNUSED const struct own_authorize_in *in,
                  struct own_authorize_out *out)
{
    struct authorize_input input;
    struct guard_answer answer;
    if (!str_is(c->rq->method, "POST"))
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "Expected POST with a JSON object that says what is asked.");
    TRY(authorize_read(c, &input));
    TRY(guard_ask(c, &input.ask, &answer));
    out->content_type = "application/json";
    out->answer = authorize_answer(c, &answer, NULL);
    return OK;
}
