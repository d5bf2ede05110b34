/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/principals.h"
#include "support/suite.h"

#define ALICE "arn:aws:iam::123456789012:user/alice"
#define BOB "arn:aws:iam::123456789012:role/bob"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

/* The names, each with a blank behind it. */
static const char *named(const char *text)
{
    struct str *names;
    struct buf b = buf_new(&a, 64);
    size_t n = principals_named(&a, str_of(text), &names);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%.*s ", STR_FMT(names[i]));
    return buf_text(&b);
}

static const char *renamed(const char *text)
{
    static const struct principal_name names[] = {{"x", "AIDA1"}, {"y", "q\"\\"}};
    return principals_rename(&a, str_of(text), names, ARRAY_LEN(names));
}

START_TEST(names_in_the_order_of_the_text)
{
    ck_assert_str_eq(named("{\"Statement\": {\"Principal\": {\"AWS\": \"" ALICE "\"}}}"),
                     ALICE " ");
    ck_assert_str_eq(named("{\"Statement\": [{\"NotPrincipal\": {\"AWS\": [\"" BOB "\", \"1\"]}},"
                           "{\"Principal\": {\"Service\": \"s\", \"AWS\": [\"1\", \"2\"]}}]}"),
                     BOB " 1 2 ");
}
END_TEST

START_TEST(nothing_else_is_a_name)
{
    ck_assert_str_eq(named("{\"Statement\": [{\"Principal\": \"*\"}]}"), "");
    ck_assert_str_eq(named("{\"Statement\": [{\"Principal\": {\"Federated\": \"f\"}}]}"), "");
    ck_assert_str_eq(named("{\"Statement\": [{\"Condition\": {\"AWS\": \"x\"}}]}"), "");
    ck_assert_str_eq(named("{\"Statement\": [{\"Principal\": {\"AWS\": [1, {}, null]}}]}"), "");
    ck_assert_str_eq(named("{\"Statement\": [1]}"), "");
    ck_assert_str_eq(named("{\"Principal\": {\"AWS\": \"x\"}}"), "");
    ck_assert_str_eq(named("[]"), "");
    ck_assert_str_eq(named("{"), "");
    ck_assert_str_eq(named(""), "");
}
END_TEST

START_TEST(only_names_are_written_anew)
{
    ck_assert_str_eq(renamed(" {\"Statement\": {\"Sid\": \"x\",\n \"Principal\" : {\"AWS\" :"
                             "[\"x\" , \"z\",\"\\u0078\"]}, \"Action\": \"x\"}} "),
                     " {\"Statement\": {\"Sid\": \"x\",\n \"Principal\" : {\"AWS\" :"
                     "[\"AIDA1\" , \"z\",\"AIDA1\"]}, \"Action\": \"x\"}} ");
    ck_assert_str_eq(renamed("{\"Statement\": [{\"Principal\": {\"AWS\": \"y\"}}]}"),
                     "{\"Statement\": [{\"Principal\": {\"AWS\": \"q\\\"\\\\\"}}]}");
    ck_assert_str_eq(renamed("{\"Statement\": \"x\""), "{\"Statement\": \"x\"");
    ck_assert_str_eq(renamed(""), "");
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("principals");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, names_in_the_order_of_the_text);
    tcase_add_test(tcase, nothing_else_is_a_name);
    tcase_add_test(tcase, only_names_are_written_anew);
    return suite_run("policy principals", tcase);
}
