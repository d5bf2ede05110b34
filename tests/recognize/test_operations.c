/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each operation of schema/requests.jsonl, asked for as its row says, is found, or one that shares
 * the request with it. The rows are read here as they stand, without the generator.
 */
#include "../support/suite.h"
#include "recognize/recognize.h"
#include "row_requests.h"

/*
 * How many requests are told as another operation of the same name, and how many as none. Those are
 * older names of S3's operations, services that have the same operations (rds, docdb and neptune;
 * wisdom and qconnect), and without a host what services of one signing name have in common; two of
 * Lex have one path and are no namesakes.
 */
enum { SHARED = 419, AMBIGUOUS = 2 };

static json_t *rows;
static size_t shared_n, ambiguous_n;

static json_t *row_of(const char *id)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        if (strcmp(row_text(row, "id"), id) == 0)
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
static bool is_shared(struct row_request *asked, const struct recognized *found)
{
    json_t *other = row_of(found->service_id);
    json_t *op = json_object_get(json_object_get(other, "ops"), found->operation);
    const char *uri = row_text(asked->op, "h"), *other_uri = row_text(op, "h");
    if (!json_equal(json_object_get(other, "sign"), json_object_get(asked->service, "sign")))
        return false;
    if (uri && other_uri)
        return strcmp(shape_of(&asked->a, uri), shape_of(&asked->a, other_uri)) == 0;
    bool same = row_text(other, "target")
                    ? json_equal(json_object_get(other, "target"),
                                 json_object_get(asked->service, "target"))
                    : json_equal(last_version(other), last_version(asked->service));
    return !uri && same && strcmp(found->operation, asked->name) == 0;
}

static void check(struct row_request *asked)
{
    struct recognized found;
    recognize(&asked->a, &asked->rq, str_of(asked->scope), true, RECOGNIZE_HOSTS_OF_SDKS, &found);
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

START_TEST(each_operation)
{
    ck_assert_uint_eq(rows_ask(rows, NULL, check), 18398);
    ck_assert_uint_eq(shared_n, SHARED);
    ck_assert_uint_eq(ambiguous_n, AMBIGUOUS);
}
END_TEST

int main(int argc, char **argv)
{
    TCase *tcase = tcase_create("operations");
    rows = row_services(argc == 2 ? argv[1] : "");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, each_operation);
    int status = suite_run("recognize operations", tcase);
    json_decref(rows);
    return status;
}
