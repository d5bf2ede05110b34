/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decisions without a server: one JSON object per line says who asks for what under which
 * policies, and one object per line answers. The line says everything: nothing is added to its
 * context. No I/O here.
 */
#pragma once

#include "authz/authz.h"

/* Remembers documents defined by name. For one thread at a time. */
struct evaluator;

struct evaluator *evaluator_new(void);
void evaluator_free(struct evaluator *evaluator); /* accepts NULL */

enum evaluated {
    EVALUATED_NOTHING,     /* a blank line or a definition: no answer */
    EVALUATED,             /* decided; nothing was expected */
    EVALUATED_AS_EXPECTED, /* the line said what to expect, and that is the decision */
    EVALUATED_OTHERWISE,   /* it is not; *REASON says what was expected and what came */
    EVALUATED_MALFORMED,   /* or too much work. *REASON says why; the answer is an object with an
                              `error` */
};

struct evaluate_options {
    bool explain;  /* with everything the policies said */
    size_t number; /* of the line, from 1, for its error */
    /* Makes the encoded message of a denial out of its JSON, which belongs to ACCOUNT; NULL: none
       is asked for. */
    const char *(*encode)(void *owner, struct arena *a, const char *account, struct str failure);
    void *owner;
    struct policy_work *work; /* of all lines; NULL: only each decision's own */
};

/*
 * Decides LINE, which may be any text, and adds the answer and a newline to OUT. *REASON belongs
 * to the arena.
 */
enum evaluated evaluate_line(struct evaluator *evaluator, struct arena *a, struct str line,
                             const struct evaluate_options *options, struct buf *out,
                             const char **reason) MUST_USE;
