/* SPDX-License-Identifier: Apache-2.0 */
#include "access/enforce.h"
#include "access/explain.h"
#include "err.h"
#include "support/sandbox.h"
#include "support/suite.h"

#define ALICE "AIDAZL6XWCR2MLDRO6EIG"
#define BOB "AIDARKEXDU3E7KD3L3CRF"
#define ARN "arn:aws:iam::" BOX_ACCOUNT

/* An operation with all kinds of rows and keys. */
struct in {
    const char *name, *policy;
    struct iam_tag_list tags;
    struct str_list tag_keys;
};

static const struct shape_field fields[] = {
    {.name = "UserName", .kind = SHAPE_STR, .off = offsetof(struct in, name)},
    {.name = "PolicyArn", .kind = SHAPE_STR, .off = offsetof(struct in, policy)},
    {.name = "Tags", .kind = SHAPE_LIST, .item = SHAPE_STRUCT, .off = offsetof(struct in, tags)},
    {.name = "TagKeys",
     .kind = SHAPE_LIST,
     .item = SHAPE_STR,
     .off = offsetof(struct in, tag_keys)},
};
static const struct shape shape = {"in", sizeof(struct in), ARRAY_LEN(fields), fields, NULL, NULL};
static const struct api_auth rows[] = {
    {"iam:GetUser", API_ON_ENTITY, RESOURCE_USER, offsetof(struct in, name), API_NO_MEMBER,
     API_NO_MEMBER, -1, true, true, NULL, API_CLAIMS_ANY, false, false},
    {"iam:TagUser", API_ON_ENTITY, RESOURCE_USER, offsetof(struct in, name), API_NO_MEMBER,
     API_NO_MEMBER, 2, true, false, NULL, API_CLAIMS_ANY, false, false},
    {.action = NULL},
};
static const struct api_key keys[] = {{.name = "iam:PolicyARN", .field = 1},
                                      {.name = "aws:RequestTag", .field = 2},
                                      {.name = "aws:TagKeys", .field = 3},
                                      {.name = NULL}};
static const struct api_service service = {.name = "iam"};
static const struct api_op op = {
    .name = "GetUser", .service = &service, .in = &shape, .auth = rows, .keys = keys};

static struct box box;
static struct tx tx;
static struct call c;
static struct view *view;
static struct request rq;

static void setup(void)
{
    box_open(&box);
    box_user(&box, ALICE, "alice");
    box_user(&box, BOB, "bob");
    box_tag(&box, BOB, "Stage", "Prod");
    rq = (struct request){.source_ip = "127.0.0.1"};
    view = NULL;
}

static void teardown(void)
{
    view_release(view);
    box_close(&box);
}

/* Enforces the operation for whom the view shows. */
static int enforce_viewed(const struct in *in)
{
    box_begin(&box, &tx);
    c = box_call(&box);
    c.rq = &rq;
    c.op = &op;
    c.tx = &tx;
    c.principal = &view->principal;
    c.view = &view->base;
    int code = access_enforce(&c, in);
    record_complete(&c, code, NULL);
    record_end(&c);
    box_end(&box, &tx);
    return code;
}

/* The same for the principal, with a statement attached to it before. */
static int enforce(const char *principal, const char *statement, const struct in *in)
{
    if (statement)
        box_policy(
            &box, principal, "p",
            arena_printf(&box.arena, "{\"Version\":\"2012-10-17\",\"Statement\":{%s}}", statement));
    view_release(view);
    ASSERT_OK(view_acquire(&box.sandbox, &box.arena, principal, &view));
    return enforce_viewed(in);
}

static const char *explanation(void)
{
    return explain_get(&box.sandbox, &box.arena, str_of(c.request_id)).p;
}

static int decisions(void)
{
    int n = 0;
    for (const char *p = explanation(); (p = strstr(p, "\"action\":")); p++)
        n++;
    return n;
}

static struct in tagging(void)
{
    struct iam_tag *tags = NEW_ARRAY(&box.arena, struct iam_tag, 2);
    tags[0] = (struct iam_tag){"Team", "Blue"};
    tags[1] = (struct iam_tag){"Cost", "42"};
    return (struct in){.name = "bob", .tags = {.n = 2, .v = tags}};
}

START_TEST(test_root)
{
    ASSERT_OK(enforce(BOX_ACCOUNT, NULL, &(struct in){.name = "bob"}));
    ck_assert_int_eq(decisions(), 1);
    const struct in in = tagging();
    ASSERT_OK(enforce(BOX_ACCOUNT, NULL, &in));
    ck_assert_int_eq(decisions(), 2);
    ck_assert_ptr_nonnull(strstr(explanation(), "\"allowed\":true"));
    ck_assert_ptr_null(c.message);
}
END_TEST

/* For a federated user of alice, who may get users. */
static int enforce_federated(const char *key_id, const char *policy)
{
    const struct session session = {.kind = PRINCIPAL_FEDERATED,
                                    .key_id = key_id,
                                    .account = BOX_ACCOUNT,
                                    .owner = ALICE,
                                    .name = "guest",
                                    .policy = policy,
                                    .source_identity = "",
                                    .provider = ""};
    view_release(view);
    ASSERT_OK(view_acquire_session(&box.sandbox, &box.arena, &session, &view));
    return enforce_viewed(&(struct in){.name = "bob"});
}

/* STS API Reference, GetFederationToken: the intersection of both, and nothing without a policy. */
START_TEST(test_federated_users)
{
    const char *all = box_document(&box, "Allow", "*");
    box_policy(&box, ALICE, "p", box_document(&box, "Allow", "iam:GetUser"));
    ASSERT_OK(enforce_federated("ASIA1", all));
    ck_assert_int_eq(enforce_federated("ASIA2", ""), ERR_ACCESS_DENIED);
    ck_assert_int_eq(enforce_federated("ASIA3", box_document(&box, "Allow", "s3:*")),
                     ERR_ACCESS_DENIED);
    ck_assert_str_eq(c.message,
                     "User: arn:aws:sts::" BOX_ACCOUNT ":federated-user/guest is not authorized to "
                     "perform: iam:GetUser on resource: user bob because no session policy allows "
                     "the iam:GetUser action");
    box_policy(&box, ALICE, "p", box_document(&box, "Allow", "s3:*"));
    ck_assert_int_eq(enforce_federated("ASIA1", all), ERR_ACCESS_DENIED);
}
END_TEST

START_TEST(test_denials)
{
    const struct in in = tagging();
    ck_assert_int_eq(enforce(ALICE, NULL, &in), ERR_ACCESS_DENIED);
    ck_assert_str_eq(c.message,
                     "User: " ARN ":user/alice is not authorized to perform: iam:GetUser on "
                     "resource: user bob because no identity-based policy allows the iam:GetUser "
                     "action");
    ck_assert_int_eq(decisions(), 1); /* the first denial ends it */
    ck_assert_ptr_nonnull(strstr(explanation(), "\"allowed\":false"));
    ck_assert_int_eq(
        enforce(ALICE, "\"Effect\":\"Allow\",\"Action\":\"iam:GetUser\",\"Resource\":\"*\"", &in),
        ERR_ACCESS_DENIED);
    ck_assert_str_eq(c.message,
                     "User: " ARN ":user/alice is not authorized to perform: iam:TagUser on "
                     "resource: " ARN ":user/bob because no identity-based policy allows the "
                     "iam:TagUser action");
    ck_assert_int_eq(decisions(), 2);
    ck_assert_int_eq(enforce(ALICE, "\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"", &in),
                     ERR_ACCESS_DENIED);
    ck_assert_str_eq(c.message,
                     "User: " ARN ":user/alice is not authorized to perform: iam:GetUser on "
                     "resource: user bob with an explicit deny in an identity-based policy");
}
END_TEST

/* A row with a condition of the model counts only when its member is there. */
START_TEST(test_rows_for_some_requests)
{
    const char *statement = "\"Effect\":\"Allow\",\"Action\":\"iam:GetUser\",\"Resource\":\"*\"";
    ASSERT_OK(enforce(ALICE, statement, &(struct in){.name = "bob"}));
    ASSERT_OK(enforce(ALICE, NULL, &(struct in){.name = NULL})); /* herself */
    ck_assert_ptr_nonnull(strstr(explanation(), ARN ":user/alice\",\"decision\""));
}
END_TEST

/* What conditions see of a tagging request by alice on bob. */
static const struct {
    const char *condition;
    bool allowed;
} conditions[] = {
    {"\"StringEquals\":{\"aws:RequestTag/Team\":\"Blue\"}", true},
    {"\"StringEquals\":{\"aws:RequestTag/Team\":\"Red\"}", false},
    {"\"ForAllValues:StringEquals\":{\"aws:TagKeys\":[\"Team\",\"Cost\"]}", true},
    {"\"ForAllValues:StringEquals\":{\"aws:TagKeys\":[\"Team\"]}", false},
    {"\"StringEquals\":{\"aws:ResourceTag/stage\":\"Prod\"}", true},
    {"\"StringEquals\":{\"iam:ResourceTag/Stage\":\"Prod\"}", true},
    {"\"StringEquals\":{\"aws:PrincipalTag/Stage\":\"Prod\"}", false},
    {"\"StringEquals\":{\"aws:ResourceAccount\":\"" BOX_ACCOUNT "\"}", true},
    {"\"StringEquals\":{\"aws:RequestedRegion\":\"us-east-1\"}", true},
    {"\"IpAddress\":{\"aws:SourceIp\":\"127.0.0.1\"}", true},
    {"\"Null\":{\"aws:UserAgent\":\"true\"}", true},
    {"\"Null\":{\"iam:PolicyARN\":\"true\"}", true},
    {"\"DateEquals\":{\"aws:CurrentTime\":\"2023-11-14T22:13:20Z\"}", true},
};

START_TEST(test_conditions)
{
    const struct in in = tagging();
    const char *statement = arena_printf(&box.arena,
                                         "\"Effect\":\"Allow\",\"Action\":\"iam:*\","
                                         "\"Resource\":\"*\",\"Condition\":{%s}",
                                         conditions[_i].condition);
    ck_assert_int_eq(enforce(ALICE, statement, &in),
                     conditions[_i].allowed ? OK : ERR_ACCESS_DENIED);
}
END_TEST

START_TEST(test_keys_of_members)
{
    const char *keys_of_request[] = {"Team"};
    const struct in in = {.name = "bob",
                          .policy = "arn:aws:iam::aws:policy/X",
                          .tag_keys = {.n = 1, .v = keys_of_request}};
    const char *statement = "\"Effect\":\"Allow\",\"Action\":\"iam:*\",\"Resource\":\"*\","
                            "\"Condition\":{\"ArnEquals\":{\"iam:PolicyARN\":"
                            "\"arn:aws:iam::aws:policy/X\"},\"ForAnyValue:StringEquals\":"
                            "{\"aws:TagKeys\":\"Team\"}}";
    ASSERT_OK(enforce(ALICE, statement, &in));
    ck_assert_int_eq(enforce(ALICE, NULL, &(struct in){.name = "bob"}), ERR_ACCESS_DENIED);
}
END_TEST

START_TEST(test_operations_for_everybody)
{
    const struct api_op open = {.name = "GetCallerIdentity", .service = &service, .in = &shape};
    c = box_call(&box);
    c.op = &open;
    ASSERT_OK(access_enforce(&c, &(struct in){.name = NULL}));
    ck_assert_ptr_null(c.record);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_root);
    tcase_add_test(tc, test_federated_users);
    tcase_add_test(tc, test_denials);
    tcase_add_test(tc, test_rows_for_some_requests);
    tcase_add_loop_test(tc, test_conditions, 0, ARRAY_LEN(conditions));
    tcase_add_test(tc, test_keys_of_members);
    tcase_add_test(tc, test_operations_for_everybody);
    return suite_run("enforce", tc);
}
