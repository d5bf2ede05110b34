/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one decision costs, in five situations, and the lines that `iam-local evaluate` is timed
 * with. Prints one JSON object per line.
 *
 *     evaldecide              nanoseconds per decision, and per decision of the naive evaluator
 *     evaldecide lines KIND N N lines of KIND: named or inline
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/tool.h"
#include "evaluate/input_priv.h"
#include "model/managed.h"
#include "reference.h"

enum { ROUNDS = 9, ROUND_NS = 20 * 1000 * 1000, REQUESTS = 16 };

#define PRINCIPAL                                                                                  \
    "\"principal\":\"arn:aws:iam::123456789012:user/alice\",\"context\":{\"aws:username\":"        \
    "\"alice\",\"aws:RequestedRegion\":\"us-east-1\",\"aws:SourceIp\":\"10.1.2.3\"}"
#define EVERYTHING                                                                                 \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\","           \
    "\"Resource\":\"*\"}]}"

/* Statements about services of number POLICY; each has a condition. */
static void add_policy(struct buf *b, int policy, int statements)
{
    buf_add_text(b, "{\"Version\":\"2012-10-17\",\"Statement\":[");
    for (int i = 0; i < statements; i++)
        buf_printf(b,
                   "%s{\"Sid\":\"S%d\",\"Effect\":\"Allow\",\"Action\":[\"s3:Get%d%d*\","
                   "\"s3:List%d%d*\",\"dynamodb:Query%d%d\"],\"Resource\":["
                   "\"arn:aws:s3:::bucket-%d%d/*\",\"arn:aws:dynamodb:us-east-1:123456789012:"
                   "table/${aws:username}-*\"],\"Condition\":{\"StringEquals\":{"
                   "\"aws:RequestedRegion\":[\"us-east-1\",\"eu-central-1\"]}}}",
                   i ? "," : "", i, policy, i, policy, i, policy, i, policy, i);
    buf_add_text(b, "]}");
}

static void add_request(struct buf *b, int i)
{
    buf_printf(b,
               PRINCIPAL ",\"action\":\"s3:Get%d%dObject\",\"resource\":\"arn:aws:s3:::"
                         "bucket-%d%d/key-%d\"}",
               i % 3, i % 5, i % 3, i % 5, i);
}

/* (a) a user with three policies of five statements, a boundary, two levels of SCPs */
static void layered(struct buf *b, int i)
{
    buf_add_text(b, "{\"identity_policies\":[");
    for (int policy = 0; policy < 3; policy++) {
        buf_add_text(b, policy ? "," : "");
        add_policy(b, policy, 5);
    }
    buf_add_text(b, "],\"boundary\":" EVERYTHING ",\"scps\":[[" EVERYTHING "],[" EVERYTHING "]],");
    add_request(b, i);
}

/* (b) ten policies of AWS, of about 2 KB each */
static void managed(struct buf *b, int i)
{
    static const char *const actions[] = {"s3:GetObject", "ec2:DescribeInstances",
                                          "logs:PutLogEvents", "iam:PassRole"};
    size_t found = 0;
    buf_add_text(b, "{\"identity_policies\":[");
    for (size_t at = 0; at < managed_count() && found < 10; at++) {
        struct managed_policy policy;
        managed_at(at, &policy);
        const char *document = managed_document(b->arena, &policy);
        size_t size = policy_size(str_of(document));
        if (size > 1900 && size < 2100)
            buf_printf(b, "%s%s", found++ ? "," : "", document);
    }
    buf_printf(b, "]," PRINCIPAL ",\"action\":\"%s\",\"resource\":\"arn:aws:s3:::bucket/key-%d\"}",
               actions[i % 4], i);
}

/* (c) a hundred statements in ten policies, of which one is about the action */
static void hundred(struct buf *b, int i)
{
    buf_add_text(b, "{\"identity_policies\":[");
    for (int policy = 0; policy < 10; policy++) {
        buf_printf(b, "%s{\"Version\":\"2012-10-17\",\"Statement\":[", policy ? "," : "");
        for (int s = 0; s < 10; s++)
            buf_printf(b,
                       "%s{\"Effect\":\"Allow\",\"Action\":[\"s3:Get%d%dObject\","
                       "\"s3:Put%d%dObject\"],\"Resource\":\"arn:aws:s3:::bucket-%d%d/*\"}",
                       s ? "," : "", policy, s, policy, s, policy, s);
        buf_add_text(b, "]}");
    }
    buf_add_text(b, "],");
    add_request(b, i);
}

/* (d) wildcards made to be tried over and over, 6 KB of them */
static void adversarial(struct buf *b, int i)
{
    buf_add_text(b, "{\"identity_policies\":[{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":"
                    "\"Allow\",\"Action\":\"*\",\"Resource\":[");
    for (int entry = 0; entry < 60; entry++) {
        buf_printf(b, "%s\"arn:aws:s3:::", entry ? "," : "");
        for (int star = 0; star < 42; star++)
            buf_add_text(b, "a*");
        buf_add_text(b, "b\"");
    }
    buf_printf(b, "]}}]," PRINCIPAL ",\"action\":\"s3:GetObject\",\"resource\":\"arn:aws:s3:::");
    for (int k = 0; k < 1000 + i; k++)
        buf_add_char(b, 'a');
    buf_add_text(b, "\"}");
}

static const struct situation {
    const char *name;
    void (*write)(struct buf *b, int i);
    double goal_us;
} situations[] = {
    {"3 policies of 5 statements, boundary, 2 SCP levels", layered, 1.0},
    {"10 AWS managed policies of 2 KB", managed, 3.0},
    {"100 statements, one about the action", hundred, 1.5},
    {"6 KB of adversarial wildcards", adversarial, 50},
};

static void read_line(struct evaluator *evaluator, struct arena *a, struct str line,
                      struct input *ret)
{
    const struct node *root;
    size_t bad;
    *ret = (struct input){.evaluator = evaluator, .arena = a};
    if (!node_read(a, line, &root, &bad) || !input_members(ret, root) || !input_context(ret) ||
        !input_principal(ret) || !input_request(ret) || !input_policies(ret))
        tool_die("a line cannot be read: %s", ret->reason ? ret->reason : "not JSON");
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Nanoseconds per call of RUN, the median of several rounds. */
static double measure(void (*run)(void *subject), void *subject)
{
    double rounds[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        uint64_t start = tool_now_ns(), now = start, n = 0;
        for (; now - start < ROUND_NS; n++, now = tool_now_ns())
            run(subject);
        rounds[i] = (double)(now - start) / (double)n / REQUESTS;
    }
    qsort(rounds, ROUNDS, sizeof *rounds, by_value);
    return rounds[ROUNDS / 2];
}

struct subjects {
    struct input inputs[REQUESTS];
    json_t *lines[REQUESTS];
    unsigned sum; /* so that the decisions are not left out */
};

static void run_real(void *subject)
{
    struct subjects *s = subject;
    for (size_t i = 0; i < REQUESTS; i++)
        s->sum += authz_decide(&s->inputs[i].request, NULL).outcome;
}

static void run_naive(void *subject)
{
    struct subjects *s = subject;
    for (size_t i = 0; i < REQUESTS; i++) {
        json_t *decision = reference_decide(s->lines[i]);
        s->sum += json_object_size(decision) > 0;
        json_decref(decision);
    }
}

static void time_situation(const struct situation *situation)
{
    struct arena a;
    struct evaluator *evaluator = evaluator_new();
    struct subjects s = {.sum = 0};
    arena_init(&a);
    for (int i = 0; i < REQUESTS; i++) {
        struct buf line = buf_new(&a, 65536);
        situation->write(&line, i);
        read_line(evaluator, &a, buf_str(&line), &s.inputs[i]);
        s.lines[i] = json_loadb(line.p, line.n, 0, NULL);
    }
    double real = measure(run_real, &s);
    double naive = measure(run_naive, &s);
    printf("{\"name\": \"%s\", \"ns\": %.1f, \"naive_ns\": %.1f, \"goal_us\": %.1f}\n",
           situation->name, real, naive, situation->goal_us);
    for (size_t i = 0; i < REQUESTS; i++)
        json_decref(s.lines[i]);
    evaluator_free(evaluator);
    arena_done(&a);
}

/* Two documents, together about 2 KB, by name or in every line. */
static void print_lines(bool named, int64_t n)
{
    struct arena a;
    arena_init(&a);
    struct buf documents = buf_new(&a, 4096), names = buf_new(&a, 64);
    for (int policy = 0; policy < 2; policy++) {
        struct buf document = buf_new(&a, 2048);
        add_policy(&document, policy, 4 - policy);
        buf_printf(&documents, "%s%s", policy ? "," : "", buf_text(&document));
        buf_printf(&names, "%s\"p%d\"", policy ? "," : "", policy);
        if (named)
            printf("{\"define\":\"p%d\",\"document\":%s}\n", policy, buf_text(&document));
    }
    for (int64_t i = 0; i < n; i++) {
        struct buf request = buf_new(&a, 512);
        add_request(&request, (int)(i % REQUESTS));
        printf("{\"id\":%d,\"identity_policies\":[%s],%s\n", (int)i,
               buf_text(named ? &names : &documents), buf_text(&request));
    }
    arena_done(&a);
}

int main(int argc, char *argv[])
{
    if (argc == 4 && strcmp(argv[1], "lines") == 0)
        print_lines(strcmp(argv[2], "named") == 0, tool_number(argv[3]));
    else
        for (size_t i = 0; i < ARRAY_LEN(situations); i++)
            time_situation(&situations[i]);
    return EXIT_SUCCESS;
}
