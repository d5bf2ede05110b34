/* SPDX-License-Identifier: Apache-2.0 */
/* Every policy that AWS itself publishes is one that the compiler takes. */
#include <check.h>

#include "model/managed.h"
#include "policy/policy_priv.h"
#include "support/suite.h"

START_TEST(all_compile)
{
    size_t bytes = 0;
    for (size_t i = 0; i < managed_count(); i++) {
        struct arena a;
        struct managed_policy managed;
        const struct policy *policy;
        struct policy_error error;
        arena_init(&a);
        managed_at(i, &managed);
        struct str text = str_of(managed_document(&a, &managed));
        int code = policy_compile(&a, text, POLICY_MANAGED, &policy, &error);
        ck_assert_msg(code == OK, "%s: %s", managed.name, code == OK ? "" : error.message);
        ck_assert_uint_gt(policy->n, 0);
        bytes += text.n;
        arena_done(&a);
    }
    ck_assert_uint_gt(bytes, 4000000);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("managed");
    tcase_add_test(tests, all_compile);
    return suite_run("policy_managed", tests);
}
