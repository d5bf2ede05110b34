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
    tcase_add_test(tc, test_long_arns);
    return suite_run("message", tc);
}
