/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http/http_box.h"

#include <check.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "err.h"
#include "server/api/pipeline.h"
#include "server/server.h"

struct http_box box;
static struct sandbox no_sandbox;
static struct server no_server = {.sandbox = &no_sandbox};

void server_tick(struct server *server UNUSED)
{
    atomic_fetch_add(&box.ticks, 1);
}

void server_stop(struct server *server UNUSED)
{
}

void pipeline_refuse(struct server *server UNUSED, const struct request *rq UNUSED, int code,
                     const char *message, struct response *ret)
{
    ret->status = code == ERR_REQUEST_TOO_LARGE ? 413 : code == ERR_SERVICE_UNAVAILABLE ? 503 : 400;
    ret->body = str_of(arena_strdup(ret->arena, message));
}

static bool starts(const struct flow *f, const char *path)
{
    return str_starts(f->call.rq->path, str_of(path));
}

void pipeline_fetch(struct flow *f, const _Atomic bool *stop)
{
    ck_assert(starts(f, "/wanting"));
    atomic_fetch_add(&box.fetches, 1);
    for (int ms = 0; ms < BOX_SLOW_MS && !atomic_load(stop); ms++)
        poll(NULL, 0, 1);
    atomic_store(&box.gave_up, atomic_load(stop));
}

void pipeline_fetched(struct flow *f)
{
    f->call.fetched = true;
}

static void answer_large(struct arena *arena, struct response *ret)
{
    char *text = arena_alloc(arena, BOX_LARGE);
    memset(text, 'x', BOX_LARGE);
    ret->status = 200;
    ret->body = (struct str){text, BOX_LARGE};
}

struct box_stream {
    struct response_stream base;
    int eaten;
};

static int64_t stream_read(struct response_stream *stream, char *to, size_t n)
{
    struct box_stream *s = (struct box_stream *)stream;
    if (s->eaten == atomic_load(&box.fed) || n == 0)
        return atomic_load(&box.over) ? -1 : 0;
    s->eaten++;
    *to = '.';
    return 1;
}

static void stream_free(struct response_stream *stream)
{
    atomic_fetch_sub(&box.streams, 1);
    mem_free(stream);
}

static void answer_stream(struct response *ret)
{
    struct box_stream *s = mem_alloc(sizeof *s);
    s->base = (struct response_stream){stream_read, stream_free};
    atomic_fetch_add(&box.streams, 1);
    ret->status = 200;
    ret->stream = &s->base;
}

static void echo(struct arena *arena, const struct request *rq, struct response *ret)
{
    struct buf b = buf_new(arena, 256);
    buf_printf(&b, "%.*s %.*s %s%.*s from %s body %zu", STR_FMT(rq->method), STR_FMT(rq->path),
               rq->query.p ? "?" : "", STR_FMT(rq->query), rq->source_ip, rq->body.n);
    if (rq->body.n < 64)
        buf_printf(&b, "=%.*s", STR_FMT(rq->body));
    for (size_t i = 0; i < rq->n_headers; i++)
        buf_printf(&b, " [%.*s=%.*s]", STR_FMT(rq->headers[i].name), STR_FMT(rq->headers[i].value));
    ret->status = 200;
    ret->body = buf_str(&b);
    static struct response_header headers[] = {{"X-Echo", "yes"}}, unsendable[] = {{"X", "a\nb"}};
    ret->headers = str_is(rq->path, "/unsendable") ? unsendable : headers;
    ret->n_headers = ARRAY_LEN(headers);
}

struct flow *pipeline_begin(struct server *server UNUSED, struct arena *a, const struct request *rq)
{
    struct flow *f = NEW(a, struct flow);
    f->call.arena = a;
    f->call.rq = rq;
    f->wants = starts(f, "/pool")      ? PLACE_POOL
               : starts(f, "/write")   ? PLACE_WRITE
               : starts(f, "/wanting") ? PLACE_FETCH
                                       : PLACE_SERVE;
    return f;
}

/* Answered at the place it wants; one that wants something fetched is answered where it is served,
   afterwards. */
enum place pipeline_place(const struct flow *f)
{
    if (f->job)
        return f->wants;
    return f->response.status ? PLACE_DONE : f->call.fetched ? PLACE_SERVE : f->wants;
}

static bool is_slow(struct str path)
{
    struct str end = STR("/slow");
    return path.n >= end.n && memcmp(path.p + path.n - end.n, end.p, end.n) == 0;
}

/* What is left to do, in some slices, by nobody's arena. */
static struct flow *leave_rest(void)
{
    static int job;
    struct flow *rest = mem_alloc(sizeof *rest);
    rest->wants = PLACE_POOL;
    rest->job = (struct job *)&job; /* which nothing looks into */
    return rest;
}

static void answer(struct flow *f)
{
    const struct request *rq = f->call.rq;
    if (str_is(rq->path, "/rest") || str_is(rq->path, "/pool/rest"))
        f->rest = leave_rest();
    atomic_fetch_add(&box.runs, 1);
    if (is_slow(rq->path))
        poll(NULL, 0, BOX_SLOW_MS);
    if (str_is(rq->path, "/stream"))
        answer_stream(&f->response);
    else if (str_is(rq->path, "/large"))
        answer_large(f->call.arena, &f->response);
    else
        echo(f->call.arena, rq, &f->response);
}

enum place pipeline_go_on(struct flow *f, enum place here)
{
    if (f->job) {
        f->wants = f->stage++ < BOX_SLICES ? PLACE_POOL : PLACE_DONE;
        return f->wants;
    }
    if (pipeline_place(f) == here && starts(f, "/pool/slices") && f->stage++ < BOX_SLICES)
        return here;
    if (pipeline_place(f) == here)
        answer(f);
    return pipeline_place(f);
}

void pipeline_write(struct flow *flows)
{
    atomic_fetch_add(&box.batches, 1);
    poll(NULL, 0, BOX_SLOW_MS / 3);
    for (struct flow *f = flows; f; f = f->next)
        answer(f);
}

bool pipeline_await(struct flow *f UNUSED)
{
    return false;
}

uint64_t pipeline_turn(const struct flow *f, enum place place)
{
    if (f->job)
        return 0;
    return (uint64_t)place + (place == PLACE_POOL ? str_hash(f->call.rq->query) : 0);
}

void pipeline_give_up(struct flow *f)
{
    f->response.status = 503;
    f->wants = PLACE_DONE; /* of a rest, which has no answer */
}

void pipeline_abandon(struct flow *f)
{
    if (!f->job)
        return;
    atomic_fetch_add(&box.rests, 1);
    mem_free(f);
}

struct http_limits box_limits(void)
{
    struct http_limits limits = http_default_limits;
    limits.threads = 2;
    limits.connections = 2000;
    limits.body_bytes = BOX_BODY;
    return limits;
}

void box_start(const char *listen, const struct http_limits *limits)
{
    struct listen_list list = {.n = 0};
    const char *message = NULL;
    arena_init(&box.arena);
    ck_assert(listen_parse(&list, str_of(listen)));
    int n = listen_open(&list, &box.arena, box.listeners, &message);
    ck_assert_int_ge(n, 1);
    box.n_listeners = (size_t)n;
    atomic_store(&box.fed, 0);
    atomic_store(&box.over, false);
    atomic_store(&box.fetches, 0);
    atomic_store(&box.runs, 0);
    atomic_store(&box.batches, 0);
    box.http = http_start(&no_server, box.listeners, box.n_listeners, limits);
    ck_assert_ptr_nonnull(box.http);
}

void box_stop(void)
{
    http_stop(box.http);
    box.http = NULL;
    arena_done(&box.arena);
}

int box_dial(size_t listener)
{
    const struct listen_address *address = &box.listeners[listener].address;
    int fd = socket(address->any.sa_family, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, &address->any, sizeof address->v6), 0);
    return fd;
}

void box_send(int fd, struct str text)
{
    while (text.n > 0) {
        ssize_t n = send(fd, text.p, text.n, MSG_NOSIGNAL);
        if (n <= 0) /* refused in the middle of a body */
            return;
        text = (struct str){text.p + n, text.n - (size_t)n};
    }
}

bool box_readable(int fd, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, timeout_ms) == 1;
}

char *box_receive(int fd, const char *end)
{
    char *text = NEW_ARRAY(&box.arena, char, BOX_ANSWER_MAX);
    size_t n = 0;
    while (n < BOX_ANSWER_MAX - 1 && !strstr(text, end)) {
        ck_assert_msg(box_readable(fd, 5000), "no answer; so far:\n%s", text);
        ssize_t more = recv(fd, text + n, BOX_ANSWER_MAX - 1 - n, 0);
        if (more <= 0)
            break;
        n += (size_t)more;
    }
    return text;
}

bool box_is_closed(int fd, int timeout_ms)
{
    char c;
    return box_readable(fd, timeout_ms) && recv(fd, &c, 1, 0) <= 0;
}

char *box_ask(const char *text, const char *end)
{
    int fd = box_dial(0);
    box_send(fd, str_of(text));
    char *answer = box_receive(fd, end);
    close(fd);
    return answer;
}
