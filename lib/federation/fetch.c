/* SPDX-License-Identifier: Apache-2.0 */
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "err.h"
#include "federation/federation_priv.h"

/* Discovery documents and key sets have a few kilobytes. AWS undocumented: its limits. */
enum { BYTES_MAX = 256 * 1024, REDIRECTS_MAX = 3 };

/* No proxy knows better who answers on this host. */
#define THIS_HOST "localhost,.localhost,127.0.0.0/8,::1"

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct transfer {
    CURL *curl;
    struct arena *arena;
    const _Atomic bool *stop;
    int64_t deadline_ms;
    struct buf body;
    bool too_long;
};

/* NOLINTNEXTLINE(readability-function-size): the parameters are libcurl's */
static int watch(void *owner, UNUSED curl_off_t down_total, UNUSED curl_off_t down,
                 UNUSED curl_off_t up_total, UNUSED curl_off_t up)
{
    const struct transfer *t = owner;
    return atomic_load(t->stop);
}

static size_t take(char *data, size_t size, size_t n, void *owner)
{
    struct transfer *t = owner;
    t->too_long = size * n > BYTES_MAX - t->body.n;
    if (t->too_long)
        return 0;
    buf_add(&t->body, (struct str){data, size * n});
    return size * n;
}

static struct str part_of(struct arena *a, CURLU *url, CURLUPart part)
{
    char *text = NULL;
    struct str copy = {NULL, 0};
    if (curl_url_get(url, part, &text, part == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0) ==
        CURLUE_OK)
        copy = str_of(arena_strdup(a, text));
    curl_free(text);
    return copy;
}

/* Scheme, host and port in one text; p == NULL: URL is none. */
static struct str origin_of(struct arena *a, const char *text)
{
    CURLU *url = curl_url();
    struct buf b = buf_new(a, 64);
    if (curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK)
        buf_printf(&b, "%.*s://%.*s:%.*s", STR_FMT(part_of(a, url, CURLUPART_SCHEME)),
                   STR_FMT(part_of(a, url, CURLUPART_HOST)),
                   STR_FMT(part_of(a, url, CURLUPART_PORT)));
    curl_url_cleanup(url);
    return buf_str(&b);
}

/* The hosts that no proxy is asked for; "*" are all. */
static const char *direct_hosts(struct arena *a)
{
    const char *small = getenv("no_proxy"), *text = small ? small : getenv("NO_PROXY");
    if (!text)
        return THIS_HOST;
    return strcmp(text, "*") == 0 ? text : arena_printf(a, "%s," THIS_HOST, text);
}

/* Certificate authorities of one's own are named as for other programs. */
static void set_options(struct transfer *t)
{
    const char *authorities = getenv("SSL_CERT_FILE");
    curl_easy_setopt(t->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(t->curl, CURLOPT_NOPROXY, direct_hosts(t->arena));
    curl_easy_setopt(t->curl, CURLOPT_QUICK_EXIT, 1L); /* or it would wait for the resolver */
    curl_easy_setopt(t->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(t->curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(t->curl, CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(t->curl, CURLOPT_XFERINFODATA, t);
    curl_easy_setopt(t->curl, CURLOPT_USERAGENT, "iam-local/" IAM_LOCAL_VERSION);
    curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, t);
    if (authorities)
        curl_easy_setopt(t->curl, CURLOPT_CAINFO, authorities);
}

/* One answer. *NEXT is where it sends the client on to, or NULL. */
static int get(struct transfer *t, const char *url, const char **next, const char **why)
{
    long status = 0;
    char *location = NULL;
    int64_t left = t->deadline_ms - clock_monotonic_ms();
    t->body.n = 0;
    curl_easy_setopt(t->curl, CURLOPT_URL, url);
    curl_easy_setopt(t->curl, CURLOPT_TIMEOUT_MS, left > 0 ? (long)left : 1L);
    CURLcode code = curl_easy_perform(t->curl);
    if (t->too_long) {
        *why = arena_printf(t->arena, "%s has more than %d bytes", url, BYTES_MAX);
        return ERR_INVALID_IDENTITY_TOKEN;
    }
    if (code != CURLE_OK) {
        *why = arena_printf(t->arena, "%s: %s", url, curl_easy_strerror(code));
        return ERR_IDP_COMMUNICATION_ERROR;
    }
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_URL, &location);
    *next = location ? arena_strdup(t->arena, location) : NULL;
    if (status == 200 || *next)
        return OK;
    *why = arena_printf(t->arena, "%s answered %ld", url, status);
    return ERR_INVALID_IDENTITY_TOKEN;
}

static int follow(struct transfer *t, const char *url, const char **why)
{
    struct str origin = origin_of(t->arena, url);
    for (int i = 0; i <= REDIRECTS_MAX; i++) {
        const char *next = NULL;
        TRY(get(t, url, &next, why));
        if (!next)
            return OK;
        if (!str_eq(origin_of(t->arena, next), origin)) {
            *why = arena_printf(t->arena, "%s sends on to another host", url);
            return ERR_INVALID_IDENTITY_TOKEN;
        }
        url = next;
    }
    *why = arena_printf(t->arena, "%s sends on too often", url);
    return ERR_INVALID_IDENTITY_TOKEN;
}

int fetch_url(struct arena *a, const char *url, int64_t deadline_ms, const _Atomic bool *stop,
              struct str *ret, const char **why)
{
    pthread_once(&once, init);
    struct transfer t = {.curl = curl_easy_init(),
                         .arena = a,
                         .stop = stop,
                         .deadline_ms = deadline_ms,
                         .body = buf_new(a, 4096)};
    set_options(&t);
    int code = follow(&t, url, why);
    curl_easy_cleanup(t.curl);
    if (code == OK)
        *ret = buf_str(&t.body);
    return code;
}
