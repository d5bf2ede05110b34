/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP over libmicrohttpd, whose header nothing else includes. */
#pragma once

#include "server/http/listen.h"

struct http;
struct server;

struct http_limits {
    unsigned threads;         /* that serve the connections of the first listener */
    unsigned connections;     /* at a time, over all listeners */
    unsigned idle_seconds;    /* up to the first line of a request */
    unsigned request_seconds; /* from the first line to the end of the answer */
    unsigned stop_seconds;    /* for requests in flight when the server stops */
    size_t body_bytes;        /* of one request */
    size_t memory_bytes;      /* of all requests and answers at a time */
};

/* What the program uses; THREADS and CONNECTIONS are for the caller to fill in. */
extern const struct http_limits http_default_limits;

/*
 * Serves requests with the pipeline in threads of its own, and calls server_tick once a second.
 * Takes over the sockets, also when it fails; NULL when libmicrohttpd does not start.
 */
struct http *http_start(struct server *server, const struct listener *listeners, size_t n,
                        const struct http_limits *limits) MUST_USE;

/* Takes no more connections, finishes requests in flight, closes the rest. Accepts NULL. */
void http_stop(struct http *http);
