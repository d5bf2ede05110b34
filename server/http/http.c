/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http/http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "err.h"
#include "server/api/pipeline.h"
#include "server/http/connections.h"
#include "server/http/head.h"
#include "server/http/places.h"
#include "server/http/streams.h"
#include "server/http/turns.h"
#include "server/server.h"

enum {
    THREAD_CONNECTIONS = 8,        /* at least: libmicrohttpd gives each thread its part of them */
    CONNECTION_MEMORY = 16 * 1024, /* cleared for each request: not a byte too much */
    HEADER_ENTRY = 64,             /* what a header takes of it besides its text */
    ANSWER_HEAD = 2048,            /* what the head of an answer may take of it */
    FIRST_HEADERS = 16,
    FIRST_BODY = 8 * 1024,  /* room made for a body when only its size is known */
    SHOWN_BODY = 64 * 1024, /* of it that has come, before there is room for all of it */
    STOP_POLL_MS = 5,
};

const struct http_limits http_default_limits = {
    .idle_seconds = 65,
    .request_seconds = 60,
    .stop_seconds = 5,
    .body_bytes = 1024 * 1024,
    .memory_bytes = 256 * 1024 * 1024,
};

/* A socket that connections come from, and what serves them. */
struct http_listener {
    struct http *http;
    struct MHD_Daemon *daemon;
    int fd;
};

/*
 * Lives as long as its connection and is used again for each request on it. All of it but its
 * base belongs to the thread that serves the connection, or to the one that has the flow.
 */
struct http_connection {
    struct connection base; /* the first member, so that a connection leads here */
    struct http *http;
    struct MHD_Connection *mhd;
    pthread_t thread; /* that serves it */
    bool loopback;    /* the client connected to a loopback address */
    char peer[INET6_ADDRSTRLEN];

    struct arena arena;
    struct request rq;
    struct str host; /* of an absolute target */
    struct head head;
    struct request_header *headers;
    size_t headers_size;
    struct buf body;
    struct flow *flow; /* the request on its way; NULL: not run yet, or answered */
    bool seen;         /* the access handler has been called for this request */
    int refused;       /* an enum err: why the request is not run; OK: it is */

    bool ended;                  /* the request: what is below says how */
    struct MHD_Response *answer; /* not yet sent; NULL: there is none */
    size_t answer_size;          /* of its body */
    unsigned status;
    bool streams; /* the answer has no end yet */
};

struct http {
    struct server *server;
    struct places *places;
    struct streams *streams;
    struct http_limits limits;
    struct http_listener listeners[LISTEN_MAX];
    size_t n_listeners;

    struct connections connections;

    _Atomic bool stopping;
    pthread_mutex_t lock; /* guards `timer_stop` */
    bool timer_stop;
    pthread_cond_t timer_wake;
    pthread_t timer;
};

/* To be called when the arena may have grown or shrunk. ANSWER: bytes held besides. */
static bool hold(struct http_connection *c, size_t answer)
{
    return connections_hold(&c->http->connections, &c->base, c->arena.total + answer);
}

static void connection_opened(struct http_listener *listener, struct MHD_Connection *mhd,
                              void **socket_context)
{
    struct http *http = listener->http;
    struct http_connection *c = mem_alloc(sizeof *c);
    c->http = http;
    c->mhd = mhd;
    c->thread = pthread_self();
    int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    c->loopback = listen_is_local(fd);
    listen_host(MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
                c->peer);
    arena_init(&c->arena);
    connections_add(&http->connections, &c->base, (unsigned)(listener - http->listeners), fd);
    *socket_context = c;
}

static void connection_closed(struct http_connection *c)
{
    connections_remove(&c->http->connections, &c->base);
    arena_done(&c->arena);
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
    struct http_connection *c =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    connection_enter(&c->base, CONNECTION_RECEIVING);
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
    c->flow = NULL;
    c->seen = false;
    c->ended = false;
    c->streams = false;
    c->refused = OK;
    return c;
}

/* libmicrohttpd shall leave escapes alone: signatures are made over what was sent. */
static size_t on_unescape(void *cls UNUSED, struct MHD_Connection *mhd UNUSED, char *text)
{
    return strlen(text);
}

static void drop_answer(struct http_connection *c)
{
    if (c->answer)
        MHD_destroy_response(c->answer);
    c->answer = NULL;
}

static void on_completed(void *cls UNUSED, struct MHD_Connection *mhd UNUSED, void **req_cls,
                         enum MHD_RequestTerminationCode how UNUSED)
{
    struct http_connection *c = *req_cls;
    if (c->flow)
        pipeline_abandon(c->flow);
    c->flow = NULL;
    drop_answer(c);
    arena_reset(&c->arena);
    hold(c, 0);
    connection_enter(&c->base, CONNECTION_IDLE);
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind UNUSED, const char *name,
                                 size_t name_size, const char *value, size_t value_size)
{
    struct http_connection *c = cls;
    if (c->rq.n_headers == c->headers_size) {
        size_t size = c->headers_size * sizeof *c->headers;
        c->headers = arena_grow(&c->arena, c->headers, size, 2 * size);
        c->headers_size *= 2;
    }
    struct request_header *header = &c->headers[c->rq.n_headers++];
    header->name = (struct str){name, name_size};
    header->value = head_add(&c->head, header->name, (struct str){value, value_size});
    return MHD_YES;
}

static bool head_is_malformed(const struct http_connection *c, const char *end)
{
    bool path = c->rq.path.n > 0 && c->rq.path.p[0] == '/';
    return !head_end(&c->head, end) || (!path && !str_is(c->rq.path, "*")) ||
           (c->host.p && !str_eq_fold(c->host, c->head.host));
}

/* Notes why the request is refused, if that is clear without its body. */
static void read_head(struct http_connection *c, struct MHD_Connection *mhd, size_t size,
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
    else
        buf_reserve(&c->body, length < FIRST_BODY ? length : FIRST_BODY);
    hold(c, 0);
}

static bool answer_fits(const struct http_connection *c, size_t head_size)
{
    return head_size + c->rq.n_headers * HEADER_ENTRY + ANSWER_HEAD <= CONNECTION_MEMORY;
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
    pthread_mutex_lock(&http->connections.lock);
    for (struct connection *base = http->connections.first; base; base = base->next) {
        struct http_connection *c = (struct http_connection *)base;
        struct str text;
        if (pthread_equal(c->thread, pthread_self()) &&
            atomic_load(&base->state) == CONNECTION_RECEIVING &&
            MHD_lookup_connection_value_n(c->mhd, MHD_HEADER_KIND, name, sizeof name - 1, &text.p,
                                          &text.n) == MHD_YES)
            connection_turn_away(&c->base, head_length_refusal(text));
    }
    pthread_mutex_unlock(&http->connections.lock);
}

/* Without its headers; or NULL. */
static struct MHD_Response *make_body(struct http_connection *c, const struct response *rs)
{
    /* The interface lacks a const; nothing is written to what is copied. */
    void *body = (void *)(uintptr_t)rs->body.p;
    if (rs->stream)
        return streams_add(c->http->streams, c->mhd, &c->base, rs->stream);
    return MHD_create_response_from_buffer(rs->body.n, body, MHD_RESPMEM_MUST_COPY);
}

static struct MHD_Response *make_response(struct http_connection *c, const struct response *rs)
{
    struct MHD_Response *response = make_body(c, rs);
    if (!response)
        return NULL;
    bool good = true;
    for (size_t i = 0; i < rs->n_headers; i++) {
        const struct response_header *header = &rs->headers[i];
        good &= MHD_add_response_header(response, header->name, header->value) == MHD_YES;
    }
    if (!good) { /* rather no answer than one without a header */
        MHD_destroy_response(response);
        return NULL;
    }
    if (rs->stream || atomic_load_explicit(&c->http->stopping, memory_order_relaxed))
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    return response;
}

static const char *refusal(const struct http_connection *c, struct arena *a)
{
    if (c->refused == ERR_REQUEST_TOO_LARGE)
        return arena_printf(a, "The body of the request exceeds %zu bytes.",
                            c->http->limits.body_bytes);
    if (c->refused == ERR_SERVICE_UNAVAILABLE)
        return "The requests being served take up too much memory.";
    return "The headers of the request are malformed.";
}

/* Of all that the request took, nothing but the answer is kept while the client reads it. What is
   large is copied and given back in the thread that made it. */
static void end(struct http_connection *c, const struct response *rs)
{
    struct response refused = {.arena = &c->arena};
    c->answer = make_response(c, rs);
    if (!c->answer && rs->stream) {
        c->refused = ERR_SERVICE_UNAVAILABLE;
        pipeline_refuse(c->http->server, &c->rq, c->refused, "Too many streams are open.",
                        &refused);
        rs = &refused;
        c->answer = make_response(c, rs);
    }
    c->answer_size = rs->body.n;
    c->status = (unsigned)rs->status;
    c->streams = rs->stream;
    c->ended = true;
    struct flow *rest = c->flow ? c->flow->rest : NULL; /* goes on without the connection */
    c->flow = NULL;
    c->rq = (struct request){.n_headers = 0};
    arena_reset(&c->arena);
    if (rest)
        places_take(c->http->places, rest, pipeline_place(rest));
}

static void refuse(struct http_connection *c)
{
    struct response rs = {.arena = &c->arena};
    pipeline_refuse(c->http->server, &c->rq, c->refused, refusal(c, &c->arena), &rs);
    end(c, &rs);
}

/* A long body comes in many pieces. Room for it is made once; and between two pieces others have
   the processor, since the system lets a thread that runs already go on for milliseconds. */
static void give_way(struct http_connection *c)
{
    if (c->body.n < SHOWN_BODY)
        return;
    if (c->head.content_length > c->body.n)
        buf_reserve(&c->body, c->head.content_length - c->body.n + 1);
    sched_yield();
}

static void take_body(struct http_connection *c, const char *data, size_t n)
{
    if (c->refused != OK)
        return;
    if (n > c->http->limits.body_bytes - c->body.n)
        c->refused = ERR_REQUEST_TOO_LARGE;
    else
        buf_add(&c->body, (struct str){data, n});
    give_way(c);
    if (!hold(c, 0))
        c->refused = ERR_SERVICE_UNAVAILABLE;
    if (c->refused == OK)
        return;
    /* It will not be run. The rest has to be waited for all the same. */
    refuse(c);
    hold(c, 0);
}

static enum MHD_Result send_answer(struct http_connection *c, struct MHD_Connection *mhd)
{
    if (!c->answer)
        return MHD_NO;
    if (c->streams) /* without a limit of time, that of libmicrohttpd included */
        MHD_set_connection_option(mhd, MHD_CONNECTION_OPTION_TIMEOUT, 0U);
    connection_enter(&c->base, c->streams ? CONNECTION_STREAMING : CONNECTION_SENDING);
    if (!hold(c, c->answer_size) && c->refused == OK) {
        drop_answer(c);
        c->refused = ERR_SERVICE_UNAVAILABLE;
        refuse(c);
        return send_answer(c, mhd);
    }
    enum MHD_Result result = MHD_queue_response(mhd, c->status, c->answer);
    drop_answer(c);
    return result;
}

static void resume(struct flow *f)
{
    struct http_connection *c = f->owner;
    if (pipeline_place(f) == PLACE_DONE)
        end(c, &f->response);
    MHD_resume_connection(c->mhd);
}

/* Goes on with a request that may have been elsewhere. */
static enum MHD_Result serve(struct http_connection *c, struct MHD_Connection *mhd)
{
    struct flow *f = c->flow;
    enum place next = pipeline_go_on(f, PLACE_SERVE);
    if (next == PLACE_DONE) {
        end(c, &f->response);
        return send_answer(c, mhd);
    }
    f->owner = c;
    hold(c, 0);
    MHD_suspend_connection(mhd);
    places_take(c->http->places, f, next);
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
    struct http_connection *c = *req_cls;
    /* The answer came while the daemon ends: it was dropped, and is asked for again. */
    int state = atomic_load_explicit(&c->base.state, memory_order_relaxed);
    if (state == CONNECTION_SENDING || state == CONNECTION_STREAMING)
        return MHD_NO;
    if (!c->seen) {
        c->seen = true;
        size_t head_size =
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
        read_head(c, mhd, head_size, method, version);
        if (!answer_fits(c, head_size)) {
            /* libmicrohttpd would close without a word. */
            connection_turn_away(&c->base, "431 Request Header Fields Too Large");
            return MHD_NO;
        }
        if (c->refused == OK)
            return MHD_YES;
        refuse(c);
        return send_answer(c, mhd);
    }
    if (*size > 0) {
        take_body(c, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (c->ended)
        return send_answer(c, mhd);
    if (!c->flow) {
        connection_enter(&c->base, CONNECTION_RUNNING);
        c->rq.body = buf_str(&c->body);
        c->flow = pipeline_begin(c->http->server, &c->arena, &c->rq);
    }
    return serve(c, mhd);
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
        pthread_mutex_unlock(&http->lock);
        connections_tend(&http->connections);
        server_tick(http->server);
        pthread_mutex_lock(&http->lock);
    }
    pthread_mutex_unlock(&http->lock);
    return NULL;
}

/* Of the first listener; the others have one. 0 stands for it. */
static unsigned threads_of(const struct http *http, bool first)
{
    unsigned most = http->connections.per_listener / THREAD_CONNECTIONS;
    unsigned n = http->limits.threads < most ? http->limits.threads : most;
    return first && n > 1 ? n : 0;
}

static struct MHD_Daemon *start_daemon(struct http_listener *listener, bool first)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        on_request, NULL, MHD_OPTION_EXTERNAL_LOGGER, on_log, listener->http,
        MHD_OPTION_LISTEN_SOCKET, listener->fd, MHD_OPTION_THREAD_POOL_SIZE,
        threads_of(listener->http, first), MHD_OPTION_CONNECTION_LIMIT,
        listener->http->connections.per_listener, MHD_OPTION_CONNECTION_TIMEOUT,
        listener->http->limits.idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, listener, MHD_OPTION_URI_LOG_CALLBACK,
        on_target, NULL, MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL,
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
    connections_done(&http->connections);
    places_free(http->places);
    streams_free(http->streams);
    mem_free(http);
}

static void stop_daemons(struct http *http)
{
    for (size_t i = 0; i < http->n_listeners; i++)
        MHD_stop_daemon(http->listeners[i].daemon);
}

struct http *http_start(struct server *server, const struct listener *listeners, size_t n,
                        const struct http_limits *limits)
{
    struct http *http = mem_alloc(sizeof *http);
    http->server = server;
    http->places = places_new(limits->threads, resume);
    http->streams = streams_new();
    http->limits = *limits;
    connections_init(&http->connections, limits, n);
    init_timer(http);
    turns_answer();
    for (size_t i = 0; i < n; i++) {
        struct http_listener *listener = &http->listeners[i];
        *listener = (struct http_listener){.http = http, .fd = listeners[i].fd};
        listener->daemon = start_daemon(listener, i == 0);
        if (!listener->daemon)
            break;
        http->n_listeners++;
    }
    if (http->n_listeners < n || pthread_create(&http->timer, NULL, run_timer, http) != 0) {
        stop_daemons(http);
        listen_close(listeners + http->n_listeners, n - http->n_listeners);
        free_http(http);
        return NULL;
    }
    return http;
}

/*
 * MHD_quiesce_daemon is for this, but both it and the threads may take the socket out of their
 * epoll, and who comes second aborts the program. A socket that is shut down keeps the threads
 * awake, which does no harm for so short a time.
 */
static void refuse_connections(struct http *http)
{
    for (size_t i = 0; i < http->n_listeners; i++)
        shutdown(http->listeners[i].fd, SHUT_RDWR);
}

void http_stop(struct http *http)
{
    if (!http)
        return;
    atomic_store(&http->stopping, true);
    refuse_connections(http);
    streams_stop(http->streams);
    int64_t patience = (int64_t)http->limits.stop_seconds * 1000;
    int64_t now = clock_monotonic_ms(), end = now + patience;
    /* Twice in a row: what had arrived but was not yet read is seen the second time. */
    for (int quiet = 0; quiet < 2 && now < end; now = clock_monotonic_ms()) {
        quiet = connections_busy(&http->connections) ? 0 : quiet + 1;
        if (end - now < patience / 2)
            server_stop(http->server);
        nanosleep(&(struct timespec){.tv_nsec = STOP_POLL_MS * 1000000L}, NULL);
    }
    server_stop(http->server); /* nobody waits for what goes on after its answer */
    places_stop(http->places);
    stop_daemons(http);
    stop_timer(http);
    free_http(http);
}
