/* SPDX-License-Identifier: Apache-2.0 */
/* Policies in words. */
#include "policy/summary.h"

#include "support/suite.h"

#define STATEMENT(members) "{\"Statement\":{\"Effect\":\"Allow\"," members "}}"
#define ON(actions, resources) "\"Action\":" actions ",\"Resource\":" resources
#define IF(condition) STATEMENT(ON("\"*\"", "\"*\"") ",\"Condition\":{" condition "}")
#define ALL "It allows every action of every service on every resource"

static const struct {
    const char *document, *words;
} cases[] = {
    {STATEMENT(ON("\"*\"", "\"*\"")), ALL ".\n"},
    /* Actions by service, under its title if it is known. */
    {STATEMENT(ON("[\"s3:GetObject\",\"x:Y\",\"S3:PutObject\"]", "\"*\"")),
     "It allows GetObject and PutObject of Amazon S3 and Y of x on every resource.\n"},
    {STATEMENT(ON("[\"x:A\",\"x:B\",\"x:C\"]", "\"*\"")),
     "It allows A, B and C of x on every resource.\n"},
    {STATEMENT(ON("[\"x:*\",\"y:Get*\"]", "[\"arn:x\",\"arn:y\"]")),
     "It allows every action of x and every action that matches Get* of y on arn:x and arn:y.\n"},
    /* What is left out. */
    {STATEMENT("\"NotAction\":\"x:A\",\"NotResource\":[\"a\",\"b\",\"c\"]"),
     "It allows every action but A of x on every resource but a, b and c.\n"},
    /* A sentence each. */
    {"{\"Statement\":[{\"Effect\":\"Allow\"," ON("\"x:A\"", "\"r\"") "},{\"Effect\":\"Deny\"," ON(
         "\"x:B\"", "\"*\"") "}]}",
     "It allows A of x on r.\nIt denies B of x on every resource.\n"},
    /* Conditions. */
    {IF("\"StringEquals\":{\"k\":[\"a\",\"b\"]}"), ALL ", but only if k is a or b.\n"},
    {IF("\"StringLike\":{\"k\":\"a*\",\"l\":\"b\"},\"Bool\":{\"m\":\"true\"}"),
     ALL ", but only if k matches a*, and l matches b, and m is true.\n"},
    {IF("\"StringEqualsIfExists\":{\"k\":\"a\"}"), ALL ", but only if k, if it is there, is a.\n"},
    {IF("\"ForAllValues:StringLike\":{\"k\":\"a\"}"),
     ALL ", but only if every value of k matches a.\n"},
    {IF("\"ForAnyValue:StringEqualsIfExists\":{\"k\":\"a\"}"),
     ALL ", but only if some value of k, if it is there, is a.\n"},
    {IF("\"Null\":{\"k\":\"true\"}"), ALL ", but only if k is absent.\n"},
    {IF("\"Null\":{\"k\":\"false\"}"), ALL ", but only if k is present.\n"},
    {IF("\"NumericLessThanEquals\":{\"k\":\"5\"}"), ALL ", but only if k is at most 5.\n"},
    {IF("\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}"),
     ALL ", but only if aws:SourceIp is not within 10.0.0.0/8.\n"},
};

START_TEST(test_summary)
{
    struct arena a;
    arena_init(&a);
    struct buf b = buf_new(&a, 256);
    policy_summary(&b, str_of(cases[_i].document));
    ck_assert_str_eq(buf_text(&b), cases[_i].words);
    arena_done(&a);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("summary");
    tcase_add_loop_test(tc, test_summary, 0, ARRAY_LEN(cases));
    return suite_run("summary", tc);
}
