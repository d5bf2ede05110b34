/* SPDX-License-Identifier: Apache-2.0 */
#include "record/events.h"

#include <pthread.h>

#include "base/mem.h"
#include "record/event_queue.h"

struct events {
    _Atomic int refs, followers;
    struct events_options options;
    struct rand ids;
    pthread_mutex_t lock;       /* guards what follows */
    const struct event **ring;  /* of the capacity; NULL: none was ever kept */
    uint64_t first, end, begun; /* the oldest, behind the newest, the first since the last clear */
    size_t bytes;
    unsigned era;
};

struct events *events_new(const struct events_options *options)
{
    struct events *events = mem_alloc(sizeof *events);
    atomic_store(&events->refs, 1);
    events->options = *options;
    events->first = events->end = events->begun = 1;
    pthread_mutex_init(&events->lock, NULL);
    if (options->seeded)
        rand_init_seeded(&events->ids, options->seed);
    else
        rand_init(&events->ids);
    return events;
}

struct events *events_hold(struct events *events)
{
    atomic_fetch_add(&events->refs, 1);
    return events;
}

void events_release(struct events *events)
{
    if (!events || atomic_fetch_sub(&events->refs, 1) > 1)
        return;
    events_clear(events);
    pthread_mutex_destroy(&events->lock);
    rand_done(&events->ids);
    mem_free(events->ring);
    mem_free(events);
}

struct events *events_join(struct events *events)
{
    if (atomic_fetch_add(&events->followers, 1) < EVENTS_FOLLOWERS)
        return events_hold(events);
    atomic_fetch_sub(&events->followers, 1);
    return NULL;
}

void events_leave(struct events *events)
{
    atomic_fetch_sub(&events->followers, 1);
    events_release(events);
}

static const struct event **place(const struct events *events, uint64_t number)
{
    return &events->ring[number % events->options.capacity];
}

/* Takes out the oldest. */
static const struct event *take_out(struct events *events)
{
    const struct event *event = *place(events, events->first++);
    events->bytes -= event->size;
    return event;
}

void events_clear(struct events *events)
{
    pthread_mutex_lock(&events->lock);
    while (events->first < events->end)
        event_release(take_out(events));
    events->begun = events->first;
    events->era++;
    pthread_mutex_unlock(&events->lock);
    rand_restart(&events->ids, events->options.seed);
}

static bool is_full(const struct events *events, size_t more)
{
    return events->end - events->first == events->options.capacity ||
           (events->end > events->first && events->bytes + more > events->options.max_bytes);
}

static void put(struct events *events, struct event *event)
{
    pthread_mutex_lock(&events->lock);
    if (!events->ring)
        events->ring = mem_alloc(events->options.capacity * sizeof *events->ring);
    while (is_full(events, event->size))
        event_release(take_out(events));
    event->number = events->end;
    *place(events, events->end++) = event;
    events->bytes += event->size;
    pthread_mutex_unlock(&events->lock);
}

void events_keep(struct events *events, const struct record *record)
{
    struct event *made[2];
    size_t n = event_make(record, &events->ids, made);
    for (size_t i = 0; i < n; i++) {
        if (events->options.log)
            event_queue_add(events->options.log, made[i]);
        put(events, made[i]);
    }
}

size_t events_before(struct events *events, uint64_t before, const struct event **ret, size_t n)
{
    size_t found = 0;
    pthread_mutex_lock(&events->lock);
    uint64_t at = before < events->end ? before : events->end;
    for (; at > events->first && found < n; at--)
        ret[found++] = event_hold(*place(events, at - 1));
    pthread_mutex_unlock(&events->lock);
    return found;
}

uint64_t events_gone(struct events *events)
{
    pthread_mutex_lock(&events->lock);
    uint64_t gone = events->first - events->begun;
    pthread_mutex_unlock(&events->lock);
    return gone;
}

struct events_place events_end(struct events *events)
{
    pthread_mutex_lock(&events->lock);
    struct events_place place = {.next = events->end, .era = events->era};
    pthread_mutex_unlock(&events->lock);
    return place;
}

bool events_follow(struct events *events, struct events_place *at, const struct event **ret,
                   size_t *n, uint64_t *lost)
{
    size_t found = 0;
    pthread_mutex_lock(&events->lock);
    bool goes_on = at->era == events->era;
    *lost = goes_on && at->next < events->first ? events->first - at->next : 0;
    at->next += *lost;
    for (; goes_on && at->next < events->end && found < *n; at->next++)
        ret[found++] = event_hold(*place(events, at->next));
    pthread_mutex_unlock(&events->lock);
    *n = found;
    return goes_on;
}
