/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each operation of schema/requests.jsonl, asked for as its row says, is found, or one that shares
 * the request with it. The rows are read here as they stand, without the generator.
 */
#include <jansson.h>
#include <stdio.h>

#include "../support/suite.h"
#include "recognize/recognize.h"

/*
 * How many requests are told as another operation of the same name, and how many as none. Those are
 * older names of S3's operations, services that have the same operations (rds, docdb and neptune;
 * wisdom and qconnect), and without a host what services of one signing name have in common; two of
 * Lex have one path and are no namesakes.
 */
enum { SHARED = 419, AMBIGUOUS = 2 };

enum { HEADERS_MAX = 16 };

struct asked {
    struct arena a;
    json_t *service, *op;
    const char *id, *name, *scope;
    struct request rq;
    struct request_header headers[HEADERS_MAX];
};

static json_t *rows;
static size_t asked_n, shared_n, ambiguous_n;

static const char *text_of(json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

static void add_header(struct asked *asked, const char *name, const char *value)
{
    ck_assert_uint_lt(asked->rq.n_headers, HEADERS_MAX);
    asked->headers[asked->rq.n_headers++] = (struct request_header){str_of(name), str_of(value)};
}

static void begin(struct asked *asked, const char *method, const char *path)
{
    asked->rq =
        (struct request){.method = str_of(method), .path = str_of(path), .headers = asked->headers};
}

static json_t *row_of(const char *id)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        if (strcmp(text_of(row, "id"), id) == 0)
            return row;
    }
    return NULL;
}

/* A method and URI without the names of labels and without a slash at the end of the path. */
static const char *shape_of(struct arena *a, const char *uri)
{
    struct buf b = buf_new(a, strlen(uri));
    bool inside = false;
    for (; *uri; uri++) {
        bool last = *uri == '/' && (uri[1] == '\0' || uri[1] == '?');
        if (*uri == '{' || *uri == '}')
            inside = *uri == '{';
        if (!inside && !last)
            buf_add_char(&b, *uri);
    }
    return buf_text(&b);
}

static json_t *last_version(json_t *service)
{
    json_t *versions = json_object_get(service, "ver");
    return json_array_get(versions, json_array_size(versions) - 1);
}

/* Whether another operation is meant by the same request. */
static bool is_shared(struct asked *asked, const struct recognized *found)
{
    json_t *other = row_of(found->service_id);
    json_t *op = json_object_get(json_object_get(other, "ops"), found->operation);
    const char *uri = text_of(asked->op, "h"), *other_uri = text_of(op, "h");
    if (!json_equal(json_object_get(other, "sign"), json_object_get(asked->service, "sign")))
        return false;
    if (uri && other_uri)
        return strcmp(shape_of(&asked->a, uri), shape_of(&asked->a, other_uri)) == 0;
    bool same = text_of(other, "target")
                    ? json_equal(json_object_get(other, "target"),
                                 json_object_get(asked->service, "target"))
                    : json_equal(last_version(other), last_version(asked->service));
    return !uri && same && strcmp(found->operation, asked->name) == 0;
}

static void check(struct asked *asked)
{
    struct recognized found;
    recognize(&asked->a, &asked->rq, str_of(asked->scope), true, RECOGNIZE_HOSTS_OF_SDKS, &found);
    asked_n++;
    if (found.why == RECOGNIZE_AMBIGUOUS && !request_header(&asked->rq, "host").p) {
        ambiguous_n++;
        return;
    }
    ck_assert_msg(found.why == RECOGNIZED, "%s.%s: %s %.*s?%.*s", asked->id, asked->name,
                  found.reason, STR_FMT(asked->rq.path), STR_FMT(asked->rq.query));
    if (strcmp(found.service_id, asked->id) == 0 && strcmp(found.operation, asked->name) == 0)
        return;
    ck_assert_msg(is_shared(asked, &found), "%s.%s is told as %s.%s", asked->id, asked->name,
                  found.service_id, found.operation);
    shared_n++;
}

static void ask_by_target(struct asked *asked)
{
    begin(asked, "POST", "/");
    add_header(asked, "X-Amz-Target",
               arena_printf(&asked->a, "%s.%s", text_of(asked->service, "target"), asked->name));
    check(asked);
}

static void ask_by_rpc_path(struct asked *asked)
{
    begin(asked, "POST",
          arena_printf(&asked->a, "/service/%s/operation/%s", text_of(asked->service, "target"),
                       asked->name));
    add_header(asked, "Smithy-Protocol", "rpc-v2-cbor");
    check(asked);
}

/* In each version, in the body and in the query string. */
static void ask_by_action(struct asked *asked)
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

static void add_needs(struct asked *asked, struct buf *query)
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
static const char *host_of(struct asked *asked)
{
    const char *host = json_string_value(json_array_get(json_object_get(asked->service, "ep"), 0));
    bool below = strncmp(host, "*.", 2) == 0;
    return arena_printf(&asked->a, "%s%s.us-east-1.amazonaws.com", below ? "x" : "",
                        below ? host + 1 : host);
}

static void ask_by_path(struct asked *asked, const char *text, bool needs)
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

static void ask(struct asked *asked)
{
    size_t i;
    json_t *uri;
    if (speaks(asked->service, "json"))
        ask_by_target(asked);
    if (speaks(asked->service, "smithy-rpc-v2-cbor"))
        ask_by_rpc_path(asked);
    if (speaks(asked->service, "query") || speaks(asked->service, "ec2"))
        ask_by_action(asked);
    if (text_of(asked->op, "h"))
        ask_by_path(asked, text_of(asked->op, "h"), true);
    json_array_foreach(json_object_get(asked->op, "also"), i, uri)
        ask_by_path(asked, json_string_value(uri), false);
}

START_TEST(each_operation)
{
    size_t i, operations = 0;
    json_t *service, *op;
    const char *name;
    json_array_foreach(rows, i, service)
    {
        json_object_foreach(json_object_get(service, "ops"), name, op)
        {
            struct asked asked = {.service = service, .op = op, .name = name};
            arena_init(&asked.a);
            asked.id = text_of(service, "id");
            asked.scope = json_string_value(json_array_get(json_object_get(service, "sign"), 0));
            size_t before = asked_n;
            ask(&asked);
            ck_assert_msg(asked_n > before, "%s.%s has no way", asked.id, name);
            operations++;
            arena_done(&asked.a);
        }
    }
    ck_assert_uint_eq(operations, 18398);
    ck_assert_uint_eq(shared_n, SHARED);
    ck_assert_uint_eq(ambiguous_n, AMBIGUOUS);
}
END_TEST

static json_t *read_rows(const char *path)
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

int main(int argc, char **argv)
{
    TCase *tcase = tcase_create("operations");
    rows = read_rows(argc == 2 ? argv[1] : "");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, each_operation);
    int status = suite_run("recognize operations", tcase);
    json_decref(rows);
    return status;
}
