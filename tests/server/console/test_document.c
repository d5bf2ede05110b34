/* SPDX-License-Identifier: Apache-2.0 */
/* Policy documents as pages show them. */
#include "server/console/document.h"
#include "support/suite.h"

#define ALLOW "{\"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": \"*\"}"

static struct arena a;
static json_t *shown;

static void setup(void)
{
    arena_init(&a);
    shown = NULL;
}

static void teardown(void)
{
    json_decref(shown);
    arena_done(&a);
}

static void show(const char *text, const char *chosen)
{
    json_decref(shown);
    shown = document_json(&a, str_of(text), POLICY_IDENTITY, chosen);
    ck_assert_ptr_nonnull(shown);
}

/* Lines are on lines; a bar with the number stands before each statement, stars around what was
   chosen. */
static const char *lines(void)
{
    struct buf b = buf_new(&a, 256);
    const json_t *all = json_object_get(shown, "lines");
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *line = json_array_get(all, i), *parts = json_object_get(line, "parts");
        ck_assert_int_eq(json_integer_value(json_object_get(line, "number")), (json_int_t)i + 1);
        buf_add_text(&b, i ? "\n" : "");
        for (size_t k = 0; k < json_array_size(parts); k++) {
            const json_t *part = json_array_get(parts, k);
            const char *number = json_string_value(json_object_get(part, "statement"));
            if (number)
                buf_printf(&b, "%s|", number);
            const char *star = json_is_true(json_object_get(part, "chosen")) ? "*" : "";
            buf_printf(&b, "%s%s%s", star, json_string_value(json_object_get(part, "text")), star);
        }
    }
    return buf_text(&b);
}

START_TEST(test_statements_over_lines)
{
    show("{\"Statement\": [\n  {\n  \"Effect\": \"Deny\"},\n\n  {}]\n}\n", NULL);
    ck_assert_str_eq(lines(), "{\"Statement\": [\n  0|{\n  \"Effect\": \"Deny\"},\n\n  1|{}]\n}");
}
END_TEST

START_TEST(test_one_statement)
{
    show("{\"Statement\": " ALLOW "}", NULL);
    ck_assert_str_eq(lines(), "{\"Statement\": 0|" ALLOW "}");
    ck_assert(json_is_false(json_object_get(shown, "refused")));
}
END_TEST

START_TEST(test_chosen)
{
    static const char *const chosen[] = {"1", "3:63"};
    for (size_t i = 0; i < ARRAY_LEN(chosen); i++) {
        show("{\"Statement\": [\n" ALLOW ",\n" ALLOW "]}", chosen[i]);
        ck_assert_str_eq(lines(), "{\"Statement\": [\n0|" ALLOW ",\n1|*" ALLOW "*]}");
    }
    show("{\"Statement\": [{\n}]}", "0");
    ck_assert_str_eq(lines(), "{\"Statement\": [0|*{*\n*}*]}");
}
END_TEST

static void check_cut(const char *at, int first, int last, const char *before, const char *after)
{
    struct buf b = buf_new(&a, 65536);
    buf_add_text(&b, "{\"Statement\": [\n");
    for (int i = 0; i < 2400; i++)
        buf_printf(&b, "%s" ALLOW, i ? ",\n" : "");
    buf_add_text(&b, "\n]}");
    show(buf_text(&b), at);
    document_cut(shown, at);
    const json_t *kept = json_object_get(shown, "lines");
    const json_t *one = json_array_get(kept, 0);
    ck_assert_int_eq(json_integer_value(json_object_get(one, "number")), first);
    ck_assert_int_eq(json_integer_value(json_object_get(shown, "from")), first);
    one = json_array_get(kept, json_array_size(kept) - 1);
    ck_assert_int_eq(json_integer_value(json_object_get(one, "number")), last);
    ck_assert_pstr_eq(json_string_value(json_object_get(shown, "before")), before);
    ck_assert_pstr_eq(json_string_value(json_object_get(shown, "after")), after);
}

/* 2402 lines. Statement N begins at line N + 2. */
START_TEST(test_long_documents_are_cut)
{
    check_cut(NULL, 1, 900, NULL, "line-901");
    check_cut("line-901", 901, 1800, "line-1", "line-1801");
    check_cut("line-1801", 1801, 2402, "line-901", NULL);
    check_cut("500", 499, 1398, "line-1", "line-1399");
    check_cut("0", 1, 900, NULL, "line-901");
    static const char *const strange[] = {"line-", "line-0", "line-2403", "line--1", "line-x", "x"};
    for (size_t i = 0; i < ARRAY_LEN(strange); i++)
        check_cut(strange[i], 1, 900, NULL, "line-901");
    show("{\"Statement\": " ALLOW "}", "line-1");
    document_cut(shown, "line-1");
    ck_assert_ptr_null(json_object_get(shown, "before"));
    ck_assert_ptr_null(json_object_get(shown, "after"));
}
END_TEST

static const char *of_finding(size_t i, const char *member)
{
    const json_t *finding = json_array_get(json_object_get(shown, "findings"), i);
    return json_string_value(json_object_get(finding, member));
}

static json_int_t number_of_finding(size_t i, const char *member)
{
    const json_t *finding = json_array_get(json_object_get(shown, "findings"), i);
    return json_integer_value(json_object_get(finding, member));
}

START_TEST(test_findings)
{
    show("{\"Version\": \"2012-10-17\", \"Statement\": [\n  {\"Effect\": \"Allow\", "
         "\"Action\": \"s3:GetObjekt\", \"Resource\": \"*\"}]}",
         NULL);
    ck_assert_str_eq(of_finding(0, "code"), "INVALID_ACTION");
    ck_assert_str_eq(of_finding(0, "type"), "error");
    ck_assert_int_eq(number_of_finding(0, "line"), 2);
    ck_assert_int_eq(number_of_finding(0, "column"), 33);
}
END_TEST

/* What AWS would refuse is shown as it is, with its sentence. */
START_TEST(test_refused)
{
    static const char *const documents[] = {"",
                                            "{",
                                            "\xff{",
                                            "[1]",
                                            "<script>",
                                            "{\"Statement\":1}",
                                            "{\"Statement\":[1,{\"Effect\":2},[]]}"};
    for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
        show(documents[i], "1:1");
        ck_assert_str_eq(of_finding(0, "code"), "GRAMMAR_ERROR");
        ck_assert(json_is_true(json_object_get(shown, "refused")));
    }
}
END_TEST

START_TEST(test_form)
{
    ck_assert_str_eq(document_of_form(&a, "{\r\n}\r\n"), "{\n}\n");
    ck_assert_str_eq(document_of_form(&a, "\r\r\n\r"), "\r\n\r");
    ck_assert_str_eq(document_of_form(&a, ""), "");
}
END_TEST

START_TEST(test_with)
{
    static const char *const documents[] = {NULL, "no policy", "[]",
                                            "{\"Version\": \"2012-10-17\", \"Statement\": []}"};
    for (size_t i = 0; i < ARRAY_LEN(documents); i++)
        ck_assert_str_eq(document_with(&a, documents[i], "iam:GetUser", "*"),
                         "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n"
                         "      \"Effect\": \"Allow\",\n      \"Action\": \"iam:GetUser\",\n"
                         "      \"Resource\": \"*\"\n    }\n  ]\n}");
    show(document_with(&a, "{\"Statement\": " ALLOW "}", "iam:GetUser", "*"), "1");
    const char *second = strstr(lines(), "1|*{*");
    ck_assert_ptr_nonnull(strstr(lines(), "0|{"));
    ck_assert_ptr_nonnull(second);
    ck_assert_ptr_null(strstr(second, "s3:GetObject"));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("document");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test_statements_over_lines);
    tcase_add_test(tcase, test_one_statement);
    tcase_add_test(tcase, test_chosen);
    tcase_add_test(tcase, test_long_documents_are_cut);
    tcase_add_test(tcase, test_findings);
    tcase_add_test(tcase, test_refused);
    tcase_add_test(tcase, test_form);
    tcase_add_test(tcase, test_with);
    return suite_run("document", tcase);
}
