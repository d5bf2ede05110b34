/* SPDX-License-Identifier: Apache-2.0 */
#include "server/health.h"

#include <jansson.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/str.h"

enum { TIMEOUT_SECONDS = 3, ANSWER_MAX = 8192 };

static bool host_ok(struct str host, const char *punctuation)
{
    for (size_t i = 0; i < host.n; i++) {
        if (!ascii_is_alnum(host.p[i]) && !strchr(punctuation, host.p[i]))
            return false;
    }
    return host.n > 0;
}

static bool port_ok(struct str port)
{
    int64_t number = 0;
    return str_to_int64(port, &number) && number > 0 && number <= UINT16_MAX;
}

bool health_target_parse(struct arena *a, const char *url, struct health_target *ret)
{
    struct str rest = str_of(url);
    if (!str_starts(rest, STR("http://")))
        return false;
    rest = (struct str){rest.p + 7, rest.n - 7};
    struct str authority = str_cut(&rest, '/');
    struct str port = authority;
    bool v6 = str_starts(authority, STR("["));
    if (v6)
        str_cut(&port, '[');
    struct str host = str_cut(&port, v6 ? ']' : ':');
    /* Behind the bracket stands nothing or the colon. */
    bool ok = host_ok(host, v6 ? ":." : ".-_") && (!v6 || (port.p && !str_cut(&port, ':').n)) &&
              (!port.p || port_ok(port));
    if (!ok)
        return false;
    *ret = (struct health_target){.authority = str_dup(a, authority),
                                  .host = str_dup(a, host),
                                  .port = str_dup(a, port.p ? port : STR("80"))};
    return true;
}

/* Returns a connected socket or -1. */
static int dial(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    struct timeval limit = {.tv_sec = TIMEOUT_SECONDS};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static int dial_target(const struct health_target *target)
{
    struct addrinfo *found = NULL;
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM};
    if (getaddrinfo(target->host, target->port, &wanted, &found) != 0)
        return -1;
    int fd = -1;
    for (const struct addrinfo *at = found; at && fd < 0; at = at->ai_next)
        fd = dial(at);
    freeaddrinfo(found);
    return fd;
}

/* The answer to the question, or what came of it in time, in BUFFER. */
static struct str ask(int fd, const char *request, char buffer[static ANSWER_MAX])
{
    size_t n = strlen(request);
    if (send(fd, request, n, MSG_NOSIGNAL) != (ssize_t)n)
        return STR("");
    /* The time limit is for all of it: a server that trickles gains nothing. */
    ssize_t got = recv(fd, buffer, ANSWER_MAX, MSG_WAITALL);
    return (struct str){buffer, got > 0 ? (size_t)got : 0};
}

static int status_of(struct str answer)
{
    int64_t status = 0;
    bool ok = str_starts(answer, STR("HTTP/1.")) && answer.n >= sizeof "HTTP/1.1 200" - 1 &&
              answer.p[8] == ' ' && str_to_int64((struct str){answer.p + 9, 3}, &status);
    return ok ? (int)status : 0;
}

/* Not every server that says 200 to this path is this one. */
static bool says_ok(struct str answer)
{
    const char *end = memmem(answer.p, answer.n, "\r\n\r\n", 4);
    if (!end)
        return false;
    const char *body = end + 4;
    json_t *json = json_loadb(body, answer.n - (size_t)(body - answer.p), 0, NULL);
    const char *status = json_string_value(json_object_get(json, "status"));
    bool ok = status && str_is(str_of(status), "ok");
    json_decref(json);
    return ok;
}

bool health_check(struct arena *a, const struct health_target *target, const char **message)
{
    int fd = dial_target(target);
    if (fd < 0) {
        *message = arena_printf(a, "nothing answers at http://%s", target->authority);
        return false;
    }
    char *request =
        arena_printf(a, "GET /_iam-local/health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
                     target->authority);
    struct str answer = ask(fd, request, arena_alloc(a, ANSWER_MAX));
    close(fd);
    int status = status_of(answer);
    bool healthy = status == 200 && says_ok(answer);
    if (status == 0)
        *message = arena_printf(a, "no HTTP answer from http://%s", target->authority);
    else if (status != 200)
        *message = arena_printf(a, "http://%s answers with status %d", target->authority, status);
    else if (!healthy)
        *message = arena_printf(a, "http://%s does not say that it is healthy", target->authority);
    return healthy;
}
