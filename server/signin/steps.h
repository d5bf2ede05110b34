/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of a sign-in, one after the other, and what each leaves in the events. */
#pragma once

#include <jansson.h>

#include "svc/sign_in.h"

/* Shows the page that a step began with once more: REFUSAL says why. */
typedef int steps_again(struct call *c, const struct sign_in *s, const char *next, int status,
                        const char *refusal);

/*
 * Finishes what can be, in the transaction of the call, and goes on: to the code, to another
 * password, to the page NEXT with a session, or to AGAIN.
 */
int steps_go_on(struct call *c, struct sign_in *s, const char *next, steps_again *again) MUST_USE;

/* A session for who signed in, in the transaction of the call; the browser has it from now on. */
int steps_begin_session(struct call *c, const struct sign_in *s, const char *roles) MUST_USE;

/* A page of a sign-in that cannot go on. */
int steps_stop(struct call *c, const char *why, const char *help) MUST_USE;
/* That of one that is over, or never was. */
int steps_over(struct call *c) MUST_USE;

/* What every page of a sign-in has. */
json_t *steps_data(const char *title, const char *next, const char *refusal);

/* What all names and passwords are told that do not fit. */
extern const char steps_wrong[];
