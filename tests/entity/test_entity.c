/* SPDX-License-Identifier: Apache-2.0 */
#include "entities.h"
#include "err.h"
#include "support/sandbox.h"
#include "support/suite.h"

#define ALICE "AIDAZL6XWCR2MLDRO6EIG"

static struct box box;
static struct tx tx;
static struct call c;

static void setup(void)
{
    box_open(&box);
    box_user(&box, ALICE, "Alice");
    box_begin(&box, &tx);
    c = box_call(&box);
    c.tx = &tx;
}

static void teardown(void)
{
    box_end(&box, &tx);
    box_close(&box);
}

START_TEST(test_missing_ones_are_told_in_the_words_of_the_kind)
{
    struct iam_user *user;
    struct iam_instance_profile *profile;
    ck_assert_int_eq(entity_find_user(&c, "bob", &user), ERR_NO_SUCH_ENTITY);
    ck_assert_str_eq(c.message, "The user with name bob cannot be found.");
    ck_assert_int_eq(entity_find_instance_profile(&c, "%s", &profile), ERR_NO_SUCH_ENTITY);
    ck_assert_str_eq(c.message, "Instance Profile %s cannot be found.");
}
END_TEST

static int insert(const char *name)
{
    const struct q_group_insert row = {
        BOX_ACCOUNT, name, name, "/", entity_new_id(&c, RESOURCE_GROUP), name, 1};
    ASSERT_OK(q_group_insert(&tx, &row));
    return entity_added(&c, RESOURCE_GROUP, name);
}

START_TEST(test_counts)
{
    atomic_store(&box.sandbox.quotas[QUOTA_GROUPS], 2);
    ASSERT_OK(insert("a"));
    ASSERT_OK(insert("b"));
    ck_assert_int_eq(insert("a"), ERR_ENTITY_ALREADY_EXISTS);
    ck_assert_str_eq(c.message, "Group with name a already exists.");
    ck_assert_int_eq(insert("c"), ERR_LIMIT_EXCEEDED);
    ck_assert_str_eq(c.message, "Cannot exceed quota for GroupsPerAccount: 2");
    ASSERT_OK(entity_drop(&c, RESOURCE_GROUP, "AGPA"));
    ASSERT_OK(insert("d"));
}
END_TEST

START_TEST(test_an_owner_has_no_more_than_he_may)
{
    const struct q_key_insert key = {"AKIA", BOX_ACCOUNT, ALICE, "secret", 1};
    atomic_store(&box.sandbox.quotas[QUOTA_ACCESS_KEYS_PER_USER], 1);
    ASSERT_OK(entity_check_room(&c, RESOURCE_ACCESS_KEY, ALICE));
    ASSERT_OK(q_key_insert(&tx, &key));
    ck_assert_int_eq(entity_check_room(&c, RESOURCE_ACCESS_KEY, ALICE), ERR_LIMIT_EXCEEDED);
    ck_assert_str_eq(c.message, "Cannot exceed quota for AccessKeysPerUser: 1");
}
END_TEST

START_TEST(test_a_quota_of_none)
{
    atomic_store(&box.sandbox.quotas[QUOTA_GROUPS], 0);
    ck_assert_int_eq(insert("a"), ERR_LIMIT_EXCEEDED);
    ck_assert_int_eq(entity_count(&tx, BOX_ACCOUNT, "Groups", 1, 1), OK);
}
END_TEST

START_TEST(test_ids_begin_like_the_kind)
{
    for (int i = 0; i < RESOURCE_COUNT; i++) {
        const char *prefix = entity_kinds[i].prefix;
        if (prefix)
            ck_assert_int_eq(strncmp(entity_new_id(&c, (enum api_resource)i), prefix, 4), 0);
    }
}
END_TEST

START_TEST(test_the_first_conflict_is_told)
{
    ASSERT_OK(entity_check_deletable(&c, RESOURCE_USER, ALICE));
    ASSERT_OK(q_key_insert(&tx, &(struct q_key_insert){"AKIA", BOX_ACCOUNT, ALICE, "secret", 1}));
    ck_assert_int_eq(entity_check_deletable(&c, RESOURCE_USER, ALICE), ERR_DELETE_CONFLICT);
    ck_assert_str_eq(c.message, "Cannot delete entity, must delete access keys first.");
    ASSERT_OK(q_policy_put(&tx, &(struct q_policy_put){ALICE, "p", "p", "{}", 2}));
    ck_assert_int_eq(entity_check_deletable(&c, RESOURCE_USER, ALICE), ERR_DELETE_CONFLICT);
    ck_assert_str_eq(c.message, "Cannot delete entity, must delete policies first.");
}
END_TEST

/* What the engine relies on. */
START_TEST(test_rows)
{
    for (int i = 1; i < RESOURCE_COUNT; i++) {
        const struct entity_kind *kind = &entity_kinds[i];
        ck_assert_ptr_nonnull(kind->word);
        ck_assert(!kind->naming || kind->read || (kind->get && kind->size));
        ck_assert(!kind->naming || kind->id_at);
        ck_assert(kind->naming != ENTITY_BY_NAME || kind->name_at);
        ck_assert(!kind->cached || (kind->id_at && !kind->read));
        ck_assert(!kind->counter == !kind->quota_called);
        ck_assert(!kind->owner == !kind->owned);
        ck_assert(!kind->blocks || entity_kinds[kind->owner].conflicts);
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_missing_ones_are_told_in_the_words_of_the_kind);
    tcase_add_test(tc, test_counts);
    tcase_add_test(tc, test_an_owner_has_no_more_than_he_may);
    tcase_add_test(tc, test_a_quota_of_none);
    tcase_add_test(tc, test_ids_begin_like_the_kind);
    tcase_add_test(tc, test_the_first_conflict_is_told);
    tcase_add_test(tc, test_rows);
    return suite_run("entity", tc);
}
