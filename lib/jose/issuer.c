/* SPDX-License-Identifier: Apache-2.0 */
#include "jose/issuer.h"

#include <jansson.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/mem.h"
#include "federation/federation.h"
#include "jose/jwt.h"
#include "queries.h"

/* AWS undocumented: how long it keeps keys. Failures are told for a moment before the next try,
   and so is that a key is not in the set. */
enum { KEPT = 64, KEEP_MS = 10 * 60 * 1000, RETRY_MS = 5 * 1000, FETCH_MS = 5 * 1000 };

struct entry {
    char *url;  /* NULL: free */
    char *keys; /* NULL: they could not be had */
    char *why;
    int code;
    int64_t at, tried; /* monotonic: when this came, and when more was asked for */
};

struct issuers {
    pthread_mutex_t lock;
    struct entry entries[KEPT];
    size_t next; /* to be overwritten */
};

struct issuers *issuers_new(void)
{
    struct issuers *issuers = mem_alloc(sizeof *issuers);
    pthread_mutex_init(&issuers->lock, NULL);
    return issuers;
}

static void drop(struct entry *entry)
{
    mem_free(entry->url);
    mem_free(entry->keys);
    mem_free(entry->why);
    *entry = (struct entry){.url = NULL};
}

void issuers_clear(struct issuers *issuers)
{
    pthread_mutex_lock(&issuers->lock);
    for (size_t i = 0; i < KEPT; i++)
        drop(&issuers->entries[i]);
    pthread_mutex_unlock(&issuers->lock);
}

void issuers_free(struct issuers *issuers)
{
    if (!issuers)
        return;
    issuers_clear(issuers);
    pthread_mutex_destroy(&issuers->lock);
    mem_free(issuers);
}

static bool is_loopback(struct str host)
{
    struct str name = STR(".localhost"), net = STR("127.");
    bool below =
        host.n > name.n && str_eq_fold((struct str){host.p + host.n - name.n, name.n}, name);
    return below || str_eq_fold(host, STR("localhost")) || str_is(host, "[::1]") ||
           (str_starts(host, net) && host.n && ascii_is_digit(host.p[host.n - 1]));
}

/* Cuts the port, colon included, off a host. */
static struct str cut_port(struct str *host)
{
    const char *end = host->n && *host->p == '[' ? memchr(host->p, ']', host->n) : host->p;
    const char *colon = end ? memchr(end, ':', host->n - (size_t)(end - host->p)) : NULL;
    if (!colon)
        return (struct str){NULL, 0};
    struct str port = {colon, host->n - (size_t)(colon - host->p)};
    host->n -= port.n;
    return port;
}

static bool all_in(struct str s, const char *others)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_is_alnum(s.p[i]) && !memchr(others, s.p[i], strlen(others)))
            return false;
    }
    return true;
}

/* A URL taken apart. */
struct place {
    bool https, near; /* NEAR: on this host */
    struct str host, port, path;
    struct str authority; /* host and port */
    struct str prefix;    /* of a sandbox, which the path begins with */
    bool own, account;    /* the path is that of the sandbox's own issuer, or an account's */
};

static bool take_apart(const char *url, struct place *ret)
{
    struct str rest = str_of(url);
    bool http = str_starts(rest, STR("http://"));
    ret->https = str_starts(rest, STR("https://"));
    if (!http && !ret->https)
        return false;
    rest = str_of(url + (http ? 7 : 8));
    ret->authority = (struct str){rest.p, strcspn(rest.p, "/")};
    ret->path = (struct str){rest.p + ret->authority.n, rest.n - ret->authority.n};
    ret->host = ret->authority;
    ret->port = cut_port(&ret->host);
    ret->near = is_loopback(ret->host);
    struct request behind = {.path = ret->path};
    request_cut_prefix(&behind);
    ret->prefix = behind.prefix;
    ret->own = str_is(behind.path, ISSUER_PATH);
    ret->account = str_starts(behind.path, STR(ISSUER_PATH "/"));
    return true;
}

static bool is_port(struct str port)
{
    for (size_t i = 1; i < port.n; i++) {
        if (!ascii_is_digit(port.p[i]))
            return false;
    }
    return !port.p || port.n > 1;
}

/* No user, and no characters that others could read differently. */
static bool is_plain(const struct place *p)
{
    return p->host.n && all_in(p->host, p->near ? "-.[]:" : "-.") && is_port(p->port) &&
           all_in(p->path, "-._~/:@!$&'()*+,;=%");
}

bool issuer_url_ok(const char *url)
{
    struct place p;
    return take_apart(url, &p) && is_plain(&p) && !p.account &&
           (p.near || p.own || (p.https && !p.port.p));
}

/* Over plain http nothing comes from other hosts. */
static bool is_fetchable(const char *url)
{
    struct place p;
    return take_apart(url, &p) && is_plain(&p) && (p.https || p.near);
}

/* Issuers elsewhere have no business with what is on this host. */
static bool may_send_to(const char *issuer, const char *url)
{
    struct place from, to;
    return is_fetchable(url) && take_apart(issuer, &from) && take_apart(url, &to) &&
           (from.near || !to.near);
}

/* Keys of its own the sandbox need not fetch. */
static bool is_to_be_fetched(const struct call *c, const char *url)
{
    struct place p;
    bool here = take_apart(url, &p) && p.own && str_eq(p.prefix, c->rq->prefix) &&
                str_eq_fold(p.authority, request_header(c->rq, "host"));
    return !here && is_fetchable(url);
}

char *issuer_own_url(struct arena *a, const struct request *rq, const char *id)
{
    struct str host = request_header(rq, "host");
    bool usable = host.n && all_in(host, "-.[]:");
    return arena_printf(a, "http://%.*s%.*s" ISSUER_PATH "%s%s",
                        STR_FMT(usable ? host : STR("localhost")), STR_FMT(rq->prefix),
                        id ? "/" : "", id ? id : "");
}

static struct entry *find(struct issuers *issuers, const char *url)
{
    for (size_t i = 0; i < KEPT; i++) {
        struct entry *entry = &issuers->entries[i];
        if (entry->url && strcmp(entry->url, url) == 0)
            return entry;
    }
    return NULL;
}

/* Keys that are still good outlive that their issuer cannot be reached. */
static void keep(struct issuers *issuers, const char *url, int code, const char *keys,
                 const char *why)
{
    pthread_mutex_lock(&issuers->lock);
    int64_t now = clock_monotonic_ms();
    struct entry *entry = find(issuers, url);
    bool holds = !keys && entry && entry->keys && now - entry->at < KEEP_MS;
    if (!entry)
        entry = &issuers->entries[issuers->next++ % KEPT];
    if (!holds) {
        drop(entry);
        *entry = (struct entry){.url = mem_strdup(url),
                                .keys = keys ? mem_strdup(keys) : NULL,
                                .why = why ? mem_strdup(why) : NULL,
                                .code = code,
                                .at = now};
    }
    entry->tried = now;
    pthread_mutex_unlock(&issuers->lock);
}

/* A member of the discovery document. */
static const char *member(struct arena *a, const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text ? arena_strdup(a, text) : "";
}

static int read_discovery(struct arena *a, const char *url, struct str text, const char **ret,
                          const char **why)
{
    json_t *json = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
    const char *issuer = member(a, json, "issuer");
    *ret = member(a, json, "jwks_uri");
    json_decref(json);
    *why = strcmp(issuer, url) != 0  ? "the discovery document is another issuer's"
           : !may_send_to(url, *ret) ? "the discovery document has no usable jwks_uri"
                                     : NULL;
    return *why ? ERR_INVALID_IDENTITY_TOKEN : OK;
}

static int fetch_keys(struct arena *a, const char *url, const _Atomic bool *stop, struct str *ret,
                      const char **why)
{
    const struct federation *federation = federation_load(why);
    size_t n = strlen(url);
    const char *keys_url;
    struct str text;
    int64_t deadline = clock_monotonic_ms() + FETCH_MS;
    if (!federation)
        return ERR_IDP_COMMUNICATION_ERROR;
    const char *discovery =
        arena_printf(a, "%s%s.well-known/openid-configuration", url, url[n - 1] == '/' ? "" : "/");
    TRY(federation->fetch(a, discovery, deadline, stop, &text, why));
    TRY(read_discovery(a, url, text, &keys_url, why));
    TRY(federation->fetch(a, keys_url, deadline, stop, ret, why));
    *why = jwt_keys_ok(a, *ret) ? NULL : "the issuer has no keys that could be used";
    return *why ? ERR_INVALID_IDENTITY_TOKEN : OK;
}

void issuer_fetch(struct sandbox *sandbox, const char *url, const _Atomic bool *stop)
{
    struct arena a;
    struct str keys = {NULL, 0};
    const char *why = NULL;
    arena_init(&a);
    int code = fetch_keys(&a, url, stop, &keys, &why);
    keep(sandbox->issuers, url, code, code == OK ? str_dup(&a, keys) : NULL, why);
    arena_done(&a);
}

char *issuer_setting(struct arena *a, const char *url)
{
    return arena_printf(a, "jwks %s", url);
}

/* What is known of the issuer from earlier fetches: false when nothing is, or not well enough. */
static bool recall(struct call *c, const char *url, bool stale, struct entry *ret)
{
    struct issuers *issuers = c->sandbox->issuers;
    pthread_mutex_lock(&issuers->lock);
    const struct entry *entry = find(issuers, url);
    int64_t now = clock_monotonic_ms();
    bool old = entry && entry->keys && now - entry->at >= KEEP_MS;
    bool kept = entry && entry->keys && !stale;
    bool fresh = entry && !old && (c->fetched || kept || now - entry->tried < RETRY_MS);
    if (fresh) {
        *ret = (struct entry){
            .keys = entry->keys ? arena_strdup(c->arena, entry->keys) : NULL,
            .why = entry->why ? arena_strdup(c->arena, entry->why) : NULL,
            .code = entry->code,
        };
    }
    pthread_mutex_unlock(&issuers->lock);
    return fresh;
}

/* The reason is for the explanation: AWS's sentences do not have it. */
static int refuse(struct call *c, int code, const char *why)
{
    c->reason = why;
    if (code == ERR_IDP_COMMUNICATION_ERROR) /* AWS undocumented: the words */
        return call_fail(c, code, "The identity provider could not be reached.");
    return call_fail(c, ERR_INVALID_IDENTITY_TOKEN,
                     "Couldn't retrieve verification key from your identity provider,  please "
                     "reference AssumeRoleWithWebIdentity documentation for requirements");
}

/* Keys that were put in. */
static int look_up(struct call *c, const char *url, struct setting_row *ret)
{
    struct tx tx;
    const char *name = issuer_setting(c->arena, url);
    TRY(call_begin_look(c, &tx));
    return call_end_look(c, q_setting_get(c->tx, &(struct q_setting_get){.name = name}, ret));
}

int issuer_keys(struct call *c, const char *url, bool stale, struct str *ret)
{
    struct setting_row row;
    struct entry entry;
    int code = look_up(c, url, &row);
    if (code != ERR_NOT_FOUND) {
        *ret = code == OK ? str_of(row.value) : (struct str){NULL, 0};
        return code;
    }
    if (!is_to_be_fetched(c, url)) {
        *ret = STR("{\"keys\":[]}");
        return OK;
    }
    if (!recall(c, url, stale, &entry)) {
        if (c->fetched) /* others pushed it out in between */
            return refuse(c, ERR_IDP_COMMUNICATION_ERROR, "Too many issuers are asked.");
        c->wanted = url;
        return ERR_WANTED;
    }
    if (!entry.keys)
        return refuse(c, entry.code, entry.why);
    *ret = str_of(entry.keys);
    return OK;
}
