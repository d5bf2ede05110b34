/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "server/cli/banner.h"
#include "server/cli/config.h"
#include "server/cli/decisions.h"
#include "server/cli/evaluate.h"
#include "server/cli/events.h"
#include "server/cli/health.h"
#include "server/cli/help.h"
#include "server/cli/lint.h"
#include "server/cli/org.h"
#include "server/cli/policy.h"
#include "server/cli/report.h"
#include "server/event_log.h"
#include "server/http/http.h"
#include "server/server.h"

enum {
    EXIT_USAGE = 2,
    /* Connections at a time; an idle one takes about 24 KiB. */
    CONNECTIONS_MAX = 8192,
    /* File descriptors for everything but connections. */
    FILES_RESERVED = 64,
    /* Bytes from which on memory goes back to the system as soon as it is free: more than a request
       takes at a time, whose pages would cost more than its reading if each got new ones. */
    MMAP_BYTES = 2 * 1024 * 1024,
    TRIM_BYTES = 4 * 1024 * 1024, /* and those free at the end of a thread's memory */
};

static int complain(const char *message, int status)
{
    fprintf(stderr, "iam-local: %s\n", message);
    return status;
}

static int print(struct arena *a, const char *text)
{
    if (fputs(text, stdout) != EOF && fflush(stdout) == 0)
        return EXIT_SUCCESS;
    return complain(arena_printf(a, "cannot write: %s", strerror(errno)), EXIT_FAILURE);
}

/* A socket or a database must not take the place of a standard file that was closed before. */
static void hold_standard_files(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC); /* writing fails as to a closed one */
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

static void out_of_memory(void)
{
    static const char line[] = "iam-local: out of memory\n";
    ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
    (void)written;
    _exit(EXIT_FAILURE);
}

/* Raises the soft limit of open files to the hard one; returns how many connections fit. */
static unsigned raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return CONNECTIONS_MAX;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur > CONNECTIONS_MAX + FILES_RESERVED)
        return CONNECTIONS_MAX;
    return limit.rlim_cur > 2 * FILES_RESERVED ? (unsigned)limit.rlim_cur - FILES_RESERVED
                                               : (unsigned)limit.rlim_cur / 2;
}

/* As many as there are processors for this program. Where there is one only, the other is for who
   would wait while a request is being served. */
static unsigned default_threads(void)
{
    cpu_set_t processors;
    bool known = sched_getaffinity(0, sizeof processors, &processors) == 0;
    int n = known ? CPU_COUNT(&processors) : (int)sysconf(_SC_NPROCESSORS_ONLN);
    return n < 2 ? 2 : n > CONFIG_THREADS_MAX ? CONFIG_THREADS_MAX : (unsigned)n;
}

static int complain_ready_file(struct arena *a, const char *file, int error)
{
    const char *why = error == EEXIST ? "it is there, and no regular file" : strerror(error);
    return complain(arena_printf(a, "cannot write the ready file %s: %s", file, why), EXIT_FAILURE);
}

/* Announces readiness, then waits for a signal to stop. */
static int wait_for_stop(struct arena *a, const struct server *server, const char *const *urls,
                         size_t n, const sigset_t *signals)
{
    const struct config *config = &server->config;
    int error = config->ready_file ? banner_write_ready_file(a, config->ready_file, urls, n) : 0;
    if (error)
        return complain_ready_file(a, config->ready_file, error);
    print(a, banner_text(a, server, urls, n));
    int received = 0;
    while (sigwait(signals, &received) == 0 && received == SIGHUP)
        event_log_reopen(server->event_log);
    if (config->ready_file)
        banner_remove_ready_file(config->ready_file);
    signal(SIGHUP, SIG_IGN);
    /* A second signal ends the program at once. */
    pthread_sigmask(SIG_UNBLOCK, signals, NULL);
    LOG(&config->log, LOG_INFO, "stopping", {"signal", received == SIGINT ? "INT" : "TERM"});
    return EXIT_SUCCESS;
}

/* Runs with the sockets open, which http_start takes over. */
static int run(struct arena *a, struct server *server, const struct listener *listeners, size_t n,
               const sigset_t *signals)
{
    const char *urls[LISTEN_MAX];
    for (size_t i = 0; i < n; i++)
        urls[i] = listen_url(a, &listeners[i].address);
    struct http_limits limits = http_default_limits;
    limits.connections = raise_file_limit();
    limits.threads = server->config.threads ? server->config.threads : default_threads();
    struct http *http = http_start(server, listeners, n, &limits);
    if (!http)
        return complain("cannot start the HTTP server", EXIT_FAILURE);
    int status = wait_for_stop(a, server, urls, n, signals);
    http_stop(http);
    return status;
}

static int serve(struct arena *a, const struct config *config)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP); /* the event log is opened anew, and nothing else */
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGHUP, SIG_DFL); /* nohup would keep it from us */
    signal(SIGUSR1, SIG_IGN);
    signal(SIGUSR2, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is told by write, as a full disk is */
    mallopt(M_MMAP_THRESHOLD, MMAP_BYTES);
    mallopt(M_TRIM_THRESHOLD, TRIM_BYTES);

    const char *message = NULL;
    int error = config->ready_file ? banner_remove_ready_file(config->ready_file) : 0;
    if (error)
        return complain_ready_file(a, config->ready_file, error);
    struct listener listeners[LISTEN_MAX];
    int n = listen_open(&config->listen, a, listeners, &message);
    if (n < 0)
        return complain(message, EXIT_FAILURE);
    struct server *server = NULL;
    if (server_new(config, a, &server, &message) < 0) {
        listen_close(listeners, (size_t)n);
        return complain(message, EXIT_FAILURE);
    }
    int status = run(a, server, listeners, (size_t)n, &signals);
    server_free(server);
    return status;
}

static int check_health(struct arena *a, const struct config *config)
{
    struct url url;
    if (!url_parse(a, config->url ? config->url : banner_url(a, config), &url) || url.tls)
        return complain("health: expected a URL of the form http://HOST:PORT[/PATH]", EXIT_USAGE);
    const char *message = NULL;
    return health_check(a, &url, config->wait_ms, &message) ? EXIT_SUCCESS
                                                            : complain(message, EXIT_FAILURE);
}

static int print_env(struct arena *a, const struct config *config)
{
    struct url url;
    if (!url_parse(a, config->url ? config->url : banner_url(a, config), &url))
        return complain("env: expected a URL of the form http://HOST:PORT[/PATH]", EXIT_USAGE);
    const char *text =
        arena_printf(a, "%s://%s%s", url.tls ? "https" : "http", url.authority, url.path);
    return print(a, banner_exports(a, config, text));
}

static int lint(struct arena *a, char *const arguments[])
{
    struct lint_result result = lint_command(a, arguments);
    fputs(result.complaints, stderr);
    if (fputs(result.output, stdout) == EOF || fflush(stdout) != 0)
        return complain(arena_printf(a, "lint: cannot write: %s", strerror(errno)), EXIT_USAGE);
    return result.status;
}

static int run_command(struct arena *a, const struct config *config)
{
    switch (config->command) {
    case COMMAND_SERVE:
        return serve(a, config);
    case COMMAND_ENV:
        return print_env(a, config);
    case COMMAND_HEALTH:
        return check_health(a, config);
    case COMMAND_EVALUATE:
        return evaluate_main(config->arguments);
    case COMMAND_LINT:
        return lint(a, config->arguments);
    case COMMAND_EVENTS:
        return events_main(a, config->arguments);
    case COMMAND_DECISIONS:
        return decisions_main(a, config->arguments);
    case COMMAND_POLICY:
        return policy_main(a, config->arguments);
    case COMMAND_REPORT:
        return report_main(a, config->arguments);
    case COMMAND_ORG:
        return org_main(a, config->arguments);
    case COMMAND_HELP:
        return print(a, help_text(a, config->topic));
    case COMMAND_VERSION:
        return print(a, "iam-local " IAM_LOCAL_VERSION "\n");
    case COMMAND_COUNT:
        break;
    }
    return EXIT_USAGE;
}

int main(int argc UNUSED, char *argv[])
{
    mem_on_exhaustion(out_of_memory);
    hold_standard_files();
    struct arena arena;
    arena_init(&arena);
    struct config config;
    const char *message = NULL;
    int status = config_read(&config, &arena, argv, environ, &message)
                     ? run_command(&arena, &config)
                     : complain(message, EXIT_USAGE);
    arena_done(&arena);
    return status;
}
