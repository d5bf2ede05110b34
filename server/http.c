/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "err.h"
#include "server/pipeline.h"
#include "server/server.h"

enum {
    POOL_THREADS = 2,              /* of the first listener; the others have one */
    CONNECTION_MEMORY = 16 * 1024, /* cleared for each request: not a byte too much */
    FIRST_HEADERS = 16,
    STOP_POLL_MS = 5,
    ABANDONED_SECONDS = 2, /* before a silent connection is looked at more closely */
};

const struct http_limits http_default_limits = {
    .idle_seconds = 65,
    .request_seconds = 60,
    .stop_seconds = 5,
    .body_bytes = 1024 * 1024,
};

enum connection_state {
    FRESH,     /* nothing has been asked yet */
    RECEIVING, /* the first line of a request is there */
    ANSWERING, /* the whole request is there; until the end of the answer */
    IDLE,      /* between two requests */
};

/*
 * Lives as long as its connection and is used again for each request on it. All of it belongs to
 * the thread that serves the connection, but for the state and what links it into the list.
 */
struct connection {
    struct http *http;
    struct connection *prev, *next;
    int fd;
    _Atomic int state;      /* enum connection_state */
    _Atomic unsigned since; /* when the state began, by http->seconds */
    bool loopback;          /* the client connected to a loopback address */
    char peer[INET6_ADDRSTRLEN];

    struct arena arena;
    struct request rq;
    struct request_header *headers;
    size_t headers_size;
    struct buf body;
    bool seen;      /* the access handler has been called for this request */
    bool too_large; /* more body than the limit has arrived */
    bool malformed; /* the framing of the request cannot be trusted */
    bool has_host, has_length, has_encoding;
    size_t content_length;
};

struct http {
    struct server *server;
    struct http_limits limits;
    struct MHD_Daemon *daemons[LISTEN_MAX];
    size_t n_daemons;

    _Atomic bool stopping;
    _Atomic unsigned seconds; /* counted by the timer; cheaper than a look at the clock */

    pthread_mutex_t lock; /* guards the list and `timer_stop` */
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

static bool is_loopback(int fd)
{
    struct listen_address local = {.optional = false};
    socklen_t size = sizeof local.v6;
    return getsockname(fd, &local.any, &size) == 0 && listen_is_loopback(&local);
}

static void connection_opened(struct http *http, struct MHD_Connection *mhd, void **socket_context)
{
    struct connection *c = mem_alloc(sizeof *c);
    c->http = http;
    c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    c->loopback = is_loopback(c->fd);
    const struct sockaddr *peer =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    if (peer->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, peer, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, c->peer, sizeof c->peer);
    } else {
        struct sockaddr_in v4;
        memcpy(&v4, peer, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, c->peer, sizeof c->peer);
    }
    arena_init(&c->arena);
    enter(c, FRESH);
    *socket_context = c;

    pthread_mutex_lock(&http->lock);
    c->next = http->connections;
    if (c->next)
        c->next->prev = c;
    http->connections = c;
    pthread_mutex_unlock(&http->lock);
}

static void connection_closed(struct http *http, struct connection *c)
{
    pthread_mutex_lock(&http->lock);
    if (c->next)
        c->next->prev = c->prev;
    if (c->prev)
        c->prev->next = c->next;
    else
        http->connections = c->next;
    pthread_mutex_unlock(&http->lock);
    arena_done(&c->arena);
    mem_free(c);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
                          enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        connection_opened(cls, mhd, socket_context);
    else
        connection_closed(cls, *socket_context);
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
    query.p = arena_strndup(&c->arena, query.p, query.n);
    struct str path = str_cut(&query, '?');
    c->rq = (struct request){
        .path = path, .query = query, .source_ip = c->peer, .loopback = c->loopback};
    c->headers_size = FIRST_HEADERS;
    c->headers = arena_alloc(&c->arena, FIRST_HEADERS * sizeof *c->headers);
    c->body = (struct buf){.arena = &c->arena};
    c->seen = c->too_large = c->malformed = false;
    c->has_host = c->has_length = c->has_encoding = false;
    c->content_length = 0;
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
    enter(c, IDLE);
}

/*
 * A value continued on a further line (obsolete line folding, RFC 9112 section 5.2) is taken
 * apart wrongly by libmicrohttpd: the name moves to a copy and the value stays. Otherwise the
 * value follows the name, the colon and blanks.
 */
static bool is_folded(struct str name, struct str value)
{
    uintptr_t p = (uintptr_t)(name.p + name.n) + 1;
    uintptr_t end = (uintptr_t)value.p;
    if (end < p || end - p > CONNECTION_MEMORY)
        return true;
    for (const char *blank = name.p + name.n + 1; blank < value.p; blank++) {
        if (*blank != ' ' && *blank != '\t')
            return true;
    }
    return false;
}

/* Notes what decides where the body ends and which server is meant. */
static void note_framing(struct connection *c, struct str name, struct str value)
{
    int64_t length = 0;
    if (str_eq_fold(name, STR("host"))) {
        c->malformed |= c->has_host;
        c->has_host = true;
    } else if (str_eq_fold(name, STR("content-length"))) {
        c->malformed |= c->has_length || !str_to_int64(value, &length);
        c->has_length = true;
        c->content_length = (size_t)length;
    } else if (str_eq_fold(name, STR("transfer-encoding"))) {
        c->malformed |= c->has_encoding || !str_eq_fold(value, STR("chunked"));
        c->has_encoding = true;
    }
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
    struct request_header header = {{name, name_size}, {value ? value : "", value_size}};
    c->malformed |= value && is_folded(header.name, header.value);
    header.value = str_trim(header.value);
    note_framing(c, header.name, header.value);
    c->headers[c->rq.n_headers++] = header;
    return MHD_YES;
}

static void read_head(struct connection *c, struct MHD_Connection *mhd, const char *method)
{
    c->rq.method = str_of(method);
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, on_header, c);
    c->rq.headers = c->headers;
    c->malformed |= !c->has_host || (c->has_length && c->has_encoding);
    c->too_large = c->content_length > c->http->limits.body_bytes;
    if (!c->malformed && !c->too_large)
        buf_reserve(&c->body, c->content_length);
}

static void take_body(struct connection *c, const char *data, size_t n)
{
    c->too_large |= n > c->http->limits.body_bytes - c->body.n;
    if (!c->too_large)
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

static enum MHD_Result refuse(struct connection *c, struct MHD_Connection *mhd)
{
    struct response rs = {.status = 0};
    int code = c->malformed ? ERR_MALFORMED_INPUT : ERR_REQUEST_TOO_LARGE;
    const char *message =
        c->malformed ? "The headers of the request are malformed."
                     : arena_printf(&c->arena, "The body of the request exceeds %zu bytes.",
                                    c->http->limits.body_bytes);
    pipeline_refuse(c->http->server, &c->arena, code, message, &rs);
    return send_response(c, mhd, &rs);
}

/*
 * Called when the headers are there, for each piece of the body, and at its end. An answer given
 * in the first call closes the connection, which costs clients a new one: only requests after
 * which the place of the next one is in doubt, or whose body is unwelcome, are answered there.
 */
/* NOLINTNEXTLINE(readability-function-size): the parameters are libmicrohttpd's */
static enum MHD_Result on_request(void *cls UNUSED, struct MHD_Connection *mhd,
                                  const char *url UNUSED, const char *method,
                                  const char *version UNUSED, const char *data, size_t *size,
                                  void **req_cls)
{
    struct connection *c = *req_cls;
    if (!c->seen) {
        c->seen = true;
        read_head(c, mhd, method);
        return c->malformed || c->too_large ? refuse(c, mhd) : MHD_YES;
    }
    if (*size > 0) {
        take_body(c, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (c->too_large)
        return refuse(c, mhd);
    atomic_store_explicit(&c->state, ANSWERING, memory_order_relaxed);
    c->rq.body = buf_str(&c->body);
    struct response rs = {.status = 0};
    pipeline_run(c->http->server, &c->arena, &c->rq, &rs);
    return send_response(c, mhd, &rs);
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

/* libmicrohttpd only ends idle connections; those that are slow or abandoned are ended here. */
static void end_overdue(struct http *http)
{
    unsigned now = atomic_load_explicit(&http->seconds, memory_order_relaxed);
    for (struct connection *c = http->connections; c; c = c->next) {
        int state = atomic_load_explicit(&c->state, memory_order_acquire);
        unsigned age = now - atomic_load_explicit(&c->since, memory_order_relaxed);
        bool overdue = state != IDLE && age > http->limits.request_seconds;
        if (overdue || (state == RECEIVING && age >= ABANDONED_SECONDS && is_abandoned(c)))
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

static struct MHD_Daemon *start_daemon(struct http *http, int fd, bool first, unsigned connections)
{
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, 0, NULL, NULL, on_request,
                            http, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE,
                            first ? (unsigned)POOL_THREADS : 0U, MHD_OPTION_CONNECTION_LIMIT,
                            connections, MHD_OPTION_CONNECTION_TIMEOUT, http->limits.idle_seconds,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
                            MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_NOTIFY_CONNECTION,
                            on_connection, http, MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL,
                            MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL,
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_END);
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
    mem_free(http);
}

static void stop_daemons(struct http *http)
{
    for (size_t i = 0; i < http->n_daemons; i++)
        MHD_stop_daemon(http->daemons[i]);
}

struct http *http_start(struct server *server, const struct listener *listeners, size_t n,
                        const struct http_limits *limits)
{
    struct http *http = mem_alloc(sizeof *http);
    http->server = server;
    http->limits = *limits;
    init_timer(http);
    unsigned connections = limits->connections / (unsigned)n;
    for (size_t i = 0; i < n; i++) {
        struct MHD_Daemon *daemon = start_daemon(http, listeners[i].fd, i == 0, connections);
        if (!daemon)
            break;
        http->daemons[http->n_daemons++] = daemon;
    }
    if (http->n_daemons < n || pthread_create(&http->timer, NULL, run_timer, http) != 0) {
        stop_daemons(http);
        listen_close(listeners + http->n_daemons, n - http->n_daemons);
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
        busy = state == RECEIVING || state == ANSWERING;
    }
    pthread_mutex_unlock(&http->lock);
    return busy;
}

void http_stop(struct http *http)
{
    if (!http)
        return;
    atomic_store(&http->stopping, true);
    for (size_t i = 0; i < http->n_daemons; i++)
        close(MHD_quiesce_daemon(http->daemons[i]));
    int64_t end = clock_monotonic_ms() + (int64_t)http->limits.stop_seconds * 1000;
    /* Twice in a row: what had arrived but was not yet read is seen the second time. */
    for (int quiet = 0; quiet < 2 && clock_monotonic_ms() < end;) {
        quiet = is_busy(http) ? 0 : quiet + 1;
        nanosleep(&(struct timespec){.tv_nsec = STOP_POLL_MS * 1000000L}, NULL);
    }
    stop_daemons(http);
    stop_timer(http);
    free_http(http);
}
