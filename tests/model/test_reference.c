/* SPDX-License-Identifier: Apache-2.0 */
#include "model/reference.h"

#include <check.h>

#include "model/reference_priv.h"
#include "support/suite.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static bool has_format(const struct reference_service *service, const char *action,
                       const char *resource)
{
    const struct reference_action *found = reference_action_find(service, str_of(action));
    for (size_t i = 0; i < found->n_formats; i++) {
        if (str_is(service->formats[found->formats[i]].resource, resource))
            return true;
    }
    return false;
}

START_TEST(one_service)
{
    const struct reference_service *s3 = reference_load(&a, STR("S3"));
    ck_assert(str_is(s3->name, "s3"));
    ck_assert(str_is(reference_action_find(s3, STR("getobject"))->name, "GetObject"));
    ck_assert_ptr_null(reference_action_find(s3, STR("GetObjects")));
    ck_assert(str_is(reference_action_nearest(s3, STR("GetObjects"))->name, "GetObject"));
    ck_assert_ptr_null(reference_action_nearest(s3, STR("Nonsense")));
    ck_assert(has_format(s3, "GetObject", "%/*"));
    ck_assert(has_format(s3, "ListBucket", "%"));
    ck_assert_uint_eq(reference_action_find(s3, STR("ListAllMyBuckets"))->n_formats, 0);
    ck_assert(str_is(s3->formats[0].service, "s3"));
}
END_TEST

START_TEST(keys)
{
    const struct reference_service *s3 = reference_load(&a, STR("s3"));
    ck_assert_int_eq(reference_key_find(s3, STR("s3:max-keys"))->type, CONDITION_KEY_NUMERIC);
    ck_assert_ptr_nonnull(reference_key_find(s3, STR("s3:existingobjecttag/team")));
    ck_assert_ptr_null(reference_key_find(s3, STR("s3:existingobjecttag/")));
    ck_assert_ptr_null(reference_key_find(s3, STR("s3:nonsense")));
    const struct reference_service *dynamodb = reference_load(&a, STR("dynamodb"));
    ck_assert(reference_key_find(dynamodb, STR("dynamodb:leadingkeys"))->multivalued);
    /* Documented by STS, but named like a service of its own. */
    const struct reference_service *saml = reference_load(&a, STR("saml"));
    ck_assert_ptr_nonnull(reference_key_find(saml, STR("saml:aud")));
    ck_assert_uint_eq(saml->n_actions, 0);
}
END_TEST

START_TEST(keys_of_tenants)
{
    static const char *const there[] = {
        "token.actions.githubusercontent.com/acme:repository",
        "token.actions.acme.ghe.com:environment",
        "oidc.circleci.com/org/5:oidc.circleci.com/project-id",
    };
    for (size_t i = 0; i < ARRAY_LEN(there); i++) {
        struct str rest = str_of(there[i]), prefix = str_cut(&rest, ':');
        const struct reference_service *tenant = reference_load(&a, prefix);
        ck_assert_msg(tenant && reference_key_find(tenant, str_of(there[i])), "%s", there[i]);
        ck_assert_ptr_null(reference_key_find(tenant, STR("token.actions.acme.ghe.com:nonsense")));
    }
    ck_assert_ptr_null(reference_load(&a, STR("token.actions.githubusercontent.com/")));
    ck_assert_ptr_null(reference_load(&a, STR("token.actions..ghe.com")));
    ck_assert_ptr_null(reference_load(&a, STR("token.actions.acme.ghe.com.evil")));
    const struct reference_service *other = reference_load(&a, STR("Token.Actions.Other.ghe.com"));
    ck_assert_ptr_nonnull(reference_key_find(other, STR("token.actions.other.ghe.com:ref")));
    ck_assert_ptr_null(reference_key_find(other, STR("token.actions.acme.ghe.com:ref")));
}
END_TEST

START_TEST(every_one_is_found_with_all_it_has)
{
    for (size_t i = 0; i < reference_n; i++) {
        struct str name = str_of(reference_names + reference_rows[i].name);
        const struct reference_service *service = reference_load(&a, name);
        ck_assert_msg(service && str_eq(service->name, name), "%s", name.p);
        for (size_t j = 0; j < service->n_actions; j++) {
            const struct reference_action *action = &service->actions[j];
            ck_assert_ptr_eq(reference_action_find(service, action->name), action);
            for (size_t k = 0; k < action->n_formats; k++)
                ck_assert_uint_lt(action->formats[k], service->n_formats);
        }
        for (size_t j = 0; j < service->n_formats; j++)
            ck_assert_uint_gt(service->formats[j].resource.n, 0);
        for (size_t j = 0; j < service->n_keys; j++)
            ck_assert_ptr_nonnull(strchr(service->keys[j].name, ':'));
        arena_reset(&a);
    }
}
END_TEST

/* By number, names, and levels of access are what the services themselves have. */
START_TEST(labels_are_theirs)
{
    size_t most = reference_most_actions(), most_seen = 0, number;
    struct reference_label *room = NEW_ARRAY(&a, struct reference_label, most);
    for (size_t i = 0; i < reference_count(); i++) {
        struct reference_labels labels = reference_label(i, room);
        struct arena scratch;
        arena_init(&scratch);
        const struct reference_service *s = reference_load(&scratch, str_of(labels.service));
        ck_assert(reference_number(str_of(labels.service), &number) && number == i);
        ck_assert(str_is(s->title, labels.title) && s->n_actions == labels.n_actions);
        for (size_t j = 0; j < s->n_actions; j++)
            ck_assert(str_eq(s->actions[j].name, room[j].name) &&
                      s->actions[j].access == room[j].access);
        most_seen = s->n_actions > most_seen ? s->n_actions : most_seen;
        arena_done(&scratch);
    }
    ck_assert_uint_eq(most_seen, most);
    ck_assert(!reference_number(STR("nosuch"), &number));
}
END_TEST

START_TEST(levels_of_access)
{
    static const struct {
        const char *name;
        enum reference_access access;
    } cases[] = {
        {"ListUsers", REFERENCE_LIST},   {"GetUser", REFERENCE_READ},
        {"CreateUser", REFERENCE_WRITE}, {"AttachUserPolicy", REFERENCE_PERMISSIONS},
        {"TagUser", REFERENCE_TAGGING},
    };
    const struct reference_service *iam = reference_load(&a, STR("iam"));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        ck_assert_int_eq(reference_action_find(iam, str_of(cases[i].name))->access,
                         cases[i].access);
    ck_assert_str_eq(reference_access_name(REFERENCE_PERMISSIONS), "permissions");
}
END_TEST

START_TEST(nothing_else_is_found)
{
    ck_assert_ptr_null(reference_load(&a, STR("")));
    ck_assert_ptr_null(reference_load(&a, STR("s")));
    ck_assert_ptr_null(reference_load(&a, STR("zzzz")));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("reference");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, one_service);
    tcase_add_test(tests, keys);
    tcase_add_test(tests, keys_of_tenants);
    tcase_add_test(tests, every_one_is_found_with_all_it_has);
    tcase_add_test(tests, labels_are_theirs);
    tcase_add_test(tests, levels_of_access);
    tcase_add_test(tests, nothing_else_is_found);
    return suite_run("reference", tests);
}
