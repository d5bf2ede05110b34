/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <jansson.h>
#include <stdlib.h>

#include "policy/json.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static const struct node *read_ok(const char *text)
{
    const struct node *root = NULL;
    size_t bad;
    ck_assert_msg(node_read(&a, str_of(text), &root, &bad), "%s: error at %zu", text, bad);
    return root;
}

START_TEST(places)
{
    const char *text = " {\"a\": [1, \"x\"], \"b\" : {} }\n";
    const struct node *root = read_ok(text);
    ck_assert_int_eq(root->kind, NODE_OBJECT);
    ck_assert_uint_eq(root->n, 2);
    ck_assert_uint_eq(root->start, 1);
    ck_assert_uint_eq(root->end, strlen(text) - 1);
    const struct node *list = node_get(root, "a");
    ck_assert_int_eq(list->kind, NODE_ARRAY);
    ck_assert(str_is(list->text, "[1, \"x\"]"));
    ck_assert_int_eq(list->first->kind, NODE_NUMBER);
    ck_assert(str_is(list->first->next->text, "x"));
    ck_assert_uint_eq(node_get(root, "b")->n, 0);
    ck_assert_ptr_null(node_get(root, "c"));
}
END_TEST

START_TEST(strings)
{
    static const char *const texts[][2] = {
        {"\"\"", ""},
        {"\"plain\"", "plain"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"\"a\\u0041\\u00e9\\u20AC!\"", "aA\xc3\xa9\xe2\x82\xac!"},
        {"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80"},
        {"\"\xc3\xa9\"", "\xc3\xa9"},
    };
    ck_assert_msg(str_is(read_ok(texts[_i][0])->text, texts[_i][1]), "%s", texts[_i][0]);
}
END_TEST

START_TEST(numbers)
{
    static const char *const texts[] = {"0",    "-0",     "12",   "1.50",
                                        "-1e9", "1E+400", "2e-3", "123456789012345678901234567890"};
    const struct node *number = read_ok(texts[_i]);
    ck_assert_int_eq(number->kind, NODE_NUMBER);
    ck_assert(str_is(number->text, texts[_i]));
}
END_TEST

static const struct {
    const char *text;
    size_t at;
} broken[] = {
    {"", 0},
    {"{", 1},
    {"[1,]", 3},
    {"[1 2]", 3},
    {"{\"a\"}", 4},
    {"{\"a\":1,}", 7},
    {"{a:1}", 1},
    {"{\"a\":1,\"a\":2}", 7},
    {"{\"b\":1,\"a\":1,\"b\":2,\"a\":2}", 13},
    {"{\"aa\":1,\"a\":1,\"\":1,\"b\":1,\"\":2}", 25},
    {"{\"a\":1,\"\\u0061\":2}", 7},
    {"[{\"a\":{},\"b\":{\"c\":1,\"c\":1}}]", 20},
    {"\"\\x\"", 2},
    {"\"\\u12g4\"", 5},
    {"\"\\u0000\"", 7},
    {"\"\\udc00\"", 7},
    {"\"\\ud800x\"", 7},
    {"\"\\ud800\\u0041\"", 13},
    {"\"abc", 4},
    {"\"a\nb\"", 2},
    {"01", 1},
    {"1.", 2},
    {".5", 0},
    {"-", 1},
    {"1e", 2},
    {"+1", 0},
    {"tru", 0},
    {"nul", 0},
    {"True", 0},
    {"[] x", 3},
    {"\xef\xbb\xbf{}", 0},
    {"\"\xff\"", 0},
};

START_TEST(errors)
{
    const struct node *root = NULL;
    size_t bad = 999;
    ck_assert_msg(!node_read(&a, str_of(broken[_i].text), &root, &bad), "%s", broken[_i].text);
    ck_assert_msg(bad == broken[_i].at, "%s: at %zu", broken[_i].text, bad);
    ck_assert_ptr_null(root);
}
END_TEST

START_TEST(nul_byte)
{
    const struct node *root;
    size_t bad;
    ck_assert(!node_read(&a, STR("\"a\0b\""), &root, &bad));
    ck_assert(!node_read(&a, STR("1\0"), &root, &bad));
}
END_TEST

START_TEST(depth)
{
    char text[2 * NODE_MAX_DEPTH + 3] = "";
    memset(text, '[', NODE_MAX_DEPTH);
    memset(text + NODE_MAX_DEPTH, ']', NODE_MAX_DEPTH);
    read_ok(text);
    memset(text, '[', NODE_MAX_DEPTH + 1);
    memset(text + NODE_MAX_DEPTH + 1, ']', NODE_MAX_DEPTH + 1);
    const struct node *root;
    size_t bad;
    ck_assert(!node_read(&a, str_of(text), &root, &bad));
    ck_assert_uint_eq(bad, NODE_MAX_DEPTH);
}
END_TEST

/* Jansson is the reference; it refuses more than it must only for numbers out of range. */
START_TEST(agrees_with_jansson)
{
    static const char *const pieces[] = {"{",     "}",     "[",    "]", ",",  ":",
                                         "\"a\"", "\"b\"", "1",    "-", "0",  ".",
                                         "e",     "true",  "null", " ", "\"", "\\u00e9"};
    unsigned seed = 12345;
    for (int round = 0; round < 20000; round++) {
        char text[128] = "[";
        size_t n = 1;
        for (int i = 0; i < 7; i++) {
            seed = seed * 1103515245 + 12345;
            const char *piece = pieces[(seed >> 16) % ARRAY_LEN(pieces)];
            memcpy(text + n, piece, strlen(piece));
            n += strlen(piece);
        }
        text[n++] = ']';
        const struct node *root;
        size_t bad;
        json_t *json = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
        bool ours = node_read(&a, (struct str){text, n}, &root, &bad);
        ck_assert_msg(ours == (json != NULL), "%.*s", (int)n, text);
        json_decref(json);
        arena_reset(&a);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("policy json");
    TCase *tests = tcase_create("read");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, places);
    tcase_add_loop_test(tests, strings, 0, 6);
    tcase_add_loop_test(tests, numbers, 0, 8);
    tcase_add_loop_test(tests, errors, 0, (int)ARRAY_LEN(broken));
    tcase_add_test(tests, nul_byte);
    tcase_add_test(tests, depth);
    tcase_add_test(tests, agrees_with_jansson);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
