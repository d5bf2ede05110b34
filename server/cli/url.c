/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/url.h"

#include <arpa/inet.h>

static bool is_name(struct str host)
{
    bool dot = true; /* none may begin the name, or follow another */
    for (size_t i = 0; i < host.n; i++) {
        if (!ascii_is_alnum(host.p[i]) && host.p[i] != '-' && host.p[i] != '_' &&
            (dot || host.p[i] != '.'))
            return false;
        dot = host.p[i] == '.';
    }
    return host.n > 0;
}

static bool is_ipv6(struct str host)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;
    if (host.n < 2 || host.n > sizeof text || host.p[host.n - 1] != ']')
        return false;
    memcpy(text, host.p + 1, host.n - 2);
    text[host.n - 2] = '\0';
    return inet_pton(AF_INET6, text, &address) == 1;
}

static bool is_port(struct str port)
{
    int64_t number = 0;
    return port.n == 0 || (str_to_int64(port, &number) && number <= UINT16_MAX);
}

bool url_authority(struct str text, struct str *host, struct str *port)
{
    struct str name = {text.p, 0}, rest = text;
    const char *bracket = text.n && text.p[0] == '[' ? memchr(text.p, ']', text.n) : NULL;
    if (bracket) {
        name.n = (size_t)(bracket + 1 - text.p);
        rest = (struct str){text.p + name.n, text.n - name.n};
        if (str_cut(&rest, ':').n > 0)
            return false;
    } else {
        name = str_cut(&rest, ':');
    }
    if (!(bracket ? is_ipv6(name) : is_name(name)) || !is_port(rest))
        return false;
    *host = name;
    *port = rest;
    return true;
}

/* None, or one that a socket can connect to. */
static bool can_be_asked(struct str port)
{
    int64_t number = 0;
    return !port.p || (str_to_int64(port, &number) && number > 0);
}

/* Nothing that ends a path, or that a request line cannot have. */
static bool is_path(struct str path)
{
    for (size_t i = 0; i < path.n; i++) {
        if (path.p[i] <= ' ' || path.p[i] > '~' || path.p[i] == '?' || path.p[i] == '#')
            return false;
    }
    return true;
}

bool url_parse(struct arena *a, const char *text, struct url *ret)
{
    struct str rest = str_of(text);
    bool tls = str_starts(rest, STR("https://"));
    if (!tls && !str_starts(rest, STR("http://")))
        return false;
    size_t scheme = tls ? sizeof "https://" - 1 : sizeof "http://" - 1;
    rest = (struct str){rest.p + scheme, rest.n - scheme};
    struct str path = rest, authority = str_cut(&rest, '/');
    struct str host, port;
    path = (struct str){path.p + authority.n, path.n - authority.n};
    while (path.n && path.p[path.n - 1] == '/')
        path.n--;
    if (!url_authority(authority, &host, &port) || !can_be_asked(port) || !is_path(path))
        return false;
    if (host.p[0] == '[')
        host = (struct str){host.p + 1, host.n - 2};
    *ret = (struct url){.tls = tls,
                        .authority = str_dup(a, authority),
                        .host = str_dup(a, host),
                        .path = str_dup(a, path),
                        .port = str_dup(a, port.p ? port
                                           : tls  ? STR("443")
                                                  : STR("80"))};
    return true;
}
