/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/dial.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* Returns a connected socket or -1. */
static int dial(const struct addrinfo *address, int64_t timeout_ms)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    struct timeval limit = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

int dial_url(struct arena *a, const struct url *url, int64_t timeout_ms, const char **message)
{
    struct addrinfo *found = NULL;
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM};
    int error = getaddrinfo(url->host, url->port, &wanted, &found);
    if (error) {
        *message = arena_printf(a, "no address of %s: %s", url->host, gai_strerror(error));
        return -1;
    }
    int fd = -1;
    for (const struct addrinfo *at = found; at && fd < 0; at = at->ai_next)
        fd = dial(at, timeout_ms);
    freeaddrinfo(found);
    if (fd < 0)
        *message = arena_printf(a, "nothing answers at http://%s", url->authority);
    return fd;
}

int dial_status(struct str answer)
{
    int64_t status = 0;
    bool ok = str_starts(answer, STR("HTTP/1.")) && answer.n >= sizeof "HTTP/1.1 200" - 1 &&
              answer.p[8] == ' ' && str_to_int64((struct str){answer.p + 9, 3}, &status);
    return ok ? (int)status : 0;
}
