/* SPDX-License-Identifier: Apache-2.0 */
#include "record/event_queue.h"

#include <pthread.h>

#include "base/mem.h"

struct event_queue {
    pthread_mutex_t lock;
    pthread_cond_t change;
    struct event_taken *ring;
    size_t capacity, max_bytes;
    size_t first, end, bytes; /* the first two only grow */
    uint64_t lost;            /* behind the newest */
    bool asleep, woken, closed;
};

struct event_queue *event_queue_new(size_t capacity, size_t max_bytes)
{
    struct event_queue *queue = mem_alloc(sizeof *queue);
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->change, NULL);
    queue->capacity = capacity;
    queue->max_bytes = max_bytes;
    queue->ring = mem_alloc(capacity * sizeof *queue->ring);
    return queue;
}

static struct event_taken take_out(struct event_queue *queue)
{
    struct event_taken taken = queue->ring[queue->first++ % queue->capacity];
    queue->bytes -= taken.event->size;
    return taken;
}

void event_queue_free(struct event_queue *queue)
{
    if (!queue)
        return;
    while (queue->first < queue->end)
        event_release(take_out(queue).event);
    pthread_cond_destroy(&queue->change);
    pthread_mutex_destroy(&queue->lock);
    mem_free(queue->ring);
    mem_free(queue);
}

/* Under the lock. Who takes them has one call for many. */
static void wake(struct event_queue *queue)
{
    if (queue->asleep)
        pthread_cond_signal(&queue->change);
    queue->asleep = false;
}

void event_queue_add(struct event_queue *queue, const struct event *event)
{
    pthread_mutex_lock(&queue->lock);
    bool room = queue->end - queue->first < queue->capacity &&
                queue->bytes + event->size <= queue->max_bytes;
    if (room) {
        queue->ring[queue->end++ % queue->capacity] =
            (struct event_taken){queue->lost, event_hold(event)};
        queue->bytes += event->size;
    }
    queue->lost = room ? 0 : queue->lost + 1;
    wake(queue);
    pthread_mutex_unlock(&queue->lock);
}

void event_queue_close(struct event_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    wake(queue);
    pthread_mutex_unlock(&queue->lock);
}

void event_queue_wake(struct event_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->woken = true;
    wake(queue);
    pthread_mutex_unlock(&queue->lock);
}

static bool is_empty(const struct event_queue *queue)
{
    return queue->first == queue->end && queue->lost == 0;
}

bool event_queue_take(struct event_queue *queue, struct event_taken *ret, size_t *n)
{
    size_t found = 0;
    pthread_mutex_lock(&queue->lock);
    while (is_empty(queue) && !queue->closed && !queue->woken) {
        queue->asleep = true;
        pthread_cond_wait(&queue->change, &queue->lock);
    }
    bool over = is_empty(queue) && queue->closed;
    queue->asleep = queue->woken = false;
    while (queue->first < queue->end && found < *n)
        ret[found++] = take_out(queue);
    if (found < *n && queue->lost) { /* and nothing came since */
        ret[found++] = (struct event_taken){queue->lost, NULL};
        queue->lost = 0;
    }
    pthread_mutex_unlock(&queue->lock);
    *n = found;
    return !over;
}
