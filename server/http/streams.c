/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http/streams.h"

#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

#include "base/mem.h"
#include "server/http/turns.h"

enum {
    STREAMS_MOST = 64,
    BUFFER = 64 * 1024, /* bytes that are made at a time */
    BLOCK = 4096,       /* that libmicrohttpd asks for at least */
    LOOK_MS = 20,       /* after which a stream that had nothing is asked again */
};

/* Belongs to the thread of its connection, or while it waits, to that of the streams. */
struct stream {
    struct stream *next; /* of those that wait */
    struct streams *all;
    struct MHD_Connection *mhd;
    struct connection *connection;
    struct response_stream *source;
    char *buffer;
    size_t n, sent; /* bytes in it */
    bool over;
};

struct streams {
    pthread_mutex_t lock;
    pthread_cond_t change;
    pthread_t thread;
    struct stream *waiting; /* with suspended connections */
    unsigned n;             /* all of them */
    bool running, stopping;
};

struct streams *streams_new(void)
{
    struct streams *streams = mem_alloc(sizeof *streams);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&streams->change, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&streams->lock, NULL);
    return streams;
}

void streams_free(struct streams *streams)
{
    if (!streams)
        return;
    pthread_cond_destroy(&streams->change);
    pthread_mutex_destroy(&streams->lock);
    mem_free(streams);
}

/* libmicrohttpd looks at no connection that is suspended. */
static bool is_left(const struct connection *c)
{
    char next;
    return recv(c->fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* What comes next is there, or it is over; false: neither. */
static bool refill(struct stream *stream, bool stopping)
{
    bool over = stopping || is_left(stream->connection);
    int64_t n = over ? -1 : stream->source->read(stream->source, stream->buffer, BUFFER);
    stream->over = n < 0;
    stream->n = n > 0 ? (size_t)n : 0;
    stream->sent = 0;
    return n != 0;
}

/* Those of the list that have something go on, the others wait again. */
static struct stream *serve(struct stream *list, bool stopping)
{
    struct stream *still = NULL;
    while (list) {
        struct stream *stream = list;
        list = stream->next;
        if (refill(stream, stopping)) {
            MHD_resume_connection(stream->mhd);
        } else {
            stream->next = still;
            still = stream;
        }
    }
    return still;
}

/* Under the lock: who comes meanwhile is served at once, others are looked at again in a while. */
static void wait_a_while(struct streams *streams, bool all_wait)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += LOOK_MS * 1000000L;
    end.tv_sec += end.tv_nsec / 1000000000L;
    end.tv_nsec %= 1000000000L;
    if (all_wait)
        pthread_cond_timedwait(&streams->change, &streams->lock, &end);
    else
        pthread_cond_wait(&streams->change, &streams->lock);
}

static void *run(void *arg)
{
    struct streams *streams = arg;
    turns_compute();
    pthread_mutex_lock(&streams->lock);
    while (!streams->stopping || streams->waiting) {
        struct stream *list = streams->waiting;
        bool stopping = streams->stopping;
        streams->waiting = NULL;
        pthread_mutex_unlock(&streams->lock);
        struct stream *still = serve(list, stopping);
        pthread_mutex_lock(&streams->lock);
        bool came = streams->waiting;
        while (still) {
            struct stream *stream = still;
            still = stream->next;
            stream->next = streams->waiting;
            streams->waiting = stream;
        }
        if (!came && !streams->stopping)
            wait_a_while(streams, streams->waiting);
    }
    pthread_mutex_unlock(&streams->lock);
    return NULL;
}

/* Under the lock. Where no thread can be had, there are no streams. */
static bool start(struct streams *streams)
{
    if (!streams->running)
        streams->running = pthread_create(&streams->thread, NULL, run, streams) == 0;
    return streams->running;
}

/* False: it is over, and the connection must not be suspended. */
static bool suspend(struct stream *stream)
{
    struct streams *streams = stream->all;
    pthread_mutex_lock(&streams->lock);
    bool goes_on = !streams->stopping && !stream->over;
    if (goes_on) {
        MHD_suspend_connection(stream->mhd);
        stream->next = streams->waiting;
        streams->waiting = stream;
        pthread_cond_signal(&streams->change);
    }
    pthread_mutex_unlock(&streams->lock);
    return goes_on;
}

/* What is in the buffer is sent, and then the connection is suspended until there is more. */
static ssize_t on_read(void *cls, uint64_t at UNUSED, char *to, size_t n)
{
    struct stream *stream = cls;
    size_t left = stream->n - stream->sent;
    if (left == 0 && suspend(stream))
        return 0;
    if (left == 0) {
        connection_enter(stream->connection, CONNECTION_SENDING);
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    n = left < n ? left : n;
    memcpy(to, stream->buffer + stream->sent, n);
    stream->sent += n;
    return (ssize_t)n;
}

static void on_free(void *cls)
{
    struct stream *stream = cls;
    pthread_mutex_lock(&stream->all->lock);
    stream->all->n--;
    pthread_mutex_unlock(&stream->all->lock);
    stream->source->free(stream->source);
    mem_free(stream->buffer);
    mem_free(stream);
}

static bool enter(struct streams *streams)
{
    pthread_mutex_lock(&streams->lock);
    bool fits = !streams->stopping && streams->n < STREAMS_MOST && start(streams);
    streams->n += fits;
    pthread_mutex_unlock(&streams->lock);
    return fits;
}

struct MHD_Response *streams_add(struct streams *streams, struct MHD_Connection *mhd,
                                 struct connection *c, struct response_stream *source)
{
    if (!enter(streams)) {
        source->free(source);
        return NULL;
    }
    struct stream *stream = mem_alloc(sizeof *stream);
    *stream = (struct stream){
        .all = streams, .mhd = mhd, .connection = c, .source = source, .buffer = mem_alloc(BUFFER)};
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_read, stream, on_free);
    if (!response)
        on_free(stream);
    return response;
}

void streams_stop(struct streams *streams)
{
    pthread_mutex_lock(&streams->lock);
    bool running = streams->running;
    streams->stopping = true;
    pthread_cond_signal(&streams->change);
    pthread_mutex_unlock(&streams->lock);
    if (running)
        pthread_join(streams->thread, NULL);
}
