/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What it costs to recognise requests: which operation each is, and the permissions that it needs.
 * Reads lines as tests/recognize/captured.jsonl has them, and prints one JSON object: of all that
 * are recognised, the median and the 90th and 99th percentile of nanoseconds.
 *
 *     recognizing FILE...
 */
#include <stdio.h>
#include <stdlib.h>

#include "authn/sigv4.h"
#include "bench/tool.h"
#include "policy/json.h"
#include "recognize/recognize.h"

enum { ROUNDS = 5, TIMES = 200, NUMBERS_MAX = 8192 };

struct numbers {
    double both[NUMBERS_MAX], operation[NUMBERS_MAX];
    size_t n, unknown;
};

static struct str text_of(const struct node *line, const char *name)
{
    const struct node *member = node_get(line, name);
    return member ? member->text : (struct str){NULL, 0};
}

static void read_headers(struct arena *a, const struct node *headers, struct request *ret)
{
    struct request_header *v = NEW_ARRAY(a, struct request_header, headers->n);
    ret->headers = v;
    for (const struct node *e = headers->first; e; e = e->next)
        v[ret->n_headers++] = (struct request_header){e->key, e->text};
}

static struct request read_request(struct arena *a, struct str text)
{
    const struct node *line;
    size_t bad;
    struct buf body = buf_new(a, 1);
    if (!node_read(a, text, &line, &bad) || !node_get(line, "headers"))
        tool_die("a line is no request");
    struct str target = text_of(line, "target");
    struct request rq = {.method = text_of(line, "method"), .path = str_cut(&target, '?')};
    rq.query = target;
    read_headers(a, node_get(line, "headers"), &rq);
    if (!buf_base64_decode(&body, text_of(line, "body")))
        tool_die("a body is no base64");
    rq.body = buf_str(&body);
    return rq;
}

static bool needs(struct arena *a, const struct request *rq, const struct recognized *op)
{
    const struct recognize_caller caller = {.partition = "aws",
                                            .region = STR("us-east-1"),
                                            .account = STR("123456789012"),
                                            .user = STR("alice"),
                                            .auth_type = "REST-HEADER",
                                            .signature = "AWS4-HMAC-SHA256",
                                            .signature_age = -1};
    struct recognize_permissions permissions;
    return recognize_permissions(a, rq, op, &caller, true, &permissions) == RECOGNIZED;
}

static bool recognize_one(struct arena *a, const struct request *rq, struct str scope, bool whole)
{
    struct recognized op;
    recognize(a, rq, scope, true, RECOGNIZE_HOSTS_OF_SDKS, &op);
    return op.why == RECOGNIZED && (!whole || needs(a, rq, &op));
}

/* Nanoseconds, the least of some rounds. */
static double measure(struct arena *a, const struct request *rq, struct str scope, bool whole)
{
    double least = 0;
    for (size_t i = 0; i < ROUNDS; i++) {
        uint64_t start = tool_now_ns();
        for (size_t k = 0; k < TIMES; k++) {
            arena_reset(a);
            recognize_one(a, rq, scope, whole);
        }
        double took = (double)(tool_now_ns() - start) / TIMES;
        least = i == 0 || took < least ? took : least;
    }
    return least;
}

static void measure_line(struct arena *kept, struct arena *a, struct str line,
                         struct numbers *numbers)
{
    struct sigv4_auth auth = {.presigned = false};
    const char *message;
    struct request rq = read_request(kept, line);
    if (sigv4_find(kept, &rq, true, &auth, &message) != OK)
        auth.service = (struct str){NULL, 0};
    if (numbers->n == NUMBERS_MAX)
        tool_die("more than %d requests", NUMBERS_MAX);
    if (!recognize_one(a, &rq, auth.service, true)) {
        numbers->unknown++;
        return;
    }
    numbers->operation[numbers->n] = measure(a, &rq, auth.service, false);
    numbers->both[numbers->n++] = measure(a, &rq, auth.service, true);
}

static void measure_file(const char *path, struct numbers *numbers)
{
    struct arena kept, a;
    char *line = NULL;
    size_t size = 0;
    ssize_t n;
    FILE *file = fopen(path, "re");
    if (!file)
        tool_die("%s: cannot be read", path);
    arena_init(&kept);
    arena_init(&a);
    while ((n = getline(&line, &size, file)) > 0) {
        measure_line(&kept, &a, (struct str){line, (size_t)n}, numbers);
        arena_reset(&kept);
    }
    arena_done(&a);
    arena_done(&kept);
    free(line);
    fclose(file);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(double *v, size_t n, size_t percent)
{
    qsort(v, n, sizeof *v, by_value);
    return v[n * percent / 100];
}

int main(int argc, char *argv[])
{
    static struct numbers numbers;
    for (int i = 1; i < argc; i++)
        measure_file(argv[i], &numbers);
    if (numbers.n == 0)
        tool_die("usage: recognizing FILE...");
    printf("{\"requests\": %zu, \"unknown\": %zu, \"operation_ns\": %.0f, \"ns\": %.0f, "
           "\"p90_ns\": %.0f, \"p99_ns\": %.0f}\n",
           numbers.n, numbers.unknown, percentile(numbers.operation, numbers.n, 50),
           percentile(numbers.both, numbers.n, 50), percentile(numbers.both, numbers.n, 90),
           percentile(numbers.both, numbers.n, 99));
    return EXIT_SUCCESS;
}
