/* SPDX-License-Identifier: Apache-2.0 */
/* Callers with tokens of identity providers while enforcement is off. */
#include "support/client.h"
#include "support/suite.h"

#define ASSUME                                                                                     \
    "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=ci&RoleArn="              \
    "arn:aws:iam::123456789012:role/r&WebIdentityToken=%s"
#define MAKE                                                                                       \
    "Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument="                    \
    "{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"sts:AssumeRoleWithWebIdentity\","            \
    "\"Principal\":\"*\"}}"

static struct client client;

static void start(void)
{
    client_start(&client, (const char *const[]){"--enforce", "off", NULL});
}

static void stop(void)
{
    client_stop(&client);
}

static struct response assume(const char *token)
{
    return client_post(&client, NULL, "sts", arena_printf(&client.arena, ASSUME, token));
}

/* Neither token nor provider nor trust policy is looked at, but the role has to be there. */
START_TEST(test_any_token)
{
    static const char *const tokens[] = {"anything", "e30.e30.AA",
                                         "e30.eyJpc3MiOiJodHRwczovL2kifQ.AA"};
    ck_assert_int_eq(assume(tokens[0]).status, 403);
    ck_assert_int_eq(client_post(&client, NULL, "iam", MAKE).status, 200);
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        struct response got = assume(tokens[i]);
        ck_assert_int_eq(got.status, 200);
        ck_assert_str_eq(client_element(&client, &got, "Arn"),
                         "arn:aws:sts::123456789012:assumed-role/r/ci");
    }
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("off");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_any_token);
    return suite_run("off", t);
}
