/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/admin_guard.h"

#include <arpa/inet.h>

#include "server/cli/url.h"

static bool is_ipv4(struct str host)
{
    char text[INET_ADDRSTRLEN];
    struct in_addr address;
    if (host.n >= sizeof text)
        return false;
    memcpy(text, host.p, host.n);
    text[host.n] = '\0';
    return inet_pton(AF_INET, text, &address) == 1;
}

static bool ends_with(struct str host, struct str end)
{
    return host.n > end.n && str_same_fold(host.p + host.n - end.n, end.p, end.n);
}

/* The host that a request names; without the dot that its name may end in. */
static struct str named_host(const struct request *rq, bool *dot)
{
    struct str host, port;
    if (!url_authority(request_header(rq, "host"), &host, &port))
        host.n = 0;
    *dot = host.n && host.p[host.n - 1] == '.';
    host.n -= *dot;
    return host;
}

/*
 * Names that no public DNS can point here: literals, single labels, and names below domains that
 * are reserved for private use (RFC 6761, ICANN 2024); or allowed ones. With a dot at its end a
 * single label is a top-level domain.
 */
static bool host_ok(const struct config *config, const struct request *rq)
{
    bool dot;
    struct str host = named_host(rq, &dot);
    if (host.n == 0)
        return false;
    if (!dot && (host.p[0] == '[' || is_ipv4(host) || !memchr(host.p, '.', host.n)))
        return true;
    if (str_eq_fold(host, STR("localhost")) || ends_with(host, STR(".localhost")) ||
        ends_with(host, STR(".internal")))
        return true;
    for (size_t i = 0; i < config->n_allow_hosts; i++) {
        if (str_eq_fold(host, str_of(config->allow_hosts[i])))
            return true;
    }
    return false;
}

static bool is_host_of_aws(const struct request *rq)
{
    bool dot;
    return ends_with(named_host(rq, &dot), STR(".amazonaws.com"));
}

static bool origin_ok(const struct request *rq)
{
    struct str site = request_header(rq, "sec-fetch-site");
    if (site.p && !str_is(site, "same-origin") && !str_is(site, "none"))
        return false;
    struct str origin = request_header(rq, "origin");
    if (!origin.p)
        return true;
    struct str http = STR("http://");
    return str_starts(origin, http) &&
           str_eq_fold((struct str){origin.p + http.n, origin.n - http.n},
                       request_header(rq, "host"));
}

bool admin_token_is(const struct config *config, struct str given)
{
    return config->admin_token && secret_equal(str_trim(given), str_of(config->admin_token));
}

bool admin_is_open(const struct config *config, const struct request *rq)
{
    return rq->loopback && (!config->admin_token || config->admin_token_made);
}

static bool token_ok(const struct config *config, const struct request *rq)
{
    struct str given = request_header(rq, "x-iam-local-admin-token");
    if (!given.p) {
        given = request_header(rq, "authorization");
        if (!str_eq_fold(str_cut(&given, ' '), STR("bearer")))
            return false;
    }
    return admin_token_is(config, given);
}

#define NO_TOKEN                                                                                   \
    "The header X-Iam-Local-Admin-Token: TOKEN or Authorization: Bearer TOKEN is missing or "      \
    "wrong."

static const char foreign_host[] =
    "This Host is not served here. Use an address, localhost or a single-label name, or start "
    "with --allow-host NAME.";
static const char foreign_site[] = "Requests of web pages from other sites are refused.";

const char *admin_guard(const struct config *config, const struct request *rq, bool needs_token)
{
    if (!host_ok(config, rq))
        return foreign_host;
    if (!origin_ok(rq))
        return foreign_site;
    if (!needs_token || admin_is_open(config, rq) || token_ok(config, rq))
        return NULL;
    return config->admin_token_made ? NO_TOKEN " The token is in what the server printed at its "
                                               "start; --admin-token sets another."
                                    : NO_TOKEN;
}

const char *admin_guard_shown(const struct config *config, const struct request *rq)
{
    return token_ok(config, rq) ? NULL : admin_guard(config, rq, true);
}

/* Links of other sites may lead to a page, which changes nothing, and is in no frame of theirs.
   What another port of the same host serves is of the same site: it gets cookies, which know no
   ports, and is kept from using them (Fetch Metadata Request Headers, "Sec-Fetch-Site"). */
static bool is_link(const struct request *rq, const char *from)
{
    return str_is(rq->method, "GET") && str_is(request_header(rq, "sec-fetch-site"), from) &&
           str_is(request_header(rq, "sec-fetch-mode"), "navigate") &&
           str_is(request_header(rq, "sec-fetch-dest"), "document");
}

bool page_is_near(const struct request *rq)
{
    return is_link(rq, "same-site");
}

const char *page_guard(const struct config *config, const struct request *rq)
{
    if (!host_ok(config, rq))
        return foreign_host;
    return is_link(rq, "cross-site") || origin_ok(rq) ? NULL : foreign_site;
}

const char *api_guard(const struct config *config, const struct request *rq, bool guessable)
{
    if (!origin_ok(rq))
        return foreign_site;
    return !guessable || host_ok(config, rq) || is_host_of_aws(rq) ? NULL : foreign_host;
}
