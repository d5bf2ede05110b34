/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/password_policy.h"
#include "err.h"
#include "support/sandbox.h"
#include "support/suite.h"

static struct box box;

static void setup(void)
{
    box_open(&box);
}

static void teardown(void)
{
    box_close(&box);
}

static struct password_rules stored(void)
{
    struct tx tx;
    struct password_rules rules;
    box_begin(&box, &tx);
    ASSERT_OK(password_rules_get(&tx, BOX_ACCOUNT, &rules));
    box_end(&box, &tx);
    return rules;
}

static struct password_rules custom(struct iam_password_policy policy)
{
    return (struct password_rules){.custom = true, .policy = policy, .email = "a@example.com"};
}

/* IAM User Guide: at least 8 characters, three of the four kinds, not the e-mail address. */
START_TEST(test_default_policy)
{
    static const struct {
        const char *password;
        bool ok;
    } cases[] = {
        {"Abcdefg1", true},
        {"Abcdef1", false}, /* seven */
        {"abcdefg1", false},
        {"ABCDEFG1", false},
        {"Abcdefgh", false},
        {"abcdefg!", false},
        {"12345678", false},
        {"abcdef1!", true},
        {"ABCDEF1!", true},
        {"Abcdefg!", true},
        {"Abcdefg?", false}, /* no symbol of the list */
        {"Abcdefg ", false},
        {"Abcde1\xC3\xA9\xC3\xA9", true}, /* eight characters in ten bytes */
        {"Abcde1\xC3\xA9", false},
        {"\xC3\x84"
         "bcdefg1",
         false}, /* no capital from A to Z */
        {"a1@example.com", true},
    };
    struct password_rules rules = stored();
    ck_assert(!rules.custom);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        ck_assert_msg(password_conforms(&rules, cases[i].password) == cases[i].ok, "%s",
                      cases[i].password);
}
END_TEST

START_TEST(test_default_policy_refuses_the_address)
{
    struct password_rules rules = stored();
    ck_assert_str_eq(rules.email, "a@example.com");
    rules.email = "Root1@example.com";
    ck_assert(!password_conforms(&rules, "Root1@example.com"));
    ck_assert(!password_conforms(&rules, "root1@EXAMPLE.com"));
    ck_assert(password_conforms(&rules, "Root1@example.org"));
    ck_assert(!password_conforms(&rules, "account " BOX_ACCOUNT) &&
              !password_conforms(&rules, "Account " BOX_ACCOUNT));
    rules.name = "Payroll";
    ck_assert(password_conforms(&rules, "Account " BOX_ACCOUNT));
}
END_TEST

START_TEST(test_every_symbol_counts)
{
    const struct password_rules rules =
        custom((struct iam_password_policy){.minimum_password_length = 6, .require_symbols = true});
    for (const char *p = "!@#$%^&*()_+-=[]{}|'"; *p; p++)
        ck_assert(password_conforms(&rules, arena_printf(&box.arena, "aaaaaa%c", *p)));
    for (const char *p = "\"?/\\<>,.;:~` 1A"; *p; p++)
        ck_assert(!password_conforms(&rules, arena_printf(&box.arena, "aaaaaa%c", *p)));
}
END_TEST

/* All sixteen: a password of each kind conforms to those that ask for no other. */
START_TEST(test_kinds_that_are_asked_for)
{
    for (unsigned asked = 0; asked < 16; asked++) {
        const struct password_rules rules =
            custom((struct iam_password_policy){.minimum_password_length = 6,
                                                .require_uppercase_characters = asked & 1,
                                                .require_lowercase_characters = asked & 2,
                                                .require_numbers = asked & 4,
                                                .require_symbols = asked & 8});
        for (unsigned has = 1; has < 16; has++) {
            const char *password = arena_printf(&box.arena, "%s%s%s%s", has & 1 ? "AAAAAA" : "",
                                                has & 2 ? "aaaaaa" : "", has & 4 ? "111111" : "",
                                                has & 8 ? "!!!!!!" : "");
            ck_assert_msg(password_conforms(&rules, password) == ((asked & has) == asked), "%u %s",
                          asked, password);
        }
    }
}
END_TEST

/* A custom policy replaces AWS's wholly. */
START_TEST(test_custom_policy_forgets_the_default)
{
    const struct password_rules rules =
        custom((struct iam_password_policy){.minimum_password_length = 6});
    ck_assert(password_conforms(&rules, "aaaaaa"));
    ck_assert(!password_conforms(&rules, "aaaaa"));
    ck_assert(password_conforms(&rules, "a@example.com"));
}
END_TEST

START_TEST(test_reuse_and_age)
{
    struct password_rules rules = stored();
    ck_assert_int_eq(password_reuse(&rules), 0);
    ck_assert_int_eq(password_end(&rules, 1000), INT64_MAX);
    rules = custom((struct iam_password_policy){.minimum_password_length = 6});
    ck_assert_int_eq(password_reuse(&rules), 0);
    ck_assert_int_eq(password_end(&rules, 1000), INT64_MAX);
    rules = custom((struct iam_password_policy){.has_max_password_age = true,
                                                .max_password_age = 90,
                                                .has_password_reuse_prevention = true,
                                                .password_reuse_prevention = 24});
    ck_assert_int_eq(password_reuse(&rules), 24);
    ck_assert_int_eq(password_end(&rules, 1000), 1000 + 90 * 86400);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("password_policy");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, test_default_policy);
    tcase_add_test(tests, test_default_policy_refuses_the_address);
    tcase_add_test(tests, test_every_symbol_counts);
    tcase_add_test(tests, test_kinds_that_are_asked_for);
    tcase_add_test(tests, test_custom_policy_forgets_the_default);
    tcase_add_test(tests, test_reuse_and_age);
    return suite_run("password_policy", tests);
}
