/* SPDX-License-Identifier: Apache-2.0 */
#include "model/condition_key.h"

#include <check.h>
#include <stdio.h>

#include "support/suite.h"

static const struct condition_key *find(const char *name)
{
    return condition_key_find(str_of(name));
}

/* All that AWS has. */
START_TEST(known)
{
    static const char *const names[] = {
        "aws:assumedroot",
        "aws:calledvia",
        "aws:calledviaawsmcp",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:chatbotsourcearn",
        "aws:currenttime",
        "aws:ec2instancesourceprivateipv4",
        "aws:ec2instancesourcevpc",
        "aws:epochtime",
        "aws:federatedprovider",
        "aws:ismcpserviceaction",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalisawsservice",
        "aws:principalorgid",
        "aws:principalorgmasteraccountid",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:principaltype",
        "aws:referer",
        "aws:requestedregion",
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "aws:securetransport",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceidentity",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:tagkeys",
        "aws:tokenissuetime",
        "aws:useragent",
        "aws:userid",
        "aws:username",
        "aws:viaawsmcpservice",
        "aws:viaawsservice",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "aws:vpcsourceip",
        "ec2:roledelivery",
        "ec2:sourceinstancearn",
        "glue:credentialissuingservice",
        "glue:roleassumedby",
        "identitystore:userid",
        "lambda:sourcefunctionarn",
        "ssm:sourceinstancearn",
        "sts:transitivetagkeys",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct condition_key *key = find(names[i]);
        ck_assert_msg(key && str_eq_fold(str_of(key->name), str_of(names[i])), "%s", names[i]);
    }
}
END_TEST

/* Of all others the values are strings. */
static const struct {
    enum condition_key_type type;
    const char *names[10];
} typed[] = {
    {CONDITION_KEY_ARN,
     {"aws:ChatbotSourceArn", "aws:PrincipalArn", "aws:SourceArn", "aws:SourceVpcArn",
      "ec2:SourceInstanceArn", "lambda:SourceFunctionArn", "ssm:SourceInstanceArn"}},
    {CONDITION_KEY_BOOL,
     {"aws:AssumedRoot", "aws:IsMcpServiceAction", "aws:MultiFactorAuthPresent",
      "aws:PrincipalIsAWSService", "aws:SecureTransport", "aws:ViaAWSMCPService",
      "aws:ViaAWSService"}},
    {CONDITION_KEY_DATE, {"aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"}},
    {CONDITION_KEY_IP, {"aws:Ec2InstanceSourcePrivateIPv4", "aws:SourceIp", "aws:VpcSourceIp"}},
    {CONDITION_KEY_NUMERIC, {"aws:MultiFactorAuthAge", "ec2:RoleDelivery"}},
};

static bool is_among(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n && names[i]; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static enum condition_key_type type_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
        if (is_among(name, typed[i].names, ARRAY_LEN(typed[i].names)))
            return typed[i].type;
    }
    return CONDITION_KEY_STRING;
}

/* IAM User Guide, "AWS global condition context keys": data types and value types. */
START_TEST(types_and_lists)
{
    static const char *const lists[] = {
        "aws:CalledVia",        "aws:PrincipalOrgPaths", "aws:PrincipalServiceNamesList",
        "aws:ResourceOrgPaths", "aws:SourceOrgPaths",    "aws:TagKeys",
        "aws:VpceOrgPaths",     "sts:TransitiveTagKeys",
    };
    for (int i = 0; i < AWS_KEY_COUNT; i++) {
        const char *name = condition_key_name((enum condition_key_id)i);
        const char *whole = name[strlen(name) - 1] == '/' ? "x" : "";
        char folded[64];
        size_t n = (size_t)snprintf(folded, sizeof folded, "%s%s", name, whole);
        for (size_t k = 0; k < n; k++)
            folded[k] = ascii_lower(folded[k]);
        const struct condition_key *key = find(folded);
        ck_assert_msg(key->type == type_of(name), "%s", name);
        ck_assert_msg(key->multivalued == is_among(name, lists, ARRAY_LEN(lists)), "%s", name);
    }
}
END_TEST

/* The table is sorted, as a search of its halves needs it, and each row is found by its id. */
START_TEST(every_key)
{
    struct arena a;
    arena_init(&a);
    for (int i = 0; i < AWS_KEY_COUNT; i++) {
        const char *name = condition_key_name((enum condition_key_id)i);
        bool family = name[strlen(name) - 1] == '/';
        struct str tried = str_of(arena_printf(&a, "%s%s", name, family ? "x" : ""));
        const struct condition_key *key = find(str_fold(&a, tried));
        ck_assert_msg(key && (int)condition_key_id(key) == i, "%s", name);
    }
    arena_done(&a);
}
END_TEST

START_TEST(families)
{
    ck_assert_str_eq(find("aws:principaltag/team")->name, "aws:PrincipalTag/");
    ck_assert_str_eq(find("aws:requesttag/a/b")->name, "aws:RequestTag/");
    ck_assert_str_eq(find("aws:resourcetag/x")->name, "aws:ResourceTag/");
    ck_assert_ptr_null(find("aws:principaltag"));
    ck_assert_ptr_null(find("aws:principaltag/"));
    ck_assert_ptr_null(find("aws:username/x"));
}
END_TEST

START_TEST(unknown)
{
    ck_assert_ptr_null(condition_key_find(STR("aws:username\0")));
    ck_assert_ptr_null(condition_key_find(STR("aws:username\0\0x")));
    static const char *const names[] = {"", "/", "aws:", "aws:user", "aws:usernames", "zzz:x"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        ck_assert_ptr_null(find(names[i]));
}
END_TEST

START_TEST(nearest)
{
    ck_assert_str_eq(condition_key_nearest(STR("aws:user"))->name, "aws:userid");
    ck_assert_str_eq(condition_key_nearest(STR("aws:usernam"))->name, "aws:username");
    ck_assert_str_eq(condition_key_nearest(STR("aws:principaltags/team"))->name,
                     "aws:PrincipalTag/");
    ck_assert_ptr_null(condition_key_nearest(STR("aws:nonsense")));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("condition_key");
    tcase_add_test(tests, known);
    tcase_add_test(tests, types_and_lists);
    tcase_add_test(tests, every_key);
    tcase_add_test(tests, families);
    tcase_add_test(tests, unknown);
    tcase_add_test(tests, nearest);
    return suite_run("condition_key", tests);
}
