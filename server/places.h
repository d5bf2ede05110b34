/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is connected, and who has to go when places or memory run out: connections that keep the
 * server waiting for their client, never those whose client waits for the server. Thread-safe.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "server/http.h"

enum place_state {
    PLACE_IDLE,      /* no first line of a request since the last answer */
    PLACE_RECEIVING, /* the first line of a request is there */
    PLACE_RUNNING,   /* the whole request is there, and its client waits */
    PLACE_SENDING,   /* the answer is there; until the client has taken it */
};

/* Part of a connection. The members are places.c's, but for `next` under the lock. */
struct place {
    struct place *prev, *next;
    int fd;
    unsigned door;
    bool leaving;          /* shut down, and soon closed */
    _Atomic int state;     /* enum place_state */
    _Atomic int64_t since; /* when the state began, monotonic milliseconds */
    _Atomic int64_t begun; /* when the request began, or the time without one */
    _Atomic size_t held;   /* bytes of requests and answers */
};

struct places {
    struct http_limits limits;
    unsigned per_door;    /* places of each listener */
    size_t share;         /* bytes that each connection can always have */
    _Atomic size_t held;  /* by all connections */
    pthread_mutex_t lock; /* guards what follows, and the list's members in struct place */
    struct place *first;  /* the newest */
    unsigned taken[LISTEN_MAX], leaving[LISTEN_MAX];
};

void places_init(struct places *places, const struct http_limits *limits, size_t n_doors);
void places_done(struct places *places);

/* A connection of the listener DOOR came. When few places are left, those that have kept the server
   waiting longest make room. */
void places_add(struct places *places, struct place *place, unsigned door, int fd);
void places_remove(struct places *places, struct place *place);
void places_enter(struct place *place, enum place_state state);

/*
 * The connection holds so many bytes in all. Its share is always granted, more only while there is
 * memory left or others give up theirs: false. It is for the caller, then, to give some back.
 */
bool places_hold(struct places *places, struct place *place, size_t bytes) MUST_USE;

/* To be called about once a second: ends those that are too slow, and those whose client left in
   the middle of a request, which libmicrohttpd overlooks when it was told with the last bytes. */
void places_tend(struct places *places);

bool places_busy(struct places *places); /* with a request */
