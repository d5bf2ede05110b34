/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests as proxies show them. nginx (ngx_http_auth_request_module) asks without the body, and
 * says in headers what its client's request line and Host were; 2xx lets in, 403 refuses, anything
 * else is an error. Envoy (extensions.filters.http.ext_authz.v3, HttpService with path_prefix)
 * sends the request itself below a prefix, with its Host, perhaps the body (with_request_body), and
 * otherwise Content-Length: 0; 200 lets in, and any other answer goes to the client.
 */
#include <netinet/in.h>

#include "server/api/admin_guard.h"
#include "server/own/authorize_priv.h"
#include "server/server.h"

#define PREFIX "/_iam-local/authorize"

/* What nginx is told to send. */
enum original {
    ORIGINAL_METHOD,
    ORIGINAL_URI,
    ORIGINAL_HOST,
    ORIGINAL_LENGTH,
    ORIGINAL_ADDRESS,
    ORIGINAL_COUNT
};

static const char *const original_names[] = {
    [ORIGINAL_METHOD] = "x-original-method",       [ORIGINAL_URI] = "x-original-uri",
    [ORIGINAL_HOST] = "x-original-host",           [ORIGINAL_LENGTH] = "x-original-content-length",
    [ORIGINAL_ADDRESS] = "x-original-remote-addr",
};

struct originals {
    struct str v[ORIGINAL_COUNT]; /* p == NULL: it is not there */
    bool twice;                   /* one of them is */
    bool any;
};

static int original_of(struct str name)
{
    for (int i = 0; i < ORIGINAL_COUNT; i++) {
        if (str_eq_fold(name, str_of(original_names[i])))
            return i;
    }
    return ORIGINAL_COUNT;
}

static struct originals find_originals(const struct request *rq)
{
    struct originals ret = {.any = false};
    for (size_t i = 0; i < rq->n_headers; i++) {
        int which = original_of(rq->headers[i].name);
        if (which == ORIGINAL_COUNT)
            continue;
        ret.twice |= ret.v[which].p != NULL;
        ret.any = true;
        ret.v[which] = str_trim(rq->headers[i].value);
    }
    return ret;
}

/* Of the proxy's own, and not of its client's request. */
static bool is_own(const struct call *c, const struct request_header *header)
{
    struct str value = header->value;
    if (header->name.n > 12 && str_same_fold(header->name.p, "x-iam-local-", 12))
        return true;
    return str_eq_fold(header->name, STR("authorization")) &&
           str_eq_fold(str_cut(&value, ' '), STR("bearer")) &&
           admin_token_is(&c->server->config, value);
}

static void copy_headers(const struct call *c, struct request *rq, bool (*leaves_out)(struct str))
{
    const struct request *from = c->rq;
    struct request_header *headers =
        NEW_ARRAY(c->arena, struct request_header, from->n_headers + ORIGINAL_COUNT);
    rq->n_headers = 0;
    for (size_t i = 0; i < from->n_headers; i++) {
        if (!is_own(c, &from->headers[i]) && !leaves_out(from->headers[i].name))
            headers[rq->n_headers++] = from->headers[i];
    }
    rq->headers = headers;
}

/* nginx has its own connection with this server. */
static bool is_of_subrequest(struct str name)
{
    return original_of(name) < ORIGINAL_COUNT || str_eq_fold(name, STR("host")) ||
           str_eq_fold(name, STR("connection")) || str_eq_fold(name, STR("content-length"));
}

static bool is_of_check(struct str name)
{
    return str_eq_fold(name, STR("x-envoy-auth-partial-body"));
}

static bool is_of_subrequest_below(struct str name)
{
    return is_of_check(name) || original_of(name) == ORIGINAL_LENGTH ||
           str_eq_fold(name, STR("content-length"));
}

static void add_header(struct request *rq, struct str name, struct str value)
{
    /* copy_headers has left room for those that it took away */
    struct request_header *headers = (struct request_header *)(uintptr_t)rq->headers;
    if (value.p)
        headers[rq->n_headers++] = (struct request_header){name, value};
}

/* nginx has "unix:" for the address of a client at a socket of this host. */
static bool has_address(struct str text)
{
    char address[INET6_ADDRSTRLEN];
    if (str_is(text, "unix:"))
        return true;
    if (text.n >= sizeof address)
        return false;
    memcpy(address, text.p, text.n);
    address[text.n] = '\0';
    return authorize_is_address(address);
}

static const char *check_originals(const struct originals *originals)
{
    const struct str *v = originals->v;
    if (originals->twice)
        return "a header X-Original-... is there twice: the proxy has to set them, whatever its "
               "client sends";
    if (!v[ORIGINAL_METHOD].n || !v[ORIGINAL_URI].n || !v[ORIGINAL_HOST].n)
        return "the headers X-Original-Method, X-Original-URI and X-Original-Host have to say what "
               "it was";
    if (v[ORIGINAL_ADDRESS].p && !has_address(v[ORIGINAL_ADDRESS]))
        return "X-Original-Remote-Addr is no address";
    return authorize_check_line(v[ORIGINAL_METHOD], v[ORIGINAL_URI]);
}

static void read_originals(const struct call *c, const struct originals *originals,
                           struct authorize_input *ret)
{
    struct request *rq = &ret->rq;
    ret->form = AUTHORIZE_GATE;
    ret->question.length = originals->v[ORIGINAL_LENGTH].p != NULL;
    ret->unreadable = check_originals(originals);
    rq->method = originals->v[ORIGINAL_METHOD];
    if (originals->v[ORIGINAL_ADDRESS].p && !str_is(originals->v[ORIGINAL_ADDRESS], "unix:"))
        rq->source_ip = str_dup(c->arena, originals->v[ORIGINAL_ADDRESS]);
    authorize_set_target(rq, originals->v[ORIGINAL_URI]);
    rq->body = STR("");
    copy_headers(c, rq, is_of_subrequest);
    add_header(rq, STR("host"), originals->v[ORIGINAL_HOST]);
    add_header(rq, STR("content-length"), originals->v[ORIGINAL_LENGTH]);
}

static void read_below(const struct call *c, struct str length, struct authorize_input *ret)
{
    struct request *rq = &ret->rq;
    const struct str prefix = STR(PREFIX);
    bool partial = str_eq_fold(request_header(c->rq, "x-envoy-auth-partial-body"), STR("true"));
    ret->form = AUTHORIZE_STAND_IN;
    rq->method = c->rq->method;
    rq->path = (struct str){c->rq->path.p + prefix.n, c->rq->path.n - prefix.n};
    rq->query = c->rq->query;
    ret->question.body = !partial && c->rq->body.n > 0;
    rq->body = ret->question.body ? c->rq->body : STR("");
    if (ret->question.body || !length.p) {
        copy_headers(c, rq, is_of_check);
        return;
    }
    /* nginx hands a refused request to this form without its body: its length may be signed. */
    copy_headers(c, rq, is_of_subrequest_below);
    add_header(rq, STR("content-length"), length);
}

bool authorize_read_proxied(struct call *c, struct authorize_input *ret)
{
    bool below = !str_is(c->rq->path, PREFIX);
    struct originals originals = find_originals(c->rq);
    *ret = (struct authorize_input){.rq = {.source_ip = c->rq->source_ip}};
    ret->question = (struct guard_question){.rq = &ret->rq, .learn = true};
    if (below)
        read_below(c, originals.v[ORIGINAL_LENGTH], ret);
    else if (originals.any)
        read_originals(c, &originals, ret);
    return below || originals.any;
}
