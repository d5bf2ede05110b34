/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages about accounts, organizations and the server share. */
#pragma once

#include <jansson.h>

#include "call/call.h"
#include "server/page/ask.h"

/* Asks, and puts into DATA, under NAME, what templates have of it. The members of the answer; NULL:
   it was refused. IN is taken. */
json_t *rooms_ask(struct call *c, json_t *data, const char *name, const char *service,
                  const char *op, json_t *in);
/* Whether it was refused by that code. */
bool rooms_is_refused(json_t *data, const char *name, const char *code);

/* A time of an answer, in seconds, becomes a text. */
void rooms_date(json_t *object, const char *member);
void rooms_dates(json_t *list, const char *member);

/* Whether the page may do what is for admins; ACCESS_DENIED, told as that. */
bool rooms_may_operate(const struct call *c);
int rooms_check_operator(struct call *c) MUST_USE;

/* VALIDATION_ERROR unless TYPED, by which somebody confirms what cannot be undone, is EXPECTED. */
int rooms_check_typed(struct call *c, const char *typed, const char *expected) MUST_USE;

/* A form that is sent to an operation as it is. */
struct room_form {
    const char *name;
    const char *service, *op;
    const char *fields; /* of the operation's input, each a path: `Tags[].Key` is Key of the one
                           tag; # a number, ? true when it is there, ! an empty text when there is
                           none. The field of the form is called as the last part */
    const char *back;   /* of the path of the page that is next, to the value of `from` */
    const char *from;   /* NULL: of nothing more */
    bool typed;         /* the fields Typed and Expected have to be the same */
};

/* Sends the form NAME, one of N; the members of IN, of shape c->op->in, are its fields. */
int rooms_send(struct call *c, const struct room_form *forms, size_t n, const char *name,
               const void *in) MUST_USE;

/* The form's input of the operation. *RET is new, and not there after a failure. */
int rooms_input(struct call *c, const char *fields, const void *in, json_t **ret) MUST_USE;

/* Answers that an operation was refused, by a page that leads back to BACK, below /console/. */
int rooms_refuse(struct call *c, const struct asked *asked, const char *back) MUST_USE;
