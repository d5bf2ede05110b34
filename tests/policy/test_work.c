/* SPDX-License-Identifier: Apache-2.0 */
/* What matching costs, in steps, and what happens when there are too few of them. */
#include <check.h>

#include "policy/facts.h"
#include "policy/policy_priv.h"
#include "support/suite.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static struct str repeated(const char *text, size_t n, const char *end)
{
    struct buf b = buf_new(&a, n * strlen(text) + strlen(end) + 1);
    while (n-- > 0)
        buf_add_text(&b, text);
    buf_add_text(&b, end);
    return buf_str(&b);
}

START_TEST(budgets_end)
{
    struct policy_work work = work_new(10, NULL);
    ck_assert(work_spend(&work, 4) && work_spend(&work, 6));
    ck_assert(!work.spent && work_left(&work) == 0);
    ck_assert(!work_spend(&work, 1) && work.spent);
    ck_assert(!work_spend(&work, 0) || work_left(&work) == 0);
    work = work_new(UINT64_MAX, NULL);
    ck_assert(work_spend(&work, UINT64_MAX / 2) && !work.spent);
    work_exhaust(&work);
    ck_assert(work.spent && !work_spend(&work, 1));
    ck_assert(work_spend(NULL, UINT64_MAX));
    work_exhaust(NULL);
}
END_TEST

/* Somebody who stops is heard after a while, not only at the end of the budget. */
START_TEST(stops_are_heard)
{
    atomic_bool stop = true;
    struct policy_work work = work_new(UINT64_MAX, &stop);
    ck_assert(!work_spend(&work, 1) && work.spent);
    stop = false;
    work = work_new(UINT64_MAX, &stop);
    ck_assert(work_spend(&work, 1));
    stop = true;
    size_t steps = 0;
    while (work_spend(&work, 1))
        steps++;
    ck_assert_uint_lt(steps, 1000000);
}
END_TEST

/* Patterns that almost match everywhere, and the text for them. */
static const struct hostile {
    const char *front, *unit;
    size_t units;
    const char *back, *text_unit;
} hostile[] = {
    {"*", "ab", 45, "?c", "ab"},          {"*", "a", 200, "?b*", "a"}, {"*?", "a", 100, "b", "a"},
    {"*", "a*?", 60, "b", "a"},           {"*", "?a", 60, "b*c", "a"}, {"", "*a?b", 30, "*c", "ab"},
    {"*", "\u00e9?", 40, "x*", "\u00e9"}, {"*", "a", 300, "b*", "a"},
};

START_TEST(patterns_are_bounded)
{
    const struct hostile *h = &hostile[_i];
    struct str glob = repeated(h->unit, h->units, h->back);
    glob = str_of(arena_printf(&a, "%s%.*s", h->front, STR_FMT(glob)));
    struct str text = repeated(h->text_unit, 10000, "");
    struct pattern pattern = pattern_compile(&a, glob, PATTERN_WILDCARDS);
    for (size_t folded = 0; folded <= text.n; folded += text.n) {
        struct policy_work work = work_new(UINT64_MAX, NULL);
        const struct scope scope = {NULL, &work};
        ck_assert(!pattern_matches(&pattern, text, folded, &scope));
        ck_assert(!work.spent);
        uint64_t most = 4 * (text.n + glob.n) + text.n * glob.n / 64;
        ck_assert_uint_le(UINT64_MAX - work_left(&work), most);
    }
}
END_TEST

/* Longer than what is kept of a search: no answer, instead of a wrong one. */
START_TEST(patterns_that_are_too_long)
{
    struct str glob = repeated("*a?", 40000, "b*c");
    struct pattern pattern = pattern_compile(&a, glob, PATTERN_WILDCARDS);
    struct str text = repeated("a", 200000, "");
    struct policy_work work = work_new(UINT64_MAX, NULL);
    const struct scope scope = {NULL, &work};
    ck_assert(!glob_matches(&pattern, 1, 0, text, FOLD_NOTHING, &scope));
    ck_assert(work.spent);
}
END_TEST

static struct policy_condition condition_of(const char *op, const char *format, int n)
{
    struct buf b = buf_new(&a, 65536);
    buf_printf(&b,
               "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\","
               "\"Resource\":\"*\",\"Condition\":{\"%s\":{\"app:v\":[",
               op);
    for (int i = 0; i < n; i++) {
        buf_add_text(&b, i ? ",\"" : "\"");
        buf_add_text(&b, arena_printf(&a, "%s%05d\"", format, i));
    }
    buf_add_text(&b, "]}}}}");
    const struct policy *policy = NULL;
    struct policy_error error = {.message = ""};
    int code = policy_compile(&a, buf_str(&b), POLICY_IDENTITY, &policy, &error);
    ck_assert_msg(code == OK, "%s", error.message);
    return policy->statements->conditions[0];
}

enum { MANY = 3000 };

static struct str *values_of(const char *format)
{
    struct str *v = NEW_ARRAY(&a, struct str, MANY);
    for (int i = 0; i < MANY; i++)
        v[i] = str_of(arena_printf(&a, "%s%05d", format, i));
    return v;
}

/* Sets are looked up: the last value of each is the only one that they share. */
static const struct large_set {
    const char *op, *wanted, *given;
    bool holds;
} sets[] = {
    {"ForAnyValue:StringEquals", "v", "w", false},
    {"ForAllValues:StringEquals", "v", "v", true},
    {"ForAnyValue:StringEquals", "v", "v", true},
    {"ForAllValues:StringNotEquals", "v", "w", true},
    {"ForAllValues:StringEqualsIgnoreCase", "v", "V", true},
    {"ForAnyValue:StringEqualsIgnoreCase", "v", "W", false},
    {"ForAnyValue:StringLike", "v", "w", false},
    {"ForAllValues:StringLike", "v", "v", true},
    {"ForAllValues:ArnLike", "arn:aws:s3:::v", "arn:aws:s3:::v", true},
    {"ForAnyValue:ArnEquals", "arn:aws:s3:::v", "arn:aws:s3:::w", false},
    {"ForAnyValue:ArnEquals", "arn:aws:s3:::v", "v", false},
};

START_TEST(sets_are_looked_up)
{
    const struct large_set *set = &sets[_i];
    struct policy_condition condition = condition_of(set->op, set->wanted, MANY);
    struct fact fact = {"app:v", values_of(set->given), MANY, true};
    struct facts facts = facts_of(&fact, 1);
    struct policy_work work = work_new(100 * MANY, NULL);
    const struct scope scope = {&facts.base, &work};
    ck_assert(condition_holds(&condition, &scope) == set->holds);
    ck_assert(!work.spent);
}
END_TEST

/* Values that must be compared one by one cost as many steps as there are pairs. */
static const char *const pairs[][3] = {
    {"ForAnyValue:NumericEquals", "1", "2"},
    {"ForAnyValue:NumericNotEquals", "1", "1"},
    {"ForAllValues:NumericGreaterThan", "1", "2"},
    {"ForAnyValue:DateEquals", "1", "2"},
    {"ForAnyValue:StringLike", "*", "v"},
    {"ForAllValues:StringNotLike", "*x", "v"},
    {"ForAnyValue:ArnLike", "arn:aws:s3:::*", "arn:aws:s3:::v"},
};

START_TEST(pairs_are_counted)
{
    struct policy_condition condition = condition_of(pairs[_i][0], pairs[_i][1], MANY);
    struct str *given = values_of(pairs[_i][2]);
    for (int i = 0; i < MANY; i++)
        given[i].n -= _i >= 4; /* so that none ends as the patterns do */
    struct fact fact = {"app:v", given, MANY, true};
    struct facts facts = facts_of(&fact, 1);
    struct policy_work work = work_new(MANY, NULL);
    const struct scope scope = {&facts.base, &work};
    (void)condition_holds(&condition, &scope);
    ck_assert(work.spent);
}
END_TEST

/* Long values cost what reading them takes, also those that turn out to be nothing. */
static const char *const readings[][3] = {
    {"NumericEquals", "1", "0"},       {"NumericLessThan", "1", "x"},
    {"DateEquals", "1", "1"},          {"DateNotEquals", "1", "x"},
    {"BinaryEquals", "QUJDQUJD", "Q"}, {"IpAddress", "10.0.0.0/0", "1"},
};

START_TEST(readings_are_counted)
{
    struct policy_condition condition = condition_of(readings[_i][0], readings[_i][1], 0);
    struct str value = repeated(readings[_i][2], 100000, "");
    struct fact fact = {"app:v", &value, 1, false};
    struct facts facts = facts_of(&fact, 1);
    struct policy_work work = work_new(value.n / 2, NULL);
    const struct scope scope = {&facts.base, &work};
    ck_assert(!condition_holds(&condition, &scope));
    ck_assert(work.spent);
}
END_TEST

/* Names that are compared one by one cost what they are long. */
START_TEST(names_are_counted)
{
    enum { KEYS = 100, LENGTH = 6400 };
    struct str name = repeated("n", LENGTH, "");
    struct policy_condition condition = condition_of("Null", "true", 0);
    condition.key = policy_key_of(&a, name);
    struct facts facts = facts_of(NULL, 0);
    facts.base.keys = KEYS;
    struct policy_work work = work_new(UINT64_MAX, NULL);
    const struct scope scope = {&facts.base, &work};
    (void)condition_holds(&condition, &scope);
    uint64_t cost = UINT64_MAX - work_left(&work);
    ck_assert_uint_ge(cost, KEYS * LENGTH / 64);
    ck_assert_uint_le(cost, KEYS * LENGTH / 16);
    condition.key = policy_key_of(&a, STR("aws:PrincipalTag/department"));
    work = work_new(UINT64_MAX, NULL);
    (void)condition_holds(&condition, &scope);
    ck_assert_uint_le(UINT64_MAX - work_left(&work), KEYS);
}
END_TEST

/* Large sets and their parts that are no plain texts, beside each other. */
START_TEST(mixed_sets)
{
    static const char *const wanted[] = {"a", "b", "c",  "d",    "e",       "f",
                                         "g", "h", "x*", "${*}", "${app:w}"};
    static const char *const given[] = {"a", "h", "i", "xyz", "*", "w", "${*}", "x*"};
    static const bool held[] = {true, true, false, true, true, true, false, true};
    struct buf b = buf_new(&a, 1024);
    buf_add_text(&b,
                 "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\","
                 "\"Resource\":\"*\",\"Condition\":{\"StringLike\":{\"app:v\":[");
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        buf_printf(&b, "%s\"%s\"", i ? "," : "", wanted[i]);
    buf_add_text(&b, "]}}}}");
    const struct policy *policy = NULL;
    struct policy_error error;
    ck_assert_int_eq(policy_compile(&a, buf_str(&b), POLICY_IDENTITY, &policy, &error), OK);
    for (size_t i = 0; i < ARRAY_LEN(given); i++) {
        struct str value = str_of(given[i]), w = STR("w");
        const struct fact v[] = {{"app:v", &value, 1, false}, {"app:w", &w, 1, false}};
        struct facts facts = facts_of(v, 2);
        struct policy_request request = {STR("s3:GetObject"), STR("*"), &facts.base, NULL, NULL};
        struct policy_subject subject = policy_prepare(&request);
        bool allowed = policy_eval(policy, &subject, NULL).verdict == POLICY_ALLOWS;
        ck_assert_msg(allowed == held[i], "%s", given[i]);
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("work");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, budgets_end);
    tcase_add_test(tests, stops_are_heard);
    tcase_add_loop_test(tests, patterns_are_bounded, 0, ARRAY_LEN(hostile));
    tcase_add_test(tests, patterns_that_are_too_long);
    tcase_add_loop_test(tests, sets_are_looked_up, 0, ARRAY_LEN(sets));
    tcase_add_loop_test(tests, pairs_are_counted, 0, ARRAY_LEN(pairs));
    tcase_add_loop_test(tests, readings_are_counted, 0, ARRAY_LEN(readings));
    tcase_add_test(tests, names_are_counted);
    tcase_add_test(tests, mixed_sets);
    return suite_run("policy work", tests);
}
