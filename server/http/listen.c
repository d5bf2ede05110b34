/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/cli/url.h"

/* Attempts to find a port that is free in both address families. */
enum { PORT_ATTEMPTS = 16 };

static bool parse_port(struct str text, in_port_t *ret)
{
    int64_t port = 0;
    if (!str_to_int64(text, &port) || port > UINT16_MAX)
        return false;
    *ret = htons((uint16_t)port);
    return true;
}

static struct listen_address loopback_v4(in_port_t port)
{
    return (struct listen_address){
        .v4 = {.sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
}

static struct listen_address loopback_v6(in_port_t port)
{
    return (struct listen_address){
        .v6 = {.sin6_family = AF_INET6, .sin6_port = port, .sin6_addr = in6addr_loopback},
        .optional = true};
}

static bool parse_literal(struct str host, in_port_t port, struct listen_address *ret)
{
    char text[INET6_ADDRSTRLEN] = "";
    bool v6 = host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';
    if (v6)
        host = (struct str){host.p + 1, host.n - 2};
    if (host.n >= sizeof text)
        return false;
    memcpy(text, host.p, host.n);
    struct listen_address address = {.optional = false};
    if (v6)
        address.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = port};
    else
        address.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = port};
    void *binary = v6 ? (void *)&address.v6.sin6_addr : (void *)&address.v4.sin_addr;
    if (inet_pton(address.any.sa_family, text, binary) != 1)
        return false;
    *ret = address;
    return true;
}

bool listen_parse(struct listen_list *list, struct str text)
{
    struct str host, number;
    in_port_t port = 0;
    if (!url_authority(text, &host, &number) || !parse_port(number, &port))
        return false;

    bool both = str_is(host, "localhost");
    if (list->n + (both ? 2 : 1) > LISTEN_MAX)
        return false;
    if (both) {
        list->v[list->n++] = loopback_v4(port);
        list->v[list->n++] = loopback_v6(port);
        return true;
    }
    if (!parse_literal(host, port, &list->v[list->n]))
        return false;
    list->n++;
    return true;
}

bool listen_is_loopback(const struct listen_address *address)
{
    if (address->any.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
    return ntohl(address->v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

/* sin_port and sin6_port lie at the same place; this says so without relying on it. */
static in_port_t *port_of(struct listen_address *address)
{
    return address->any.sa_family == AF_INET6 ? &address->v6.sin6_port : &address->v4.sin_port;
}

in_port_t listen_port(const struct listen_address *address)
{
    return address->any.sa_family == AF_INET6 ? address->v6.sin6_port : address->v4.sin_port;
}

static socklen_t size_of(const struct listen_address *address)
{
    return address->any.sa_family == AF_INET6 ? sizeof address->v6 : sizeof address->v4;
}

/* Returns 0 or an errno. */
static int bind_one(const struct listen_address *wanted, struct listener *ret)
{
    struct listener l = {.address = *wanted};
    l.fd = socket(wanted->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (l.fd < 0)
        return errno;
    int on = 1;
    socklen_t size = size_of(wanted);
    bool failed = setsockopt(l.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
                  (wanted->any.sa_family == AF_INET6 &&
                   setsockopt(l.fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) ||
                  bind(l.fd, &l.address.any, size) != 0 || listen(l.fd, SOMAXCONN) != 0 ||
                  getsockname(l.fd, &l.address.any, &size) != 0;
    if (failed) {
        int error = errno;
        close(l.fd);
        return error;
    }
    *ret = l;
    return 0;
}

static bool family_missing(int error)
{
    return error == EAFNOSUPPORT || error == EADDRNOTAVAIL || error == EPROTONOSUPPORT;
}

/* Opens all of LIST; returns 0 or the errno of the address *at, with nothing left open. */
static int bind_all(const struct listen_list *list, struct listener *ret, size_t *ret_n, size_t *at)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        struct listen_address wanted = list->v[i];
        if (*port_of(&wanted) == 0 && n > 0)
            *port_of(&wanted) = *port_of(&ret[n - 1].address);
        int error = bind_one(&wanted, &ret[n]);
        if (error == 0) {
            n++;
        } else if (!wanted.optional || !family_missing(error)) {
            listen_close(ret, n);
            *at = i;
            return error;
        }
    }
    *ret_n = n;
    return 0;
}

int listen_open(const struct listen_list *list, struct arena *a, struct listener *ret,
                const char **message)
{
    size_t n = 0;
    size_t at = 0;
    int error = bind_all(list, ret, &n, &at);
    /* A port the system picked in one family may be taken in the other. */
    for (int i = 1; i < PORT_ATTEMPTS && error == EADDRINUSE; i++) {
        struct listen_address failed = list->v[at];
        if (*port_of(&failed) != 0)
            break;
        error = bind_all(list, ret, &n, &at);
    }
    if (error) {
        *message = arena_printf(
            a, "cannot listen on %s: %s", listen_url(a, &list->v[at]) + sizeof "http://" - 1,
            error == EADDRINUSE ? "the port is taken (--listen picks another)" : strerror(error));
        return -1;
    }
    return (int)n;
}

void listen_close(const struct listener *listeners, size_t n)
{
    for (size_t i = 0; i < n; i++)
        close(listeners[i].fd);
}

bool listen_is_local(int fd)
{
    struct listen_address local = {.optional = false};
    socklen_t size = sizeof local.v6;
    return getsockname(fd, &local.any, &size) == 0 && listen_is_loopback(&local);
}

void listen_host(const struct sockaddr *address, char ret[static INET6_ADDRSTRLEN])
{
    const void *number =
        address->sa_family == AF_INET6
            ? (const void *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr
            : (const void *)&((const struct sockaddr_in *)(const void *)address)->sin_addr;
    inet_ntop(address->sa_family, number, ret, INET6_ADDRSTRLEN);
}

char *listen_url(struct arena *a, const struct listen_address *address)
{
    struct listen_address shown = *address;
    char text[INET6_ADDRSTRLEN];
    if (shown.any.sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&shown.v6.sin6_addr))
        shown.v6.sin6_addr = in6addr_loopback;
    if (shown.any.sa_family == AF_INET && shown.v4.sin_addr.s_addr == htonl(INADDR_ANY))
        shown.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listen_host(&shown.any, text);
    return arena_printf(a, shown.any.sa_family == AF_INET6 ? "http://[%s]:%d" : "http://%s:%d",
                        text, ntohs(listen_port(&shown)));
}
