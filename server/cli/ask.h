/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands ask a server's own endpoints, and what it answers. */
#pragma once

#include <jansson.h>

#include "server/cli/dial.h"

/* What is asked. BODY: JSON to be posted; p == NULL: TARGET is got. */
struct ask {
    const char *target;
    struct str body;
    int64_t timeout_ms; /* 0: none */
};

/* A socket that was asked, with the token of the environment; or -1 and a message. The answer has
   no chunks, in which HTTP/1.0 is simple, and ends with the connection. */
int ask_open(struct arena *a, const struct url *url, const struct ask *ask, const char **message);
/* More of an answer; false: there is none. */
bool ask_more(int fd, struct buf *b);
/* Where the body begins; NULL: the head is not complete. */
const char *ask_body(struct str answer);
/* Reads the rest of an answer. The caller owns its JSON. NULL: *message says why. */
json_t *ask_rest(struct arena *a, int fd, struct buf *answer, const char **message);
/* The same of a whole answer. */
json_t *ask_json(struct arena *a, const struct url *url, const struct ask *ask,
                 const char **message);

/* The text of a member; "" without one. */
const char *ask_text(const json_t *object, const char *name);
/* Texts of requests are not for a terminal to carry out. */
void ask_print_plain(const char *text);
