/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdlib.h>

#include "server/cli/yaml.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static void check_read(const char *text, const char *expected)
{
    const char *message = NULL;
    json_t *json = yaml_read(&a, str_of(text), &message);
    ck_assert_msg(json != NULL, "%s: %s", text, message);
    char *written = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    ck_assert_str_eq(written, expected);
    free(written);
    json_decref(json);
}

static void check_refused(const char *text, const char *expected)
{
    const char *message = NULL;
    ck_assert_ptr_null(yaml_read(&a, str_of(text), &message));
    ck_assert_str_eq(message, expected);
}

START_TEST(test_account_ids_and_dates_are_texts)
{
    check_read("id: 000000000001", "{\"id\":\"000000000001\"}");
    check_read("id: 111122223333", "{\"id\":\"111122223333\"}");
    check_read("Version: 2012-10-17", "{\"Version\":\"2012-10-17\"}");
    check_read("[1, 0, 010, 123456789, -1, 1.5, '7']",
               "[1,0,\"010\",123456789,\"-1\",\"1.5\",\"7\"]");
}
END_TEST

START_TEST(test_words_that_mean_something)
{
    check_read("[true, false, null, ~, yes, 'true', \"null\"]",
               "[true,false,null,null,\"yes\",\"true\",\"null\"]");
    check_read("a:\nb: ''", "{\"a\":null,\"b\":\"\"}");
}
END_TEST

START_TEST(test_blocks_and_flows_are_the_same)
{
    check_read("units:\n- name: A\n  accounts: [x]\n- name: B\n",
               "{\"units\":[{\"name\":\"A\",\"accounts\":[\"x\"]},{\"name\":\"B\"}]}");
    check_read("{\"a\": [1, {\"b\": {}}], \"c\": []}", "{\"a\":[1,{\"b\":{}}],\"c\":[]}");
}
END_TEST

START_TEST(test_what_is_refused)
{
    check_refused("", "line 1: there is nothing in it");
    check_refused("a: &x 1", "line 1: anchors are not read");
    check_refused("a: 1\nb: *x", "line 2: aliases are not read");
    check_refused("a: !!str 1", "line 1: tags are not read");
    check_refused("a: 1\n\na: 2", "line 3: 'a' occurs twice");
    check_refused("[1]: 2", "line 1: the name of a member is no text");
    check_refused("a: 1\n---\nb: 2", "line 2: there is more than one document");
    check_refused("a: [1", "line 2: did not find expected ',' or ']'");
}
END_TEST

START_TEST(test_nesting_has_an_end)
{
    char text[4096];
    memset(text, '[', sizeof text);
    text[sizeof text - 1] = '\0';
    check_refused(text, "line 1: it is nested too deep");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("yaml");
    TCase *tcase = tcase_create("yaml");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test_account_ids_and_dates_are_texts);
    tcase_add_test(tcase, test_words_that_mean_something);
    tcase_add_test(tcase, test_blocks_and_flows_are_the_same);
    tcase_add_test(tcase, test_what_is_refused);
    tcase_add_test(tcase, test_nesting_has_an_end);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
