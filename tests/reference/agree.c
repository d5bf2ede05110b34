/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The evaluator and the reference evaluator over generated cases: the same decision by the same
 * statement, whether explained or not, and what has to hold for every case by itself.
 *
 *     agree CASES [FIRST-SEED]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "evaluate/evaluate.h"
#include "generate.h"
#include "reference.h"

static const char *const members[] = {"decision", "layer", "policy", "statement"};

struct run {
    struct arena arena;
    struct evaluator *evaluator;
    uint64_t seed;
    json_t *line;
    size_t failures;
};

static void fail(struct run *run, const char *what, json_t *ours, json_t *theirs)
{
    char *line = json_dumps(run->line, JSON_COMPACT), *a = json_dumps(ours, JSON_COMPACT),
         *b = json_dumps(theirs, JSON_COMPACT);
    if (run->failures++ < 5)
        fprintf(stderr, "seed %" PRIu64 ": %s\n  line     %s\n  decided  %s\n  expected %s\n",
                run->seed, what, line, a, b);
    free(line);
    free(a);
    free(b);
}

/* The answer of the evaluator, within WORK; the caller gives the reference back. NULL: there is
   none because that did not suffice. */
static json_t *ask_within(struct run *run, json_t *line, bool explain, struct policy_work *work)
{
    const struct evaluate_options options = {.explain = explain, .number = 1, .work = work};
    char *text = json_dumps(line, JSON_COMPACT);
    struct buf out = buf_new(&run->arena, 4096);
    const char *reason;
    enum evaluated result =
        evaluate_line(run->evaluator, &run->arena, str_of(text), &options, &out, &reason);
    json_t *answer = NULL;
    if (result == EVALUATED)
        answer = json_loadb(out.p, out.n, 0, NULL);
    else if (reason != authz_unfinished || work_left(work))
        fail(run, reason, NULL, NULL);
    free(text);
    arena_reset(&run->arena);
    return answer;
}

static json_t *ask(struct run *run, json_t *line, bool explain)
{
    struct policy_work work = work_new(WORK_REQUEST, NULL);
    return ask_within(run, line, explain, &work);
}

static bool same(json_t *a, json_t *b)
{
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (!json_equal(json_object_get(a, members[i]), json_object_get(b, members[i])))
            return false;
    }
    return true;
}

static bool is_allowed(json_t *answer)
{
    const char *decision = json_string_value(json_object_get(answer, "decision"));
    return decision && strcmp(decision, "Allow") == 0;
}

/* A statement that denies everything, one more in the identity policies. */
static json_t *with_deny(json_t *line)
{
    json_t *copy = json_deep_copy(line), *list = json_object_get(copy, "identity_policies");
    if (!list)
        json_object_set_new(copy, "identity_policies", list = json_array());
    json_array_append_new(list,
                          json_pack("{s:s, s:{s:s, s:s, s:s}}", "Version", "2012-10-17",
                                    "Statement", "Effect", "Deny", "Action", "*", "Resource", "*"));
    return copy;
}

static void reverse(json_t *list)
{
    for (size_t i = 0, n = json_array_size(list); i < n; i++) {
        json_array_insert(list, i, json_array_get(list, n - 1));
        json_array_remove(list, n);
    }
}

/* Policies, and the statements in them, in the opposite order. */
static json_t *turned_round(json_t *line)
{
    json_t *copy = json_deep_copy(line), *list = json_object_get(copy, "identity_policies"), *entry;
    size_t i;
    reverse(list);
    json_array_foreach(list, i, entry)
    {
        json_t *document = json_object_get(entry, "document");
        reverse(json_object_get(document ? document : entry, "Statement"));
    }
    return copy;
}

static void check_properties(struct run *run, json_t *plain)
{
    json_t *denied_line = with_deny(run->line), *turned_line = turned_round(run->line);
    json_t *denied = ask(run, denied_line, false), *turned = ask(run, turned_line, false);
    if (is_allowed(denied) && !is_allowed(plain))
        fail(run, "one more Deny turned a denial into an allow", denied, plain);
    if (!json_equal(json_object_get(turned, "decision"), json_object_get(plain, "decision")) ||
        !json_equal(json_object_get(turned, "layer"), json_object_get(plain, "layer")))
        fail(run, "the order of policies and statements matters", turned, plain);
    json_decref(denied);
    json_decref(turned);
    json_decref(denied_line);
    json_decref(turned_line);
}

/* Whatever is left undone when the work ends, it changes no decision. */
static void check_work(struct run *run, json_t *plain)
{
    struct policy_work work = work_new(WORK_REQUEST, NULL);
    json_decref(ask_within(run, run->line, false, &work));
    uint64_t cost = WORK_REQUEST - work_left(&work);
    for (uint64_t least = run->seed % 28 / 4; least < cost; least += 1 + cost / 8) {
        work = work_new(least, NULL);
        json_t *answer = ask_within(run, run->line, false, &work);
        if (answer && !same(answer, plain))
            fail(run, "too little work changes the decision", answer, plain);
        json_decref(answer);
    }
}

static void check_case(struct run *run)
{
    run->line = generate_case(run->seed);
    json_t *expected = reference_decide(run->line);
    json_t *plain = ask(run, run->line, false), *explained = ask(run, run->line, true);
    if (!same(plain, expected))
        fail(run, "the reference evaluator disagrees", plain, expected);
    if (!same(plain, explained))
        fail(run, "an explanation changes the decision", explained, plain);
    check_properties(run, plain);
    if (run->seed % 4 == 0) /* it takes as long as all the rest */
        check_work(run, plain);
    json_decref(explained);
    json_decref(plain);
    json_decref(expected);
    json_decref(run->line);
}

int main(int argc, char *argv[])
{
    struct run run = {.evaluator = evaluator_new()};
    int64_t cases = 0, first = 1;
    if (argc < 2 || !str_to_int64(str_of(argv[1]), &cases) ||
        (argc > 2 && !str_to_int64(str_of(argv[2]), &first))) {
        fputs("usage: agree CASES [FIRST-SEED]\n", stderr);
        return 2;
    }
    arena_init(&run.arena);
    for (int64_t i = 0; i < cases; i++) {
        run.seed = (uint64_t)(first + i);
        check_case(&run);
    }
    printf("%" PRId64 " cases from seed %" PRId64 ", %zu failures\n", cases, first, run.failures);
    evaluator_free(run.evaluator);
    arena_done(&run.arena);
    return run.failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
