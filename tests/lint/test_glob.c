/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>

#include "lint/lint_priv.h"
#include "support/suite.h"

START_TEST(coverings)
{
    static const struct {
        const char *coverer, *text;
        bool covered;
    } rows[] = {
        {"*", "", true},        {"*", "a*?", true},     {"a*", "ab", true},
        {"a*", "a*", true},     {"a?", "a?", true},     {"a?", "a*", false},
        {"a*c", "abcbc", true}, {"a*c", "abcb", false}, {"?", "", false},
        {"A", "a", true},       {"ab", "a?", false},    {"a*b*c", "axbxc*", false},
        {"**a", "xxa", true},   {"", "", true},         {"", "a", false},
        {"a*", "?b", false},    {"*b", "*ab", true},    {"a**", "a", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        ck_assert_msg(glob_covers(str_of(rows[i].coverer), str_of(rows[i].text), true, NULL) ==
                          rows[i].covered,
                      "%s and %s", rows[i].coverer, rows[i].text);
    ck_assert(!glob_covers(STR("A"), STR("a"), false, NULL));
}
END_TEST

START_TEST(meetings)
{
    static const struct {
        const char *format, *pattern;
        bool meet;
    } rows[] = {
        {"*", "", true},
        {"%/*", "bucket", false},
        {"%/*", "bucket/*", true},
        {"%", "bucket/*", false},
        {"%", "bucket*", true},
        {"%", "*", true},
        {"%/*", "*", true},
        {"%/*", "b?cket", true},
        {"%*/", "b?", true},
        {"role/*", "role/a", true},
        {"role/*", "user/a", false},
        {"role/*", "r*", true},
        {"user/*", "*/alice", true},
        {"a*b", "?", false},
        {"a*b", "??", true},
        {"a/*/c", "a/b", false},
        {"a/*/c", "a/b*", true},
        {"root", "root", true},
        {"root", "ROOT", false},
        {"%/*", "${aws:username}", true},
        {"role/*", "${a", false},
        {"", "", true},
        {"", "a", false},
        {"a", "", false},
        {"*a", "*b", false},
        {"*a*", "*b*", true},
    };
    struct arena a;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        ck_assert_msg(glob_meets(&a, str_of(rows[i].format), str_of(rows[i].pattern)) ==
                          rows[i].meet,
                      "%s and %s", rows[i].format, rows[i].pattern);
    arena_done(&a);
}
END_TEST

START_TEST(resources)
{
    struct str all = STR("arn:aws:sns:*:*:*"), one = STR("arn:aws:sns:eu-central-1:1:t");
    ck_assert(resource_covers(all, one, NULL));
    ck_assert(resource_covers(STR("*"), one, NULL));
    ck_assert(resource_covers(one, one, NULL));
    ck_assert(!resource_covers(one, all, NULL));
    ck_assert(!resource_covers(all, STR("*"), NULL));
    ck_assert(resource_covers(STR("arn:aws:sns:*:t"), one, NULL));
    ck_assert(!resource_covers(STR("arn:aws:sns:*:u"), one, NULL));
    ck_assert(!resource_covers(STR("arn:aws:sns:*:t"), STR("arn:aws:sns:a:1:t:u"), NULL));
    ck_assert(!resource_covers(all, STR("arn:aws:sns:a:1:${aws:username}"), NULL));
    ck_assert(!resource_covers(STR("arn:aws:s3:::a*"), STR("arn:aws:s3:::Ab"), NULL));
}
END_TEST

/* A `*` at the end of a field goes on over colons, other wildcards do not. */
START_TEST(resources_that_run_on)
{
    struct str queue = STR("arn:aws:sqs:us-east-1:1:q");
    ck_assert(resource_covers(STR("arn:aws:sqs:us-east-1:*"), queue, NULL));
    ck_assert(resource_covers(STR("arn:aws:sqs:*"), queue, NULL));
    ck_assert(resource_covers(STR("arn:aws:sqs:*"), STR("arn:aws:sqs:us-*:1:*"), NULL));
    ck_assert(resource_covers(STR("arn:aws:logs:*:log-group:/a:*"),
                              STR("arn:aws:logs:us-east-1:1:log-group:/a:log-stream:*"), NULL));
    ck_assert(!resource_covers(STR("arn:aws:sqs:us-west-2:*"), queue, NULL));
    ck_assert(!resource_covers(STR("arn:aws:sqs:us-east-1"), queue, NULL));
    ck_assert(!resource_covers(STR("arn:aws:sqs:u*-1:1:q"), STR("arn:aws:sqs:us:-1:1:q"), NULL));
    ck_assert(!resource_covers(STR("arn:aws:sqs:u*1:*"), STR("arn:aws:sqs:us-east-2:1:q"), NULL));
    ck_assert(
        !resource_covers(STR("arn:aws:sqs:us-east-?*"), STR("arn:aws:sqs:us-east-:1:q"), NULL));
}
END_TEST

/* What is not found out is not said. */
START_TEST(coverings_cost_work)
{
    struct arena a;
    arena_init(&a);
    struct buf coverer = buf_new(&a, 256), text = buf_new(&a, 100000);
    for (int i = 0; i < 100; i++)
        buf_add_text(&coverer, i ? "a" : "*a");
    buf_add_char(&coverer, 'b');
    for (int i = 0; i < 100000; i++)
        buf_add_char(&text, 'a');
    buf_add_char(&text, 'b');
    struct policy_work work = work_new(100 * 1000 * 1000, NULL);
    ck_assert(glob_covers(buf_str(&coverer), buf_str(&text), false, &work));
    work = work_new(1000 * 1000, NULL);
    ck_assert(!glob_covers(buf_str(&coverer), buf_str(&text), false, &work));
    ck_assert(work.spent);
    arena_done(&a);
}
END_TEST

START_TEST(operators)
{
    struct operator_words words = operator_read(STR("forallvalues:stringnotlikeifexists"));
    ck_assert(words.type == OPERATOR_STRING && words.all && !words.any && words.negated);
    ck_assert(words.wildcards && words.if_exists);
    words = operator_read(STR("NotIpAddress"));
    ck_assert(words.type == OPERATOR_IP && words.negated && !words.if_exists);
    words = operator_read(STR("ForAnyValue:ArnEquals"));
    ck_assert(words.type == OPERATOR_ARN && words.any && words.wildcards && !words.negated);
    ck_assert(operator_read(STR("Null")).type == OPERATOR_NULL);
    ck_assert(!operator_read(STR("StringEqualsIgnoreCase")).wildcards);
    ck_assert(operator_read(STR("NumericNotEquals")).negated);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("glob");
    tcase_add_test(tests, coverings);
    tcase_add_test(tests, meetings);
    tcase_add_test(tests, resources);
    tcase_add_test(tests, resources_that_run_on);
    tcase_add_test(tests, coverings_cost_work);
    tcase_add_test(tests, operators);
    return suite_run("glob", tests);
}
