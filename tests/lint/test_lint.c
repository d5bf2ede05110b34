/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lints the documents of the file given as argument, one case a line:
 *   name     what the case shows
 *   kind     of the document; without it, it is guessed
 *   policy   a document, which is laid out on one line, or its text
 *   expect   the findings, in order: [code, line, column]
 */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "lint/lint.h"
#include "model/managed.h"

static const char *file;
static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static struct str text_of(json_t *document)
{
    if (json_is_string(document))
        return (struct str){json_string_value(document), json_string_length(document)};
    char *text = json_dumps(document, JSON_PRESERVE_ORDER);
    struct str copy = str_of(arena_strdup(&a, text));
    free(text);
    return copy;
}

static enum policy_kind kind_of(json_t *c, struct str text)
{
    static const char *const names[] = {
        [POLICY_IDENTITY] = "identity", [POLICY_RESOURCE] = "resource", [POLICY_TRUST] = "trust",
        [POLICY_MANAGED] = "managed",   [POLICY_SESSION] = "session",   [POLICY_SCP] = "scp",
        [POLICY_RCP] = "rcp",           [POLICY_ENDPOINT] = "endpoint",
    };
    const char *kind = json_string_value(json_object_get(c, "kind"));
    for (size_t i = 0; kind && i < ARRAY_LEN(names); i++) {
        if (!strcmp(kind, names[i]))
            return (enum policy_kind)i;
    }
    ck_assert_msg(!kind, "there is no kind %s", kind);
    return lint_guess_kind(&a, text);
}

static void check_finding(const char *name, const struct lint_finding *found, json_t *wanted)
{
    const char *code = json_string_value(json_array_get(wanted, 0));
    size_t line = (size_t)json_integer_value(json_array_get(wanted, 1));
    size_t column = (size_t)json_integer_value(json_array_get(wanted, 2));
    ck_assert_msg(!strcmp(found->code, code) && found->line == line && found->column == column,
                  "%s: %s at %zu:%zu", name, found->code, found->line, found->column);
    ck_assert_msg(*found->message && *found->fix, "%s: no words", name);
}

static void run_case(json_t *c)
{
    const char *name = json_string_value(json_object_get(c, "name"));
    struct str text = text_of(json_object_get(c, "policy"));
    json_t *expect = json_object_get(c, "expect");
    struct lint_report report;
    lint_document(&a, text, kind_of(c, text), &report);
    ck_assert_msg(report.n == json_array_size(expect), "%s: %zu findings, first %s", name, report.n,
                  report.n ? report.findings[0].code : "none");
    for (size_t i = 0; i < report.n; i++)
        check_finding(name, &report.findings[i], json_array_get(expect, i));
}

START_TEST(cases)
{
    FILE *lines = fopen(file, "r");
    ck_assert_ptr_nonnull(lines);
    json_error_t error;
    json_t *c;
    size_t n = 0;
    while ((c = json_loadf(lines, JSON_DISABLE_EOF_CHECK, &error))) {
        run_case(c);
        json_decref(c);
        arena_reset(&a);
        n++;
    }
    ck_assert_msg(feof(lines), "case %zu: %s", n, error.text);
    ck_assert_uint_gt(n, 0);
    fclose(lines);
}
END_TEST

/* Names that AWS's own policies have and the reference does not: services that are gone. */
static bool may_be_unknown(const struct lint_finding *found)
{
    return !strcmp(found->code, "INVALID_ACTION") ||
           !strcmp(found->code, "INVALID_SERVICE_IN_ACTION");
}

START_TEST(policies_of_aws_have_no_errors)
{
    for (size_t i = 0; i < managed_count(); i++) {
        struct managed_policy policy;
        struct lint_report report;
        managed_at(i, &policy);
        lint_document(&a, str_of(managed_document(&a, &policy)), POLICY_MANAGED, &report);
        for (size_t j = 0; j < report.n; j++) {
            const struct lint_finding *found = &report.findings[j];
            ck_assert_msg(found->type != LINT_ERROR || may_be_unknown(found), "%s:%zu: %s: %s",
                          policy.name, found->line, found->code, found->message);
        }
        arena_reset(&a);
    }
}
END_TEST

/* How large a document may be, and whether white space counts: at the limit and beyond it. */
static const struct {
    enum policy_kind kind;
    size_t max;
    bool blanks_count;
    const char *code, *principal;
} sizes[] = {
    {POLICY_MANAGED, 6144, false, "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", ""},
    {POLICY_SESSION, 2048, false, "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", ""},
    {POLICY_IDENTITY, 10240, false, "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", ""},
    {POLICY_SCP, 10240, true, "POLICY_SIZE_EXCEEDS_SCP_QUOTA", ""},
    {POLICY_RCP, 5120, true, "POLICY_SIZE_EXCEEDS_RCP_QUOTA", "\"Principal\":\"*\","},
    {POLICY_ENDPOINT, 20480, true, "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
     "\"Principal\":\"*\","},
};

/* N characters that count, and some white space. */
static struct str document_of_size(size_t row, size_t n)
{
    struct buf b = buf_new(&a, n + 64), tail = buf_new(&a, 256);
    buf_printf(&tail, "\"],%s\"Effect\":\"Deny\",\"Action\":\"s3:GetObject\"}}",
               sizes[row].principal);
    buf_add_text(&b, "{\"Version\":\"2012-10-17\",\"Statement\":{\"Resource\":[\"arn:aws:s3:::b/");
    for (size_t left = n - b.n - tail.n - (sizes[row].blanks_count ? 4 : 0); left; left--)
        buf_add_char(&b, 'x');
    buf_add(&b, buf_str(&tail));
    buf_add_text(&b, " \n\r\t");
    return buf_str(&b);
}

static size_t count_code(size_t row, size_t n)
{
    struct lint_report report;
    size_t found = 0;
    lint_document(&a, document_of_size(row, n), sizes[row].kind, &report);
    for (size_t i = 0; i < report.n; i++)
        found += strcmp(report.findings[i].code, sizes[row].code) == 0;
    return found;
}

START_TEST(sizes_of_each_kind)
{
    ck_assert_uint_eq(count_code((size_t)_i, sizes[_i].max), 0);
    ck_assert_uint_eq(count_code((size_t)_i, sizes[_i].max + 1), 1);
}
END_TEST

/* Many times the size of a policy, of what costs most: entries that cover each other or nearly. */
START_TEST(hostile)
{
    enum { ENTRIES = 4000 };
    struct buf b = buf_new(&a, 1 << 20);
    const char *separator = "";
    buf_add_text(&b, "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", "
                     "\"Action\": [");
    for (int i = 0; i < ENTRIES; i++, separator = ", ")
        buf_printf(&b, "%s\"ec2:*a*e*i*%d*a*e*\"", separator, i);
    buf_add_text(&b, "], \"Resource\": [");
    separator = "";
    for (int i = 0; i < ENTRIES; i++, separator = ", ")
        buf_printf(&b, "%s\"arn:aws:ec2:*:*:*/*/*/*/*%d*/*\"", separator, i);
    buf_add_text(&b, "]}}");
    struct lint_report report;
    lint_document(&a, buf_str(&b), POLICY_IDENTITY, &report);
    ck_assert_uint_gt(report.n, ENTRIES);
}
END_TEST

int main(int argc, char **argv)
{
    file = argc > 1 ? argv[1] : "";
    Suite *suite = suite_create("policy lint");
    TCase *tests = tcase_create("lint");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, cases);
    tcase_add_test(tests, policies_of_aws_have_no_errors);
    tcase_add_loop_test(tests, sizes_of_each_kind, 0, ARRAY_LEN(sizes));
    tcase_add_test(tests, hostile);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
