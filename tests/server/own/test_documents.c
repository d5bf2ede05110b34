/* SPDX-License-Identifier: Apache-2.0 */
#include "server/own/documents.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define OTHER "210987654321"
#define ALLOW(members) "{\"Statement\":{\"Effect\":\"Allow\"," members "}}"
#define TRUST(principal) ALLOW("\"Action\":\"sts:AssumeRole\",\"Principal\":" principal)
#define IF ",\"Condition\":{\"StringEquals\":{\"sts:ExternalId\":\"x\"}}"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

START_TEST(test_allows_all)
{
    static const char *const all[] = {
        ALLOW("\"Action\":\"*\",\"Resource\":\"*\""),
        ALLOW("\"Action\":[\"s3:*\",\"*\"],\"Resource\":[\"x\",\"*\"]"),
        ALLOW("\"Action\":\"*:*\",\"Resource\":\"*\""),
        ("{\"Statement\":[{\"Effect\":\"Deny\"},"
         "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}")};
    static const char *const some[] = {
        ALLOW("\"Action\":\"*\",\"Resource\":\"arn:aws:s3:::x\""),
        ALLOW("\"Action\":\"s3:*\",\"Resource\":\"*\""),
        ALLOW("\"NotAction\":\"*\",\"Resource\":\"*\""),
        "{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}",
        "{\"Statement\":[1,\"*\"]}",
        "*",
        ""};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        ck_assert_msg(document_allows_all(all[i]), "%s", all[i]);
    for (size_t i = 0; i < ARRAY_LEN(some); i++)
        ck_assert_msg(!document_allows_all(some[i]), "%s", some[i]);
}
END_TEST

static const struct {
    const char *document;
    enum document_trust trust;
} trusts[] = {
    {TRUST("\"*\""), TRUST_EVERYBODY},
    {TRUST("{\"AWS\":\"*\"}"), TRUST_EVERYBODY},
    {TRUST("{\"AWS\":[\"" ACCOUNT "\",\"*\"]}"), TRUST_EVERYBODY},
    {TRUST("{\"AWS\":\"*\"}" IF), TRUST_OTHERS},
    {TRUST("{\"AWS\":\"" OTHER "\"}" IF), TRUST_OTHERS},
    {TRUST("{\"AWS\":\"arn:aws:iam::" OTHER ":root\"}"), TRUST_OTHERS},
    {TRUST("{\"AWS\":[\"" ACCOUNT "\",\"arn:aws:sts::" OTHER ":assumed-role/r/s\"]}"),
     TRUST_OTHERS},
    {TRUST("{\"AWS\":\"" ACCOUNT "\"}"), TRUST_INSIDE},
    {TRUST("{\"AWS\":\"arn:aws:iam::" ACCOUNT ":user/alice\"}"), TRUST_INSIDE},
    {TRUST("{\"Service\":\"ec2.amazonaws.com\"}"), TRUST_INSIDE},
    {TRUST("{\"Federated\":\"accounts.google.com\"}"), TRUST_INSIDE},
    {"{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\"}}", TRUST_INSIDE},
    {"{\"Statement\":[1]}", TRUST_INSIDE},
    {"", TRUST_INSIDE},
};

START_TEST(test_trust)
{
    ck_assert_int_eq(document_trust(trusts[_i].document, ACCOUNT), trusts[_i].trust);
}
END_TEST

/* Whatever it was, only those inside are left. */
START_TEST(test_trust_inside)
{
    const char *inside = document_trust_inside(&a, trusts[_i].document, ACCOUNT);
    ck_assert_int_eq(document_trust(inside, ACCOUNT), TRUST_INSIDE);
}
END_TEST

START_TEST(test_others_stay_as_they_are)
{
    ck_assert_str_eq(document_trust_inside(&a,
                                           TRUST("{\"AWS\":[\"" OTHER "\",\"" ACCOUNT
                                                 "\"],\"Service\":\"ec2.amazonaws.com\"}" IF),
                                           ACCOUNT),
                     "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\","
                     "\"Principal\":{\"AWS\":[\"" ACCOUNT
                     "\"],\"Service\":\"ec2.amazonaws.com\"}" IF "}]}");
    ck_assert_str_eq(document_trust_inside(&a, TRUST("\"*\""), ACCOUNT),
                     "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"" ACCOUNT
                     "\"},\"Action\":\"sts:AssumeRole\"}]}");
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("documents");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_allows_all);
    tcase_add_loop_test(tc, test_trust, 0, ARRAY_LEN(trusts));
    tcase_add_loop_test(tc, test_trust_inside, 0, ARRAY_LEN(trusts));
    tcase_add_test(tc, test_others_stay_as_they_are);
    return suite_run("documents", tc);
}
