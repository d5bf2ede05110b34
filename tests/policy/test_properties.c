/* SPDX-License-Identifier: Apache-2.0 */
/* Properties of random patterns and policies. The seed is the argument, or 1, and is printed. */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/rand.h"
#include "policy/facts.h"
#include "policy/naive.h"
#include "policy/policy_priv.h"

static struct arena a;
static struct rand source;

static size_t below(size_t n)
{
    uint32_t number;
    rand_bytes(&source, (unsigned char *)&number, sizeof number);
    return number % n;
}

/* The character at the start of TEXT. */
static size_t width(const char *text)
{
    struct str rest = str_of(text);
    str_utf8_next(&rest);
    return (size_t)(rest.p - text);
}

/* Up to MOST characters of ALPHABET. */
static struct str random_text(const char *alphabet, size_t most)
{
    struct buf b = buf_new(&a, most + 1);
    for (size_t n = below(most + 1); n > 0; n--) {
        const char *letter = alphabet;
        for (size_t i = below(str_utf8_len(str_of(alphabet))); i > 0; i--)
            letter += width(letter);
        buf_add(&b, (struct str){letter, width(letter)});
    }
    return (struct str){buf_text(&b), b.n};
}

/* Both ways of matching, and the naive one. */
static void check_match(const char *glob, struct str text, size_t folded)
{
    const struct scope scope = {NULL, NULL};
    struct pattern pattern =
        pattern_compile(&a, str_of(glob), PATTERN_WILDCARDS | PATTERN_VARIABLES);
    bool wanted = naive_matches(str_of(glob), text, folded);
    ck_assert_msg(pattern_matches(&pattern, text, folded, &scope) == wanted,
                  "pattern %s text %s folded %zu", glob, text.p, folded);
    ck_assert_msg(glob_matches(&pattern, 1, 0, text, folded, &scope) == wanted,
                  "in blocks: pattern %s text %s folded %zu", glob, text.p, folded);
}

START_TEST(matcher_equals_reference)
{
    for (int round = 0; round < 20000; round++) {
        check_match(random_text("ab*?", 10).p, random_text("ab", 12), FOLD_NOTHING);
        arena_reset(&a);
    }
}
END_TEST

/* Characters of one to four bytes; `?` is a whole one. */
START_TEST(characters_equal_reference)
{
    for (int round = 0; round < 20000; round++) {
        check_match(random_text("a\u00e9\u20ac\U0001f600*?", 10).p,
                    random_text("a\u00e9\u20ac\U0001f600", 12), FOLD_NOTHING);
        arena_reset(&a);
    }
}
END_TEST

/* Runs of wildcards of any length, in any order, against texts of about that length. */
START_TEST(runs_equal_reference)
{
    for (int round = 0; round < 20000; round++) {
        const char *letters = below(2) ? "ab" : "a\u00e9\u20ac";
        struct str text = random_text(letters, 50);
        size_t length = str_utf8_len(text) + below(3);
        struct buf glob = buf_new(&a, 64);
        buf_add(&glob, random_text("ab*", 2));
        for (size_t star = below(60), i = 0; i < length; i++)
            buf_add_text(&glob, i == star ? "?*" : "?");
        buf_add(&glob, random_text(letters, 2));
        check_match(buf_text(&glob), text, FOLD_NOTHING);
        arena_reset(&a);
    }
}
END_TEST

/* Texts of several blocks of 64 bytes, with characters on their borders. */
START_TEST(long_texts_equal_reference)
{
    for (int round = 0; round < 2000; round++) {
        const char *letters = below(2) ? "ab" : "aAb\u00e9\U0001f600";
        struct str text = random_text(letters, 200);
        struct buf glob = buf_new(&a, 256);
        for (size_t at = 0; at < text.n; at += width(text.p + at)) {
            size_t dice = below(40);
            if (dice < 2)
                buf_add_char(&glob, "*?"[dice]);
            else if (dice > 2)
                buf_add(&glob, (struct str){text.p + at, width(text.p + at)});
            if (dice == 3)
                at += width(text.p + at) * below(2);
            if (at >= text.n)
                break;
        }
        check_match(buf_text(&glob), text, below(text.n + 2));
        arena_reset(&a);
    }
}
END_TEST

/* Wildcards in front of the resource, with and without colons that they run on over. */
START_TEST(resources_equal_reference)
{
    const struct scope scope = {NULL, NULL};
    size_t matched = 0;
    for (int round = 0; round < 10000; round++) {
        struct buf text = buf_new(&a, 256);
        for (int i = 0; i < 4; i++)
            buf_printf(&text, "%c%s:", "ab"[below(2)], random_text("abA", 2).p);
        buf_add_char(&text, 'a');
        buf_add(&text, random_text("ab:A", below(10) ? 8 : 150));
        const char *glob = random_text(below(2) ? "ab:*?A" : "a:*", 24).p;
        struct arn arn;
        ck_assert(arn_parse(str_of(arena_printf(&a, "arn:%s", buf_text(&text))), &arn));
        struct arn_pattern pattern = arn_pattern_of_resource(
            &a, str_of(arena_printf(&a, "arn:%s", glob)), PATTERN_WILDCARDS, false);
        size_t head = (size_t)(arn.resource.p - arn.partition.p);
        bool wanted = naive_arn_matches(str_of(glob), buf_str(&text), head);
        ck_assert_msg(arn_pattern_matches(&pattern, &arn, true, &scope) == wanted,
                      "pattern %s text %s", glob, buf_text(&text));
        matched += wanted;
        arena_reset(&a);
    }
    ck_assert_uint_gt(matched, 150);
}
END_TEST

/* A variable is its value, character by character escaped. */
START_TEST(variables_equal_their_values)
{
    for (int round = 0; round < 5000; round++) {
        struct str value = random_text("ab", 3);
        struct str front = random_text("ab*?", 4), back = random_text("ab*?", 4);
        struct fact fact = {"app:v", &value, 1, false};
        struct facts facts = facts_of(&fact, 1);
        struct str text = random_text("ab", 8);
        const char *with = arena_printf(&a, "%s${app:V}%s", front.p, back.p);
        const char *without = arena_printf(&a, "%s%s%s", front.p, value.p, back.p);
        struct pattern pattern =
            pattern_compile(&a, str_of(with), PATTERN_WILDCARDS | PATTERN_VARIABLES);
        const struct scope scope = {&facts.base, NULL};
        bool wanted = naive_matches(str_of(without), text, FOLD_NOTHING);
        ck_assert_msg(pattern_matches(&pattern, text, FOLD_NOTHING, &scope) == wanted &&
                          glob_matches(&pattern, 1, 0, text, FOLD_NOTHING, &scope) == wanted,
                      "pattern %s value %s text %s", with, value.p, text.p);
        arena_reset(&a);
    }
}
END_TEST

static const struct scope no_keys = {NULL, NULL};

/* Each would take minutes if work were repeated for every character, and so fail by time. */
START_TEST(hostile_patterns_are_linear)
{
    struct buf glob = buf_new(&a, 4096), text = buf_new(&a, 65536);
    for (int i = 0; i < 1000; i++)
        buf_add_text(&glob, "a*");
    buf_add_char(&glob, 'b');
    for (int i = 0; i < 50000; i++)
        buf_add_char(&text, 'a');
    struct pattern pattern = pattern_compile(&a, buf_str(&glob), PATTERN_WILDCARDS);
    ck_assert(!pattern_matches(&pattern, buf_str(&text), FOLD_NOTHING, &no_keys));
}
END_TEST

static struct str repeated(const char *text, size_t n, const char *end)
{
    struct buf b = buf_new(&a, n * strlen(text) + strlen(end));
    while (n-- > 0)
        buf_add_text(&b, text);
    buf_add_text(&b, end);
    return buf_str(&b);
}

START_TEST(hostile_runs_are_linear)
{
    struct buf glob = buf_new(&a, 0);
    buf_add_char(&glob, '*');
    buf_add(&glob, repeated("?", 400000, "b"));
    struct pattern pattern = pattern_compile(&a, buf_str(&glob), PATTERN_WILDCARDS);
    ck_assert(!pattern_matches(&pattern, repeated("a", 1000000, ""), FOLD_NOTHING, &no_keys));
}
END_TEST

/* Under ThreadSanitizer a search itself costs as much as the text behind it is long. */
#ifdef __SANITIZE_THREAD__
enum { OPEN_VARIABLES = 5000 };
#else
enum { OPEN_VARIABLES = 500000 };
#endif

/* Variables and defaults without an end. */
START_TEST(hostile_variables_are_linear)
{
    static const char *const parts[] = {"${", "${, 'a}", "${a:b, '}", "arn:${, '}"};
    unsigned special = PATTERN_WILDCARDS | PATTERN_VARIABLES;
    struct str text = repeated(parts[_i], OPEN_VARIABLES, "");
    struct pattern pattern = pattern_compile(&a, text, special);
    ck_assert(!pattern_matches(&pattern, STR("x"), FOLD_NOTHING, &no_keys));
    ck_assert(arn_pattern_of_value(&a, text, special).never == (_i < 3));
}
END_TEST

enum { STATEMENTS_MAX = 5 };

static const char *random_statement(bool deny)
{
    static const char *const actions[] = {"\"s3:*\"", "\"s3:Get*\"", "[\"iam:*\",\"s3:PutObject\"]",
                                          "\"*\""};
    static const char *const resources[] = {"\"*\"", "\"arn:aws:s3:::a/*\"",
                                            "[\"arn:aws:s3:::b/${app:v}\",\"arn:aws:s3:::c\"]"};
    static const char *const conditions[] = {
        "{}",
        "{\"StringEquals\":{\"app:v\":\"a\"}}",
        "{\"StringNotLike\":{\"app:v\":[\"b*\",\"c\"]}}",
        "{\"Null\":{\"app:v\":\"true\"}}",
    };
    return arena_printf(
        &a, "{\"Effect\":\"%s\",\"%sAction\":%s,\"%sResource\":%s,\"Condition\":%s}",
        deny ? "Deny" : "Allow", below(4) ? "" : "Not", actions[below(ARRAY_LEN(actions))],
        below(4) ? "" : "Not", resources[below(ARRAY_LEN(resources))],
        conditions[below(ARRAY_LEN(conditions))]);
}

static const struct policy *join(const char *const *statements, size_t n)
{
    struct buf b = buf_new(&a, 1024);
    buf_add_text(&b, "{\"Version\":\"2012-10-17\",\"Statement\":[");
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s%s", i ? "," : "", statements[i]);
    buf_add_text(&b, "]}");
    const struct policy *policy = NULL;
    struct policy_error error;
    ck_assert_int_eq(policy_compile(&a, buf_str(&b), POLICY_MANAGED, &policy, &error), OK);
    return policy;
}

static enum policy_verdict verdict(const struct policy *policy, const struct policy_request *rq)
{
    struct policy_trace trace = {.arena = &a};
    struct policy_subject subject = policy_prepare(rq);
    struct policy_result plain = policy_eval(policy, &subject, NULL);
    struct policy_result traced = policy_eval(policy, &subject, &trace);
    ck_assert_int_eq(plain.verdict, traced.verdict);
    ck_assert_ptr_eq(plain.statement, traced.statement);
    return plain.verdict;
}

/* Order does not matter, and one more Deny never allows anything. */
START_TEST(statements_combine)
{
    static const char *const actions[] = {"s3:GetObject", "s3:PutObject", "iam:GetUser"};
    static const char *const resources[] = {"*", "arn:aws:s3:::a/x", "arn:aws:s3:::b/a"};
    for (int round = 0; round < 3000; round++) {
        struct str value = random_text("abc", 2);
        struct fact fact = {"app:v", &value, 1, false};
        struct facts facts = facts_of(&fact, below(3) ? 1 : 0);
        struct policy_request rq = {str_of(actions[below(3)]), str_of(resources[below(3)]),
                                    &facts.base, NULL, NULL};
        const char *list[STATEMENTS_MAX + 1], *turned[STATEMENTS_MAX];
        size_t n = 1 + below(STATEMENTS_MAX);
        for (size_t i = 0; i < n; i++)
            turned[n - 1 - i] = list[i] = random_statement(below(3) == 0);
        enum policy_verdict before = verdict(join(list, n), &rq);
        ck_assert_int_eq(verdict(join(turned, n), &rq), before);
        list[n] = random_statement(true);
        enum policy_verdict after = verdict(join(list, n + 1), &rq);
        ck_assert(after == before || after == POLICY_DENIES);
        arena_reset(&a);
    }
}
END_TEST

int main(int argc, char **argv)
{
    int64_t seed = 1;
    if (argc > 1 && !str_to_int64(str_of(argv[1]), &seed))
        return EXIT_FAILURE;
    printf("seed %" PRId64 "\n", seed);
    arena_init(&a);
    rand_init_seeded(&source, (uint64_t)seed);
    Suite *suite = suite_create("policy properties");
    TCase *tests = tcase_create("properties");
    tcase_add_test(tests, matcher_equals_reference);
    tcase_add_test(tests, characters_equal_reference);
    tcase_add_test(tests, runs_equal_reference);
    tcase_add_test(tests, long_texts_equal_reference);
    tcase_add_test(tests, resources_equal_reference);
    tcase_add_test(tests, variables_equal_their_values);
    tcase_add_test(tests, hostile_patterns_are_linear);
    tcase_add_test(tests, hostile_runs_are_linear);
    tcase_add_loop_test(tests, hostile_variables_are_linear, 0, 4);
    tcase_add_test(tests, statements_combine);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    rand_done(&source);
    arena_done(&a);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
