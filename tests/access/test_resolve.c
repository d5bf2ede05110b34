/* SPDX-License-Identifier: Apache-2.0 */
#include "access/resolve.h"
#include "entities.h"
#include "err.h"
#include "support/sandbox.h"
#include "support/suite.h"

#define ALICE "AIDAZL6XWCR2MLDRO6EIG"
#define BOB "AIDARKEXDU3E7KD3L3CRF"
#define TESTERS "AGPARKEXDU3E7KD3L3CRF"
#define DEPLOY "AROARYWSMSYIPWMOE25U2"
#define KEY "AKIAZL6XWCR2MIB6XHU7"
#define ARN "arn:aws:iam::" BOX_ACCOUNT

/* The members that authorization rows point at. */
struct in {
    const char *name, *path, *old;
};

static const struct authz_principal root = {
    .kind = PRINCIPAL_ROOT, .account = BOX_ACCOUNT, .arn = ARN ":root", .id = BOX_ACCOUNT};
static const struct authz_principal alice = {.kind = PRINCIPAL_USER,
                                             .account = BOX_ACCOUNT,
                                             .arn = ARN ":user/Alice",
                                             .id = ALICE,
                                             .name = "Alice"};

static struct box box;
static struct tx tx;
static struct call c;

static void setup(void)
{
    box_open(&box);
    box_user(&box, ALICE, "Alice");
    box_user(&box, BOB, "bob");
    box_group(&box, TESTERS, "Testers");
    box_role(&box, DEPLOY, "Deploy", "{}");
    box_key(&box, KEY, BOB);
    box_begin(&box, &tx);
    c = box_call(&box);
    c.principal = &root;
    c.tx = &tx;
}

static void teardown(void)
{
    box_end(&box, &tx);
    box_close(&box);
}

START_TEST(test_users)
{
    struct iam_user *first, *second;
    ASSERT_OK(entity_user(&c, "aLICE", &first));
    ck_assert_str_eq(first->user_name, "Alice");
    ck_assert_ptr_eq(c.found[RESOURCE_USER].row, first);
    ASSERT_OK(entity_user(&c, "Alice", &second));
    ck_assert_ptr_eq(second, first); /* looked up once */
    ASSERT_OK(entity_user(&c, "bob", &second));
    ck_assert_str_eq(second->user_id, BOB);
    ck_assert_str_eq(first->user_id, ALICE);
    ck_assert_int_eq(entity_user(&c, "carol", &second), ERR_NOT_FOUND);
    ck_assert_ptr_null(c.message);
    c.account = "210987654321";
    c.found[RESOURCE_USER].row = NULL;
    ck_assert_int_eq(entity_user(&c, "bob", &second), ERR_NOT_FOUND);
}
END_TEST

START_TEST(test_caller)
{
    struct iam_user *user;
    c.principal = &alice;
    ASSERT_OK(entity_user(&c, "bob", &user));
    ASSERT_OK(entity_user_by_id(&c, c.principal->id, &user));
    ck_assert_str_eq(user->user_id, ALICE);
    ck_assert_ptr_eq(c.found[RESOURCE_USER].row, user);
}
END_TEST

START_TEST(test_groups)
{
    struct iam_group *first, *second;
    ASSERT_OK(entity_group(&c, "testers", &first));
    ck_assert_str_eq(first->group_id, TESTERS);
    ASSERT_OK(entity_group(&c, "TESTERS", &second));
    ck_assert_ptr_eq(second, first);
    ck_assert_int_eq(entity_group(&c, "bob", &second), ERR_NOT_FOUND);
}
END_TEST

START_TEST(test_roles)
{
    struct iam_role *first, *second;
    ASSERT_OK(entity_role(&c, "DEPLOY", &first));
    ck_assert_str_eq(first->role_id, DEPLOY);
    ck_assert_ptr_null(first->role_last_used);
    ASSERT_OK(entity_role(&c, "deploy", &second));
    ck_assert_ptr_eq(second, first);
    ck_assert_int_eq(entity_role(&c, "bob", &second), ERR_NOT_FOUND);
    ASSERT_OK(q_role_used(&tx, &(struct q_role_used){DEPLOY, 1700000001, "eu-west-1"}));
    c.found[RESOURCE_ROLE].row = NULL;
    ASSERT_OK(entity_role(&c, "deploy", &second));
    ck_assert_int_eq(second->role_last_used->last_used_date, 1700000001);
    ck_assert_str_eq(second->role_last_used->region, "eu-west-1");
}
END_TEST

START_TEST(test_keys_of_other_accounts_do_not_exist)
{
    struct key_row *key;
    ASSERT_OK(entity_access_key(&c, KEY, &key));
    ck_assert_str_eq(key->owner, BOB);
    ck_assert_ptr_eq(c.found[RESOURCE_ACCESS_KEY].row, key);
    ck_assert_int_eq(entity_access_key(&c, "AKIAUNKNOWNUNKNOWN22", &key), ERR_NOT_FOUND);
    c.account = "210987654321";
    c.found[RESOURCE_ACCESS_KEY].row = NULL;
    ck_assert_int_eq(entity_access_key(&c, KEY, &key), ERR_NOT_FOUND);
    ck_assert_ptr_null(c.found[RESOURCE_ACCESS_KEY].row);
}
END_TEST

enum {
    NAME = offsetof(struct in, name),
    PATH = offsetof(struct in, path),
    OLD = offsetof(struct in, old),
    NONE = API_NO_MEMBER
};

/* In the order of struct api_auth: action, target, resource, member, path, old member, if, self,
   named, passed to, if claims. */
static const struct {
    struct api_auth row;
    struct in in;
    const char *arn, *shown, *id;
} resources[] = {
    {{"x", API_ON_STAR, RESOURCE_NONE, NONE, NONE, NONE, -1, false, false, NULL, 0, false, false},
     {NULL, NULL, NULL},
     "*",
     "*",
     NULL},
    {{"x", API_ON_ENTITY, RESOURCE_USER, NAME, NONE, NONE, -1, false, false, NULL, 0, false, false},
     {"BOB", NULL, NULL},
     ARN ":user/bob",
     ARN ":user/bob",
     BOB},
    {{"x", API_ON_ENTITY, RESOURCE_USER, NAME, NONE, NONE, -1, false, true, NULL, 0, false, false},
     {"bob", NULL, NULL},
     ARN ":user/bob",
     "user bob",
     BOB},
    {{"x", API_ON_ENTITY, RESOURCE_USER, NAME, NONE, NONE, -1, false, true, NULL, 0, false, false},
     {"Carol", NULL, NULL},
     ARN ":user/Carol",
     "user Carol",
     NULL},
    {{"x", API_ON_ENTITY, RESOURCE_USER, NAME, NONE, NONE, -1, true, false, NULL, 0, false, false},
     {NULL, NULL, NULL},
     ARN ":root",
     ARN ":root",
     NULL},
    {{"x", API_ON_ENTITY, RESOURCE_GROUP, NAME, NONE, NONE, -1, false, true, NULL, 0, false, false},
     {"testers", NULL, NULL},
     ARN ":group/Testers",
     "group Testers",
     TESTERS},
    {{"x", API_ON_ENTITY, RESOURCE_IDENTITY, NAME, NONE, NONE, -1, false, false, NULL, 0, false,
      false},
     {ARN ":user/any/path/BOB", NULL, NULL},
     ARN ":user/bob",
     ARN ":user/bob",
     BOB},
    {{"x", API_ON_ENTITY, RESOURCE_IDENTITY, NAME, NONE, NONE, -1, false, false, NULL, 0, false,
      false},
     {ARN ":group/testers", NULL, NULL},
     ARN ":group/Testers",
     ARN ":group/Testers",
     TESTERS},
    {{"x", API_ON_ENTITY, RESOURCE_IDENTITY, NAME, NONE, NONE, -1, false, false, NULL, 0, false,
      false},
     {ARN ":role/bob", NULL, NULL},
     ARN ":role/bob",
     ARN ":role/bob",
     NULL},
    {{"x", API_ON_ENTITY, RESOURCE_IDENTITY, NAME, NONE, NONE, -1, false, false, NULL, 0, false,
      false},
     {"arn:aws:iam::210987654321:user/bob", NULL, NULL},
     "arn:aws:iam::210987654321:user/bob",
     "arn:aws:iam::210987654321:user/bob",
     NULL},
    {{"x", API_ON_ENTITY, RESOURCE_ROLE, NAME, NONE, NONE, -1, false, true, NULL, 0, false, false},
     {"deploy", NULL, NULL},
     ARN ":role/Deploy",
     "role Deploy",
     DEPLOY},
    {{"x", API_ON_ENTITY, RESOURCE_ROLE, NAME, NONE, NONE, -1, false, false, NULL, 0, false, false},
     {"none", NULL, NULL},
     ARN ":role/none",
     ARN ":role/none",
     NULL},
    {{"x", API_ON_NEW, RESOURCE_ROLE, NAME, PATH, NONE, -1, false, false, NULL, 0, false, false},
     {"new", "/x/", NULL},
     ARN ":role/x/new",
     ARN ":role/x/new",
     NULL},
    {{"x", API_ON_ENTITY, RESOURCE_INSTANCE_PROFILE, NAME, NONE, NONE, -1, false, true, NULL, 0,
      false, false},
     {"web", NULL, NULL},
     ARN ":instance-profile/web",
     "instance profile web",
     NULL},
    {{"x", API_ON_PREFIX, RESOURCE_INSTANCE_PROFILE, NAME, NONE, NONE, -1, false, false, NULL, 0,
      false, false},
     {"/x", NULL, NULL},
     ARN ":instance-profile/x",
     ARN ":instance-profile/x",
     NULL},
    {{"x", API_ON_ENTITY, RESOURCE_ACCESS_KEY, NAME, NONE, NONE, -1, false, false, NULL, 0, false,
      false},
     {KEY, NULL, NULL},
     ARN ":user/bob",
     ARN ":user/bob",
     BOB},
    {{"x", API_ON_NEW, RESOURCE_USER, NAME, PATH, NONE, -1, false, false, NULL, 0, false, false},
     {"new", "/x/", NULL},
     ARN ":user/x/new",
     ARN ":user/x/new",
     NULL},
    {{"x", API_ON_NEW, RESOURCE_GROUP, NAME, PATH, NONE, -1, false, false, NULL, 0, false, false},
     {"new", NULL, NULL},
     ARN ":group/new",
     ARN ":group/new",
     NULL},
    {{"x", API_ON_NEW, RESOURCE_USER, NAME, PATH, NONE, -1, false, false, NULL, 0, false, false},
     {"bob", "/x/", NULL},
     ARN ":user/x/bob",
     ARN ":user/x/bob",
     NULL},
    {{"x", API_ON_RENAMED, RESOURCE_USER, NAME, PATH, OLD, -1, false, false, NULL, 0, false, false},
     {"Rob", "/x/", "bob"},
     ARN ":user/x/Rob",
     ARN ":user/x/Rob",
     NULL},
    {{"x", API_ON_RENAMED, RESOURCE_USER, NAME, PATH, OLD, -1, false, false, NULL, 0, false, false},
     {NULL, "/x/", "bob"},
     ARN ":user/x/bob",
     ARN ":user/x/bob",
     NULL},
    {{"x", API_ON_RENAMED, RESOURCE_USER, NAME, PATH, OLD, -1, false, false, NULL, 0, false, false},
     {"Rob", NULL, "bob"},
     ARN ":user/Rob",
     ARN ":user/Rob",
     NULL},
    {{"x", API_ON_PREFIX, RESOURCE_USER, NAME, NONE, NONE, -1, false, false, NULL, 0, false, false},
     {"/x/", NULL, NULL},
     ARN ":user/x/",
     ARN ":user/x/",
     NULL},
    {{"x", API_ON_PREFIX, RESOURCE_GROUP, NONE, NONE, NONE, -1, false, false, NULL, 0, false,
      false},
     {NULL, NULL, NULL},
     ARN ":group/",
     ARN ":group/",
     NULL},
};

START_TEST(test_resources)
{
    struct resource resource;
    ASSERT_OK(resolve_resource(&c, &resources[_i].row, &resources[_i].in, &resource));
    ck_assert_str_eq(resource.arn, resources[_i].arn);
    ck_assert_str_eq(resource.shown, resources[_i].shown);
    ck_assert_pstr_eq(resource.id, resources[_i].id);
}
END_TEST

START_TEST(test_words)
{
    ck_assert_str_eq(entity_kinds[RESOURCE_USER].word, "user");
    ck_assert_str_eq(entity_kinds[RESOURCE_INSTANCE_PROFILE].word, "instance profile");
    ck_assert_str_eq(entity_kinds[RESOURCE_ACCESS_KEY].word, "user");
}
END_TEST

START_TEST(test_the_caller_as_resource)
{
    const struct api_auth row = {.target = API_ON_ENTITY,
                                 .resource = RESOURCE_USER,
                                 .member = NAME,
                                 .path = NONE,
                                 .self = true};
    struct resource resource;
    c.principal = &alice;
    ASSERT_OK(resolve_resource(&c, &row, &(struct in){.name = NULL}, &resource));
    ck_assert_str_eq(resource.arn, ARN ":user/Alice");
    ck_assert_str_eq(resource.id, ALICE);
    ASSERT_OK(resolve_resource(&c, &row, &(struct in){.name = "bob"}, &resource));
    ck_assert_str_eq(resource.id, BOB);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_users);
    tcase_add_test(tc, test_caller);
    tcase_add_test(tc, test_groups);
    tcase_add_test(tc, test_roles);
    tcase_add_test(tc, test_keys_of_other_accounts_do_not_exist);
    tcase_add_loop_test(tc, test_resources, 0, ARRAY_LEN(resources));
    tcase_add_test(tc, test_words);
    tcase_add_test(tc, test_the_caller_as_resource);
    return suite_run("resolve", tc);
}
