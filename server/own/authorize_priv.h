/* SPDX-License-Identifier: Apache-2.0 */
/* What the ways of asking for a decision share. */
#pragma once

#include "guard/guard.h"
#include "own_api.h"

/* What a body asks, which is one or the other. */
struct authorize_input {
    struct guard_ask ask; /* principal == NULL: it describes a request */
    struct guard_question question;
};

/* Fails with a sentence. */
int authorize_read(struct call *c, struct authorize_input *ret) MUST_USE;

/* The answer for programs, an object and a newline. REFUSAL == NULL: there is none, or it would be
   in no form that is known. */
struct str authorize_answer(struct call *c, const struct guard_answer *answer,
                            const struct guard_refusal *refusal);
/* In one word, what came of it. */
const char *authorize_decision(const struct guard_answer *answer);
