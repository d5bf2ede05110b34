/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.c over real sockets, with a pipeline that echoes what it is given. A path that ends in /slow
 * takes BOX_SLOW_MS to answer, and the answer of /large has BOX_LARGE bytes. What begins with /pool
 * is answered in the pool, where queries stand for callers, and /pool/slices comes there BOX_SLICES
 * times more. What begins with /write is answered where writes are, together with those that wait,
 * and /wanting wants something fetched first, which takes as long as /slow. A header of the answer
 * of /unsendable is none. /rest and /pool/rest leave something to do, BOX_SLICES times, after the
 * answer. The answer of /stream has no end before box.over, and says "." for each
 * time that box.fed was more by one.
 */
#pragma once

#include <stdatomic.h>

#include "server/http/http.h"

enum {
    BOX_ANSWER_MAX = 16384,
    BOX_BODY = 65536,
    BOX_SLOW_MS = 300,
    BOX_SLICES = 5,
    BOX_LARGE = 8 * 1024 * 1024, /* more than the system keeps in its buffers */
};

struct http_box {
    struct arena arena;
    struct http *http;
    struct listener listeners[LISTEN_MAX];
    size_t n_listeners;
    _Atomic int ticks;
    _Atomic int runs;    /* of the pipeline */
    _Atomic int batches; /* of writes */
    _Atomic int fetches;
    _Atomic bool gave_up; /* the last one */
    _Atomic int rests;    /* that came to an end */
    _Atomic int fed, streams;
    _Atomic bool over;
};

extern struct http_box box;

/* The program's limits, but for bodies, which have BOX_BODY bytes at most. */
struct http_limits box_limits(void);
void box_start(const char *listen, const struct http_limits *limits);
void box_stop(void);

int box_dial(size_t listener);
void box_send(int fd, struct str text);
bool box_readable(int fd, int timeout_ms);
/* What arrives until the text END is there or the connection is closed. */
char *box_receive(int fd, const char *end);
bool box_is_closed(int fd, int timeout_ms);
/* The answer to TEXT up to END, on a connection of its own. */
char *box_ask(const char *text, const char *end);

#define ck_assert_contains(text, part)                                                             \
    ck_assert_msg(strstr(text, part) != NULL, "missing: %s\nin: %s", part, text)
