/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"
#include "support/sandbox.h"
#include "support/suite.h"

#define ALICE "AIDAZL6XWCR2MLDRO6EIG"
#define BOB "AIDARKEXDU3E7KD3L3CRF"
#define DEVELOPERS "AGPAZL6XWCR2MLDRO6EIG"
#define DEPLOY "AROARYWSMSYIPWMOE25U2"
#define TESTERS "AGPARKEXDU3E7KD3L3CRF"

static struct box box;

/* Alice is in both groups, Bob in one. */
static void setup(void)
{
    box_open(&box);
    box_user(&box, ALICE, "Alice");
    box_user(&box, BOB, "bob");
    box_role(&box, DEPLOY, "deploy", "{}");
    box_group(&box, DEVELOPERS, "developers");
    box_group(&box, TESTERS, "Testers");
    box_member(&box, TESTERS, ALICE);
    box_member(&box, DEVELOPERS, ALICE);
    box_member(&box, TESTERS, BOB);
}

static void teardown(void)
{
    box_close(&box);
}

static struct view *acquire(const char *id)
{
    struct view *view = NULL;
    ASSERT_OK(view_acquire(&box.sandbox, &box.arena, id, &view));
    ck_assert_ptr_nonnull(view);
    return view;
}

static int refusal(const char *id)
{
    struct view *view = NULL;
    return view_acquire(&box.sandbox, &box.arena, id, &view);
}

/* Whether the view of ID is still the one it was. */
static bool kept(const char *id, const struct view *before)
{
    struct view *now = acquire(id);
    view_release(now);
    return now == before;
}

static void check_policy(const struct view *view, size_t i, const char *name, const char *owner)
{
    ck_assert_uint_gt(view->principal.n_policies, i);
    ck_assert_str_eq(view->principal.policies[i].name, name);
    ck_assert_str_eq(view->principal.policies[i].owner, owner);
}

START_TEST(test_root)
{
    struct view *view = acquire(BOX_ACCOUNT);
    const struct authz_principal *root = &view->principal;
    ck_assert_int_eq(root->kind, PRINCIPAL_ROOT);
    ck_assert_str_eq(root->account, BOX_ACCOUNT);
    ck_assert_str_eq(root->arn, "arn:aws:iam::" BOX_ACCOUNT ":root");
    ck_assert_str_eq(root->id, BOX_ACCOUNT);
    ck_assert_ptr_null(root->name);
    ck_assert_uint_eq(root->n_tags + root->n_policies, 0);
    ck_assert_int_eq(view->created, 1700000000);
    view_release(view);
}
END_TEST

START_TEST(test_user)
{
    box_tag(&box, ALICE, "Team", "Blue");
    box_tag(&box, ALICE, "cost", "");
    box_tag(&box, BOB, "Other", "x");
    struct view *view = acquire(ALICE);
    const struct authz_principal *alice = &view->principal;
    ck_assert_int_eq(alice->kind, PRINCIPAL_USER);
    ck_assert_str_eq(alice->account, BOX_ACCOUNT);
    ck_assert_str_eq(alice->arn, "arn:aws:iam::" BOX_ACCOUNT ":user/Alice");
    ck_assert_str_eq(alice->id, ALICE);
    ck_assert_str_eq(alice->name, "Alice");
    ck_assert_uint_eq(alice->n_tags, 2);
    ck_assert(str_is(alice->tags[0].key, "cost") && str_is(alice->tags[0].value, ""));
    ck_assert(str_is(alice->tags[1].key, "Team") && str_is(alice->tags[1].value, "Blue"));
    ck_assert_uint_eq(alice->n_policies, 0);
    ck_assert_int_eq(view->created, 1700000000);
    view_release(view);
}
END_TEST

START_TEST(test_role)
{
    struct tx tx;
    box_tag(&box, DEPLOY, "Team", "Blue");
    box_policy(&box, DEPLOY, "own", box_document(&box, "Allow", "iam:GetUser"));
    box_begin(&box, &tx);
    ASSERT_OK(q_role_set_boundary(
        &tx, &(struct q_role_set_boundary){.account = BOX_ACCOUNT,
                                           .name_key = "deploy",
                                           .boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess",
                                           .id = DEPLOY}));
    box_end(&box, &tx);
    struct view *view = acquire(DEPLOY);
    const struct authz_principal *role = &view->principal;
    ck_assert_int_eq(role->kind, PRINCIPAL_ROLE);
    ck_assert_str_eq(role->account, BOX_ACCOUNT);
    ck_assert_str_eq(role->arn, "arn:aws:iam::" BOX_ACCOUNT ":role/deploy");
    ck_assert_str_eq(role->id, DEPLOY);
    ck_assert_ptr_null(role->name);
    ck_assert(str_is(role->tags[0].value, "Blue"));
    ck_assert_uint_eq(role->n_policies, 2);
    check_policy(view, 0, "own", "role deploy");
    check_policy(view, 1, "ReadOnlyAccess", "role deploy");
    ck_assert(role->bounded && !role->service_linked);
    ck_assert_int_eq(view->created, 1700000000);
    view_release(view);
}
END_TEST

START_TEST(test_changes_of_a_role)
{
    struct view *role = acquire(DEPLOY), *alice = acquire(ALICE);
    box_policy(&box, DEPLOY, "p", box_document(&box, "Allow", "*"));
    ck_assert(!kept(DEPLOY, role) && kept(ALICE, alice));
    view_release(role);
    struct tx tx;
    box_begin(&box, &tx);
    ASSERT_OK(q_role_delete(&tx, &(struct q_role_delete){BOX_ACCOUNT, "deploy", DEPLOY}));
    box_end(&box, &tx);
    ck_assert_int_eq(refusal(DEPLOY), ERR_NOT_FOUND);
    view_release(alice);
}
END_TEST

START_TEST(test_policies_of_the_user_and_of_its_groups)
{
    box_policy(&box, TESTERS, "test", box_document(&box, "Allow", "iam:ListUsers"));
    box_policy(&box, ALICE, "write", box_document(&box, "Allow", "iam:CreateUser"));
    box_policy(&box, ALICE, "Read", box_document(&box, "Allow", "iam:GetUser"));
    box_policy(&box, DEVELOPERS, "build", box_document(&box, "Deny", "iam:DeleteUser"));
    box_policy(&box, BOB, "other", box_document(&box, "Allow", "*"));
    struct view *view = acquire(ALICE);
    ck_assert_uint_eq(view->principal.n_policies, 4);
    ck_assert_uint_eq(view->base.n_parts, 4);
    check_policy(view, 0, "Read", "user Alice");
    check_policy(view, 1, "write", "user Alice");
    check_policy(view, 2, "build", "group developers");
    check_policy(view, 3, "test", "group Testers");
    for (size_t i = 0; i < 4; i++)
        ck_assert_ptr_eq(view->principal.policies[i].policy,
                         ((struct document *)view->base.parts[i])->policy);
    ck_assert(str_is(policy_text(view->principal.policies[2].policy),
                     box_document(&box, "Deny", "iam:DeleteUser")));
    view_release(view);
}
END_TEST

START_TEST(test_many_policies)
{
    for (int i = 0; i < 40; i++)
        box_policy(&box, i % 2 ? ALICE : TESTERS, arena_printf(&box.arena, "p%02d", i),
                   box_document(&box, "Allow", arena_printf(&box.arena, "iam:Op%d", i)));
    struct view *view = acquire(ALICE);
    ck_assert_uint_eq(view->principal.n_policies, 40);
    check_policy(view, 19, "p39", "user Alice");
    check_policy(view, 20, "p00", "group Testers");
    view_release(view);
}
END_TEST

START_TEST(test_unknown_principals)
{
    static const char *const unknown[] = {"210987654321", "AIDAUNKNOWNUNKNOWNAAA",
                                          "AROAUNKNOWNUNKNOWNAAA", DEVELOPERS, ""};
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
        ck_assert_int_eq(refusal(unknown[i]), ERR_NOT_FOUND);
    view_release(NULL);
}
END_TEST

START_TEST(test_views_are_kept)
{
    struct view *alice = acquire(ALICE), *bob = acquire(BOB);
    ck_assert_ptr_ne(alice, bob);
    ck_assert(kept(ALICE, alice) && kept(BOB, bob));
    box_user(&box, "AIDAXZW42VCFU3JKN5YR3", "carol");
    box_tag(&box, "AIDAXZW42VCFU3JKN5YR3", "Team", "Blue");
    box_key(&box, "AKIAZL6XWCR2MIB6XHU7", ALICE);
    view_publish(&box.sandbox, NULL);
    ck_assert(kept(ALICE, alice) && kept(BOB, bob));
    view_release(alice);
    view_release(bob);
}
END_TEST

START_TEST(test_changes_of_the_user)
{
    struct view *alice = acquire(ALICE), *bob = acquire(BOB), *root = acquire(BOX_ACCOUNT);
    box_policy(&box, ALICE, "p", box_document(&box, "Allow", "*"));
    ck_assert(!kept(ALICE, alice) && kept(BOB, bob) && kept(BOX_ACCOUNT, root));
    ck_assert_uint_eq(alice->principal.n_policies, 0); /* what is in use does not change */
    view_release(alice);
    alice = acquire(ALICE);
    check_policy(alice, 0, "p", "user Alice");
    box_tag(&box, ALICE, "Team", "Blue");
    ck_assert(!kept(ALICE, alice) && kept(BOB, bob));
    view_release(alice);
    view_release(bob);
    view_release(root);
}
END_TEST

START_TEST(test_changes_of_a_group)
{
    struct view *alice = acquire(ALICE), *bob = acquire(BOB);
    box_policy(&box, DEVELOPERS, "p", box_document(&box, "Allow", "*"));
    ck_assert(!kept(ALICE, alice) && kept(BOB, bob));
    view_release(alice);
    alice = acquire(ALICE);
    check_policy(alice, 0, "p", "group developers");
    box_policy(&box, TESTERS, "q", box_document(&box, "Allow", "*"));
    ck_assert(!kept(ALICE, alice) && !kept(BOB, bob));
    view_release(alice);
    view_release(bob);
}
END_TEST

START_TEST(test_changes_of_membership)
{
    box_policy(&box, DEVELOPERS, "p", box_document(&box, "Allow", "*"));
    struct view *alice = acquire(ALICE), *bob = acquire(BOB);
    box_member(&box, DEVELOPERS, BOB);
    ck_assert(kept(ALICE, alice) && !kept(BOB, bob));
    view_release(bob);
    bob = acquire(BOB);
    check_policy(bob, 0, "p", "group developers");
    struct tx tx;
    box_begin(&box, &tx);
    ASSERT_OK(q_member_delete(&tx, &(struct q_member_delete){DEVELOPERS, BOB}));
    box_end(&box, &tx);
    ck_assert(kept(ALICE, alice) && !kept(BOB, bob));
    view_release(bob);
    bob = acquire(BOB);
    ck_assert_uint_eq(bob->principal.n_policies, 0);
    box_policy(&box, DEVELOPERS, "q", box_document(&box, "Allow", "*"));
    ck_assert(kept(BOB, bob)); /* no longer part of it */
    view_release(alice);
    view_release(bob);
}
END_TEST

START_TEST(test_renamed_and_deleted)
{
    struct view *bob = acquire(BOB);
    struct tx tx;
    box_begin(&box, &tx);
    ASSERT_OK(q_user_rename(&tx, &(struct q_user_rename){BOX_ACCOUNT, "bob", "rob", "Rob", "/x/",
                                                         "arn:aws:iam::" BOX_ACCOUNT ":user/x/Rob",
                                                         BOB}));
    box_end(&box, &tx);
    ck_assert(!kept(BOB, bob));
    ck_assert_str_eq(bob->principal.name, "bob");
    view_release(bob);
    bob = acquire(BOB);
    ck_assert_str_eq(bob->principal.name, "Rob");
    ck_assert_str_eq(bob->principal.arn, "arn:aws:iam::" BOX_ACCOUNT ":user/x/Rob");
    box_begin(&box, &tx);
    ASSERT_OK(q_member_delete(&tx, &(struct q_member_delete){TESTERS, BOB}));
    ASSERT_OK(q_user_delete(&tx, &(struct q_user_delete){BOX_ACCOUNT, "rob", BOB}));
    box_end(&box, &tx);
    ck_assert_int_eq(refusal(BOB), ERR_NOT_FOUND);
    view_release(bob);
}
END_TEST

START_TEST(test_equal_documents_are_shared)
{
    const char *text = box_document(&box, "Allow", "iam:GetUser");
    box_policy(&box, ALICE, "mine", text);
    box_policy(&box, BOB, "his", text);
    box_policy(&box, BOB, "other", arena_printf(&box.arena, "%s ", text));
    struct view *alice = acquire(ALICE), *bob = acquire(BOB);
    ck_assert_ptr_eq(alice->base.parts[0], bob->base.parts[0]);
    ck_assert_ptr_ne(bob->base.parts[0], bob->base.parts[1]);
    struct cached *document = alice->base.parts[0];
    box_tag(&box, ALICE, "Team", "Blue");
    view_release(alice);
    alice = acquire(ALICE);
    ck_assert_ptr_eq(alice->base.parts[0], document);
    view_release(alice);
    cache_clear(box.sandbox.documents);
    ck_assert(str_is(policy_text(bob->principal.policies[0].policy), text));
    view_release(bob);
}
END_TEST

/* Nothing half built is kept, and nothing is lost, when a policy cannot be read. */
START_TEST(test_unreadable_policy)
{
    box_policy(&box, ALICE, "a", box_document(&box, "Allow", "*"));
    box_policy(&box, ALICE, "b", "{\"Version\":\"2012-10-17\"");
    ck_assert_int_eq(refusal(ALICE), ERR_MALFORMED);
    ck_assert_int_eq(refusal(ALICE), ERR_MALFORMED);
    box_policy(&box, ALICE, "b", box_document(&box, "Deny", "*"));
    struct view *alice = acquire(ALICE);
    ck_assert_uint_eq(alice->principal.n_policies, 2);
    view_release(alice);
}
END_TEST

/* What is read within a transaction is what the cache would hold, and leaves the cache alone. */
START_TEST(test_read)
{
    struct tx tx;
    struct view *cached, *read, *group;
    box_policy(&box, ALICE, "own", box_document(&box, "Allow", "iam:*"));
    box_policy(&box, TESTERS, "common", box_document(&box, "Allow", "sts:*"));
    cached = acquire(ALICE);
    ASSERT_OK(store_begin(box.sandbox.store, false, &box.arena, &tx));
    ASSERT_OK(view_read(&box.sandbox, &tx, ALICE, &read));
    ASSERT_OK(view_read_group(&box.sandbox, &tx,
                              &(struct iam_group){.group_id = TESTERS, .group_name = "Testers"},
                              &group));
    ck_assert_int_eq(view_read(&box.sandbox, &tx, "AIDANOBODY", &(struct view *){NULL}),
                     ERR_NOT_FOUND);
    ASSERT_OK(store_end(&tx, true));
    ck_assert_ptr_ne(read, cached);
    ck_assert_uint_eq(read->principal.n_policies, 2);
    ck_assert_str_eq(read->principal.arn, cached->principal.arn);
    check_policy(read, 0, "own", "user Alice");
    check_policy(read, 1, "common", "group Testers");
    ck_assert_uint_eq(group->principal.n_policies, 1);
    check_policy(group, 0, "common", "group Testers");
    ck_assert(kept(ALICE, cached));
    view_release(read);
    view_release(group);
    view_release(cached);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_root);
    tcase_add_test(tc, test_user);
    tcase_add_test(tc, test_read);
    tcase_add_test(tc, test_role);
    tcase_add_test(tc, test_changes_of_a_role);
    tcase_add_test(tc, test_policies_of_the_user_and_of_its_groups);
    tcase_add_test(tc, test_many_policies);
    tcase_add_test(tc, test_unknown_principals);
    tcase_add_test(tc, test_views_are_kept);
    tcase_add_test(tc, test_changes_of_the_user);
    tcase_add_test(tc, test_changes_of_a_group);
    tcase_add_test(tc, test_changes_of_membership);
    tcase_add_test(tc, test_renamed_and_deleted);
    tcase_add_test(tc, test_equal_documents_are_shared);
    tcase_add_test(tc, test_unreadable_policy);
    return suite_run("view", tc);
}
