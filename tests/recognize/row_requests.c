/* SPDX-License-Identifier: Apache-2.0 */
#include "row_requests.h"

#include <check.h>
#include <stdio.h>

const char *row_text(const json_t *row, const char *member)
{
    return json_string_value(json_object_get(row, member));
}

static void add_header(struct row_request *asked, const char *name, const char *value)
{
    ck_assert_uint_lt(asked->rq.n_headers, ROW_HEADERS_MAX);
    asked->headers[asked->rq.n_headers++] = (struct request_header){str_of(name), str_of(value)};
}

static void begin(struct row_request *asked, const char *method, const char *path)
{
    asked->rq =
        (struct request){.method = str_of(method), .path = str_of(path), .headers = asked->headers};
}

static void ask_by_target(struct row_request *asked, row_check *check)
{
    begin(asked, "POST", "/");
    add_header(asked, "X-Amz-Target",
               arena_printf(&asked->a, "%s.%s", row_text(asked->service, "target"), asked->name));
    check(asked);
}

static void ask_by_rpc_path(struct row_request *asked, row_check *check)
{
    begin(asked, "POST",
          arena_printf(&asked->a, "/service/%s/operation/%s", row_text(asked->service, "target"),
                       asked->name));
    add_header(asked, "Smithy-Protocol", "rpc-v2-cbor");
    check(asked);
}

/* In each version, in the body and in the query string. */
static void ask_by_action(struct row_request *asked, row_check *check)
{
    size_t i;
    json_t *version;
    json_array_foreach(json_object_get(asked->service, "ver"), i, version)
    {
        struct str form = str_of(arena_printf(&asked->a, "Action=%s&Version=%s", asked->name,
                                              json_string_value(version)));
        begin(asked, "POST", "/");
        asked->rq.body = form;
        add_header(asked, "Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        check(asked);
        begin(asked, "GET", "/");
        asked->rq.query = form;
        check(asked);
    }
}

/* A value in place of each label, with a slash in greedy ones. */
static const char *filled(struct arena *a, struct str path)
{
    struct buf b = buf_new(a, path.n);
    while (path.n) {
        buf_add(&b, str_cut(&path, '{'));
        if (path.p) {
            struct str label = str_cut(&path, '}');
            buf_add_text(&b, label.p[label.n - 1] == '+' ? "x/y" : "arn%3Ax%2Fy");
        }
    }
    return buf_text(&b);
}

static void add_needs(struct row_request *asked, struct buf *query)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(asked->op, "need"), i, item)
    {
        struct str need = str_of(json_string_value(item));
        bool in_query = need.p[0] == 'q';
        str_cut(&need, ':');
        struct str name = str_cut(&need, '=');
        if (name.n > 2 && memcmp(name.p + name.n - 2, ".#", 2) == 0)
            name.n -= 2;
        const char *value = need.p ? str_dup(&asked->a, need) : "v";
        if (in_query)
            buf_printf(query, "%s%.*s=%s", query->n ? "&" : "", STR_FMT(name), value);
        else
            add_header(asked, str_dup(&asked->a, name), value);
    }
}

/* The service's host, below a label of its users' if it has one. */
static const char *host_of(struct row_request *asked)
{
    const char *host = json_string_value(json_array_get(json_object_get(asked->service, "ep"), 0));
    bool below = strncmp(host, "*.", 2) == 0;
    return arena_printf(&asked->a, "%s%s.us-east-1.amazonaws.com", below ? "x" : "",
                        below ? host + 1 : host);
}

static void ask_by_path(struct row_request *asked, row_check *check, const char *text, bool needs)
{
    struct str uri = str_of(text);
    const char *method = str_dup(&asked->a, str_cut(&uri, ' '));
    const char *path = filled(&asked->a, str_cut(&uri, '?'));
    if (strstr(text, "/{Bucket}"))
        path = arena_printf(&asked->a, "/b%s", strstr(path, "%2Fy") + 4);
    begin(asked, *method == '*' ? "GET" : method, path);
    struct buf query = buf_new(&asked->a, uri.n);
    buf_add(&query, uri);
    if (needs)
        add_needs(asked, &query);
    asked->rq.query = buf_str(&query);
    if (!json_object_get(asked->service, "dataplane"))
        check(asked);
    add_header(asked, "Host", host_of(asked));
    check(asked);
}

static bool speaks(json_t *service, const char *protocol)
{
    size_t i;
    json_t *each;
    json_array_foreach(json_object_get(service, "proto"), i, each)
    {
        if (strcmp(json_string_value(each), protocol) == 0)
            return true;
    }
    json_array_foreach(json_object_get(service, "alsoproto"), i, each)
    {
        if (strcmp(json_string_value(each), protocol) == 0)
            return true;
    }
    return false;
}

static void ask(struct row_request *asked, row_check *check)
{
    size_t i;
    json_t *uri;
    if (speaks(asked->service, "json"))
        ask_by_target(asked, check);
    if (speaks(asked->service, "smithy-rpc-v2-cbor"))
        ask_by_rpc_path(asked, check);
    if (speaks(asked->service, "query") || speaks(asked->service, "ec2"))
        ask_by_action(asked, check);
    if (row_text(asked->op, "h"))
        ask_by_path(asked, check, row_text(asked->op, "h"), true);
    json_array_foreach(json_object_get(asked->op, "also"), i, uri)
        ask_by_path(asked, check, json_string_value(uri), false);
}

static void ask_service(json_t *service, const char *certainty, row_check *check, size_t *n)
{
    json_t *op;
    const char *name;
    json_object_foreach(json_object_get(service, "ops"), name, op)
    {
        if (certainty && strcmp(row_text(op, "c"), certainty) != 0)
            continue;
        struct row_request asked = {.service = service, .op = op, .name = name};
        arena_init(&asked.a);
        asked.id = row_text(service, "id");
        asked.scope = json_string_value(json_array_get(json_object_get(service, "sign"), 0));
        ask(&asked, check);
        ck_assert_msg(asked.rq.method.p != NULL, "%s.%s has no way", asked.id, name);
        arena_done(&asked.a);
        ++*n;
    }
}

size_t rows_ask(json_t *services, const char *certainty, row_check *check)
{
    size_t i, n = 0;
    json_t *service;
    json_array_foreach(services, i, service) ask_service(service, certainty, check, &n);
    return n;
}

json_t *row_services(const char *path)
{
    FILE *file = fopen(path, "r");
    json_t *all = json_array();
    char *line = NULL;
    size_t room = 0;
    for (ssize_t n = 0; file && (n = getline(&line, &room, file)) > 0;)
        json_array_append_new(all, json_loadb(line, (size_t)n, 0, NULL));
    free(line);
    if (file)
        fclose(file);
    return all;
}
