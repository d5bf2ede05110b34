/* SPDX-License-Identifier: Apache-2.0 */
/* Where clients may have codes sent to: the input up to the first line end is the header Host, the
   rest the address. What is taken is written in one way alone. */
#include "svc/signin/oauth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_local(struct arena *a, const char *uri)
{
    int64_t port;
    struct str rest = str_of(uri + sizeof "http://127.0.0.1:" - 1);
    if (!str_to_int64(str_cut(&rest, '/'), &port) || port <= 0 || port >= 65536)
        return false;
    const char *expected = arena_printf(a, "http://127.0.0.1:%d/oauth/callback", (int)port);
    return strcmp(uri, expected) == 0;
}

static bool is_remote(struct arena *a, struct str host, const char *uri)
{
    const char *rest = arena_printf(a, "://%.*s/v1/sessions/confirmation", STR_FMT(host));
    const char *at = strstr(uri, "://");
    return at && strlen(at) == strlen(rest) && str_same_fold(at, rest, strlen(rest)) &&
           (str_starts(str_of(uri), STR("http:")) || str_starts(str_of(uri), STR("https:")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = {(const char *)data, size}, host = str_cut(&rest, '\n');
    struct arena a;
    arena_init(&a);
    const char *uri = str_dup(&a, rest.p ? rest : STR(""));
    enum oauth_redirect same = oauth_redirect_of(host, OAUTH_SAME_DEVICE, uri);
    enum oauth_redirect cross = oauth_redirect_of(host, OAUTH_CROSS_DEVICE, uri);
    if ((same != OAUTH_REDIRECT_BAD && !is_local(&a, uri)) ||
        (cross != OAUTH_REDIRECT_BAD && !is_remote(&a, host, uri)))
        __builtin_trap();
    arena_done(&a);
    return 0;
}
