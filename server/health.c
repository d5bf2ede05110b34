/* SPDX-License-Identifier: Apache-2.0 */
#include "server/health.h"

#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/str.h"

enum { TIMEOUT_SECONDS = 3 };

struct target {
    char *authority; /* as it stands in the URL */
    char *host;      /* without brackets */
    char *port;
};

static bool parse_url(struct arena *a, const char *url, struct target *ret)
{
    struct str rest = str_of(url);
    if (!str_starts(rest, STR("http://")))
        return false;
    rest = (struct str){rest.p + 7, rest.n - 7};
    struct str authority = str_cut(&rest, '/');
    struct str port = authority;
    struct str host;
    if (str_starts(authority, STR("["))) {
        str_cut(&port, '[');
        host = str_cut(&port, ']');
        str_cut(&port, ':');
    } else {
        host = str_cut(&port, ':');
    }
    ret->authority = str_dup(a, authority);
    ret->host = str_dup(a, host);
    ret->port = str_dup(a, port.n ? port : STR("80"));
    return host.n > 0;
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

static int dial_target(const struct target *target)
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

/* Reads at least the status line of the answer; returns the status, or 0. */
static int read_status(int fd)
{
    char answer[64];
    size_t n = 0;
    while (n < sizeof "HTTP/1.1 200" - 1) {
        ssize_t more = recv(fd, answer + n, sizeof answer - n, 0);
        if (more <= 0)
            return 0;
        n += (size_t)more;
    }
    int64_t status = 0;
    bool ok = str_starts((struct str){answer, n}, STR("HTTP/1.")) && answer[8] == ' ' &&
              str_to_int64((struct str){answer + 9, 3}, &status);
    return ok ? (int)status : 0;
}

bool health_check(struct arena *a, const char *url, const char *token, const char **message)
{
    struct target target;
    if (!parse_url(a, url, &target)) {
        *message = arena_printf(a, "not a URL of the form http://HOST:PORT: %s", url);
        return false;
    }
    int fd = dial_target(&target);
    if (fd < 0) {
        *message = arena_printf(a, "nothing answers at %s", url);
        return false;
    }
    char *request = arena_printf(
        a, "GET /_iam-local/health HTTP/1.1\r\nHost: %s\r\n%s%s%sConnection: close\r\n\r\n",
        target.authority, token ? "Authorization: Bearer " : "", token ? token : "",
        token ? "\r\n" : "");
    size_t n = strlen(request);
    int status = send(fd, request, n, MSG_NOSIGNAL) == (ssize_t)n ? read_status(fd) : 0;
    close(fd);
    if (status != 200)
        *message = status ? arena_printf(a, "%s answers with status %d", url, status)
                          : arena_printf(a, "no answer from %s", url);
    return status == 200;
}
