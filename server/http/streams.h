/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers that have no end yet. Their connections are suspended while there is nothing to send; one
 * thread looks now and then whether there is, and makes it, so that neither those who answer nor
 * those who serve pay for it. It starts with the first stream. At most so many at a time.
 */
#pragma once

#include <microhttpd.h>

#include "call/response.h"
#include "server/http/connections.h"

struct streams;

struct streams *streams_new(void);

/* The answer to the request on MHD, which is C's; takes STREAM, also when it fails. NULL: there are
   too many already. */
struct MHD_Response *streams_add(struct streams *streams, struct MHD_Connection *mhd,
                                 struct connection *c, struct response_stream *stream);

/* Ends all of them; no connection is suspended afterwards. */
void streams_stop(struct streams *streams);
void streams_free(struct streams *streams); /* stopped, and without streams; accepts NULL */
