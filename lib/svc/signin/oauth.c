/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/signin/oauth.h"

#include <inttypes.h>

#include "access/sealed.h"

/* What they are sealed for; account ids are digits. */
static const char for_code[] = "oauth code", for_refresh[] = "oauth refresh token";

/* What all of AWS's begin with. */
#define REFRESH_PREFIX "ASOR"

#define LOOPBACK "http://127.0.0.1:"
#define CALLBACK "/oauth/callback"
#define CONFIRMATION "/v1/sessions/confirmation"

/* A decimal number up to 65535, without zeros before it. */
static bool is_port(struct str text)
{
    enum { MOST = 65535, DIGITS = 5 };
    int64_t port;
    return text.n && text.n <= DIGITS && *text.p != '0' && str_to_int64(text, &port) &&
           port <= MOST;
}

/* Any port, and exactly that path (RFC 8252, section 7.3). */
static bool is_callback(const char *uri)
{
    struct str rest = str_of(uri), before = STR(LOOPBACK), behind = STR(CALLBACK);
    if (!str_starts(rest, before) || rest.n < before.n + behind.n)
        return false;
    struct str port = {rest.p + before.n, rest.n - before.n - behind.n};
    return is_port(port) && str_eq((struct str){port.p + port.n, behind.n}, behind);
}

/* Something before the server may speak https. */
static bool is_confirmation(struct str host, const char *uri)
{
    struct str rest = str_of(uri), scheme = str_cut(&rest, ':');
    bool known = str_is(scheme, "http") || str_is(scheme, "https");
    if (!known || !rest.p || !str_starts(rest, STR("//")))
        return false;
    rest = (struct str){rest.p + 2, rest.n - 2};
    return host.n && rest.n > host.n && str_same_fold(rest.p, host.p, host.n) &&
           str_is((struct str){rest.p + host.n, rest.n - host.n}, CONFIRMATION);
}

enum oauth_redirect oauth_redirect_of(struct str host, const char *client, const char *redirect_uri)
{
    if (strcmp(client, OAUTH_SAME_DEVICE) == 0 && is_callback(redirect_uri))
        return OAUTH_REDIRECT_LOCAL;
    if (strcmp(client, OAUTH_CROSS_DEVICE) == 0 && is_confirmation(host, redirect_uri))
        return OAUTH_REDIRECT_REMOTE;
    return OAUTH_REDIRECT_BAD;
}

char *oauth_code(struct call *c, const char *grant)
{
    return sealed_write(c->arena, c->sandbox->session_key, for_code, str_of(grant));
}

char *oauth_refresh_token(struct call *c, const char *grant, int64_t generation)
{
    const char *text = arena_printf(c->arena, "%" PRId64 " %s", generation, grant);
    return arena_printf(c->arena, REFRESH_PREFIX "%s",
                        sealed_write(c->arena, c->sandbox->session_key, for_refresh, str_of(text)));
}

bool oauth_read_code(struct call *c, const char *code, const char **grant)
{
    struct str text = sealed_read(c->arena, c->sandbox->session_key, for_code, str_of(code));
    *grant = text.p ? str_dup(c->arena, text) : NULL;
    return text.p;
}

bool oauth_read_refresh_token(struct call *c, const char *token, const char **grant,
                              int64_t *generation)
{
    struct str prefix = STR(REFRESH_PREFIX), sealed = str_of(token);
    if (!str_starts(sealed, prefix))
        return false;
    sealed = str_of(token + prefix.n);
    struct str text = sealed_read(c->arena, c->sandbox->session_key, for_refresh, sealed);
    if (!text.p || !str_to_int64(str_cut(&text, ' '), generation))
        return false;
    *grant = str_dup(c->arena, text);
    return true;
}
