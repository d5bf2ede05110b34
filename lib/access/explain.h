/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a request was allowed, denied or refused: what the records of the last requests say, in JSON,
 * which is made when somebody asks. Nothing is evaluated again.
 */
#pragma once

#include "record/record.h"

/* An object, in the arena; p == NULL: nothing is known about that request. Messages of denials are
   sealed for the account of the caller. */
struct str explain_get(struct sandbox *sandbox, struct arena *a, struct str request_id);

/* One line of the list. */
struct explain_line {
    const char *request_id;
    int64_t at;                      /* seconds of the sandbox's clock */
    const char *service, *operation; /* of a request to another service: those; NULL: left out */
    const char *principal;           /* ARN, where permissions were decided; NULL: left out */
    const char *action, *resource;   /* of the denial, else of the first decision; NULL: no
                                        permission was looked at */
    bool decided, allowed;           /* ALLOWED counts where they were */
    bool explicitly;                 /* denied by a statement */
    const char *error;               /* code; NULL: left out */
};

/* The last N at most, newest first; returns how many there are. */
size_t explain_recent(struct sandbox *sandbox, struct arena *a, struct explain_line *ret, size_t n);

/* Of one record; what it says is copied. */
struct explain_line explain_line_of(struct arena *a, const struct record *record);
