/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays a file of requests over keep-alive connections. In a closed loop each connection sends
 * its next request when the answer to the last one is whole. In an open loop (-R) each has a
 * request due at regular times, and sends what became due meanwhile right after the answer it
 * waited for. One thread, epoll, IPv4. Prints one line of JSON. Exit: 1 when any answer had another
 * status than wanted, lacked the expected text or did not come. Latency is from when a request was
 * due, or from the start of sending in a closed loop (of connecting, where the server closed the
 * connection), to the last byte of the answer. SIGTERM ends the load, and not the report.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench/tool.h"

enum { EVENTS = 64, STALL_SECONDS = 20 };
#define NS_PER_SECOND 1000000000U

static const char usage[] =
    "usage: sigload -p PORT -f FILE [-c CONNECTIONS] [-n REQUESTS] [-d MILLISECONDS] [-1]\n"
    "               [-R RATE] [-w N] [-e TEXT] [-P PID] [-r] [-s]\n"
    "  -f  replay file of presign.py           -1  send each request once\n"
    "  -R  requests a second that are due, all connections together\n"
    "  -w  the first N answers are not timed   -e  every answer must contain TEXT\n"
    "  -P  the server, to measure its CPU      -r  every answer must be a 4xx, not a 2xx\n"
    "  -s  show the first answer on stderr";

struct options {
    const char *file, *expected;
    int64_t port, connections, requests, milliseconds, rate, warm_up, pid;
    bool once, refused, show;
};

struct answer {
    char *p;
    size_t n, cap;
    size_t whole; /* bytes of head and body; 0: head not complete yet */
    int status;
    bool last; /* the server will close the connection */
};

struct conn {
    int fd; /* -1: not connected */
    bool connecting, active;
    bool resting; /* until the next request is due */
    struct str unsent;
    struct answer answer;
    uint64_t started, due;
};

struct marks {
    uint64_t ns;
    double client_cpu, server_cpu;
};

struct load {
    struct options o;
    struct tool_records records;
    struct sockaddr_in address;
    int poll;
    size_t live; /* connections still at work */
    uint64_t end_ns;
    struct marks begin;
    uint64_t issued, done, ok, wrong_status, unexpected, errors, connects, bytes;
    uint32_t *latency;
    size_t n_latency, cap_latency;
};

static double client_cpu_seconds(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static struct marks take_marks(const struct load *l)
{
    return (struct marks){tool_now_ns(), client_cpu_seconds(), tool_cpu_seconds(l->o.pid)};
}

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

static bool is_over(const struct load *l, uint64_t at)
{
    uint64_t limit = (uint64_t)(l->o.requests + l->o.warm_up);
    return stopped || (l->o.requests && l->issued >= limit) ||
           (l->o.once && l->issued >= l->records.n) || (l->end_ns && at >= l->end_ns);
}

static void watch(const struct load *l, struct conn *c, uint32_t events, int operation)
{
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(l->poll, operation, c->fd, &event) != 0)
        tool_die("epoll_ctl: %s", strerror(errno));
}

static void open_conn(struct load *l, struct conn *c)
{
    int on = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        tool_die("socket: %s", strerror(errno));
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    l->connects++;
    c->connecting = true;
    if (connect(c->fd, (struct sockaddr *)&l->address, sizeof l->address) != 0 &&
        errno != EINPROGRESS)
        tool_die("connect: %s", strerror(errno));
    watch(l, c, EPOLLOUT | EPOLLIN, EPOLL_CTL_ADD);
}

static void close_conn(struct conn *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    c->connecting = false;
}

/* Errors show when the answer is read. */
static void send_more(const struct load *l, struct conn *c)
{
    while (c->unsent.n) {
        ssize_t n = send(c->fd, c->unsent.p, c->unsent.n, MSG_NOSIGNAL);
        if (n < 0) {
            if (errno == EAGAIN)
                watch(l, c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
            return;
        }
        c->unsent.p += n;
        c->unsent.n -= (size_t)n;
    }
}

static void begin_request(struct load *l, struct conn *c)
{
    uint64_t now = tool_now_ns();
    c->started = l->o.rate ? c->due : now;
    if (is_over(l, c->started)) {
        close_conn(c);
        c->active = false;
        l->live--;
        return;
    }
    c->resting = c->started > now;
    if (c->resting)
        return;
    if (l->o.rate)
        c->due += (uint64_t)l->o.connections * NS_PER_SECOND / (uint64_t)l->o.rate;
    c->unsent = l->records.v[l->issued++ % l->records.n];
    c->answer = (struct answer){.p = c->answer.p, .cap = c->answer.cap};
    if (c->fd < 0)
        open_conn(l, c);
    else
        send_more(l, c);
}

static void note_latency(struct load *l, uint64_t ns)
{
    if (l->n_latency == l->cap_latency) {
        l->cap_latency = l->cap_latency ? l->cap_latency * 2 : 65536;
        l->latency = mem_realloc(l->latency, l->cap_latency * sizeof *l->latency);
    }
    l->latency[l->n_latency++] = ns < UINT32_MAX ? (uint32_t)ns : UINT32_MAX;
}

static void end_request(struct load *l, struct conn *c)
{
    const struct answer *answer = &c->answer;
    const char *expected = l->o.expected;
    if (l->done == 0 && l->o.show)
        fprintf(stderr, "%.*s\n", (int)answer->n, answer->p);
    if (answer->status / 100 != (l->o.refused ? 4 : 2))
        l->wrong_status++;
    else if (expected && !memmem(answer->p, answer->n, expected, strlen(expected)))
        l->unexpected++;
    else
        l->ok++;
    if (l->done++ >= (uint64_t)l->o.warm_up) {
        l->bytes += answer->n;
        note_latency(l, tool_now_ns() - c->started);
    } else if (l->done == (uint64_t)l->o.warm_up) {
        l->begin = take_marks(l);
    }
    if (answer->last)
        close_conn(c);
    begin_request(l, c);
}

static void fail_request(struct load *l, struct conn *c)
{
    l->errors++;
    close_conn(c);
    begin_request(l, c);
}

/* False when the head is complete but does not say how long the body is. */
static bool read_head(struct answer *answer)
{
    const char *end = memmem(answer->p, answer->n, "\r\n\r\n", 4);
    int64_t value;
    if (!end)
        return true;
    struct str rest = {answer->p, (size_t)(end - answer->p) + 2};
    struct str status = str_cut(&rest, '\n');
    (void)str_cut(&status, ' ');
    answer->status = str_to_int64(str_cut(&status, ' '), &value) ? (int)value : 0;
    while (rest.n) {
        struct str line = str_cut(&rest, '\n'), name = str_cut(&line, ':');
        line = str_trim(str_cut(&line, '\r'));
        if (str_eq_fold(name, STR("content-length")) && str_to_int64(line, &value))
            answer->whole = (size_t)(end - answer->p) + 4 + (size_t)value;
        else if (str_eq_fold(name, STR("connection")))
            answer->last = str_eq_fold(line, STR("close"));
    }
    return answer->whole > 0;
}

static void receive_more(struct load *l, struct conn *c)
{
    struct answer *answer = &c->answer;
    for (;;) {
        if (answer->cap - answer->n < 4096) {
            answer->cap = answer->cap ? answer->cap * 2 : 16384;
            answer->p = mem_realloc(answer->p, answer->cap);
        }
        ssize_t n = recv(c->fd, answer->p + answer->n, answer->cap - answer->n, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n > 0)
            answer->n += (size_t)n;
        if (n <= 0 || (!answer->whole && !read_head(answer))) {
            fail_request(l, c);
            return;
        }
        if (answer->whole && answer->n >= answer->whole) {
            end_request(l, c);
            return;
        }
    }
}

static void on_event(struct load *l, struct conn *c, uint32_t events)
{
    if (!c->active || c->fd < 0)
        return;
    if (c->connecting && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error)
            tool_die("connect: %s", strerror(error));
        c->connecting = false;
    }
    if (events & EPOLLOUT) {
        watch(l, c, EPOLLIN, EPOLL_CTL_MOD);
        send_more(l, c);
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        receive_more(l, c);
}

/* Waits for answers, but no longer than until a connection that rests has something to send. */
static int wait_for_events(const struct load *l, const struct conn *conns,
                           struct epoll_event *events)
{
    uint64_t now = tool_now_ns(), until = now + (uint64_t)STALL_SECONDS * NS_PER_SECOND;
    bool resting = false;
    for (int64_t i = 0; l->o.rate && i < l->o.connections; i++) {
        if (!conns[i].active || !conns[i].resting)
            continue;
        resting = true;
        until = conns[i].due < until ? conns[i].due : until;
    }
    uint64_t ns = until > now ? until - now : 0;
    struct timespec timeout = {(time_t)(ns / NS_PER_SECOND), (long)(ns % NS_PER_SECOND)};
    int n = epoll_pwait2(l->poll, events, EVENTS, &timeout, NULL);
    if (n == 0 && !resting)
        tool_die("no answer for %d s", STALL_SECONDS);
    return n;
}

static void begin_due_requests(struct load *l, struct conn *conns)
{
    uint64_t now = tool_now_ns();
    for (int64_t i = 0; i < l->o.connections; i++) {
        if (conns[i].active && conns[i].resting && conns[i].due <= now)
            begin_request(l, &conns[i]);
    }
}

static void run(struct load *l)
{
    struct conn *conns = mem_alloc((size_t)l->o.connections * sizeof *conns);
    struct epoll_event events[EVENTS];
    l->poll = epoll_create1(EPOLL_CLOEXEC);
    l->begin = take_marks(l);
    if (l->o.milliseconds)
        l->end_ns = l->begin.ns + (uint64_t)l->o.milliseconds * 1000000U;
    for (int64_t i = 0; i < l->o.connections; i++) {
        conns[i] = (struct conn){.fd = -1, .active = true, .due = l->begin.ns};
        if (l->o.rate)
            conns[i].due += (uint64_t)i * NS_PER_SECOND / (uint64_t)l->o.rate;
        l->live++;
        begin_request(l, &conns[i]);
    }
    while (l->live) {
        int n = wait_for_events(l, conns, events);
        for (int i = 0; i < n; i++)
            on_event(l, events[i].data.ptr, events[i].events);
        begin_due_requests(l, conns);
    }
    for (int64_t i = 0; i < l->o.connections; i++)
        mem_free(conns[i].answer.p);
    mem_free(conns);
    close(l->poll);
}

static int compare_latency(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double latency_us(const struct load *l, double share)
{
    return l->n_latency ? l->latency[(size_t)(share * (double)(l->n_latency - 1))] / 1000.0 : 0;
}

static void report(struct load *l)
{
    struct marks end = take_marks(l);
    double seconds = (double)(end.ns - l->begin.ns) / 1e9;
    double n = l->n_latency ? (double)l->n_latency : 1;
    if (l->n_latency)
        qsort(l->latency, l->n_latency, sizeof *l->latency, compare_latency);
    printf("{\"requests\":%zu,\"ok\":%lu,\"wrong_status\":%lu,\"unexpected\":%lu,\"errors\":%lu,"
           "\"reconnects\":%lu,\"seconds\":%.3f,\"rate\":%.1f,",
           l->n_latency, l->ok, l->wrong_status, l->unexpected, l->errors,
           l->connects - (uint64_t)l->o.connections, seconds, (double)l->n_latency / seconds);
    printf("\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,",
           latency_us(l, .5), latency_us(l, .9), latency_us(l, .99), latency_us(l, .999),
           latency_us(l, 1));
    printf("\"bytes_per_answer\":%.0f,\"client_cpu_us\":%.2f,\"server_cpu_us\":%.2f,"
           "\"server_rss_kib\":%lld}\n",
           (double)l->bytes / n, (end.client_cpu - l->begin.client_cpu) * 1e6 / n,
           (end.server_cpu - l->begin.server_cpu) * 1e6 / n,
           (long long)tool_resident_kib(l->o.pid));
}

static struct options read_options(int argc, char **argv)
{
    struct options o = {.port = 4566, .connections = 1};
    for (int option; (option = getopt(argc, argv, "p:f:c:n:d:R:w:e:P:1rs")) != -1;) {
        if (option == 'f')
            o.file = optarg;
        else if (option == 'e')
            o.expected = optarg;
        else if (option == '1')
            o.once = true;
        else if (option == 'r')
            o.refused = true;
        else if (option == 's')
            o.show = true;
        else if (option == 'p')
            o.port = tool_number(optarg);
        else if (option == 'c')
            o.connections = tool_number(optarg);
        else if (option == 'n')
            o.requests = tool_number(optarg);
        else if (option == 'd')
            o.milliseconds = tool_number(optarg);
        else if (option == 'R')
            o.rate = tool_number(optarg);
        else if (option == 'w')
            o.warm_up = tool_number(optarg);
        else if (option == 'P')
            o.pid = tool_number(optarg);
        else
            tool_die("%s", usage);
    }
    if (!o.file || o.connections < 1 || !(o.requests || o.milliseconds || o.once))
        tool_die("%s", usage);
    return o;
}

int main(int argc, char **argv)
{
    struct load l = {.o = read_options(argc, argv)};
    prctl(PR_SET_TIMERSLACK, 1UL); /* requests go out when they are due */
    signal(SIGTERM, stop);
    l.records = tool_read_records(l.o.file);
    if (l.o.once && (uint64_t)l.o.connections > l.records.n)
        l.o.connections = (int64_t)l.records.n;
    l.address = (struct sockaddr_in){.sin_family = AF_INET,
                                     .sin_port = htons((uint16_t)l.o.port),
                                     .sin_addr = {htonl(INADDR_LOOPBACK)}};
    run(&l);
    report(&l);
    mem_free(l.latency);
    tool_free_records(&l.records);
    return l.errors || l.unexpected || l.wrong_status ? 1 : 0;
}
