/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http/fetcher.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/mem.h"
#include "jose/issuer.h"
#include "server/server.h"

/* Many for one issuer leave room for those of others. */
enum { WAITING_MAX = 256, SAME_MAX = 64, PATIENCE_MS = 20 * 1000 };

struct job {
    const char *url;
    void (*done)(void *owner);
    void *owner;
    int64_t since; /* monotonic */
};

struct fetcher {
    const struct server *server;
    pthread_mutex_t lock; /* guards all below but `stopping`, which transfers look at */
    pthread_cond_t wake;
    pthread_t thread;
    bool running;
    _Atomic bool stopping;
    struct job jobs[WAITING_MAX]; /* in the order of arrival */
    size_t n;
};

struct fetcher *fetcher_new(const struct server *server)
{
    struct fetcher *f = mem_alloc(sizeof *f);
    f->server = server;
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->wake, NULL);
    return f;
}

/* Takes out the jobs that wait for the same issuer as the first one, and those that others have
   kept waiting for too long. */
static size_t take_done(struct fetcher *f, struct job ret[static WAITING_MAX])
{
    size_t n = 0, left = 0;
    const char *url = f->jobs[0].url;
    int64_t oldest = clock_monotonic_ms() - PATIENCE_MS;
    for (size_t i = 0; i < f->n; i++) {
        if (strcmp(f->jobs[i].url, url) == 0 || f->jobs[i].since < oldest)
            ret[n++] = f->jobs[i];
        else
            f->jobs[left++] = f->jobs[i];
    }
    f->n = left;
    return n;
}

static void *run(void *owner)
{
    struct fetcher *f = owner;
    struct job done[WAITING_MAX];
    pthread_mutex_lock(&f->lock);
    for (;;) {
        while (f->n == 0 && !atomic_load(&f->stopping))
            pthread_cond_wait(&f->wake, &f->lock);
        if (f->n == 0)
            break;
        const char *url = f->jobs[0].url;
        pthread_mutex_unlock(&f->lock);
        if (!atomic_load(&f->stopping))
            issuer_fetch(f->server->sandbox, url, &f->stopping);
        pthread_mutex_lock(&f->lock);
        size_t n = take_done(f, done);
        pthread_mutex_unlock(&f->lock);
        for (size_t i = 0; i < n; i++)
            done[i].done(done[i].owner);
        pthread_mutex_lock(&f->lock);
    }
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

static size_t count_same(const struct fetcher *f, const char *url)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        n += strcmp(f->jobs[i].url, url) == 0;
    return n;
}

bool fetcher_add(struct fetcher *f, const char *url, void (*done)(void *owner), void *owner)
{
    pthread_mutex_lock(&f->lock);
    if (!f->running && !atomic_load(&f->stopping))
        f->running = pthread_create(&f->thread, NULL, run, f) == 0;
    bool taken = f->running && f->n < WAITING_MAX && count_same(f, url) < SAME_MAX &&
                 !atomic_load(&f->stopping);
    if (taken)
        f->jobs[f->n++] = (struct job){url, done, owner, clock_monotonic_ms()};
    pthread_cond_signal(&f->wake);
    pthread_mutex_unlock(&f->lock);
    return taken;
}

void fetcher_stop(struct fetcher *f)
{
    pthread_mutex_lock(&f->lock);
    bool running = f->running;
    f->running = false;
    atomic_store(&f->stopping, true);
    pthread_cond_signal(&f->wake);
    pthread_mutex_unlock(&f->lock);
    if (running)
        pthread_join(f->thread, NULL);
}

void fetcher_free(struct fetcher *f)
{
    if (!f)
        return;
    pthread_cond_destroy(&f->wake);
    pthread_mutex_destroy(&f->lock);
    mem_free(f);
}
