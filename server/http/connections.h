/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is connected, and who has to go when their number or memory runs out: connections that keep
 * the server waiting for their client, never those whose client waits for the server. Thread-safe.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "server/http/http.h"

enum connection_state {
    CONNECTION_IDLE,      /* no first line of a request since the last answer */
    CONNECTION_RECEIVING, /* the first line of a request is there */
    CONNECTION_RUNNING,   /* the whole request is there, and its client waits */
    CONNECTION_SENDING,   /* the answer is there; until the client has taken it */
    CONNECTION_STREAMING, /* it has no end yet: the client stays for as long as it likes */
};

/* One of them. The members are connections.c's, but for `next` under the lock. */
struct connection {
    struct connection *prev, *next;
    int fd;
    unsigned listener;
    bool leaving;          /* shut down, and soon closed */
    _Atomic int state;     /* enum connection_state */
    _Atomic int64_t since; /* when the state began, monotonic milliseconds */
    _Atomic int64_t begun; /* when the request began, or the time without one */
    _Atomic size_t held;   /* bytes of requests and answers */
};

struct connections {
    struct http_limits limits;
    unsigned per_listener;    /* the most that a listener takes */
    size_t share;             /* bytes that each connection can always have */
    _Atomic size_t held;      /* by all connections */
    pthread_mutex_t lock;     /* guards what follows, and the list's members in struct connection */
    struct connection *first; /* the newest */
    unsigned taken[LISTEN_MAX], leaving[LISTEN_MAX];
};

void connections_init(struct connections *all, const struct http_limits *limits,
                      size_t n_listeners);
void connections_done(struct connections *all);

/* A connection of that listener came, as socket FD. When few more fit, those that have kept the
   server waiting longest are ended. */
void connections_add(struct connections *all, struct connection *c, unsigned listener, int fd);
void connections_remove(struct connections *all, struct connection *c);
void connection_enter(struct connection *c, enum connection_state state);
/* Answers past libmicrohttpd, which can send nothing more afterwards. STATUS may be NULL. */
void connection_turn_away(const struct connection *c, const char *status);

/*
 * The connection holds so many bytes in all. Its share is always granted, more only while there is
 * memory left or others give up theirs: false. It is for the caller, then, to give some back.
 */
bool connections_hold(struct connections *all, struct connection *c, size_t bytes) MUST_USE;

/* To be called about once a second: ends those that are too slow, and those whose client left in
   the middle of a request, which libmicrohttpd overlooks when it was told with the last bytes. */
void connections_tend(struct connections *all);

bool connections_busy(struct connections *all); /* with a request */
