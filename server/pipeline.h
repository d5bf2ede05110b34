/* SPDX-License-Identifier: Apache-2.0 */
/* From a request to an answer, without a socket: what http.c calls, and what tests call. */
#pragma once

#include "call/request.h"

struct server;

struct response_header {
    const char *name, *value;
};

/* Everything belongs to the arena of the request. */
struct response {
    struct arena *arena;
    int status;
    struct str body;
    struct response_header *headers; /* content-type included; respond_header adds to them */
    size_t n_headers, headers_size;
    const char *wanted; /* not an answer: the issuer whose keys have to be fetched before the
                           request runs once more, with `fetched` set; NULL: it is one */
};

void pipeline_run(struct server *server, struct arena *a, const struct request *rq,
                  struct response *ret);

/* The answer to a request that could not be read: CODE (enum err) and a sentence. */
void pipeline_refuse(struct server *server, struct arena *a, int code, const char *message,
                     struct response *ret);
