/* SPDX-License-Identifier: Apache-2.0 */
#include "model/rcp.h"
#include "support/suite.h"

START_TEST(test_services_that_rcps_cover)
{
    static const char *const covered[] = {
        "s3",          "STS",        "aoss",           "xray",  "kms",
        "logs",        "sqs",        "secretsmanager", "ecr",   "cognito-idp",
        "dynamodb",    "workspaces", "ecr-public",     "wafv2", "timestream-influxdb",
        "codeartifact"};
    static const char *const others[] = {
        "",           "a",   "s",      "s33",           "iam",     "sns", "zzz",
        "timestream", "ec2", "lambda", "organizations", "cognito", "ecr-"};
    for (size_t i = 0; i < ARRAY_LEN(covered); i++)
        ck_assert_msg(rcp_covers(str_of(covered[i])), "%s", covered[i]);
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        ck_assert_msg(!rcp_covers(str_of(others[i])), "%s", others[i]);
    ck_assert(!rcp_covers(STR("s3\0")));
    ck_assert(!rcp_covers(STR("s3\0\0x")));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, test_services_that_rcps_cover);
    return suite_run("rcp", tc);
}
