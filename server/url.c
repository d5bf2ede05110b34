/* SPDX-License-Identifier: Apache-2.0 */
#include "server/url.h"

#include "base/str.h"

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

bool url_parse(struct arena *a, const char *text, struct url *ret)
{
    struct str rest = str_of(text);
    bool tls = str_starts(rest, STR("https://"));
    if (!tls && !str_starts(rest, STR("http://")))
        return false;
    size_t scheme = tls ? sizeof "https://" - 1 : sizeof "http://" - 1;
    rest = (struct str){rest.p + scheme, rest.n - scheme};
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
    *ret = (struct url){.tls = tls,
                        .authority = str_dup(a, authority),
                        .host = str_dup(a, host),
                        .port = str_dup(a, port.p ? port
                                           : tls  ? STR("443")
                                                  : STR("80"))};
    return true;
}
