/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "err.h"
#include "server/fetcher.h"
#include "server/head.h"
#include "server/pipeline.h"
#include "server/server.h"

enum {
    POOL_THREADS = 2,              /* of the first listener; the others have one */
    CONNECTION_MEMORY = 16 * 1024, /* cleared for each request: not a byte too much */
    HEADER_ENTRY = 64,             /* what a header takes of it besides its text */
    ANSWER_HEAD = 2048,            /* what the head of an answer may take of it */
    FIRST_HEADERS = 16,
    FIRST_BODY = 8 * 1024, /* room made for a body when only its size is known */
    BODY_STEP = 16,        /* times the room before */
    STOP_POLL_MS = 5,
    ABANDONED_SECONDS = 2, /* before a silent connection is looked at more closely */
    CROWDED_SECONDS = 2,   /* how long idle connections are kept when places are few */
};

const struct http_limits http_default_limits = {
    .idle_seconds = 65,
    .request_seconds = 60,
    .stop_seconds = 5,
    .body_bytes = 1024 * 1024,
    .memory_bytes = 256 * 1024 * 1024,
};

enum connection_state {
    IDLE,      /* no first line of a request since the last answer */
    RECEIVING, /* the first line of a request is there */
    ANSWERING, /* the whole request is there; until the end of the answer */
};

/* A listener and its places for connections. */
struct door {
    struct http *http;
    struct MHD_Daemon *daemon;
    int fd;
    unsigned places;
    unsigned taken; /* guarded by the lock */
};

/*
 * Lives as long as its connection and is used again for each request on it. All of it belongs to
 * the thread that serves the connection, but for the state and what links it into the list.
 */
struct connection {
    struct http *http;
    struct door *door;
    struct MHD_Connection *mhd;
    pthread_t thread; /* that serves it */
    struct connection *prev, *next;
    int fd;
    _Atomic int state;      /* enum connection_state */
    _Atomic unsigned since; /* when the state began, by http->seconds */
    bool loopback;          /* the client connected to a loopback address */
    char peer[INET6_ADDRSTRLEN];

    struct arena arena;
    size_t counted; /* bytes of the arena that are part of http->memory */
    struct request rq;
    struct str host; /* of an absolute target */
    struct head head;
    struct request_header *headers;
    size_t headers_size;
    struct buf body;
    bool seen;   /* the access handler has been called for this request */
    int refused; /* an enum err: why the request is not run; OK: it is */
};

struct http {
    struct server *server;
    struct fetcher *fetcher;
    struct http_limits limits;
    struct door doors[LISTEN_MAX];
    size_t n_doors;

    _Atomic bool stopping;
    _Atomic unsigned seconds; /* counted by the timer; cheaper than a look at the clock */
    _Atomic size_t memory;    /* of the requests and answers of all connections */

    pthread_mutex_t lock; /* guards the list, places taken and `timer_stop` */
    struct connection *connections;
    bool timer_stop;
    pthread_cond_t timer_wake;
    pthread_t timer;
};

static void enter(struct connection *c, enum connection_state state)
{
    unsigned now = atomic_load_explicit(&c->http->seconds, memory_order_relaxed);
    atomic_store_explicit(&c->since, now, memory_order_relaxed);
    atomic_store_explicit(&c->state, (int)state, memory_order_release);
}

/* To be called when the arena may have grown or shrunk. */
static void count_memory(struct connection *c)
{
    size_t total = c->arena.total;
    if (total != c->counted)
        atomic_fetch_add_explicit(&c->http->memory, total - c->counted, memory_order_relaxed);
    c->counted = total;
}

static bool memory_is_short(const struct connection *c)
{
    return atomic_load_explicit(&c->http->memory, memory_order_relaxed) >
           c->http->limits.memory_bytes;
}

static void connection_opened(struct door *door, struct MHD_Connection *mhd, void **socket_context)
{
    struct http *http = door->http;
    struct connection *c = mem_alloc(sizeof *c);
    c->http = http;
    c->door = door;
    c->mhd = mhd;
    c->thread = pthread_self();
    c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    c->loopback = listen_is_local(c->fd);
    listen_host(MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
                c->peer);
    arena_init(&c->arena);
    enter(c, IDLE);
    *socket_context = c;

    pthread_mutex_lock(&http->lock);
    door->taken++;
    c->next = http->connections;
    if (c->next)
        c->next->prev = c;
    http->connections = c;
    pthread_mutex_unlock(&http->lock);
}

static void connection_closed(struct connection *c)
{
    struct http *http = c->http;
    pthread_mutex_lock(&http->lock);
    c->door->taken--;
    if (c->next)
        c->next->prev = c->prev;
    if (c->prev)
        c->prev->next = c->next;
    else
        http->connections = c->next;
    pthread_mutex_unlock(&http->lock);
    arena_done(&c->arena);
    count_memory(c);
    mem_free(c);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
                          enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        connection_opened(cls, mhd, socket_context);
    else
        connection_closed(*socket_context);
}

/*
 * Of each query argument libmicrohttpd makes an entry in the memory of the connection; when there
 * is no room for more, it neither answers nor closes. It is shown an empty query.
 */
static void hide_query(const char *target)
{
    char *mark = strchr((char *)(uintptr_t)target, '?');
    if (mark)
        mark[1] = '\0';
}

/*
 * The first call for a request, with its undecoded target, which libmicrohttpd takes apart in
 * place afterwards. What is returned comes back as *req_cls.
 */
static void *on_target(void *cls UNUSED, const char *target, struct MHD_Connection *mhd)
{
    struct connection *c =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    enter(c, RECEIVING);
    struct str query = str_of(target);
    head_begin(&c->head, query);
    query.p = arena_strndup(&c->arena, query.p, query.n);
    hide_query(target);
    c->host = head_cut_host(&query);
    struct str path = str_cut(&query, '?');
    if (c->host.p && path.n == 0)
        path = STR("/");
    c->rq = (struct request){
        .path = path, .query = query, .source_ip = c->peer, .loopback = c->loopback};
    c->headers_size = FIRST_HEADERS;
    c->headers = arena_alloc(&c->arena, FIRST_HEADERS * sizeof *c->headers);
    c->body = (struct buf){.arena = &c->arena};
    c->seen = false;
    c->refused = OK;
    return c;
}

/* libmicrohttpd shall leave escapes alone: signatures are made over what was sent. */
static size_t on_unescape(void *cls UNUSED, struct MHD_Connection *mhd UNUSED, char *text)
{
    return strlen(text);
}

static void on_completed(void *cls UNUSED, struct MHD_Connection *mhd UNUSED, void **req_cls,
                         enum MHD_RequestTerminationCode how UNUSED)
{
    struct connection *c = *req_cls;
    arena_reset(&c->arena);
    count_memory(c);
    enter(c, IDLE);
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind UNUSED, const char *name,
                                 size_t name_size, const char *value, size_t value_size)
{
    struct connection *c = cls;
    if (c->rq.n_headers == c->headers_size) {
        size_t size = c->headers_size * sizeof *c->headers;
        c->headers = arena_grow(&c->arena, c->headers, size, 2 * size);
        c->headers_size *= 2;
    }
    struct request_header header = {{name, name_size}, {value, value_size}};
    head_add(&c->head, header.name, header.value);
    header.value = str_trim(header.value);
    c->headers[c->rq.n_headers++] = header;
    return MHD_YES;
}

static bool head_is_malformed(const struct connection *c, const char *end)
{
    bool path = c->rq.path.n > 0 && c->rq.path.p[0] == '/';
    return !head_end(&c->head, end) || (!path && !str_is(c->rq.path, "*")) ||
           (c->host.p && !str_eq_fold(c->host, c->head.host));
}

/* Notes why the request is refused, if that is clear without its body. */
static void read_head(struct connection *c, struct MHD_Connection *mhd, size_t size,
                      const char *method, const char *version)
{
    c->rq.method = str_of(method);
    head_line(&c->head, method, version);
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, on_header, c);
    c->rq.headers = c->headers;
    size_t length = c->head.content_length;
    if (head_is_malformed(c, method + size))
        c->refused = ERR_MALFORMED_INPUT;
    else if (length > c->http->limits.body_bytes)
        c->refused = ERR_REQUEST_TOO_LARGE;
    else if (memory_is_short(c))
        c->refused = ERR_SERVICE_UNAVAILABLE;
    else
        buf_reserve(&c->body, length < FIRST_BODY ? length : FIRST_BODY);
    count_memory(c);
}

static bool answer_fits(const struct connection *c, size_t head_size)
{
    return head_size + c->rq.n_headers * HEADER_ENTRY + ANSWER_HEAD <= CONNECTION_MEMORY;
}

/* Answers past libmicrohttpd, which can send nothing more afterwards. STATUS may be NULL. */
static void turn_away(struct connection *c, const char *status)
{
    if (!status)
        return;
    const char *answer = arena_printf(
        &c->arena, "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", status);
    ssize_t sent = send(c->fd, answer, strlen(answer), MSG_NOSIGNAL);
    (void)sent; /* the connection is closed either way */
    shutdown(c->fd, SHUT_WR);
}

/*
 * libmicrohttpd sends two heads when it refuses a Content-Length by itself. It notes before that it
 * will, though not on which connection: that is one of this thread's. Those whose other headers are
 * still on their way are not to be answered in another way, either.
 */
static void on_log(void *cls, const char *format, va_list arguments UNUSED)
{
    struct http *http = cls;
    static const char name[] = MHD_HTTP_HEADER_CONTENT_LENGTH;
    if (!strstr(format, name))
        return;
    pthread_mutex_lock(&http->lock);
    for (struct connection *c = http->connections; c; c = c->next) {
        struct str text;
        if (pthread_equal(c->thread, pthread_self()) && atomic_load(&c->state) == RECEIVING &&
            MHD_lookup_connection_value_n(c->mhd, MHD_HEADER_KIND, name, sizeof name - 1, &text.p,
                                          &text.n) == MHD_YES)
            turn_away(c, head_length_refusal(text));
    }
    pthread_mutex_unlock(&http->lock);
}

/*
 * Makes room for N more bytes. An arena keeps what was too small, so bodies grow in large steps;
 * but not to what was announced at once, or announcements would use up the memory.
 */
static bool grow_body(struct connection *c, size_t n)
{
    if (memory_is_short(c))
        return false;
    size_t most = c->head.has_length ? c->head.content_length : c->http->limits.body_bytes;
    size_t room = BODY_STEP * c->body.cap < most ? BODY_STEP * c->body.cap : most;
    buf_reserve(&c->body, room < c->body.n + n ? n : room - c->body.n);
    count_memory(c);
    return true;
}

static void take_body(struct connection *c, const char *data, size_t n)
{
    if (n > c->http->limits.body_bytes - c->body.n)
        c->refused = ERR_REQUEST_TOO_LARGE;
    else if (n > c->body.cap - c->body.n && !grow_body(c, n))
        c->refused = ERR_SERVICE_UNAVAILABLE;
    if (c->refused == OK)
        buf_add(&c->body, (struct str){data, n});
}

static enum MHD_Result send_response(struct connection *c, struct MHD_Connection *mhd,
                                     const struct response *rs)
{
    /* The interface lacks a const; MHD_RESPMEM_PERSISTENT promises that nothing is written. */
    void *body = (void *)(uintptr_t)rs->body.p;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(rs->body.n, body, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    for (size_t i = 0; i < rs->n_headers; i++)
        MHD_add_response_header(response, rs->headers[i].name, rs->headers[i].value);
    if (atomic_load_explicit(&c->http->stopping, memory_order_relaxed))
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    enum MHD_Result result = MHD_queue_response(mhd, (unsigned)rs->status, response);
    MHD_destroy_response(response);
    return result;
}

static const char *refusal(const struct connection *c, struct arena *a)
{
    if (c->refused == ERR_REQUEST_TOO_LARGE)
        return arena_printf(a, "The body of the request exceeds %zu bytes.",
                            c->http->limits.body_bytes);
    if (c->refused == ERR_SERVICE_UNAVAILABLE)
        return "The requests being served take up too much memory.";
    return "The headers of the request are malformed.";
}

static enum MHD_Result refuse(struct connection *c, struct MHD_Connection *mhd)
{
    struct response rs = {.status = 0};
    pipeline_refuse(c->http->server, &c->arena, c->refused, refusal(c, &c->arena), &rs);
    return send_response(c, mhd, &rs);
}

static void resume(void *owner)
{
    MHD_resume_connection(owner);
}

/* A request that wants something fetched first is suspended, and runs once more afterwards. */
static enum MHD_Result serve(struct connection *c, struct MHD_Connection *mhd)
{
    struct http *http = c->http;
    struct response rs = {.status = 0};
    pipeline_run(http->server, &c->arena, &c->rq, &rs);
    count_memory(c);
    if (!rs.wanted)
        return send_response(c, mhd, &rs);
    c->rq.fetched = true;
    MHD_suspend_connection(mhd);
    if (!fetcher_add(http->fetcher, rs.wanted, resume, mhd))
        MHD_resume_connection(mhd);
    return MHD_YES;
}

/*
 * Called when the headers are there, for each piece of the body, and at its end. An answer given
 * in the first call closes the connection, which costs clients a new one: only requests after
 * which the place of the next one is in doubt, or whose body is unwelcome, are answered there.
 */
/* NOLINTNEXTLINE(readability-function-size): the parameters are libmicrohttpd's */
static enum MHD_Result on_request(void *cls UNUSED, struct MHD_Connection *mhd,
                                  const char *url UNUSED, const char *method, const char *version,
                                  const char *data, size_t *size, void **req_cls)
{
    struct connection *c = *req_cls;
    if (!c->seen) {
        c->seen = true;
        size_t head_size =
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
        read_head(c, mhd, head_size, method, version);
        if (!answer_fits(c, head_size)) {
            /* libmicrohttpd would close without a word. */
            turn_away(c, "431 Request Header Fields Too Large");
            return MHD_NO;
        }
        return c->refused == OK ? MHD_YES : refuse(c, mhd);
    }
    if (*size > 0) {
        take_body(c, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (c->refused != OK)
        return refuse(c, mhd);
    atomic_store_explicit(&c->state, ANSWERING, memory_order_relaxed);
    c->rq.body = buf_str(&c->body);
    return serve(c, mhd);
}

/*
 * Whether the client left in the middle of a request. libmicrohttpd misses that when the last
 * bytes and the end arrive together, and would keep the connection until it counts as idle.
 */
static bool is_abandoned(const struct connection *c)
{
    char next;
    return recv(c->fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Seconds that a connection may stay in its state. */
static unsigned patience(const struct connection *c, int state)
{
    const struct http_limits *limits = &c->http->limits;
    if (state != IDLE)
        return limits->request_seconds;
    bool crowded = c->door->taken >= c->door->places - c->door->places / 4;
    return crowded ? CROWDED_SECONDS : limits->idle_seconds;
}

/*
 * libmicrohttpd ends connections without a byte; those that are slow or abandoned, and idle ones
 * whose places others need, are ended here.
 */
static void end_overdue(struct http *http)
{
    unsigned now = atomic_load_explicit(&http->seconds, memory_order_relaxed);
    for (struct connection *c = http->connections; c; c = c->next) {
        int state = atomic_load_explicit(&c->state, memory_order_acquire);
        unsigned age = now - atomic_load_explicit(&c->since, memory_order_relaxed);
        bool overdue = age > patience(c, state);
        if (overdue || (state != ANSWERING && age >= ABANDONED_SECONDS && is_abandoned(c)))
            shutdown(c->fd, SHUT_RDWR);
    }
}

static void *run_timer(void *arg)
{
    struct http *http = arg;
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    pthread_mutex_lock(&http->lock);
    while (!http->timer_stop) {
        next.tv_sec++;
        while (!http->timer_stop &&
               pthread_cond_timedwait(&http->timer_wake, &http->lock, &next) == 0)
            ;
        atomic_fetch_add_explicit(&http->seconds, 1, memory_order_relaxed);
        end_overdue(http);
        pthread_mutex_unlock(&http->lock);
        server_tick(http->server);
        pthread_mutex_lock(&http->lock);
    }
    pthread_mutex_unlock(&http->lock);
    return NULL;
}

static struct MHD_Daemon *start_daemon(struct door *door, bool first)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        on_request, NULL, MHD_OPTION_EXTERNAL_LOGGER, on_log, door->http, MHD_OPTION_LISTEN_SOCKET,
        door->fd, MHD_OPTION_THREAD_POOL_SIZE, first ? (unsigned)POOL_THREADS : 0U,
        MHD_OPTION_CONNECTION_LIMIT, door->places, MHD_OPTION_CONNECTION_TIMEOUT,
        door->http->limits.idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, door, MHD_OPTION_URI_LOG_CALLBACK, on_target,
        NULL, MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, NULL, MHD_OPTION_END);
}

static void init_timer(struct http *http)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&http->timer_wake, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&http->lock, NULL);
}

static void stop_timer(struct http *http)
{
    pthread_mutex_lock(&http->lock);
    http->timer_stop = true;
    pthread_cond_signal(&http->timer_wake);
    pthread_mutex_unlock(&http->lock);
    pthread_join(http->timer, NULL);
}

static void free_http(struct http *http)
{
    pthread_cond_destroy(&http->timer_wake);
    pthread_mutex_destroy(&http->lock);
    fetcher_free(http->fetcher);
    mem_free(http);
}

static void stop_daemons(struct http *http)
{
    for (size_t i = 0; i < http->n_doors; i++)
        MHD_stop_daemon(http->doors[i].daemon);
}

struct http *http_start(struct server *server, const struct listener *listeners, size_t n,
                        const struct http_limits *limits)
{
    struct http *http = mem_alloc(sizeof *http);
    http->server = server;
    http->fetcher = fetcher_new(server);
    http->limits = *limits;
    init_timer(http);
    for (size_t i = 0; i < n; i++) {
        struct door *door = &http->doors[i];
        *door = (struct door){
            .http = http, .fd = listeners[i].fd, .places = limits->connections / (unsigned)n};
        door->daemon = start_daemon(door, i == 0);
        if (!door->daemon)
            break;
        http->n_doors++;
    }
    if (http->n_doors < n || pthread_create(&http->timer, NULL, run_timer, http) != 0) {
        stop_daemons(http);
        listen_close(listeners + http->n_doors, n - http->n_doors);
        free_http(http);
        return NULL;
    }
    return http;
}

static bool is_busy(struct http *http)
{
    bool busy = false;
    pthread_mutex_lock(&http->lock);
    for (struct connection *c = http->connections; c && !busy; c = c->next) {
        int state = atomic_load_explicit(&c->state, memory_order_acquire);
        busy = state != IDLE;
    }
    pthread_mutex_unlock(&http->lock);
    return busy;
}

/*
 * MHD_quiesce_daemon is for this, but both it and the threads may take the socket out of their
 * epoll, and who comes second aborts the program. A socket that is shut down keeps the threads
 * awake, which does no harm for so short a time.
 */
static void refuse_connections(struct http *http)
{
    for (size_t i = 0; i < http->n_doors; i++)
        shutdown(http->doors[i].fd, SHUT_RDWR);
}

void http_stop(struct http *http)
{
    if (!http)
        return;
    atomic_store(&http->stopping, true);
    refuse_connections(http);
    int64_t end = clock_monotonic_ms() + (int64_t)http->limits.stop_seconds * 1000;
    /* Twice in a row: what had arrived but was not yet read is seen the second time. */
    for (int quiet = 0; quiet < 2 && clock_monotonic_ms() < end;) {
        quiet = is_busy(http) ? 0 : quiet + 1;
        nanosleep(&(struct timespec){.tv_nsec = STOP_POLL_MS * 1000000L}, NULL);
    }
    fetcher_stop(http->fetcher);
    stop_daemons(http);
    stop_timer(http);
    free_http(http);
}
