/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time from exec of a server to its first whole answer. Starts the server, tries to connect every
 * 50 us, sends the first request of a replay file and waits for an answer that is not 5xx; then
 * SIGTERM, and SIGKILL after three seconds. One line of JSON per run, then the medians.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/tool.h"

enum { RUNS_MAX = 100, NS_PER_MS = 1000000, STOP_MS = 3000 };

static const char usage[] =
    "usage: firstanswer -p PORT -f FILE [-r RUNS] [-t TIMEOUT_MS] -- SERVER ARGUMENT...";

struct options {
    const char *file;
    int64_t port, runs, timeout_ms;
    char **server;
};

struct times {
    double listen_ms, answer_ms, stop_ms;
    double rss_kib;
};

static double ms_since(uint64_t start)
{
    return (double)(tool_now_ns() - start) / NS_PER_MS;
}

static void pause_us(long us)
{
    nanosleep(&(struct timespec){.tv_nsec = us * 1000}, NULL);
}

static pid_t start_server(char **command)
{
    pid_t pid = fork();
    if (pid < 0)
        tool_die("fork: %s", strerror(errno));
    if (pid > 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* it shall not outlive a tool that is interrupted */
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    execvp(command[0], command);
    _exit(127);
}

/* Returns true when the server gave an answer; *LISTENING when it took the connection. */
static bool try_request(int64_t port, struct str request, bool *listening)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval patience = {.tv_sec = 30};
    char answer[4096];
    bool answered = false;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        tool_die("socket: %s", strerror(errno));
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
        *listening = true;
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        answered = send(fd, request.p, request.n, MSG_NOSIGNAL) == (ssize_t)request.n &&
                   recv(fd, answer, sizeof answer, 0) > 12 && answer[9] != '5';
    }
    close(fd);
    return answered;
}

static double stop_server(pid_t pid)
{
    uint64_t start = tool_now_ns();
    kill(pid, SIGTERM);
    while (ms_since(start) < STOP_MS) {
        if (waitpid(pid, NULL, WNOHANG) == pid)
            return ms_since(start);
        pause_us(200);
    }
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return ms_since(start);
}

static struct times measure(const struct options *o, struct str request)
{
    struct times t = {.listen_ms = 0};
    bool listening = false, answered = false;
    uint64_t start = tool_now_ns();
    pid_t pid = start_server(o->server);
    prctl(PR_SET_TIMERSLACK, 1UL); /* or each pause is twice as long */
    while (!answered && ms_since(start) < (double)o->timeout_ms) {
        answered = try_request(o->port, request, &listening);
        if (listening && t.listen_ms == 0)
            t.listen_ms = ms_since(start);
        if (answered)
            break;
        if (waitpid(pid, NULL, WNOHANG) == pid)
            tool_die("%s: ended before it answered", o->server[0]);
        pause_us(50);
    }
    t.answer_ms = ms_since(start);
    prctl(PR_SET_TIMERSLACK, 0UL); /* the usual one, which the next server shall have */
    t.rss_kib = (double)tool_resident_kib(pid);
    t.stop_ms = stop_server(pid);
    if (!answered)
        tool_die("%s: no answer", o->server[0]);
    return t;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, compare);
    return v[n / 2];
}

static struct options read_options(int argc, char **argv)
{
    struct options o = {.port = 4566, .runs = 5, .timeout_ms = 60000};
    for (int option; (option = getopt(argc, argv, "+p:f:r:t:")) != -1;) {
        if (option == 'p')
            o.port = tool_number(optarg);
        else if (option == 'f')
            o.file = optarg;
        else if (option == 'r')
            o.runs = tool_number(optarg);
        else if (option == 't')
            o.timeout_ms = tool_number(optarg);
        else
            tool_die("%s", usage);
    }
    o.server = argv + optind;
    if (!o.file || !o.server[0] || o.runs < 1 || o.runs > RUNS_MAX)
        tool_die("%s", usage);
    return o;
}

int main(int argc, char **argv)
{
    struct options o = read_options(argc, argv);
    struct tool_records records = tool_read_records(o.file);
    double listen_ms[RUNS_MAX], answer_ms[RUNS_MAX], rss_kib[RUNS_MAX], stop_ms[RUNS_MAX];
    size_t n = 0;
    for (; n < (size_t)o.runs; n++) {
        struct times t = measure(&o, records.v[0]);
        printf("{\"run\":%zu,\"listen_ms\":%.2f,\"answer_ms\":%.2f,\"rss_kib\":%.0f,"
               "\"stop_ms\":%.1f}\n",
               n, t.listen_ms, t.answer_ms, t.rss_kib, t.stop_ms);
        listen_ms[n] = t.listen_ms;
        answer_ms[n] = t.answer_ms;
        rss_kib[n] = t.rss_kib;
        stop_ms[n] = t.stop_ms;
    }
    printf("{\"runs\":%zu,\"listen_ms\":%.2f,\"answer_ms\":%.2f,\"rss_kib\":%.0f,"
           "\"stop_ms\":%.1f}\n",
           n, median(listen_ms, n), median(answer_ms, n), median(rss_kib, n), median(stop_ms, n));
    tool_free_records(&records);
    return 0;
}
