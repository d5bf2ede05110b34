/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>

#include "base/mem.h"
#include "store/store_priv.h"

/* Each holds its statements and a few pages, some hundred KiB. No more are idle than threads have
   used at once. */
enum { MAX_IDLE = 16 };

struct idle {
    pthread_mutex_t lock;
    size_t refs;
    uint64_t histories;
    struct store_conn *conns[MAX_IDLE];
    size_t n;
};

struct idle *idle_new(void)
{
    struct idle *idle = mem_alloc(sizeof *idle);
    pthread_mutex_init(&idle->lock, NULL);
    idle->refs = 1;
    return idle;
}

struct idle *idle_share(struct idle *idle)
{
    pthread_mutex_lock(&idle->lock);
    idle->refs++;
    pthread_mutex_unlock(&idle->lock);
    return idle;
}

void idle_free(struct idle *idle)
{
    if (!idle)
        return;
    pthread_mutex_lock(&idle->lock);
    bool shared = --idle->refs > 0;
    pthread_mutex_unlock(&idle->lock);
    if (shared)
        return;
    for (size_t i = 0; i < idle->n; i++)
        conn_close(idle->conns[i]);
    pthread_mutex_destroy(&idle->lock);
    mem_free(idle);
}

uint64_t idle_history(struct idle *idle)
{
    pthread_mutex_lock(&idle->lock);
    uint64_t history = ++idle->histories;
    pthread_mutex_unlock(&idle->lock);
    return history;
}

struct store_conn *idle_take(struct idle *idle, const struct pages *pages)
{
    struct store_conn *conn = NULL;
    pthread_mutex_lock(&idle->lock);
    if (idle->n > 0) {
        size_t last = idle->n - 1, i = idle->n;
        while (i > 0 && !conn_was_of(idle->conns[i - 1], pages))
            i--;
        i = i > 0 ? i - 1 : last;
        conn = idle->conns[i];
        idle->conns[i] = idle->conns[last];
        idle->n--;
    }
    pthread_mutex_unlock(&idle->lock);
    return conn;
}

void idle_give(struct idle *idle, struct store_conn *conn)
{
    pthread_mutex_lock(&idle->lock);
    bool kept = idle->n < MAX_IDLE;
    if (kept)
        idle->conns[idle->n++] = conn;
    pthread_mutex_unlock(&idle->lock);
    if (!kept)
        conn_close(conn);
}
