/* SPDX-License-Identifier: Apache-2.0 */
/* Lists below a path are the same by path as by name, page by page. */
#include "entities.h"
#include "err.h"
#include "support/sandbox.h"
#include "support/suite.h"

enum { USERS = 60 };

static const char *const paths[] = {"/", "/a/", "/a/b/", "/ab/", "/a/b/c/", "/b/"};
static const char *const prefixes[] = {"/a", "/a/", "/a/b/", "/ab/", "/b/", "/c/", "/a/b/c/d/"};

static struct box box;
static struct tx tx;

/* Attached so often, and a boundary when that is an odd number. */
static void put_policy(const char *name, const char *path, int used)
{
    ASSERT_OK(q_managed_insert(&tx, &(struct q_managed_insert){.account = BOX_ACCOUNT,
                                                               .name = name,
                                                               .name_key = name,
                                                               .path = path,
                                                               .id = name,
                                                               .arn = name,
                                                               .created = 1}));
    if (used == 0)
        return;
    ASSERT_OK(q_use_insert(&tx, &(struct q_use_insert){BOX_ACCOUNT, name}));
    ASSERT_OK(q_use_add(&tx, &(struct q_use_add){BOX_ACCOUNT, name, used - 1, used % 2}));
}

static void setup(void)
{
    box_open(&box);
    box_begin(&box, &tx);
    for (int i = 0; i < USERS; i++) {
        const char *name = arena_printf(&box.arena, "user-%02d", i * 37 % USERS);
        ASSERT_OK(q_user_insert(&tx, &(struct q_user_insert){.account = BOX_ACCOUNT,
                                                             .name = name,
                                                             .name_key = name,
                                                             .path = paths[i % ARRAY_LEN(paths)],
                                                             .id = name,
                                                             .arn = name,
                                                             .created = 1}));
        put_policy(name, paths[i % ARRAY_LEN(paths)], i % 7);
    }
}

static void teardown(void)
{
    box_end(&box, &tx);
    box_close(&box);
}

/* The page behind AFTER both ways; its last name, NULL: it is empty. */
static const char *next_page(const char *prefix, const char *after, int64_t limit)
{
    const char *end = str_prefix_end(&box.arena, prefix);
    struct iam_user_list by_name, by_path;
    ASSERT_OK(
        q_user_page(&tx, &(struct q_user_page){BOX_ACCOUNT, prefix, end, after, limit}, &by_name));
    ASSERT_OK(q_user_page_of_few(
        &tx, &(struct q_user_page_of_few){BOX_ACCOUNT, prefix, end, after, limit}, &by_path));
    ck_assert_uint_eq(by_path.n, by_name.n);
    for (size_t i = 0; i < by_name.n; i++)
        ck_assert_str_eq(by_path.v[i].user_name, by_name.v[i].user_name);
    return by_name.n ? by_name.v[by_name.n - 1].user_name : NULL;
}

/* As next_page. */
static const char *next_policies(const char *prefix, int used, const char *after, int64_t limit)
{
    const char *end = str_prefix_end(&box.arena, prefix);
    bool attached = used & 1, bounding = used & 2;
    struct iam_policy_list by_id, by_path;
    ASSERT_OK(q_managed_page(
        &tx, &(struct q_managed_page){BOX_ACCOUNT, prefix, end, attached, bounding, after, limit},
        &by_id));
    ASSERT_OK(q_managed_page_of_few(
        &tx,
        &(struct q_managed_page_of_few){BOX_ACCOUNT, prefix, end, attached, bounding, after, limit},
        &by_path));
    ck_assert_uint_eq(by_path.n, by_id.n);
    for (size_t i = 0; i < by_id.n; i++) {
        ck_assert_str_eq(by_path.v[i].arn, by_id.v[i].arn);
        ck_assert_int_eq(by_path.v[i].attachment_count, by_id.v[i].attachment_count);
    }
    return by_id.n ? by_id.v[by_id.n - 1].policy_id : NULL;
}

START_TEST(test_pages)
{
    for (int64_t limit = 1; limit < USERS; limit += 7) {
        const char *after = "";
        while (after)
            after = next_page(prefixes[_i], after, limit);
    }
}
END_TEST

START_TEST(test_pages_of_policies)
{
    for (int used = 0; used < 4; used++) {
        const char *after = "";
        while (after)
            after = next_policies(prefixes[_i], used, after, 3);
    }
}
END_TEST

START_TEST(test_few_below_a_path)
{
    bool few;
    struct call c = box_call(&box);
    c.tx = &tx;
    ASSERT_OK(entity_few_below(&c, RESOURCE_USER, "/a/", &few));
    ck_assert(few);
    ASSERT_OK(entity_few_below(&c, RESOURCE_USER, "/", &few)); /* whatever there is */
    ck_assert(!few);
    ASSERT_OK(entity_few_below(&c, RESOURCE_POLICY, "/a/", &few));
    ck_assert(few);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, test_pages, 0, ARRAY_LEN(prefixes));
    tcase_add_loop_test(tc, test_pages_of_policies, 0, ARRAY_LEN(prefixes));
    tcase_add_test(tc, test_few_below_a_path);
    return suite_run("paths", tc);
}
