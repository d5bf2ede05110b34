/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/protocol.h"

#include "console_api.h"
#include "imds_api.h"
#include "own_api.h"
#include "server/api/admin_guard.h"
#include "server/api/route.h"
#include "server/server.h"
#include "signin_api.h"

/* Paths that are nobody else's, with all below them: the first that fits decides. */
static const struct root {
    const char *path;
    const struct api_service *service;
    const struct protocol *protocol;
} roots[] = {
    {"/_iam-local/container/credentials", &own_service, &protocol_container},
    {"/_iam-local", &own_service, &protocol_own},
    {"/_localstack", &own_service, &protocol_own},
    {"/latest", &imds_service, &protocol_imds},
    {"/console", &console_service, &protocol_page},
    {"/signin", &console_service, &protocol_page},
    {"/signout", &console_service, &protocol_page},
    {"/switchrole", &console_service, &protocol_page},
    {"/federation", &console_service, &protocol_federation},
    {"/v1/authorize", &console_service, &protocol_page},
    {"/v1/sessions/confirmation", &console_service, &protocol_page},
    {"/v1/token", &signin_service, &protocol_signin},
};

static bool is_at_or_below(struct str path, const char *root)
{
    struct str start = str_of(root);
    return str_starts(path, start) && (path.n == start.n || path.p[start.n] == '/');
}

/* Browsers get a page where clients get AWS's answer. Where the host is not one of ours it is AWS's
   front door's. */
static bool wants_page(const struct call *c)
{
    const struct request *rq = c->rq;
    bool get = str_is(rq->method, "GET") || str_is(rq->method, "HEAD");
    return get && str_is(rq->path, "/") && rq->query.n == 0 && request_accepts(rq, "text/html") &&
           !request_header(rq, "authorization").p && !page_guard(&c->server->config, rq);
}

static const struct root *find_root(const struct call *c)
{
    static const struct root page = {"/", &console_service, &protocol_page};
    for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
        if (is_at_or_below(c->rq->path, roots[i].path))
            return &roots[i];
    }
    return wants_page(c) ? &page : NULL;
}

const struct protocol *protocol_of_service(const struct api_service *service)
{
    static const struct protocol *const rows[] = {
        [API_QUERY] = &protocol_query,
        [API_JSON_1_0] = &protocol_json_1_0,
        [API_JSON_1_1] = &protocol_json_1_1,
        [API_REST_JSON] = &protocol_rest_json,
    };
    return rows[service->protocol];
}

/* What has no path of its own. */
static void find_by_headers(const struct request *rq, struct exchange *x)
{
    x->service = route_target(request_header(rq, "x-amz-target"));
    if (x->service)
        x->protocol = protocol_of_service(x->service);
    else
        x->protocol =
            request_accepts(rq, "application/json") ? &protocol_query_json : &protocol_query;
}

void protocol_find(struct call *c, struct exchange *x)
{
    const struct request *rq = c->rq;
    const struct root *root = find_root(c);
    if (!root) {
        find_by_headers(rq, x);
        return;
    }
    struct str method = str_is(rq->method, "HEAD") ? STR("GET") : rq->method;
    x->protocol = root->protocol;
    x->service = root->service;
    x->way = api_route_find(root->service, method, rq->path, rq->query);
    c->op = x->way ? x->way->op : NULL;
}

void protocol_guess(const struct request *rq, struct exchange *x)
{
    if (x->service)
        return;
    if (request_header(rq, "x-amz-target").p)
        x->protocol = &protocol_json_1_1;
    else if (route_path(rq))
        x->protocol = &protocol_rest_json;
}

int protocol_guard(struct call *c, UNUSED const struct exchange *x)
{
    bool guessable = c->enforcement == ENFORCE_OFF || c->server->guessable;
    const char *why_not = api_guard(&c->server->config, c->rq, guessable);
    return why_not ? call_fail(c, ERR_ACCESS_DENIED, "%s", why_not) : OK;
}

void protocol_finish(const struct call *c, const struct protocol *protocol, int status,
                     const struct buf *body, struct response *ret)
{
    ret->status = status;
    ret->body = buf_str(body);
    response_add(ret, "x-amzn-requestid", c->request_id);
    response_add(ret, "content-type", protocol->content_type);
}

void protocol_add_query_error(const struct call *c, const struct err_face *face,
                              struct response *ret)
{
    const char *value = arena_printf(c->arena, "%s;%s", face->code, face->fault);
    response_add(ret, "x-amzn-query-error", value);
}
