/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of all sandboxes on their way to the one who writes them down. Bounded: whoever adds
 * waits for nobody, and what finds no room is lost and counted. Thread-safe.
 */
#pragma once

#include "record/event.h"

struct event_queue;

struct event_queue *event_queue_new(size_t capacity, size_t max_bytes);
void event_queue_free(struct event_queue *queue); /* accepts NULL */

void event_queue_add(struct event_queue *queue, const struct event *event);

/* No more will be added. */
void event_queue_close(struct event_queue *queue);
/* event_queue_take returns soon. */
void event_queue_wake(struct event_queue *queue);

struct event_taken {
    uint64_t lost;             /* so many were, right before this one */
    const struct event *event; /* a reference; NULL: there is none behind what was lost */
};

/* Waits for events, and returns up to N of them, in their order; perhaps none when it was woken. *N
   becomes their number. False: there are none, and it is closed. */
bool event_queue_take(struct event_queue *queue, struct event_taken *ret, size_t *n);
