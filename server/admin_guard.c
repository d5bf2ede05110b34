/* SPDX-License-Identifier: Apache-2.0 */
#include "server/admin_guard.h"

/* The host of "name:port" or "[::1]:port", brackets included. */
static struct str without_port(struct str authority)
{
    if (authority.n && authority.p[0] == '[') {
        const char *end = memchr(authority.p, ']', authority.n);
        return end ? (struct str){authority.p, (size_t)(end - authority.p) + 1} : authority;
    }
    return str_cut(&authority, ':');
}

static bool is_ipv4(struct str host)
{
    for (size_t i = 0; i < host.n; i++) {
        if (!ascii_is_digit(host.p[i]) && host.p[i] != '.')
            return false;
    }
    return host.n > 0;
}

static bool ends_with(struct str host, struct str end)
{
    return host.n > end.n && str_same_fold(host.p + host.n - end.n, end.p, end.n);
}

/* Names that no public DNS can point here: literals, single labels, and names below domains that
   are reserved for private use (RFC 6761, ICANN 2024); or allowed ones. */
static bool host_ok(const struct config *config, struct str host)
{
    if (host.n == 0)
        return false;
    if (host.p[0] == '[' || is_ipv4(host) || !memchr(host.p, '.', host.n) ||
        ends_with(host, STR(".localhost")) || ends_with(host, STR(".internal")))
        return true;
    for (size_t i = 0; i < config->n_allow_hosts; i++) {
        if (str_eq_fold(host, str_of(config->allow_hosts[i])))
            return true;
    }
    return false;
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

static bool token_ok(const struct config *config, const struct request *rq)
{
    struct str given = request_header(rq, "authorization");
    struct str scheme = str_cut(&given, ' ');
    return config->admin_token && str_eq_fold(scheme, STR("bearer")) &&
           secret_equal(str_trim(given), str_of(config->admin_token));
}

static const char foreign_host[] =
    "This Host is not served here. Use an address, localhost or a single-label name, or start "
    "with --allow-host NAME.";
static const char foreign_site[] = "Requests of web pages from other sites are refused.";

const char *admin_guard(const struct config *config, const struct request *rq, bool public)
{
    if (!host_ok(config, without_port(request_header(rq, "host"))))
        return foreign_host;
    if (!origin_ok(rq))
        return foreign_site;
    if (public || (rq->loopback && !config->admin_token) || token_ok(config, rq))
        return NULL;
    return config->admin_token
               ? "The header Authorization: Bearer TOKEN is missing or wrong."
               : "On this address the endpoint needs a token: start with --admin-token TOKEN.";
}

const char *api_guard(const struct config *config, const struct request *rq, bool guessable)
{
    if (!origin_ok(rq))
        return foreign_site;
    if (!guessable)
        return NULL;
    struct str host = without_port(request_header(rq, "host"));
    bool ok = host_ok(config, host) || ends_with(host, STR(".amazonaws.com"));
    return ok ? NULL : foreign_host;
}
