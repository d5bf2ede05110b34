/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last events of a sandbox, in their order. There is room for so many, and for fewer when they
 * take up more than so many bytes: then the oldest go. Takes no memory until the first is kept.
 * Whoever follows them has a place among them and nothing else, so that nobody waits for a follower
 * who is slow: he loses what is gone by then, and is told how many. Thread-safe; whoever reads an
 * event holds a reference and no lock. The whole belongs to all who have a reference to it, since
 * followers may be there for longer than the sandbox.
 */
#pragma once

#include "record/event.h"

struct event_queue;
struct events;

struct events_options {
    size_t capacity, max_bytes;
    bool seeded; /* the ids of events follow from SEED */
    uint64_t seed;
    struct event_queue *log; /* that gets all of them, too; NULL: none does */
};

struct events *events_new(const struct events_options *options);
struct events *events_hold(struct events *events);
void events_release(struct events *events); /* accepts NULL */

/* Forgets all; ids begin anew. For those who follow it is the end. */
void events_clear(struct events *events);

void events_keep(struct events *events, const struct record *record);

/* References to the last events with numbers below BEFORE, N at most, the newest first; returns how
   many there are. */
size_t events_before(struct events *events, uint64_t before, const struct event **ret, size_t n);

/* How many are gone because there was no room, since the beginning or the last clear. */
uint64_t events_gone(struct events *events);

/* So many may follow at a time: nobody takes all streams of the server for one sandbox. */
enum { EVENTS_FOLLOWERS = 16 };

/* A reference of somebody who follows, to be given back with events_leave; NULL: there are too many
   already. */
struct events *events_join(struct events *events);
void events_leave(struct events *events);

/* Where a follower is. */
struct events_place {
    uint64_t next; /* the number of the next event */
    unsigned era;
};

/* Behind the newest. */
struct events_place events_end(struct events *events);

/* References to what comes next, N at most, the oldest first, and moves PLACE behind them. *LOST:
   how many before them are gone. False: it is over. */
bool events_follow(struct events *events, struct events_place *place, const struct event **ret,
                   size_t *n, uint64_t *lost);
