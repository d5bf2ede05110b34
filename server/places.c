/* SPDX-License-Identifier: Apache-2.0 */
#include "server/places.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
    SPARE = 8,           /* a listener keeps free one of so many places */
    OVERDRAFT = 4,       /* one of so many bytes more, while others are leaving */
    STALLED_MS = 2000,   /* who has waited so long for its client gives way to anybody */
    ABANDONED_MS = 2000, /* before a silent connection is looked at more closely */
};

void places_init(struct places *places, const struct http_limits *limits, size_t n_doors)
{
    *places = (struct places){.limits = *limits,
                              .per_door = limits->connections / (unsigned)n_doors,
                              .share = limits->memory_bytes / limits->connections};
    pthread_mutex_init(&places->lock, NULL);
}

void places_done(struct places *places)
{
    pthread_mutex_destroy(&places->lock);
}

static enum place_state state_of(const struct place *p)
{
    return (enum place_state)atomic_load_explicit(&p->state, memory_order_acquire);
}

static int64_t since(const struct place *p)
{
    return atomic_load_explicit(&p->since, memory_order_relaxed);
}

static size_t held_by(const struct place *p)
{
    return atomic_load_explicit(&p->held, memory_order_relaxed);
}

/* The thread that serves it sees the end, and closes it. */
static void end(struct places *places, struct place *p)
{
    shutdown(p->fd, SHUT_RDWR);
    if (!p->leaving)
        places->leaving[p->door]++;
    p->leaving = true;
}

static bool may_be_ended(const struct place *p)
{
    return !p->leaving && state_of(p) != PLACE_RUNNING;
}

struct waiting {
    struct place *place;
    int64_t since;
    size_t at; /* in the list: the newest connection comes first */
};

static int by_age(const void *a, const void *b)
{
    const struct waiting *x = a, *y = b;
    if (x->since != y->since)
        return x->since < y->since ? -1 : 1;
    return x->at > y->at ? -1 : 1;
}

static void end_oldest(struct places *places, unsigned door, size_t most)
{
    size_t n = 0;
    struct waiting *all = mem_alloc(places->taken[door] * sizeof *all);
    for (struct place *p = places->first; p; p = p->next) {
        if (p->door == door && may_be_ended(p)) {
            all[n] = (struct waiting){p, since(p), n};
            n++;
        }
    }
    qsort(all, n, sizeof *all, by_age);
    for (size_t i = 0; i < n && i < most; i++)
        end(places, all[i].place);
    mem_free(all);
}

void places_add(struct places *places, struct place *place, unsigned door, int fd)
{
    place->door = door;
    place->fd = fd;
    places_enter(place, PLACE_IDLE);
    pthread_mutex_lock(&places->lock);
    unsigned spare = places->per_door / SPARE ? places->per_door / SPARE : 1;
    unsigned staying = places->taken[door] - places->leaving[door];
    if (staying > 0 && staying + spare >= places->per_door)
        end_oldest(places, door, spare);
    places->taken[door]++;
    place->next = places->first;
    if (place->next)
        place->next->prev = place;
    places->first = place;
    pthread_mutex_unlock(&places->lock);
}

void places_remove(struct places *places, struct place *place)
{
    pthread_mutex_lock(&places->lock);
    places->taken[place->door]--;
    places->leaving[place->door] -= place->leaving;
    if (place->next)
        place->next->prev = place->prev;
    if (place->prev)
        place->prev->next = place->next;
    else
        places->first = place->next;
    pthread_mutex_unlock(&places->lock);
    atomic_fetch_sub(&places->held, held_by(place));
}

void places_enter(struct place *place, enum place_state state)
{
    int64_t now = clock_coarse_ms();
    atomic_store_explicit(&place->since, now, memory_order_relaxed);
    if (state == PLACE_IDLE || state == PLACE_RECEIVING)
        atomic_store_explicit(&place->begun, now, memory_order_relaxed);
    atomic_store_explicit(&place->state, (int)state, memory_order_release);
}

/*
 * Who would have to give up its memory for a connection that holds so many bytes: one that holds
 * more, or that has stalled; of those the one with most bytes and longest time.
 */
static struct place *find_victim(const struct places *places, const struct place *for_whom)
{
    int64_t now = clock_coarse_ms();
    struct place *victim = NULL;
    double most = 0;
    for (struct place *p = places->first; p; p = p->next) {
        size_t bytes = held_by(p);
        int64_t waited = now - since(p);
        double weight = (double)bytes * (double)(1000 + waited);
        if (p == for_whom || bytes <= places->share || weight <= most || !may_be_ended(p))
            continue;
        if (bytes > held_by(for_whom) || waited >= STALLED_MS) {
            victim = p;
            most = weight;
        }
    }
    return victim;
}

static size_t held_by_leaving(const struct places *places)
{
    size_t bytes = 0;
    for (const struct place *p = places->first; p; p = p->next)
        bytes += p->leaving ? held_by(p) : 0;
    return bytes;
}

/* A thread that is busy closes late, so that what others are about to give back counts in part. */
static bool has_room(const struct places *places, size_t leaving)
{
    size_t overdraft = places->limits.memory_bytes / OVERDRAFT;
    return atomic_load(&places->held) <=
           places->limits.memory_bytes + (leaving < overdraft ? leaving : overdraft);
}

static bool make_room(struct places *places, const struct place *place)
{
    pthread_mutex_lock(&places->lock);
    size_t leaving = held_by_leaving(places);
    while (!has_room(places, leaving) && leaving < places->limits.memory_bytes / OVERDRAFT) {
        struct place *victim = find_victim(places, place);
        if (!victim)
            break;
        leaving += held_by(victim);
        end(places, victim);
    }
    bool room = has_room(places, leaving);
    pthread_mutex_unlock(&places->lock);
    return room;
}

bool places_hold(struct places *places, struct place *place, size_t bytes)
{
    size_t before = held_by(place);
    size_t all = atomic_load_explicit(&places->held, memory_order_relaxed);
    if (bytes != before) {
        atomic_store_explicit(&place->held, bytes, memory_order_relaxed);
        all = atomic_fetch_add(&places->held, bytes - before) + bytes - before;
    }
    return bytes <= places->share || all <= places->limits.memory_bytes || make_room(places, place);
}

static bool is_overdue(const struct places *places, const struct place *p, int64_t now)
{
    bool idle = state_of(p) == PLACE_IDLE;
    unsigned seconds = idle ? places->limits.idle_seconds : places->limits.request_seconds;
    return now - atomic_load_explicit(&p->begun, memory_order_relaxed) > (int64_t)seconds * 1000;
}

static bool is_abandoned(const struct place *p, int64_t now)
{
    char next;
    enum place_state state = state_of(p);
    return (state == PLACE_IDLE || state == PLACE_RECEIVING) && now - since(p) >= ABANDONED_MS &&
           recv(p->fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void places_tend(struct places *places)
{
    int64_t now = clock_coarse_ms();
    pthread_mutex_lock(&places->lock);
    for (struct place *p = places->first; p; p = p->next) {
        if (is_overdue(places, p, now) || is_abandoned(p, now))
            end(places, p);
    }
    pthread_mutex_unlock(&places->lock);
}

bool places_busy(struct places *places)
{
    bool busy = false;
    pthread_mutex_lock(&places->lock);
    for (const struct place *p = places->first; p && !busy; p = p->next)
        busy = state_of(p) != PLACE_IDLE;
    pthread_mutex_unlock(&places->lock);
    return busy;
}
