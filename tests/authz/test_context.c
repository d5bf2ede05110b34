/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/context.h"
#include "support/suite.h"

static const struct authz_principal root = {
    .kind = PRINCIPAL_ROOT,
    .account = "123456789012",
    .arn = "arn:aws:iam::123456789012:root",
    .id = "123456789012",
};

static struct arena a;
static struct authz_tag user_tags[2], request_tags[2], resource_tags[1];
static struct str tag_keys[2];
static struct authz_key_value keys[2];
static struct authz_principal user;
static struct authz_context context;
static int asked; /* how often for the tags of the resource */

static size_t get_resource_tags(void *owner, const struct authz_tag **ret)
{
    ++*(int *)owner;
    *ret = resource_tags;
    return ARRAY_LEN(resource_tags);
}

static void setup_principal(void)
{
    user_tags[0] = (struct authz_tag){STR("Team"), STR("Blue")};
    user_tags[1] = (struct authz_tag){STR("a/b"), STR("slash")};
    user = (struct authz_principal){
        .kind = PRINCIPAL_USER,
        .account = "123456789012",
        .arn = "arn:aws:iam::123456789012:user/team/alice",
        .id = "AIDAZL6XWCR2MLDRO6EIG",
        .name = "alice",
        .tags = user_tags,
        .n_tags = ARRAY_LEN(user_tags),
    };
}

static void setup_request(void)
{
    request_tags[0] = (struct authz_tag){STR("Cost"), STR("42")};
    request_tags[1] = (struct authz_tag){STR("Empty"), STR("")};
    resource_tags[0] = (struct authz_tag){STR("Stage"), STR("Prod")};
    tag_keys[0] = STR("Cost");
    tag_keys[1] = STR("Empty");
    keys[0] = (struct authz_key_value){.name = "iam:PolicyARN",
                                       .value = STR("arn:aws:iam::aws:policy/X")};
    keys[1] =
        (struct authz_key_value){.name = "iam:PassedToService", .value = STR("ec2.amazonaws.com")};
}

static void setup(void)
{
    arena_init(&a);
    setup_principal();
    setup_request();
    asked = 0;
    authz_context_init(&context);
    context.principal = &user;
    context.resource_account = STR("210987654321");
    context.source_ip = STR("127.0.0.1");
    context.user_agent = STR("aws-cli/2");
    context.referer = STR("https://example.com/");
    context.region = STR("us-east-1");
    context.resource_service = "iam";
    context.now = 1700000000;
    context.secure_transport = true;
    context.request_tags = request_tags;
    context.n_request_tags = ARRAY_LEN(request_tags);
    context.tag_keys = tag_keys;
    context.n_tag_keys = ARRAY_LEN(tag_keys);
    context.keys = keys;
    context.n_keys = ARRAY_LEN(keys);
    context.resource_tags = get_resource_tags;
    context.owner = &asked;
}

static void teardown(void)
{
    arena_done(&a);
}

static bool find(const char *name, struct policy_values *ret)
{
    struct policy_key key = policy_key_of(&a, str_of(name));
    return context.base.find(&context.base, &key, ret);
}

/* The value of a single-valued key; NULL when the request does not have it. */
static const char *value(const char *name)
{
    struct policy_values values = {.n = 42};
    if (!find(name, &values))
        return NULL;
    ck_assert_uint_eq(values.n, 1);
    ck_assert(!values.multivalued);
    return str_dup(&a, values.v[0]);
}

/* Of a user and of the root user; NULL: absent. */
static const struct {
    const char *key, *of_user, *of_root;
} global[] = {
    {"aws:CurrentTime", "2023-11-14T22:13:20Z", "2023-11-14T22:13:20Z"},
    {"aws:EpochTime", "1700000000", "1700000000"},
    {"aws:PrincipalAccount", "123456789012", "123456789012"},
    {"aws:PrincipalArn", "arn:aws:iam::123456789012:user/team/alice",
     "arn:aws:iam::123456789012:root"},
    {"aws:PrincipalIsAWSService", "false", "false"},
    {"aws:PrincipalTag/Team", "Blue", NULL},
    {"aws:PrincipalType", "User", "Account"},
    {"aws:referer", "https://example.com/", "https://example.com/"},
    {"aws:RequestedRegion", "us-east-1", "us-east-1"},
    {"aws:ResourceAccount", "210987654321", "210987654321"},
    {"aws:SecureTransport", "true", "true"},
    {"aws:SourceIp", "127.0.0.1", "127.0.0.1"},
    {"aws:UserAgent", "aws-cli/2", "aws-cli/2"},
    {"aws:userid", "AIDAZL6XWCR2MLDRO6EIG", "123456789012"},
    {"aws:username", "alice", NULL},
    {"aws:ViaAWSService", "false", "false"},
    /* Keys of temporary credentials, organizations and endpoints, which these callers lack. */
    {"aws:TokenIssueTime", NULL, NULL},
    {"aws:MultiFactorAuthPresent", NULL, NULL},
    {"aws:MultiFactorAuthAge", NULL, NULL},
    {"aws:PrincipalOrgID", NULL, NULL},
    {"aws:SourceVpc", NULL, NULL},
    {"aws:SourceArn", NULL, NULL},
    {"aws:CalledVia", NULL, NULL},
    /* No keys at all. */
    {"aws:", NULL, NULL},
    {"", NULL, NULL},
    {"aws:usernam", NULL, NULL},
    {"aws:usernames", NULL, NULL},
    {"iam:username", NULL, NULL},
    {"aws:username/x", NULL, NULL},
    {"aws:PrincipalTag", NULL, NULL},
};

START_TEST(test_global_keys)
{
    ck_assert_pstr_eq(value(global[_i].key), global[_i].of_user);
    ck_assert_pstr_eq(value(str_fold(&a, str_of(global[_i].key))), global[_i].of_user);
    context.principal = &root;
    ck_assert_pstr_eq(value(global[_i].key), global[_i].of_root);
}
END_TEST

/* Sessions of roles tell the ARN of their role, path included; federated users have no name. */
START_TEST(test_keys_of_temporary_credentials)
{
    enum { CALLERS = 3 };
    static const struct authz_principal callers[CALLERS] = {
        {.kind = PRINCIPAL_SESSION,
         .account = "123456789012",
         .arn = "arn:aws:sts::123456789012:assumed-role/Deploy/one",
         .issuer = "arn:aws:iam::123456789012:role/team/Deploy",
         .id = "AROAZL6XWCR2MLDRO6EIG:one",
         .source_identity = "ann",
         .provider = "arn:aws:iam::123456789012:saml-provider/idp",
         .temporary = true,
         .issued = 1699999000},
        {.kind = PRINCIPAL_FEDERATED,
         .account = "123456789012",
         .arn = "arn:aws:sts::123456789012:federated-user/bob",
         .issuer = "arn:aws:iam::123456789012:user/team/alice",
         .id = "123456789012:bob",
         .temporary = true,
         .issued = 1699999000},
        {.kind = PRINCIPAL_USER,
         .account = "123456789012",
         .arn = "arn:aws:iam::123456789012:user/team/alice",
         .id = "AIDAZL6XWCR2MLDRO6EIG",
         .name = "alice",
         .temporary = true,
         .issued = 1699999000},
    };
    static const struct {
        const char *key, *of[CALLERS];
    } cases[] = {
        {"aws:PrincipalArn",
         {"arn:aws:iam::123456789012:role/team/Deploy",
          "arn:aws:sts::123456789012:federated-user/bob",
          "arn:aws:iam::123456789012:user/team/alice"}},
        {"aws:PrincipalAccount", {"123456789012", "123456789012", "123456789012"}},
        {"aws:PrincipalType", {"AssumedRole", "FederatedUser", "User"}},
        {"aws:userid", {"AROAZL6XWCR2MLDRO6EIG:one", "123456789012:bob", "AIDAZL6XWCR2MLDRO6EIG"}},
        {"aws:username", {NULL, NULL, "alice"}},
        {"aws:TokenIssueTime",
         {"2023-11-14T21:56:40Z", "2023-11-14T21:56:40Z", "2023-11-14T21:56:40Z"}},
        {"aws:MultiFactorAuthPresent", {"false", "false", "false"}},
        {"aws:MultiFactorAuthAge", {NULL, NULL, NULL}},
        {"aws:SourceIdentity", {"ann", NULL, NULL}},
        {"aws:FederatedProvider", {"arn:aws:iam::123456789012:saml-provider/idp", NULL, NULL}},
        {"aws:PrincipalIsAWSService", {"false", "false", "false"}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        for (size_t k = 0; k < CALLERS; k++) {
            context.principal = &callers[k];
            ck_assert_pstr_eq(value(cases[i].key), cases[i].of[k]);
        }
    }
}
END_TEST

START_TEST(test_keys_of_a_service)
{
    static const struct authz_principal service = {.kind = PRINCIPAL_SERVICE,
                                                   .arn = "ec2.amazonaws.com"};
    static const char *const absent[] = {"aws:PrincipalAccount", "aws:PrincipalArn", "aws:userid",
                                         "aws:username", "aws:PrincipalType"};
    ck_assert_pstr_eq(value("aws:PrincipalServiceName"), NULL);
    context.principal = &service;
    ck_assert_pstr_eq(value("aws:PrincipalIsAWSService"), "true");
    ck_assert_pstr_eq(value("aws:PrincipalServiceName"), "ec2.amazonaws.com");
    for (size_t i = 0; i < ARRAY_LEN(absent); i++)
        ck_assert_msg(value(absent[i]) == NULL, "%s", absent[i]);
}
END_TEST

START_TEST(test_keys_of_nobody)
{
    static const struct authz_principal nobody = {.kind = PRINCIPAL_ANONYMOUS, .id = "anonymous"};
    static const char *const absent[] = {"aws:PrincipalAccount", "aws:PrincipalArn", "aws:username",
                                         "aws:MultiFactorAuthPresent", "aws:TokenIssueTime"};
    context.principal = &nobody;
    ck_assert_pstr_eq(value("aws:PrincipalType"), "Anonymous");
    ck_assert_pstr_eq(value("aws:userid"), "anonymous");
    for (size_t i = 0; i < ARRAY_LEN(absent); i++)
        ck_assert_msg(value(absent[i]) == NULL, "%s", absent[i]);
}
END_TEST

START_TEST(test_absent_facts)
{
    context.source_ip = context.user_agent = context.referer = (struct str){NULL, 0};
    context.resource_account = context.source_ip;
    context.region = (struct str){NULL, 0};
    context.secure_transport = false;
    static const char *const absent[] = {"aws:SourceIp", "aws:UserAgent", "aws:referer",
                                         "aws:RequestedRegion", "aws:ResourceAccount"};
    for (size_t i = 0; i < ARRAY_LEN(absent); i++)
        ck_assert_msg(value(absent[i]) == NULL, "%s", absent[i]);
    ck_assert_pstr_eq(value("aws:SecureTransport"), "false");
    context.user_agent = STR(""); /* sent, but empty, is not absent */
    ck_assert_pstr_eq(value("aws:UserAgent"), "");
}
END_TEST

/* Values found earlier live on while others are looked up. */
START_TEST(test_values_keep_their_place)
{
    struct policy_values time, epoch, name;
    ck_assert(find("aws:CurrentTime", &time) && find("aws:EpochTime", &epoch));
    ck_assert(find("aws:username", &name));
    ck_assert(str_is(time.v[0], "2023-11-14T22:13:20Z"));
    ck_assert(str_is(epoch.v[0], "1700000000"));
    ck_assert(str_is(name.v[0], "alice"));
}
END_TEST

START_TEST(test_tags_ignore_letter_case_of_keys)
{
    ck_assert_pstr_eq(value("aws:PrincipalTag/tEAM"), "Blue");
    ck_assert_pstr_eq(value("AWS:principaltag/Team"), "Blue");
    ck_assert_pstr_eq(value("aws:PrincipalTag/Team2"), NULL);
    ck_assert_pstr_eq(value("aws:PrincipalTag/"), NULL);
    ck_assert_pstr_eq(value("aws:PrincipalTag/A/B"), "slash");
    ck_assert_pstr_eq(value("aws:RequestTag/cost"), "42");
    ck_assert_pstr_eq(value("aws:RequestTag/EMPTY"), "");
    ck_assert_pstr_eq(value("aws:RequestTag/Team"), NULL);
    ck_assert_pstr_eq(value("aws:ResourceTag/stage"), "Prod");
    ck_assert_pstr_eq(value("aws:ResourceTag/Cost"), NULL);
}
END_TEST

START_TEST(test_tag_keys)
{
    struct policy_values values;
    ck_assert(find("aws:TagKeys", &values));
    ck_assert_uint_eq(values.n, 2);
    ck_assert(values.multivalued);
    ck_assert(str_is(values.v[0], "Cost") && str_is(values.v[1], "Empty"));
    context.n_tag_keys = 0;
    ck_assert(!find("aws:TagKeys", &values));
}
END_TEST

START_TEST(test_resource_tags_have_an_alias)
{
    ck_assert_pstr_eq(value("iam:ResourceTag/Stage"), "Prod");
    ck_assert_pstr_eq(value("IAM:resourcetag/STAGE"), "Prod");
    ck_assert_pstr_eq(value("sts:ResourceTag/Stage"), NULL);
    ck_assert_pstr_eq(value("iam:RequestTag/Cost"), NULL);
    ck_assert_pstr_eq(value("iam:PrincipalTag/Team"), NULL);
    context.resource_service = NULL;
    ck_assert_pstr_eq(value("iam:ResourceTag/Stage"), NULL);
    ck_assert_pstr_eq(value("aws:ResourceTag/Stage"), "Prod");
}
END_TEST

START_TEST(test_resource_tags_are_asked_for_when_needed)
{
    value("aws:PrincipalTag/Team");
    value("aws:RequestTag/Cost");
    value("aws:username");
    value("sts:ResourceTag/Stage");
    ck_assert_int_eq(asked, 0);
    value("aws:ResourceTag/Stage");
    ck_assert_int_eq(asked, 1);
    context.resource_tags = NULL;
    ck_assert_pstr_eq(value("aws:ResourceTag/Stage"), NULL);
}
END_TEST

START_TEST(test_service_keys)
{
    ck_assert_pstr_eq(value("iam:PolicyARN"), "arn:aws:iam::aws:policy/X");
    ck_assert_pstr_eq(value("iam:policyarn"), "arn:aws:iam::aws:policy/X");
    ck_assert_pstr_eq(value("iam:PassedToService"), "ec2.amazonaws.com");
    ck_assert_pstr_eq(value("iam:PermissionsBoundary"), NULL);
    ck_assert_pstr_eq(value("PolicyARN"), NULL);
}
END_TEST

static enum authz_outcome decide(const char *condition)
{
    const char *text = arena_printf(&a,
                                    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":"
                                    "\"Allow\",\"Action\":\"*\",\"Resource\":\"*\","
                                    "\"Condition\":{%s}}}",
                                    condition);
    struct authz_policy policy = {.layer = AUTHZ_LAYER_IDENTITY, .name = "p"};
    struct policy_error error;
    ck_assert_msg(policy_compile(&a, str_of(text), POLICY_IDENTITY, &policy.policy, &error) == OK,
                  "%s", condition);
    user.policies = &policy;
    user.n_policies = 1;
    const struct authz_request request = {.principal = &user,
                                          .action = STR("iam:GetUser"),
                                          .resource = STR("*"),
                                          .context = &context.base};
    return authz_decide(&request, NULL).outcome;
}

/* The same keys, through the policies that ask for them. */
static const struct {
    const char *condition;
    bool met;
} conditions[] = {
    {"\"StringEquals\":{\"AWS:UserName\":\"alice\"}", true},
    {"\"StringEquals\":{\"aws:username\":\"Alice\"}", false},
    {"\"StringEquals\":{\"aws:PrincipalTag/TEAM\":\"Blue\"}", true},
    {"\"StringEquals\":{\"aws:PrincipalTag/team\":\"blue\"}", false},
    {"\"StringEquals\":{\"aws:RequestTag/Cost\":\"${aws:RequestTag/cost}\"}", true},
    {"\"StringEquals\":{\"iam:ResourceTag/Stage\":\"${aws:ResourceTag/Stage}\"}", true},
    {"\"ForAllValues:StringEquals\":{\"aws:TagKeys\":[\"Cost\",\"Empty\",\"X\"]}", true},
    {"\"ForAllValues:StringEquals\":{\"aws:TagKeys\":[\"Cost\"]}", false},
    {"\"ForAnyValue:StringEquals\":{\"aws:TagKeys\":[\"Cost\"]}", true},
    {"\"Null\":{\"aws:MultiFactorAuthAge\":\"true\"}", true},
    {"\"Null\":{\"aws:username\":\"true\"}", false},
    {"\"BoolIfExists\":{\"aws:MultiFactorAuthPresent\":\"true\"}", true},
    {"\"Bool\":{\"aws:SecureTransport\":\"true\"}", true},
    {"\"Bool\":{\"aws:ViaAWSService\":\"true\"}", false},
    {"\"IpAddress\":{\"aws:SourceIp\":\"127.0.0.0/8\"}", true},
    {"\"DateLessThan\":{\"aws:CurrentTime\":\"2023-11-14T22:13:21Z\"}", true},
    {"\"DateLessThan\":{\"aws:CurrentTime\":\"2023-11-14T22:13:20Z\"}", false},
    {"\"NumericEquals\":{\"aws:EpochTime\":\"1700000000\"}", true},
    {"\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:user/team/*\"}", true},
    {"\"ArnEquals\":{\"iam:PolicyARN\":\"arn:aws:iam::aws:policy/X\"}", true},
    {"\"StringEquals\":{\"aws:userid\":\"AIDAZL6XWCR2MLDRO6EIG\"}", true},
};

/* A code may come along with keys of either kind, or have been checked when the keys were made. */
START_TEST(test_mfa)
{
    user.mfa_at = context.now - 60;
    for (int i = 0; i < 2; i++) {
        user.temporary = i;
        ck_assert_pstr_eq(value("aws:MultiFactorAuthPresent"), "true");
        ck_assert_pstr_eq(value("aws:MultiFactorAuthAge"), "60");
    }
    user.mfa_at = 0;
    ck_assert_pstr_eq(value("aws:MultiFactorAuthPresent"), "false");
    ck_assert_ptr_null(value("aws:MultiFactorAuthAge"));
}
END_TEST

START_TEST(test_policies_see_the_keys)
{
    ck_assert_int_eq(decide(conditions[_i].condition) == AUTHZ_ALLOW, conditions[_i].met);
}
END_TEST

/* The keys of an organization are there for those whose accounts are in one. */
START_TEST(test_organization)
{
    const struct authz_place place = {"o-a1b2c3d4e5", "111122223333", "o-a1b2c3d4e5/r-ab12/"},
                             other = {"o-f6g7h8i9j0", "444455556666",
                                      "o-f6g7h8i9j0/r-cd34/ou-cd34-12345678/"};
    static const struct {
        const char *id, *paths;
    } keys_of[] = {{"aws:PrincipalOrgID", "aws:PrincipalOrgPaths"},
                   {"aws:ResourceOrgID", "aws:ResourceOrgPaths"},
                   {"aws:SourceOrgID", "aws:SourceOrgPaths"}};
    const struct authz_place **places[] = {&context.principal_place, &context.resource_place,
                                           &context.source_place};
    ck_assert_ptr_null(value("aws:PrincipalOrgMasterAccountId"));
    for (size_t i = 0; i < ARRAY_LEN(keys_of); i++) {
        struct policy_values values;
        ck_assert_ptr_null(value(keys_of[i].id));
        ck_assert(!find(keys_of[i].paths, &values));
        *places[i] = i == 1 ? &other : &place;
        ck_assert_str_eq(value(keys_of[i].id), (*places[i])->organization);
        ck_assert(find(keys_of[i].paths, &values));
        ck_assert(values.multivalued);
        ck_assert_uint_eq(values.n, 1);
        ck_assert_str_eq(str_dup(&a, values.v[0]), (*places[i])->path);
    }
    ck_assert_str_eq(value("aws:PrincipalOrgMasterAccountId"), "111122223333");
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, test_global_keys, 0, ARRAY_LEN(global));
    tcase_add_test(tc, test_keys_of_temporary_credentials);
    tcase_add_test(tc, test_keys_of_a_service);
    tcase_add_test(tc, test_keys_of_nobody);
    tcase_add_test(tc, test_absent_facts);
    tcase_add_test(tc, test_values_keep_their_place);
    tcase_add_test(tc, test_tags_ignore_letter_case_of_keys);
    tcase_add_test(tc, test_tag_keys);
    tcase_add_test(tc, test_resource_tags_have_an_alias);
    tcase_add_test(tc, test_resource_tags_are_asked_for_when_needed);
    tcase_add_test(tc, test_service_keys);
    tcase_add_test(tc, test_mfa);
    tcase_add_test(tc, test_organization);
    tcase_add_loop_test(tc, test_policies_see_the_keys, 0, ARRAY_LEN(conditions));
    return suite_run("context", tc);
}
