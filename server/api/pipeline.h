/* SPDX-License-Identifier: Apache-2.0 */
/* From a request to an answer, without a socket: what http.c calls, and what tests call. */
#pragma once

#include "call/request.h"
#include "call/response.h"

struct server;

void pipeline_run(struct server *server, struct arena *a, const struct request *rq,
                  struct response *ret);

/* The answer to a request that could not be read: CODE (enum err) and a sentence. */
void pipeline_refuse(struct server *server, struct arena *a, int code, const char *message,
                     struct response *ret);
