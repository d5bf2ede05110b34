/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference evaluator against the cases of the files given as arguments:
 *   *.jsonl  decision lines with "id" and "expected", see reference.h
 *   *.json   the policy suite's cases, whose documents become identity policies of a user
 * and against generated lines, which have to reach every decision and every layer.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generate.h"
#include "reference.h"

#define GENERATED 20000

static const char *const *files;

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && !strcmp(text + n - m, end);
}

static const char *member(json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* Each member of EXPECTED has to be in what the reference decides. */
static void check_decision(const char *where, size_t number, json_t *line, json_t *expected)
{
    json_t *decided = reference_decide(line), *value;
    const char *key;
    json_object_foreach(expected, key, value)
    {
        ck_assert_msg(json_equal(json_object_get(decided, key), value),
                      "%s:%zu: %s: %s by %s, policy %s", where, number, member(line, "id"),
                      member(decided, "decision"), member(decided, "layer"),
                      member(decided, "policy"));
    }
    json_decref(decided);
}

static void run_lines(const char *file)
{
    FILE *in = fopen(file, "r");
    ck_assert_msg(in != NULL, "%s cannot be read", file);
    char *text = NULL;
    size_t size = 0, number = 0;
    while (getline(&text, &size, in) > 0) {
        json_error_t error;
        json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, &error);
        number++;
        ck_assert_msg(line != NULL, "%s:%zu: %s", file, number, error.text);
        json_t *expected = json_object_get(line, "expected");
        ck_assert_msg(json_object_size(expected) >= 2, "%s:%zu expects nothing", file, number);
        check_decision(file, number, line, expected);
        json_decref(line);
    }
    ck_assert_uint_gt(number, 0);
    free(text);
    fclose(in);
}

/* The documents of a case of the policy suite; NULL when one is no JSON. */
static json_t *documents_of(json_t *c)
{
    json_t *condition = json_object_get(c, "condition"), *policy = json_object_get(c, "policy");
    if (condition)
        return json_pack("[{s:s, s:{s:s, s:s, s:s, s:O}}]", "Version", "2012-10-17", "Statement",
                         "Effect", "Allow", "Action", "*", "Resource", "*", "Condition", condition);
    if (json_object_get(c, "policies"))
        return json_incref(json_object_get(c, "policies"));
    if (json_is_string(policy))
        return json_pack("[o*]", json_loads(json_string_value(policy), 0, NULL));
    return json_pack("[O*]", policy);
}

/* A case is about a statement, not about layers, when its document is an identity policy. */
static bool is_comparable(json_t *c)
{
    const char *kind = member(c, "kind"), *expect = member(c, "expect");
    return !json_object_get(c, "error") && strcmp(expect, "ok") != 0 &&
           (!*kind || !strcmp(kind, "identity") || !strcmp(kind, "managed"));
}

static void copy_member(json_t *line, json_t *c, const char *name, const char *otherwise)
{
    json_t *value = json_object_get(c, name);
    if (value)
        json_object_set(line, name, value);
    else if (otherwise)
        json_object_set_new(line, name, json_string(otherwise));
}

static json_t *line_of(json_t *c)
{
    json_t *line = json_pack("{s:O, s:s, s:s, s:o}", "id", json_object_get(c, "name"), "principal",
                             "arn:aws:iam::111122223333:user/alice", "resource_account",
                             "111122223333", "identity_policies", documents_of(c));
    copy_member(line, c, "action", "s3:GetObject");
    copy_member(line, c, "resource", "arn:aws:s3:::bucket/key");
    copy_member(line, c, "context", NULL);
    copy_member(line, c, "multivalued", NULL);
    return line;
}

static const char *decision_of(const char *expect)
{
    if (!strcmp(expect, "allow"))
        return "Allow";
    return !strcmp(expect, "deny") ? "ExplicitDeny" : "ImplicitDeny";
}

static void run_statements(const char *file)
{
    json_error_t error;
    json_t *cases = json_load_file(file, JSON_REJECT_DUPLICATES, &error), *c;
    ck_assert_msg(json_is_array(cases), "%s:%d: %s", file, error.line, error.text);
    size_t i;
    json_array_foreach(cases, i, c)
    {
        if (!is_comparable(c))
            continue;
        json_t *line = line_of(c);
        json_t *expected = json_pack("{s:s}", "decision", decision_of(member(c, "expect")));
        check_decision(file, i + 2, line, expected);
        json_decref(expected);
        json_decref(line);
    }
    json_decref(cases);
}

START_TEST(all_cases)
{
    if (ends_with(files[_i], ".jsonl"))
        run_lines(files[_i]);
    else
        run_statements(files[_i]);
}
END_TEST

/* How often each word was said. */
struct tally {
    const char *word;
    size_t count;
};

static struct tally decisions[] = {{"Allow", 0}, {"ExplicitDeny", 0}, {"ImplicitDeny", 0}};
static struct tally layers[] = {
    {"none", 0},  {"root", 0},     {"scp", 0},      {"rcp", 0},      {"vpc_endpoint", 0},
    {"trust", 0}, {"resource", 0}, {"identity", 0}, {"boundary", 0}, {"session", 0},
};

static void count(struct tally *tally, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        tally[i].count += !strcmp(tally[i].word, word);
}

/* Two of a hundred; what is rarer is hardly tried. */
static void check_tally(const struct tally *tally, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (getenv("REFERENCE_TALLY"))
            printf("%-12s %5.2f %%\n", tally[i].word, 100.0 * (double)tally[i].count / GENERATED);
        ck_assert_msg(tally[i].count >= GENERATED / 50, "%s only %zu times in %d", tally[i].word,
                      tally[i].count, GENERATED);
    }
}

#define LEN(list) (sizeof(list) / sizeof(*(list)))

START_TEST(generated_cases)
{
    for (uint64_t seed = 0; seed < GENERATED; seed++) {
        json_t *line = generate_case(seed), *decided = reference_decide(line);
        count(decisions, LEN(decisions), member(decided, "decision"));
        count(layers, LEN(layers), member(decided, "layer"));
        json_decref(decided);
        json_decref(line);
    }
    check_tally(decisions, LEN(decisions));
    check_tally(layers, LEN(layers));
}
END_TEST

START_TEST(generator_repeats_itself)
{
    for (uint64_t seed = 0; seed < 1000; seed++) {
        json_t *once = generate_case(seed), *again = generate_case(seed);
        json_t *other = generate_case(seed + 1);
        ck_assert_msg(json_equal(once, again), "seed %d", (int)seed);
        ck_assert_msg(!json_equal(once, other), "seed %d", (int)seed);
        json_decref(once);
        json_decref(again);
        json_decref(other);
    }
}
END_TEST

int main(int argc, char **argv)
{
    files = (const char *const *)argv + 1;
    Suite *suite = suite_create("reference");
    TCase *tests = tcase_create("reference");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, all_cases, 0, argc - 1);
    tcase_add_test(tests, generated_cases);
    tcase_add_test(tests, generator_repeats_itself);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed || argc < 2 ? EXIT_FAILURE : EXIT_SUCCESS;
}
