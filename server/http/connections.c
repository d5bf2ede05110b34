/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http/connections.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"

enum {
    SPARE = 8,           /* a listener keeps free one of so many connections */
    OVERDRAFT = 4,       /* one of so many bytes more, while others are leaving */
    STALLED_MS = 2000,   /* who has waited so long for its client gives way to anybody */
    ABANDONED_MS = 2000, /* before a silent connection is looked at more closely */
};

void connections_init(struct connections *all, const struct http_limits *limits, size_t n_listeners)
{
    *all = (struct connections){.limits = *limits,
                                .per_listener = limits->connections / (unsigned)n_listeners,
                                .share = limits->memory_bytes / limits->connections};
    pthread_mutex_init(&all->lock, NULL);
}

void connections_done(struct connections *all)
{
    pthread_mutex_destroy(&all->lock);
}

static enum connection_state state_of(const struct connection *c)
{
    return (enum connection_state)atomic_load_explicit(&c->state, memory_order_acquire);
}

static int64_t since(const struct connection *c)
{
    return atomic_load_explicit(&c->since, memory_order_relaxed);
}

static size_t held_by(const struct connection *c)
{
    return atomic_load_explicit(&c->held, memory_order_relaxed);
}

/* The thread that serves it sees the end, and closes it. */
static void end(struct connections *all, struct connection *c)
{
    shutdown(c->fd, SHUT_RDWR);
    if (!c->leaving)
        all->leaving[c->listener]++;
    c->leaving = true;
}

static bool may_be_ended(const struct connection *c)
{
    enum connection_state state = state_of(c);
    return !c->leaving && state != CONNECTION_RUNNING && state != CONNECTION_STREAMING;
}

struct waiting {
    struct connection *connection;
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

static void end_oldest(struct connections *all, unsigned listener, size_t most)
{
    size_t n = 0;
    struct waiting *v = mem_alloc(all->taken[listener] * sizeof *v);
    for (struct connection *c = all->first; c; c = c->next) {
        if (c->listener == listener && may_be_ended(c)) {
            v[n] = (struct waiting){c, since(c), n};
            n++;
        }
    }
    qsort(v, n, sizeof *v, by_age);
    for (size_t i = 0; i < n && i < most; i++)
        end(all, v[i].connection);
    mem_free(v);
}

void connections_add(struct connections *all, struct connection *c, unsigned listener, int fd)
{
    c->listener = listener;
    c->fd = fd;
    connection_enter(c, CONNECTION_IDLE);
    pthread_mutex_lock(&all->lock);
    unsigned spare = all->per_listener / SPARE ? all->per_listener / SPARE : 1;
    unsigned staying = all->taken[listener] - all->leaving[listener];
    if (staying > 0 && staying + spare >= all->per_listener)
        end_oldest(all, listener, spare);
    all->taken[listener]++;
    c->next = all->first;
    if (c->next)
        c->next->prev = c;
    all->first = c;
    pthread_mutex_unlock(&all->lock);
}

void connections_remove(struct connections *all, struct connection *c)
{
    pthread_mutex_lock(&all->lock);
    all->taken[c->listener]--;
    all->leaving[c->listener] -= c->leaving;
    if (c->next)
        c->next->prev = c->prev;
    if (c->prev)
        c->prev->next = c->next;
    else
        all->first = c->next;
    pthread_mutex_unlock(&all->lock);
    atomic_fetch_sub(&all->held, held_by(c));
}

void connection_enter(struct connection *c, enum connection_state state)
{
    int64_t now = clock_coarse_ms();
    atomic_store_explicit(&c->since, now, memory_order_relaxed);
    bool was_streaming = state_of(c) == CONNECTION_STREAMING;
    if (state == CONNECTION_IDLE || state == CONNECTION_RECEIVING || was_streaming)
        atomic_store_explicit(&c->begun, now, memory_order_relaxed);
    atomic_store_explicit(&c->state, (int)state, memory_order_release);
}

void connection_turn_away(const struct connection *c, const char *status)
{
    static const char end[] = "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    const struct str parts[] = {STR("HTTP/1.1 "), str_of(status ? status : ""), str_of(end)};
    for (size_t i = 0; status && i < ARRAY_LEN(parts); i++) {
        ssize_t sent = send(c->fd, parts[i].p, parts[i].n, MSG_NOSIGNAL | MSG_MORE);
        (void)sent; /* the connection is closed either way */
    }
    if (status)
        shutdown(c->fd, SHUT_WR);
}

/*
 * Who would have to give up its memory for a connection that holds so many bytes: one that holds
 * more, or that has stalled; of those the one with most bytes and longest time.
 */
static struct connection *find_victim(const struct connections *all,
                                      const struct connection *for_whom)
{
    int64_t now = clock_coarse_ms();
    struct connection *victim = NULL;
    double most = 0;
    for (struct connection *c = all->first; c; c = c->next) {
        size_t bytes = held_by(c);
        int64_t waited = now - since(c);
        double weight = (double)bytes * (double)(1000 + waited);
        if (c == for_whom || bytes <= all->share || weight <= most || !may_be_ended(c))
            continue;
        if (bytes > held_by(for_whom) || waited >= STALLED_MS) {
            victim = c;
            most = weight;
        }
    }
    return victim;
}

static size_t held_by_leaving(const struct connections *all)
{
    size_t bytes = 0;
    for (const struct connection *c = all->first; c; c = c->next)
        bytes += c->leaving ? held_by(c) : 0;
    return bytes;
}

/* A thread that is busy closes late, so that what others are about to give back counts in part. */
static bool has_room(const struct connections *all, size_t leaving)
{
    size_t overdraft = all->limits.memory_bytes / OVERDRAFT;
    return atomic_load(&all->held) <=
           all->limits.memory_bytes + (leaving < overdraft ? leaving : overdraft);
}

static bool make_room(struct connections *all, const struct connection *c)
{
    pthread_mutex_lock(&all->lock);
    size_t leaving = held_by_leaving(all);
    while (!has_room(all, leaving) && leaving < all->limits.memory_bytes / OVERDRAFT) {
        struct connection *victim = find_victim(all, c);
        if (!victim)
            break;
        leaving += held_by(victim);
        end(all, victim);
    }
    bool room = has_room(all, leaving);
    pthread_mutex_unlock(&all->lock);
    return room;
}

bool connections_hold(struct connections *all, struct connection *c, size_t bytes)
{
    size_t before = held_by(c);
    size_t sum = atomic_load_explicit(&all->held, memory_order_relaxed);
    if (bytes != before) {
        atomic_store_explicit(&c->held, bytes, memory_order_relaxed);
        sum = atomic_fetch_add(&all->held, bytes - before) + bytes - before;
    }
    return bytes <= all->share || sum <= all->limits.memory_bytes || make_room(all, c);
}

static bool is_overdue(const struct connections *all, const struct connection *c, int64_t now)
{
    bool idle = state_of(c) == CONNECTION_IDLE;
    if (state_of(c) == CONNECTION_STREAMING)
        return false;
    unsigned seconds = idle ? all->limits.idle_seconds : all->limits.request_seconds;
    return now - atomic_load_explicit(&c->begun, memory_order_relaxed) > (int64_t)seconds * 1000;
}

static bool is_abandoned(const struct connection *c, int64_t now)
{
    char next;
    enum connection_state state = state_of(c);
    return (state == CONNECTION_IDLE || state == CONNECTION_RECEIVING) &&
           now - since(c) >= ABANDONED_MS && recv(c->fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void connections_tend(struct connections *all)
{
    int64_t now = clock_coarse_ms();
    pthread_mutex_lock(&all->lock);
    for (struct connection *c = all->first; c; c = c->next) {
        if (is_overdue(all, c, now) || is_abandoned(c, now))
            end(all, c);
    }
    pthread_mutex_unlock(&all->lock);
}

bool connections_busy(struct connections *all)
{
    bool busy = false;
    pthread_mutex_lock(&all->lock);
    for (const struct connection *c = all->first; c && !busy; c = c->next)
        busy = state_of(c) != CONNECTION_IDLE && state_of(c) != CONNECTION_STREAMING;
    pthread_mutex_unlock(&all->lock);
    return busy;
}
