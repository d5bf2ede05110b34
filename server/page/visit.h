/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The browser that asks, known by its cookie. Every visitor has one, for whom forms are made; the
 * cookie of one who is signed in is another than before that (session fixation).
 */
#pragma once

#include "call/call.h"

/* The cookie that came along, or is made and set with the answer. */
struct str visit_cookie(struct call *c);

/* The visitor has this cookie from now on, and what it was signed in with ends. COOKIE: of
   console_session_begin, in the same transaction. */
int visit_begin(struct call *c, const char *cookie) MUST_USE;
/* The visitor is unknown from now on. */
void visit_end(struct call *c);

/* Finds c->signed_in. ERR_SIGN_IN_REQUIRED: nobody is, or no longer. In no transaction. */
int visit_find(struct call *c) MUST_USE;

/* Whether a role is switched to: if so, this call is of who signed in. */
bool visit_leave_role(struct call *c);

/* Whether a form, in the body of the request, was made for this visitor. */
bool visit_sent_form(struct call *c);
