/* SPDX-License-Identifier: Apache-2.0 */
#include "server/event_log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "record/event_queue.h"

enum {
    CAPACITY = 10000, /* events that wait */
    BYTES = 16 * 1024 * 1024,
    BATCH = 64,   /* that are written together */
    PAUSE_MS = 5, /* after which others have come: one call for many */
    RETRY_MS = 100,
};

struct event_log {
    const char *path;
    const struct log *log;
    struct event_queue *queue;
    pthread_t thread;
    int fd; /* the thread's, as is what follows; -1: none can be had */
    bool troubled;
    _Atomic bool reopen, closing;
};

static int open_file(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0600);
}

/* One line when it begins and one when it ends. ERROR: 0 when all is well. */
static void tell(struct event_log *log, int error)
{
    bool troubled = error != 0;
    if (troubled && !log->troubled)
        LOG(log->log, LOG_ERROR, "the event log cannot be written", {"file", log->path},
            {"reason", strerror(error)});
    else if (!troubled && log->troubled)
        LOG(log->log, LOG_WARN, "the event log is written again", {"file", log->path});
    log->troubled = troubled;
}

/* The file that is there now; the one before, where there is none. */
static void change_file(struct event_log *log)
{
    int fd = open_file(log->path);
    if (fd < 0) {
        tell(log, errno);
        return;
    }
    if (log->fd >= 0)
        close(log->fd);
    log->fd = fd;
}

/* Nobody will read what is written to a file that has no name any more. */
static bool is_deleted(const struct event_log *log)
{
    struct stat st;
    return log->fd < 0 || (fstat(log->fd, &st) == 0 && st.st_nlink == 0);
}

/* Back to the beginning of the line that AT is in. */
static size_t line_begin(struct str text, size_t at)
{
    while (at > 0 && text.p[at - 1] != '\n')
        at--;
    return at;
}

/* Moves *AT; false: nothing can be written at the moment. */
static bool write_some(struct event_log *log, struct str text, size_t *at)
{
    bool gone = is_deleted(log);
    if (atomic_exchange(&log->reopen, false) || gone) {
        change_file(log);
        *at = line_begin(text, *at);
    }
    if (is_deleted(log)) {
        tell(log, ENOENT);
        return false;
    }
    ssize_t n = write(log->fd, text.p + *at, text.n - *at);
    tell(log, n < 0 ? errno : 0);
    *at += n > 0 ? (size_t)n : 0;
    return n > 0;
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

static void write_all(struct event_log *log, struct str text)
{
    size_t at = 0;
    while (at < text.n) {
        bool some = write_some(log, text, &at);
        if (!some && atomic_load(&log->closing))
            return;
        if (!some)
            pause_ms(RETRY_MS);
    }
}

static void add_line(struct buf *b, const struct event_taken *taken)
{
    if (taken->lost)
        buf_printf(b, "{\"lost\":%llu}\n", (unsigned long long)taken->lost);
    if (!taken->event)
        return;
    event_json(b, taken->event);
    buf_add_char(b, '\n');
    event_release(taken->event);
}

static void *run(void *arg)
{
    struct event_log *log = arg;
    struct event_taken batch[BATCH];
    struct arena a;
    arena_init(&a);
    for (size_t n = BATCH; event_queue_take(log->queue, batch, &n); n = BATCH) {
        struct buf b = buf_new(&a, 4096);
        for (size_t i = 0; i < n; i++)
            add_line(&b, &batch[i]);
        write_all(log, buf_str(&b));
        if (n == 0 && atomic_exchange(&log->reopen, false))
            change_file(log);
        arena_reset(&a);
        if (n < BATCH)
            pause_ms(PAUSE_MS);
    }
    arena_done(&a);
    return NULL;
}

static void destroy(struct event_log *log)
{
    if (log->fd >= 0)
        close(log->fd);
    event_queue_free(log->queue);
    mem_free(log);
}

struct event_log *event_log_open(const char *path, const struct log *where, struct arena *a,
                                 const char **message)
{
    struct event_log *log = mem_alloc(sizeof *log);
    log->path = path;
    log->log = where;
    log->queue = event_queue_new(CAPACITY, BYTES);
    log->fd = open_file(path);
    int error = log->fd < 0 ? errno : pthread_create(&log->thread, NULL, run, log);
    if (!error)
        return log;
    *message = arena_printf(a, "cannot write the event log %s: %s", path, strerror(error));
    destroy(log);
    return NULL;
}

struct event_queue *event_log_queue(struct event_log *log)
{
    return log->queue;
}

void event_log_reopen(struct event_log *log)
{
    if (!log)
        return;
    atomic_store(&log->reopen, true);
    event_queue_wake(log->queue);
}

void event_log_close(struct event_log *log)
{
    if (!log)
        return;
    atomic_store(&log->closing, true);
    event_queue_close(log->queue);
    pthread_join(log->thread, NULL);
    destroy(log);
}
