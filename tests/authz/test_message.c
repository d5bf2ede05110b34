/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/authz.h"
#include "support/suite.h"

static const struct authz_principal alice = {
    .kind = PRINCIPAL_USER,
    .account = "123456789012",
    .arn = "arn:aws:iam::123456789012:user/team/alice",
};

/* Sentences as AWS words them, for what is printed as the resource. */
static const struct {
    enum authz_outcome outcome;
    enum authz_layer layer;
    const char *arn; /* of the policy that denies */
    const char *action, *resource, *sentence;
} cases[] = {
    {AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_IDENTITY, NULL, "iam:CreateUser",
     "arn:aws:iam::123456789012:user/bob",
     "User: arn:aws:iam::123456789012:user/team/alice is not authorized to perform: iam:CreateUser "
     "on resource: arn:aws:iam::123456789012:user/bob because no identity-based policy allows the "
     "iam:CreateUser action"},
    {AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_IDENTITY, NULL, "iam:CreateUser",
     "arn:aws:iam::123456789012:user/bob",
     "User: arn:aws:iam::123456789012:user/team/alice is not authorized to perform: iam:CreateUser "
     "on resource: arn:aws:iam::123456789012:user/bob with an explicit deny in an identity-based "
     "policy"},
    {AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_IDENTITY, NULL, "iam:GetUser", "user bob",
     "User: arn:aws:iam::123456789012:user/team/alice is not authorized to perform: iam:GetUser "
     "on resource: user bob because no identity-based policy allows the iam:GetUser action"},
    {AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_IDENTITY, NULL, "iam:GetAccountSummary", "*",
     "User: arn:aws:iam::123456789012:user/team/alice is not authorized to perform: "
     "iam:GetAccountSummary on resource: * because no identity-based policy allows the "
     "iam:GetAccountSummary action"},
    {AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_IDENTITY, "arn:aws:iam::123456789012:policy/no",
     "iam:GetUser", "user bob",
     "User: arn:aws:iam::123456789012:user/team/alice is not authorized to perform: iam:GetUser "
     "on resource: user bob with an explicit deny in an identity-based policy: "
     "arn:aws:iam::123456789012:policy/no"},
    {AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_BOUNDARY, NULL, "iam:GetUser", "user bob",
     "User: arn:aws:iam::123456789012:user/team/alice is not authorized to perform: iam:GetUser "
     "on resource: user bob because no permissions boundary allows the iam:GetUser action"},
    {AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_BOUNDARY, "arn:aws:iam::123456789012:policy/no",
     "iam:GetUser", "user bob",
     "User: arn:aws:iam::123456789012:user/team/alice is not authorized to perform: iam:GetUser "
     "on resource: user bob with an explicit deny in a permissions boundary: "
     "arn:aws:iam::123456789012:policy/no"},
    {AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_RESOURCE, NULL, "iam:DeletePolicy",
     "arn:aws:iam::aws:policy/AdministratorAccess",
     "User: arn:aws:iam::123456789012:user/team/alice is not authorized to perform: "
     "iam:DeletePolicy on resource: arn:aws:iam::aws:policy/AdministratorAccess"},
};

START_TEST(test_sentences)
{
    struct arena a;
    arena_init(&a);
    const struct authz_policy policy = {.arn = cases[_i].arn};
    const struct authz_decision decision = {
        .outcome = cases[_i].outcome, .layer = cases[_i].layer, .policy = &policy};
    struct authz_request request = {.principal = &alice, .action = str_of(cases[_i].action)};
    if (cases[_i].layer == AUTHZ_LAYER_RESOURCE)
        request.resource_account = STR("aws");
    ck_assert_str_eq(authz_message(&a, &request, cases[_i].resource, &decision),
                     cases[_i].sentence);
    arena_done(&a);
}
END_TEST

static const struct authz_principal bob_session = {
    .kind = PRINCIPAL_SESSION,
    .account = "123456789012",
    .arn = "arn:aws:sts::123456789012:assumed-role/r/bob",
};
static const struct authz_principal root = {
    .kind = PRINCIPAL_ROOT, .account = "123456789012", .arn = "arn:aws:iam::123456789012:root"};
static const struct authz_principal anonymous = {.kind = PRINCIPAL_ANONYMOUS};
static const struct authz_principal events = {.kind = PRINCIPAL_SERVICE,
                                              .arn = "events.amazonaws.com"};
static const struct authz_principal saml = {.kind = PRINCIPAL_PROVIDER,
                                            .arn = "arn:aws:iam::123456789012:saml-provider/idp"};
static const struct authz_principal google = {.kind = PRINCIPAL_PROVIDER,
                                              .arn = "accounts.google.com"};

#define BOB "User: arn:aws:sts::123456789012:assumed-role/r/bob is not authorized to perform: "
#define SCP_ARN "arn:aws:organizations::987654321098:policy/o-a/service_control_policy/p-b"
#define RCP_ARN "arn:aws:organizations::987654321098:policy/o-a/resource_control_policy/p-c"
#define POLICY_ARN "arn:aws:iam::123456789012:policy/no"

/* Every layer's reason, and the sentences that are not of the usual form. */
static const struct {
    const struct authz_principal *who;
    const char *action;
    enum authz_outcome outcome;
    enum authz_layer layer;
    const char *arn, *owner; /* of the policy, of the resource */
    bool same_organization;
    const char *sentence;
} layers[] = {
    {&bob_session, "sqs:SendMessage", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_SCP, NULL, NULL, false,
     BOB "sqs:SendMessage on resource: R because no service control policy allows the "
         "sqs:SendMessage action"},
    {&bob_session, "sqs:SendMessage", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_SCP, SCP_ARN, NULL, false,
     BOB
     "sqs:SendMessage on resource: R with an explicit deny in a service control policy: " SCP_ARN},
    {&bob_session, "sqs:SendMessage", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_RCP, NULL, NULL, false,
     BOB "sqs:SendMessage on resource: R with an explicit deny in a resource control policy"},
    {&bob_session, "sqs:SendMessage", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_ENDPOINT, NULL, NULL, false,
     BOB "sqs:SendMessage on resource: R because no VPC endpoint policy allows the "
         "sqs:SendMessage action"},
    {&bob_session, "sqs:SendMessage", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_ENDPOINT, NULL, NULL, false,
     BOB "sqs:SendMessage on resource: R with an explicit deny in a VPC endpoint policy"},
    {&bob_session, "sqs:SendMessage", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_RESOURCE, NULL, NULL, false,
     BOB "sqs:SendMessage on resource: R because no resource-based policy allows the "
         "sqs:SendMessage action"},
    {&bob_session, "sqs:SendMessage", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_RESOURCE, NULL, NULL, false,
     BOB "sqs:SendMessage on resource: R with an explicit deny in a resource-based policy"},
    {&bob_session, "sqs:SendMessage", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_RCP, RCP_ARN, NULL, false,
     BOB
     "sqs:SendMessage on resource: R with an explicit deny in a resource control policy: " RCP_ARN},
    {&bob_session, "sqs:SendMessage", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_SESSION, POLICY_ARN, NULL,
     false,
     BOB "sqs:SendMessage on resource: R with an explicit deny in a session policy: " POLICY_ARN},
    {&bob_session, "sqs:SendMessage", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_BOUNDARY, NULL, NULL, false,
     BOB "sqs:SendMessage on resource: R with an explicit deny in a permissions boundary"},
    /* What other policies are attached to says which they are. */
    {&bob_session, "sqs:SendMessage", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_RESOURCE, POLICY_ARN, NULL,
     false, BOB "sqs:SendMessage on resource: R with an explicit deny in a resource-based policy"},
    {&bob_session, "sqs:SendMessage", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_ENDPOINT, POLICY_ARN, NULL,
     false, BOB "sqs:SendMessage on resource: R with an explicit deny in a VPC endpoint policy"},
    {&bob_session, "sts:SetContext", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_TRUST, POLICY_ARN, NULL,
     false, BOB "sts:SetContext on resource: R with an explicit deny in the role trust policy"},
    {&bob_session, "sqs:SendMessage", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_IDENTITY, POLICY_ARN, NULL,
     false,
     BOB "sqs:SendMessage on resource: R because no identity-based policy allows the "
         "sqs:SendMessage action"},
    {&bob_session, "sqs:SendMessage", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_IDENTITY, POLICY_ARN,
     "111122223333", false, BOB "sqs:SendMessage on resource: R"},
    {&bob_session, "sts:TagSession", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_TRUST, NULL, NULL, false,
     BOB "sts:TagSession on resource: R"},
    {&bob_session, "sts:SetSourceIdentity", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_IDENTITY, NULL, NULL,
     false, BOB "sts:SetSourceIdentity on resource: R"},
    {&bob_session, "ec2:RunInstances", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_IDENTITY, NULL,
     "111122223333", false,
     "You are not authorized to perform this operation. " BOB "ec2:RunInstances on resource: R."},
    {&bob_session, "S3:getobject", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_SCP, SCP_ARN, NULL, false,
     BOB
     "S3:getobject on resource: \"R\" with an explicit deny in a service control policy: " SCP_ARN},
    {&bob_session, "sqs:SendMessage", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_SESSION, NULL, NULL, false,
     BOB "sqs:SendMessage on resource: R because no session policy allows the sqs:SendMessage "
         "action"},
    {&bob_session, "sqs:SendMessage", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_SESSION, NULL, NULL, false,
     BOB "sqs:SendMessage on resource: R with an explicit deny in a session policy"},
    {&bob_session, "sts:SetContext", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_TRUST, NULL, NULL, false,
     BOB "sts:SetContext on resource: R because no role trust policy allows the sts:SetContext "
         "action"},
    {&bob_session, "sts:SetContext", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_TRUST, NULL, NULL, false,
     BOB "sts:SetContext on resource: R with an explicit deny in the role trust policy"},
    {&bob_session, "sts:AssumeRole", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_TRUST, NULL, NULL, false,
     BOB "sts:AssumeRole on resource: R"},
    {&root, "sts:AssumeRole", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_ROOT, NULL, NULL, false,
     "Roles may not be assumed by root accounts."},
    {&anonymous, "sts:AssumeRoleWithWebIdentity", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_TRUST, NULL,
     NULL, false, "Not authorized to perform sts:AssumeRoleWithWebIdentity"},
    {&anonymous, "sts:AssumeRoleWithSAML", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_TRUST, NULL, NULL,
     false, "Not authorized to perform sts:AssumeRoleWithSAML"},
    {&saml, "sts:AssumeRoleWithSAML", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_TRUST, NULL, "123456789012",
     false, "Not authorized to perform sts:AssumeRoleWithSAML"},
    {&saml, "sts:TagSession", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_TRUST, NULL, "123456789012", false,
     "Not authorized to perform sts:AssumeRoleWithSAML"},
    {&google, "sts:AssumeRoleWithWebIdentity", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_TRUST, NULL,
     "123456789012", false, "Not authorized to perform sts:AssumeRoleWithWebIdentity"},
    {&google, "sts:TagSession", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_TRUST, NULL, "123456789012", false,
     "Not authorized to perform sts:TagSession"},
    {&events, "sqs:SendMessage", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_RESOURCE, NULL, "123456789012",
     false,
     "User: events.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: R"},
    {&anonymous, "s3:GetObject", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_RESOURCE, NULL, "123456789012",
     false, "Access Denied"},
    {&bob_session, "s3:GetObject", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_IDENTITY, NULL, NULL, false,
     BOB "s3:GetObject on resource: \"R\" because no identity-based policy allows the "
         "s3:GetObject action"},
    {&bob_session, "ec2:RunInstances", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_IDENTITY, NULL, NULL, false,
     "You are not authorized to perform this operation. " BOB
     "ec2:RunInstances on resource: R because no identity-based policy allows the "
     "ec2:RunInstances action."},
    {&bob_session, "sqs:SendMessage", AUTHZ_IMPLICIT_DENY, AUTHZ_LAYER_IDENTITY, NULL,
     "111122223333", false, BOB "sqs:SendMessage on resource: R"},
    {&bob_session, "sqs:SendMessage", AUTHZ_EXPLICIT_DENY, AUTHZ_LAYER_SCP, SCP_ARN, "111122223333",
     true,
     BOB
     "sqs:SendMessage on resource: R with an explicit deny in a service control policy: " SCP_ARN},
};

START_TEST(test_layers)
{
    struct arena a;
    arena_init(&a);
    const struct authz_policy policy = {.arn = layers[_i].arn};
    const struct authz_decision decision = {
        .outcome = layers[_i].outcome, .layer = layers[_i].layer, .policy = &policy};
    const struct authz_request request = {
        .principal = layers[_i].who,
        .action = str_of(layers[_i].action),
        .resource_account = layers[_i].owner ? str_of(layers[_i].owner) : (struct str){NULL, 0},
        .same_organization = layers[_i].same_organization};
    ck_assert_str_eq(authz_message(&a, &request, "R", &decision), layers[_i].sentence);
    arena_done(&a);
}
END_TEST

/* 512 characters of path, twice, are more than the buffer starts with. */
START_TEST(test_long_arns)
{
    struct arena a;
    arena_init(&a);
    char *path = arena_alloc(&a, 513);
    memset(path, 'p', 512);
    path[512] = '\0';
    struct authz_principal deep = alice;
    deep.arn = arena_printf(&a, "arn:aws:iam::123456789012:user/%s/x", path);
    const struct authz_policy policy = {.arn = NULL};
    const struct authz_decision decision = {
        .outcome = AUTHZ_EXPLICIT_DENY, .layer = AUTHZ_LAYER_IDENTITY, .policy = &policy};
    const struct authz_request request = {.principal = &deep, .action = STR("iam:GetUser")};
    ck_assert_str_eq(authz_message(&a, &request, deep.arn, &decision),
                     arena_printf(&a,
                                  "User: %s is not authorized to perform: iam:GetUser on "
                                  "resource: %s with an explicit deny in an identity-based "
                                  "policy",
                                  deep.arn, deep.arn));
    arena_done(&a);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, test_sentences, 0, ARRAY_LEN(cases));
    tcase_add_loop_test(tc, test_layers, 0, ARRAY_LEN(layers));
    tcase_add_test(tc, test_long_arns);
    return suite_run("message", tc);
}
