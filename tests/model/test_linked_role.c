/* SPDX-License-Identifier: Apache-2.0 */
#include "model/linked_role.h"

#include "model/managed.h"
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

START_TEST(test_known)
{
    const struct linked_role *role = linked_role_find(STR("autoscaling.amazonaws.com"));
    ck_assert_str_eq(linked_role_name(&a, role, NULL), "AWSServiceRoleForAutoScaling");
    ck_assert_str_eq(linked_role_name(&a, role, "x"), "AWSServiceRoleForAutoScaling_x");
    ck_assert(role->has_suffix);
    ck_assert_ptr_null(role->description);
    ck_assert_str_eq(linked_role_path(&a, STR("ecs.amazonaws.com")),
                     "/aws-service-role/ecs.amazonaws.com/");
    ck_assert(!linked_role_find(STR("batch.amazonaws.com"))->has_suffix);
    static const char *const services[][2] = {
        {"spot.amazonaws.com", "AWSServiceRoleForEC2Spot"},
        {"es.amazonaws.com", "AWSServiceRoleForAmazonElasticsearchService"},
        {"replicator.lambda.amazonaws.com", "AWSServiceRoleForLambdaReplicator"},
        {"custom-resource.application-autoscaling.amazonaws.com",
         "AWSServiceRoleForApplicationAutoScaling_CustomResource"},
    };
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        ck_assert_str_eq(linked_role_find(str_of(services[i][0]))->name, services[i][1]);
}
END_TEST

START_TEST(test_unknown)
{
    ck_assert_ptr_null(linked_role_find(STR("")));
    ck_assert_ptr_null(linked_role_find(STR("autoscaling")));
    ck_assert_ptr_null(linked_role_find(STR("Autoscaling.amazonaws.com")));
}
END_TEST

START_TEST(test_suffixes_are_for_three_services)
{
    static const char *const names[] = {"autoscaling.amazonaws.com", "connect.amazonaws.com",
                                        "lexv2.amazonaws.com"};
    size_t n = 0;
    for (size_t i = 0; i < linked_roles_n; i++)
        n += linked_roles[i].has_suffix;
    ck_assert_uint_eq(n, ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        ck_assert(linked_role_find(str_of(names[i]))->has_suffix);
}
END_TEST

START_TEST(test_paths)
{
    ck_assert(linked_role_is("/aws-service-role/x/"));
    ck_assert(!linked_role_is("/aws-service-role"));
    ck_assert(!linked_role_is("/x/aws-service-role/"));
    ck_assert(!linked_role_is("/"));
}
END_TEST

START_TEST(test_policies_are_those_of_aws)
{
    for (size_t i = 0; i < linked_roles_n; i++) {
        struct managed_policy managed;
        ck_assert_msg(managed_find(str_of(linked_roles[i].policy), &managed), "%s",
                      linked_roles[i].policy);
        ck_assert_str_eq(managed.path, LINKED_ROLE_PATH);
    }
    ck_assert_uint_eq(linked_roles_n, 202);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("linked role");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test_known);
    tcase_add_test(tcase, test_unknown);
    tcase_add_test(tcase, test_suffixes_are_for_three_services);
    tcase_add_test(tcase, test_paths);
    tcase_add_test(tcase, test_policies_are_those_of_aws);
    return suite_run("linked role", tcase);
}
