/* SPDX-License-Identifier: Apache-2.0 */
#include "access/enforce.h"
#include "access/explain.h"
#include "access/organization.h"
#include "access/session.h"
#include "err.h"
#include "record/record.h"
#include "support/organization.h"
#include "support/suite.h"

#define ALICE "AIDAZL6XWCR2MLDRO6EIG"
#define DENIED                                                                                     \
    "User: arn:aws:iam::" BOX_ACCOUNT ":root is not authorized to perform: iam:GetUser on "        \
    "resource: arn:aws:iam::" BOX_ACCOUNT ":user/alice"

struct in {
    const char *name;
};

static const struct shape_field fields[] = {
    {.name = "UserName", .kind = SHAPE_STR, .off = offsetof(struct in, name)},
};
static const struct shape shape = {"in", sizeof(struct in), ARRAY_LEN(fields), fields, NULL, NULL};
static const struct api_auth rows[] = {
    {"iam:GetUser", API_ON_ENTITY, RESOURCE_USER, offsetof(struct in, name), API_NO_MEMBER,
     API_NO_MEMBER, -1, false, false, NULL, API_CLAIMS_ANY, false, false},
    {.action = NULL},
};
static const struct api_service service = {.name = "iam"};
static const struct api_op op = {
    .name = "GetUser", .service = &service, .in = &shape, .auth = rows};

static struct box box;
static struct tx tx;
static struct call c;
static struct view *view;
static struct request rq;

/* A policy of one statement. */
static void add_policy(const char *id, const char *type, const char *statement)
{
    box_organization_policy(
        &box, id, type,
        arena_printf(&box.arena, "{\"Version\":\"2012-10-17\",\"Statement\":{%s}}", statement));
}

static void setup(void)
{
    box_open(&box);
    box_user(&box, ALICE, "alice");
    box_organize(&box);
    rq = (struct request){.source_ip = "127.0.0.1"};
    view = NULL;
}

static void teardown(void)
{
    view_release(view);
    box_close(&box);
}

/* Whom the view shows. */
static int ask_viewed(void)
{
    box_begin(&box, &tx);
    c = box_call(&box);
    c.rq = &rq;
    c.op = &op;
    c.tx = &tx;
    c.principal = &view->principal;
    c.account = view->principal.account;
    c.view = &view->base;
    int code = access_enforce(&c, &(struct in){.name = "alice"});
    record_complete(&c, code, NULL);
    record_end(&c);
    box_end(&box, &tx);
    return code;
}

static int ask(const char *principal)
{
    view_release(view);
    ASSERT_OK(view_acquire(&box.sandbox, &box.arena, principal, &view));
    return ask_viewed();
}

/* A session of the root user, as AssumeRoot gives it: with a policy that only denies. */
static int ask_assumed_root(void)
{
    const struct session session = {.kind = PRINCIPAL_ROOT,
                                    .key_id = "ASIAEXAMPLE",
                                    .account = BOX_ACCOUNT,
                                    .owner = BOX_ACCOUNT,
                                    .name = "",
                                    .policy = box_document(&box, "Deny", "s3:*"),
                                    .source_identity = "",
                                    .provider = ""};
    view_release(view);
    ASSERT_OK(view_acquire_session(&box.sandbox, &box.arena, &session, &view));
    return ask_viewed();
}

static bool explains(const char *text)
{
    return strstr(explain_get(&box.sandbox, &box.arena, str_of(c.request_id)).p, text) != NULL;
}

/* A change holds from the next request on. */
START_TEST(test_root_user_of_a_member)
{
    ASSERT_OK(ask(BOX_ACCOUNT));
    box_enable(&box, SCP, "p-FullAWSAccess");
    ASSERT_OK(ask(BOX_ACCOUNT));
    ck_assert(explains("{\"policy\":\"FullAWSAccess\",\"arn\":\"arn:aws:organizations::aws:policy/"
                       "service_control_policy/p-FullAWSAccess\",\"layer\":\"scp\","
                       "\"attached_to\":\"organizational unit Prod\""));
    ck_assert(explains("\"attached_to\":\"root " ORGANIZATION_ROOT "\""));
    ck_assert(explains("\"attached_to\":\"account " BOX_ACCOUNT "\""));
    ck_assert(explains("\"organization\":{\"path\":\"" ORGANIZATION_PATH
                       "\",\"management_account\":false}"));
    add_policy("p-noreads1", SCP, "\"Effect\":\"Deny\",\"Action\":\"iam:Get*\",\"Resource\":\"*\"");
    ASSERT_OK(ask(BOX_ACCOUNT));
    box_attach(&box, ORGANIZATION_ROOT, SCP, "p-noreads1");
    ck_assert_int_eq(ask(BOX_ACCOUNT), ERR_ACCESS_DENIED);
    ck_assert_str_eq(c.message,
                     DENIED " with an explicit deny in a service control policy: "
                            "arn:aws:organizations::" ORGANIZATION_MANAGEMENT
                            ":policy/" ORGANIZATION "/service_control_policy/p-noreads1");
    box_replace(&box, ORGANIZATION_ROOT, SCP, "p-FullAWSAccess");
    ASSERT_OK(ask(BOX_ACCOUNT));
}
END_TEST

/* Each level has to allow, and the explanation says which does not. */
START_TEST(test_silent_level)
{
    box_enable(&box, SCP, "p-FullAWSAccess");
    add_policy("p-onlys3aa", SCP, "\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"");
    box_replace(&box, ORGANIZATION_UNIT, SCP, "p-onlys3aa");
    ck_assert_int_eq(ask(BOX_ACCOUNT), ERR_ACCESS_DENIED);
    ck_assert_str_eq(c.message,
                     DENIED " because no service control policy allows the iam:GetUser action");
    ck_assert(explains("\"missing\":\"No statement of the service control policies of "
                       "organizational unit Prod allows iam:GetUser.\""));
}
END_TEST

/* The management account is free. */
START_TEST(test_management)
{
    box_enable(&box, SCP, "p-FullAWSAccess");
    add_policy("p-nothing1", SCP, "\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"");
    box_attach(&box, ORGANIZATION_ROOT, SCP, "p-nothing1");
    box_policy(&box, ALICE, "p", box_document(&box, "Allow", "*"));
    ck_assert_int_eq(ask(ALICE), ERR_ACCESS_DENIED);
    ASSERT_OK(ask(ORGANIZATION_MANAGEMENT));
    ck_assert(explains("\"management_account\":true"));
    ck_assert(!explains("\"layer\":\"scp\""));
}
END_TEST

/* SCPs hold for sessions of AssumeRoot, unless they leave those out themselves. */
START_TEST(test_assumed_root)
{
    box_enable(&box, SCP, "p-FullAWSAccess");
    ASSERT_OK(ask_assumed_root());
    add_policy("p-noroot11", SCP,
               "\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{"
               "\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:root\"}}");
    box_attach(&box, ORGANIZATION_UNIT, SCP, "p-noroot11");
    ck_assert_int_eq(ask_assumed_root(), ERR_ACCESS_DENIED);
    add_policy("p-noroot22", SCP,
               "\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{"
               "\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:root\"},"
               "\"Null\":{\"aws:AssumedRoot\":\"true\"}}");
    box_replace(&box, ORGANIZATION_UNIT, SCP, "p-noroot22");
    box_attach(&box, ORGANIZATION_UNIT, SCP, "p-FullAWSAccess");
    ASSERT_OK(ask_assumed_root());
    ck_assert_int_eq(ask(BOX_ACCOUNT), ERR_ACCESS_DENIED);
}
END_TEST

/* What nobody has enabled binds nobody. */
START_TEST(test_not_enabled)
{
    add_policy("p-nothing1", SCP, "\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"");
    box_attach(&box, ORGANIZATION_ROOT, SCP, "p-nothing1");
    ASSERT_OK(ask(BOX_ACCOUNT));
}
END_TEST

/* Keys of organizations are those of the account. */
static const struct {
    const char *condition;
    bool holds;
} conditions[] = {
    {"\"StringEquals\":{\"aws:PrincipalOrgID\":\"" ORGANIZATION "\"}", true},
    {"\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-other00000\"}", false},
    {"\"StringEquals\":{\"aws:ResourceOrgID\":\"${aws:PrincipalOrgID}\"}", true},
    {"\"ForAnyValue:StringEquals\":{\"aws:PrincipalOrgPaths\":\"" ORGANIZATION_PATH "\"}", true},
    {"\"ForAnyValue:StringLike\":{\"aws:ResourceOrgPaths\":\"" ORGANIZATION "/" ORGANIZATION_ROOT
     "/*\"}",
     true},
    {"\"ForAnyValue:StringLike\":{\"aws:PrincipalOrgPaths\":\"*" BOX_ACCOUNT "*\"}", false},
    {"\"StringEquals\":{\"aws:PrincipalOrgMasterAccountId\":\"" ORGANIZATION_MANAGEMENT "\"}",
     true},
    {"\"Null\":{\"aws:SourceOrgID\":\"true\"}", true},
};

START_TEST(test_conditions)
{
    box_enable(&box, SCP, "p-FullAWSAccess");
    add_policy("p-denies11", SCP,
               arena_printf(&box.arena,
                            "\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\","
                            "\"Condition\":{%s}",
                            conditions[_i].condition));
    box_attach(&box, BOX_ACCOUNT, SCP, "p-denies11");
    ck_assert_int_eq(ask(BOX_ACCOUNT), conditions[_i].holds ? ERR_ACCESS_DENIED : OK);
}
END_TEST

/* IAM is no service that they cover: nothing is denied by them, but they are asked about. */
START_TEST(test_resources)
{
    struct membership *member;
    box_enable(&box, RCP, "p-RCPFullAWSAccess");
    add_policy("p-perimetr", RCP,
               "\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"sts:*\",\"Resource\":\"*\"");
    box_attach(&box, ORGANIZATION_UNIT, RCP, "p-perimetr");
    ASSERT_OK(ask(BOX_ACCOUNT));
    ASSERT_OK(membership_acquire(&box.sandbox, &box.arena, BOX_ACCOUNT, &member));
    ck_assert_uint_eq(member->rcps.n, 3);
    ck_assert_uint_eq(member->rcps.n_policies, 4);
    ck_assert_uint_eq(member->scps.n, 0);
    ck_assert_str_eq(member->rcps.policies[2].name, "perimetr");
    ck_assert_uint_eq(member->rcps.policies[2].level, 1);
    membership_release(member);
    ASSERT_OK(membership_acquire(&box.sandbox, &box.arena, ORGANIZATION_MANAGEMENT, &member));
    ck_assert_uint_eq(member->rcps.n, 0);
    membership_release(member);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_root_user_of_a_member);
    tcase_add_test(tc, test_silent_level);
    tcase_add_test(tc, test_management);
    tcase_add_test(tc, test_assumed_root);
    tcase_add_test(tc, test_not_enabled);
    tcase_add_loop_test(tc, test_conditions, 0, ARRAY_LEN(conditions));
    tcase_add_test(tc, test_resources);
    return suite_run("levels", tc);
}
